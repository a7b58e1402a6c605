//! The one door to AWS: observe reads, operate writes
