//! Where AWS is for this command: AWS itself, an endpoint on this machine, or the simulator in this process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws::{Aws, Connection, CredentialSource, Endpoint, Operate, Transport};
use bytes::Bytes;
use model::clock::Clock;
use model::desired::{CallAs, Desired};
use model::diagnostic::{Diagnostic, Sources};
use model::ids::{AccountId, Region};
use model::plan::Plan;
use simulator::Simulator;
use simulator::store::Store;
use simulator::world::World;
use simulator::world_file;

use crate::args::{Global, Profile, SPEED};
use crate::clock::TokioClock;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// Where the world of `--simulate` is kept, beside the manifest.
const KEPT: &str = ".stackfleet";

/// A connection and its time.
#[derive(Debug)]
pub(crate) struct Session {
    /// The one door to AWS.
    pub(crate) aws: Arc<Aws>,
    /// The time that the command runs on.
    pub(crate) clock: Arc<dyn Clock>,
    simulator: Option<Arc<Simulator>>,
}

/// The home Region and the role that a manifest or a plan is for, and whose credentials are taken there.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    region: Region,
    call_as: CallAs,
    admin_account: Option<AccountId>,
    credentials: CredentialSource,
}

impl Place {
    /// Somewhere, without a manifest that says so.
    pub(crate) fn new(region: Region, call_as: CallAs) -> Self {
        Self {
            region,
            call_as,
            admin_account: None,
            credentials: CredentialSource::Environment,
        }
    }

    /// Of a manifest.
    pub(crate) fn of_manifest(desired: &Desired) -> Self {
        let aws = &desired.aws;
        Self {
            admin_account: Some(aws.admin_account.value.clone()),
            ..Self::new(aws.region.value.clone(), aws.call_as)
        }
    }

    /// Of a saved plan.
    pub(crate) fn of_plan(plan: &Plan) -> Self {
        Self {
            admin_account: Some(plan.scope.admin_account.clone()),
            ..Self::new(plan.scope.region.clone(), plan.scope.call_as)
        }
    }

    /// With the credentials of the profile that is named for its account, else of the one for every account, else of the
    /// environment.
    pub(crate) fn with(mut self, profiles: &[Profile]) -> Self {
        let named = |account: Option<&AccountId>| profiles.iter().find(|one| one.account.as_ref() == account);
        if let Some(profile) = named(self.admin_account.as_ref()).or_else(|| named(None)) {
            self.credentials = CredentialSource::Profile {
                name: profile.name.clone(),
                account: profile.account.clone(),
            };
        }
        self
    }
}

impl Session {
    /// Connects as the options say, and says so when it is not AWS.
    pub(crate) async fn open(
        global: &Global,
        directory: &Path,
        place: &Place,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        if let Some(world) = &global.simulate {
            let kept_in = directory.join(KEPT);
            terminal.say(&format!(
                "simulated AWS: {}",
                files::shown(&kept_in.join("world.json"))
            ));
            let kept = kept(&kept_in, world.as_deref(), global.speed.unwrap_or(SPEED))?;
            if let (false, Some(file)) = (kept.is_new, world) {
                terminal.say(&format!(
                    "the kept world goes on; {} is read when {} is not there",
                    files::shown(file),
                    files::shown(&kept_in)
                ));
            }
            return Self::simulated((kept.simulator, kept.clock), place).await;
        }
        if global.offline {
            return Err(offline());
        }
        let (endpoint, speed) = match &global.endpoint_url {
            Some(url) => {
                terminal.say(&format!("endpoint: {}", report::escape(url)));
                (Endpoint::Url(url.clone()), global.speed.unwrap_or(1.0))
            }
            // Waiting faster for AWS itself would only be impolite.
            None => (Endpoint::Aws, 1.0),
        };
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::from_now(speed));
        let aws = connect(place, endpoint, &clock).await?;
        Ok(Self {
            aws,
            clock,
            simulator: None,
        })
    }

    /// Connects to a simulator in this process, on its time.
    pub(crate) async fn simulated(
        simulator: (Arc<Simulator>, Arc<dyn Clock>),
        place: &Place,
    ) -> Result<Self, Failure> {
        let (simulator, clock) = simulator;
        let aws = connect(place, Endpoint::InProcess(transport(&simulator)), &clock).await?;
        Ok(Self {
            aws,
            clock,
            simulator: Some(simulator),
        })
    }

    /// The simulated AWS of this session, for another manifest that keeps its world in the same directory.
    pub(crate) fn world(&self) -> Option<(Arc<Simulator>, Arc<dyn Clock>)> {
        let simulator = self.simulator.as_ref()?;
        Some((Arc::clone(simulator), Arc::clone(&self.clock)))
    }

    /// The same door, for writing.
    pub(crate) fn operate(&self) -> Arc<dyn Operate> {
        Arc::clone(&self.aws) as Arc<dyn Operate>
    }

    /// Keeps the time that passed in a simulated world.
    pub(crate) fn close(&self) -> Result<(), Failure> {
        match &self.simulator {
            Some(simulator) => Ok(simulator.save()?),
            None => Ok(()),
        }
    }
}

