//! The whole flow on one page.
//!
//! 1. [`read`]: the manifest and its templates become [`Desired`], or every mistake at once;
//! 2. [`open`]: the same, with AWS, or the simulator in its place;
//! 3. [`observe`]: what AWS has, whole or not at all, with the values that the environment gives;
//! 4. [`plan`]: what to do, pure;
//! 5. [`secrets`] and [`carry_out`]: doing it, telling every event.
//!
//! Commands are compositions of these and say nothing of their own about StackSets.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::clock::Clock;
use model::desired::{Desired, Request};
use model::diagnostic::{Diagnostic, Sources};
use model::digest::Digest;
use model::event::{ApplyResult, ApplySummary, EventKind};
use model::observed::Observed;
use model::plan::{Plan, Selection};
use model::secrets::Secrets;
use planner::Limits;

use crate::args::Global;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Listener;
use crate::session::{Place, Session};
use crate::terminal::Terminal;
use crate::{discover, git, profiles, refusal, secrets};

/// A manifest without errors.
#[derive(Debug)]
pub(crate) struct Read {
    /// What it wants.
    pub(crate) desired: Desired,
    /// What must be read of AWS to plan it.
    pub(crate) request: Request,
    /// What it should think about again.
    pub(crate) warnings: Vec<Diagnostic>,
    /// The texts of all files that were read.
    pub(crate) sources: Sources,
    /// Where the manifest is; the simulator's world is kept beside it.
    pub(crate) directory: PathBuf,
}

impl Read {
    /// Every file that was read, the manifest among them.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let manifest = PathBuf::from(&self.desired.manifest);
        let named = self.sources.keys().filter(|name| **name != self.desired.manifest);
        std::iter::once(manifest).chain(named.map(|name| self.directory.join(name)))
    }

    /// Whether another manifest is in the same directory, where a simulated world is kept for both.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        let place = |read: &Self| Path::new(".").join(&read.directory).canonicalize().ok();
        place(self).is_some_and(|one| place(other) == Some(one))
    }

    /// Of the texts of all files; the manifest counts by what it says and not by how it is called from here.
    pub(crate) fn digest(&self) -> Digest {
        let texts = self.sources.iter().map(|(name, text)| {
            let manifest = *name == self.desired.manifest;
            (if manifest { "" } else { name.as_str() }, text)
        });
        Digest::of(&texts.collect::<BTreeMap<_, _>>())
    }
}

/// Reads the manifest that `--manifest` names, or the one here or above.
pub(crate) fn read(manifest: Option<&PathBuf>) -> Result<Read, Failure> {
    let path = match manifest {
        Some(path) => path.clone(),
        None => discover::manifest()?,
    };
    let directory = path.parent().map(PathBuf::from).unwrap_or_default();
    let reading = manifest::read(&path);
    match reading.desired {
        Some(desired) => Ok(Read {
            request: desired.request(),
            desired,
            warnings: reading.diagnostics,
            sources: reading.sources,
            directory,
        }),
        None => Err(Failure::of_files(reading.diagnostics, reading.sources)),
    }
}

/// Reads the manifest, and connects to where it is for.
pub(crate) async fn open(global: &Global, terminal: Terminal) -> Result<(Read, Session), Failure> {
    let read = read(global.one_manifest())?;
    profiles::check(global, [&read.desired.aws.admin_account.value])?;
    let place = Place::of_manifest(&read.desired).with(&global.profile);
    let session = Session::open(global, &read.directory, &place, terminal).await?;
    Ok((read, session))
}

/// Reads AWS, and adds what the environment gives to the parameters.
pub(crate) async fn observe(read: &Read, session: &Session) -> Result<Observed, Failure> {
    let observed = Box::pin(session.aws.observe(&read.request)).await;
    let mut observed = observed.map_err(|error| refusal::of_observation(&error, read))?;
    let mut environment = BTreeMap::new();
    for (name, sensitive) in read.desired.environment() {
        let Ok(value) = std::env::var(&name) else { continue };
        if sensitive {
            observed.secrets.insert(name);
        } else {
            environment.insert(name, value);
        }
    }
    observed.environment = environment;
    observed.git = git::state(&read.directory, read.files());
    tracing::info!(
        accounts = observed.organization.accounts.len(),
        stack_sets = observed.stack_sets.len(),
        "observed"
    );
    Ok(observed)
}

