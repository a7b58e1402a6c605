//! A manifest as sections with entries, each with its comments.

use toml_edit::{ArrayOfTables, DocumentMut, Item, RawString, Table};

use super::value::{self, Shape};

/// A whole manifest.
pub(super) struct Pages {
    /// Lines above everything that no key claims.
    pub(super) head: Vec<Line>,
    /// The keys above the first header, then each header.
    pub(super) sections: Vec<Section>,
    /// Lines behind everything that no section claims.
    pub(super) end: Vec<Line>,
}

/// A header and what stands below it.
#[derive(Default)]
pub(super) struct Section {
    /// Names in the header; none for the keys above the first one.
    pub(super) path: Vec<String>,
    /// Whether the header is one of a list: `[[…]]`.
    pub(super) is_list: bool,
    /// Whether the first name of the path is that of a list, whose tables belong to its items.
    pub(super) below_list: bool,
    /// Lines above the header.
    pub(super) lead: Vec<Line>,
    /// The comment behind the header.
    pub(super) comment: Option<String>,
    /// Its keys.
    pub(super) entries: Vec<Entry>,
    /// Comments below the last key.
    pub(super) tail: Vec<Line>,
}

/// A key and its value.
pub(super) struct Entry {
    /// Lines above it.
    pub(super) lead: Vec<Line>,
    /// The first name, which says where it stands.
    pub(super) first: String,
    /// The whole key as it is written.
    pub(super) key: String,
    /// The value.
    pub(super) value: Shape,
    /// The comment behind it.
    pub(super) comment: Option<String>,
}

/// A line without a key.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing; never two of them behind each other.
    Blank,
    /// With its number sign.
    Comment(String),
}

/// The sections of a document, in the order in which they are written.
pub(super) fn of(document: &DocumentMut) -> Pages {
    let mut tables = Vec::new();
    collect(document.as_table(), &mut Vec::new(), (false, false), &mut tables);
    tables.sort_by_key(|(table, section)| (!section.path.is_empty(), table.position()));
    let mut sections: Vec<Section> = Vec::new();
    for (table, mut section) in tables {
        let lead = lines(table.decor().prefix());
        (section.lead, section.comment) = (lead, trailing(table.decor().suffix()));
        section.entries = entries(table);
        // A group of comments right below the last key, and apart from the header, is about what is above.
        if let Some(before) = sections.last_mut().filter(|before| !before.is_empty()) {
            (before.tail, section.lead) = split(std::mem::take(&mut section.lead));
        }
        sections.push(section);
    }
    let mut end = lines(Some(document.trailing()));
    if let Some(last) = sections.last_mut().filter(|last| !last.is_empty()) {
        (last.tail, end) = below(end);
    }
    let head = sections.iter_mut().find(|section| !section.is_empty()).map(head);
    sections.retain(|section| !section.is_empty());
    Pages {
        head: head.unwrap_or_default(),
        sections,
        end,
    }
}

impl Section {
    /// Whether there is nothing to print: no header and no key.
    fn is_empty(&self) -> bool {
        self.path.is_empty() && self.entries.is_empty()
    }
}

/// Every table with a header, and the root.
fn collect<'t>(
    table: &'t Table,
    path: &mut Vec<String>,
    (is_list, below_list): (bool, bool),
    found: &mut Vec<(&'t Table, Section)>,
) {
    let shown = path.is_empty() || !table.is_implicit() || !table.get_values().is_empty();
    if shown && !table.is_dotted() {
        let section = Section {
            path: path.clone(),
            is_list,
            below_list,
            ..Section::default()
        };
        found.push((table, section));
    }
    for (key, item) in table {
        path.push(key.to_owned());
        match item {
            Item::Table(below) => collect(below, path, (false, below_list), found),
            Item::ArrayOfTables(items) => of_list(items, path, found),
            _ => {}
        }
        path.pop();
    }
}

fn of_list<'t>(items: &'t ArrayOfTables, path: &mut Vec<String>, found: &mut Vec<(&'t Table, Section)>) {
    let below_list = path.len() == 1;
    for item in items {
        collect(item, path, (true, below_list), found);
    }
}

fn entries(table: &Table) -> Vec<Entry> {
    let read = |(keys, value): (Vec<&toml_edit::Key>, &toml_edit::Value)| {
        let lead = keys.last().and_then(|key| key.leaf_decor().prefix());
        let first = keys.first().map(|key| key.get().to_owned());
        Entry {
            lead: lines(lead),
            first: first.unwrap_or_default(),
            key: value::key(&keys),
            value: value::of(value),
            comment: trailing(value.decor().suffix()),
        }
    };
    table.get_values().into_iter().map(read).collect()
}

/// The lines of what stands before something; the last one, which that stands in, is not one of them.
fn lines(raw: Option<&RawString>) -> Vec<Line> {
    let text = raw.and_then(RawString::as_str).unwrap_or_default();
    let mut found = Vec::new();
    for line in text
        .split('\n')
        .rev()
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        push(&mut found, line);
    }
    // What has no line feed behind it is the end of the file.
    if let Some(last) = text
        .rsplit('\n')
        .next()
        .filter(|last| last.trim_start().starts_with('#'))
    {
        push(&mut found, last);
    }
    found
}

fn push(lines: &mut Vec<Line>, line: &str) {
    let line = line.trim();
    if !line.is_empty() {
        lines.push(Line::Comment(line.to_owned()));
    } else if lines.last() != Some(&Line::Blank) {
        lines.push(Line::Blank);
    }
}

/// The comment in what stands behind something on its line.
fn trailing(raw: Option<&RawString>) -> Option<String> {
    let text = raw.and_then(RawString::as_str).unwrap_or_default().trim();
    text.starts_with('#').then(|| text.to_owned())
}

/// The first group of comments when another line follows it, and the rest.
fn split(lines: Vec<Line>) -> (Vec<Line>, Vec<Line>) {
    if lines.contains(&Line::Blank) {
        below(lines)
    } else {
        (Vec::new(), lines)
    }
}

/// The comments before the first blank line, and the rest.
fn below(mut lines: Vec<Line>) -> (Vec<Line>, Vec<Line>) {
    let group = lines
        .iter()
        .position(|line| *line == Line::Blank)
        .unwrap_or(lines.len());
    let rest = lines.split_off(group);
    (lines, rest)
}

/// What stands above everything: the line that names the schema, and comments that a blank line keeps apart from the first key.
fn head(first: &mut Section) -> Vec<Line> {
    let lead = match first.entries.first_mut() {
        Some(entry) if first.path.is_empty() => &mut entry.lead,
        _ => &mut first.lead,
    };
    let apart = lead
        .iter()
        .rposition(|line| *line == Line::Blank)
        .map(|at| at + 1);
    let schema = matches!(lead.first(), Some(Line::Comment(text)) if text.starts_with("#:schema"));
    let rest = lead.split_off(apart.unwrap_or(usize::from(schema)));
    std::mem::replace(lead, rest)
}
