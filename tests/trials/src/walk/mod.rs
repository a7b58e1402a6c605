//! One seed from its first manifest to its last empty plan.
//!
//! `trial` is what a seed means, `disturbed` the apply in which things go wrong.

mod disturbed;
mod trial;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use executor::Options;
use model::desired::Desired;
use model::event::ApplySummary;
use model::ids::AccountId;
use model::plan::Plan;
use simulator::world::{Knobs, World};
use simulator::world_file;

use crate::case::manifest::{self, SECRET};
use crate::case::organization::{self, Tree};
use crate::case::outline::{check, is_empty, outline, said};
use crate::case::scenario::{StackSetSpec, Step};
use crate::case::{audit, edits, expect, plant};
use crate::direct::Direct;
use crate::draw::Draw;
use crate::drive::{Ended, Setting, drive};
use crate::economy;
use crate::planted::Defect;
use crate::seen::Seen;
use crate::trouble::Trouble;

pub use trial::Trial;

/// Applies until a plan is empty, once nothing goes wrong any more (L2).
pub const ROUNDS: u64 = 2;
/// Longer than anything that happens by itself takes.
const A_DAY: Duration = Duration::from_hours(24);

/// Where manifests and templates are written; the same place serves seed after seed.
#[derive(Debug)]
pub struct Desk(tempfile::TempDir);

impl Desk {
    /// A desk with the templates on it.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a folder can be made");
        manifest::write_templates(directory.path());
        Self(directory)
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

/// Walks a trial; the error says what does not hold.
pub fn walk(trial: &Trial, desk: &Desk, seen: &mut Seen) -> Result<(), String> {
    walk_with(None, trial, desk, seen)
}

/// Walks a trial with a defect on purpose.
pub fn walk_with(defect: Option<Defect>, trial: &Trial, desk: &Desk, seen: &mut Seen) -> Result<(), String> {
    let scenario = &trial.scenario;
    let mut course = Course::open(trial, desk)?;
    course.defect = defect;
    let began = course.direct.now();
    for (number, step) in scenario.steps.iter().enumerate() {
        let edited = if number == 0 { &[][..] } else { &step.edits[..] };
        for edit in edited {
            edits::apply(&mut course.sets, edit);
        }
        let trouble = trial.troubles.get(number).cloned().unwrap_or_default();
        let mut told = String::new();
        let outcome = course.step(step, &trouble, (&mut told, seen));
        outcome.map_err(|what| format!("step {number}: {what}\n{told}"))?;
        seen.steps += 1;
    }
    course.direct.simulator().look(|world| {
        let sets = world.stack_sets.values().flat_map(|sets| sets.values());
        seen.operations += sets.map(|set| set.operations.len() as u64).sum::<u64>();
    });
    seen.seeds += 1;
    let passed = course.direct.now().duration_since(began).as_secs();
    seen.seconds += u64::try_from(passed).unwrap_or_default();
    Ok(())
}

/// A trial on its way.
#[derive(Debug)]
pub struct Course<'d> {
    seed: u64,
    /// AWS.
    pub direct: Direct,
    tree: Tree,
    sets: Vec<StackSetSpec>,
    desk: &'d Path,
    defect: Option<Defect>,
}

impl<'d> Course<'d> {
    /// Before its first manifest.
    pub fn open(trial: &Trial, desk: &'d Desk) -> Result<Self, String> {
        let text = organization::world_file(&trial.scenario);
        let mut none = |file: &str| Err(format!("no file {file}"));
        let mut world = world_file::read(&text, "world.toml", &mut none)
            .map_err(|mistakes| format!("the world file is refused: {mistakes:#?}"))?;
        if let Some(seed) = trial.scenario.knobs {
            world.knobs = Knobs::drawn(seed);
        }
        let mut draw = Draw::new(trial.seed, "timing");
        world.timing.instance_most = *draw.pick(&[60, 60, 60, 900, 3_600]);
        let tree = Tree::of(&world);
        let mut direct = Direct::open(world, organization::call_as(&trial.scenario));
        direct
            .secrets
            .insert(format!("env:{}", SECRET.0), SECRET.1.to_owned());
        Ok(Self {
            seed: trial.seed,
            direct,
            tree,
            sets: organization::may_have(&trial.scenario),
            desk: desk.0.path(),
            defect: None,
        })
    }

    fn step(
        &mut self,
        step: &Step,
        trouble: &Trouble,
        (told, seen): (&mut String, &mut Seen),
    ) -> Result<(), String> {
        let mut moved = self.relocate(&step.moves);
        self.pass(step.lag);
        let failures = plant::failures(&step.failures, &self.tree, (self.sets.len(), "planted"));
        self.direct.change(|world| world.failures = failures);
        let first = self.fresh(told)?;
        moved.extend(self.relocate(&step.late_moves));
        self.pass(step.late_lag);
        if !is_empty(&first) {
            self.disturbed(&first, trouble, (moved, told, seen))?;
        }
        self.calm();
        let disturbed = !step.failures.is_empty() || !step.late_moves.is_empty();
        self.converge(disturbed, told, seen)?;
        let world = self.direct.world();
        expect::converged(&self.sets, &self.tree, &world).map_err(|what| format!("L2: {what}"))
    }

    fn note(&self, ended: &Ended, told: &mut String, seen: &mut Seen) {
        seen.applies += 1;
        seen.calls += ended.calls;
        seen.trace = seen.trace.rotate_left(5) ^ ended.trace;
        let result = ended
            .summary
            .as_ref()
            .map_or("Killed".to_owned(), |it| format!("{:?}", it.result));
        *seen.results.entry(result.clone()).or_default() += 1;
        let causes = ended.summary.as_ref().map(|it| &it.causes);
        let _ = writeln!(
            told,
            "{} {result} {causes:?} {:?}",
            self.direct.now(),
            ended.violations
        );
    }

