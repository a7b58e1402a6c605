//! One call after another: time passes, the call is answered, logged and made durable.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use model::clock::Clock;

use crate::reply::Reply;
use crate::routing::Service;
use crate::store::{Store, StoreError};
use crate::world::{LogEntry, World};
use crate::{operations, reply, routing};

/// A pretended AWS. Calls are answered one at a time, in the order in which they come.
#[derive(Debug)]
pub struct Simulator {
    clock: Arc<dyn Clock>,
    opened_at: Timestamp,
    world_opened_at: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    world: World,
    store: Option<Store>,
}

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
            state: Mutex::new(State { world, store }),
        }
    }

    /// Answers one HTTP request, whatever is in it.
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let mut state = self.state_now();
        let (service, reply) = routing::answer(&mut state.world, &parts, &body);
        let entry = log_entry(state.world.now, service, &reply);
        state.world.log.push(entry);
        let request_id = state.world.request_id();
        let writes = !is_read(&reply.action) && !reply.is_refused();
        let reply = if writes {
            state.made_durable(service, reply)
        } else {
            reply
        };
        reply.into_response(&request_id)
    }

    /// A copy of the world as it is at the clock's now.
    pub fn world(&self) -> World {
        self.state_now().world.clone()
    }

    /// Saves a kept world as it is now, so that the time that passed and the reads in the log are kept too.
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
        let passed = self.clock.now().duration_since(self.opened_at);
        if let Ok(now) = self.world_opened_at.checked_add(passed) {
            operations::advance(&mut state.world, now);
        }
        state
    }
}

impl State {
    fn save(&mut self) -> Result<(), StoreError> {
        match &mut self.store {
            Some(store) => store.save(&mut self.world),
            None => Ok(()),
        }
    }

    /// The reply, if the write is on disk; a failure of the service otherwise, after which a client has to look again.
    fn made_durable(&mut self, service: Service, reply: Reply) -> Reply {
        let Err(error) = self.save() else { return reply };
        let message = error.to_string();
        match service {
            Service::Organizations => {
                let fields = serde_json::json!({ "Message": message });
                reply::json_error(500, &reply.action, "ServiceException", fields)
            }
            Service::S3 => reply::s3_error(500, &reply.action, "InternalError", &message),
            Service::CloudFormation | Service::Sts => {
                reply::query_error(500, &reply.action, "InternalFailure", &message)
            }
        }
    }
}

fn log_entry(at: Timestamp, service: Service, reply: &Reply) -> LogEntry {
    LogEntry {
        at,
        service: service.name().to_owned(),
        action: reply.action.clone(),
        stack_set: reply.stack_set.clone(),
        operation_id: reply.operation_id.clone(),
        status: reply.status,
        error: reply.error.clone(),
        ..LogEntry::default()
    }
}

/// Detecting drift is called a read by AWS but starts an operation, so it is not one here.
fn is_read(action: &str) -> bool {
    ["Describe", "Get", "Head", "List", "Validate"]
        .iter()
        .any(|verb| action.starts_with(verb))
}

#[cfg(test)]
pub(crate) mod tests;
