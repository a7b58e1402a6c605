//! Whom each stage of a rollout means today.

use std::collections::BTreeMap;

use model::desired::{DesiredStackSet, Rollout, StageTargets};
use model::diagnostic::Diagnostic;
use model::ids::AccountId;

use crate::context::Context;
use crate::select::select;

/// Accounts by the stage that reaches them first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach<'a> {
    pub(crate) rollout: Option<&'a Rollout>,
    named: BTreeMap<&'a AccountId, usize>,
}

/// Resolves the stages of a StackSet's rollout. Nothing is returned when one of them means nothing.
pub(crate) fn reach<'a>(
    context: &Context<'a>,
    set: &'a DesiredStackSet,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Reach<'a>> {
    let Some(rollout) = &set.rollout else {
        return Some(Reach::default());
    };
    let mut reach = Reach {
        rollout: Some(rollout),
        ..Reach::default()
    };
    let mut understood = true;
    for (index, stage) in rollout.stages.iter().enumerate() {
        let StageTargets::Some(targets) = &stage.targets else {
            continue;
        };
        match select(context, targets, diagnostics) {
            Some(accounts) => {
                for account in accounts {
                    reach.named.entry(account).or_insert(index);
                }
            }
            None => understood = false,
        }
    }
    understood.then_some(reach)
}

impl Reach<'_> {
    /// The last stage, which takes whatever no other stage reaches.
    pub(crate) fn last(&self) -> usize {
        self.rollout
            .map_or(0, |rollout| rollout.stages.len().saturating_sub(1))
    }

    /// The stage that reaches an account.
    pub(crate) fn stage_of(&self, account: &AccountId) -> usize {
        self.named.get(account).copied().unwrap_or(self.last())
    }
}
