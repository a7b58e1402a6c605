//! The simulator on loopback, with its log in reach.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use cli::clock::TokioClock;
use model::clock::Clock;
use simulator::Simulator;
use simulator::world::{LogEntry, World};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Calls that change something and name an operation.
const WRITES: [&str; 4] = [
    "UpdateStackSet",
    "CreateStackInstances",
    "UpdateStackInstances",
    "DeleteStackInstances",
];

/// A server that ends with the test.
#[derive(Debug)]
pub struct Served {
    /// What is served.
    pub simulator: Arc<Simulator>,
    /// Where.
    pub url: String,
    _runtime: Runtime,
}

impl Served {
    /// Serves a world whose time runs `speed` times as fast as real time.
    pub fn start(world: World, speed: f64) -> Self {
        let clock = TokioClock::scaled(world.now, speed);
        Self::with_clock(world, Arc::new(clock))
    }

    /// Serves a world on a clock of the test's own.
    pub fn with_clock(world: World, clock: Arc<dyn Clock>) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let (simulator, url) = runtime.block_on(async {
            let simulator = Arc::new(Simulator::new(world, clock));
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let url = format!("http://{}", listener.local_addr().expect("an address"));
            tokio::spawn(simulator::serve(listener, Arc::clone(&simulator)));
            (simulator, url)
        });
        Self {
            simulator,
            url,
            _runtime: runtime,
        }
    }

    /// Every call so far.
    pub fn log(&self) -> Vec<LogEntry> {
        self.simulator.world().log
    }

    /// How often each operation was started: an operation id to the number of accepted writes that named it.
    pub fn started(&self) -> BTreeMap<String, usize> {
        let mut started = BTreeMap::new();
        for entry in self.log() {
            if entry.error.is_none() && WRITES.contains(&entry.action.as_str()) {
                *started
                    .entry(entry.operation_id.expect("a write names its operation"))
                    .or_default() += 1;
            }
        }
        started
    }

    /// Waits until the world is as wanted; fails after half a minute.
    pub fn wait_until(&self, wanted: impl Fn(&World) -> bool) {
        let started = now();
        while !wanted(&self.simulator.world()) {
            assert!(
                now().duration_since(started) < Duration::from_secs(30),
                "the world never got there"
            );
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }

    /// Lets so much world time pass that whatever runs has ended, and what automatic deployment then does too.
    pub fn settle(&self) {
        for _ in 0..4 {
            self.door("advance", r#"{"seconds": 7200}"#);
        }
        let busy = self.simulator.look(|world| {
            let mut sets = world.stack_sets.values().flat_map(BTreeMap::values);
            sets.any(simulator::world::StackSet::is_busy)
        });
        assert!(!busy, "an operation never ends");
    }

    /// Asks at the world's own door (`docs/worlds.md`).
    pub fn door(&self, path: &str, body: &str) {
        let request = http::Request::post(format!("/_stackfleet/{path}"))
            .header("content-type", "application/json")
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .expect("a request");
        let response = self.simulator.handle(request);
        let told = String::from_utf8_lossy(response.body());
        assert_eq!(response.status(), 200, "{path} {body}: {told}");
    }

    /// Sends one CloudFormation call as another client would; it must be accepted.
    pub fn accepts(&self, inputs: &[(&str, &str)]) {
        let (status, body) = self.cloudformation(inputs);
        assert_eq!(status, 200, "{body}");
    }

    /// Sends one CloudFormation call as another client would, and gives the answer's status and body.
    pub fn cloudformation(&self, inputs: &[(&str, &str)]) -> (u16, String) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Version", "2010-05-15").extend_pairs(inputs);
        let request = http::Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request",
            )
            .body(Bytes::from(form.finish()))
            .expect("a request");
        let response = self.simulator.handle(request);
        (
            response.status().as_u16(),
            String::from_utf8_lossy(response.body()).into_owned(),
        )
    }
}

#[expect(clippy::disallowed_methods, reason = "a test gives up in real time")]
fn now() -> Instant {
    Instant::now()
}
