//! Diagnostics in the manner of rustc: the place, what is wrong there, its other side, and an edit to paste.

mod source;

use std::collections::BTreeMap;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet,
};
use model::diagnostic::{Diagnostic, Help, Label, Severity, Sources, Span};

use self::source::Shown;
use crate::escape::{escape, shown, tame};
use crate::layout::{NARROWEST, WIDEST, wrap};
use crate::words::count;

/// Errors that are shown; a manifest with more of them has one cause for most.
const MOST_ERRORS: usize = 20;
/// Columns in front of notes and helps; the renderer does not wrap them.
const BEFORE_NOTE: usize = 8;

/// What messages are drawn from.
struct Canvas<'a> {
    /// Files that spans point into, made safe to show.
    files: BTreeMap<&'a str, Shown>,
    /// Columns of notes and helps.
    room: usize,
}

/// Errors, then warnings, each with its place in its file. At most 20 errors are shown and the rest is counted.
///
/// Lines are fitted into so many columns. A span into a file that `sources` does not have is shown as `file:line:column`; a span
/// outside its file is moved inside.
pub fn diagnostics(diagnostics: &[Diagnostic], sources: &Sources, width: usize) -> String {
    let (errors, warnings): (Vec<_>, Vec<_>) = diagnostics.iter().partition(|one| one.is_error());
    let shown: Vec<&Diagnostic> = errors
        .iter()
        .take(MOST_ERRORS)
        .chain(&warnings)
        .copied()
        .collect();
    let width = width.clamp(NARROWEST, WIDEST);
    let canvas = Canvas {
        files: files(&shown, sources),
        room: width - BEFORE_NOTE,
    };
    let renderer = Renderer::styled()
        .decor_style(DecorStyle::Unicode)
        .term_width(width)
        .hyperlink(false);
    let mut out = String::new();
    for one in shown {
        out.push_str(&renderer.render(&groups(one, &canvas)));
        out.push_str("\n\n");
    }
    if errors.len() > MOST_ERRORS {
        let more = count((errors.len() - MOST_ERRORS) as u64, "more error");
        out.push_str("and ");
        out.push_str(&more);
        out.push('\n');
    }
    tame(out)
}

fn files<'a>(diagnostics: &[&'a Diagnostic], sources: &Sources) -> BTreeMap<&'a str, Shown> {
    let labels = diagnostics
        .iter()
        .flat_map(|one| &one.labels)
        .map(|label| &label.span);
    let edits = diagnostics.iter().flat_map(|one| &one.help);
    let edits = edits.filter_map(|help| help.replacement.as_ref().map(|edit| &edit.span));
    labels
        .chain(edits)
        .filter_map(|span| Some((span.file.as_str(), Shown::of(sources.get(&span.file)?))))
        .collect()
}

fn groups<'a>(diagnostic: &'a Diagnostic, canvas: &'a Canvas<'_>) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(shown(&diagnostic.message))
        .id(escape(&diagnostic.code));
    let mut main = Group::with_title(title).elements(places(&diagnostic.labels, canvas));
    for note in &diagnostic.notes {
        main = main.element(Level::NOTE.message(prose(note, canvas.room)));
    }
    let mut edits = Vec::new();
    for help in &diagnostic.help {
        match edit(help, canvas) {
            Some(group) => edits.push(group),
            None => main = main.element(Level::HELP.message(prose(&words_of(help), canvas.room))),
        }
    }
    let mut all = vec![main];
    all.extend(edits);
    all
}

/// One snippet for each file, in the order of the labels; only the first label is the primary one.
fn places<'a>(labels: &'a [Label], canvas: &'a Canvas<'_>) -> Vec<Element<'a>> {
    let mut snippets: Vec<(&str, Snippet<'a, Annotation<'a>>)> = Vec::new();
    let mut unknown: Vec<Element<'a>> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let Some(file) = canvas.files.get(label.span.file.as_str()) else {
            unknown.extend(origin(label, canvas.room));
            continue;
        };
        let kind = if index == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let mut annotation = kind.span(file.range(&label.span));
        if !label.text.is_empty() {
            annotation = annotation.label(shown(&label.text));
        }
        let name = label.span.file.as_str();
        match snippets.iter().position(|(known, _)| *known == name) {
            Some(at) => {
                let (name, snippet) = snippets.remove(at);
                snippets.insert(at, (name, snippet.annotation(annotation)));
            }
            None => snippets.push((name, snippet(file, name).annotation(annotation))),
        }
    }
    let mut elements: Vec<Element<'a>> = snippets.into_iter().map(|(_, snippet)| snippet.into()).collect();
    elements.append(&mut unknown);
    elements
}

fn snippet<'a, T: Clone>(file: &'a Shown, name: &'a str) -> Snippet<'a, T> {
    Snippet::source(file.text.as_str()).path(escape(name))
}

/// A place in a file whose text is not at hand.
fn origin(label: &Label, room: usize) -> Vec<Element<'_>> {
    let Span { file, start, .. } = &label.span;
    let origin = Origin::path(escape(file))
        .line(start.line as usize)
        .char_column(start.column as usize);
    let mut elements: Vec<Element<'_>> = vec![origin.into()];
    if !label.text.is_empty() {
        elements.push(Level::NOTE.message(prose(&label.text, room)).into());
    }
    elements
}

fn edit<'a>(help: &'a Help, canvas: &'a Canvas<'_>) -> Option<Group<'a>> {
    let replacement = help.replacement.as_ref()?;
    let file = canvas.files.get(replacement.span.file.as_str())?;
    let patch = Patch::new(file.range(&replacement.span), source::shown(&replacement.text));
    let title = Level::HELP.secondary_title(prose(&help.text, canvas.room));
    Some(title.element(snippet(file, &replacement.span.file).patch(patch)))
}

/// A help whose edit cannot be shown in place.
fn words_of(help: &Help) -> String {
    match &help.replacement {
        Some(edit) if edit.text.is_empty() => help.text.clone(),
        Some(edit) => format!("{}: `{}`", help.text, edit.text),
        None => help.text.clone(),
    }
}

/// Escaped and wrapped; the line breaks of the text stay.
fn prose(text: &str, room: usize) -> String {
    let lines: Vec<String> = text.lines().flat_map(|line| wrap(&shown(line), room)).collect();
    lines.join("\n")
}
