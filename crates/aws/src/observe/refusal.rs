//! Why there is no observation, in words that help.

use std::collections::BTreeSet;

use model::call::{CallError, CallErrorKind};
use model::diagnostic::Diagnostic;
use model::ids::{AccountId, OrganizationId};
use model::observed::Identity;

use crate::credentials::listed;

/// Why nothing can be said about AWS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObserveError {
    /// The credentials are for another account; nothing else was asked with them.
    #[error("these credentials are for {}, the manifest says {expected}", found.account)]
    WrongAccount {
        /// `[aws] admin_account`
        expected: AccountId,
        /// Whose they are.
        found: Box<Identity>,
        /// Where they come from, when that is known.
        credentials: Option<String>,
        /// Profiles of the account that is expected.
        profiles: Vec<String>,
    },
    /// There are no credentials, or AWS takes them for no account's.
    #[error("there are no valid credentials for AWS: {failure}")]
    NoCredentials {
        /// The first call, which asks whose they are.
        failure: CallError,
        /// Where they come from, when that is known.
        credentials: Option<String>,
    },
    /// The account is in another organization; it was not read.
    #[error("the account is in organization {found}, the manifest says {expected}")]
    WrongOrganization {
        /// `[aws] organization`
        expected: OrganizationId,
        /// The one it is in.
        found: OrganizationId,
    },
    /// Something could not be read: every missing permission, or the first failure of another kind.
    #[error("AWS could not be read completely: {}", first(failures))]
    Incomplete {
        /// One for each API call and code, at least one.
        failures: Vec<CallError>,
    },
}

fn first(failures: &[CallError]) -> String {
    failures.first().map_or_else(String::new, ToString::to_string)
}

impl ObserveError {
    pub(super) fn of_call(error: CallError) -> Self {
        Self::Incomplete {
            failures: vec![error],
        }
    }

    /// IAM actions that the principal lacks, of all calls that were tried.
    pub fn missing_actions(&self) -> BTreeSet<String> {
        match self {
            Self::Incomplete { failures } => failures.iter().filter_map(missing_action).collect(),
            Self::NoCredentials { .. } | Self::WrongAccount { .. } | Self::WrongOrganization { .. } => {
                BTreeSet::new()
            }
        }
    }

    /// The messages for the user.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Self::WrongAccount {
                expected,
                found,
                credentials,
                profiles,
            } => {
                let whose = whose(credentials.as_deref(), &found.arn);
                let told = Diagnostic::error("E0602", self.to_string()).note(whose);
                vec![choosing(told, expected, profiles)]
            }
            Self::NoCredentials { failure, credentials } => {
                let told = unreadable(failure);
                vec![match credentials {
                    Some(words) => told.note(format!("credentials: {words}")),
                    None => told,
                }]
            }
            Self::WrongOrganization { .. } => vec![
                Diagnostic::error("E0603", self.to_string())
                    .help("correct `organization` in `[aws]`, or use credentials of that organization"),
            ],
            Self::Incomplete { failures } => {
                let denied = failures
                    .iter()
                    .any(|failure| failure.kind == CallErrorKind::Denied);
                let others = failures
                    .iter()
                    .filter(|failure| failure.kind != CallErrorKind::Denied);
                let denied = denied.then(|| self.denied(failures));
                denied.into_iter().chain(others.map(unreadable)).collect()
            }
        }
    }

    fn denied(&self, failures: &[CallError]) -> Diagnostic {
        let actions: Vec<_> = self.missing_actions().into_iter().collect();
        let message = format!(
            "these credentials may not read all that a plan needs: {}",
            actions.join(", ")
        );
        let denied = failures
            .iter()
            .filter(|failure| failure.kind == CallErrorKind::Denied);
        let diagnostic = denied.fold(Diagnostic::error("E0610", message), |diagnostic, failure| {
            diagnostic.note(format!("AWS says of {}: {}", failure.api, failure.message))
        });
        diagnostic.help(format!("allow the actions: \"Action\": {actions:?}"))
    }
}

fn whose(source: Option<&str>, arn: &str) -> String {
    let parts: Vec<_> = source.into_iter().chain([arn]).collect();
    format!("credentials: {}", parts.join(", "))
}

/// The option that names the right profile, for this account alone: other manifests of the same run may need others.
fn choosing(told: Diagnostic, account: &AccountId, profiles: &[String]) -> Diagnostic {
    let name = profiles.first().map_or("PROFILE", String::as_str);
    let told = match profiles {
        [] | [_] => told,
        several => told.note(format!("profiles of account {account}: {}", listed(several))),
    };
    told.help(format!("stackfleet plan --profile {account}={name}"))
}

fn unreadable(failure: &CallError) -> Diagnostic {
    let code = failure
        .code
        .as_ref()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    let message = format!("{} failed{code}: {}", failure.api, failure.message);
    match failure.kind {
        CallErrorKind::Credentials => Diagnostic::error("E0612", "there are no valid credentials for AWS")
            .note(message)
            .help(
                "log in again:  aws sso login --profile PROFILE\nchoose others: stackfleet plan --profile PROFILE\nwithout AWS:   stackfleet plan --simulate",
            ),
        CallErrorKind::Unavailable | CallErrorKind::Unanswered => Diagnostic::error("E0611", message)
            .note("nothing was changed")
            .help("run it again in a few minutes"),
        _ => Diagnostic::error("E0611", message)
            .note("nothing was changed: a plan stands on a complete reading or on none"),
    }
}

/// The action that a denied call lacks: the one that AWS names, or the call's own.
fn missing_action(failure: &CallError) -> Option<String> {
    if failure.kind != CallErrorKind::Denied {
        return None;
    }
    let named = failure.message.split_once("not authorized to perform: ");
    let named = named.and_then(|(_, rest)| rest.split_whitespace().next());
    let named = named.map(|action| action.trim_end_matches(['.', ',']).to_owned());
    Some(named.unwrap_or_else(|| own_action(failure.api)))
}

fn own_action(api: &str) -> String {
    let service = match api {
        "GetCallerIdentity" => "sts",
        "DescribeOrganization"
        | "ListRoots"
        | "ListAccountsForParent"
        | "ListOrganizationalUnitsForParent"
        | "ListTagsForResource" => "organizations",
        "GetObject" => "s3",
        "GetParameters" => "ssm",
        _ => "cloudformation",
    };
    format!("{service}:{api}")
}

/// Failures so far, one for each API call and code: a hundred StackSets that may not be listed are one missing action.
#[derive(Debug, Default)]
pub(super) struct Failures(Vec<CallError>);

impl Failures {
    pub(super) fn add(&mut self, failure: CallError) {
        let known = |other: &CallError| {
            other.api == failure.api
                && other.code == failure.code
                && missing_action(other) == missing_action(&failure)
        };
        if !self.0.iter().any(known) {
            self.0.push(failure);
        }
    }

    pub(super) fn keep<T>(&mut self, result: Result<T, CallError>) -> Option<T> {
        self.keep_all(result.map_err(|failure| Self(vec![failure])))
    }

    pub(super) fn keep_all<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(failures) => {
                failures.0.into_iter().for_each(|failure| self.add(failure));
                None
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether reading on can only find out more missing permissions, and is worth it.
    pub(super) fn only_denied(&self) -> bool {
        self.0.iter().all(|failure| failure.kind == CallErrorKind::Denied)
    }

    pub(super) fn into_error(self) -> ObserveError {
        ObserveError::Incomplete { failures: self.0 }
    }
}