/// `--offline` without a simulator.
fn offline() -> Failure {
    Diagnostic::error(
        "E0044",
        "this needs AWS, and --offline says never to use the network",
    )
    .note("nothing was changed")
    .help("rehearse without AWS: add --simulate")
    .into()
}

async fn connect(place: &Place, endpoint: Endpoint, clock: &Arc<dyn Clock>) -> Result<Arc<Aws>, Failure> {
    let connection = Connection {
        region: place.region.clone(),
        call_as: place.call_as,
        endpoint,
        credentials: place.credentials.clone(),
        clock: Arc::clone(clock),
    };
    let aws = Aws::connect(connection)
        .await
        .map_err(|error| error.diagnostic())?;
    Ok(Arc::new(aws))
}

/// The one place where the SDK and the simulator meet.
pub(crate) fn transport(simulator: &Arc<Simulator>) -> Transport {
    let simulator = Arc::clone(simulator);
    Arc::new(move |request: http::Request<Bytes>| {
        let simulator = Arc::clone(&simulator);
        Box::pin(async move {
            let answer = simulator.exchange(request).await;
            answer.map_err(|lost| std::io::Error::new(std::io::ErrorKind::ConnectionReset, lost))
        })
    })
}

/// A simulator whose world is kept on disk.
struct Kept {
    simulator: Arc<Simulator>,
    clock: Arc<dyn Clock>,
    /// Whether there was no world yet.
    is_new: bool,
}

fn kept(directory: &Path, world: Option<&Path>, speed: f64) -> Result<Kept, Failure> {
    let mut is_new = false;
    let (store, world) = Store::open::<Failure>(directory, || {
        is_new = true;
        starting_world(world)
    })?;
    let clock = world_clock(&world, speed);
    let simulator = Arc::new(Simulator::kept(world, store, Arc::clone(&clock)));
    Ok(Kept {
        simulator,
        clock,
        is_new,
    })
}

/// A world from a file, or the fresh one.
pub(crate) fn starting_world(file: Option<&Path>) -> Result<World, Failure> {
    let Some(path) = file else {
        return world_file::fresh().map_err(|diagnostics| Failure::of_files(diagnostics, Sources::new()));
    };
    let text = files::read(path)?;
    let name = path.display().to_string();
    let directory = path.parent().map(PathBuf::from).unwrap_or_default();
    let mut load =
        |file: &str| std::fs::read_to_string(directory.join(file)).map_err(|error| error.to_string());
    world_file::read(&text, &name, &mut load).map_err(|diagnostics: Vec<Diagnostic>| {
        Failure::of_files(diagnostics, Sources::from([(name.clone(), text.clone())]))
    })
}

/// Time that goes on where the world's time stopped.
pub(crate) fn world_clock(world: &World, speed: f64) -> Arc<dyn Clock> {
    Arc::new(TokioClock::scaled(world.now, speed))
}
