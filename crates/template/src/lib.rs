//! Reads CloudFormation templates, with the place of everything in them
