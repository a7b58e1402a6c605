//! What a code means.

use model::diagnostic::Severity;

use crate::style::Meaning;

/// The code, or a concept without severity, with its title as a heading, then the text as it was written.
pub fn explanation(severity: Option<Severity>, (code, title): (&str, &str), text: &str) -> String {
    let bold = Meaning::Heading.style();
    let (word, meaning) = match severity {
        Some(Severity::Error) => ("error", Meaning::Bad),
        Some(Severity::Warning) => ("warning", Meaning::Attention),
        None => return format!("{bold}{code}: {title}{bold:#}\n\n{text}\n"),
    };
    let colour = meaning.style();
    format!("{colour}{word}[{code}]{colour:#}: {bold}{title}{bold:#}\n\n{text}\n")
}
