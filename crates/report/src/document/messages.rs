//! What is wrong or worth knowing, alone where a command has nothing else to tell.

use model::diagnostic::Diagnostic;

use super::build::{SENTENCE, line_break, name, place, sentence, strong, words};
use super::{Block, Document, Section, Surroundings, Text, Weight};
use crate::escape::clipped;
use crate::style::Meaning;
use crate::words::count;

/// The report of a command that came to nothing, or that only checks.
pub(crate) fn of_messages(
    command: &'static str,
    diagnostics: &[Diagnostic],
    around: &Surroundings,
) -> Document {
    let (outcome, meaning) = outcome(diagnostics);
    let blocks = errors(diagnostics, around).into_iter();
    Document {
        command,
        title: words(format!("stackfleet {command} {outcome}")).into(),
        meaning,
        blocks: blocks.chain(warnings(diagnostics, around)).collect(),
        closing: words("Nothing was changed.").into(),
        ..Document::default()
    }
}

/// What came of it, and how good that is.
pub(super) fn outcome(diagnostics: &[Diagnostic]) -> (String, Meaning) {
    match diagnostics.iter().filter(|one| one.is_error()).count() as u64 {
        0 => ("found nothing wrong".to_owned(), Meaning::Good),
        errors => (format!("failed: {}", count(errors, "error")), Meaning::Bad),
    }
}

/// Errors one below the other; they are never left out.
pub(super) fn errors(diagnostics: &[Diagnostic], around: &Surroundings) -> Option<Block> {
    let errors = diagnostics.iter().filter(|one| one.is_error());
    let told: Vec<Text> = errors.map(|one| message(one, around)).collect();
    (!told.is_empty()).then_some(Block::List(told))
}

/// Warnings in a section of their own.
pub(super) fn warnings(diagnostics: &[Diagnostic], around: &Surroundings) -> Option<Block> {
    let warnings = diagnostics.iter().filter(|one| !one.is_error());
    let told: Vec<Text> = warnings.map(|one| message(one, around)).collect();
    let n = count(told.len() as u64, "warning");
    (!told.is_empty()).then(|| {
        Block::Section(Section {
            title: words(format!("⚠ {n}")).meaning(Meaning::Attention).into(),
            weight: Weight::Unchanged,
            blocks: vec![Block::List(told)],
        })
    })
}

/// `**W0301** stackfleet.toml:80 new accounts … (help)`
pub(super) fn message(one: &Diagnostic, around: &Surroundings) -> Text {
    let meaning = if one.is_error() {
        Meaning::Bad
    } else {
        Meaning::Attention
    };
    let mut text = vec![strong(&one.code).meaning(meaning), words(" ")];
    if let Some(label) = one.labels.first() {
        let at = format!("{}:{}", label.span.file, label.span.start.line);
        text.extend([place(at, &label.span, around), words(" ")]);
    }
    text.extend(sentence(&one.message));
    for note in &one.notes {
        text.push(words("; "));
        text.extend(sentence(note));
    }
    text.extend(one.help.iter().flat_map(|help| way_on(&help.text)));
    text
}

/// ` – stackfleet apply --wait 2h`: what to do. Of several lines, those to be copied stand by themselves.
pub(super) fn way_on(help: &str) -> Text {
    let help = clipped(help, SENTENCE);
    let mut text = vec![words(" – ")];
    for (at, line) in help.lines().enumerate() {
        if at > 0 {
            text.push(line_break());
        }
        if is_copied(line, at) {
            text.push(name(line.trim_end()));
        } else {
            text.extend(sentence(line.trim_end()));
        }
    }
    text.push(if help.lines().nth(1).is_some() {
        line_break()
    } else {
        words(" ")
    });
    text
}

/// A command, or what follows a sentence that ends with a colon: lines of a manifest.
fn is_copied(line: &str, at: usize) -> bool {
    let commands = ["stackfleet ", "aws ", "AWS_PROFILE="];
    at > 0
        || commands
            .iter()
            .any(|command| line.trim_start().starts_with(command))
}
