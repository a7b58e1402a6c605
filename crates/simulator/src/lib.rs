//! A local AWS: StackSets, Organizations, STS and S3 template reads over their real wire formats.

pub mod cloudformation;
pub mod operations;
pub mod world;
