//! One case from its first manifest to its last.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::ids::AccountId;
use simulator::world::Knobs;
use simulator::world_file;
use tempfile::TempDir;

use super::converge::{self, Given};
use super::line::Line;
use trials::case::manifest;
use trials::case::organization::{self, Tree};
use trials::case::scenario::{FailureSpec, Move, Scenario, StackSetSpec, Step};
use trials::case::{edits, expect, outline, plant};

/// Longer than anything that happens by itself takes.
pub(super) const A_DAY: Duration = Duration::from_hours(24);

/// What was seen on the way.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// Manifests that were applied.
    pub steps: u64,
    /// Plans with something to do.
    pub plans: u64,
    /// Operations at AWS.
    pub operations: u64,
    /// Applies that were killed.
    pub kills: u64,
    /// Applies in which instances failed as planted.
    pub failed: u64,
    /// Applies that found something else than their plan did, and said so.
    pub disturbed: u64,
}

impl AddAssign for Walked {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.plans += other.plans;
        self.operations += other.operations;
        self.kills += other.kills;
        self.failed += other.failed;
        self.disturbed += other.disturbed;
    }
}

/// Walks a case; the error says what does not hold, and shows the world and the manifest of that moment.
pub fn walk(scenario: &Scenario) -> Result<Walked, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| error.to_string())?;
    let mut shown = String::new();
    runtime
        .block_on(walk_all(scenario, &mut shown))
        .map_err(|what| format!("{what}\n\n{shown}\n{}", organization::world_file(scenario)))
}

async fn walk_all(scenario: &Scenario, shown: &mut String) -> Result<Walked, String> {
    let mut course = Course::open(scenario, shown).await?;
    for (number, step) in scenario.steps.iter().enumerate() {
        let edited = if number == 0 { &[][..] } else { &step.edits[..] };
        for edit in edited {
            edits::apply(&mut course.sets, edit);
        }
        let mut told = String::new();
        let outcome = course.step(step, &mut told).await;
        outcome.map_err(|what| {
            shown.push_str(&told);
            format!("step {number}: {what}")
        })?;
        course.walked.steps += 1;
    }
    let world = course.line.simulator().world();
    let sets = world.stack_sets.values().flat_map(|sets| sets.values());
    course.walked.operations = sets.map(|set| set.operations.len() as u64).sum();
    Ok(course.walked)
}

/// A case on its way.
pub(super) struct Course {
    pub(super) line: Line,
    pub(super) tree: Tree,
    pub(super) sets: Vec<StackSetSpec>,
    directory: TempDir,
    walked: Walked,
}

impl Course {
    /// At the start of a case; what is unusual about its AWS is shown.
    pub(super) async fn open(scenario: &Scenario, shown: &mut String) -> Result<Self, String> {
        let text = organization::world_file(scenario);
        let mut none = |file: &str| Err(format!("no file {file}"));
        let mut world = world_file::read(&text, "world.toml", &mut none)
            .map_err(|mistakes| format!("the world file is refused: {mistakes:#?}"))?;
        if let Some(seed) = scenario.knobs {
            world.knobs = Knobs::drawn(seed);
            let _ = writeln!(shown, "knobs: {}", world.knobs.unusual());
        }
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        manifest::write_templates(directory.path());
        Ok(Self {
            tree: Tree::of(&world),
            line: Line::open(world, organization::call_as(scenario)).await?,
            sets: organization::may_have(scenario),
            directory,
            walked: Walked::default(),
        })
    }

    async fn step(&mut self, step: &Step, told: &mut String) -> Result<(), String> {
        let mut moved = self.relocate(&step.moves);
        self.pass(step.lag).await;
        self.plant(&step.failures);
        let simulator = self.line.simulator();
        let (path, text) = manifest::write(self.directory.path(), &self.sets, &self.tree, &simulator.world());
        drop(simulator);
        let _ = writeln!(told, "{text}");
        let first = self.line.plan(&path).await?;
        outline::check(&first)?;
        let late = self.relocate(&step.late_moves);
        self.pass(step.late_lag).await;
        moved.extend(late);
        self.write();
        let given = Given {
            line: &self.line,
            manifest: &path,
            moved: &moved,
            step,
            seen: &mut self.walked,
            told,
        };
        converge::converge(given, first).await?;
        self.line.pass(A_DAY).await;
        self.settled(&path, &moved, step, told).await
    }

    /// The manifest as the organization is now: an account that left takes its name out of it.
    pub(super) fn write(&self) -> (PathBuf, String) {
        let world = self.line.simulator().world();
        manifest::write(self.directory.path(), &self.sets, &self.tree, &world)
    }

    /// When everything is quiet, nothing is left to do, and AWS is as the manifest says.
    async fn settled(
        &mut self,
        path: &Path,
        moved: &BTreeSet<AccountId>,
        step: &Step,
        told: &mut String,
    ) -> Result<(), String> {
        let plan = self.line.plan(path).await?;
        outline::check(&plan)?;
        let quiet = Step {
            failures: Vec::new(),
            faults: Vec::new(),
            kill: None,
            ..step.clone()
        };
        let given = Given {
            line: &self.line,
            manifest: path,
            moved,
            step: &quiet,
            seen: &mut self.walked,
            told,
        };
        if !outline::is_empty(&plan) && moved.is_empty() {
            return Err(format!(
                "a day later there is something to do:\n{}",
                outline::outline(&plan)
            ));
        }
        converge::converge(given, plan).await?;
        expect::converged(&self.sets, &self.tree, &self.line.simulator().world())
    }

    pub(super) fn relocate(&mut self, moves: &[Move]) -> BTreeSet<AccountId> {
        let simulator = self.line.simulator();
        let happened = moves
            .iter()
            .filter_map(|change| self.tree.happen(&simulator, *change));
        happened.collect()
    }

    pub(super) fn plant(&self, failures: &[FailureSpec]) {
        let reason = format!("planted, with {} inside", manifest::SECRET.1);
        let planted = plant::failures(failures, &self.tree, (self.sets.len(), &reason));
        self.line.change(|world| world.failures = planted);
    }

    /// The longest lag stands for a day.
    pub(super) async fn pass(&self, seconds: u16) {
        let duration = match seconds {
            u16::MAX => A_DAY,
            seconds => Duration::from_secs(u64::from(seconds)),
        };
        self.line.pass(duration).await;
    }
}
