//! What a code means.

use model::diagnostic::Severity;

use crate::layout::{self, wrap};
use crate::style::Meaning;

/// The code, or a concept without severity, with its title as a heading, then the text: as it was written where it fits, its
/// paragraphs filled anew in a narrow terminal. Lines to be copied are never broken.
pub fn explanation(
    severity: Option<Severity>,
    (code, title): (&str, &str),
    text: &str,
    width: usize,
) -> String {
    let text = filled(text, width);
    let bold = Meaning::Heading.style();
    let (word, meaning) = match severity {
        Some(Severity::Error) => ("error", Meaning::Bad),
        Some(Severity::Warning) => ("warning", Meaning::Attention),
        None => return format!("{bold}{code}: {title}{bold:#}\n\n{text}\n"),
    };
    let colour = meaning.style();
    format!("{colour}{word}[{code}]{colour:#}: {bold}{title}{bold:#}\n\n{text}\n")
}

fn filled(text: &str, width: usize) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let is_copied = paragraph.lines().any(|line| line.starts_with(' '));
        let fits = paragraph.lines().all(|line| layout::width(line) <= width);
        if is_copied || fits {
            paragraph.to_owned()
        } else {
            let words: Vec<_> = paragraph.lines().collect();
            wrap(&words.join(" "), width).join("\n")
        }
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "One two three four,\nfive six seven.\n\n    stackfleet plan --profile platform\n\nThe end.";

    #[test]
    fn paragraphs_are_filled_and_lines_to_be_copied_are_not_broken() {
        assert_eq!(filled(TEXT, 40), TEXT);
        assert_eq!(
            filled(TEXT, 12),
            "One two\nthree four,\nfive six\nseven.\n\n    stackfleet plan --profile platform\n\nThe end."
        );
    }
}
