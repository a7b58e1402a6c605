//! One call after another: time passes, the call is answered, logged and made durable.
//!
//! `state` is what one call does, faults included; `kept` is what of it is on disk; `record` writes the log as calls come.

mod kept;
mod record;
mod state;
#[cfg(test)]
pub(crate) mod tests;

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use model::clock::Clock;

pub(crate) use self::kept::replay;
use self::record::Recorder;
pub(crate) use self::state::State;
use crate::admin;
use crate::store::{Store, StoreError};
use crate::world::World;

/// A pretended AWS. Calls are carried out one at a time, in the order in which they come.
#[derive(Debug)]
pub struct Simulator {
    clock: Arc<dyn Clock>,
    opened_at: Timestamp,
    world_opened_at: Timestamp,
    state: Mutex<State>,
}

/// What a client gets of a call.
#[derive(Debug)]
pub enum Outcome {
    /// An answer.
    Answered(Response<Bytes>),
    /// An answer that comes later.
    Held {
        /// The answer.
        response: Response<Bytes>,
        /// When it comes, in world time; none for never.
        until: Option<Timestamp>,
    },
    /// The connection ends without one.
    Lost,
}

/// The connection ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was closed before an answer came")]
pub struct Lost;

impl Simulator {
    /// A world in memory. Its time goes on from `world.now` as the clock goes on from now.
    pub fn new(world: World, clock: Arc<dyn Clock>) -> Self {
        Self::open(world, None, clock)
    }

    /// A world that is kept: every write is on disk before it is answered, so that a killed process loses none.
    pub fn kept(world: World, store: Store, clock: Arc<dyn Clock>) -> Self {
        Self::open(world, Some(store), clock)
    }

    fn open(world: World, store: Option<Store>, clock: Arc<dyn Clock>) -> Self {
        Self {
            opened_at: clock.now(),
            world_opened_at: world.now,
            clock,
            state: Mutex::new(State::new(world, store)),
        }
    }

    /// Carries out one HTTP request, whatever is in it.
    pub fn take(&self, request: Request<Bytes>) -> Outcome {
        let mut state = self.state_now();
        if admin::is_meant(request.uri()) {
            return Outcome::Answered(admin::answer(&mut state, &request));
        }
        let (parts, body) = request.into_parts();
        state.request(&parts, &body)
    }

    /// Answers one HTTP request as if through a gateway that is always there: 504 where the connection would have ended, and at
    /// once what would have been held back.
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.take(request) {
            Outcome::Answered(response) | Outcome::Held { response, .. } => response,
            Outcome::Lost => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
                response
            }
        }
    }

    /// Answers one HTTP request as a connection would: an answer that is held back comes when its time has come.
    pub async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Lost> {
        match self.take(request) {
            Outcome::Answered(response) => Ok(response),
            Outcome::Held { response, until } => {
                self.wait_until(until).await;
                Ok(response)
            }
            Outcome::Lost => Err(Lost),
        }
    }

    async fn wait_until(&self, until: Option<Timestamp>) {
        let Some(until) = until else {
            return std::future::pending().await;
        };
        loop {
            let left = until.duration_since(self.state_now().world.now);
            let Ok(left) = Duration::try_from(left) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            self.clock.sleep(left).await;
        }
    }

    /// Writes every call from now on as a line of JSON, after a line that says which world it is.
    pub fn record(&self, to: Box<dyn Write + Send>) {
        let mut state = self.state_now();
        state.recorder = Some(Recorder::start(to, &state.world));
    }

    /// A copy of the world as it is at the clock's now.
    pub fn world(&self) -> World {
        self.look(World::clone)
    }

    /// Looks at the world as it is at the clock's now.
    pub fn look<T>(&self, at: impl FnOnce(&World) -> T) -> T {
        at(&self.state_now().world)
    }

    /// Looks at the world as it was so many seconds ago, as a list that lags behind shows it. The past is kept while a fault of
    /// the world makes lists lag; without one, this is the present.
    pub fn look_back<T>(&self, seconds: u64, at: impl FnOnce(&World) -> T) -> T {
        let state = self.state_now();
        match state.seen(seconds) {
            Some(past) => at(&past),
            None => at(&state.world),
        }
    }

    /// Saves a kept world as it is now, so that the time that passed and the reads in the log are kept too, and the next command
    /// need not carry out again what this one has.
    ///
    /// A world in memory has nowhere to go, and nothing is done.
    pub fn save(&self) -> Result<(), StoreError> {
        self.state_now().save()
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    fn state_now(&self) -> MutexGuard<'_, State> {
        // A panic in another thread leaves the world as it was between two calls or in the middle of one; a test that looks at
        // it then should see that rather than another panic.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = self
            .clock
            .now()
            .duration_since(self.opened_at)
            .checked_add(state.skipped)
            .unwrap_or(SignedDuration::MAX);
        if let Ok(now) = self.world_opened_at.checked_add(passed) {
            state.pass(now);
        }
        state
    }
}
