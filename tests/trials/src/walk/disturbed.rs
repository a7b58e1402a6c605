//! The first apply of a manifest, with everything that goes wrong during it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use executor::Options;
use model::ids::{AccountId, StackSetId};
use model::plan::Plan;

use super::{Course, read, wrong};
use crate::case::outline::outline;
use crate::case::{audit, manifest};
use crate::drive::{Ended, Setting, drive};
use crate::seen::{Phase, Seen};
use crate::trouble::Trouble;
use crate::{economy, others};

impl Course<'_> {
    /// The first apply, with everything that goes wrong during it.
    pub(super) fn disturbed(
        &mut self,
        first: &Plan,
        trouble: &Trouble,
        (mut moved, told, seen): (BTreeSet<AccountId>, &mut String, &mut Seen),
    ) -> Result<(), String> {
        let _ = writeln!(told, "{trouble:?}\n{}", outline(first));
        let before = self.direct.world();
        let calm = self.direct.fork();
        let (tree, sets) = (&self.tree, self.sets.len());
        self.direct.change(|world| {
            moved.extend(others::plant(world, trouble, tree, sets));
        });
        let recreated = self.make_again(trouble, seen);
        let other = trouble
            .twin
            .filter(|twin| !twin.same_plan)
            .map(|_| self.other_plan());
        let other = other.transpose()?;
        let mut plans = vec![first];
        if trouble.twin.is_some() {
            plans.push(other.as_ref().unwrap_or(first));
        }
        let options = Self::options(first, trouble);
        // Three ways to AWS: the question who we are, its answer, and the write.
        let ways = Duration::from_millis(100 + 3 * u64::from(trouble.latency));
        let ended = self.carry_out(&plans, &options, trouble, (told, &mut *seen));
        let after = self.direct.world();
        let held = audit::nothing_twice(&after).and_then(|()| {
            audit::at_home(&after, before.now, (&ended.swapped, ways))?;
            audit::stops_nothing(&after)?;
            audit::left_alone(&plans[..1], &after, recreated.as_ref())?;
            audit::as_planned(&plans, &before, &after, &moved)?;
            economy::few_describes(seen, &after)?;
            if let Some(summary) = &ended.summary {
                economy::truthful(first, summary, &after, trouble.others.is_empty())?;
            }
            Ok(())
        });
        held.and_then(|()| wrong(&ended))
            .and_then(|()| economy::beside_calm(calm, first, &options, (&after, trouble, &ended, self.seed)))
            .map_err(|what| format!("{what}\n{:#?}", ended.summary))
    }

    /// Somebody deletes a StackSet between plan and apply and makes it again under its name.
    fn make_again(&mut self, trouble: &Trouble, seen: &mut Seen) -> Option<StackSetId> {
        let set = usize::from(trouble.recreated?) % self.sets.len();
        let mut made = None;
        self.direct
            .change(|world| made = others::make_again(world, &format!("s{set}")));
        seen.count(46, Phase::Wait);
        made
    }

    /// Carries plans out, the first again and again while it dies on the way.
    fn carry_out(
        &mut self,
        plans: &[&Plan],
        options: &Options,
        trouble: &Trouble,
        (told, seen): (&mut String, &mut Seen),
    ) -> Ended {
        let setting = Setting {
            seed: self.seed,
            options,
            trouble,
            crash: trouble.crashes.first().copied(),
            defect: self.defect,
            resumed: None,
        };
        let mut ended = drive(&mut self.direct, plans, &setting, seen);
        self.note(&ended, told, seen);
        let alone = Trouble {
            twin: None,
            ..trouble.clone()
        };
        let others = std::mem::take(&mut ended.others);
        for (number, crash) in trouble.crashes.iter().enumerate() {
            if ended.summary.is_some() || trouble.fresh_plan {
                break;
            }
            self.direct.pass(Duration::from_secs(u64::from(crash.pause)));
            seen.count(4, Phase::Wait);
            let memory = std::mem::take(&mut ended.memory);
            let before = std::mem::take(&mut ended.violations);
            let swapped = std::mem::take(&mut ended.swapped);
            let again = Setting {
                seed: self.seed.wrapping_add(number as u64 + 1),
                trouble: &alone,
                crash: trouble.crashes.get(number + 1).copied(),
                resumed: Some(&memory),
                ..setting
            };
            ended = drive(&mut self.direct, &plans[..1], &again, seen);
            ended.violations.splice(0..0, before);
            ended.swapped.splice(0..0, swapped);
            self.note(&ended, told, seen);
        }
        ended.others = others;
        ended
    }

    /// What somebody with another manifest wants at the same time.
    pub fn other_plan(&mut self) -> Result<Plan, String> {
        let mut sets = self.sets.clone();
        for set in &mut sets {
            set.level = Some((set.level.unwrap_or_default() + 1) % 3);
            set.tags.insert(0, 2);
        }
        let world = self.direct.world();
        let (path, _) = manifest::write(self.desk, &sets, &self.tree, &world);
        let desired = read(&path)?;
        Ok(self.plan(&desired))
    }
}
