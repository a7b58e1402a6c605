//! How fast the simulator is, in process: `cargo bench -p stackfleet-simulator --bench speed`. Nothing is asserted; machines differ.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use model::clock::Clock;
use simulator::store::{Store, StoreError};
use simulator::world::World;
use simulator::{Simulator, world_file};

const TEMPLATE: &str = "\
Parameters: { Stage: { Type: String, Default: prod } }
Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: !Ref Stage } } }
";

/// Stands still until it is told.
#[derive(Debug)]
struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    fn pass(&self, seconds: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

struct Bench {
    simulator: Simulator,
    clock: Arc<ManualClock>,
}

impl Bench {
    fn of(world: World) -> Self {
        let clock = Arc::new(ManualClock(Mutex::new(Timestamp::UNIX_EPOCH)));
        let simulator = Simulator::new(world, Arc::clone(&clock) as Arc<dyn Clock>);
        Self { simulator, clock }
    }

    fn call(&self, inputs: &[(&str, &str)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Version", "2010-05-15").extend_pairs(inputs);
        let request = Request::post("/").body(Bytes::from(form.finish())).unwrap();
        let response = self.simulator.handle(request);
        let body = String::from_utf8_lossy(response.body()).into_owned();
        assert_eq!(response.status(), 200, "{body}");
        body
    }

    fn create(&self, name: &str) {
        self.call(&[
            ("Action", "CreateStackSet"),
            ("StackSetName", name),
            ("TemplateBody", TEMPLATE),
            ("PermissionModel", "SERVICE_MANAGED"),
            ("AutoDeployment.Enabled", "false"),
        ]);
    }

    /// Instances in every account and the Regions; world time passes until they are there.
    fn deploy(&self, name: &str, regions: &[String]) {
        let names: Vec<String> = (1..=regions.len())
            .map(|n| format!("Regions.member.{n}"))
            .collect();
        let mut inputs = vec![
            ("Action", "CreateStackInstances"),
            ("StackSetName", name),
            (
                "DeploymentTargets.OrganizationalUnitIds.member.1",
                "ou-sim0-all00000",
            ),
            ("OperationPreferences.MaxConcurrentPercentage", "100"),
            ("OperationPreferences.ConcurrencyMode", "SOFT_FAILURE_TOLERANCE"),
            ("OperationPreferences.RegionConcurrencyType", "PARALLEL"),
            ("OperationId", "first"),
        ];
        inputs.extend(
            names
                .iter()
                .map(String::as_str)
                .zip(regions.iter().map(String::as_str)),
        );
        self.call(&inputs);
        self.clock.pass(600);
        let described = self.call(&[
            ("Action", "DescribeStackSetOperation"),
            ("StackSetName", name),
            ("OperationId", "first"),
        ]);
        assert!(described.contains("SUCCEEDED"), "{described}");
    }

    /// Pages through all instances; how many there are.
    fn list(&self, name: &str) -> usize {
        let (mut count, mut token) = (0, String::new());
        loop {
            let mut inputs = vec![("Action", "ListStackInstances"), ("StackSetName", name)];
            if !token.is_empty() {
                inputs.push(("NextToken", &token));
            }
            let body = self.call(&inputs);
            count += body.matches("<member>").count();
            let Some((_, rest)) = body.split_once("<NextToken>") else {
                return count;
            };
            rest.split('<').next().unwrap().clone_into(&mut token);
        }
    }
}

/// An organization with so many accounts in one unit.
fn organization(accounts: u32) -> String {
    let mut text = String::from(
        "[organization]\nmanagement_account = \"100000000000\"\n[[account]]\nid = \"100000000000\"\nname = \"m\"\n\
         [[unit]]\npath = \"All\"\nid = \"ou-sim0-all00000\"\n",
    );
    for number in 1..=accounts {
        write!(
            text,
            "[[account]]\nid = \"2{number:011}\"\nname = \"a{number}\"\nunit = \"All\"\n"
        )
        .unwrap();
    }
    text
}

fn world(accounts: u32) -> World {
    world_file::read(&organization(accounts), "w", &mut |_| Err(String::new())).unwrap()
}

/// Names in the form of Regions.
fn regions(count: usize) -> Vec<String> {
    let letters = || 'a'..='z';
    let pairs = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}-bench-1")));
    pairs.take(count).collect()
}

/// Prints how long something takes, and how long the thread was at work on it: on a busy machine only the second says anything.
#[expect(clippy::disallowed_methods, reason = "this is what is measured")]
fn timed<T>(what: &str, of: impl FnOnce() -> T) -> (T, Duration) {
    let (worked, started) = (at_work(), Instant::now());
    let done = of();
    let taken = started.elapsed();
    let worked = (at_work() - worked) / 1e6;
    println!(
        "{what:<64} {:>10.1} ms, {worked:>10.1} ms at work",
        taken.as_secs_f64() * 1_000.0
    );
    (done, taken)
}

/// Nanoseconds that this thread has had of a processor, as Linux counts them; zero elsewhere.
fn at_work() -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = counted.split(' ').next().and_then(|text| text.parse().ok());
    first.unwrap_or_default()
}

