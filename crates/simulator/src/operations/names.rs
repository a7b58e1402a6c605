//! Names that a stack claims for itself: IAM names in the account, bucket names in the world (reference §6.5).

use std::collections::BTreeMap;

use model::instance::InstanceKey;

use super::evaluate::Scope;
use crate::world::{TemplateFacts, World};

/// A claimed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// The resource.
    pub(super) logical_id: String,
    /// Its type.
    pub(super) resource_type: String,
    /// The name.
    pub(super) name: String,
    /// `type:name`
    pub(super) global: String,
}

/// The names that a stack of this template claims in this account and Region. A name that cannot be known without making
/// other resources first is none.
pub(super) fn claimed(
    world: &World,
    facts: &TemplateFacts,
    parameters: &BTreeMap<String, String>,
    key: &InstanceKey,
    stack_id: &str,
) -> Vec<Claim> {
    let scope = Scope {
        facts,
        parameters,
        key,
        stack_id,
        partition: &world.partition,
    };
    let mut claims = Vec::new();
    for resource in &facts.global_resources {
        let made = resource
            .condition
            .as_deref()
            .is_none_or(|condition| scope.condition(condition) == Some(true));
        let Some(name) = scope.text(&resource.name).filter(|_| made) else {
            continue;
        };
        claims.push(Claim {
            logical_id: resource.logical_id.clone(),
            resource_type: resource.resource_type.clone(),
            global: format!("{}:{name}", resource.resource_type),
            name,
        });
    }
    claims
}
