//! Blocks of a report as elements.

use super::{text, timeline};
use crate::document::{Block, Kind, Piece, Row, Section, Table, Weight};
use crate::escape::line_of_code;
use crate::markdown::is_plain;
use crate::style::Meaning;
use crate::words::{count, joined};

/// Characters of a line of a text difference.
const LINE: usize = 2000;

/// Lines of a text difference; the plan has them all.
const LINES: usize = 5_000;

/// The class of a meaning.
pub(super) fn class(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Plain | Meaning::Heading => "plain",
        Meaning::Aside => "aside",
        Meaning::Create => "create",
        Meaning::Update => "update",
        Meaning::Delete => "delete",
        Meaning::Detach => "detach",
        Meaning::Adopt => "adopt",
        Meaning::Good => "good",
        Meaning::Bad => "bad",
        Meaning::Attention => "attention",
    }
}

/// Pieces in a line.
pub(super) fn line(pieces: &[Piece]) -> String {
    joined(pieces.iter().map(piece))
}

fn piece(piece: &Piece) -> String {
    let words = text(&piece.text);
    let shown = match &piece.kind {
        Kind::Words => words,
        Kind::Break => "<br>".to_owned(),
        Kind::Strong => format!("<strong>{words}</strong>"),
        Kind::Name if piece.text.is_empty() => "–".to_owned(),
        Kind::Link(address) if is_plain(address) => format!("<a href=\"{}\">{words}</a>", text(address)),
        // The looks shorten it; a click selects the whole of it.
        Kind::Id => format!("<code class=\"id\" title=\"{words}\">{words}</code>"),
        Kind::Name | Kind::Link(_) => format!("<code>{words}</code>"),
    };
    match piece.meaning {
        Meaning::Plain => shown,
        meaning => format!("<span class=\"{}\">{shown}</span>", class(meaning)),
    }
}

pub(super) fn block(block: &Block) -> String {
    match block {
        Block::Callout(meaning, items) => {
            let items = joined(items.iter().map(|item| format!("<li>{}</li>\n", line(item))));
            format!("<ul class=\"callout {}\">\n{items}</ul>\n", class(*meaning))
        }
        Block::Lines(lines) => {
            let lines: Vec<String> = lines.iter().map(|one| line(one)).collect();
            format!("<p>{}</p>\n", lines.join("<br>\n"))
        }
        Block::List(items) => {
            let items = joined(items.iter().map(|item| format!("<li>{}</li>\n", line(item))));
            format!("<ul>\n{items}</ul>\n")
        }
        Block::Table(table) => self::table(table),
        Block::Diff(text) => diff(text),
        Block::Timeline(one) => timeline::timeline(one),
        Block::Section(section) => self::section(section),
    }
}

/// Where a page is narrow, a table of words becomes a list of its rows, and one of counts scrolls by itself; the keyboard reaches it.
fn table(table: &Table) -> String {
    let head = joined(
        table
            .columns
            .iter()
            .map(|(title, right)| format!("<th scope=\"col\"{}>{}</th>", side(*right), text(title))),
    );
    let rows = joined(table.rows.iter().map(|one| row(table, one)));
    let counts = table.columns.iter().filter(|(_, right)| *right).count();
    let marked = table.columns.first().is_some_and(|(title, _)| title.is_empty());
    let class = match (counts > 1, marked) {
        (true, _) => "scroll",
        (false, true) => "scroll rows marked",
        (false, false) => "scroll rows",
    };
    format!(
        "<div class=\"{class}\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        text(table.name)
    )
}

fn side(right: bool) -> &'static str {
    if right { " class=\"right\"" } else { "" }
}

fn row(table: &Table, row: &Row) -> String {
    let cells = joined(
        row.cells
            .iter()
            .zip(&table.columns)
            .map(|(cell, (title, right))| {
                let label = match text(title) {
                    title if title.is_empty() => String::new(),
                    title => format!(" data-label=\"{title}\""),
                };
                format!("<td{}{label}>{}</td>", side(*right), line(cell))
            }),
    );
    let below = if row.below { " class=\"below\"" } else { "" };
    format!("<tr{below}>{cells}</tr>\n")
}

fn diff(all: &str) -> String {
    let all: Vec<&str> = all
        .lines()
        .skip_while(|line| line.starts_with("--- ") || line.starts_with("+++ "))
        .collect();
    let line = |line: &str| {
        let class = match line.as_bytes().first() {
            Some(b'+') => "create",
            Some(b'-') => "delete",
            Some(b'@') => "aside",
            _ => "plain",
        };
        format!(
            "<span class=\"{class}\">{}</span>",
            text(&line_of_code(line, LINE))
        )
    };
    let lines = joined(all.iter().take(LINES).map(|one| line(one)));
    let rest = match all.len().saturating_sub(LINES) {
        0 => String::new(),
        left => format!(
            "<span class=\"aside\">… {}</span>",
            count(left as u64, "more line")
        ),
    };
    format!(
        "<pre class=\"diff\" role=\"region\" tabindex=\"0\" aria-label=\"Text difference\">{lines}{rest}</pre>\n"
    )
}

/// Everything is open but lists of names: a page is read, and printed, as it is.
fn section(section: &Section) -> String {
    let blocks = joined(section.blocks.iter().map(block));
    let open = if section.weight == Weight::Page {
        ""
    } else {
        " open"
    };
    format!(
        "<details{open}>\n<summary>{}</summary>\n{blocks}</details>\n",
        line(&section.title)
    )
}
