//! What drift detection found, complete or refused.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};
use model::call::{CallError, CallErrorKind};
use model::drift::DriftReading;
use model::ids::{StackSetId, StackSetName};

use super::ObserveError;
use super::refusal::Failures;
use crate::Aws;
use crate::read;

/// StackSets that are read side by side; each asks about several instances at once.
const AT_ONCE: usize = 4;

/// StackSets that exist, as an observation found them. The account was looked at when they were found.
type Sets = BTreeMap<StackSetName, StackSetId>;

impl Aws {
    /// What drift detection found in these StackSets: what differs, instance by instance. One that is gone by now is left out.
    pub async fn drifts(&self, sets: &Sets) -> Result<BTreeMap<StackSetName, DriftReading>, ObserveError> {
        every(sets, |set| read::drifts::of_stack_set(self, set)).await
    }
}

/// The answers for all StackSets, or every reason why there is none.
async fn every<'s, T, Answer>(
    sets: &'s Sets,
    ask: impl Fn(&'s StackSetId) -> Answer,
) -> Result<BTreeMap<StackSetName, T>, ObserveError>
where
    Answer: Future<Output = Result<T, CallError>>,
{
    let reads = sets.iter().map(|(name, set)| {
        let answer = ask(set);
        async move { (name, answer.await) }
    });
    let mut reads = stream::iter(reads).buffer_unordered(AT_ONCE);
    let (mut found, mut failures) = (BTreeMap::new(), Failures::default());
    while let Some((name, answer)) = reads.next().await {
        match answer {
            Ok(value) => drop(found.insert(name.clone(), value)),
            Err(error) if error.kind == CallErrorKind::NotFound => {}
            Err(error) => failures.add(error),
        }
    }
    if failures.is_empty() {
        Ok(found)
    } else {
        Err(failures.into_error())
    }
}
