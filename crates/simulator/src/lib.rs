//! A local AWS: StackSets, Organizations, STS, and what of S3, Systems Manager and Account Management they need, over their real wire
//! formats.
//!
//! The one entrance is [`Simulator`]: a function from HTTP request to HTTP response over a [`world::World`]. The SDK takes it as its
//! transport, [`serve`] offers it on loopback to any other client.
//!
//! | module | what it does |
//! |---|---|
//! | [`world`] | the state of the pretended AWS |
//! | [`world_file`] | a world written by hand, as TOML |
//! | [`store`] | a world kept between commands, `.stackfleet/world.json` |
//! | `faults` | what goes wrong between clients and services |
//! | `actors` | others who act while time passes |
//! | `admin` | the door to the world itself, for tests and rehearsals |
//! | `simulator` | time passes, one call is answered, logged and made durable |
//! | `routing` | which service a request is for, who calls and in which Region |
//! | [`cloudformation`] | the StackSets calls |
//! | [`operations`] | what happens to stack instances while world time passes |
//! | `organizations` | the tree of units and accounts |
//! | `sts`, `s3` | the caller's identity; objects that templates are read from |
//! | `ssm`, `account` | parameters that values are read from; Regions that accounts have switched on |
//! | `serve` | the same function over HTTP on loopback |

pub mod cloudformation;
pub mod operations;
pub mod store;
pub mod world;
pub mod world_file;

mod account;
mod actors;
mod admin;
mod faults;
mod organizations;
mod reply;
mod routing;
mod s3;
mod serve;
mod simulator;
mod ssm;
mod sts;

pub use serve::serve;
pub use simulator::{Lost, Outcome, Simulator};
