//! Reads the operations of the manifest's StackSets, and chooses one by the beginning of its id.

use std::collections::BTreeSet;

use aws::{ObserveError, Operate};
use model::call::{Call, CallError, CallErrorKind, InstanceResult, Reply};
use model::desired::Desired;
use model::diagnostic::Diagnostic;
use model::ids::{OperationId, StackSetId, StackSetName};
use model::observed::OperationSummary;
use report::{Names, OperationReport, OperationRow};
use tokio::task::JoinSet;

use crate::args::Global;
use crate::failure::Failure;
use crate::pipeline::{self, Read};
use crate::refusal;
use crate::session::Session;
use crate::terminal::Terminal;

/// A StackSet of the manifest that exists.
#[derive(Debug, Clone)]
pub(super) struct Set {
    /// The name in the manifest.
    pub(super) name: String,
    /// The name in AWS.
    pub(super) aws_name: StackSetName,
    /// Its id.
    pub(super) id: StackSetId,
}

/// An operation with its StackSet.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Whose.
    pub(super) set: Set,
    /// As last read.
    pub(super) operation: OperationSummary,
}

impl Found {
    /// The operation as data for a report.
    pub(super) fn row(&self) -> OperationRow {
        OperationRow::of(&self.set.name, &self.set.aws_name, self.operation.clone())
    }
}

/// The door to AWS, for the account of the manifest alone.
#[derive(Debug)]
pub(super) struct Door {
    /// The manifest.
    pub(super) read: Read,
    /// The connection.
    pub(super) session: Session,
}

impl Door {
    /// Reads the manifest, connects, and looks whose the credentials are.
    pub(super) async fn open(global: &Global, terminal: Terminal) -> Result<Self, Failure> {
        let (read, session) = Box::pin(pipeline::open(global, terminal)).await?;
        let door = Self { read, session };
        let identity = match door.session.aws.operate(Call::Identity).await {
            Ok(Reply::Identity(identity)) => identity,
            Ok(_) => return Err(door.refuse(misunderstood("GetCallerIdentity"))),
            Err(error) => {
                let why = door.session.aws.no_identity(error).await;
                return Err(refusal::of_observation(&why, &door.read));
            }
        };
        let expected = &door.read.desired.aws.admin_account.value;
        if identity.account == *expected {
            return Ok(door);
        }
        let wrong = door.session.aws.wrong_account(expected, identity).await;
        Err(refusal::of_observation(&wrong, &door.read))
    }

    /// One question.
    pub(super) async fn ask(&self, call: Call) -> Result<Reply, Failure> {
        let answer = self.session.aws.operate(call).await;
        answer.map_err(|error| self.refuse(error))
    }

    /// The message for a call that AWS refused.
    pub(super) fn refuse(&self, error: CallError) -> Failure {
        let failures = vec![error];
        refusal::of_observation(&ObserveError::Incomplete { failures }, &self.read)
    }

    /// The operations of some StackSets, each StackSet's newest first; StackSets are asked side by side.
    pub(super) async fn operations(&self, wanted: &BTreeSet<String>) -> Result<Vec<Found>, Failure> {
        let mut asking = JoinSet::new();
        for (name, aws_name) in names(&self.read.desired) {
            if wanted.contains(&name) {
                let aws = self.session.operate();
                asking.spawn(async move { of_set(aws.as_ref(), name, aws_name).await });
            }
        }
        let mut found = Vec::new();
        while let Some(done) = asking.join_next().await {
            let lost = || misunderstood("ListStackSetOperations");
            found.extend(
                done.unwrap_or_else(|_| Err(lost()))
                    .map_err(|error| self.refuse(error))?,
            );
        }
        found.sort_by(|one, two| one.set.name.cmp(&two.set.name));
        Ok(found)
    }

