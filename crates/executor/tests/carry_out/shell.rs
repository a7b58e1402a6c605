//! The shell: the same runs, on tokio's paused clock.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws::Operate;
use executor::{Options, apply, wait_for_running};
use model::Timestamp;
use model::call::{Call, CallError, Reply, Write};
use model::clock::Clock;
use model::definition::ParameterValue;
use model::event::{ApplyResult, Event, EventKind};
use model::ids::OperationId;
use model::secrets::Secrets;
use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::plans::{name, scene, set_id, start};

/// Virtual time, from the start of the scene.
#[derive(Debug)]
pub(crate) struct Paused(tokio::time::Instant);

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        start() + self.0.elapsed()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that the others are handed"
    )]
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

pub(crate) struct Remote {
    pub(crate) cloud: Mutex<Cloud>,
    clock: Arc<Paused>,
    seen: Mutex<Vec<Call>>,
}

impl Operate for Remote {
    fn operate(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, CallError>> + Send + '_>> {
        Box::pin(async move {
            self.clock.sleep(Duration::from_millis(50)).await;
            self.seen.lock().unwrap().push(call.clone());
            let mut cloud = self.cloud.lock().unwrap();
            cloud.arrive(self.clock.now());
            cloud.answer(&call)
        })
    }
}

pub(crate) fn remote(cloud: Cloud) -> (Arc<Remote>, Arc<Paused>) {
    let clock = Arc::new(Paused(tokio::time::Instant::now()));
    let remote = Remote {
        cloud: Mutex::new(cloud),
        clock: Arc::clone(&clock),
        seen: Mutex::new(Vec::new()),
    };
    (Arc::new(remote), clock)
}

#[tokio::test(start_paused = true)]
async fn events_are_numbered_timed_and_end_with_the_summary() {
    let (cloud, plan) = scene();
    let (remote, clock) = remote(cloud);
    let (_signal, interrupt) = watch::channel(false);
    let mut events: Vec<Event> = Vec::new();
    let hear = |event| events.push(event);
    let summary = apply(
        &plan,
        &Secrets::default(),
        remote,
        clock,
        &Options::default(),
        hear,
        interrupt,
    )
    .await;
    assert_eq!(summary.result, ApplyResult::Succeeded);
    assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq));
    assert!(events.is_sorted_by_key(|event| event.ts));
    assert!(matches!(
        events.first().unwrap().kind,
        EventKind::ApplyStart { operations: 7, .. }
    ));
    assert_eq!(
        events.last().unwrap().kind,
        EventKind::ApplySummary(Box::new(summary))
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_signal_ends_the_run_within_two_seconds() {
    let (cloud, plan) = scene();
    let (remote, clock) = remote(cloud);
    let (signal, interrupt) = watch::channel(false);
    let user = async {
        clock.sleep(Duration::from_secs(20)).await;
        signal.send(true).unwrap();
    };
    let options = Options::default();
    let secrets = Secrets::default();
    let run = apply(
        &plan,
        &secrets,
        remote.clone(),
        clock.clone(),
        &options,
        |_| {},
        interrupt,
    );
    let ((), summary) = tokio::join!(user, run);
    assert_eq!(summary.result, ApplyResult::Interrupted);
    assert!((20..=22).contains(&summary.seconds), "{} s", summary.seconds);
}

#[tokio::test(start_paused = true)]
async fn secrets_enter_the_call_on_its_way_out_and_nothing_else() {
    let (cloud, mut plan) = scene();
    let secret = ParameterValue::Secret("env:TOKEN".to_owned());
    if let Write::CreateStackInstances { overrides, .. } = &mut plan.operations[1].call {
        *overrides = Some(BTreeMap::from([("Token".to_owned(), secret)]));
    }
    let mut secrets = Secrets::default();
    secrets.insert("env:TOKEN".to_owned(), "canary-42".to_owned());
    let (remote, clock) = remote(cloud);
    let (_, interrupt) = watch::channel(false);
    let mut heard = Vec::new();
    let hear = |event: Event| heard.push(format!("{event:?}"));
    let summary = apply(
        &plan,
        &secrets,
        remote.clone(),
        clock,
        &Options::default(),
        hear,
        interrupt,
    )
    .await;
    assert_eq!(summary.secrets_sent, ["env:TOKEN"]);
    assert!(!heard.concat().contains("canary-42"));
    let sent = format!("{:?}", remote.seen.lock().unwrap());
    assert!(sent.contains("Plain(\"canary-42\")") && !sent.contains("Secret("));
}

#[tokio::test(start_paused = true)]
async fn running_operations_are_waited_for_within_the_bound() {
    let (mut cloud, _) = scene();
    cloud.foreign("baseline", "someone", 300);
    let running = vec![(
        name("baseline").to_string(),
        set_id("baseline"),
        OperationId::parse("someone").unwrap(),
    )];
    let (remote, clock) = remote(cloud);
    let wait = |bound| {
        wait_for_running(
            remote.clone(),
            clock.clone(),
            &running,
            Duration::from_secs(bound),
        )
    };
    assert!(!wait(60).await);
    let waited = clock.now().duration_since(start()).as_secs();
    assert!((60..=62).contains(&waited), "{waited} s");
    assert!(wait(600).await);
}
