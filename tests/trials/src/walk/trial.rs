//! What a seed means.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::case::generate::{self, Size};
use crate::case::scenario::Scenario;
use crate::trouble::Trouble;

/// A seed spelled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The seed.
    pub seed: u64,
    /// Organization, manifests and what moves between them.
    pub scenario: Scenario,
    /// What goes wrong during the first apply of each manifest.
    pub troubles: Vec<Trouble>,
}

impl Trial {
    /// What a seed means.
    pub fn draw(seed: u64) -> Self {
        let size = Size {
            accounts: 5,
            units: 3,
            stack_sets: 2,
            steps: 3,
        };
        let mut scenario = generate::drawn(seed, size);
        for step in &mut scenario.steps {
            step.faults.clear();
            step.kill = None;
        }
        let troubles = (0..scenario.steps.len()).map(|apply| Trouble::draw(seed, apply));
        Self {
            troubles: troubles.collect(),
            seed,
            scenario,
        }
    }
}

impl Trial {
    /// Reads a trial from a file, as a failure writes it.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}
