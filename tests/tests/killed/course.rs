//! A server, a manifest and the tool before them, to be killed.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use model::clock::Clock;
use serde_json::Value;
use simulator::world::{StackSet, World};
use support::clock::SteppingClock;
use support::served::Served;
use support::tool::{Run, Tool, kill};
use support::{by_hand, fixture};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// World time that passes when somebody looks after an operation: some looks, and it is over.
const STEP: Duration = Duration::from_secs(150);
const LOOK: &str = "\"DescribeStackSetOperation\"";

/// What was at work when the process died.
const RUNNING: &str = "while an operation ran";
const BEFORE: &str = "before the first write";
const BETWEEN: &str = "between two operations";
const ENDED: &str = "not at all: it was done";

/// What is in AWS before the plan that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Nothing.
    Nothing,
    /// What the manifest wanted before it was edited.
    Converged,
}

/// An instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kill {
    /// The request of the process after which it dies.
    request: u64,
    /// Whether it waits for the answer to that request then, which never comes.
    unanswered: bool,
}

impl Kill {
    /// Any request that an undisturbed run makes.
    pub(crate) fn drawn(seed: u64, requests: u64) -> Self {
        let mut dice = by_hand::world();
        dice.seed = seed;
        Self {
            request: dice.draw_between(1, requests),
            unanswered: dice.draw_between(0, 1) == 1,
        }
    }
}

/// One story.
pub(crate) struct Course {
    pub(crate) served: Served,
    tool: Tool,
    requests: Requests,
    directory: TempDir,
}

/// Counts the requests of a server by the lines of its record, and lets time pass with those that look after an operation.
#[derive(Clone)]
struct Requests {
    number: Arc<AtomicU64>,
    clock: Arc<SteppingClock>,
    line: Vec<u8>,
}

impl Write for Requests {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // A line comes in pieces.
        self.line.extend_from_slice(text);
        if text.ends_with(b"\n") {
            if String::from_utf8_lossy(&self.line).contains(LOOK) {
                self.clock.tick();
            }
            self.line.clear();
            self.number.fetch_add(1, Ordering::SeqCst);
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Course {
    pub(crate) fn start(start: Start) -> Self {
        let world = match start {
            Start::Nothing => by_hand::world(),
            Start::Converged => by_hand::converged(TOOL),
        };
        let course = Self::on(world);
        if start == Start::Converged {
            course.turn_round();
        }
        course
    }

    fn on(world: World) -> Self {
        let directory = fixture::copy("by-hand");
        let clock = Arc::new(SteppingClock::new(world.now, STEP));
        clock.stand();
        let served = Served::with_clock(world, Arc::clone(&clock) as Arc<dyn Clock>);
        let requests = Requests {
            number: Arc::default(),
            clock,
            line: Vec::new(),
        };
        served.simulator.record(Box::new(requests.clone()));
        let tool = Tool::new(TOOL, directory.path()).on(&served);
        Self {
            served,
            tool,
            requests,
            directory,
        }
    }

    /// Runs a command line to its end.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.tool.run(line)
    }

    /// Edits the manifest from one version to the other: values, an override, a tag, and a unit that comes and goes.
    pub(crate) fn turn_round(&self) {
        let manifest = self.directory.path().join("stackfleet.toml");
        let text = std::fs::read_to_string(&manifest).expect("the manifest is there");
        let forth = text.contains("Level = \"standard\"");
        for (one, other) in [
            ("Level = \"standard\"", "Level = \"strict\""),
            ("Zones = 2", "Zones = 1"),
            ("owner = \"cloud-platform\"", "owner = \"security\""),
        ] {
            let (from, to) = if forth { (one, other) } else { (other, one) };
            fixture::edit(&manifest, from, to);
        }
        more_units(&manifest, forth);
    }

    /// Runs a command line and kills it at an instant; what was at work then.
    pub(crate) fn kill(&self, line: &str, at: Kill) -> &'static str {
        let before = self.served.log().len();
        let until = self.requests.number.load(Ordering::SeqCst) + at.request;
        if at.unanswered {
            let left = at.request - 1;
            let fault = format!("{{\"kind\": \"hang\", \"after\": {left}, \"times\": 1}}");
            self.served.door("fault", &fault);
        }
        let mut process = self.tool.start(line);
        let mut done = false;
        while !done && self.requests.number.load(Ordering::SeqCst) < until {
            std::thread::park_timeout(Duration::from_millis(1));
            done = process.try_wait().expect("the process is ours").is_some();
        }
        kill(process);
        self.served.door("calm", "{}");
        if done { ENDED } else { self.at_work(before) }
    }

    fn at_work(&self, before: usize) -> &'static str {
        self.served.simulator.look(|world| {
            let mut sets = world.stack_sets.values().flat_map(BTreeMap::values);
            let writes = ["Create", "Update", "Delete"];
            let mut calls = world.log.iter().skip(before);
            if sets.any(StackSet::is_busy) {
                RUNNING
            } else if calls.any(|call| writes.iter().any(|verb| call.action.starts_with(verb))) {
                BETWEEN
            } else {
                BEFORE
            }
        })
    }

    /// The operation ids of the saved plan, sorted.
    pub(crate) fn planned(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.directory.path().join("plan.json")).expect("it was saved");
        let plan: Value = serde_json::from_str(&text).expect("a plan in JSON");
        let plan = plan.get("plan").unwrap_or(&plan);
        let operations = plan["operations"].as_array().expect("operations");
        let ids = operations
            .iter()
            .filter_map(|operation| operation["operation_id"].as_str());
        let mut ids: Vec<String> = ids.map(str::to_owned).collect();
        ids.sort();
        ids
    }
}

/// The unit that only one version targets; the other says that its stacks go.
fn more_units(manifest: &Path, come: bool) {
    let (few, many) = (
        "targets      = [\"Root/Security\", \"Root/Prod\"]",
        "targets      = [\"Root/Security\", \"Root/Prod\", \"Root/Sandbox\"]",
    );
    let (from, to) = if come { (few, many) } else { (many, few) };
    fixture::edit(manifest, from, to);
    if come {
        let text = std::fs::read_to_string(manifest).expect("the manifest is there");
        if !text.contains("[guard]") {
            fixture::edit(
                manifest,
                "[defaults]\n",
                "[guard]\nmax_deleted_instances = 4\n\n[defaults]\n",
            );
        }
    }
}