/// Compares both sides. The manifest's own warnings come first in the plan.
pub(crate) fn plan(read: &Read, observed: &Observed) -> Plan {
    plan_selected(read, observed, &Selection::default())
}

/// The same for what was chosen of it.
pub(crate) fn plan_selected(read: &Read, observed: &Observed, selection: &Selection) -> Plan {
    plan_within(read, observed, selection, &Limits::default())
}

/// The same within other limits.
pub(crate) fn plan_within(read: &Read, observed: &Observed, selection: &Selection, limits: &Limits) -> Plan {
    let mut plan = planner::plan_selected(&read.desired, observed, limits, selection);
    let known = std::mem::take(&mut plan.diagnostics);
    plan.diagnostics = read.warnings.iter().cloned().chain(known).collect();
    plan.source.files = Some(read.digest());
    tracing::info!(
        operations = plan.operations.len(),
        digest = plan.digest.short(),
        "planned"
    );
    plan
}

/// The values of every secret that a plan refers to, of the environment and of Systems Manager.
pub(crate) async fn secrets(plan: &Plan, session: &Session) -> Result<Secrets, Failure> {
    let references = secrets::references(plan).cloned().collect();
    let values = session.aws.secrets(&plan.scope.admin_account, &references).await;
    let values = values.map_err(|error| Failure::of_files(error.diagnostics(), Sources::new()))?;
    let mut secrets = secrets::of_plan(plan);
    secrets.extend(values);
    Ok(secrets)
}

/// How an apply ends that leaves something to plan.
const LEAVES_A_REST: [ApplyResult; 3] = [
    ApplyResult::AwaitingApproval,
    ApplyResult::Failed,
    ApplyResult::Partial,
];

/// Carries a plan out. The summary comes whatever happens, and says which signal ended it. `rest` plans what is left,
/// and is only asked when an approval is missing or operations failed.
pub(crate) async fn carry_out(
    plan: &Plan,
    secrets: &Secrets,
    session: &Session,
    options: &executor::Options,
    listener: &mut Listener,
    rest: impl Future<Output = Option<Plan>>,
) -> ApplySummary {
    let interrupt = Interrupt::listen();
    let ears = Mutex::new(listener);
    let mut last = None;
    let done = executor::apply(
        plan,
        secrets,
        session.operate(),
        session.clock.clone(),
        options,
        |event| match event.kind {
            EventKind::ApplySummary(_) => last = Some(event),
            _ => lock(&ears).hear(&event),
        },
        interrupt.signal.clone(),
    );
    let mut summary = tokio::select! {
        summary = done => summary,
        never = beat(&ears, session.clock.as_ref()) => match never {},
    };
    if LEAVES_A_REST.contains(&summary.result) {
        let mut signal = interrupt.signal.clone();
        let rest = tokio::select! {
            rest = rest => rest,
            _ = signal.wait_for(|stop| *stop) => None,
        };
        if let Some(rest) = rest {
            summary.remaining = rest.summary.instances;
            summary.remaining_digest = Some(rest.digest);
        }
    }
    interrupt.tell(&mut summary);
    if let Some(mut event) = last {
        event.kind = EventKind::ApplySummary(Box::new(summary.clone()));
        lock(&ears).hear(&event);
    }
    summary
}

/// Tells the listeners what time it is, as long as somebody waits for something else.
async fn beat(ears: &Mutex<&mut Listener>, clock: &dyn Clock) -> Infallible {
    loop {
        let pause = lock(ears).pause(clock);
        pause.await;
        lock(ears).tick(clock.now());
    }
}

/// A listener that panicked is no reason to stop.
fn lock<'e, 'l>(ears: &'e Mutex<&'l mut Listener>) -> MutexGuard<'e, &'l mut Listener> {
    ears.lock().unwrap_or_else(PoisonError::into_inner)
}
