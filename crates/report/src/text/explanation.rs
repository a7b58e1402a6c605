//! What a code means.

use model::diagnostic::Severity;

use crate::style::Meaning;

/// The code with its title as a heading, then the text as it was written.
pub fn explanation(severity: Severity, (code, title): (&str, &str), text: &str) -> String {
    let (word, meaning) = match severity {
        Severity::Error => ("error", Meaning::Bad),
        Severity::Warning => ("warning", Meaning::Attention),
    };
    let (colour, bold) = (meaning.style(), Meaning::Heading.style());
    format!("{colour}{word}[{code}]{colour:#}: {bold}{title}{bold:#}\n\n{text}\n")
}
