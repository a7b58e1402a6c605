//! Texts that others wrote, made safe to show.
//!
//! Names, reasons and templates come from AWS and from files. A terminal obeys escape sequences, and a reader trusts the
//! order and the presence of what is seen, so every character that acts or hides is shown as `\u{…}` instead.
//!
//! What else acts depends on where a text is shown: each such place has a file here, and each stands on [`escape`].

mod command;
mod log;
mod markdown;
mod markup;

use std::borrow::Cow;

pub(crate) use command::{command_data, command_property};
pub(crate) use log::tame;
pub(crate) use markdown::{code, fenced, prose};
pub(crate) use markup::{comment_word, markup};

/// The text with every character that acts or hides written out: `\u{202e}` instead of a character that turns the line
/// around. Line breaks and tabs become `\n`, `\r` and `\t`, so that it stays on one line. A text that has none of them is not copied.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// Characters of a text on a terminal: more than any value of CloudFormation has, and what nobody reads beyond. JSON has all.
const LONGEST: usize = 10_000;

/// The same for a terminal, where a text that nobody could read is cut and says so.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    match clipped(text, LONGEST) {
        Cow::Borrowed(text) => escape(text),
        Cow::Owned(text) => Cow::Owned(escape(&text).into_owned()),
    }
}

/// The beginning of a text that is too long to be read, in whole words, and how long it is.
pub(crate) fn clipped(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            let start = whole_words(text, end);
            let all = crate::words::number(text.chars().count() as u64);
            Cow::Owned(format!("{start}… ({all} characters)"))
        }
    }
}

/// What parts the items of a list.
const BETWEEN: &str = " · ";

/// The text up to `end` without a part of an item or of a word. One that is longer than all before it is cut, so that something is
/// left of it.
fn whole_words(text: &str, end: usize) -> &str {
    let (start, rest) = text.split_at(end);
    let parts = |c: char| c.is_whitespace() || c == ',';
    let item = if rest.starts_with(BETWEEN) {
        Some(end)
    } else {
        start.rfind(BETWEEN)
    };
    let word = if rest.starts_with(parts) {
        Some(end)
    } else {
        start.rfind(parts)
    };
    let cut = [item, word].into_iter().flatten().find(|at| *at >= end / 2);
    let (start, _) = text.split_at(cut.unwrap_or(end));
    start.trim_end_matches(|c| parts(c) || c == '·')
}

/// One line of a file as it is shown: a tab, which in a template is only ever indentation, has a width.
pub(crate) fn line_of_code(line: &str, most: usize) -> String {
    escape(&clipped(line, most).replace('\t', "    ")).into_owned()
}

/// Appends one character as it is shown.
pub(crate) fn push(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        c if is_hidden(c) => shown.extend(c.escape_unicode()),
        c => shown.push(c),
    }
}

/// Whether a character acts on the terminal or is not seen: controls (C0, DEL, C1), bidirectional marks, zero-width and
/// filler characters, line separators, variation selectors and tags.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_act_or_hide_are_written_out() {
        let hostile = "a\u{1b}[31mb\u{202e}c\u{200b}d\u{9b}2Je\u{7f}\nf\tg";
        assert_eq!(
            escape(hostile),
            "a\\u{1b}[31mb\\u{202e}c\\u{200b}d\\u{9b}2Je\\u{7f}\\nf\\tg"
        );
    }

    #[test]
    fn a_long_text_is_cut_between_words_and_a_list_between_its_items() {
        for (text, most, shown) in [
            ("a role is there already", 9, "a role is… (23 characters)"),
            ("a role is there already", 12, "a role is… (23 characters)"),
            (
                "dev 1 (eu) · search 2 (us) · maps 3",
                20,
                "dev 1 (eu)… (35 characters)",
            ),
            (
                "subnet-0a1,subnet-0b2,subnet-0c3",
                26,
                "subnet-0a1,subnet-0b2… (32 characters)",
            ),
            ("arn:of-one-word-alone", 10, "arn:of-one… (21 characters)"),
            (
                "a wordthatislongerthanhalf",
                20,
                "a wordthatislongerth… (26 characters)",
            ),
        ] {
            assert_eq!(clipped(text, most), shown);
        }
    }

    #[test]
    fn ordinary_words_of_any_script_stay_as_they_are() {
        for text in ["", "payments-prod", "Größe · 支払い → ✓", "שלום"] {
            assert_eq!(escape(text), text);
        }
    }
}
