//! What goes wrong between the tool and AWS: lost answers, and a process that is killed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws::Operate;
use bytes::Bytes;
use model::call::{Call, CallError, Reply};
use simulator::Simulator;
use tokio::sync::Notify;

use super::scenario::{Fault, Kill};

/// Answers that are to be lost.
#[derive(Debug, Default)]
pub(super) struct Faults {
    planned: Vec<Fault>,
    writes: u8,
}

impl Faults {
    /// Faults of the writes from now on.
    pub(super) fn new(planned: &[Fault]) -> Self {
        Self {
            planned: planned.to_vec(),
            writes: 0,
        }
    }

    /// The fault that meets a request, if one does.
    pub(super) fn meet(&mut self, request: &http::Request<Bytes>) -> Option<Fault> {
        if self.planned.is_empty() || !is_write(request.body()) {
            return None;
        }
        let at = self.writes;
        self.writes = at.saturating_add(1);
        self.planned.iter().copied().find(|fault| fault.write == at)
    }
}

fn is_write(body: &[u8]) -> bool {
    let action = form_urlencoded::parse(body).find(|(key, _)| key == "Action");
    action.is_some_and(|(_, action)| {
        ["Create", "Update", "Delete"]
            .iter()
            .any(|verb| action.starts_with(verb))
    })
}

/// Answers a request, or loses it or its answer.
pub(super) fn answer(
    simulator: &Simulator,
    request: http::Request<Bytes>,
    fault: Option<Fault>,
) -> http::Response<Bytes> {
    let Some(fault) = fault else {
        return simulator.handle(request);
    };
    if fault.done {
        simulator.handle(request);
    }
    let body = "<ErrorResponse><Error><Type>Receiver</Type><Code>ServiceUnavailable</Code><Message>try later</Message></Error>\
                <RequestId>0</RequestId></ErrorResponse>";
    let response = http::Response::builder()
        .status(503)
        .header("content-type", "text/xml");
    response
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a response")
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
