//! Secret values, kept apart from everything that is printed or saved.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

/// Values by their reference (`env:NAME`), wiped when dropped. Only the executor receives them.
///
/// There is no `Serialize`, and `Debug` prints the references alone.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, Zeroizing<String>>);

impl Secrets {
    /// Adds a value under its reference.
    pub fn insert(&mut self, reference: String, value: String) {
        self.0.insert(reference, Zeroizing::new(value));
    }

    /// Adds all of others.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The value behind a reference.
    pub fn reveal(&self, reference: &str) -> Option<&str> {
        self.0.get(reference).map(|value| value.as_str())
    }

    /// All values, for whoever has to keep them out of what is told.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|value| value.as_str())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
