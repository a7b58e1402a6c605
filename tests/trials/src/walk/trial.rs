//! What a seed means.

use std::path::Path;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
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
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let size = Size {
            accounts: 5,
            units: 3,
            stack_sets: 2,
            steps: 3,
        };
        let drawn = generate::scenario(size).new_tree(&mut runner);
        let mut scenario = drawn.expect("nothing is filtered out").current();
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
