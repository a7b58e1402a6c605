//! Time as something that is handed in.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;

/// The one source of time: real, scaled (for the simulator) or paused (for tests).
pub trait Clock: Debug + Send + Sync {
    /// The moment it is.
    fn now(&self) -> Timestamp;

    /// Waits; on a scaled clock shorter, on a paused one not at all.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}
