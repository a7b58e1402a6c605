//! `stackfleet init`: a manifest and a template to start from, for the organization that can be asked or for an imagined one.

mod start;

use std::path::Path;

use report::json::Note;

use crate::args::{self, Format, Global};
use crate::discover::MANIFEST;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;
use start::Start;

const TEMPLATE: &str = "templates/audit-log-group.yaml";

/// Writes both files; one that exists is left as it is and is an error.
pub(crate) async fn run(args: &args::Init, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    for name in [MANIFEST, TEMPLATE] {
        refuse_existing(&args.into.join(name))?;
    }
    let found = start::ask(global, &args.into, terminal).await?;
    let start = found.clone().unwrap_or_default();
    files::create(&args.into.join(MANIFEST), &start.manifest())?;
    let template = include_str!("../../starter/templates/audit-log-group.yaml");
    files::create(&args.into.join(TEMPLATE), template)?;
    let written = [MANIFEST, TEMPLATE].map(|name| args.into.join(name).display().to_string());
    terminal.result(&match terminal.format {
        Format::Text => advice(args, global, &written, found.as_ref()),
        Format::Json => {
            let organization = found.as_ref().and_then(|start| start.organization.as_deref());
            report::json::note(Note::Started {
                written: &written,
                organization,
            })
        }
    })?;
    Ok(Exit::Done)
}

fn advice(args: &args::Init, global: &Global, written: &[String], found: Option<&Start>) -> String {
    let there = match args.into.as_path() {
        here if here == Path::new(".") => String::new(),
        there => format!(" -C {}", files::shown(there)),
    };
    let written = written.join(" and ");
    let simulated = if global.simulate.is_some() {
        " --simulate"
    } else {
        ""
    };
    let wrote = report::escape(&written);
    match found.and_then(|start| start.organization.as_ref()) {
        Some(organization) => format!(
            "Wrote {wrote} for organization {}.\n\nSee what it would do:  stackfleet{there} plan{simulated}\n",
            report::escape(organization)
        ),
        None => format!(
            "Wrote {wrote}.\n\nTry it without AWS:  stackfleet{there} plan --simulate\nThen put your own account ids into [aws].\n"
        ),
    }
}

fn refuse_existing(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Failure::file("create", path, &exists));
    }
    Ok(())
}
