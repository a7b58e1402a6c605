use std::fs;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::world_file;

/// A clock that stands still until it is told.
#[derive(Debug)]
pub(crate) struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2030-01-01T00:00:00Z".parse().unwrap())))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.pass(duration.as_secs().try_into().unwrap());
        Box::pin(std::future::ready(()))
    }
}

pub(crate) fn demo() -> World {
    world_file::fresh().unwrap()
}

fn organizations(simulator: &Simulator, action: &str, input: &str) -> Response<Bytes> {
    let request = Request::post("http://127.0.0.1/")
        .header("x-amz-target", format!("AWSOrganizationsV20161128.{action}"));
    simulator.handle(request.body(Bytes::copy_from_slice(input.as_bytes())).unwrap())
}

fn open(directory: &std::path::Path) -> Result<(Store, World), StoreError> {
    Store::open::<StoreError>(directory, || Ok(demo()))
}

const NEW_UNIT: &str = r#"{"ParentId": "r-demo", "Name": "Sandbox"}"#;

#[test]
fn world_time_goes_on_from_where_it_was_and_never_back() {
    let (world, clock) = (demo(), ManualClock::new());
    let start = world.now;
    let simulator = Simulator::new(world, Arc::clone(&clock) as Arc<dyn Clock>);
    assert_eq!(simulator.world().now, start);
    clock.pass(90);
    assert_eq!(
        simulator.world().now,
        start.checked_add(SignedDuration::from_secs(90)).unwrap()
    );
    clock.pass(-1000);
    assert_eq!(
        simulator.world().now,
        start.checked_add(SignedDuration::from_secs(90)).unwrap()
    );
}

#[test]
fn every_call_is_logged_with_its_time_and_answer() {
    let clock = ManualClock::new();
    let simulator = Simulator::new(demo(), Arc::clone(&clock) as Arc<dyn Clock>);
    assert_eq!(organizations(&simulator, "ListRoots", "{}").status(), 200);
    clock.pass(5);
    assert_eq!(organizations(&simulator, "DescribeAccount", "{}").status(), 400);
    let world = simulator.world();
    let seen: Vec<_> = world
        .log
        .iter()
        .map(|call| (call.action.as_str(), call.status, call.error.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("ListRoots", 200, None),
            ("DescribeAccount", 400, Some("InvalidInputException"))
        ]
    );
    assert_eq!(
        world.log[1].at.duration_since(world.log[0].at),
        SignedDuration::from_secs(5)
    );
    assert!(world.log.iter().all(|call| call.service == "organizations"));
}

#[test]
fn a_write_is_on_disk_when_it_is_answered_and_a_read_waits_for_the_next_save() {
    let directory = tempfile::tempdir().unwrap();
    let (store, world) = open(directory.path()).unwrap();
    let units = world.organization.units.len();
    let simulator = Simulator::kept(world, store, ManualClock::new());
    assert_eq!(
        organizations(&simulator, "CreateOrganizationalUnit", NEW_UNIT).status(),
        200
    );
    organizations(&simulator, "ListRoots", "{}");
    // Dropped as a killed process would be: without another save.
    drop(simulator);
    let (store, world) = open(directory.path()).unwrap();
    assert_eq!(world.organization.units.len(), units + 1);
    assert_eq!(world.log.len(), 1);

    let simulator = Simulator::kept(world, store, ManualClock::new());
    organizations(&simulator, "ListRoots", "{}");
    simulator.save().unwrap();
    drop(simulator);
    assert_eq!(open(directory.path()).unwrap().1.log.len(), 2);
}

#[test]
fn a_write_that_cannot_be_kept_is_not_answered_with_success() {
    let directory = tempfile::tempdir().unwrap();
    let (store, world) = open(directory.path()).unwrap();
    let simulator = Simulator::kept(world, store, ManualClock::new());
    fs::remove_dir_all(directory.path()).unwrap();
    let answer = organizations(&simulator, "CreateOrganizationalUnit", NEW_UNIT);
    assert_eq!(answer.status(), 500);
    assert!(String::from_utf8_lossy(answer.body()).contains("ServiceException"));
    assert_eq!(organizations(&simulator, "ListRoots", "{}").status(), 200);
}

#[test]
fn requests_of_any_kind_are_answered() {
    let simulator = Simulator::new(demo(), ManualClock::new());
    for method in ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "STRANGE"] {
        for uri in ["/", "/a", "/a/b?c", "http://b.s3.x/%ff%00", "*"] {
            for body in [
                "",
                "Action=",
                "&&==%%%",
                "{",
                "Action=DescribeStackSet&StackSetName=x",
            ] {
                let request = Request::builder().method(method).uri(uri);
                let answer = simulator.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap());
                assert!((200..=599).contains(&answer.status().as_u16()));
            }
        }
    }
}

/// A file that a test can read while it is written.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn calls_are_recorded_as_they_come_after_a_line_about_the_world() {
    let simulator = Simulator::new(demo(), ManualClock::new());
    organizations(&simulator, "ListRoots", "{}");
    let file = Shared::default();
    simulator.record(Box::new(file.clone()));
    organizations(&simulator, "DescribeOrganization", "{}");
    let text = String::from_utf8(file.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[0]["knobs"]["replay"], "already_exists");
    assert_eq!(
        (lines[1]["action"].as_str(), lines[1]["caller"].as_str()),
        (Some("DescribeOrganization"), Some("100000000000"))
    );
}
