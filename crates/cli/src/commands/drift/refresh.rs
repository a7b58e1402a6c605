//! `drift --refresh`: a detection of each chosen StackSet, side by side, until all are over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use aws::{ObserveError, Operate};
use executor::{DetectError, Detecting, Detection, Watched};
use model::PROJECT_TAG;
use model::call::CallError;
use model::clock::Clock;
use model::desired::DesiredStackSet;
use model::diagnostic::{Diagnostic, Sources};
use model::ids::{OperationId, StackSetName};
use model::observed::{Observed, ObservedStackSet, OperationStatus};
use report::text::WatchLines;
use report::{Names, OperationRow};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::args;
use crate::commands::apply::{PATIENCE, busy};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::pipeline::Read;
use crate::refusal;
use crate::session::Session;
use crate::terminal::Terminal;

/// StackSets that are checked side by side, as many as an apply works on.
const AT_ONCE: usize = 4;

/// Operations that this run started or found, by StackSet; whether AWS has answered that it runs.
type Running = Arc<Mutex<BTreeMap<String, (OperationId, bool)>>>;

/// How the detection of a StackSet ended.
type Ended = (String, Result<Watched, DetectError>);

/// Detects, and tells how it goes. Done only when every instance was checked.
pub(super) async fn run(
    args: &args::Drift,
    (read, observed): (&Read, &Observed),
    session: &Session,
    wanted: &BTreeSet<String>,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let sets = sets(read, observed, wanted)?;
    let interrupt = Interrupt::listen();
    let running = Running::default();
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut detecting = JoinSet::new();
    for (name, set, live) in sets {
        let line = Line {
            name: name.clone(),
            aws_name: set.aws_name.clone(),
            wanted: detection(args, set, live),
            names: names(observed),
            running: Arc::clone(&running),
            terminal,
        };
        let (aws, clock) = (session.operate(), Arc::clone(&session.clock));
        let turns = Arc::clone(&turns);
        detecting.spawn(async move {
            let _turn = turns.acquire_owned().await;
            line.detect(aws, clock).await
        });
    }
    let mut signal = interrupt.signal.clone();
    let ended = tokio::select! {
        ended = detecting.join_all() => ended,
        _ = signal.wait_for(|stop| *stop) => {
            left(&running, terminal);
            return Ok(interrupt.exit());
        }
    };
    outcome(ended, read, &running)
}

/// The chosen StackSets that are there; none of another project, which a detection would hold up.
fn sets<'a>(
    read: &'a Read,
    observed: &'a Observed,
    wanted: &BTreeSet<String>,
) -> Result<Vec<(&'a String, &'a DesiredStackSet, &'a ObservedStackSet)>, Failure> {
    let chosen = read
        .desired
        .stack_sets
        .iter()
        .filter(|(name, _)| wanted.contains(*name));
    let there = chosen.filter_map(|(name, set)| Some((name, set, observed.stack_sets.get(&set.aws_name)?)));
    let (mut sets, mut foreign) = (Vec::new(), Vec::new());
    for (name, set, live) in there {
        match live.definition.tags.get(PROJECT_TAG) {
            Some(project) if *project != read.desired.project.value => {
                let message = format!(
                    "StackSet `{}` exists and belongs to project `{project}`",
                    set.aws_name
                );
                let diagnostic = Diagnostic::error("E0601", message)
                    .label(&set.name.span, format!("marked {PROJECT_TAG} = {project}"))
                    .note("while a detection runs, nobody can change the StackSet; nothing was started")
                    .help(format!("read what is known of it: stackfleet drift {name}"));
                foreign.push(diagnostic);
            }
            _ => sets.push((name, set, live)),
        }
    }
    if foreign.is_empty() {
        Ok(sets)
    } else {
        Err(Failure::of_files(foreign, read.sources.clone()).with_exit(Exit::Blocked))
    }
}

fn detection(args: &args::Drift, set: &DesiredStackSet, live: &ObservedStackSet) -> Detection {
    let has_own = |overrides: &BTreeMap<_, _>| !overrides.is_empty();
    let own_values = live
        .instances
        .values()
        .any(|instance| instance.overrides.as_ref().is_some_and(has_own));
    Detection {
        stack_set: live.id.clone(),
        own_values,
        preferences: set.preferences.drift.clone(),
        wait: args.wait.unwrap_or(PATIENCE),
    }
}

