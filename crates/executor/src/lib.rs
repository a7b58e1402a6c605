//! Carries a plan out: once, in order, and again after a crash.
//!
//! The entrance is [`apply`]. Inside are two parts:
//!
//! 1. [`core`]: a state machine without clock, network or chance; it decides everything. Its inputs are answers and ends of
//!    waits, its commands are questions to AWS, writes, waits and events;
//! 2. `shell`: does what the state machine wants, through [`aws::Operate`] and the [`model::clock::Clock`] that it is given.
//!
//! AWS is the journal: every operation's id was decided by the plan, so a run that finds an operation with such an id adopts
//! it, and never sends a second one (reliability §2, R3 and R4). [`Options`] are the user's; [`wait_for_running`] lets
//! operations of others end before a fresh plan is made, [`watch`] looks at one until it is over, [`detect_drift`] starts one that
//! changes nothing.

pub mod core;
#[cfg(feature = "shell")]
mod detect;
#[cfg(feature = "shell")]
mod fill;
mod options;
#[cfg(feature = "shell")]
mod shell;
#[cfg(feature = "shell")]
mod wait;
#[cfg(feature = "shell")]
mod watch;

#[cfg(feature = "shell")]
pub use detect::{DetectError, Detecting, Detection, detect_drift};
pub use options::{OnFailure, Options};
#[cfg(feature = "shell")]
pub use shell::apply;
#[cfg(feature = "shell")]
pub use wait::wait_for_running;
#[cfg(feature = "shell")]
pub use watch::{Watched, watch};
