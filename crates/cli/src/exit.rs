//! Exit codes: a claim about what happened. `docs/exit-codes.md` explains each.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Usage, manifest, template, credentials or AWS; no write was made.
    Error,
    /// Changes, and `--detailed-exitcode` asked to say so.
    Changes,
    /// A guard, protection or ownership forbids it.
    Blocked,
    /// A write was made, and not everything that the plan says holds now.
    Incomplete,
    /// The plan is stale, a StackSet is busy, or it is not the approved plan; no write was made.
    Stale,
    /// An approval was not given.
    Approval,
    /// Interrupted by SIGINT.
    Interrupted,
    /// Ended by SIGTERM.
    Terminated,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Changes => 2,
            Self::Blocked => 3,
            Self::Incomplete => 4,
            Self::Stale => 5,
            Self::Approval => 6,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The exit for a code of [`model::event::ApplyResult::exit_code`].
    pub fn of_apply(code: u8) -> Self {
        match code {
            0 => Self::Done,
            3 => Self::Blocked,
            4 => Self::Incomplete,
            5 => Self::Stale,
            6 => Self::Approval,
            130 => Self::Interrupted,
            143 => Self::Terminated,
            _ => Self::Error,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
