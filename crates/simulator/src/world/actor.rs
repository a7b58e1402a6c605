//! Others who act in a world: people at the console, other tools, the organization's administrators.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::ids::{AccountId, Region, UnitId};
use serde::{Deserialize, Serialize};

/// Somebody who does something at a moment, or again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Its name in the log.
    pub name: String,
    /// When it acts next; none when it has nothing more to do.
    pub next: Option<Timestamp>,
    /// Seconds from one time to the next; none for once.
    pub every: Option<u64>,
    /// How often it still acts; none for ever.
    pub times: Option<u64>,
    /// What it does.
    #[serde(flatten)]
    pub does: Deed,
}

/// What an actor does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "snake_case")]
pub enum Deed {
    /// A call of CloudFormation, as a foreign operator makes it.
    Call(ForeignCall),
    /// An account moves to another unit.
    MoveAccount {
        /// The account.
        account: AccountId,
        /// Where to.
        to: UnitId,
    },
    /// An account joins the organization.
    JoinAccount {
        /// The account.
        account: AccountId,
        /// Its name; in a kept world under another key than the actor's own.
        #[serde(rename = "account_name")]
        name: String,
        /// Where it stands.
        to: UnitId,
    },
    /// An account leaves the organization.
    RemoveAccount {
        /// The account.
        account: AccountId,
    },
    /// An account is suspended.
    SuspendAccount {
        /// The account.
        account: AccountId,
    },
    /// A suspended account is in use again.
    ReinstateAccount {
        /// The account.
        account: AccountId,
    },
    /// The operations of a StackSet that run now never end by themselves.
    HangOperations {
        /// The StackSet, by name.
        stack_set: String,
    },
    /// Somebody stops the operations of a StackSet that run or wait now.
    StopOperations {
        /// The StackSet, by name.
        stack_set: String,
    },
}

/// A call that another client makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignCall {
    /// The API call.
    pub action: String,
    /// Its inputs, as on the wire (`Regions.member.1`).
    pub inputs: BTreeMap<String, String>,
    /// The account that calls; none for the world's caller.
    pub caller: Option<AccountId>,
    /// The Region that it is sent to; none for where the StackSet lives.
    pub region: Option<Region>,
}

impl Deed {
    /// The word for it in the log.
    pub fn word(&self) -> &str {
        match self {
            Self::Call(call) => &call.action,
            Self::MoveAccount { .. } => "move_account",
            Self::JoinAccount { .. } => "join_account",
            Self::RemoveAccount { .. } => "remove_account",
            Self::SuspendAccount { .. } => "suspend_account",
            Self::ReinstateAccount { .. } => "reinstate_account",
            Self::HangOperations { .. } => "hang_operations",
            Self::StopOperations { .. } => "stop_operations",
        }
    }
}

impl Actor {
    /// The actor has acted: when it does so next.
    pub fn has_acted(&mut self) {
        self.times = self.times.map(|times| times.saturating_sub(1));
        let every = self.every.filter(|_| self.times != Some(0));
        let pause = every.and_then(|seconds| i64::try_from(seconds.max(1)).ok());
        self.next = self
            .next
            .zip(pause)
            .and_then(|(at, seconds)| at.checked_add(jiff::SignedDuration::from_secs(seconds)).ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_is_the_same_after_it_was_kept() {
        let account = || AccountId::parse("300000000001").unwrap();
        let unit = || UnitId::parse("ou-demo-workload").unwrap();
        let stack_set = || "logs".to_owned();
        let deeds = [
            Deed::Call(ForeignCall {
                action: "DeleteStackSet".to_owned(),
                inputs: BTreeMap::from([("StackSetName".to_owned(), stack_set())]),
                caller: Some(account()),
                region: None,
            }),
            Deed::MoveAccount {
                account: account(),
                to: unit(),
            },
            Deed::JoinAccount {
                account: account(),
                name: "search".to_owned(),
                to: unit(),
            },
            Deed::RemoveAccount { account: account() },
            Deed::SuspendAccount { account: account() },
            Deed::ReinstateAccount { account: account() },
            Deed::HangOperations {
                stack_set: stack_set(),
            },
            Deed::StopOperations {
                stack_set: stack_set(),
            },
        ];
        for does in deeds {
            let actor = Actor {
                name: "colleague".to_owned(),
                next: None,
                every: Some(60),
                times: Some(2),
                does,
            };
            let kept = serde_json::to_string(&actor).unwrap();
            assert_eq!(serde_json::from_str::<Actor>(&kept).unwrap(), actor, "{kept}");
        }
    }
}
