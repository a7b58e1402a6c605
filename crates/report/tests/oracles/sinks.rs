//! Everything that is written of a thing, held against what it is read with.

use std::collections::BTreeMap;

use model::diagnostic::{Diagnostic, Sources};
use model::plan::Plan;
use model::target_matrix::StackSetTargets;
use report::text::{self, Diff, PlanView, TargetsDetail};
use report::{Surroundings, github, gitlab, html, json, junit, markdown, sarif};

use super::OURS;

/// Where the reports are read.
pub(crate) fn around() -> Surroundings {
    Surroundings {
        manifest: "stackfleet.toml".to_owned(),
        folder: "stacks/".to_owned(),
        files: Some(format!("{OURS}blob/")),
        job: Some(format!("{OURS}job")),
    }
}

/// A plan with its messages.
pub(crate) fn plan(plan: &Plan, sources: &Sources, bad: &str) {
    let around = around();
    let view = PlanView {
        diff: Diff::Full,
        width: 98,
        saved_as: Some(bad),
    };
    super::terminal(&text::plan(plan, &view), bad);
    super::markdown(&markdown::plan(plan, &around, markdown::STEP_SUMMARY), bad);
    super::html(&html::plan(plan, &around), bad);
    super::json(&json::plan(plan), Some(&serde_json::to_value(plan).unwrap()), bad);
    super::json(&gitlab::plan(plan), None, bad);
    super::outputs(
        &github::output_file(&github::plan_outputs(plan), "mark"),
        "mark",
        bad,
    );
    messages(&plan.diagnostics, sources, bad);
}

/// Messages of any command, with the texts that they point into.
pub(crate) fn messages(diagnostics: &[Diagnostic], sources: &Sources, bad: &str) {
    let around = around();
    super::terminal(&text::diagnostics(diagnostics, sources, 98), bad);
    super::terminal(&text::diagnostics(diagnostics, &BTreeMap::new(), 98), bad);
    super::json(&json::diagnostics(diagnostics), None, bad);
    super::json(&sarif::diagnostics(diagnostics, "1.0.0", &around), None, bad);
    super::markdown(
        &markdown::messages("plan", diagnostics, &around, markdown::STEP_SUMMARY),
        bad,
    );
    super::html(&html::messages("plan", diagnostics, &around), bad);
    super::xml(&junit::messages("apply", diagnostics), bad);
    super::annotations(&github::annotations(diagnostics, &around), bad);
}

/// What `targets` says.
pub(crate) fn targets(sets: &[StackSetTargets], bad: &str) {
    for detail in [TargetsDetail::Auto, TargetsDetail::Full] {
        super::terminal(&text::targets(sets, detail, 98), bad);
    }
    super::json(&json::targets(sets), None, bad);
}
