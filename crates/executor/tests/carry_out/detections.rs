//! Drift detections: one at a time, one id for one run, never two for one wish.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws::Operate;
use executor::{DetectError, Detecting, Detection, Watched, detect_drift};
use model::call::{Call, CallError, CallErrorKind, DetectDrift, Reply};
use model::ids::OperationId;
use model::observed::{OperationAction, OperationStatus};
use model::preferences::OperationPreferences;

use crate::cloud::{Cloud, no};
use crate::plans::{name, set_id};
use crate::shell::{Remote, remote};

const API: &str = "DetectStackSetDrift";

impl Cloud {
    pub(crate) fn detect(&mut self, wanted: &DetectDrift) -> Result<Reply, CallError> {
        let (now, seconds) = (self.now, self.seconds);
        let set_name = name(wanted.stack_set.name());
        let set = self.sets.get_mut(&set_name);
        let set = set.ok_or_else(|| no(API, CallErrorKind::NotFound))?;
        if set.find(&wanted.operation_id).is_some() {
            return Err(no(API, CallErrorKind::OperationIdExists));
        }
        if set.is_held() {
            return Err(no(API, CallErrorKind::OperationInProgress));
        }
        self.written.push((now, set_name, API));
        let keys = set.instances.keys().cloned().collect();
        set.begin(wanted.operation_id.clone(), None, keys, (now, seconds));
        if let Some(started) = set.operations.last_mut() {
            started.summary.action = OperationAction::DetectDrift;
        }
        Ok(Reply::Started(wanted.operation_id.clone()))
    }
}

fn cloud() -> Cloud {
    let mut cloud = Cloud::new();
    cloud.add("a", "one", &[1, 2]);
    cloud
}

fn wanted(own_values: bool) -> Detection {
    Detection {
        stack_set: set_id("a"),
        own_values,
        preferences: OperationPreferences::default(),
        wait: Duration::from_mins(15),
    }
}

/// How a detection ended, what was told but for the looks, and what was started.
async fn detect(
    remote: &dyn Operate,
    clock: &dyn model::clock::Clock,
    wanted: &Detection,
) -> (Result<Watched, DetectError>, Vec<Detecting>) {
    let mut told = Vec::new();
    let end = detect_drift(remote, clock, wanted, |step| {
        if !matches!(step, Detecting::Seen(_)) {
            told.push(step);
        }
    });
    let end = end.await;
    (end, told)
}

fn started(remote: &Remote) -> usize {
    let cloud = remote.cloud.lock().unwrap();
    cloud.written.iter().filter(|(_, _, api)| *api == API).count()
}

fn id(text: &str) -> OperationId {
    OperationId::parse(text).unwrap()
}

#[tokio::test(start_paused = true)]
async fn it_is_started_once_and_watched_until_it_is_over() {
    let (remote, clock) = remote(cloud());
    let (end, told) = detect(remote.as_ref(), clock.as_ref(), &wanted(false)).await;
    let end = end.unwrap().operation;
    assert_eq!(
        (end.action, end.status),
        (OperationAction::DetectDrift, OperationStatus::Succeeded)
    );
    assert!(end.id.is_ours() && !end.id.leaves_own_values());
    assert_eq!(
        told,
        [Detecting::Sending(end.id.clone()), Detecting::Started(end.id)]
    );
    assert_eq!(started(&remote), 1);
}

#[tokio::test(start_paused = true)]
async fn its_id_goes_on_telling_that_instances_have_values_of_their_own() {
    let (remote, clock) = remote(cloud());
    let (end, _) = detect(remote.as_ref(), clock.as_ref(), &wanted(true)).await;
    assert!(end.unwrap().operation.id.leaves_own_values());
}

#[tokio::test(start_paused = true)]
async fn another_operation_is_waited_for() {
    let mut cloud = cloud();
    cloud.foreign("a", "theirs", 120);
    let (remote, clock) = remote(cloud);
    let (end, told) = detect(remote.as_ref(), clock.as_ref(), &wanted(false)).await;
    assert!(end.is_ok());
    assert_eq!(told.first(), Some(&Detecting::Waiting(Some(id("theirs")))));
    assert_eq!((told.len(), started(&remote)), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn one_that_holds_the_stack_set_for_too_long_is_named_and_nothing_is_started() {
    let mut cloud = cloud();
    cloud.foreign("a", "theirs", 3600);
    let (remote, clock) = remote(cloud);
    let (end, _) = detect(remote.as_ref(), clock.as_ref(), &wanted(false)).await;
    assert_eq!(end, Err(DetectError::Busy(Some(id("theirs")))));
    assert_eq!(started(&remote), 0);
}

#[tokio::test(start_paused = true)]
async fn a_detection_that_runs_is_taken_for_the_wanted_one() {
    let mut cloud = cloud();
    let theirs = DetectDrift {
        stack_set: set_id("a"),
        operation_id: id("theirs"),
        preferences: OperationPreferences::default(),
    };
    cloud.detect(&theirs).unwrap();
    let (remote, clock) = remote(cloud);
    let (end, told) = detect(remote.as_ref(), clock.as_ref(), &wanted(false)).await;
    assert_eq!(end.unwrap().operation.id, id("theirs"));
    assert_eq!(
        (told, started(&remote)),
        (vec![Detecting::Found(id("theirs"))], 1)
    );
}

/// Does what it is asked, and loses the answer.
struct Deaf(Arc<Remote>);

impl Operate for Deaf {
    fn operate(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, CallError>> + Send + '_>> {
        Box::pin(async move {
            let lost = matches!(call, Call::DetectDrift(_));
            let answer = self.0.operate(call).await;
            if lost {
                Err(no(API, CallErrorKind::Unanswered))
            } else {
                answer
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn one_whose_answer_was_lost_is_found_and_not_sent_again() {
    let (remote, clock) = remote(cloud());
    let (end, told) = detect(&Deaf(Arc::clone(&remote)), clock.as_ref(), &wanted(false)).await;
    assert!(end.is_ok());
    assert!(matches!(told.as_slice(), [Detecting::Sending(one), Detecting::Started(other)] if one == other));
    assert_eq!(started(&remote), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_killed_is_taken_up_though_the_list_shows_nothing_of_it_yet() {
    let (remote, clock) = remote(cloud());
    remote.cloud.lock().unwrap().lag = 600;
    let wanted = wanted(false);
    let first = detect_drift(remote.as_ref(), clock.as_ref(), &wanted, |_| ());
    assert!(tokio::time::timeout(Duration::from_secs(5), first).await.is_err());
    assert_eq!(started(&remote), 1);
    let (end, told) = detect(remote.as_ref(), clock.as_ref(), &wanted).await;
    assert!(end.is_ok());
    assert!(matches!(told.as_slice(), [Detecting::Found(found)] if found.is_ours()));
    assert_eq!(started(&remote), 1);
}
