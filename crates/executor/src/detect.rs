//! A drift detection of one StackSet: started once, or found at work, and watched until it is over.
//!
//! It changes nothing and is in no plan, so the state machine of `core` has no part in it; what both must keep is kept here too: one
//! operation per StackSet, one id for what one run starts, and a strong read before anything is sent a second time.

use std::time::Duration;

use aws::Operate;
use model::Timestamp;
use model::call::{Call, CallError, CallErrorKind, DetectDrift, Reply};
use model::clock::Clock;
use model::digest::base32;
use model::ids::{OperationId, StackSetId};
use model::observed::{OperationAction, OperationSummary};
use model::operation_id::Marks;
use model::preferences::OperationPreferences;

use crate::core::pace;
use crate::watch::{Watched, is_passing, watch};

/// Repetitions of a call while AWS is unavailable or has not answered.
const PATIENCE: u32 = 10;

/// A detection that is wanted.
#[derive(Debug, Clone)]
pub struct Detection {
    /// The StackSet.
    pub stack_set: StackSetId,
    /// Whether some of its instances have values of their own, which the operation's id goes on telling: it is the last one of every
    /// instance from then on.
    pub own_values: bool,
    /// How it spreads over accounts and Regions.
    pub preferences: OperationPreferences,
    /// How long another operation is waited for, in all.
    pub wait: Duration,
}

/// What happened on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detecting {
    /// This operation, of whoever, holds the StackSet and is waited for; none when AWS does not list it yet.
    Waiting(Option<OperationId>),
    /// This detection runs already and is taken for the one that was wanted.
    Found(OperationId),
    /// A detection with this id is sent; until it is answered nobody knows whether it runs.
    Sending(OperationId),
    /// It runs.
    Started(OperationId),
    /// It was looked at.
    Seen(Watched),
}

/// Why there is no end of a detection to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetectError {
    /// Another operation still holds the StackSet; nothing was started.
    Busy(Option<OperationId>),
    /// AWS refused it.
    Refused(CallError),
}

/// Starts a detection, or takes the one that runs, and watches it until it is over. `told` hears of every step; dropping the future
/// leaves to AWS what runs.
pub async fn detect_drift(
    aws: &dyn Operate,
    clock: &dyn Clock,
    wanted: &Detection,
    mut told: impl FnMut(Detecting) + Send,
) -> Result<Watched, DetectError> {
    let mut line = Line {
        aws,
        clock,
        wanted,
        began: clock.now(),
        waits: 0,
        tries: 0,
        id: None,
    };
    let id = line.start(&mut told).await?;
    let place = (&wanted.stack_set, &id);
    let end = watch(aws, clock, place, |seen| told(Detecting::Seen(seen.clone()))).await;
    end.map_err(DetectError::Refused)
}

/// The way to one running detection.
struct Line<'a> {
    aws: &'a dyn Operate,
    clock: &'a dyn Clock,
    wanted: &'a Detection,
    began: Timestamp,
    waits: u32,
    tries: u32,
    /// The id that this run sends, once it is decided: a second one could start a second detection.
    id: Option<OperationId>,
}

