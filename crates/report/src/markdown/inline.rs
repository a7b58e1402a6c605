//! Pieces of a line, in Markdown and in the HTML that Markdown may hold.

use crate::document::{Kind, Piece};
use crate::escape::{clipped, code, escape, markup, prose};

/// Characters of a name or a value.
const NAME: usize = 200;
/// Characters of words.
const WORDS: usize = 800;

/// A line of Markdown, of a table's cell as well.
pub(super) fn inline(pieces: &[Piece]) -> String {
    pieces.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match &piece.kind {
        Kind::Break => "<br>".to_owned(),
        Kind::Words => prose(&piece.text, WORDS),
        Kind::Strong if piece.text.is_empty() => String::new(),
        Kind::Strong => format!("**{}**", prose(&piece.text, WORDS)),
        Kind::Link(address) if is_plain(address) => format!("[{}]({address})", code(&piece.text, NAME)),
        Kind::Name | Kind::Id | Kind::Link(_) => code(&piece.text, NAME),
    }
}

/// Pieces in HTML without a line break, so that a block of it is not ended.
pub(super) fn html(pieces: &[Piece]) -> String {
    pieces.iter().map(html_piece).collect()
}

fn html_piece(piece: &Piece) -> String {
    let text = |most| markup(&clipped(&piece.text, most));
    match &piece.kind {
        Kind::Break => "<br>".to_owned(),
        Kind::Words => words(&piece.text),
        // In code neither mentions nor references are looked for.
        Kind::Strong => format!("<b>{}</b>", words(&piece.text)),
        Kind::Link(address) if is_plain(address) => {
            format!("<a href=\"{}\">{}</a>", markup(address), text(NAME))
        }
        Kind::Name | Kind::Id | Kind::Link(_) => format!("<code>{}</code>", text(NAME)),
    }
}

/// Words that could refer to something are code, as in Markdown.
fn words(text: &str) -> String {
    let shown = escape(&clipped(text, WORDS)).into_owned();
    let word = |word: &str| {
        let safe = markup(word);
        if word.contains(['@', '#', '`', '$', '\\', '*', '_', '[', '!', '|'])
            || word.contains("://")
            || word.contains("www.")
        {
            format!("<code>{safe}</code>")
        } else {
            safe
        }
    };
    shown.split(' ').map(word).collect::<Vec<String>>().join(" ")
}

/// Whether an address can stand in a link as it is.
pub(crate) fn is_plain(address: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:%#?=&+".contains(c);
    (address.starts_with("https://") || address.starts_with("http://")) && address.chars().all(plain)
}
