//! Stacks in target accounts.

use std::collections::{BTreeMap, BTreeSet};

use model::digest::Digest;
use model::ids::AccountId;
use model::instance::InstanceKey;
use serde::{Deserialize, Serialize};

use super::World;

/// A stack in a target account and Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Its ARN.
    pub id: String,
    /// The digest of the template that it was made from last: the text itself a hundred thousand times would fill the memory.
    pub template: Digest,
    /// The values that it was made with last.
    pub parameters: BTreeMap<String, String>,
    /// Names that are unique in the account (IAM roles, users, groups) or the world (buckets), `type:name`.
    pub global_names: BTreeSet<String>,
}

/// The key under which [`World::taken_names`] holds a `type:name` of an account: buckets are unique in the whole world, the
/// others in their account.
pub fn global_name_key(account: &AccountId, name: &str) -> String {
    if name.starts_with("AWS::S3::Bucket:") {
        name.to_owned()
    } else {
        format!("{account} {name}")
    }
}

impl World {
    /// Puts a stack in place, in the place of the one of the same name, with the names that it holds.
    pub fn put_stack(&mut self, key: &InstanceKey, name: &str, stack: Stack) {
        self.remove_stack(key, name);
        for global in &stack.global_names {
            self.taken_names
                .insert(global_name_key(&key.account, global), stack.id.clone());
        }
        self.stacks
            .entry(key.clone())
            .or_default()
            .insert(name.to_owned(), stack);
    }

    /// Takes a stack away, and sets free the names that it held.
    pub fn remove_stack(&mut self, key: &InstanceKey, name: &str) {
        let Some(stacks) = self.stacks.get_mut(key) else {
            return;
        };
        if let Some(stack) = stacks.remove(name) {
            for global in &stack.global_names {
                self.taken_names.remove(&global_name_key(&key.account, global));
            }
        }
        if stacks.is_empty() {
            self.stacks.remove(key);
        }
    }

    /// Whether an account has an IAM role, from the start or made by a stack.
    pub fn has_role(&self, account: &AccountId, role: &str) -> bool {
        self.roles.get(account).is_some_and(|roles| roles.contains(role))
            || self
                .taken_names
                .contains_key(&global_name_key(account, &format!("AWS::IAM::Role:{role}")))
    }
}
