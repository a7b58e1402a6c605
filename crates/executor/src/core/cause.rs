//! Why an apply stopped or did not start: a stable code, one sentence, a way on.

use model::event::Cause;

/// Kinds of causes, each with its code and its help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    WrongAccount,
    Stale,
    Busy,
    NotApplyable,
    Inconsistent,
    MissingSecret,
    Denied,
    Refused,
    Failed,
    Stopped,
    Partial,
    NotAsPlanned,
    Unanswered,
    OutOfReach,
    Credentials,
    IdTaken,
    Interrupted,
    Joined,
    Unhealthy,
    Alarm,
    Unapproved,
    Frozen,
    Stuck,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::WrongAccount => "E0602",
            Self::Stale => "E0701",
            Self::Busy => "E0702",
            Self::NotApplyable => "E0724",
            Self::Inconsistent => "E0711",
            Self::MissingSecret => "E0712",
            Self::Denied => "E0713",
            Self::Refused => "E0714",
            Self::Failed => "E0715",
            Self::Stopped => "E0716",
            Self::Partial => "E0717",
            Self::NotAsPlanned => "E0718",
            Self::Unanswered => "E0719",
            Self::OutOfReach => "E0720",
            Self::Credentials => "E0721",
            Self::IdTaken => "E0722",
            Self::Interrupted => "E0723",
            Self::Joined => "W0725",
            Self::Unhealthy => "E0730",
            Self::Alarm => "E0731",
            Self::Unapproved => "E0732",
            Self::Frozen => "E0733",
            Self::Stuck => "E0734",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::WrongAccount => {
                "use credentials of the account that the plan names (--profile), then apply the same plan"
            }
            Self::Stale => "plan again and have it reviewed: stackfleet plan --out plan.json",
            Self::Busy => "wait longer for it: stackfleet apply --wait 2h",
            Self::NotApplyable => "see what the plan says about it: stackfleet plan",
            Self::Inconsistent => "make a new plan: stackfleet plan --out plan.json",
            Self::MissingSecret => "set it where apply runs, then apply the same plan",
            Self::Denied => "grant the action to the role that applies, then apply again",
            Self::Refused => "change what AWS refuses, then plan and apply again",
            Self::Failed | Self::Partial => {
                "remove the reasons, then plan and apply again: only what is left is planned"
            }
            Self::Stopped => {
                "find out who stopped it, then plan and apply again: only what is left is planned"
            }
            Self::NotAsPlanned => "plan again to see what is left: stackfleet plan",
            Self::Unanswered => {
                "apply the same plan again: it looks for the operation by its id and starts none twice"
            }
            Self::OutOfReach => "apply the same plan again when AWS answers: it adopts what is running",
            Self::Credentials => {
                "get new credentials, then apply the same plan again: it adopts what is running"
            }
            Self::IdTaken => "make a new plan; if it happens again, look at the operation in the console",
            Self::Interrupted => {
                "operations go on in AWS; apply the same plan again: it adopts them and does the rest"
            }
            Self::Joined => "nothing is to be done: whoever joins a targeted unit is wanted too",
            Self::Unhealthy => {
                "see why the instances are not as they should be, then plan and apply again: only what is left is planned"
            }
            Self::Alarm => "see what the alarm is about, then apply the same plan again when it is OK",
            Self::Unapproved => "have the stage approved, then apply the same plan again",
            Self::Frozen => "apply the same plan again when the freeze is over",
            Self::Stuck => {
                "see in the console what it waits for, or stop it there; the same plan applied again follows it further"
            }
        }
    }

    /// The cause for one StackSet, by its name in the manifest.
    pub(super) fn of(self, stack_set: &str, message: impl Into<String>) -> Cause {
        Cause {
            stack_set: Some(stack_set.to_owned()),
            ..self.for_all(message)
        }
    }

    /// The cause for the whole run.
    pub(super) fn for_all(self, message: impl Into<String>) -> Cause {
        Cause {
            stack_set: None,
            code: self.code().to_owned(),
            message: message.into(),
            help: Some(self.help().to_owned()),
        }
    }
}
