//! `AutoDeployment.DependsOn`, written from `depends_on`: in which order AWS itself deploys to an account that joins
//! (reference §2.6).

use std::collections::BTreeSet;

use model::definition::{AutoDeployment, MOST_DEPENDENCIES, Permission};
use model::desired::DesiredStackSet;
use model::diagnostic::Diagnostic;
use model::ids::StackSetName;
use model::observed::ObservedStackSet;

use crate::context::Context;
use crate::selected::takes;
use crate::words::count;

/// The permission model with what its automatic deployment depends on: StackSets that are deployed automatically as well, the
/// first ones by name when there are more than AWS takes.
pub(crate) fn with_dependencies(context: &Context<'_>, set: &DesiredStackSet) -> Permission {
    let mut permission = set.permission.clone();
    if let Permission::ServiceManaged { auto_deployment } = &mut permission
        && auto_deployment.enabled
    {
        let names = automatic(context, set).into_iter().take(MOST_DEPENDENCIES);
        auto_deployment.depends_on = names.cloned().collect();
    }
    permission
}

fn automatic<'a>(context: &Context<'a>, set: &DesiredStackSet) -> BTreeSet<&'a StackSetName> {
    let known = &context.desired.stack_sets;
    let others = set.depends_on.iter().filter_map(|name| known.get(&name.value));
    others
        .filter(|other| is_automatic(&other.permission) && will_be_there(context, other))
        .map(|other| &other.aws_name)
        .collect()
}

/// AWS refuses a dependency that does not exist or is not service-managed, and a selection may leave out what would make it so: by
/// its name, or because none of its instances is selected.
fn will_be_there(context: &Context<'_>, other: &DesiredStackSet) -> bool {
    let live = context.observed.stack_sets.get(&other.aws_name);
    let is_there =
        |live: &ObservedStackSet| matches!(live.definition.permission, Permission::ServiceManaged { .. });
    let is_whole = context.selection.stages.is_empty() && !context.selection.names_instances();
    (is_whole && takes(context, other)) || live.is_some_and(is_there)
}

fn is_automatic(permission: &Permission) -> bool {
    matches!(
        permission,
        Permission::ServiceManaged {
            auto_deployment: AutoDeployment { enabled: true, .. }
        }
    )
}

/// More dependencies than AWS takes: its own deployments know only some of them.
pub(crate) fn too_many(context: &Context<'_>, set: &DesiredStackSet) -> Option<Diagnostic> {
    let all = automatic(context, set).len();
    if all <= MOST_DEPENDENCIES || !is_automatic(&set.permission) {
        return None;
    }
    let message = format!(
        "automatic deployment of `{}` can wait for {MOST_DEPENDENCIES} StackSets, not for {all}",
        set.name.value
    );
    Some(
        Diagnostic::warning("W0405", message)
            .label(
                &set.name.span,
                format!("depends on {}", count(all as u64, "StackSet")),
            )
            .note("AWS takes the first ones by name; what stackfleet runs waits for all of them")
            .help("depend on fewer StackSets, or accept it: allow = [\"W0405\"]"),
    )
}

#[cfg(test)]
#[path = "dependencies_tests.rs"]
mod tests;
