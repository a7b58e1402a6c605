//! Reads the manifest: what is wanted, or every mistake at once
