//! The wire level: a seed from its first manifest to its last empty plan, with faults on the calls of the real SDK, drawn from the seed.
//!
//! What goes wrong does so during the first apply of each manifest; after it nothing does any more, and within two rounds the plan must
//! be empty and stay so for three more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::AddAssign;

use model::event::{ApplyResult, ApplySummary};
use model::ids::AccountId;
use model::plan::Plan;
use simulator::world::{LogEntry, World};
use trials::case::generate::{Size, drawn};
use trials::case::organization;
use trials::case::outline::{check, is_empty, outline};
use trials::case::scenario::{Scenario, Step};
use trials::case::{audit, edits, expect};
use trials::economy;
use trials::walk::ROUNDS;

use super::faults;
use super::line::Line;
use super::walk::{A_DAY, Course};

/// What was heard on the way.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Seeds.
    pub seeds: u64,
    /// Applies.
    pub applies: u64,
    /// Requests of the first applies, repetitions of the SDK included.
    pub requests: u64,
    /// Requests that a fault hit, by its kind.
    pub faults: BTreeMap<String, u64>,
    /// First applies by how they ended.
    pub results: BTreeMap<String, u64>,
    /// Applies that were held against one without faults.
    pub compared: u64,
    /// Rounds that convergence took at most.
    pub rounds: u64,
    /// Everything that was asked and answered, as one number.
    pub trace: u64,
}

impl AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.applies += other.applies;
        self.requests += other.requests;
        self.compared += other.compared;
        self.rounds = self.rounds.max(other.rounds);
        self.trace ^= other.trace;
        for (fault, times) in other.faults {
            *self.faults.entry(fault).or_default() += times;
        }
        for (result, times) in other.results {
            *self.results.entry(result).or_default() += times;
        }
    }
}

/// Walks a seed; the error says what does not hold, and shows the world and the last manifest.
pub fn walk(seed: u64, heard: &mut Seen) -> Result<(), String> {
    // The SDK draws how long it waits before it repeats a request.
    fastrand::seed(seed);
    let size = Size {
        accounts: 4,
        units: 2,
        stack_sets: 2,
        steps: 2,
    };
    let scenario = drawn(seed, size);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| error.to_string())?;
    let mut told = String::new();
    let outcome = runtime.block_on(walk_all(&scenario, (seed, &mut *heard), &mut told));
    heard.seeds += 1;
    outcome.map_err(|what| format!("{what}\n\n{told}\n{}", organization::world_file(&scenario)))
}

async fn walk_all(
    scenario: &Scenario,
    (seed, heard): (u64, &mut Seen),
    told: &mut String,
) -> Result<(), String> {
    let mut course = Course::open(scenario, told).await?;
    for (number, step) in scenario.steps.iter().enumerate() {
        let edited = if number == 0 { &[][..] } else { &step.edits[..] };
        for edit in edited {
            edits::apply(&mut course.sets, edit);
        }
        let mut stage = Stage {
            course: &mut course,
            scenario,
            faults: (seed, number),
            heard,
            told,
        };
        let outcome = Box::pin(stage.step(step)).await;
        outcome.map_err(|what| format!("step {number}: {what}"))?;
    }
    let log = &course.line.simulator().world().log;
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    heard.trace = format!("{log:?}").bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    Ok(())
}

/// One manifest on its way.
struct Stage<'s> {
    course: &'s mut Course,
    scenario: &'s Scenario,
    /// What the faults are drawn from.
    faults: (u64, usize),
    heard: &'s mut Seen,
    told: &'s mut String,
}

