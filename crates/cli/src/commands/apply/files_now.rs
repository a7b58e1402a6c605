//! The files that a saved plan was made from, as they are now: the plan counts, and whoever expects something else is told.

use std::path::Path;

use model::diagnostic::Diagnostic;
use model::plan::Plan;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::pipeline;
use crate::terminal::Terminal;

/// Says that the files say something else now, or refuses for it when that is wanted. A plan may be carried out where its files are
/// not; then there is nothing to say, and nothing that could be vouched for.
pub(super) fn compare(plan: &Plan, strict: bool, terminal: Terminal) -> Result<(), Failure> {
    let manifest = Path::new(&plan.source.manifest);
    let shown = files::shown(manifest);
    let what = match (&plan.source.files, manifest.is_file()) {
        (Some(then), true) => {
            let now = pipeline::read(Some(&manifest.to_owned())).map(|read| read.digest());
            if now.as_ref().ok() == Some(then) {
                return Ok(());
            }
            format!("{shown}, or a file that it names, has changed since the plan was made")
        }
        _ if strict => format!("{shown} is not there to be compared with the plan"),
        _ => return Ok(()),
    };
    if strict {
        return Err(refusal(what));
    }
    terminal.say(&format!("{what}; the plan is carried out as it was saved"));
    Ok(())
}

fn refusal(what: String) -> Failure {
    let diagnostic = Diagnostic::error("E0707", what)
        .note("--strict carries a plan out only when its files are as they were; nothing was changed")
        .help("plan again and have it reviewed: stackfleet plan --out plan.json");
    Failure::from(diagnostic).with_exit(Exit::Stale)
}
