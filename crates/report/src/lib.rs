//! Says it: plans, events and states as text and JSON
