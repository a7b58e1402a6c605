//! Stacks in target accounts.

use std::collections::{BTreeMap, BTreeSet};

use model::digest::Digest;
use model::ids::AccountId;
use model::instance::InstanceKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::World;
use super::names::{account_key, taken_name_key};

/// A stack in a target account and Region. What its resources are follows from its template and its values
/// ([`World::templates`]); only what was changed by hand is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Its ARN.
    pub id: String,
    /// The digest of the text of the template that it was made from last.
    pub template: Digest,
    /// The values that it was made with last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Names that nobody else can have, `type:name`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub global_names: BTreeSet<String>,
    /// Those of them whose resources stay when the stack is deleted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kept_names: BTreeSet<String>,
    /// Whether it refuses to be deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub termination_protection: bool,
    /// What was changed by hand, by logical id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub changes: BTreeMap<String, Change>,
}

/// A resource that is not as its template says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was deleted.
    Gone,
    /// Properties by path have other values, or none.
    Properties(BTreeMap<String, Option<Value>>),
}

impl World {
    /// Puts a stack in place, in the place of the one of the same name, with the names that it holds.
    pub fn put_stack(&mut self, key: &InstanceKey, name: &str, stack: Stack) {
        self.remove_stack(key, name);
        for global in &stack.global_names {
            self.taken_names
                .insert(taken_name_key(key, global), stack.id.clone());
        }
        self.stacks
            .entry(key.clone())
            .or_default()
            .insert(name.to_owned(), stack);
    }

    /// Takes a stack away, and sets free the names that it held, but those of resources that stay.
    pub fn remove_stack(&mut self, key: &InstanceKey, name: &str) {
        let Some(stacks) = self.stacks.get_mut(key) else {
            return;
        };
        if let Some(stack) = stacks.remove(name) {
            for global in stack.global_names.difference(&stack.kept_names) {
                self.taken_names.remove(&taken_name_key(key, global));
            }
        }
        if stacks.is_empty() {
            self.stacks.remove(key);
        }
    }

    /// The stack of an ARN in an account and Region.
    pub fn stack(&self, key: &InstanceKey, id: &str) -> Option<&Stack> {
        let found = self.stacks.get(key)?.get(stack_name(id))?;
        (found.id == id).then_some(found)
    }

    /// Whether an account has an IAM role, from the start or made by a stack.
    pub fn has_role(&self, account: &AccountId, role: &str) -> bool {
        self.roles.get(account).is_some_and(|roles| roles.contains(role))
            || self
                .taken_names
                .contains_key(&account_key(account, &format!("AWS::IAM::Role:{role}")))
    }
}

/// The name in a stack's ARN.
pub fn stack_name(id: &str) -> &str {
    id.split('/').nth(1).unwrap_or(id)
}
