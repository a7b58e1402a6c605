//! Parameters of Systems Manager.

use jiff::Timestamp;
use model::ids::{AccountId, Region};
use serde::{Deserialize, Serialize};

/// A parameter of Systems Manager, in one account and Region or in all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsmParameter {
    /// Its name, such as `/network/vpc-id`.
    pub name: String,
    /// Its value in clear text.
    pub value: String,
    /// Its type.
    pub kind: SsmType,
    /// Only in this account.
    pub account: Option<AccountId>,
    /// Only in this Region.
    pub region: Option<Region>,
    /// When it was written.
    pub modified_at: Timestamp,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SsmType {
    /// A text.
    #[default]
    String,
    /// Texts, apart by commas.
    StringList,
    /// A text that is encrypted with a KMS key.
    SecureString,
}

impl SsmType {
    /// The word for it on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::StringList => "StringList",
            Self::SecureString => "SecureString",
        }
    }
}

impl SsmParameter {
    /// Whether it is there under a name in an account and Region.
    pub fn is(&self, name: &str, account: &AccountId, region: &Region) -> bool {
        self.name == name
            && self.account.as_ref().is_none_or(|wanted| wanted == account)
            && self.region.as_ref().is_none_or(|wanted| wanted == region)
    }
}