impl Line<'_> {
    async fn start(&mut self, told: &mut (impl FnMut(Detecting) + Send)) -> Result<OperationId, DetectError> {
        loop {
            let operations = self.operations().await?;
            let running = operations.iter().find(|one| !one.status.is_terminal());
            match running {
                Some(found) if found.action == OperationAction::DetectDrift => {
                    told(Detecting::Found(found.id.clone()));
                    return Ok(found.id.clone());
                }
                Some(found) => self.pause(Some(&found.id), told).await?,
                None => {
                    let id = self.id_after(operations.first())?;
                    if let Some(started) = self.send(&id, told).await? {
                        return Ok(started);
                    }
                }
            }
        }
    }

    /// The address of what is started: the same for a run that was killed before it heard the answer, another one after every other
    /// operation (decisions 2 and 18).
    fn id_after(&mut self, newest: Option<&OperationSummary>) -> Result<OperationId, DetectError> {
        if let Some(id) = &self.id {
            return Ok(id.clone());
        }
        let newest = newest.map_or("none", |newest| newest.id.as_str());
        let marks = Marks {
            own_values: self.wanted.own_values,
            ..Marks::default()
        };
        let content = format!("drift\n{}\n{newest}", self.wanted.stack_set);
        let id = OperationId::ours(&base32(content.as_bytes()), &marks);
        self.id.clone_from(&id);
        id.ok_or_else(|| {
            DetectError::Refused(CallError {
                api: "DetectStackSetDrift",
                kind: CallErrorKind::Invalid,
                code: None,
                message: "no operation id could be made for it".to_owned(),
            })
        })
    }

    /// Sends it, unless it is there already. None when it has to be tried again.
    async fn send(
        &mut self,
        id: &OperationId,
        told: &mut (impl FnMut(Detecting) + Send),
    ) -> Result<Option<OperationId>, DetectError> {
        if self.is_there(id).await? {
            told(Detecting::Found(id.clone()));
            return Ok(Some(id.clone()));
        }
        told(Detecting::Sending(id.clone()));
        let wanted = DetectDrift {
            stack_set: self.wanted.stack_set.clone(),
            operation_id: id.clone(),
            preferences: self.wanted.preferences.clone(),
        };
        let answer = self.aws.operate(Call::DetectDrift(Box::new(wanted))).await;
        let Err(error) = answer else {
            told(Detecting::Started(id.clone()));
            return Ok(Some(id.clone()));
        };
        if !error.kind.leaves_doubt() {
            return Err(DetectError::Refused(error));
        }
        if self.is_there(id).await? {
            told(Detecting::Started(id.clone()));
            return Ok(Some(id.clone()));
        }
        if error.kind == CallErrorKind::OperationInProgress {
            self.pause(None, told).await?;
        } else {
            self.again(error).await?;
        }
        Ok(None)
    }

    async fn operations(&mut self) -> Result<Vec<OperationSummary>, DetectError> {
        match self.ask(Call::Operations(self.wanted.stack_set.clone())).await? {
            Reply::Operations(found) => Ok(found),
            _ => Ok(Vec::new()),
        }
    }

    /// A strong read: lists may not show yet what was started a moment ago.
    async fn is_there(&mut self, id: &OperationId) -> Result<bool, DetectError> {
        let call = Call::Operation(self.wanted.stack_set.clone(), id.clone());
        Ok(matches!(self.ask(call).await?, Reply::Operation(Some(_))))
    }

    async fn ask(&mut self, call: Call) -> Result<Reply, DetectError> {
        loop {
            match self.aws.operate(call.clone()).await {
                Ok(reply) => return Ok(reply),
                Err(error) if is_passing(error.kind) => self.again(error).await?,
                Err(error) => return Err(DetectError::Refused(error)),
            }
        }
    }

    async fn again(&mut self, error: CallError) -> Result<(), DetectError> {
        if self.tries >= PATIENCE {
            return Err(DetectError::Refused(error));
        }
        self.tries += 1;
        self.clock.sleep(pace::again(self.tries)).await;
        Ok(())
    }

    /// Waits for another operation; all waits share one bound.
    async fn pause(
        &mut self,
        holder: Option<&OperationId>,
        told: &mut (impl FnMut(Detecting) + Send),
    ) -> Result<(), DetectError> {
        let waited = self.clock.now().duration_since(self.began);
        let left = Duration::try_from(waited)
            .ok()
            .and_then(|waited| self.wanted.wait.checked_sub(waited))
            .filter(|left| !left.is_zero());
        let Some(left) = left else {
            return Err(DetectError::Busy(holder.cloned()));
        };
        if self.waits == 0 {
            told(Detecting::Waiting(holder.cloned()));
        }
        let seed = holder.map_or("", OperationId::as_str);
        self.clock.sleep(pace::poll(self.waits, seed).min(left)).await;
        self.waits += 1;
        Ok(())
    }
}
