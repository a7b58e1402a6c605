//! What AWS reads back differently from what was sent, all of it (reference §1.4).
//!
//! | read back | becomes |
//! |---|---|
//! | default roles of a self-managed StackSet | none |
//! | roles of a service-managed StackSet | nothing: AWS made them, and sending them back is denied |
//! | a NoEcho value, `****` | [`ParameterValue::Masked`] |
//! | `ResolvedValue` of an SSM parameter, `UsePreviousValue` | nothing |
//! | `ManagedExecution` absent | false |
//! | `AutoDeployment` absent | off |
//! | `RetainStacksOnAccountRemoval` while off | false: it means nothing then |
//! | an empty text | none |
//! | order of parameters, tags, capabilities | sorted |

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::{self as sdk, PermissionModels, StackSet};
use model::call::{CallError, Described};
use model::definition::{
    AutoDeployment, Capability, DEFAULT_ADMINISTRATION_ROLE, DEFAULT_EXECUTION_ROLE, Definition,
    ParameterValue, Permission,
};
use model::ids::{StackSetId, StackSetName};

use crate::convert::drifts;
use crate::error::malformed;

const API: &str = "DescribeStackSet";
const MASK: &str = "****";

/// A StackSet as described, without the noise.
pub(crate) fn described(set: StackSet) -> Result<Described, CallError> {
    let id = StackSetId::parse(set.stack_set_id().unwrap_or_default())
        .map_err(|e| malformed(API, e.to_string()))?;
    let details = set.stack_set_drift_detection_details();
    let drift = details.and_then(drifts::check);
    let definition = Definition {
        permission: permission(&set)?,
        capabilities: capabilities(set.capabilities())?,
        managed_execution: set
            .managed_execution()
            .and_then(sdk::ManagedExecution::active)
            .unwrap_or_default(),
        description: text(set.description),
        template: set
            .template_body
            .ok_or_else(|| malformed(API, "the answer has no TemplateBody"))?,
        parameters: parameters(set.parameters.unwrap_or_default())?,
        tags: tags(set.tags.unwrap_or_default())?,
    };
    Ok(Described {
        id,
        definition,
        drift,
    })
}

/// A text, unless it is empty: an empty element is how absent ones come back.
pub(crate) fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Parameter rows as values by name.
pub(crate) fn parameters(rows: Vec<sdk::Parameter>) -> Result<BTreeMap<String, ParameterValue>, CallError> {
    let value = |row: sdk::Parameter| {
        let key = text(row.parameter_key).ok_or_else(|| malformed(API, "a parameter has no ParameterKey"))?;
        let value = row.parameter_value.unwrap_or_default();
        let value = if value == MASK {
            ParameterValue::Masked
        } else {
            ParameterValue::Plain(value)
        };
        Ok((key, value))
    };
    rows.into_iter().map(value).collect()
}

fn tags(rows: Vec<sdk::Tag>) -> Result<BTreeMap<String, String>, CallError> {
    let tag = |row: sdk::Tag| {
        let key = text(row.key).ok_or_else(|| malformed(API, "a tag has no Key"))?;
        Ok((key, row.value.unwrap_or_default()))
    };
    rows.into_iter().map(tag).collect()
}

fn capabilities(rows: &[sdk::Capability]) -> Result<BTreeSet<Capability>, CallError> {
    let capability = |row: &sdk::Capability| match row {
        sdk::Capability::CapabilityIam => Ok(Capability::Iam),
        sdk::Capability::CapabilityNamedIam => Ok(Capability::NamedIam),
        sdk::Capability::CapabilityAutoExpand => Ok(Capability::AutoExpand),
        other => Err(malformed(API, format!("unknown capability `{other}`"))),
    };
    rows.iter().map(capability).collect()
}

fn permission(set: &StackSet) -> Result<Permission, CallError> {
    match set.permission_model() {
        Some(PermissionModels::ServiceManaged) => Ok(Permission::ServiceManaged {
            auto_deployment: auto_deployment(set.auto_deployment()),
        }),
        Some(PermissionModels::SelfManaged) | None => Ok(self_managed(set)),
        Some(other) => Err(malformed(API, format!("unknown permission model `{other}`"))),
    }
}

fn auto_deployment(found: Option<&sdk::AutoDeployment>) -> AutoDeployment {
    let enabled = found.and_then(sdk::AutoDeployment::enabled).unwrap_or_default();
    let retain = found.and_then(sdk::AutoDeployment::retain_stacks_on_account_removal);
    AutoDeployment {
        enabled,
        retain_stacks: enabled && retain.unwrap_or_default(),
        depends_on: found.map(dependencies).unwrap_or_default(),
    }
}

/// Names of the StackSets that ARNs are of: `arn:…:stackset/NAME:ID` (reference §1.1). Only meaningful when it is on.
fn dependencies(found: &sdk::AutoDeployment) -> BTreeSet<StackSetName> {
    let on = found.enabled().unwrap_or_default();
    let arns = found.depends_on().iter().filter(|_| on);
    let names = arns.filter_map(|arn| arn.split_once(":stackset/")?.1.split(':').next());
    names.filter_map(|name| StackSetName::parse(name).ok()).collect()
}

fn self_managed(set: &StackSet) -> Permission {
    let administration_role = text(set.administration_role_arn.clone());
    let execution_role = text(set.execution_role_name.clone());
    Permission::SelfManaged {
        administration_role: administration_role.filter(|arn| !is_default_administration_role(arn)),
        execution_role: execution_role.filter(|role| role != DEFAULT_EXECUTION_ROLE),
    }
}

/// Partition and account do not matter: a role can only be passed inside the administrator's own account.
fn is_default_administration_role(arn: &str) -> bool {
    let name = arn.split_once(":role/").map(|(_, name)| name);
    name == Some(DEFAULT_ADMINISTRATION_ROLE)
}