impl Stage<'_> {
    async fn step(&mut self, step: &Step) -> Result<(), String> {
        let mut moved = self.course.relocate(&step.moves);
        self.course.pass(step.lag).await;
        self.course.plant(&step.failures);
        let plan = self.fresh().await?;
        moved.extend(self.course.relocate(&step.late_moves));
        self.course.pass(step.late_lag).await;
        if !is_empty(&plan) {
            Box::pin(self.disturbed(&plan, step, &moved)).await?;
        }
        self.course.line.change(|world| world.failures.clear());
        self.course.line.pass(A_DAY).await;
        self.settled().await?;
        let world = self.course.line.simulator().world();
        expect::converged(&self.course.sets, &self.course.tree, &world)
    }

    async fn fresh(&mut self) -> Result<Plan, String> {
        let (path, text) = self.course.write();
        let plan = self.course.line.plan(&path).await?;
        check(&plan).map_err(|what| format!("{what}\n{text}"))?;
        let _ = writeln!(self.told, "{text}\n{}", outline(&plan));
        Ok(plan)
    }

    /// The first apply, with everything that goes wrong during it.
    async fn disturbed(
        &mut self,
        plan: &Plan,
        step: &Step,
        moved: &BTreeSet<AccountId>,
    ) -> Result<(), String> {
        let before = self.course.line.simulator().world();
        let faults = faults::drawn(self.faults.0, self.faults.1);
        let _ = writeln!(self.told, "{faults:?} {:?}", step.kill);
        self.course.line.change(|world| world.faults = faults);
        let mut summary = self.course.line.apply(plan, step.kill).await;
        if summary.is_none() {
            summary = self.course.line.again(plan, step.kill).await?;
        }
        let after = self.course.line.simulator().world();
        self.course.line.change(|world| world.faults.clear());
        let _ = writeln!(self.told, "{summary:#?}");
        let asked = self.count(&before, &after, summary.as_ref());
        audit::nothing_twice(&after)?;
        audit::stops_nothing(&after)?;
        audit::as_planned(&[plan], &before, &after, moved)?;
        few_describes(asked, &after)?;
        match summary {
            Some(summary) => {
                economy::truthful(plan, &summary, &after, step.late_moves.is_empty())?;
                let carried = summary.result == ApplyResult::Succeeded && step.kill.is_none();
                let calm = if carried {
                    self.calm(plan, before).await?
                } else {
                    None
                };
                calm.map_or(Ok(()), |calm| few_requests(asked, calm))
            }
            None => Ok(()),
        }
    }

    fn count<'l>(
        &mut self,
        before: &World,
        after: &'l World,
        summary: Option<&ApplySummary>,
    ) -> &'l [LogEntry] {
        let asked = asked(before, after);
        self.heard.applies += 1;
        self.heard.requests += asked.len() as u64;
        for fault in asked.iter().filter_map(|entry| entry.fault.as_ref()) {
            *self.heard.faults.entry(fault.clone()).or_default() += 1;
        }
        let result = summary.map_or("Killed".to_owned(), |it| format!("{:?}", it.result));
        *self.heard.results.entry(result).or_default() += 1;
        asked
    }

    /// How many requests the same apply makes when nothing goes wrong on their way; none when it does not come to its end.
    async fn calm(&mut self, plan: &Plan, before: World) -> Result<Option<usize>, String> {
        let line = Line::open(before.clone(), organization::call_as(self.scenario)).await?;
        let summary = line.apply(plan, None).await;
        let after = line.simulator().world();
        self.heard.compared += 1;
        let carried = summary.is_some_and(|summary| summary.result == ApplyResult::Succeeded);
        Ok(carried.then(|| own(asked(&before, &after)).count()))
    }

    /// Within two rounds the plan is empty, and stays so for three more (L2).
    async fn settled(&mut self) -> Result<(), String> {
        let (mut round, mut empty) = (0, 0);
        while empty <= 3 {
            let plan = self.fresh().await?;
            if is_empty(&plan) {
                empty += 1;
                self.course.line.pass(A_DAY).await;
                continue;
            }
            round += 1;
            self.heard.rounds = self.heard.rounds.max(round);
            if empty > 0 || round > ROUNDS {
                return Err(format!("L2: round {round} after {empty} empty plans"));
            }
            let before = self.course.line.simulator().world();
            let summary = self.course.line.apply(&plan, None).await;
            let _ = writeln!(self.told, "round {round}: {summary:#?}");
            let after = self.course.line.simulator().world();
            audit::nothing_twice(&after)?;
            audit::as_planned(&[&plan], &before, &after, &BTreeSet::new())?;
        }
        Ok(())
    }
}

/// What was asked in between.
fn asked<'l>(before: &World, after: &'l World) -> &'l [LogEntry] {
    after.log.get(before.log.len()..).unwrap_or_default()
}

/// What the tool asked.
fn own(entries: &[LogEntry]) -> impl Iterator<Item = &LogEntry> {
    entries.iter().filter(|entry| entry.actor.is_none())
}

/// At most 1.2 times the requests of an apply without faults, and 2 for each fault (L5).
fn few_requests(asked: &[LogEntry], calm: usize) -> Result<(), String> {
    let made = own(asked).count();
    let hit = own(asked).filter(|entry| entry.fault.is_some()).count();
    if made > calm * 12 / 10 + 2 * hit {
        return Err(format!("L5: {made} requests; {calm} without faults, {hit} hit"));
    }
    Ok(())
}

/// No operation is looked at more than 130 times an hour (L5). What went wrong is asked again, which the requests are judged by.
fn few_describes(asked: &[LogEntry], world: &World) -> Result<(), String> {
    let mut times: BTreeMap<&str, u64> = BTreeMap::new();
    let looks = |entry: &&LogEntry| entry.action == "DescribeStackSetOperation" && entry.fault.is_none();
    for entry in own(asked).filter(looks) {
        if let Some(id) = &entry.operation_id {
            *times.entry(id).or_default() += 1;
        }
    }
    let mut times = times.into_iter();
    times.try_for_each(|(id, times)| economy::is_seldom_described(world, id, times))
}
