//! What planning one StackSet gives, before operations of all StackSets are ordered.

use std::collections::BTreeSet;

use model::call::StackSetRef;
use model::diagnostic::Diagnostic;
use model::ids::UnitId;
use model::plan::{Action, Blocked, Changes, Hold, InstancesPlan, Precondition, StackSetPlan};

use crate::context::Context;
use crate::ids::Named;
use crate::order::Step;
use crate::rollout::progress::Progress;

/// One StackSet of the plan with its operations.
pub(crate) struct Draft<'a> {
    pub(crate) plan: StackSetPlan,
    pub(crate) steps: Vec<Step<'a>>,
    /// Whether the values of single instances come when everything else is done.
    pub(crate) lists_wait: bool,
    /// Where it stands in its rollout; none without one.
    pub(crate) progress: Option<Progress<'a>>,
    /// The way back, by the stage whose failure starts it.
    pub(crate) rollbacks: Vec<Step<'a>>,
    /// Names in the manifest that must be done first.
    pub(crate) depends_on: Vec<&'a str>,
    /// `[removed.NAME]`: done after everything else.
    pub(crate) removal: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) holds: Vec<Hold>,
    /// The state that the operations stand on.
    pub(crate) precondition: Precondition,
    /// Not selected: how many of its instances would change.
    pub(crate) left_out: Option<u64>,
    /// Instances that would change and are not selected, of a StackSet that is.
    pub(crate) partly_left_out: u64,
}

impl<'a> Draft<'a> {
    /// A StackSet that is left as it is.
    pub(crate) fn untouched(context: &Context<'a>, plan: StackSetPlan) -> Self {
        let observed = context.observed.stack_sets.get(&plan.aws_name);
        let precondition = Precondition {
            aws_name: plan.aws_name.clone(),
            id: observed.map(|set| set.id.clone()),
            definition: observed.map(|set| set.definition.fingerprint()),
            newest_operation: observed
                .and_then(|set| set.newest_operation.as_ref())
                .map(|operation| operation.id.clone()),
            parts: observed.map(|set| set.definition.parts()).unwrap_or_default(),
        };
        Self {
            plan,
            steps: Vec::new(),
            lists_wait: false,
            progress: None,
            rollbacks: Vec::new(),
            depends_on: Vec::new(),
            removal: false,
            diagnostics: Vec::new(),
            holds: Vec::new(),
            precondition,
            left_out: None,
            partly_left_out: 0,
        }
    }

    /// Adds a hold, and its code to what blocks the StackSet.
    pub(crate) fn hold(&mut self, diagnostic: Diagnostic, instances: u64) {
        self.plan.blocked_by.push(Blocked::by(&diagnostic));
        self.holds.push(Hold {
            diagnostic,
            stack_set: Some(self.plan.name.clone()),
            instances,
        });
    }

    /// Whether nothing may be done to the StackSet because something is wrong with it.
    pub(crate) fn failed(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// What the ids of its operations are made from. Operations name a StackSet by its id as soon as it has one.
    pub(crate) fn named(&self) -> Named {
        Named {
            reference: match &self.plan.id {
                Some(id) => StackSetRef::Id(id.clone()),
                None => StackSetRef::Name(self.plan.aws_name.clone()),
            },
            lists_wait: self.lists_wait,
            partly: self.partly_left_out > 0,
        }
    }

    /// Units that its operations name without exact accounts.
    pub(crate) fn whole_units(&self) -> BTreeSet<&'a UnitId> {
        self.steps
            .iter()
            .flat_map(|step| step.whole.iter().copied())
            .collect()
    }
}

/// A StackSet's entry before anything is known to differ.
pub(crate) fn unchanged(
    name: &model::diagnostic::Spanned<String>,
    aws_name: &model::ids::StackSetName,
    id: Option<&model::ids::StackSetId>,
) -> StackSetPlan {
    StackSetPlan {
        span: Some(name.span.clone()),
        ..bare(&name.value, aws_name, id)
    }
}

/// The same without its place in the manifest.
pub(crate) fn bare(
    name: &str,
    aws_name: &model::ids::StackSetName,
    id: Option<&model::ids::StackSetId>,
) -> StackSetPlan {
    StackSetPlan {
        name: name.to_owned(),
        aws_name: aws_name.clone(),
        id: id.cloned(),
        action: Action::None,
        reasons: Vec::new(),
        removal_reason: None,
        running: None,
        blocked_by: Vec::new(),
        span: None,
        changes: Changes::default(),
        instances: InstancesPlan::default(),
    }
}
