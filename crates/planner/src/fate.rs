//! What becomes of an instance, and why.

use model::plan::{Action, Reason};

/// What becomes of one instance. Small, so that a hundred thousand of them cost nothing; reasons that all instances of a
/// StackSet share are added when groups are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fate {
    pub(crate) kind: FateKind,
    /// The instance's own reason.
    pub(crate) reason: Option<Reason>,
    /// A remark for people.
    pub(crate) note: Option<&'static str>,
}

/// What is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FateKind {
    /// It is made.
    Create,
    /// It is brought up to date.
    Update,
    /// It goes with its stack.
    Delete,
    /// It goes, its stack stays.
    Detach,
    /// It goes before everything else and its stack stays, because AWS cannot work in its account.
    Forget,
    /// It would go, but nothing says what becomes of its stack.
    Held,
    /// It is left alone.
    Keep,
    /// It is not there and will not be: AWS does not deploy to its account.
    Excluded,
}

impl Fate {
    pub(crate) fn new(kind: FateKind, reason: Option<Reason>) -> Self {
        Self {
            kind,
            reason,
            note: None,
        }
    }

    pub(crate) fn keep(reason: Option<Reason>, note: Option<&'static str>) -> Self {
        Self {
            kind: FateKind::Keep,
            reason,
            note,
        }
    }

    /// The word in the plan.
    pub(crate) fn action(self) -> Action {
        match self.kind {
            FateKind::Create => Action::Create,
            FateKind::Update => Action::Update,
            FateKind::Delete => Action::Delete,
            FateKind::Detach | FateKind::Forget => Action::Detach,
            FateKind::Held | FateKind::Keep | FateKind::Excluded => Action::None,
        }
    }

    /// Whether the instance is on its way out.
    pub(crate) fn leaves(self) -> bool {
        matches!(
            self.kind,
            FateKind::Delete | FateKind::Detach | FateKind::Forget | FateKind::Held
        )
    }
}