    fn options(plan: &Plan, trouble: &Trouble) -> Options {
        let mut options = Options::default();
        if trouble.approved {
            options.approved = plan.stages.iter().map(|stage| stage.id.clone()).collect();
        }
        options
    }

    fn plan(&self, desired: &Desired) -> Plan {
        let mut observed = self.direct.observe(desired);
        if let Some(defect) = self.defect {
            defect.observes(&mut observed, &self.direct);
        }
        let mut plan = planner::plan(desired, &observed, &planner::Limits::default());
        if let Some(defect) = self.defect {
            defect.plans(&mut plan);
        }
        plan
    }

    /// Nothing goes wrong any more, nobody else acts, and what hangs is stopped.
    fn calm(&mut self) {
        self.direct.change(|world| {
            world.failures.clear();
            world.actors.clear();
            world.organizations_access = true;
        });
        self.direct.pass(A_DAY);
        self.direct.change(stop_everything);
        self.direct.pass(A_DAY);
    }

    /// Plan and apply until a plan is empty, and three times more (L2).
    fn converge(&mut self, disturbed: bool, told: &mut String, seen: &mut Seen) -> Result<(), String> {
        let (mut round, mut empty) = (0, 0);
        while empty <= 3 {
            let plan = self.fresh(told)?;
            if is_empty(&plan) {
                empty += 1;
                self.direct.pass(A_DAY);
                continue;
            }
            round += 1;
            seen.rounds = seen.rounds.max(round);
            let _ = writeln!(told, "round {round}:\n{}", outline(&plan));
            if empty > 0 || round > ROUNDS {
                return Err(format!(
                    "L2: round {round} after {empty} empty plans (disturbed: {disturbed})"
                ));
            }
            self.round(&plan, told, seen)?;
        }
        Ok(())
    }

    /// Carries a plan out where nothing goes wrong any more.
    fn round(&mut self, plan: &Plan, told: &mut String, seen: &mut Seen) -> Result<(), String> {
        let trouble = Trouble::none();
        let options = Self::options(plan, &trouble);
        let before = self.direct.world();
        let setting = Setting {
            seed: self.seed,
            options: &options,
            trouble: &trouble,
            crash: None,
            defect: self.defect,
            resumed: None,
        };
        let ended = drive(&mut self.direct, &[plan], &setting, seen);
        self.note(&ended, told, seen);
        wrong(&ended)?;
        let after = self.direct.world();
        audit::nothing_twice(&after)?;
        audit::stays_current(plan, &after)?;
        economy::few_describes(seen, &after)?;
        audit::as_planned(&[plan], &before, &after, &BTreeSet::new())
    }

    /// A plan as `apply` makes it: what runs comes to its end first.
    pub fn fresh(&mut self, told: &mut String) -> Result<Plan, String> {
        let mut waits = 0;
        while self.direct.simulator().look(is_busy) {
            self.direct.pass(Duration::from_mins(10));
            waits += 1;
            if waits > 1_000 {
                return Err("L1: operations never end".to_owned());
            }
        }
        let world = self.direct.world();
        let (path, text) = manifest::write(self.desk, &self.sets, &self.tree, &world);
        let desired = read(&path)?;
        let plan = self.plan(&desired);
        check(&plan).map_err(|what| format!("R2: {what}\n{text}"))?;
        if told.is_empty() {
            told.push_str(&text);
        }
        Ok(plan)
    }

    fn relocate(&mut self, moves: &[crate::case::scenario::Move]) -> BTreeSet<AccountId> {
        let simulator = self.direct.simulator();
        let happened = moves
            .iter()
            .filter_map(|change| self.tree.happen(simulator, *change));
        happened.collect()
    }

    /// The longest lag stands for a day.
    fn pass(&self, seconds: u16) {
        self.direct.pass(match seconds {
            u16::MAX => A_DAY,
            seconds => Duration::from_secs(u64::from(seconds)),
        });
    }
}

fn read(path: &Path) -> Result<Desired, String> {
    let reading = ::manifest::read(path);
    reading
        .desired
        .ok_or_else(|| format!("the manifest is refused: {}", said(reading.diagnostics.iter())))
}

fn is_busy(world: &World) -> bool {
    let mut sets = world.stack_sets.values().flat_map(|sets| sets.values());
    sets.any(|set| !set.deleted && set.is_busy())
}

/// Somebody stops what still runs a day later.
fn stop_everything(world: &mut World) {
    use simulator::world::{Actor, Deed};
    let names: BTreeSet<String> = world
        .stack_sets
        .values()
        .flat_map(|sets| sets.values())
        .filter(|set| !set.deleted && set.is_busy())
        .map(|set| set.name().to_owned())
        .collect();
    for name in names {
        world.actors.push(Actor {
            name: "somebody".to_owned(),
            next: Some(world.now),
            every: None,
            times: Some(1),
            does: Deed::StopOperations { stack_set: name },
        });
    }
}

fn wrong(ended: &Ended) -> Result<(), String> {
    let told = ended.summary.as_ref().map(causes).unwrap_or_default();
    if told.contains(SECRET.1) {
        return Err("S12: a secret is told".to_owned());
    }
    match ended.violations.first() {
        Some(what) => Err(what.clone()),
        None => Ok(()),
    }
}

fn causes(summary: &ApplySummary) -> String {
    format!("{:?}", summary.causes)
}
