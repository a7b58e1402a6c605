//! Parts of a definition, to AWS (reference §2.4).

use aws_sdk_cloudformation::types as sdk;
use model::definition::{AutoDeployment, Capability, DEFAULT_EXECUTION_ROLE, Definition, Permission};

/// Every tag: a list that is sent replaces, and an empty one removes.
pub(crate) fn tags(definition: &Definition) -> Vec<sdk::Tag> {
    let tag = |(key, value): (&String, &String)| sdk::Tag::builder().key(key).value(value).build();
    definition.tags.iter().map(tag).collect()
}

/// The capabilities; none acknowledged is the same as none sent.
pub(crate) fn capabilities(definition: &Definition) -> Option<Vec<sdk::Capability>> {
    let capability = |capability: &Capability| match capability {
        Capability::Iam => sdk::Capability::CapabilityIam,
        Capability::NamedIam => sdk::Capability::CapabilityNamedIam,
        Capability::AutoExpand => sdk::Capability::CapabilityAutoExpand,
    };
    let capabilities: Vec<_> = definition.capabilities.iter().map(capability).collect();
    (!capabilities.is_empty()).then_some(capabilities)
}

/// The permission model.
pub(crate) fn permission_model(permission: &Permission) -> sdk::PermissionModels {
    if permission.is_service_managed() {
        sdk::PermissionModels::ServiceManaged
    } else {
        sdk::PermissionModels::SelfManaged
    }
}

/// Custom roles `(administration role ARN, execution role name)`. A service-managed StackSet must not be sent any.
pub(crate) fn roles(permission: &Permission) -> (Option<String>, Option<String>) {
    match permission {
        Permission::ServiceManaged { .. } => (None, None),
        Permission::SelfManaged {
            administration_role,
            execution_role,
        } => (administration_role.clone(), execution_role.clone()),
    }
}

/// The same for an update: an execution role that is left out is the one from before, so going back to the default says it.
pub(crate) fn roles_again(permission: &Permission) -> (Option<String>, Option<String>) {
    let (administration_role, execution_role) = roles(permission);
    let default = || (!permission.is_service_managed()).then(|| DEFAULT_EXECUTION_ROLE.to_owned());
    (administration_role, execution_role.or_else(default))
}

/// Automatic deployment, with the ARNs of the StackSets that it depends on. What comes with it only means something when it is
/// on (reference §2.6). An empty list is sent as one: without it, AWS may keep what was there (reference §2.4).
pub(crate) fn auto_deployment(wanted: &AutoDeployment, arns: Vec<String>) -> sdk::AutoDeployment {
    let retain = wanted.enabled.then_some(wanted.retain_stacks);
    sdk::AutoDeployment::builder()
        .enabled(wanted.enabled)
        .set_retain_stacks_on_account_removal(retain)
        .set_depends_on(wanted.enabled.then_some(arns))
        .build()
}

/// Managed execution.
pub(crate) fn managed_execution(active: bool) -> sdk::ManagedExecution {
    sdk::ManagedExecution::builder().active(active).build()
}
