//! A corpus of hostile texts in every field that AWS or a file can fill, and every report held against a parser of its format.
//!
//! The fields are not listed here: every text of a serialized plan and of an apply's end is one that takes a hostile text and can be read
//! back. So a field that comes later is found by itself.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a missing value fails the test"
)]

mod oracles;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use model::diagnostic::Diagnostic;
use model::event::ApplySummary;
use model::plan::{Hold, Plan, PlanResult};
use report::{Surroundings, github, gitlab, html, json, junit, markdown, sarif, text};
use serde::de::DeserializeOwned;
use serde_json::Value;
use values::{changes, live, staged};

/// What acts somewhere.
const ATOMS: [&str; 52] = [
    "\u{1b}[2J",
    "\u{1b}]52;c;YQ==\u{7}",
    "\u{1b}]8;;https://evil.example\u{1b}\\x",
    "\u{9b}31m",
    "\u{9d}0;x\u{9c}",
    "\u{202e}gnp.exe",
    "\u{2066}x",
    "\u{200b}",
    "\u{feff}",
    "\u{e0041}\u{e0042}",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{fffe}",
    "\r",
    "\n",
    "\t",
    "\u{8}\u{8}",
    "::error::x",
    "::set-output name=digest::0",
    "::stop-commands::x",
    "##[error]x",
    "##vso[task.complete result=Failed]x",
    "%0A::error::x",
    "```",
    "````\n# x",
    "~~~",
    "`x`",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "| a | b |",
    "---",
    "===",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "@octocat",
    "#1",
    "a@evil.example",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"x",
    "--> <b>x</b> <!--",
    "]]><x/>",
    "&lt;script&gt;",
    "&#60;b&#62;",
    "**x** _y_ ~~z~~ $x$ :x: [^1]",
];

/// Each alone, between words, at the start of a line, twice, and behind characters that could take their escapes away.
fn corpus() -> Vec<String> {
    let wrapped = |atom: &&str| {
        [
            (*atom).to_owned(),
            format!("a {atom} b"),
            format!("a\n{atom}\n{atom}"),
            format!("\\{atom}\\`{atom}`"),
            format!("|{atom}</code></summary></details>\n\n{atom}"),
        ]
    };
    ATOMS.iter().flat_map(wrapped).collect()
}

/// A plan with everything in it.
fn rich_plan() -> Plan {
    let mut plan = staged::plan();
    plan.stack_sets.extend(changes::plan().stack_sets);
    plan.diagnostics.extend(changes::plan().diagnostics);
    let one = Diagnostic::error("E0101", "message")
        .label(&values::span(1), "label")
        .label(&values::span(2), "other")
        .note("note")
        .help("help")
        .replace("replacement", &values::span(1), "text");
    plan.diagnostics.push(one.clone());
    plan.holds.push(Hold {
        diagnostic: one,
        stack_set: Some("held".to_owned()),
        instances: 3,
    });
    plan.result = PlanResult::Blocked;
    plan.complete = false;
    plan.selection.exclude = vec!["excluded".to_owned()];
    for group in plan
        .stack_sets
        .iter_mut()
        .flat_map(|set| &mut set.instances.groups)
    {
        group.note = Some("note".to_owned());
    }
    plan
}

/// The places of texts in a value, whatever their positions in lists are: `stack_sets[].name`, and `{}` for names of members.
fn places(value: &Value, at: &str, all: &mut BTreeSet<String>) {
    match value {
        Value::String(_) => {
            all.insert(at.to_owned());
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| places(item, &format!("{at}[]"), all)),
        Value::Object(members) => {
            all.insert(format!("{at}{{}}"));
            for (name, member) in members {
                places(member, &format!("{at}.{name}"), all);
            }
        }
        _ => {}
    }
}

