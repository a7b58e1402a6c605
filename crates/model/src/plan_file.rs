//! A plan as a file: JSON with a seal over every byte.
//!
//! `plan -f json` prints the same without the seal.

use crate::plan::{FORMAT, FORMAT_VERSION, Plan};
use crate::seal;

/// Why a file is not a plan that may be carried out.
pub use crate::seal::SealError as PlanFileError;

/// The plan as the text of a file.
pub fn seal(plan: &Plan) -> Result<String, PlanFileError> {
    let json = serde_json::to_string_pretty(plan).map_err(|e| PlanFileError::Unreadable(e.to_string()))?;
    seal::seal(&json)
}

/// The plan in a file's text, if not one byte of it was changed. An action that this version does not know makes it unreadable.
pub fn open(text: &str) -> Result<Plan, PlanFileError> {
    let plan: Plan = seal::open(text, (FORMAT, FORMAT_VERSION))?;
    if plan.compute_digest() == plan.digest {
        Ok(plan)
    } else {
        Err(PlanFileError::Tampered)
    }
}
