//! The report that GitLab shows beside a merge request (`artifacts:reports:terraform`): three numbers.

use model::plan::{Action, Plan, Summary};

use crate::plans::Plans;

/// `{"create":398,"update":408,"delete":104}`: what is let go without its stacks is gone for whoever reads three numbers.
pub fn plan(plan: &Plan) -> String {
    counts(&plan.summary)
}

/// The same for several plans together; nothing where one of them could not be made, since a number would be wrong.
pub fn plans(plans: &Plans<'_>) -> Option<String> {
    let all = plans.made().count() == plans.each.len();
    all.then(|| counts(&plans.summary()))
}

fn counts(summary: &Summary) -> String {
    let count = |action| summary.instances.get(&action).copied().unwrap_or_default();
    // What is made again is deleted and created, as Terraform counts a replacement.
    let again = count(Action::Recreate);
    let counts = serde_json::json!({
        "create": count(Action::Create) + again,
        "update": count(Action::Update),
        "delete": count(Action::Delete) + count(Action::Detach) + again,
    });
    format!("{counts}\n")
}
