//! Statements of a policy, taken apart into single grants.

use serde_json::Value;

use super::resolve::function;

/// A statement with more combinations than this is not taken apart as far.
const MAX_PARTS: usize = 1000;
/// Longer texts are not matched against patterns.
const MAX_LENGTH: usize = 2048;

/// One action on one resource for one principal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grant {
    /// `Allow`, `Deny`
    pub(super) effect: String,
    /// `AWS: 111122223333`; empty where a policy has none.
    pub(super) principal: String,
    /// `s3:GetObject`; `not s3:*` for all others.
    pub(super) action: String,
    /// `*`; empty where a policy has none.
    pub(super) resource: String,
    /// The condition as JSON; empty without.
    pub(super) condition: String,
}

impl Grant {
    /// Whether everything that the other says is said here too, as far as patterns and conditions show it.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.effect == other.effect
            && (self.condition.is_empty() || self.condition == other.condition)
            && (matches(&self.principal, &other.principal) || self.principal.ends_with(": *"))
            && matches(
                &self.action.to_ascii_lowercase(),
                &other.action.to_ascii_lowercase(),
            )
            && matches(&self.resource, &other.resource)
    }
}

/// Every grant of a policy document. A statement in a branch of `Fn::If` counts as if it were there.
pub(super) fn of_document(document: &Value) -> Vec<Grant> {
    let mut grants = Vec::new();
    if let Some(statements) = document.get("Statement") {
        statement(statements, &mut grants);
    }
    grants.sort();
    grants.dedup();
    grants
}

fn statement(value: &Value, grants: &mut Vec<Grant>) {
    match (value, function(value)) {
        (Value::Array(items), _) => items.iter().for_each(|item| statement(item, grants)),
        (_, Some(("Fn::If", branches))) => {
            let branches = branches.as_array().into_iter().flatten().skip(1);
            branches.for_each(|branch| statement(branch, grants));
        }
        (Value::Object(map), None) if map.contains_key("Effect") => grants.extend(taken_apart(value)),
        _ => {}
    }
}

fn taken_apart(statement: &Value) -> Vec<Grant> {
    let effect = statement.get("Effect").map(written).unwrap_or_default();
    let condition = statement
        .get("Condition")
        .map(Value::to_string)
        .unwrap_or_default();
    let mut parts = [
        either(statement, "Principal", "NotPrincipal"),
        either(statement, "Action", "NotAction"),
        either(statement, "Resource", "NotResource"),
    ];
    for part in [2, 0, 1] {
        let combinations: usize = parts.iter().map(Vec::len).product();
        if combinations > MAX_PARTS
            && let Some(texts) = parts.get_mut(part)
        {
            *texts = vec![texts.join(", ")];
        }
    }
    let [principals, actions, resources] = parts;
    let mut grants = Vec::new();
    for principal in &principals {
        for action in &actions {
            grants.extend(resources.iter().map(|resource| Grant {
                effect: effect.clone(),
                principal: principal.clone(),
                action: action.clone(),
                resource: resource.clone(),
                condition: condition.clone(),
            }));
        }
    }
    grants
}

/// The texts of an element, or of its negation, which says something only as a whole; one empty text for neither.
fn either(statement: &Value, element: &str, negation: &str) -> Vec<String> {
    if let Some(value) = statement.get(negation) {
        return vec![format!("not {}", texts(value, "").join(", "))];
    }
    let found = statement
        .get(element)
        .map(|value| texts(value, ""))
        .unwrap_or_default();
    if found.is_empty() {
        vec![String::new()]
    } else {
        found
    }
}

/// A text, a list of texts, or lists by kind as principals have them.
fn texts(value: &Value, kind: &str) -> Vec<String> {
    let mut found = match value {
        Value::Array(items) => items.iter().flat_map(|item| texts(item, kind)).collect(),
        Value::Object(map) if function(value).is_none() => map
            .iter()
            .flat_map(|(kind, value)| texts(value, &format!("{kind}: ")))
            .collect(),
        other => vec![format!("{kind}{}", written(other))],
    };
    found.sort();
    found.dedup();
    found
}

/// A value as people write it: `${Bucket.Arn}` for `!GetAtt Bucket.Arn`.
pub(super) fn written(value: &Value) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let found = match function(value) {
        None => text(value),
        Some(("Ref", name)) => text(name).map(|name| format!("${{{name}}}")),
        Some(("Fn::Sub", template)) => text(template),
        Some(("Fn::GetAtt", path)) => {
            let path: Option<Vec<_>> = path
                .as_array()
                .map(|path| path.iter().filter_map(Value::as_str).collect());
            path.map(|path| format!("${{{}}}", path.join(".")))
        }
        _ => None,
    };
    found.unwrap_or_else(|| value.to_string())
}

/// Whether a pattern with `*` and `?` takes a text; a pattern as text is taken by a wider one.
fn matches(pattern: &str, text: &str) -> bool {
    if pattern == text || pattern == "*" {
        return true;
    }
    if pattern.len() > MAX_LENGTH
        || text.len() > MAX_LENGTH
        || pattern.starts_with("not ")
        || text.starts_with("not ")
    {
        return false;
    }
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(b'?') => (at, from) = (at + 1, from + 1),
            Some(byte) if text.get(from) == Some(byte) => (at, from) = (at + 1, from + 1),
            _ => match star {
                Some((back, taken)) => {
                    star = Some((back, taken + 1));
                    (at, from) = (back + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_pattern_takes_a_narrower_one() {
        for (pattern, text) in [
            ("s3:*", "s3:Get*"),
            ("*", ""),
            ("s3:Get?bject", "s3:GetObject"),
            ("a*b*", "aXbY"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("s3:Get*", "s3:*"),
            ("", "a"),
            ("a*b", "aXc"),
            ("not s3:*", "not s3:Get*"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
