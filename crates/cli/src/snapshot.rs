//! Snapshots of AWS in place of AWS: what they are good for, and what they are not.

use std::io::Read as _;
use std::path::Path;

use model::Timestamp;
use model::clock::Clock;
use model::diagnostic::Diagnostic;
use model::observed::Observed;
use model::plan::{Plan, PlanResult};
use model::snapshot::{Snapshot, SnapshotError};

use crate::clock::TokioClock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline::Read;
use crate::terminal::Terminal;
use crate::{files, git};

/// Bytes of a file that is read at most: some hundred thousand instances are a tenth of it.
const LARGEST: u64 = 512 * 1024 * 1024;

/// What was there when the snapshot was recorded, if it has everything that the manifest asks for. Its age is told.
pub(crate) fn observed(file: &Path, read: &Read, terminal: Terminal) -> Result<Observed, Failure> {
    let snapshot = Snapshot::open(&text(file)?).map_err(|error| broken(file, &error))?;
    let asked = &read.request;
    if !snapshot.is_of(asked) {
        return Err(foreign(&snapshot, read));
    }
    let missing = snapshot.missing(asked);
    if !missing.is_empty() {
        return Err(incomplete(file, &missing));
    }
    let age = age(snapshot.observed.taken_at, TokioClock::from_now(1.0).now());
    terminal.say(&format!(
        "{}: {}, {age}; nothing is asked of AWS",
        files::shown(file),
        in_short(&snapshot)
    ));
    let mut observed = snapshot.observed;
    observed.git = git::state(&read.directory, read.files());
    Ok(observed)
}

/// `3 StackSets with 120 instances, 41 accounts of o-a1b2c3d4e5, as of 2026-11-22T10:03:11Z`
pub(crate) fn in_short(snapshot: &Snapshot) -> String {
    let observed = &snapshot.observed;
    let instances: usize = observed.stack_sets.values().map(|set| set.instances.len()).sum();
    format!(
        "{} StackSets with {instances} instances, {} accounts of {}, as of {:.0}",
        observed.stack_sets.len(),
        observed.organization.accounts.len(),
        observed.organization.id,
        observed.taken_at
    )
}

/// How old something is, in its largest unit.
fn age(taken_at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(taken_at.as_second());
    match seconds {
        ..0 => "newer than this machine's clock".to_owned(),
        0..60 => "less than a minute old".to_owned(),
        60..3_600 => format!("{} min old", seconds / 60),
        3_600..172_800 => format!("{} h old", seconds / 3_600),
        _ => format!("{} days old", seconds / 86_400),
    }
}

/// A plan that nobody has held against AWS is shown, and never applied.
pub(crate) fn mark(plan: &mut Plan) {
    plan.source.snapshot = true;
    plan.applyable = false;
}

/// E0706: a plan from a snapshot.
pub(crate) fn refuse(plan: &Plan) -> Result<(), Failure> {
    if !plan.source.snapshot || matches!(plan.result, PlanResult::Blocked | PlanResult::Error) {
        return Ok(());
    }
    let diagnostic = Diagnostic::error("E0706", "this plan was made from a snapshot, not from AWS")
        .note("nothing was changed")
        .help("plan against AWS: stackfleet plan --out plan.json")
        .help(format!(
            "or approve what it does, if that is what AWS needs too: stackfleet apply --approved {}",
            plan.digest.short()
        ));
    Err(Failure::from(diagnostic).with_exit(Exit::Stale))
}

fn text(file: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::file("read", file, &error);
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(failed)?;
    opened
        .take(LARGEST + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() as u64 > LARGEST {
        let message = format!("`{}` is too large for a snapshot", files::shown(file));
        let limit = format!("{} MiB are read at most", LARGEST / (1024 * 1024));
        return Err(Diagnostic::error("E0050", message).note(limit).into());
    }
    Ok(text)
}

fn broken(file: &Path, error: &SnapshotError) -> Failure {
    let message = format!("`{}` is not a snapshot as it was saved", files::shown(file));
    Diagnostic::error("E0050", message)
        .note(error.to_string())
        .help("record it again: stackfleet snapshot --out FILE")
        .into()
}

fn foreign(snapshot: &Snapshot, read: &Read) -> Failure {
    let (was, is) = (&snapshot.scope, &read.desired.aws);
    let message = format!(
        "the snapshot is of account {} in {}, organization {}",
        was.admin_account, was.region, snapshot.observed.organization.id
    );
    let mut diagnostic = Diagnostic::error("E0051", message).label(
        &is.admin_account.span,
        format!(
            "the manifest says {} in {}",
            is.admin_account.value, is.region.value
        ),
    );
    if let Some(organization) = &is.organization {
        diagnostic = diagnostic.label(&organization.span, "and this organization");
    }
    let diagnostic = diagnostic.help("record one for this manifest: stackfleet snapshot --out FILE");
    Failure::of_files(vec![diagnostic], read.sources.clone())
}

/// Names that a message lists.
const LISTED: usize = 10;

fn incomplete(file: &Path, missing: &[String]) -> Failure {
    let message = format!(
        "`{}` does not have everything that this plan needs",
        files::shown(file)
    );
    let mut diagnostic = Diagnostic::error("E0052", message);
    for one in missing.iter().take(LISTED) {
        diagnostic = diagnostic.note(format!("not recorded: {one}"));
    }
    if missing.len() > LISTED {
        diagnostic = diagnostic.note(format!("and {} more", missing.len() - LISTED));
    }
    diagnostic
        .help("record it again with this manifest: stackfleet snapshot --out FILE")
        .into()
}