    /// Every StackSet of the manifest, by name.
    pub(super) fn all(&self) -> BTreeSet<String> {
        names(&self.read.desired)
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    /// The one operation whose id begins so.
    pub(super) async fn one(&self, typed: &str) -> Result<Found, Failure> {
        let beginning = typed.trim_end_matches('…');
        let all = self.operations(&self.all()).await?;
        let mut alike: Vec<Found> = all
            .into_iter()
            .filter(|found| found.operation.id.as_str().starts_with(beginning))
            .collect();
        match (alike.pop(), alike.len()) {
            (Some(found), 0) => Ok(found),
            (Some(last), _) => Err(ambiguous(typed, alike.iter().chain([&last]))),
            (None, _) => Err(unknown(typed)),
        }
    }

    /// What an operation did so far, with the names of accounts where some failed.
    pub(super) async fn report(&self, found: &Found) -> Result<OperationReport, Failure> {
        let call = Call::Results(found.set.id.clone(), found.operation.id.clone());
        let Reply::Results(results) = self.ask(call).await? else {
            return Err(self.refuse(misunderstood("ListStackSetOperationResults")));
        };
        let names = self.names(&results).await;
        let now = self.session.clock.now();
        Ok(OperationReport::new(found.row(), &results, names, now))
    }

    /// Names of accounts. Reading the organization takes a call for each unit, so only failures are worth it; without the
    /// permission ids have to do.
    async fn names(&self, results: &[InstanceResult]) -> Names {
        if !results.iter().any(InstanceResult::is_failure) {
            return Names::new();
        }
        self.account_names().await
    }

    /// Names of all accounts; none when they may not be read.
    pub(super) async fn account_names(&self) -> Names {
        match self.session.aws.operate(Call::Organization).await {
            Ok(Reply::Organization(organization)) => {
                let accounts = organization.accounts.iter();
                accounts
                    .map(|(id, account)| (id.clone(), account.name.clone()))
                    .collect()
            }
            _ => Names::new(),
        }
    }
}

/// StackSets of the manifest and those that it removes: the name there and the name in AWS.
fn names(desired: &Desired) -> Vec<(String, StackSetName)> {
    let wanted = desired
        .stack_sets
        .iter()
        .map(|(name, set)| (name.clone(), set.aws_name.clone()));
    let removed = desired
        .removed
        .iter()
        .map(|(name, set)| (name.clone(), set.aws_name.clone()));
    wanted.chain(removed).collect()
}

/// The operations of one StackSet; none when it does not exist.
async fn of_set(aws: &dyn Operate, name: String, aws_name: StackSetName) -> Result<Vec<Found>, CallError> {
    let described = match aws.operate(Call::Definition(aws_name.clone())).await {
        Ok(Reply::Definition(Some(described))) => described,
        Ok(_) => return Ok(Vec::new()),
        Err(error) if error.kind == CallErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let set = Set {
        name,
        aws_name,
        id: described.id,
    };
    let Reply::Operations(list) = aws.operate(Call::Operations(set.id.clone())).await? else {
        return Err(misunderstood("ListStackSetOperations"));
    };
    let found = list.into_iter().map(|operation| Found {
        set: set.clone(),
        operation,
    });
    Ok(found.collect())
}

pub(super) fn misunderstood(api: &'static str) -> CallError {
    CallError {
        api,
        kind: CallErrorKind::Malformed,
        code: None,
        message: "AWS answered something else than it was asked".to_owned(),
    }
}

fn unknown(typed: &str) -> Failure {
    let shown = report::escape(typed);
    let message = format!("no operation of the manifest's StackSets matches `{shown}`");
    Diagnostic::error("E0010", message)
        .help("see which there are: stackfleet ops list --all")
        .into()
}

fn ambiguous<'f>(typed: &str, found: impl Iterator<Item = &'f Found>) -> Failure {
    let ids: Vec<&OperationId> = found.map(|found| &found.operation.id).collect();
    let shown = report::escape(typed);
    let message = format!("{} operations match `{shown}`", ids.len());
    let named: Vec<&str> = ids.iter().take(4).map(|id| id.as_str()).collect();
    Diagnostic::error("E0010", message)
        .note(format!("for example {}", named.join(" and ")))
        .help("write more of the id")
        .into()
}
