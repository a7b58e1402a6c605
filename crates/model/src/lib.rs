//! The nouns of StackSets: what every other crate speaks in
