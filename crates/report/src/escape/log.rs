//! Job logs. A runner reads every line that a job prints and obeys some: GitHub those that begin with `::` behind spaces, and, as
//! others, those that hold `##[…` or `##word[…` anywhere.

use std::borrow::Cow;

/// A finished text, each line as a runner may see it. A line that would act loses its colours with that.
pub(crate) fn tame(text: String) -> String {
    if !text.contains("::") && !text.contains("##") {
        return text;
    }
    let lines = text.split_inclusive('\n').map(|line| {
        let plain = without_styles(line);
        if acts(&plain) {
            Cow::Owned(tame_line(&plain))
        } else {
            Cow::Borrowed(line)
        }
    });
    lines.collect()
}

/// A line without our own colours: runners take those away before they look.
fn without_styles(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, text)| text));
    }
    plain
}

/// Whether a runner would obey a line.
fn acts(line: &str) -> bool {
    line.trim_start().starts_with("::") || holds_command(line)
}

fn holds_command(line: &str) -> bool {
    line.match_indices("##").any(|(at, _)| {
        let after = line.get(at..).unwrap_or_default().trim_start_matches('#');
        after
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric())
            .starts_with('[')
    })
}

/// A line that a runner shows and does not obey: what would act is written out, everything else stays.
fn tame_line(line: &str) -> String {
    let mut shown = String::with_capacity(line.len() + 8);
    let mut rest = line;
    let start = line.len() - line.trim_start().len();
    if line.trim_start().starts_with("::") {
        let (before, after) = line.split_at(start);
        shown.push_str(before);
        shown.push_str("\\u{3a}");
        rest = after.strip_prefix(':').unwrap_or(after);
    }
    shown.push_str(&rest.replace("##", "#\\u{23}"));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_a_runner_obeys_are_known_and_made_tame() {
        for line in [
            "::error::x",
            "   ::set-output name=a::b",
            "a ##[group]b",
            "##vso[task.complete]",
            "###[error]x",
        ] {
            assert!(acts(line), "{line}");
            assert!(!acts(&tame_line(line)), "{line}: {}", tame_line(line));
        }
        assert_eq!(
            tame("\u{1b}[1m  ::error::x\u{1b}[0m\nb\n".to_owned()),
            "  \\u{3a}:error::x\nb\n"
        );
    }

    #[test]
    fn ordinary_lines_are_not_touched() {
        for line in ["a::b", "# Heading", "## Heading", "arn:aws:sns:::x", "a #[x]"] {
            assert!(!acts(line), "{line}");
        }
    }
}
