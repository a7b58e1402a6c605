//! What is told of a template that differs: what changes, and what that does to resources.

use model::plan::{Action, PermissionChange, PropertyChange, Replacement, ResourceChange};
use serde_json::Value;

use crate::style::Meaning;

/// Columns of a property's value; the text difference below shows all of it.
const VALUE: usize = 60;

/// Actions, resources or principals of a permission that are named; the text difference has the rest.
const NAMED: usize = 4;

/// Characters in front of a difference inside a value.
const CONTEXT: usize = 12;

/// One thing that is said about a resource: what changes, and what that does to it.
pub(crate) struct Told {
    /// For example `MaxSessionDuration: 3600 → 7200`.
    pub(crate) what: String,
    /// For example `in place`.
    pub(crate) effect: &'static str,
    /// How bad the effect is.
    pub(crate) meaning: Meaning,
}

pub(crate) fn tell(resource: &ResourceChange, new: bool) -> Vec<Told> {
    // A new resource is told by its type: its properties are the template itself.
    if is_whole(resource) || new {
        let (effect, meaning) = match resource.action {
            Action::Update => replacement(resource.replacement),
            _ => ("", Meaning::Plain),
        };
        let whole = Told {
            what: outcome(resource.action).to_owned(),
            effect,
            meaning,
        };
        // What comes or goes as a whole has its permissions in its template, but nobody should have to look for these.
        let broader = resource.permissions.iter().filter(|change| change.broader);
        return std::iter::once(whole).chain(broader.map(permission)).collect();
    }
    let permissions = &resource.permissions;
    let property = |property: &PropertyChange| {
        let (effect, meaning) = replacement(property.replacement);
        // The lines below say what a policy's statements come to.
        let told_below = permissions
            .iter()
            .any(|change| is_in(&property.path, &change.policy));
        let what = if told_below {
            format!("{}: other statements", property.path)
        } else {
            property_text(property)
        };
        Told {
            what,
            effect,
            meaning,
        }
    };
    let properties = resource.properties.iter().map(property);
    properties.chain(permissions.iter().map(permission)).collect()
}

/// Whether a property is a policy or a part of one.
fn is_in(path: &str, policy: &str) -> bool {
    path.strip_prefix(policy)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// `Policies.read: + s3:ListBucket on *`
fn permission(change: &PermissionChange) -> Told {
    let what = format!("{}: {}", change.policy, granted(change));
    let (effect, meaning) = if change.broader {
        ("! broader", Meaning::Bad)
    } else {
        ("", Meaning::Plain)
    };
    Told {
        what,
        effect,
        meaning,
    }
}

/// `+ s3:ListBucket on *`
pub(crate) fn granted(change: &PermissionChange) -> String {
    let sign = if change.action == Action::Delete {
        "−"
    } else {
        "+"
    };
    let mut words = Vec::new();
    if change.effect != "Allow" {
        words.push(change.effect.to_lowercase());
    }
    let parts = [
        ("", &change.actions),
        ("on ", &change.resources),
        ("for ", &change.principals),
    ];
    let named = parts.iter().filter(|(_, items)| !items.is_empty());
    words.extend(named.map(|(word, items)| format!("{word}{}", shortened(items))));
    let mut granted = format!("{sign} {}", words.join(" "));
    if change.conditional {
        granted.push_str(", under a condition");
    }
    granted
}

fn shortened(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| clip(item, 0)).collect();
    let named = items.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match items.len().checked_sub(NAMED) {
        Some(0) | None => named,
        Some(more) => format!("{named} and {more} more"),
    }
}

fn replacement(replacement: Replacement) -> (&'static str, Meaning) {
    match replacement {
        Replacement::Never => ("in place", Meaning::Aside),
        Replacement::Unknown => ("unknown", Meaning::Attention),
        Replacement::Conditional => ("may replace", Meaning::Attention),
        Replacement::Always => ("replaces", Meaning::Bad),
    }
}

pub(crate) fn is_whole(resource: &ResourceChange) -> bool {
    let parts = resource.properties.len() + resource.permissions.len();
    parts == 0 || resource.action != Action::Update
}

fn outcome(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Delete => "deleted",
        Action::Detach => "let go, it stays",
        Action::Update | Action::Recreate | Action::Adopt | Action::None => "updated",
    }
}

/// `MaxSessionDuration: 3600 → 7200`, and what makes it differ when that is elsewhere.
fn property_text(property: &PropertyChange) -> String {
    let path = &property.path;
    let (before, after) = (property.before.as_ref(), property.after.as_ref());
    match &property.through {
        Some(through) if before == after => format!("{path}: through {through}"),
        Some(through) => format!("{path}: {}, through {through}", values(before, after)),
        None if before.is_none() && after.is_none() => path.clone(),
        None => format!("{path}: {}", values(before, after)),
    }
}

pub(crate) fn values(before: Option<&Value>, after: Option<&Value>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = apart(&plain(before), &plain(after));
            format!("{before} → {after}")
        }
        (None, Some(after)) => format!("+ {}", clip(&plain(after), 0)),
        (Some(before), None) => format!("- {}", clip(&plain(before), 0)),
        (None, None) => String::new(),
    }
}

/// Two values, long ones from where they differ on.
pub(crate) fn apart(one: &str, other: &str) -> (String, String) {
    let same = same_start(one, other);
    (clip(one, same), clip(other, same))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Characters at which two texts are the same, less a few that show where one is.
fn same_start(one: &str, other: &str) -> usize {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    same.count().saturating_sub(CONTEXT)
}

/// The part of a long text that differs from its counterpart.
fn clip(text: &str, same: usize) -> String {
    if text.chars().count() <= VALUE {
        return text.to_owned();
    }
    let part: String = text.chars().skip(same).take(VALUE).collect();
    let before = if same > 0 { "…" } else { "" };
    let after = if text.chars().count() > same + VALUE {
        "…"
    } else {
        ""
    };
    format!("{before}{part}{after}")
}
