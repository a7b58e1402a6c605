//! What becomes of an instance, and why.

use std::fmt;

use model::plan::{Action, Reason};

use crate::diff_instances::UNKNOWN;
use crate::overrides::ValuesId;

/// Why nothing becomes of an instance that is not selected.
pub(crate) const LEFT_OUT: &str = "not selected: stays as it is";

/// What becomes of one instance. Small, so that a hundred thousand of them cost nothing; reasons that all instances of a
/// StackSet share are added when groups are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fate<'a> {
    pub(crate) kind: FateKind,
    /// The instance's own reason.
    pub(crate) reason: Option<Reason>,
    /// Why its values for itself are sent to it, where they are not what it has.
    pub(crate) sends: Option<Reason>,
    /// The values that it has for itself when the plan is done.
    pub(crate) values: ValuesId,
    /// A remark for people.
    pub(crate) note: Option<Note<'a>>,
}

/// A remark about an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Note<'a> {
    /// Always the same words.
    Said(&'static str),
    /// The reason that a skip gives.
    Skip(&'a str),
    /// The target set that excludes it.
    Set(&'a str),
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(words) => f.write_str(words),
            Self::Skip(reason) => write!(f, "skip: {reason}"),
            Self::Set(name) => write!(f, "@{name} excludes it"),
        }
    }
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
    /// It goes with its stack and is made again.
    Recreate,
    /// It goes before everything else and its stack stays, because AWS cannot work in its account.
    Forget,
    /// It would go, but nothing says what becomes of its stack.
    Held,
    /// It is left alone.
    Keep,
    /// It is not there and will not be: AWS does not deploy to its account, or a skip leaves it out.
    Excluded,
}

impl<'a> Fate<'a> {
    pub(crate) fn new(kind: FateKind, reason: Option<Reason>) -> Self {
        Self {
            kind,
            reason,
            sends: None,
            values: ValuesId::NONE,
            note: None,
        }
    }

    pub(crate) fn keep(reason: Option<Reason>, note: Option<&'static str>) -> Self {
        Self {
            note: note.map(Note::Said),
            ..Self::new(FateKind::Keep, reason)
        }
    }

    /// The same with a remark.
    pub(crate) fn because(self, note: Note<'a>) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    /// The same for an instance that is not selected: what is there stays, what is not there does not come.
    pub(crate) fn left_out(self) -> Self {
        let kind = match self.kind {
            FateKind::Keep | FateKind::Excluded => return self,
            FateKind::Create => FateKind::Excluded,
            _ => FateKind::Keep,
        };
        Self {
            kind,
            reason: None,
            sends: None,
            note: Some(Note::Said(LEFT_OUT)),
            ..self
        }
    }

    /// The same where others are named. No call of such a plan reaches more than them, so one whose status nobody knows is no reason
    /// to stop it.
    pub(crate) fn unnamed(self) -> Self {
        if self.is_unknown() {
            let note = Some(Note::Said(LEFT_OUT));
            return Self { note, ..self };
        }
        self.left_out()
    }

    /// The same for an instance that is to go with its stack and to come again. One that is not there only comes, as it would, and
    /// one whose status nobody knows stops the plan, as it would; none where it cannot come again.
    pub(crate) fn recreated(self) -> Option<Self> {
        let reason = match (self.kind, self.reason) {
            (FateKind::Create, _) => return Some(self),
            _ if self.is_unknown() => return Some(self),
            (FateKind::Update | FateKind::Keep, Some(Reason::Inoperable)) => Reason::Inoperable,
            (FateKind::Update, _) | (FateKind::Keep, None) => Reason::Recreate,
            _ => return None,
        };
        Some(Self {
            values: self.values,
            ..Self::new(FateKind::Recreate, Some(reason))
        })
    }

    /// Whether it is there, should change and is not selected.
    pub(crate) fn is_left_out(self) -> bool {
        self.kind == FateKind::Keep && self.note == Some(Note::Said(LEFT_OUT))
    }

    /// Whether its status is one that this version does not know.
    pub(crate) fn is_unknown(&self) -> bool {
        self.note == Some(Note::Said(UNKNOWN))
    }

    /// Whether a call makes it: one that comes, or comes again.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self.kind, FateKind::Create | FateKind::Recreate)
    }

    /// Whether it gets other values for itself.
    pub(crate) fn is_sent(&self) -> bool {
        self.kind == FateKind::Update && self.sends.is_some()
    }

    /// Whether it is updated for another reason than its values for itself: it is behind, or `touched` with all the others.
    pub(crate) fn gets_definition(self, touched: bool) -> bool {
        self.kind == FateKind::Update && (touched || self.reason.is_some() || self.sends.is_none())
    }

    /// The word in the plan.
    pub(crate) fn action(self) -> Action {
        match self.kind {
            FateKind::Create => Action::Create,
            FateKind::Update => Action::Update,
            FateKind::Delete => Action::Delete,
            FateKind::Detach | FateKind::Forget => Action::Detach,
            FateKind::Recreate => Action::Recreate,
            FateKind::Held | FateKind::Keep | FateKind::Excluded => Action::None,
        }
    }

    /// Whether the instance is there and nothing is to be done or said.
    pub(crate) fn is_as_it_should_be(self) -> bool {
        self.kind == FateKind::Keep && self.reason.is_none() && self.note.is_none()
    }

    /// Whether the instance is on its way out.
    pub(crate) fn leaves(self) -> bool {
        matches!(
            self.kind,
            FateKind::Delete | FateKind::Detach | FateKind::Forget | FateKind::Held
        )
    }
}
