//! Does what the state machine wants: calls AWS, waits, tells the listeners. It decides nothing.

use std::pin::Pin;
use std::sync::Arc;

use aws::Operate;
use futures_util::stream::{FuturesUnordered, StreamExt};
use model::Timestamp;
use model::call::{Call, CallError, CallErrorKind};
use model::clock::Clock;
use model::event::{ApplySummary, Event, EventKind};
use model::plan::Plan;
use model::secrets::Secrets;
use tokio::sync::watch;

use crate::core::{Command, Input, Run};
use crate::fill;
use crate::options::Options;

/// Something on its way that ends in an input.
type Pending<'a> = Pin<Box<dyn Future<Output = Input> + Send + 'a>>;

/// Carries a plan out and tells how it went, whatever happens.
///
/// `events` hears everything that happens, in order; the last event is the summary that is returned. When `interrupt` turns
/// true, nothing new is started and the run ends within two seconds; what runs at AWS goes on, and a later run of the same
/// plan adopts it.
#[expect(
    clippy::too_many_arguments,
    reason = "everything that an apply depends on is handed in, and nothing of it belongs together"
)]
pub async fn apply(
    plan: &Plan,
    secrets: &Secrets,
    aws: Arc<dyn Operate>,
    clock: Arc<dyn Clock>,
    options: &Options,
    events: impl FnMut(Event) + Send,
    mut interrupt: watch::Receiver<bool>,
) -> ApplySummary {
    let values = fill::values(secrets);
    let hands = Hands {
        aws,
        clock,
        secrets,
        values,
    };
    let mut listeners = Numbered { seq: 0, events };
    let mut pending = FuturesUnordered::new();
    let (mut run, mut commands) = Run::new(plan, secrets, options, hands.clock.now());
    let mut stop = std::pin::pin!(interrupted(&mut interrupt));
    let mut listening = true;
    loop {
        let now = hands.clock.now();
        for command in commands {
            match command {
                Command::Call { .. } | Command::Sleep { .. } => pending.extend(hands.take(command)),
                Command::Emit(kind) => listeners.tell(now, kind),
                Command::Finish(summary) => {
                    listeners.tell(now, EventKind::ApplySummary(summary.clone()));
                    return *summary;
                }
            }
        }
        let input = tokio::select! {
            biased;
            () = &mut stop, if listening => {
                listening = false;
                Input::Interrupted { now: hands.clock.now() }
            }
            Some(input) = pending.next() => input,
        };
        commands = run.step(input);
    }
}

/// What commands are carried out with.
struct Hands<'a> {
    aws: Arc<dyn Operate>,
    clock: Arc<dyn Clock>,
    secrets: &'a Secrets,
    /// What must not be told, whoever says it.
    values: Vec<&'a str>,
}

impl<'a> Hands<'a> {
    fn take<'h: 'a>(&'h self, command: Command) -> Option<Pending<'a>> {
        let clock = Arc::clone(&self.clock);
        match command {
            Command::Call { ticket, mut call } => {
                let filled = fill_in(&mut call, self.secrets);
                let aws = Arc::clone(&self.aws);
                let values = self.values.as_slice();
                Some(Box::pin(async move {
                    let mut answer = match filled {
                        Ok(()) => aws.operate(call).await,
                        Err(error) => Err(error),
                    };
                    fill::redact(&mut answer, values);
                    let now = clock.now();
                    Input::Answered { ticket, answer, now }
                }))
            }
            Command::Sleep { ticket, duration } => Some(Box::pin(async move {
                clock.sleep(duration).await;
                let now = clock.now();
                Input::Slept { ticket, now }
            })),
            Command::Emit(_) | Command::Finish(_) => None,
        }
    }
}

/// Secrets enter a call only here, on its way out.
fn fill_in(call: &mut Call, secrets: &Secrets) -> Result<(), CallError> {
    let Call::Write(write) = call else {
        return Ok(());
    };
    fill::fill_in(&mut write.write, secrets).map_err(|reference| CallError {
        api: write.write.api(),
        kind: CallErrorKind::Invalid,
        code: None,
        message: format!("`{reference}` has no value"),
    })
}

/// Listeners with the count of what they heard.
struct Numbered<F> {
    seq: u64,
    events: F,
}

impl<F: FnMut(Event)> Numbered<F> {
    fn tell(&mut self, ts: Timestamp, kind: EventKind) {
        self.seq += 1;
        (self.events)(Event {
            seq: self.seq,
            ts,
            kind,
        });
    }
}

/// Ends when the signal turns true; never when whoever could give it is gone.
async fn interrupted(signal: &mut watch::Receiver<bool>) {
    if signal.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
