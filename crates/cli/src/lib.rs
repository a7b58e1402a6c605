//! Keep AWS CloudFormation StackSets as a TOML manifest says
