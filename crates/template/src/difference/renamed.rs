//! A resource that goes and one that comes with the same content: what looks like a new name makes a new resource.

use std::collections::BTreeMap;

use model::plan::{Action, ResourceChange};

use crate::Template;

/// Says so on both.
pub(super) fn note(changes: &mut [ResourceChange], [before, after]: [&Template; 2]) {
    let come = changes.iter().filter(|change| change.action == Action::Create);
    // Names by content; the last one is taken first.
    let mut new: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for change in come.rev() {
        if let Some(resource) = after.resources.get(&change.logical_id) {
            new.entry(resource.body.to_string())
                .or_default()
                .push(change.logical_id.clone());
        }
    }
    let gone = changes.iter().filter(|change| change.action == Action::Delete);
    let pairs: Vec<(String, String)> = gone
        .filter_map(|change| {
            let body = &before.resources.get(&change.logical_id)?.body;
            let twin = new.get_mut(&body.to_string())?.pop()?;
            Some((change.logical_id.clone(), twin))
        })
        .collect();
    for (old, new) in pairs.iter().filter(|(old, new)| old != new) {
        for change in changes.iter_mut() {
            if change.logical_id == *old {
                change.notes.push(format!(
                    "renamed to `{new}`: AWS makes that one and deletes this one"
                ));
            } else if change.logical_id == *new {
                change.notes.push(format!(
                    "renamed from `{old}`: AWS makes this one and deletes that one"
                ));
            }
        }
    }
}
