//! AWS without a wire: calls are answered from the simulator's world.
//!
//! Questions are answered from the world itself (`read`), changes go through the simulator's own entrance as a form (`write`), so
//! that everything that it refuses is refused here. `observe` is what a plan is made from.

mod observe;
mod read;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use model::Timestamp;
use model::call::{Call, CallError, CallErrorKind, Reply};
use model::clock::Clock;
use model::desired::CallAs;
use model::ids::{AccountId, StackSetId};
use model::observed::Identity;
use model::secrets::Secrets;
use simulator::Simulator;
use simulator::world::{Fault, FaultKind, StackSet, World};

/// Time that is set.
#[derive(Debug)]
pub struct Counted(Mutex<Timestamp>);

impl Counted {
    fn set(&self, now: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = now.max(*held);
    }
}

impl Clock for Counted {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.set(self.now() + duration);
        Box::pin(std::future::ready(()))
    }
}

/// A simulated AWS that is asked in the model's own words.
pub struct Direct {
    simulator: Simulator,
    clock: Arc<Counted>,
    call_as: CallAs,
    caller: AccountId,
    /// The account that credentials are for now, when somebody changed them.
    pub identity: Option<AccountId>,
    /// Seconds that lists lag behind.
    pub lag: u64,
    /// What is behind references to secrets.
    pub secrets: BTreeMap<String, String>,
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Direct").finish_non_exhaustive()
    }
}

impl Direct {
    /// Opens a world; its time passes only when it is told.
    pub fn open(mut world: World, call_as: CallAs) -> Self {
        // Never strikes; it makes the simulator keep its past.
        let keep = Fault {
            probability: Some(0.0),
            ..Fault::new(FaultKind::StaleList { seconds: 900 })
        };
        world.faults.push(keep);
        let clock = Arc::new(Counted(Mutex::new(world.now)));
        Self {
            caller: world.caller.clone(),
            simulator: Simulator::new(world, Arc::clone(&clock) as Arc<dyn Clock>),
            clock,
            call_as,
            identity: None,
            lag: 0,
            secrets: BTreeMap::new(),
        }
    }

    /// The same AWS once more, apart from this one from now on.
    #[must_use]
    pub fn fork(&self) -> Self {
        let world = self.simulator.world();
        let clock = Arc::new(Counted(Mutex::new(world.now)));
        Self {
            simulator: Simulator::new(world, Arc::clone(&clock) as Arc<dyn Clock>),
            clock,
            call_as: self.call_as,
            caller: self.caller.clone(),
            identity: self.identity.clone(),
            lag: self.lag,
            secrets: self.secrets.clone(),
        }
    }

    /// The simulator behind it.
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// A copy of the world as it is.
    pub fn world(&self) -> World {
        self.simulator.world()
    }

    /// Changes the world behind everybody's back.
    pub fn change(&mut self, change: impl FnOnce(&mut World)) {
        let mut world = self.simulator.world();
        change(&mut world);
        self.simulator = Simulator::new(world, Arc::clone(&self.clock) as Arc<dyn Clock>);
    }

    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time passes up to a moment.
    pub fn arrive(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Time passes.
    pub fn pass(&self, duration: Duration) {
        self.clock.set(self.clock.now() + duration);
    }

    /// Answers a call, as AWS would.
    pub fn answer(&self, call: &Call) -> Result<Reply, CallError> {
        if let (Some(other), true) = (&self.identity, !matches!(call, Call::Identity | Call::Write(_))) {
            return Self::as_seen_by(other, call);
        }
        match call {
            Call::Identity => Ok(Reply::Identity(self.who())),
            Call::Organization => {
                Ok(self.look(|world| Reply::Organization(Box::new(read::organization(&world.organization)))))
            }
            Call::Definition(name) => Ok(self.look(|world| {
                let found = read::named(world, name.as_str());
                Reply::Definition(found.map(|set| Box::new(read::described(set))))
            })),
            Call::Operation(id, operation) => self.of_set(id, |_, set| {
                let found = set.operation(operation);
                Reply::Operation(found.map(|found| Box::new(read::operation(found))))
            }),
            Call::Operations(id) => {
                self.list(id, |world, set| Reply::Operations(read::operations(world, set)))
            }
            Call::Results(id, operation) => self.list(id, |_, set| {
                let found = set.operation(operation);
                Reply::Results(found.map(read::results).unwrap_or_default())
            }),
            Call::Instances(id) => self.list(id, |_, set| Reply::Instances(read::instances(set, false))),
            Call::Alarms(_) => Ok(Reply::Alarms(BTreeMap::new())),
            // Whoever carries a plan out never asks for one.
            Call::DetectDrift(_) => Err(no_such_set()),
            Call::Write(write) => self.write(write),
        }
    }

    /// What another account sees of ours: nothing.
    fn as_seen_by(other: &AccountId, call: &Call) -> Result<Reply, CallError> {
        match call {
            Call::Definition(_) => Ok(Reply::Definition(None)),
            Call::Organization => Err(CallError {
                api: "DescribeOrganization",
                kind: CallErrorKind::Denied,
                code: Some("AccessDeniedException".to_owned()),
                message: format!("{other} may not"),
            }),
            _ => Err(no_such_set()),
        }
    }

    /// The values behind references, as whoever carries a plan out has them.
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        for (reference, value) in &self.secrets {
            secrets.insert(reference.clone(), value.clone());
        }
        secrets
    }

    /// Who the credentials are for.
    pub(crate) fn who(&self) -> Identity {
        let account = self.identity.clone().unwrap_or_else(|| self.caller.clone());
        Identity {
            arn: format!("arn:aws:sts::{account}:assumed-role/trial/trial"),
            account,
        }
    }

    fn look<T>(&self, at: impl FnOnce(&World) -> T) -> T {
        self.simulator.look(at)
    }

    fn of_set<T>(&self, id: &StackSetId, at: impl FnOnce(&World, &StackSet) -> T) -> Result<T, CallError> {
        let found = self.look(|world| read::by_id(world, id).map(|set| at(world, set)));
        found.ok_or_else(no_such_set)
    }

    /// Lists are eventually consistent.
    fn list<T>(&self, id: &StackSetId, at: impl FnOnce(&World, &StackSet) -> T) -> Result<T, CallError> {
        let answer = |world: &World| read::by_id(world, id).map(|set| at(world, set));
        let found = match self.lag {
            0 => self.simulator.look(answer),
            lag => self.simulator.look_back(lag, answer),
        };
        found.ok_or_else(no_such_set)
    }

    /// Sends a request of CloudFormation's Query protocol, signed as this account.
    pub(crate) fn send(&self, form: &str) -> http::Response<Bytes> {
        let caller = self.who().account;
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=AKIA{caller}/20260101/us-east-1/cloudformation/aws4_request"
        );
        let request = http::Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", scope)
            .body(Bytes::from(form.to_owned()));
        self.simulator.handle(request.expect("a request can be made"))
    }
}

fn no_such_set() -> CallError {
    CallError {
        api: "Read",
        kind: CallErrorKind::NotFound,
        code: Some("StackSetNotFoundException".to_owned()),
        message: "there is no such StackSet".to_owned(),
    }
}
