//! The report that GitLab shows beside a merge request (`artifacts:reports:terraform`): three numbers.

use model::plan::{Action, Plan};

/// `{"create":398,"update":408,"delete":104}`: what is let go without its stacks is gone for whoever reads three numbers.
pub fn plan(plan: &Plan) -> String {
    let delete = plan.instances(Action::Delete) + plan.instances(Action::Detach);
    let counts = serde_json::json!({
        "create": plan.instances(Action::Create),
        "update": plan.instances(Action::Update),
        "delete": delete,
    });
    format!("{counts}\n")
}
