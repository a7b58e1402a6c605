//! How far operations have come that run now, for whoever waits for them.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use model::call::{Call, Reply};
use model::ids::{OperationId, StackSetId};
use model::observed::Observed;
use report::status::Progress;

use crate::session::Session;

/// Of every operation that runs on one of the observed StackSets. What cannot be read is left out: it is worth no failure.
pub(crate) async fn progress(observed: &Observed, session: &Session) -> BTreeMap<OperationId, Progress> {
    let sets = observed.stack_sets.values();
    let running = sets.flat_map(|set| set.running.iter().map(|one| (&set.id, &one.id)));
    let asked = running.map(async |(set, id)| Some((id.clone(), of_one(set, id, session).await?)));
    join_all(asked).await.into_iter().flatten().collect()
}

/// Of one operation; none when it cannot be read.
pub(crate) async fn of_one(set: &StackSetId, operation: &OperationId, session: &Session) -> Option<Progress> {
    let call = Call::Results(set.clone(), operation.clone());
    match session.operate().operate(call).await {
        Ok(Reply::Results(results)) => Progress::of(&results),
        _ => None,
    }
}
