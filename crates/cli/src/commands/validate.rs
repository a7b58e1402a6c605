//! `stackfleet validate`: check manifests, templates and policies, without AWS.

use model::diagnostic::{Diagnostic, Severity};

use crate::args::{self, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifests::{self, from_here};
use crate::pipeline::Read;
use crate::reports::{self, About, Told};
use crate::terminal::Terminal;

/// Reads everything and says whether it is right.
pub(crate) fn run(args: &args::Validate, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let reads = manifests::read(&global.manifest)?;
    let wrong: Vec<Failure> = reads
        .iter()
        .filter_map(|read| named(read, &reads, policies(read)))
        .collect();
    if !wrong.is_empty() {
        return Err(manifests::together(wrong));
    }
    let warnings = reads
        .iter()
        .filter_map(|read| named(read, &reads, read.warnings.clone()));
    let warned = manifests::together(warnings.collect());
    if args.strict && !warned.diagnostics.is_empty() {
        return Err(strictly(warned));
    }
    let about = About::Messages(Told {
        command: "validate",
        messages: &warned.diagnostics,
        manifest: match reads.as_slice() {
            [one] => &one.desired.manifest,
            _ => "",
        },
    });
    reports::write(&args.reports.report, about, terminal)?;
    match terminal.format {
        Format::Text => {
            terminal.tell(&warned.diagnostics, &warned.sources);
            terminal.result(&report::text::validation(
                reads.iter().map(|read| (&read.desired, read.warnings.len())),
            ))
        }
        Format::Json => terminal.result(&report::json::diagnostics(&warned.diagnostics)),
    }?;
    Ok(Exit::Done)
}

fn policies(read: &Read) -> Vec<Diagnostic> {
    planner::policies::mistakes(&read.desired.guard.policies)
}

/// Messages about one of several manifests name files as they are called from here.
fn named(read: &Read, all: &[Read], messages: Vec<Diagnostic>) -> Option<Failure> {
    if messages.is_empty() {
        return None;
    }
    let told = Failure::of_files(messages, read.sources.clone());
    Some(match all {
        [_] => told,
        _ => from_here(read.desired.manifest.as_ref(), told),
    })
}

/// Warnings as what `--strict` makes of them, in every output.
fn strictly(mut warned: Failure) -> Failure {
    for one in &mut warned.diagnostics {
        one.severity = Severity::Error;
        one.notes
            .push("a warning that counts as an error because of --strict".to_owned());
    }
    warned
}
