//! `stackfleet explain`: what a code means and what to do about it.

use model::diagnostic::Diagnostic;

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
            report::text::explanation(found.severity(), (found.code, found.title), found.text)
        }
        (Some(code), Format::Json) => json(&find(code)?).to_string(),
        (None, Format::Text) => list(),
        (None, Format::Json) => {
            let all: serde_json::Value = explanations::all().map(|found| json(&found)).collect();
            all.to_string()
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

fn json(found: &Explanation) -> serde_json::Value {
    serde_json::json!({
        "code": found.code,
        "severity": found.severity(),
        "title": found.title,
        "text": found.text,
    })
}
