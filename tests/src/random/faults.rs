//! What goes wrong between the tool and AWS: calls that fail, and a process that is killed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws::Operate;
use model::call::{Call, CallError, Reply};
use simulator::world::{Fault, FaultKind};
use tokio::sync::Notify;

use trials::case::scenario::{FaultSpec, Kill};
use trials::draw::Draw;

/// Calls that go wrong.
const ACTIONS: [Option<&str>; 11] = [
    Some("CreateStackInstances"),
    Some("UpdateStackSet"),
    Some("DeleteStackInstances"),
    Some("UpdateStackInstances"),
    Some("CreateStackSet"),
    Some("DeleteStackSet"),
    Some("ListStackInstances"),
    Some("DescribeStackSet"),
    Some("DescribeStackSetOperation"),
    Some("ListStackSetOperationResults"),
    None,
];

/// A case's faults as the world has them.
pub(super) fn of_world(faults: &[FaultSpec]) -> Vec<Fault> {
    let fault = |spec: &FaultSpec| Fault {
        action: ACTIONS[usize::from(spec.action) % ACTIONS.len()].map(str::to_owned),
        after: u64::from(spec.after),
        times: Some(u64::from(spec.times)),
        ..Fault::new(kind(*spec))
    };
    faults.iter().map(fault).collect()
}

fn kind(spec: FaultSpec) -> FaultKind {
    let seconds = u64::from(spec.seconds);
    let kinds = [
        FaultKind::Throttle,
        FaultKind::ErrorBefore,
        FaultKind::ErrorAfter,
        FaultKind::LostResponse,
        FaultKind::LostRequest,
        FaultKind::DelayedRequest { seconds },
        FaultKind::StaleList { seconds },
        FaultKind::Hang {
            seconds: Some(seconds),
        },
        FaultKind::MalformedBody,
        FaultKind::TruncatedBody,
    ];
    kinds[usize::from(spec.kind) % kinds.len()].clone()
}

/// What may go wrong with any call of an apply, on its way.
fn everything(draw: &mut Draw) -> [FaultKind; 12] {
    let delay = *draw.pick(&[5, 75, 600]);
    let lag = *draw.pick(&[20, 120, 420]);
    let held = *draw.pick(&[10, 45, 200]);
    [
        FaultKind::Throttle,
        FaultKind::ErrorBefore,
        FaultKind::ErrorAfter,
        FaultKind::LostResponse,
        FaultKind::LostRequest,
        FaultKind::DelayedRequest { seconds: delay },
        FaultKind::StaleList { seconds: lag },
        FaultKind::ExpiredCredentials,
        FaultKind::AccessDenied,
        FaultKind::Hang { seconds: Some(held) },
        FaultKind::MalformedBody,
        FaultKind::TruncatedBody,
    ]
}

/// Faults of one apply: each seed has a part of the kinds, at rates of its own.
pub(super) fn drawn(seed: u64, apply: usize) -> Vec<Fault> {
    let mut draw = Draw::new(seed, &format!("wire {apply}"));
    let mut faults = Vec::new();
    for kind in everything(&mut draw) {
        let rate = *draw.pick(&[0.02, 0.1, 0.3]);
        // These end a run at once, so that more of them would hide everything else.
        let ends = matches!(kind, FaultKind::ExpiredCredentials | FaultKind::AccessDenied);
        let times = 1 + draw.below(2);
        if draw.permille(250) {
            faults.push(Fault {
                probability: Some(if ends { rate / 5.0 } else { rate }),
                times: ends.then_some(times),
                ..Fault::new(kind)
            });
        }
    }
    faults
}

/// AWS as a process sees it that is killed at one of its calls: from then on nothing is answered.
pub(super) struct Mortal {
    inner: Arc<dyn Operate>,
    kill: Kill,
    calls: AtomicU32,
    killed: Arc<Notify>,
}

impl Mortal {
    pub(super) fn new(inner: Arc<dyn Operate>, kill: Kill, killed: Arc<Notify>) -> Self {
        Self {
            inner,
            kill,
            calls: AtomicU32::new(0),
            killed,
        }
    }
}

impl Operate for Mortal {
    fn operate(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, CallError>> + Send + '_>> {
        let at = self.calls.fetch_add(1, Ordering::Relaxed);
        let last = u32::from(self.kill.call);
        Box::pin(async move {
            if at < last {
                return self.inner.operate(call).await;
            }
            if at == last {
                if self.kill.done {
                    let _lost = self.inner.operate(call).await;
                }
                self.killed.notify_one();
            }
            std::future::pending().await
        })
    }
}
