//! Ctrl-C and SIGTERM, turned into a value.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use model::event::{ApplyResult, ApplySummary};
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::exit::Exit;

/// How long after the first signal the process is gone, whatever it is at: a reader that takes nothing off a pipe, or a disk that does
/// not answer, must not hold it.
const LIMIT: Duration = Duration::from_millis(1_500);

/// Becomes true with the first signal; a second one ends the process at once, and so does the end of [`LIMIT`].
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    /// Whether a signal came.
    pub(crate) signal: watch::Receiver<bool>,
    exit: Arc<AtomicU8>,
}

impl Interrupt {
    /// Listens from now on: a signal that comes right after this is not lost.
    pub(crate) fn listen() -> Self {
        let mut signals = Signals::listen();
        let (sender, signal) = watch::channel(false);
        let exit = Arc::new(AtomicU8::new(Exit::Interrupted.code()));
        let seen = Arc::clone(&exit);
        tokio::spawn(async move {
            let code = signals.next().await;
            seen.store(code, Ordering::SeqCst);
            let _ = sender.send(true);
            std::thread::spawn(move || leave_later(code));
            leave(signals.next().await);
        });
        Self { signal, exit }
    }

    /// How a command ends that this interrupted.
    pub(crate) fn exit(&self) -> Exit {
        Exit::of_apply(self.exit.load(Ordering::SeqCst))
    }

    /// Tells an interrupted apply which signal it was: the shell sees another code for each.
    pub(crate) fn tell(&self, summary: &mut ApplySummary) {
        if summary.result == ApplyResult::Interrupted {
            summary.exit_code = self.exit.load(Ordering::SeqCst);
        }
    }
}

/// In real time and in a thread of its own, since every other one may be held.
fn leave_later(code: u8) {
    let (_kept, nothing) = mpsc::channel::<()>();
    let _ = nothing.recv_timeout(LIMIT);
    leave(code);
}

#[expect(
    clippy::exit,
    reason = "whoever asks twice, or has waited long enough, is let go; AWS goes on and the next run finds it"
)]
fn leave(code: u8) {
    std::process::exit(i32::from(code));
}

/// The signals that end a command. They are caught as soon as this is there: an ignored one, as a shell leaves SIGINT to what it
/// starts in the background, would otherwise be lost until somebody waits for it.
#[cfg(unix)]
struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// The exit code that belongs to the next signal.
    async fn next(&mut self) -> u8 {
        tokio::select! {
            () = caught(&mut self.interrupt) => Exit::Interrupted.code(),
            () = caught(&mut self.terminate) => Exit::Terminated.code(),
        }
    }
}

/// Never comes for a signal that the system does not let be caught.
#[cfg(unix)]
async fn caught(signal: &mut Option<Signal>) {
    let came = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if came.is_none() {
        std::future::pending::<()>().await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) -> u8 {
        let _ = tokio::signal::ctrl_c().await;
        Exit::Interrupted.code()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_signal_that_comes_before_anybody_waits_is_not_lost() {
        let mut signals = Signals::listen();
        // Without a handler the signal would end the test.
        let kill = std::process::Command::new("kill")
            .args(["-TERM", &std::process::id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        assert_eq!(signals.next().await, Exit::Terminated.code());
    }
}
