//! `stackfleet snapshot`: what AWS has now, as a file.

use model::snapshot::Snapshot;
use report::json::Note;

use crate::args::{self, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::pipeline;
use crate::snapshot::in_short;
use crate::terminal::Terminal;

/// Observes as `plan` does, and saves what was read.
pub(crate) async fn run(args: &args::Snapshot, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let (mut read, session) = pipeline::open(global, terminal).await?;
    read.request.deep = args.deep;
    let mut observed = pipeline::observe(&read, &session).await?;
    session.close()?;
    // The repository that counts is the one that is planned in.
    observed.git = None;
    let snapshot = Snapshot::new(read.request, observed);
    let text = snapshot
        .seal()
        .map_err(|error| Failure::file("write", &args.out, &std::io::Error::other(error)))?;
    files::replace(&args.out, &text)?;
    let file = files::shown(&args.out);
    terminal.result(&match terminal.format {
        Format::Text => format!(
            "Saved as {file}: {}.\nPlan against it with:  stackfleet plan --snapshot {file}",
            in_short(&snapshot)
        ),
        Format::Json => report::json::note(recorded(&snapshot, &args.out.display().to_string())),
    })?;
    Ok(Exit::Done)
}

fn recorded<'a>(snapshot: &'a Snapshot, file: &'a str) -> Note<'a> {
    let observed = &snapshot.observed;
    let instances: usize = observed.stack_sets.values().map(|set| set.instances.len()).sum();
    Note::Recorded {
        file,
        stack_sets: observed.stack_sets.len() as u64,
        instances: instances as u64,
        accounts: observed.organization.accounts.len() as u64,
        organization: observed.organization.id.as_str(),
        taken_at: observed.taken_at,
    }
}
