//! Plan, apply, plan: until there is nothing to do, and no longer than it may take.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use model::event::{ApplyResult, ApplySummary};
use model::ids::AccountId;
use model::plan::Plan;
use simulator::world::World;

use super::faults;
use super::line::Line;
use super::walk::Walked;
use trials::case::audit;
use trials::case::outline::{check, is_empty, outline};
use trials::case::scenario::Step;

/// Applies that a step may need when accounts move around it.
const ROUNDS: u32 = 5;

/// What a step is walked with.
pub(super) struct Given<'g> {
    pub(super) line: &'g Line,
    pub(super) manifest: &'g Path,
    /// Accounts that moved around this step.
    pub(super) moved: &'g BTreeSet<AccountId>,
    pub(super) step: &'g Step,
    pub(super) seen: &'g mut Walked,
    /// What happened, for people.
    pub(super) told: &'g mut String,
}

/// From the first plan to an empty one.
pub(super) async fn converge(mut given: Given<'_>, first: Plan) -> Result<(), String> {
    let mut plan = first;
    let mut round = 0;
    let most = ROUNDS + failures_left(&given.line.simulator().world());
    while !is_empty(&plan) {
        round += 1;
        given.seen.plans += 1;
        let _ = writeln!(given.told, "round {round}:\n{}", outline(&plan));
        if round > most {
            return Err(format!("no end after {round} rounds:\n{}", outline(&plan)));
        }
        given.apply(&plan, round).await?;
        if !given.moved.is_empty() {
            given.line.pass(Duration::from_hours(1)).await;
        }
        plan = given.line.plan(given.manifest).await?;
        check(&plan)?;
        given.judge(&plan, round)?;
    }
    Ok(())
}

impl Given<'_> {
    /// Carries a plan out, in the first round as the step wants it disturbed. Only what was planted, or an account that moved,
    /// may keep it from its end.
    async fn apply(&mut self, plan: &Plan, round: u32) -> Result<(), String> {
        let (kill, faults) = match round {
            1 => (self.step.kill, self.step.faults.as_slice()),
            _ => (None, [].as_slice()),
        };
        let before = self.line.simulator().world();
        self.line.change(|world| world.faults = faults::of_world(faults));
        let mut summary = self.line.apply(plan, kill).await;
        if summary.is_none() {
            self.seen.kills += 1;
            let _ = writeln!(self.told, "killed: {kill:?}");
            summary = self.line.again(plan, kill).await?;
        }
        let after = self.line.simulator().world();
        self.line.change(|world| world.faults.clear());
        audit::nothing_twice(&after)?;
        audit::as_planned(&[plan], &before, &after, self.moved)?;
        let Some(summary) = summary else { return Ok(()) };
        let _ = writeln!(self.told, "{:?} {:#?}", summary.result, summary.causes);
        keeps_secrets(&summary)?;
        let failed = failures_left(&before) > failures_left(&after);
        let ended = summary.result == ApplyResult::Succeeded;
        self.seen.failed += u64::from(failed);
        self.seen.disturbed += u64::from(!failed && !ended);
        if ended || failed || !self.moved.is_empty() || only_out_of_reach(&summary, &after) {
            return Ok(());
        }
        Err(format!("the apply ends {:?}:\n{:#?}", summary.result, summary))
    }

    /// Where nothing disturbs, one apply is enough; after a kill, two.
    fn judge(&self, next: &Plan, round: u32) -> Result<(), String> {
        let killed = self.step.kill.is_some_and(|kill| !kill.same_plan);
        let disturbed = !self.moved.is_empty() || !self.step.failures.is_empty() || (killed && round == 1);
        if is_empty(next) || disturbed {
            return Ok(());
        }
        Err(format!("the next plan is not empty:\n{}", outline(next)))
    }
}

/// Failures that are still to happen.
fn failures_left(world: &World) -> u32 {
    world.failures.iter().filter_map(|failure| failure.times).sum()
}

/// A self-managed StackSet with instances in closed accounts alone cannot be updated without AWS trying them: no call can name
/// none.
fn only_out_of_reach(summary: &ApplySummary, world: &World) -> bool {
    let lines = summary.operations.iter().filter(|line| !line.failures.is_empty());
    let mut results = lines.flat_map(|line| line.failures.values().flatten()).peekable();
    results.peek().is_some() && results.all(|result| !audit::works(world, &result.key.account))
}

fn keeps_secrets(summary: &ApplySummary) -> Result<(), String> {
    let text = format!("{:?}", summary.causes);
    if text.contains(trials::case::manifest::SECRET.1) {
        return Err(format!("a cause tells a secret: {text}"));
    }
    Ok(())
}
