//! Markdown as GitHub and GitLab read it. Names, mentions (`@team`), references (`#12`), links, images and HTML are neutralised by
//! code spans, which both leave alone; a word of prose that needs none keeps its looks.

use super::{clipped, escape};

/// What acts at the place of a text.
const PUNCTUATION: &str = "\\`*_{}[]<>#+!|&~$^@";
/// A word with one of these could become a mention, a reference, a link, an address or a formula.
const REFERRING: [&str; 6] = ["@", "#", "://", "www.", "GH-", "$"];
/// Hexadecimal digits from which a word could become the name of a commit.
const COMMIT: usize = 7;

/// A name or a value, in code. Nothing is a dash. Longer ones are cut and say so.
pub(crate) fn code(text: &str, most: usize) -> String {
    if text.is_empty() {
        return "–".to_owned();
    }
    let text = escape(&clipped(text, most)).into_owned();
    // In a table a bar ends its cell even in code, and a backslash before it may be one of the text's own.
    if text.contains('|') || text.trim().is_empty() {
        return format!("<code>{}</code>", entities(&text));
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Every character that could mean anything as a number.
fn entities(text: &str) -> String {
    let entity = |c: char| {
        if c.is_ascii_alphanumeric() || (c == ' ' && !text.trim().is_empty()) || !c.is_ascii() {
            c.to_string()
        } else {
            format!("&#{};", u32::from(c))
        }
    };
    text.chars().map(entity).collect()
}

/// Words; those that would act are shown as code.
pub(crate) fn prose(text: &str, most: usize) -> String {
    let text = escape(&clipped(text, most)).into_owned();
    let mut words: Vec<String> = text.split(' ').map(word).collect();
    if let Some(first) = words.iter_mut().find(|word| !word.is_empty()) {
        *first = no_block(first);
    }
    words.join(" ")
}

/// A word that begins no list and no rule where it is the first of a line.
fn no_block(word: &str) -> String {
    let after_digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - after_digits.len();
    let begins = match digits {
        0 => after_digits.starts_with(['-', '=']),
        _ => after_digits.starts_with(['.', ')']),
    };
    if !begins {
        return word.to_owned();
    }
    let (digits, rest) = word.split_at(digits);
    format!("{digits}\\{rest}")
}

fn word(word: &str) -> String {
    // `!12` is a merge request on GitLab, `%12` a milestone.
    let numbered = word.starts_with(['!', '%']) && word.len() > 1;
    if numbered || REFERRING.iter().any(|mark| word.contains(mark)) || is_like_a_commit(word) {
        let name = without_stops(word);
        return code(name, usize::MAX) + word.strip_prefix(name).unwrap_or_default();
    }
    let mut shown = String::with_capacity(word.len());
    for c in word.chars() {
        if PUNCTUATION.contains(c) {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}

/// A word without the commas, full stops and brackets of its sentence.
fn without_stops(word: &str) -> &str {
    let mut name = word;
    while name.len() > 1 {
        let opened = name.matches('(').count();
        let closes = name.ends_with(')') && name.matches(')').count() > opened;
        if !closes && !name.ends_with([',', '.', ';', ':']) {
            break;
        }
        name = name.split_at(name.len() - 1).0;
    }
    name
}

fn is_like_a_commit(word: &str) -> bool {
    let digits = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    digits.len() >= COMMIT
        && digits.bytes().all(|b| b.is_ascii_hexdigit())
        && digits.bytes().any(|b| b.is_ascii_alphabetic())
        && digits.bytes().any(|b| b.is_ascii_digit())
}

/// Lines of code in a fence that is longer than any inside.
pub(crate) fn fenced(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line, '`')).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

fn longest_run(text: &str, of: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_code_whatever_they_hold() {
        for (name, shown) in [
            ("payments-prod", "`payments-prod`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("", "–"),
            ("a\nb", "`a\\nb`"),
            ("a|b", "<code>a&#124;b</code>"),
        ] {
            assert_eq!(code(name, 100), shown);
        }
        assert_eq!(code("abcdef", 3), "`abc… (6 characters)`");
    }

    #[test]
    fn prose_keeps_its_words_and_loses_what_acts() {
        assert_eq!(
            prose("ask @team, see #12 or https://x.y <b> *now* [x](y)", 100),
            "ask `@team`, see `#12` or `https://x.y` \\<b\\> \\*now\\* \\[x\\](y)"
        );
        assert_eq!(
            prose("(see #12). f(${x}) ://.", 100),
            "(see `#12`). `f(${x})` `://`."
        );
        assert_eq!(prose("1. item - x", 100), "1\\. item - x");
        assert_eq!(prose("--- 2.5 x", 100), "\\--- 2.5 x");
        assert_eq!(prose("an odd ` stays", 100), "an odd \\` stays");
        assert_eq!(
            prose("commit 3f9c2ab1 in 1234567 lines", 100),
            "commit `3f9c2ab1` in 1234567 lines"
        );
    }

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        let lines = ["+ ```".to_owned(), "+ ````x".to_owned()];
        assert_eq!(fenced("diff", &lines), "`````diff\n+ ```\n+ ````x\n`````\n");
    }
}
