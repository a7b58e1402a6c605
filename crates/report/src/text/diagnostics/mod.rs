//! Diagnostics in the manner of rustc: the place, what is wrong there, its other side, and an edit to paste.

mod source;

use std::collections::BTreeMap;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet,
};
use model::diagnostic::{Diagnostic, Help, Label, Severity, Sources, Span};

use self::source::Shown;
use crate::escape::escape;
use crate::layout::wrap;
use crate::words::count;

/// Errors that are shown; a manifest with more of them has one cause for most.
const MOST_ERRORS: usize = 20;
/// Columns of notes and helps; the renderer does not wrap them.
const NOTE: usize = 90;

/// Files that spans point into, made safe to show.
type Files<'a> = BTreeMap<&'a str, Shown>;

/// Errors, then warnings, each with its place in its file. At most 20 errors are shown and the rest is counted.
///
/// A span into a file that `sources` does not have is shown as `file:line:column`; a span outside its file is moved inside.
pub fn diagnostics(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let (errors, warnings): (Vec<_>, Vec<_>) = diagnostics.iter().partition(|one| one.is_error());
    let shown: Vec<&Diagnostic> = errors
        .iter()
        .take(MOST_ERRORS)
        .chain(&warnings)
        .copied()
        .collect();
    let files = files(&shown, sources);
    let renderer = Renderer::styled()
        .decor_style(DecorStyle::Unicode)
        .hyperlink(false);
    let mut out = String::new();
    for one in shown {
        out.push_str(&renderer.render(&groups(one, &files)));
        out.push_str("\n\n");
    }
    if errors.len() > MOST_ERRORS {
        let more = count((errors.len() - MOST_ERRORS) as u64, "more error");
        out.push_str("and ");
        out.push_str(&more);
        out.push('\n');
    }
    out
}

fn files<'a>(diagnostics: &[&'a Diagnostic], sources: &Sources) -> Files<'a> {
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

fn groups<'a>(diagnostic: &'a Diagnostic, files: &'a Files<'_>) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(escape(&diagnostic.message))
        .id(escape(&diagnostic.code));
    let mut main = Group::with_title(title).elements(places(&diagnostic.labels, files));
    for note in &diagnostic.notes {
        main = main.element(Level::NOTE.message(prose(note)));
    }
    let mut edits = Vec::new();
    for help in &diagnostic.help {
        match edit(help, files) {
            Some(group) => edits.push(group),
            None => main = main.element(Level::HELP.message(prose(&words_of(help)))),
        }
    }
    let mut all = vec![main];
    all.extend(edits);
    all
}

/// One snippet for each file, in the order of the labels; only the first label is the primary one.
fn places<'a>(labels: &'a [Label], files: &'a Files<'_>) -> Vec<Element<'a>> {
    let mut snippets: Vec<(&str, Snippet<'a, Annotation<'a>>)> = Vec::new();
    let mut unknown: Vec<Element<'a>> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let Some(file) = files.get(label.span.file.as_str()) else {
            unknown.extend(origin(label));
            continue;
        };
        let kind = if index == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let mut annotation = kind.span(file.range(&label.span));
        if !label.text.is_empty() {
            annotation = annotation.label(escape(&label.text));
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
fn origin(label: &Label) -> Vec<Element<'_>> {
    let Span { file, start, .. } = &label.span;
    let origin = Origin::path(escape(file))
        .line(start.line as usize)
        .char_column(start.column as usize);
    let mut elements: Vec<Element<'_>> = vec![origin.into()];
    if !label.text.is_empty() {
        elements.push(Level::NOTE.message(prose(&label.text)).into());
    }
    elements
}

fn edit<'a>(help: &'a Help, files: &'a Files<'_>) -> Option<Group<'a>> {
    let replacement = help.replacement.as_ref()?;
    let file = files.get(replacement.span.file.as_str())?;
    let patch = Patch::new(file.range(&replacement.span), source::shown(&replacement.text));
    let title = Level::HELP.secondary_title(prose(&help.text));
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
fn prose(text: &str) -> String {
    let lines: Vec<String> = text.lines().flat_map(|line| wrap(&escape(line), NOTE)).collect();
    lines.join("\n")
}