fn calls() {
    const ROUNDS: u32 = 10_000;
    let bench = Bench::of(world(100));
    bench.create("net");
    bench.deploy("net", &regions(3));
    let asked: [&[(&str, &str)]; 5] = [
        &[("Action", "GetCallerIdentity")],
        &[("Action", "DescribeStackSet"), ("StackSetName", "net")],
        &[
            ("Action", "DescribeStackInstance"),
            ("StackSetName", "net"),
            ("StackInstanceAccount", "200000000050"),
            ("StackInstanceRegion", "aa-bench-1"),
        ],
        &[
            ("Action", "DescribeStackSetOperation"),
            ("StackSetName", "net"),
            ("OperationId", "first"),
        ],
        &[
            ("Action", "ListStackInstances"),
            ("StackSetName", "net"),
            ("MaxResults", "10"),
        ],
    ];
    let count = ROUNDS * 5;
    let ((), taken) = timed(&format!("{count} calls of five kinds"), || {
        for _ in 0..ROUNDS {
            for inputs in asked {
                bench.call(inputs);
            }
        }
    });
    println!(
        "{:>64} {:>10.0} calls/s",
        "",
        f64::from(count) / taken.as_secs_f64()
    );
}

fn listing() {
    let bench = Bench::of(world(1_000));
    bench.create("net");
    timed("100,000 instances of one StackSet are deployed", || {
        bench.deploy("net", &regions(100));
    });
    let (count, _) = timed("100,000 instances of one StackSet are listed", || {
        bench.list("net")
    });
    assert_eq!(count, 100_000);
}

fn loading() {
    let directory = tempfile::tempdir().unwrap();
    let text = organization(1_000);
    timed("a world file of 1,000 accounts is read", || {
        world_file::read(&text, "w", &mut |_| Err(String::new())).unwrap()
    });
    let bench = Bench::of(world(1_000));
    timed(
        "1,000 accounts × 100 StackSets × 3 Regions are deployed",
        || {
            for number in 0..100 {
                let name = format!("set-{number}");
                bench.create(&name);
                bench.deploy(&name, &regions(3));
            }
        },
    );
    let (store, world) = Store::open::<StoreError>(directory.path(), || Ok(bench.simulator.world())).unwrap();
    drop(store);
    let size = std::fs::metadata(directory.path().join("world.json"))
        .unwrap()
        .len();
    println!("{:<64} {:>10.1} MB", "its file", size as f64 / 1e6);
    let ((store, loaded), _) = timed("the same world is loaded from its directory", || {
        Store::open::<StoreError>(directory.path(), || Ok(world.clone())).unwrap()
    });
    assert_eq!(loaded, world);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock(Mutex::new(Timestamp::UNIX_EPOCH)));
    let kept = Bench {
        simulator: Simulator::kept(loaded, store, clock),
        clock: Arc::new(ManualClock(Mutex::new(Timestamp::UNIX_EPOCH))),
    };
    timed("one write in it is answered and on disk", || {
        kept.create("one-more");
    });
    timed("the world is saved at the end", || kept.simulator.save().unwrap());
}

fn main() {
    calls();
    listing();
    loading();
}
