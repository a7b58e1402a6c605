//! `stackfleet explain`: what a code means and what to do about it.

use model::diagnostic::Diagnostic;
use report::json::Code;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::explanations::{self, Explanation};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Explains one code; without one, lists them all.
pub(crate) fn run(args: &args::Explain, terminal: Terminal) -> Result<Exit, Failure> {
    let text = match (&args.code, terminal.format) {
        (Some(code), Format::Text) => {
            let found = find(code)?;
            report::text::explanation(
                found.severity(),
                (found.code, found.title),
                found.text,
                terminal.width(),
            )
        }
        (Some(code), Format::Json) => report::json::codes(&[json(&find(code)?)]),
        (None, Format::Text) => list(),
        (None, Format::Json) => {
            let all: Vec<Code<'_>> = explanations::all().map(|found| json(&found)).collect();
            report::json::codes(&all)
        }
    };
    terminal.result(&text)?;
    Ok(Exit::Done)
}

fn find(code: &str) -> Result<Explanation, Failure> {
    explanations::of(code).ok_or_else(|| {
        let shown = report::escape(code);
        let diagnostic = Diagnostic::error("E0010", format!("no message has the code `{shown}`"));
        diagnostic
            .help("every code, a line each: stackfleet explain")
            .into()
    })
}

fn list() -> String {
    let lines = explanations::all().map(|found| format!("{}  {}\n", found.code, found.title));
    lines.collect()
}

fn json(found: &Explanation) -> Code<'static> {
    Code {
        code: found.code,
        severity: found.severity(),
        title: found.title,
        text: found.text,
    }
}
