//! What is logged for those who look inside: names of calls, never values.

use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Logs to stderr what `STACKFLEET_LOG` or `-v` asks for.
///
/// The AWS SDK prints whole requests, parameter values included, at its lowest levels. So its crates are held at `info` whatever
/// the filter says, and silent when nobody asked for a log.
pub(crate) fn start(verbose: u8) {
    let named = std::env::var("STACKFLEET_LOG")
        .ok()
        .filter(|named| !named.is_empty());
    let asked = named.is_some() || verbose > 0;
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::ERROR.into())
        .parse_lossy(named.as_deref().unwrap_or(default_filter(verbose)));
    let colours = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .with_target(true);
    // What the SDK says on its way to an error is in the error.
    let capped = tracing_subscriber::filter::filter_fn(move |event| {
        let ours = OURS.iter().any(|name| event.target().starts_with(name));
        ours || (asked && *event.level() <= tracing::Level::INFO)
    });
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(capped)
        .with(layer)
        .try_init();
}

/// Our crates as tracing sees them.
const OURS: [&str; 5] = ["aws::", "executor", "simulator", "cli", "planner"];

fn default_filter(verbose: u8) -> &'static str {
    match verbose {
        0 => "cli=warn,aws=warn,executor=warn,simulator=warn",
        1 => "cli=info,aws=info,executor=info,simulator=info",
        _ => "cli=debug,aws=debug,executor=debug,simulator=info",
    }
}
