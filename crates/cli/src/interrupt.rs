//! Ctrl-C and SIGTERM, turned into a value.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use model::event::{ApplyResult, ApplySummary};
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
    /// Starts to listen.
    pub(crate) fn listen() -> Self {
        let (sender, signal) = watch::channel(false);
        let exit = Arc::new(AtomicU8::new(Exit::Interrupted.code()));
        let seen = Arc::clone(&exit);
        tokio::spawn(async move {
            let code = first_signal().await;
            seen.store(code, Ordering::SeqCst);
            let _ = sender.send(true);
            std::thread::spawn(move || leave_later(code));
            leave(first_signal().await);
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

#[cfg(unix)]
async fn first_signal() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return Exit::Interrupted.code();
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => Exit::Interrupted.code(),
        _ = terminate.recv() => Exit::Terminated.code(),
    }
}

#[cfg(not(unix))]
async fn first_signal() -> u8 {
    let _ = tokio::signal::ctrl_c().await;
    Exit::Interrupted.code()
}
