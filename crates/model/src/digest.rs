//! Content addresses.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256, written `sha256:` and 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^sha256:[0-9a-f]{64}$"))]
pub struct Digest(String);

impl Digest {
    /// The digest of some bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(format!("sha256:{}", hex(bytes)))
    }

    /// The digest of a value's JSON. Maps in this crate are sorted, so equal values have equal digests.
    pub fn of<T: Serialize + fmt::Debug>(value: &T) -> Self {
        let json = serde_json::to_vec(value);
        debug_assert!(json.is_ok(), "no JSON: {:?}", json.as_ref().err());
        // Two values must never share a digest because both cannot be written: then their inner forms are told apart.
        let bytes = json.unwrap_or_else(|_| format!("{value:?}").into_bytes());
        Self::of_bytes(&bytes)
    }

    /// A digest that is written out: 64 hexadecimal digits, with or without `sha256:` before them. None for another text.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let fits = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self(format!("sha256:{}", digits.to_ascii_lowercase())))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 64 hexadecimal digits.
    pub fn hex(&self) -> &str {
        self.0.strip_prefix("sha256:").unwrap_or(&self.0)
    }

    /// The first twelve hexadecimal digits, for people.
    pub fn short(&self) -> &str {
        self.hex().get(..12).unwrap_or(self.hex())
    }
}

/// A text that was taken for a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a digest (sha256: and 64 hexadecimal digits)")]
pub struct InvalidDigest(String);

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, InvalidDigest> {
        Self::parse(&text).ok_or(InvalidDigest(text))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The hexadecimal SHA-256 of some bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A lower-case base32 SHA-256 without padding: 52 characters that AWS accepts in an operation id.
pub fn base32(bytes: &[u8]) -> String {
    data_encoding::BASE32_NOPAD
        .encode(&Sha256::digest(bytes))
        .to_lowercase()
}
