use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use jiff::SignedDuration;
use model::clock::Clock;
use serde_json::Value;

use crate::Simulator;
use crate::simulator::tests::{ManualClock, demo};
use crate::world::World;
use crate::world_file;

fn simulator(world: World) -> Simulator {
    Simulator::new(world, ManualClock::new() as Arc<dyn Clock>)
}

fn send(simulator: &Simulator, path: &str, body: &str) -> Response<Bytes> {
    let request =
        Request::post(format!("http://127.0.0.1:4600{path}")).header("content-type", "application/json");
    simulator.handle(request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap())
}

#[track_caller]
fn done(simulator: &Simulator, what: &str, body: &str) -> Value {
    let answer = send(simulator, &format!("/_stackfleet/{what}"), body);
    assert_eq!(answer.status(), 200, "{answer:?}");
    serde_json::from_slice(answer.body()).unwrap()
}

fn identity(simulator: &Simulator) -> u16 {
    let request = Request::post("/").body(Bytes::from_static(b"Action=GetCallerIdentity"));
    simulator.handle(request.unwrap()).status().as_u16()
}

#[test]
fn every_example_in_the_documentation_is_answered() {
    let text = include_str!("../../../../docs/worlds.md");
    let world = "[organization]\nmanagement_account = \"100000000000\"\n[[unit]]\npath = \"Workloads\"\n\
        [[account]]\nid = \"100000000000\"\nname = \"m\"\n[[account]]\nid = \"300000000001\"\nname = \"orders\"\n";
    let world = world_file::read(world, "w", &mut |_| Ok(String::new())).unwrap();
    let simulator = simulator(world);
    let mut examples = 0;
    for part in text.split("```sh\ncurl ").skip(1) {
        let example = part.split("```").next().unwrap();
        let (_, path) = example.split_once("/_stackfleet/").unwrap();
        let what = path.split_whitespace().next().unwrap();
        let (_, body) = example.split_once("-d '").unwrap();
        done(&simulator, what, body.trim_end().trim_end_matches('\''));
        examples += 1;
    }
    assert!(examples >= 5);
    let world = simulator.world();
    let moved = world.organization.accounts.values().nth(1).unwrap();
    assert_ne!(moved.parent, world.organization.root);
    assert_eq!((world.faults.len(), world.failures.len()), (1, 1));
}

#[test]
fn time_that_is_skipped_stays_skipped() {
    let start = demo().now;
    let simulator = simulator(demo());
    done(&simulator, "advance", r#"{"seconds": 90}"#);
    done(&simulator, "advance", r#"{"seconds": 10}"#);
    assert_eq!(
        simulator.world().now.duration_since(start),
        SignedDuration::from_secs(100)
    );
}

#[test]
fn faults_come_and_go_and_the_log_says_so() {
    let simulator = simulator(demo());
    done(
        &simulator,
        "fault",
        r#"{"kind": "expired_credentials", "service": "sts"}"#,
    );
    assert_eq!(identity(&simulator), 403);
    done(&simulator, "calm", "{}");
    assert_eq!(identity(&simulator), 200);
    done(&simulator, "knobs", r#"{"replay": "stale"}"#);
    identity(&simulator);
    let log = done(&simulator, "log", r#"{"after": 0}"#);
    let seen: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|call| (&call["status"], &call["fault"], &call["knobs"]))
        .collect();
    let nothing = Value::Null;
    let (expired, stale) = ("expired_credentials".into(), "replay=stale".into());
    assert_eq!(
        seen,
        [
            (&403.into(), &expired, &nothing),
            (&200.into(), &nothing, &nothing),
            (&200.into(), &nothing, &stale)
        ]
    );
    let world = done(&simulator, "world", "{}");
    assert_eq!(world["knobs"]["replay"], "stale");
}

#[test]
fn what_is_wrong_is_told() {
    let simulator = simulator(demo());
    for (path, body, status) in [
        ("/_stackfleet/dance", "{}", 404),
        ("/_stackfleet/advance", "{}", 400),
        ("/_stackfleet/advance", r#"{"seconds": -1}"#, 400),
        ("/_stackfleet/fault", r#"{"kind": "stale_list"}"#, 400),
        ("/_stackfleet/actor", "nonsense", 400),
        ("/_stackfleet/world", r#"{"of": "mine"}"#, 400),
    ] {
        let answer = send(&simulator, path, body);
        assert_eq!(answer.status(), status, "{path} {body}");
        let told: Value = serde_json::from_slice(answer.body()).unwrap();
        assert!(told["error"].is_string(), "{told}");
    }
    for request in [
        Request::post("/_stackfleet/world"),
        Request::get("/_stackfleet/world").header("content-type", "application/json"),
        Request::post("/_stackfleet/world").header("content-type", "text/plain"),
    ] {
        let answer = simulator.handle(request.body(Bytes::from_static(b"{}")).unwrap());
        assert_eq!(answer.status(), 415);
    }
    assert!(
        simulator.world().log.is_empty(),
        "the log is of calls, not of this door"
    );
}

#[test]
fn a_change_by_hand_needs_a_stack_and_a_gate_comes_first() {
    let simulator = simulator(demo());
    let drift = send(
        &simulator,
        "/_stackfleet/drift",
        r#"{"resource": "Queue", "property": "/A"}"#,
    );
    assert_eq!(drift.status(), 400);
    assert!(
        drift.body().starts_with(br#"{"error":"no stack instance fits"#),
        "{drift:?}"
    );
    done(&simulator, "account_gate", r#"{"passes": true}"#);
    done(
        &simulator,
        "account_gate",
        r#"{"passes": false, "account": "300000000001"}"#,
    );
    let gates: Vec<bool> = simulator
        .world()
        .account_gates
        .iter()
        .map(|gate| gate.passes)
        .collect();
    assert_eq!(gates, [false, true]);
    done(&simulator, "calm", "{}");
    assert!(simulator.world().account_gates.is_empty());
}
