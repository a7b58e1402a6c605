//! A seal over every byte of a file of JSON.
//!
//! The last property, `sha256`, is the digest of the whole text with that digest's own digits replaced by zeros. So a single
//! changed byte anywhere, white space included, is noticed before anything is done with it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::digest::hex;

const SEAL: &str = ",\n  \"sha256\": \"";
const TAIL: &str = "\"\n}\n";
const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Why a file is not one that was sealed here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The seal is missing, cut off or of another form.
    #[error("it is not a whole file: the seal at its end is missing")]
    NoSeal,
    /// The text is not the one that was sealed.
    #[error("it was changed after it was written: its bytes do not match its seal")]
    Tampered,
    /// Another format, or another major version of it.
    #[error("it has format {found}, this version reads {reads}")]
    Format {
        /// What it says it is.
        found: String,
        /// What is read.
        reads: String,
    },
    /// Sealed, but not of that form.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

/// A JSON object as the text of a file.
pub(crate) fn seal(json: &str) -> Result<String, SealError> {
    let body = json.strip_suffix('}').ok_or(SealError::NoSeal)?.trim_end();
    let digest = hex(format!("{body}{SEAL}{BLANK}{TAIL}").as_bytes());
    Ok(format!("{body}{SEAL}{digest}{TAIL}"))
}

/// What is in a file's text, if not one byte of it was changed.
pub(crate) fn open<T: DeserializeOwned>(text: &str, (format, version): (&str, &str)) -> Result<T, SealError> {
    let digest = sealed_digest(text).ok_or(SealError::NoSeal)?;
    let body = text
        .get(..text.len() - TAIL.len() - BLANK.len())
        .ok_or(SealError::NoSeal)?;
    if hex(format!("{body}{BLANK}{TAIL}").as_bytes()) != digest {
        return Err(SealError::Tampered);
    }
    let unreadable = |error: serde_json::Error| SealError::Unreadable(error.to_string());
    let head: Head = serde_json::from_str(text).map_err(unreadable)?;
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    if head.format != format || major(&head.format_version) != major(version) {
        return Err(SealError::Format {
            found: format!("{} {}", head.format, head.format_version),
            reads: format!("{format} {version}"),
        });
    }
    serde_json::from_str(text).map_err(unreadable)
}

/// What every file says first.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: String,
    #[serde(default)]
    format_version: String,
}

fn sealed_digest(text: &str) -> Option<&str> {
    let (body, digest) = text.strip_suffix(TAIL)?.rsplit_once(SEAL)?;
    (!body.is_empty() && digest.len() == BLANK.len()).then_some(digest)
}