/// Puts a text at every one of some places; of a map, in place of one member's name.
fn poison(value: &mut Value, at: &str, wanted: &BTreeSet<String>, bad: &str) {
    match value {
        Value::String(text) if wanted.contains(at) => bad.clone_into(text),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| poison(item, &format!("{at}[]"), wanted, bad)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                poison(member, &format!("{at}.{name}"), wanted, bad);
            }
            let first = members.keys().next().cloned();
            if let Some(first) = first.filter(|_| wanted.contains(&format!("{at}{{}}"))) {
                let member = members.remove(&first).unwrap();
                members.insert(bad.to_owned(), member);
            }
        }
        _ => {}
    }
}

/// The places that take a hostile text and can still be read.
fn fields<T: DeserializeOwned>(value: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    places(value, "", &mut all);
    let takes = |place: &String| {
        let mut poisoned = value.clone();
        poison(
            &mut poisoned,
            "",
            &BTreeSet::from([place.clone()]),
            "\u{1b}[2J<x>",
        );
        // A name that the type does not know is skipped over, which shows nothing.
        serde_json::from_value::<T>(poisoned.clone()).is_ok()
            && (!place.ends_with("{}") || place.ends_with("names{}") || place.ends_with("failures{}"))
    };
    all.into_iter().filter(takes).collect()
}

fn poisoned<T: DeserializeOwned>(value: &Value, fields: &BTreeSet<String>, bad: &str) -> T {
    let mut value = value.clone();
    poison(&mut value, "", fields, bad);
    serde_json::from_value(value).unwrap()
}

fn around() -> Surroundings {
    Surroundings {
        folder: "stacks/".to_owned(),
        files: Some(format!("{}blob/", oracles::OURS)),
        job: Some(format!("{}job", oracles::OURS)),
    }
}

/// Everything that is written of a plan and an apply, held against what it is read with.
fn hold(plan: &Plan, summary: &ApplySummary, bad: &str) {
    let around = around();
    let view = text::PlanView {
        diff: text::Diff::Full,
        width: 98,
        saved_as: Some(bad),
    };
    oracles::terminal(&text::plan(plan, &view), bad);
    oracles::terminal(&text::apply_summary(summary, &plan.account_names, 98), bad);
    oracles::terminal(&text::diagnostics(&plan.diagnostics, &BTreeMap::new(), 98), bad);
    for text in [
        markdown::plan(plan, &around, markdown::STEP_SUMMARY),
        markdown::apply(plan, summary, &around, markdown::STEP_SUMMARY),
        markdown::messages("plan", &plan.diagnostics, &around, markdown::STEP_SUMMARY),
    ] {
        oracles::markdown(&text, bad);
    }
    oracles::html(&html::plan(plan, &around), bad);
    oracles::html(&html::apply(plan, summary, &around), bad);
    oracles::html(&html::messages("plan", &plan.diagnostics, &around), bad);
    oracles::json(&json::plan(plan), Some(&serde_json::to_value(plan).unwrap()), bad);
    oracles::json(&json::apply_summary(summary), None, bad);
    oracles::json(
        &sarif::diagnostics(&plan.diagnostics, "1.0.0", &around),
        None,
        bad,
    );
    oracles::json(&gitlab::plan(plan), None, bad);
    oracles::xml(&junit::apply(plan, summary), bad);
    oracles::xml(&junit::messages(&plan.diagnostics), bad);
    oracles::annotations(&github::annotations(&plan.diagnostics, &around), bad);
    oracles::annotations(&github::annotations(&github::failures(summary), &around), bad);
    oracles::outputs(
        &github::output_file(&github::plan_outputs(plan), "mark"),
        "mark",
        bad,
    );
}

struct Victims {
    plan: Value,
    summary: Value,
    plan_fields: BTreeSet<String>,
    summary_fields: BTreeSet<String>,
}

