//! A local AWS: StackSets, Organizations, STS and S3 template reads over their real wire formats.

pub mod world;
