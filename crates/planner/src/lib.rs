//! Says what to do: the difference between wanted and observed, as calls in a safe order