fn names(observed: &Observed) -> Names {
    let accounts = observed.organization.accounts.iter();
    accounts
        .map(|(id, account)| (id.clone(), account.name.clone()))
        .collect()
}

/// One StackSet, and who hears of it.
struct Line {
    name: String,
    aws_name: StackSetName,
    wanted: Detection,
    names: Names,
    running: Running,
    terminal: Terminal,
}

impl Line {
    async fn detect(self, aws: Arc<dyn Operate>, clock: Arc<dyn Clock>) -> Ended {
        let mut lines: Option<WatchLines> = None;
        let told = |step: Detecting| match step {
            Detecting::Seen(seen) => {
                let row = || OperationRow::of(&self.name, &self.aws_name, seen.operation.clone());
                let lines = lines.get_or_insert_with(|| WatchLines::new(row(), self.names.clone()));
                for line in lines.hear(clock.now(), &seen.operation, &seen.results) {
                    self.terminal.say(&line);
                }
            }
            step => self.hear(step),
        };
        let end = executor::detect_drift(aws.as_ref(), clock.as_ref(), &self.wanted, told);
        let end = end.await;
        (self.name, end)
    }

    fn hear(&self, step: Detecting) {
        let name = &self.name;
        match step {
            Detecting::Waiting(holder) => {
                let holder =
                    holder.map_or_else(|| "another operation".to_owned(), |id| format!("operation {id}"));
                let wait = args::in_words(self.wanted.wait);
                self.terminal
                    .say(&format!("waiting for {holder} on {name} (up to {wait})"));
            }
            Detecting::Found(id) => {
                self.terminal.say(&format!(
                    "{name}: drift detection {id} runs already and is taken for this one"
                ));
                self.note(id, true);
            }
            Detecting::Sending(id) => self.note(id, false),
            Detecting::Started(id) => {
                self.terminal
                    .say(&format!("{name}: drift detection {id} started"));
                self.note(id, true);
            }
            Detecting::Seen(_) => {}
        }
    }

    fn note(&self, id: OperationId, known: bool) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(self.name.clone(), (id, known));
    }
}

/// What goes on at AWS when this run does not.
fn left(running: &Running, terminal: Terminal) {
    let running = running.lock().unwrap_or_else(PoisonError::into_inner);
    if running.is_empty() {
        terminal.complain("interrupted: nothing was started");
    }
    for (name, (id, known)) in running.iter() {
        let goes_on = if *known {
            "goes on at AWS"
        } else {
            "was sent and not answered: it may go on at AWS"
        };
        terminal.complain(&format!(
            "interrupted: drift detection {id} of {name} {goes_on}; the next --refresh takes it up"
        ));
    }
}

/// Refusals first; then whether every instance was checked.
fn outcome(ended: Vec<Ended>, read: &Read, running: &Running) -> Result<Exit, Failure> {
    let (mut well, mut refused) = (true, Vec::new());
    for (name, end) in ended {
        match end {
            Ok(watched) => well &= is_whole(&watched),
            Err(DetectError::Busy(holder)) => {
                let holder = holder.map_or_else(|| "of somebody else".to_owned(), |id| id.to_string());
                refused.push(busy(&name, (&holder, None), "drift --refresh"));
            }
            Err(DetectError::Refused(error)) => refused.push(refuse(error, read)),
        }
    }
    let nothing = running.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
    let exit = refused
        .iter()
        .map(|failure| failure.exit)
        .min_by_key(|exit| exit.code());
    match exit {
        None if well => Ok(Exit::Done),
        None => Ok(Exit::Incomplete),
        Some(exit) => {
            let sources: Sources = read.sources.clone();
            let all = refused
                .into_iter()
                .flat_map(|failure| failure.diagnostics)
                .collect();
            let exit = if nothing { exit } else { Exit::Incomplete };
            Err(Failure::of_files(all, sources).with_exit(exit))
        }
    }
}

fn refuse(error: CallError, read: &Read) -> Failure {
    let failures = vec![error];
    refusal::of_observation(&ObserveError::Incomplete { failures }, read)
}

/// A success of AWS with failed instances in it is none.
fn is_whole(watched: &Watched) -> bool {
    let one = &watched.operation;
    let failed = watched
        .results
        .iter()
        .any(model::call::InstanceResult::is_failure);
    one.status == OperationStatus::Succeeded && one.failed_instances == 0 && !failed
}
