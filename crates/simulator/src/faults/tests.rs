use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use jiff::SignedDuration;
use model::clock::Clock;

use crate::simulator::tests::{ManualClock, demo};
use crate::world::{Fault, FaultKind, LogEntry};
use crate::{Outcome, Simulator};

const TEMPLATE: &str = "Resources: { Topic: { Type: 'AWS::SNS::Topic' } }";

fn form(inputs: &[(&str, &str)]) -> Request<Bytes> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Version", "2010-05-15").extend_pairs(inputs);
    Request::post("/").body(Bytes::from(form.finish())).unwrap()
}

fn create(name: &str) -> Request<Bytes> {
    form(&[
        ("Action", "CreateStackSet"),
        ("StackSetName", name),
        ("TemplateBody", TEMPLATE),
    ])
}

fn describe(name: &str) -> Request<Bytes> {
    form(&[("Action", "DescribeStackSet"), ("StackSetName", name)])
}

struct Faulty {
    simulator: Simulator,
    clock: Arc<ManualClock>,
}

impl Faulty {
    fn with(fault: Fault) -> Self {
        let mut world = demo();
        world.faults.push(fault);
        let clock = ManualClock::new();
        Self {
            simulator: Simulator::new(world, Arc::clone(&clock) as Arc<dyn Clock>),
            clock,
        }
    }

    /// Status and body; none for a connection that ended.
    fn sent(&self, request: Request<Bytes>) -> Option<(u16, String)> {
        match self.simulator.take(request) {
            Outcome::Answered(response) => {
                let body = String::from_utf8_lossy(response.body()).into_owned();
                Some((response.status().as_u16(), body))
            }
            Outcome::Held { .. } => panic!("held back"),
            Outcome::Lost => None,
        }
    }

    fn is_there(&self, name: &str) -> bool {
        self.simulator.look(|world| {
            let mut sets = world.stack_sets.values().flat_map(|sets| sets.values());
            sets.any(|set| set.name() == name)
        })
    }

    fn log(&self) -> Vec<LogEntry> {
        self.simulator.world().log
    }
}

fn once(kind: FaultKind) -> Fault {
    Fault {
        times: Some(1),
        ..Fault::new(kind)
    }
}

#[test]
fn refusals_before_leave_the_world_alone() {
    for (kind, status, code) in [
        (FaultKind::Throttle, 400, "Throttling"),
        (FaultKind::ErrorBefore, 503, "ServiceUnavailable"),
        (FaultKind::ExpiredCredentials, 403, "ExpiredToken"),
        (FaultKind::AccessDenied, 403, "AccessDenied"),
    ] {
        let faulty = Faulty::with(once(kind.clone()));
        let (answered, body) = faulty.sent(create("net")).unwrap();
        assert_eq!(answered, status, "{body}");
        assert!(body.contains(&format!("<Code>{code}</Code>")), "{body}");
        assert!(!faulty.is_there("net"));
        let entry = &faulty.log()[0];
        assert_eq!(
            (entry.error.as_deref(), entry.fault.as_deref()),
            (Some(code), Some(kind.word()))
        );
        assert_eq!(faulty.sent(create("net")).unwrap().0, 200);
    }
}

#[test]
fn errors_after_and_lost_answers_are_of_calls_that_were_carried_out() {
    for kind in [
        FaultKind::ErrorAfter,
        FaultKind::LostResponse,
        FaultKind::MalformedBody,
        FaultKind::TruncatedBody,
    ] {
        let faulty = Faulty::with(once(kind.clone()));
        let answer = faulty.sent(create("net"));
        match &kind {
            FaultKind::ErrorAfter => assert_eq!(answer.unwrap().0, 500),
            FaultKind::LostResponse => assert_eq!(answer, None),
            _ => assert!(!answer.unwrap().1.contains("</CreateStackSetResponse>")),
        }
        assert!(faulty.is_there("net"), "{kind:?}");
        let entry = &faulty.log()[0];
        assert_eq!(
            (entry.status, entry.fault.as_deref()),
            (200, Some(kind.word())),
            "the log has what was done"
        );
    }
}

#[test]
fn a_lost_request_does_nothing_and_a_delayed_one_arrives_at_its_moment() {
    let lost = Faulty::with(once(FaultKind::LostRequest));
    assert_eq!(lost.sent(create("net")), None);
    lost.clock.pass(10_000);
    assert!(!lost.is_there("net"));

    let delayed = Faulty::with(once(FaultKind::DelayedRequest { seconds: 60 }));
    assert_eq!(delayed.sent(create("net")), None);
    delayed.clock.pass(59);
    assert!(!delayed.is_there("net"));
    delayed.clock.pass(1);
    assert!(delayed.is_there("net"));
    let log = delayed.log();
    let seen: Vec<_> = log.iter().map(|entry| (entry.status, entry.at)).collect();
    let minute = SignedDuration::from_mins(1);
    assert_eq!(seen, [(0, log[0].at), (200, log[0].at + minute)]);
}

