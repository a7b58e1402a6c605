//! A template's difference: none for formatting, resources and lines for the rest.

use model::digest::Digest;
use model::plan::TemplateChange;
use similar::{ChangeTag, TextDiff};
use template::Template;

/// Lines of context in a text difference.
const CONTEXT: usize = 3;

/// What differs between a template and the observed text. An observed text that cannot be read differs as a whole.
pub(super) fn change(wanted: &Template, body: &str, observed: &str) -> Option<TemplateChange> {
    if observed == body {
        return None;
    }
    let before = template::read("(in AWS)", observed).ok();
    if before.as_ref().is_some_and(|before| before.same_as(wanted)) {
        return None;
    }
    let path = &wanted.file;
    let text = TextDiff::from_lines(observed, body);
    let lines = |tag| text.iter_all_changes().filter(|line| line.tag() == tag).count() as u64;
    let unified_diff = text
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    Some(TemplateChange {
        path: path.clone(),
        before: Some(Digest::of_bytes(observed.as_bytes())),
        after: Digest::of_bytes(body.as_bytes()),
        lines_added: lines(ChangeTag::Insert),
        lines_removed: lines(ChangeTag::Delete),
        unified_diff,
        resources: template::diff(before.as_ref(), wanted),
        sections: Vec::new(),
    })
}

/// A template that is new as a whole.
pub(super) fn of_new(wanted: &Template, body: &str) -> TemplateChange {
    TemplateChange {
        path: wanted.file.clone(),
        before: None,
        after: Digest::of_bytes(body.as_bytes()),
        lines_added: body.lines().count() as u64,
        lines_removed: 0,
        unified_diff: String::new(),
        resources: template::diff(None, wanted),
        sections: Vec::new(),
    }
}
