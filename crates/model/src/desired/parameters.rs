//! Values of parameters: where they come from, and where the manifest says so.

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Span, Spanned};

/// A parameter's value with the places of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Where the key is.
    pub key: Span,
    /// Where the value comes from.
    pub source: Spanned<Source>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Written in the manifest; a list is joined by commas.
    Literal(String),
    /// `{ env = "NAME" }`; a sensitive one never enters a plan.
    Environment {
        /// The variable.
        name: String,
        /// Whether its value is a secret.
        sensitive: bool,
    },
    /// `{ file = "PATH" }`: the text of a file beside the manifest, without a last line feed.
    File {
        /// The path as written.
        path: String,
        /// What the file says.
        text: String,
    },
    /// `{ ssm = "/NAME" }`: a parameter of Systems Manager in the home Region; a `SecureString` is a secret.
    Ssm(String),
    /// `{ account_tag = "KEY", default = "TEXT" }`: each account's own tag in Organizations.
    AccountTag {
        /// The tag's key.
        key: String,
        /// For accounts without the tag; without it, such an account is an error.
        default: Option<String>,
    },
    /// `{ account = "id" }`: each account's own property.
    Account(AccountField),
    /// `{ keep = true }`: whatever the StackSet has.
    Keep,
}

/// What `{ account = "…" }` may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountField {
    /// The twelve digits.
    Id,
    /// The name in Organizations.
    Name,
    /// The e-mail address.
    Email,
    /// The path of the unit that it stands in, `Root/Workloads/Prod`.
    Ou,
}

impl AccountField {
    /// Every field, as the manifest writes it.
    pub const ALL: [(&'static str, Self); 4] = [
        ("id", Self::Id),
        ("name", Self::Name),
        ("email", Self::Email),
        ("ou", Self::Ou),
    ];

    /// The word in the manifest.
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Email => "email",
            Self::Ou => "ou",
        }
    }
}

impl Source {
    /// How a plan names the source.
    pub fn reference(&self) -> String {
        match self {
            Self::Literal(_) => "manifest".to_owned(),
            Self::Environment { name, .. } => format!("env:{name}"),
            Self::File { path, .. } => format!("file:{path}"),
            Self::Ssm(name) => format!("ssm:{name}"),
            Self::AccountTag { key, .. } => format!("account_tag:{key}"),
            Self::Account(field) => format!("account:{}", field.key()),
            Self::Keep => "keep".to_owned(),
        }
    }

    /// Whether every account has a value of its own, so that it can only be an override.
    pub fn is_per_account(&self) -> bool {
        matches!(self, Self::AccountTag { .. } | Self::Account(_))
    }
}
