//! The one door to AWS: nothing else in the workspace names the SDK.
//!
//! Read it in the order of a connection's life:
//!
//! 1. [`connect`]: a [`Connection`] becomes an [`Aws`]; which endpoints are allowed, whose [`credentials`] requests carry, how long
//!    calls may take, what is retried;
//!    [`transport`] puts a function in the place of the network;
//! 2. [`observe`]: everything that a plan needs, complete or refused, with the guards first;
//! 3. [`operate`]: one [`model::call::Call`] each, as the executor decides;
//! 4. [`error`]: what a refusal of AWS means.
//!
//! Inside: `read/` asks, one file for each noun, page by page (`paging`) and no faster than AWS answers (`pace`); `s3` reads and
//! puts templates; `convert/` turns the SDK's types into the model's and
//! back; `normalise` takes out, in one place, what AWS reads back differently from what was sent.
//!
//! Values of parameters are never logged: only names of calls and ids are, at `debug`.

pub mod connect;
pub mod credentials;
pub mod error;
pub mod observe;
pub mod operate;
pub mod transport;

mod clock;
mod convert;
mod endpoint;
mod normalise;
mod pace;
mod paging;
mod read;
mod retry;
mod s3;
mod whole;

pub use connect::{Aws, ConnectError, Connection, Endpoint};
pub use credentials::CredentialSource;
pub use observe::ObserveError;
pub use operate::Operate;
pub use transport::Transport;
