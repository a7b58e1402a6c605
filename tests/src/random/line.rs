//! The whole line in one process: simulator ← SDK ← planner and executor, on tokio's clock.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws::{Aws, Connection, CredentialSource, Endpoint, Operate, Transport};
use bytes::Bytes;
use cli::clock::TokioClock;
use model::clock::Clock;
use model::desired::{CallAs, Desired};
use model::event::ApplySummary;
use model::ids::{OperationId, Region, StackSetId};
use model::observed::Observed;
use model::plan::Plan;
use model::plan_file;
use model::secrets::Secrets;
use simulator::Simulator;
use simulator::world::World;
use tokio::sync::{Notify, watch};

use super::faults::Mortal;
use trials::case::manifest::SECRET;
use trials::case::outline::said;
use trials::case::scenario::Kill;

/// How long operations of others are waited for: longer than anything takes here.
const PATIENCE: Duration = Duration::from_hours(48);

/// A simulated AWS with the tool before it.
pub struct Line {
    clock: Arc<dyn Clock>,
    aws: Arc<Aws>,
    wire: Arc<Wire>,
}

/// What requests go through.
struct Wire {
    simulator: Mutex<Arc<Simulator>>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

impl Line {
    /// Connects to a world.
    pub async fn open(world: World, call_as: CallAs) -> Result<Self, String> {
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::scaled(world.now, 1.0));
        let wire = Arc::new(Wire {
            simulator: Mutex::new(Arc::new(Simulator::new(world, Arc::clone(&clock)))),
        });
        let connection = Connection {
            region: Region::parse("us-east-1").map_err(|error| error.to_string())?,
            call_as,
            endpoint: Endpoint::InProcess(transport(&wire)),
            credentials: CredentialSource::Environment,
            clock: Arc::clone(&clock),
        };
        let aws = Aws::connect(connection)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self {
            clock,
            aws: Arc::new(aws),
            wire,
        })
    }

    /// The simulator as it is.
    pub fn simulator(&self) -> Arc<Simulator> {
        Arc::clone(&self.wire.simulator.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world behind everybody's back.
    pub fn change(&self, change: impl FnOnce(&mut World)) {
        let mut world = self.simulator().world();
        change(&mut world);
        let changed = Arc::new(Simulator::new(world, Arc::clone(&self.clock)));
        *self.wire.simulator.lock().unwrap_or_else(PoisonError::into_inner) = changed;
    }

    /// Lets time pass.
    pub async fn pass(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }

    /// A fresh plan, as `apply` makes it: what runs comes to its end first.
    pub async fn plan(&self, manifest: &Path) -> Result<Plan, String> {
        let desired = read(manifest)?;
        loop {
            let observed = self.observe(&desired).await?;
            let running = running(&observed);
            if running.is_empty() {
                return Ok(planner::plan(&desired, &observed, &planner::Limits::default()));
            }
            if !executor::wait_for_running(self.operate(), Arc::clone(&self.clock), &running, PATIENCE).await
            {
                return Err(format!("operations never end: {running:?}"));
            }
        }
    }

    async fn observe(&self, desired: &Desired) -> Result<Observed, String> {
        let observed = Box::pin(self.aws.observe(&desired.request())).await;
        let mut observed = observed.map_err(|error| format!("AWS cannot be observed: {error}"))?;
        observed.secrets.insert(SECRET.0.to_owned());
        Ok(observed)
    }

    /// Carries a plan out; none when it was killed on the way.
    pub async fn apply(&self, plan: &Plan, kill: Option<Kill>) -> Option<ApplySummary> {
        let killed = Arc::new(Notify::new());
        let operate = match kill {
            Some(kill) => Arc::new(Mortal::new(self.operate(), kill, Arc::clone(&killed))),
            None => self.operate(),
        };
        let mut secrets = Secrets::default();
        secrets.insert(format!("env:{}", SECRET.0), SECRET.1.to_owned());
        let options = executor::Options {
            wait: PATIENCE,
            approved: plan.stages.iter().map(|stage| stage.id.clone()).collect(),
            ..executor::Options::default()
        };
        let (_alive, interrupt) = watch::channel(false);
        let clock = Arc::clone(&self.clock);
        let apply = Box::pin(executor::apply(
            plan,
            &secrets,
            operate,
            clock,
            &options,
            |_| {},
            interrupt,
        ));
        tokio::select! {
            biased;
            () = killed.notified() => None,
            summary = apply => Some(summary),
        }
    }

    /// After a kill: the same plan once more, from its file, or nothing, so that a fresh plan is made.
    pub async fn again(&self, plan: &Plan, kill: Option<Kill>) -> Result<Option<ApplySummary>, String> {
        let Some(kill) = kill else { return Ok(None) };
        self.pass(Duration::from_secs(u64::from(kill.pause))).await;
        if !kill.same_plan {
            return Ok(None);
        }
        let text = plan_file::seal(plan).map_err(|error| error.to_string())?;
        let opened = plan_file::open(&text).map_err(|error| error.to_string())?;
        let twice = kill.twice.map(|call| Kill {
            call,
            twice: None,
            ..kill
        });
        match self.apply(&opened, twice).await {
            None => Ok(self.apply(&opened, None).await),
            ended => Ok(ended),
        }
    }

    fn operate(&self) -> Arc<dyn Operate> {
        Arc::clone(&self.aws) as Arc<dyn Operate>
    }
}

fn transport(wire: &Arc<Wire>) -> Transport {
    let wire = Arc::clone(wire);
    Arc::new(move |request: http::Request<Bytes>| {
        let wire = Arc::clone(&wire);
        Box::pin(async move {
            let simulator = Arc::clone(&wire.simulator.lock().unwrap_or_else(PoisonError::into_inner));
            let answer = simulator.exchange(request).await;
            answer.map_err(io::Error::other)
        })
    })
}

fn read(manifest: &Path) -> Result<Desired, String> {
    let reading = manifest::read(manifest);
    reading
        .desired
        .ok_or_else(|| format!("the manifest is refused: {}", said(reading.diagnostics.iter())))
}

fn running(observed: &Observed) -> Vec<(String, StackSetId, OperationId)> {
    let sets = observed.stack_sets.iter();
    sets.flat_map(|(name, set)| {
        set.running
            .iter()
            .map(|operation| (name.to_string(), set.id.clone(), operation.id.clone()))
    })
    .collect()
}
