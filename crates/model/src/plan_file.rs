//! A plan as a file: JSON with a seal over every byte.
//!
//! The last property, `sha256`, is the digest of the whole text with that digest's own digits replaced by zeros. So a single
//! changed byte anywhere, white space included, is noticed before anything is called.

use crate::digest::hex;
use crate::plan::{FORMAT, FORMAT_VERSION, Plan};

const SEAL: &str = ",\n  \"sha256\": \"";
const TAIL: &str = "\"\n}\n";
const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Why a file is not a plan that may be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    /// The seal is missing, cut off or of another form.
    #[error("it is not a whole plan file: the seal at its end is missing")]
    NoSeal,
    /// The text is not the one that was sealed.
    #[error("it was changed after it was written: its bytes do not match its seal")]
    Tampered,
    /// Another major version of the format.
    #[error("it has format {found}, this version reads {FORMAT} {FORMAT_VERSION}")]
    Format {
        /// What it says it is.
        found: String,
    },
    /// Sealed, but not a plan.
    #[error("it cannot be read as a plan: {0}")]
    Unreadable(String),
}

/// The plan as the text of a file.
pub fn seal(plan: &Plan) -> Result<String, PlanFileError> {
    let json = serde_json::to_string_pretty(plan).map_err(|e| PlanFileError::Unreadable(e.to_string()))?;
    let body = json.strip_suffix("\n}").ok_or(PlanFileError::NoSeal)?;
    let digest = hex(format!("{body}{SEAL}{BLANK}{TAIL}").as_bytes());
    Ok(format!("{body}{SEAL}{digest}{TAIL}"))
}

/// The plan in a file's text, if not one byte of it was changed.
pub fn open(text: &str) -> Result<Plan, PlanFileError> {
    let digest = sealed_digest(text).ok_or(PlanFileError::NoSeal)?;
    let body = text
        .get(..text.len() - TAIL.len() - BLANK.len())
        .ok_or(PlanFileError::NoSeal)?;
    if hex(format!("{body}{BLANK}{TAIL}").as_bytes()) != digest {
        return Err(PlanFileError::Tampered);
    }
    let unreadable = |error: serde_json::Error| PlanFileError::Unreadable(error.to_string());
    let value: serde_json::Value = serde_json::from_str(text).map_err(unreadable)?;
    check_format(&value)?;
    let plan: Plan = serde_json::from_value(value).map_err(unreadable)?;
    if plan.compute_digest() == plan.digest {
        Ok(plan)
    } else {
        Err(PlanFileError::Tampered)
    }
}

fn sealed_digest(text: &str) -> Option<&str> {
    let (body, digest) = text.strip_suffix(TAIL)?.rsplit_once(SEAL)?;
    (!body.is_empty() && digest.len() == BLANK.len()).then_some(digest)
}

fn check_format(value: &serde_json::Value) -> Result<(), PlanFileError> {
    let text = |key: &str| {
        value
            .get(key)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (format, version) = (text("format"), text("format_version"));
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    if format == FORMAT && major(&version) == major(FORMAT_VERSION) {
        Ok(())
    } else {
        Err(PlanFileError::Format {
            found: format!("{format} {version}"),
        })
    }
}
