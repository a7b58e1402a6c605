//! The `stackfleet` binary on a paused clock: whoever waits sees the time at once, so that transcripts are the same on every machine.

use tokio::runtime::{Builder, Runtime};

fn main() -> std::process::ExitCode {
    // The SDK draws its pauses between attempts from here.
    fastrand::seed(1);
    cli::main_on(paused)
}

fn paused() -> std::io::Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
}
