//! `stackfleet snapshot`: what AWS has now, as a file.

use model::snapshot::Snapshot;

use crate::args::{self, Global};
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
    terminal.result(&format!(
        "Saved as {file}: {}.\nPlan against it with:  stackfleet plan --snapshot {file}",
        in_short(&snapshot)
    ))?;
    Ok(Exit::Done)
}