impl Victims {
    fn new() -> Self {
        let plan = serde_json::to_value(rich_plan()).unwrap();
        let mut summary = live::failed_summary();
        summary.secrets_sent = vec!["env:TOKEN".to_owned()];
        summary.causes.push(model::event::Cause {
            stack_set: Some("set".to_owned()),
            code: "E0701".to_owned(),
            message: "message".to_owned(),
            help: Some("help".to_owned()),
        });
        summary.operations[0].stage = Some("rollout/stage".to_owned());
        let summary = serde_json::to_value(summary).unwrap();
        Self {
            plan_fields: fields::<Plan>(&plan),
            summary_fields: fields::<ApplySummary>(&summary),
            plan,
            summary,
        }
    }

    fn hold(&self, bad: &str, only: Option<&String>) {
        let chosen = |fields: &BTreeSet<String>| match only {
            Some(field) => fields.iter().filter(|one| *one == field).cloned().collect(),
            None => fields.clone(),
        };
        let plan = poisoned(&self.plan, &chosen(&self.plan_fields), bad);
        let summary = poisoned(&self.summary, &chosen(&self.summary_fields), bad);
        hold(&plan, &summary, bad);
    }
}

#[test]
fn no_report_lets_a_hostile_text_through_in_all_fields_at_once() {
    let corpus = corpus();
    assert!(corpus.len() >= 200, "{}", corpus.len());
    let victims = Victims::new();
    for bad in &corpus {
        victims.hold(bad, None);
    }
}

#[test]
fn no_report_lets_a_hostile_text_through_in_any_field_alone() {
    let victims = Victims::new();
    let all: BTreeSet<&String> = victims
        .plan_fields
        .iter()
        .chain(&victims.summary_fields)
        .collect();
    assert!(all.len() >= 80, "{} fields: {all:#?}", all.len());
    let everything = ATOMS.join("\n");
    for field in all {
        victims.hold(&everything, Some(field));
    }
}

/// Puts a text at the first of the places with a name; whether there is one.
fn poison_first(value: &mut Value, at: &str, wanted: &str, bad: &str) -> bool {
    match value {
        Value::String(text) if at == wanted => {
            bad.clone_into(text);
            true
        }
        Value::Array(items) => items
            .iter_mut()
            .any(|item| poison_first(item, &format!("{at}[]"), wanted, bad)),
        Value::Object(members) => members
            .iter_mut()
            .any(|(name, member)| poison_first(member, &format!("{at}.{name}"), wanted, bad)),
        _ => false,
    }
}

/// What people read of a plan and an apply with a text in one of their fields that nobody can read.
fn hold_long(victims: &Victims, field: &str, bad: &str) {
    let (mut plan, mut summary) = (victims.plan.clone(), victims.summary.clone());
    let found = [&mut plan, &mut summary].map(|value| poison_first(value, "", field, bad));
    assert!(found.contains(&true), "there is no {field}");
    let plan: Plan = serde_json::from_value(plan).unwrap();
    let summary: ApplySummary = serde_json::from_value(summary).unwrap();
    let around = around();
    let limit = markdown::COMMENT;
    let comment = markdown::plan(&plan, &around, limit);
    assert!(comment.len() <= limit, "{field}: {}", comment.len());
    oracles::markdown(&comment, field);
    oracles::markdown(&markdown::apply(&plan, &summary, &around, limit), field);
    oracles::html(&html::plan(&plan, &around), field);
    oracles::xml(&junit::apply(&plan, &summary), field);
    oracles::annotations(&github::annotations(&plan.diagnostics, &around), field);
    oracles::terminal(&text::plan(&plan, &text::PlanView::default()), field);
    oracles::terminal(&text::apply_summary(&summary, &plan.account_names, 98), field);
}

#[test]
fn ten_megabytes_in_a_field_are_cut_where_people_read() {
    let victims = Victims::new();
    let one = format!("{}\n", ATOMS.concat());
    let bad = one.repeat(10_000_000 / one.len() + 1);
    assert!(bad.len() >= 10_000_000);
    for field in [
        ".stack_sets[].name",
        ".diagnostics[].message",
        ".stack_sets[].changes.template.unified_diff",
        ".operations[].reason",
    ] {
        hold_long(&victims, field, &bad);
    }
}
