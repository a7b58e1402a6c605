//! One question until it has an answer: reads that are only unavailable are repeated, expired credentials get one reload.

use std::time::Duration;

use model::call::{Call, CallError, CallErrorKind, Reply};
use model::ids::AccountId;

use super::pace;

/// What renewed credentials are asked for.
const RENEWAL: &str = "GetCallerIdentity";

/// What came back for the outstanding question or wait.
#[derive(Debug)]
pub(super) enum Raw {
    /// An answer.
    Answer(Result<Reply, CallError>),
    /// A wait is over.
    Woke,
}

/// What to do about it.
#[derive(Debug)]
pub(super) enum Turn {
    /// Ask this.
    Ask(Call),
    /// Wait, then come back.
    Sleep(Duration),
    /// This is the answer.
    Heard(Result<Reply, CallError>),
}

/// A question on its way.
#[derive(Debug)]
pub(super) struct Asking {
    call: Call,
    patience: u32,
    tries: u32,
    renewed: bool,
    out: Out,
}

/// What is outstanding.
#[derive(Debug, PartialEq, Eq)]
enum Out {
    Question,
    Backoff,
    Identity,
}

impl Asking {
    /// A question that is repeated at most `patience` times while AWS is unavailable; a write never is.
    pub(super) fn new(call: Call, patience: u32) -> Self {
        let patience = if matches!(call, Call::Write(_)) {
            0
        } else {
            patience
        };
        Self {
            call,
            patience,
            tries: 0,
            renewed: false,
            out: Out::Question,
        }
    }

    /// Whether a write is at AWS right now, unanswered.
    pub(super) fn write_in_flight(&self) -> bool {
        self.out == Out::Question && matches!(self.call, Call::Write(_))
    }

    /// The next turn. A reload of the credentials must end in the same account (fault 32).
    pub(super) fn hear(&mut self, raw: Raw, admin: &AccountId) -> Turn {
        let answer = match raw {
            Raw::Woke => return self.ask(),
            Raw::Answer(answer) => answer,
        };
        if self.out == Out::Identity {
            return match answer {
                Ok(Reply::Identity(identity)) if identity.account == *admin => self.ask_renewed(),
                Err(error) => Turn::Heard(Err(error)),
                Ok(_) => Turn::Heard(Err(other_account())),
            };
        }
        match answer {
            Err(error) if error.kind == CallErrorKind::Credentials && !self.renewed => {
                self.renewed = true;
                self.out = Out::Identity;
                Turn::Ask(Call::Identity)
            }
            Err(error) if is_passing(error.kind) && self.tries < self.patience => {
                self.tries += 1;
                self.out = Out::Backoff;
                Turn::Sleep(pace::again(self.tries))
            }
            answer => Turn::Heard(answer),
        }
    }

    /// A write is not sent again without strong reads before it (rule R7): whoever asked for it looks first.
    fn ask_renewed(&mut self) -> Turn {
        if matches!(self.call, Call::Write(_)) {
            return Turn::Heard(Err(renewed()));
        }
        self.ask()
    }

    fn ask(&mut self) -> Turn {
        self.out = Out::Question;
        Turn::Ask(self.call.clone())
    }
}

/// Whether a write was refused for credentials that had expired and are good again, in the same account.
pub(super) fn is_renewal(error: &CallError) -> bool {
    error.api == RENEWAL && error.kind == CallErrorKind::StaleRequest
}

fn is_passing(kind: CallErrorKind) -> bool {
    matches!(
        kind,
        CallErrorKind::Unavailable | CallErrorKind::Unanswered | CallErrorKind::Malformed
    )
}

fn renewed() -> CallError {
    CallError {
        api: RENEWAL,
        kind: CallErrorKind::StaleRequest,
        code: None,
        message: "the credentials had expired and were renewed".to_owned(),
    }
}

fn other_account() -> CallError {
    CallError {
        api: "GetCallerIdentity",
        kind: CallErrorKind::Credentials,
        code: None,
        message: "the credentials now belong to another account".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use model::observed::Identity;

    use super::*;

    fn failed(kind: CallErrorKind) -> Raw {
        Raw::Answer(Err(CallError {
            api: "DescribeStackSet",
            kind,
            code: None,
            message: String::new(),
        }))
    }

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    fn identity(id: &str) -> Raw {
        Raw::Answer(Ok(Reply::Identity(Identity {
            account: account(id),
            arn: String::new(),
        })))
    }

    #[test]
    fn a_read_is_repeated_within_its_patience_and_no_longer() {
        let admin = account("111111111111");
        let mut asking = Asking::new(Call::Organization, 1);
        assert!(matches!(
            asking.hear(failed(CallErrorKind::Unavailable), &admin),
            Turn::Sleep(_)
        ));
        assert!(matches!(
            asking.hear(Raw::Woke, &admin),
            Turn::Ask(Call::Organization)
        ));
        assert!(matches!(
            asking.hear(failed(CallErrorKind::Unanswered), &admin),
            Turn::Heard(Err(_))
        ));
    }

    #[test]
    fn credentials_are_reloaded_once_and_must_stay_in_the_account() {
        let admin = account("111111111111");
        let mut asking = Asking::new(Call::Organization, 5);
        let expired = || failed(CallErrorKind::Credentials);
        assert!(matches!(
            asking.hear(expired(), &admin),
            Turn::Ask(Call::Identity)
        ));
        assert!(matches!(
            asking.hear(identity("111111111111"), &admin),
            Turn::Ask(Call::Organization)
        ));
        assert!(matches!(asking.hear(expired(), &admin), Turn::Heard(Err(_))));

        let mut asking = Asking::new(Call::Organization, 5);
        asking.hear(expired(), &admin);
        assert!(matches!(
            asking.hear(identity("999999999999"), &admin),
            Turn::Heard(Err(_))
        ));
    }
}
