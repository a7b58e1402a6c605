//! Names that a stack claims for itself: IAM names in the account, bucket names in the world (reference §6.5).

use super::evaluate::Scope;
use crate::world::name_property;

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
    /// Whether the name stays taken when the stack goes.
    pub(super) retained: bool,
}

/// The names that a stack claims. Resources that name themselves claim none.
pub(super) fn claimed(scope: &Scope<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (logical_id, resource) in &scope.blueprint.resources {
        let written =
            name_property(&resource.resource_type).and_then(|property| resource.properties.get(property));
        let Some(name) = written.and_then(|name| scope.text(name)) else {
            continue;
        };
        if !scope.makes(resource) {
            continue;
        }
        claims.push(Claim {
            logical_id: logical_id.clone(),
            resource_type: resource.resource_type.clone(),
            global: format!("{}:{name}", resource.resource_type),
            name,
            retained: resource.retained,
        });
    }
    claims
}
