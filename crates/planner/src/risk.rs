//! How much can go wrong: what is reached and lost (R1xx), what templates change (R2xx).

use std::collections::BTreeSet;

use model::ids::AccountId;
use model::plan::{
    Action, PermissionChange, Plan, Replacement, ResourceChange, Risk, RiskLevel, RiskReason, StackSetPlan,
};

use crate::context::Context;
use crate::words::count;

/// Accounts from which on much at once is a risk by itself.
const MANY: u64 = 50;

/// StackSets and units that are named because they lose stacks.
const NAMED: usize = 3;

/// The risk of a plan whose StackSets and summary are known.
pub(crate) fn risk(context: &Context<'_>, plan: &Plan) -> Risk {
    if plan.operations.is_empty() {
        return Risk::default();
    }
    let mut reasons = Vec::new();
    reasons.extend(production(context, plan));
    reasons.extend(reach(context, plan));
    reasons.extend(lost(plan));
    for set in &plan.stack_sets {
        templates(set, &mut reasons);
    }
    reasons.sort_by(|one, two| (two.level, &one.code).cmp(&(one.level, &two.code)));
    let worst = reasons.iter().map(|reason| reason.level).max();
    Risk {
        level: worst.unwrap_or(RiskLevel::Low),
        reasons,
    }
}

fn reason(code: &str, level: RiskLevel, message: String) -> RiskReason {
    RiskReason {
        code: code.to_owned(),
        level,
        message,
    }
}

/// Accounts below a unit that is called production, whichever unit above it is targeted.
fn production(context: &Context<'_>, plan: &Plan) -> Option<RiskReason> {
    let groups = plan.stack_sets.iter().flat_map(|set| &set.instances.groups);
    let touched = groups.filter(|group| group.action != Action::None);
    let mut accounts: BTreeSet<&AccountId> = touched.flat_map(|group| &group.rectangle.accounts).collect();
    let organization = context.tree.organization;
    accounts.retain(|account| is_production(&organization.path(context.tree.parent(account))));
    (!accounts.is_empty()).then(|| {
        let message = count(accounts.len() as u64, "production account");
        reason("R101", RiskLevel::High, message)
    })
}

/// Whether a name on the path of a unit is one of those that people give production.
fn is_production(path: &str) -> bool {
    path.split('/').any(|name| {
        let name = name.to_lowercase();
        name == "live" || name.starts_with("prod")
    })
}

fn reach(context: &Context<'_>, plan: &Plan) -> Option<RiskReason> {
    let all = context.tree.member_accounts().count() as u64;
    let touched = plan.summary.accounts_touched;
    let staged = plan
        .operations
        .iter()
        .all(|operation| operation.instances == 0 || operation.stage.is_some());
    if touched <= MANY || staged {
        return None;
    }
    let message = format!(
        "{} of {} are changed, not all of them in stages",
        touched,
        count(all, "account")
    );
    Some(reason("R102", RiskLevel::Medium, message))
}

fn lost(plan: &Plan) -> Vec<RiskReason> {
    let kinds = [
        ("R110", RiskLevel::High, Action::Delete),
        ("R112", RiskLevel::High, Action::Recreate),
        ("R111", RiskLevel::Medium, Action::Detach),
    ];
    let told = kinds.into_iter().filter_map(|(code, level, action)| {
        let number = plan.instances(action);
        let be = if number == 1 { "is" } else { "are" };
        let fate = match action {
            Action::Recreate => format!("deleted with the stack and made again ({})", losing(plan, action)),
            Action::Detach => "detached: nobody keeps the stacks up to date any more".to_owned(),
            _ => format!("deleted ({})", losing(plan, action)),
        };
        (number > 0).then(|| reason(code, level, format!("{} {be} {fate}", count(number, "instance"))))
    });
    told.collect()
}

/// `config-recorder in Root/Sandbox`: the StackSets that lose stacks, and where.
fn losing(plan: &Plan, action: Action) -> String {
    let mut places: Vec<String> = Vec::new();
    for set in &plan.stack_sets {
        let units = set.instances.units(action, NAMED);
        places.extend(units.into_iter().map(|unit| format!("{} in {unit}", set.name)));
    }
    if places.len() > NAMED {
        let more = places.len() - NAMED;
        places.truncate(NAMED);
        places.push(format!("{more} more"));
    }
    places.join(", ")
}

/// What a new template does to the resources of the stacks that are updated.
fn templates(set: &StackSetPlan, reasons: &mut Vec<RiskReason>) {
    let counts = &set.instances.counts;
    let stacks = counts.get(&Action::Update).copied().unwrap_or_default();
    let Some(template) = set.changes.template.as_ref().filter(|_| stacks > 0) else {
        return;
    };
    for resource in &template.resources {
        let what = format!(
            "{} ({}) of {}",
            resource.logical_id, resource.resource_type, set.name
        );
        let times = count(stacks, "stack");
        match (resource.action, resource.replacement) {
            (Action::Delete, _) => {
                let message = format!("a resource is deleted in {times}: {what}");
                reasons.push(reason("R202", RiskLevel::High, message));
            }
            (Action::Update, Replacement::Always) => {
                let message = format!("a resource is replaced in {times}: {what}");
                reasons.push(reason("R201", RiskLevel::High, message));
            }
            (Action::Update, Replacement::Conditional | Replacement::Unknown) => {
                let message = format!("a resource may be replaced in {times}: {what}");
                reasons.push(reason("R201", RiskLevel::Medium, message));
            }
            _ => {}
        }
        reasons.extend(broader(resource, &format!("{times} of {}", set.name)));
    }
}

/// Not complete, as nobody can be without the account's other policies.
fn broader(resource: &ResourceChange, stacks: &str) -> Option<RiskReason> {
    let broader: Vec<&PermissionChange> = resource
        .permissions
        .iter()
        .filter(|change| change.broader)
        .collect();
    let first = broader.first()?;
    let sign = if first.action == Action::Delete {
        "−"
    } else {
        "+"
    };
    let mut what = format!("{}: {sign} {}", resource.logical_id, first.actions.join(", "));
    if !first.resources.is_empty() {
        what = format!("{what} on {}", first.resources.join(", "));
    }
    if broader.len() > 1 {
        what = format!("{what} and {} more", broader.len() - 1);
    }
    let message = format!("IAM permissions get broader in {stacks} ({what})");
    Some(reason("R203", RiskLevel::High, message))
}

#[cfg(test)]
#[path = "risk_tests.rs"]
mod tests;
