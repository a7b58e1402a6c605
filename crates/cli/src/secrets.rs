//! Secret values for the executor, taken from the environment at the last moment; those of Systems Manager come through `aws`.

use std::collections::BTreeMap;

use model::call::Write;
use model::definition::ParameterValue;
use model::plan::Plan;
use model::secrets::Secrets;

/// The values of every secret in the environment that a plan refers to. One that is not set is left out; the executor says so before any write.
pub(crate) fn of_plan(plan: &Plan) -> Secrets {
    let mut secrets = Secrets::default();
    for reference in references(plan) {
        let Some(name) = reference.strip_prefix("env:") else {
            continue;
        };
        if let Ok(value) = std::env::var(name) {
            secrets.insert(reference.clone(), value);
        }
    }
    secrets
}

/// The references of every secret that a plan refers to.
pub(crate) fn references(plan: &Plan) -> impl Iterator<Item = &String> {
    plan.operations
        .iter()
        .flat_map(|operation| values(&operation.call))
        .filter_map(|value| match value {
            ParameterValue::Secret(reference) => Some(reference),
            _ => None,
        })
}

fn values(call: &Write) -> impl Iterator<Item = &ParameterValue> {
    let parameters: Option<&BTreeMap<String, ParameterValue>> = match call {
        Write::CreateStackSet { definition, .. } => Some(&definition.parameters),
        Write::UpdateStackSet(update) => Some(&update.definition.parameters),
        Write::CreateStackInstances { overrides, .. } | Write::UpdateStackInstances { overrides, .. } => {
            overrides.as_ref()
        }
        Write::DeleteStackInstances { .. } | Write::DeleteStackSet => None,
    };
    parameters.into_iter().flat_map(BTreeMap::values)
}
