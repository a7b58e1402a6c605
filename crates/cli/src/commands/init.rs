//! `stackfleet init`: a manifest and a template to start from.

use std::path::Path;

use crate::args::{self, Format};
use crate::discover::MANIFEST;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

const TEMPLATE: &str = "templates/audit-log-group.yaml";

/// Writes both files; one that exists is left as it is and is an error.
pub(crate) fn run(args: &args::Init, terminal: Terminal) -> Result<Exit, Failure> {
    let contents = [
        (MANIFEST, include_str!("../../starter/stackfleet.toml")),
        (
            TEMPLATE,
            include_str!("../../starter/templates/audit-log-group.yaml"),
        ),
    ];
    for (name, _) in contents {
        refuse_existing(&args.into.join(name))?;
    }
    for (name, text) in contents {
        files::create(&args.into.join(name), text)?;
    }
    let written = contents.map(|(name, _)| args.into.join(name).display().to_string());
    terminal.result(&match terminal.format {
        Format::Text => advice(args, &written),
        Format::Json => serde_json::json!({ "written": written }).to_string(),
    })?;
    Ok(Exit::Done)
}

fn advice(args: &args::Init, written: &[String]) -> String {
    let there = match args.into.as_path() {
        here if here == Path::new(".") => String::new(),
        there => format!(" -C {}", files::shown(there)),
    };
    format!(
        "Wrote {}.\n\nTry it without AWS:  stackfleet{there} plan --simulate\nThen put your own account ids into [aws].\n",
        report::escape(&written.join(" and "))
    )
}

fn refuse_existing(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Failure::file("create", path, &exists));
    }
    Ok(())
}