#[test]
fn a_stale_list_shows_the_world_as_it_was_and_a_description_as_it_is() {
    let faulty = Faulty::with(Fault::new(FaultKind::StaleList { seconds: 300 }));
    let list = || form(&[("Action", "ListStackSets")]);
    faulty.clock.pass(1_000);
    faulty.sent(create("net")).unwrap();
    faulty.clock.pass(299);
    assert!(!faulty.sent(list()).unwrap().1.contains("net"));
    assert_eq!(faulty.sent(describe("net")).unwrap().0, 200);
    faulty.clock.pass(1);
    assert!(faulty.sent(list()).unwrap().1.contains("net"));
}

#[tokio::test]
async fn an_answer_that_is_held_back_comes_at_its_moment() {
    let faulty = Faulty::with(once(FaultKind::Hang { seconds: Some(90) }));
    let start = faulty.simulator.world().now;
    let answer = faulty.simulator.exchange(create("net")).await.unwrap();
    assert_eq!(answer.status(), 200);
    let waited = faulty.simulator.world().now.duration_since(start);
    assert_eq!(waited, SignedDuration::from_secs(90));
}

#[test]
fn an_answer_that_is_held_back_for_ever_is_of_a_call_that_was_carried_out() {
    let faulty = Faulty::with(once(FaultKind::Hang { seconds: None }));
    let outcome = faulty.simulator.take(create("net"));
    assert!(
        matches!(outcome, Outcome::Held { until: None, .. }),
        "{outcome:?}"
    );
    assert!(faulty.is_there("net"));
}

#[test]
fn a_fault_hits_what_it_names_after_so_many_calls_and_so_often() {
    let fault = Fault {
        action: Some("DescribeStackSet".to_owned()),
        stack_set: Some("net".to_owned()),
        after: 1,
        times: Some(2),
        ..Fault::new(FaultKind::Throttle)
    };
    let faulty = Faulty::with(fault);
    assert_eq!(faulty.sent(create("net")).unwrap().0, 200);
    assert_eq!(faulty.sent(create("web")).unwrap().0, 200);
    let mut codes = Vec::new();
    for name in ["net", "web", "net", "net", "web", "net"] {
        codes.push(faulty.sent(describe(name)).unwrap().0);
    }
    assert_eq!(codes, [200, 200, 400, 400, 200, 200]);
}

#[test]
fn a_fault_has_its_hours() {
    let start = demo().now;
    let fault = Fault {
        from: Some(start + SignedDuration::from_secs(100)),
        until: Some(start + SignedDuration::from_secs(200)),
        ..Fault::new(FaultKind::ExpiredCredentials)
    };
    let faulty = Faulty::with(fault);
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(faulty.sent(form(&[("Action", "GetCallerIdentity")])).unwrap().0);
        faulty.clock.pass(100);
    }
    assert_eq!(codes, [200, 403, 200]);
}

#[test]
fn chance_follows_from_the_seed() {
    let hits = |seed| {
        let mut fault = Fault {
            probability: Some(0.25),
            ..Fault::new(FaultKind::Throttle)
        };
        (0..4_000).map(|_| fault.strikes(seed, 0)).collect::<Vec<bool>>()
    };
    assert_eq!(hits(1), hits(1));
    assert_ne!(hits(1), hits(2));
    let count = hits(3).iter().filter(|hit| **hit).count();
    assert!((850..1_150).contains(&count), "{count} of 4000");
    let always = Fault {
        probability: Some(1.0),
        ..Fault::new(FaultKind::Throttle)
    };
    assert!((0..100).all(|seed| always.clone().strikes(seed, 0)));
}

#[test]
fn an_object_that_is_put_late_is_there_then() {
    let faulty = Faulty::with(once(FaultKind::DelayedRequest { seconds: 60 }));
    let put = Request::put("/templates/a.yaml")
        .body(Bytes::from_static(b"Resources: {}"))
        .unwrap();
    assert_eq!(faulty.sent(put), None);
    let get = || Request::get("/templates/a.yaml").body(Bytes::new()).unwrap();
    assert_eq!(faulty.sent(get()).map(|(status, _)| status), Some(404));
    faulty.clock.pass(61);
    assert_eq!(faulty.sent(get()), Some((200, "Resources: {}".to_owned())));
    assert!(faulty.log().iter().all(|entry| entry.status != 501));
}

#[test]
fn every_service_says_it_in_its_own_words() {
    let signed = |service: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKIA100000000000/20260101/us-east-1/{service}/aws4_request, Signature=0"
        )
    };
    let get = || Request::get("/templates/a.yaml").body(Bytes::new()).unwrap();
    let parameter = || {
        let request = Request::post("/").header("x-amz-target", "AmazonSSM.GetParameter");
        request.body(Bytes::from_static(b"{}")).unwrap()
    };
    let regions = || {
        let request = Request::post("/listRegions").header("authorization", signed("account"));
        request.body(Bytes::new()).unwrap()
    };
    let throttled = |request: Request<Bytes>| Faulty::with(once(FaultKind::Throttle)).sent(request).unwrap();
    for (request, status, code) in [
        (get(), 503, "SlowDown"),
        (parameter(), 400, "ThrottlingException"),
        (regions(), 429, "TooManyRequestsException"),
    ] {
        let (answered, body) = throttled(request);
        assert_eq!((answered, body.contains(code)), (status, true), "{body}");
    }
    let (status, body) = Faulty::with(once(FaultKind::ErrorAfter))
        .sent(parameter())
        .unwrap();
    assert_eq!((status, body.contains("\"Message\"")), (500, true), "{body}");
}
