//! Diagnostics for code scanning: SARIF 2.1.0 (OASIS).

use std::collections::BTreeMap;

use model::diagnostic::{Diagnostic, Severity, Span};
use serde_json::{Value, json};

use crate::document::{Placed, Surroundings, each, percent, within};
use crate::plans::Plans;

/// Characters of a message; code scanning shows fewer.
const MESSAGE: usize = 4000;

/// Diagnostics, each at the places that it is about.
pub fn diagnostics(diagnostics: &[Diagnostic], version: &str, around: &Surroundings) -> String {
    run(&within(diagnostics, around).collect::<Vec<_>>(), version)
}

/// What is wrong with the plans of several manifests and what holds them. Each has the surroundings of its own manifest.
pub fn plans(plans: &Plans<'_>, version: &str, around: &[Surroundings]) -> String {
    let messages = plans.messages();
    run(&each(&messages, around).collect::<Vec<_>>(), version)
}

fn run(diagnostics: &[Placed<'_>], version: &str) -> String {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for (one, _) in diagnostics {
        rules.entry(&one.code).or_insert_with(|| rule(one));
    }
    let places: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, code)| (*code, at)).collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|(one, around)| {
            result(
                one,
                places.get(one.code.as_str()).copied().unwrap_or_default(),
                around,
            )
        })
        .collect();
    crate::json::pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "stackfleet",
                "semanticVersion": version,
                "rules": rules.into_values().collect::<Vec<Value>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "The root of the repository" } } },
            "results": results,
        }],
    }))
}

fn level(one: &Diagnostic) -> &'static str {
    match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn rule(one: &Diagnostic) -> Value {
    json!({
        "id": one.code,
        "defaultConfiguration": { "level": level(one) },
        "help": { "text": plain(&format!("stackfleet explain {}", one.code)) },
    })
}

fn result(one: &Diagnostic, rule: usize, around: &Surroundings) -> Value {
    let mut text = one.message.clone();
    let notes = one.notes.iter().map(|note| format!("\n{note}"));
    let help = one.help.iter().map(|help| format!("\nhelp: {}", help.text));
    text.extend(notes.chain(help));
    let mut result = json!({
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": level(one),
        "message": { "text": plain(&text) },
    });
    let mut places = one
        .labels
        .iter()
        .map(|label| place(&label.span, &label.text, around));
    if let Some(members) = result.as_object_mut() {
        if let Some(first) = places.next() {
            members.insert("locations".to_owned(), json!([first]));
        }
        let mut others: Vec<Value> = places.collect();
        for (id, other) in others.iter_mut().enumerate() {
            if let Some(other) = other.as_object_mut() {
                other.insert("id".to_owned(), json!(id));
            }
        }
        if !others.is_empty() {
            members.insert("relatedLocations".to_owned(), json!(others));
        }
    }
    result
}

fn place(span: &Span, text: &str, around: &Surroundings) -> Value {
    let mut place = json!({
        "physicalLocation": {
            "artifactLocation": {
                "uri": percent(&around.path(span)),
                "uriBaseId": "ROOT",
            },
            "region": {
                "startLine": span.start.line.max(1),
                "startColumn": span.start.column.max(1),
                "endLine": span.end.line.max(1),
                "endColumn": span.end.column.max(1),
            },
        },
    });
    if let Some(members) = place.as_object_mut().filter(|_| !text.is_empty()) {
        members.insert("message".to_owned(), json!({ "text": plain(text) }));
    }
    place
}

/// A message without a link: `[words](address)` would be one even in plain text (SARIF 2.1.0, §3.11.6).
fn plain(text: &str) -> String {
    let lines: Vec<String> = crate::escape::clipped(text, MESSAGE)
        .split('\n')
        .map(|line| crate::escape::escape(line).replace("](", "] ("))
        .collect();
    lines.join("\n")
}
