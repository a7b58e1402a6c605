//! Identifiers, each with the pattern that AWS gives for it (reference §1.1).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text that does not have the form of the identifier it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct InvalidId {
    /// The text as given.
    pub text: String,
    /// What a right one looks like.
    pub expected: &'static str,
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the form of a text.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId { text: text.to_owned(), expected: $expected })
                }
            }

            /// The text as AWS writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

identifier!(
    /// An AWS account: twelve digits.
    AccountId,
    "an account id (12 digits)",
    |text| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
);

identifier!(
    /// An organizational unit `ou-…` or the root `r-…`, which is legal wherever a unit is (reference §1.1).
    UnitId,
    "an organizational unit id (ou-xxxx-xxxxxxxx) or a root id (r-xxxx)",
    is_unit
);

identifier!(
    /// An organization: `o-` and 10 to 32 lower-case letters or digits.
    OrganizationId,
    "an organization id (o- and 10 to 32 lower-case letters or digits)",
    |text| text.strip_prefix("o-").is_some_and(|rest| lower_alphanumeric(rest, 10, 32))
);

identifier!(
    /// A Region such as `eu-west-1`. AWS's model does not check it against a list (reference §1.1).
    Region,
    "a Region (letters, digits and hyphens, at most 128)",
    |text| (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
);

identifier!(
    /// A StackSet's name: a letter, then letters, digits and hyphens, at most 128 characters, case-sensitive.
    StackSetName,
    "a StackSet name (a letter, then letters, digits and hyphens, at most 128)",
    is_stack_set_name
);

identifier!(
    /// A StackSet's id, `name:uuid`. A deleted and re-created StackSet has the same name and another id.
    StackSetId,
    "a StackSet id (name:uuid)",
    |text| text
        .split_once(':')
        .is_some_and(|(name, uuid)| is_stack_set_name(name) && (1..=64).contains(&uuid.len()))
);

identifier!(
    /// An operation's id, chosen by the caller: it is also the idempotency token (reference §1.6).
    OperationId,
    "an operation id (letters, digits and hyphens, at most 128)",
    |text| (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
);

impl StackSetId {
    /// The name in front of the colon.
    pub fn name(&self) -> &str {
        self.0.split_once(':').map_or(self.as_str(), |(name, _)| name)
    }
}

impl UnitId {
    /// Whether this is the root of the organization.
    pub fn is_root(&self) -> bool {
        self.0.starts_with("r-")
    }
}

fn is_stack_set_name(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_unit(text: &str) -> bool {
    if let Some(root) = text.strip_prefix("r-") {
        return lower_alphanumeric(root, 4, 32);
    }
    let parts = text.strip_prefix("ou-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(root, unit)| lower_alphanumeric(root, 4, 32) && lower_alphanumeric(unit, 8, 32))
}

fn lower_alphanumeric(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_checked() {
        assert!(AccountId::parse("111122223333").is_ok());
        assert!(AccountId::parse("11112222333").is_err());
        assert!(UnitId::parse("ou-ab12-11111111").is_ok());
        assert!(UnitId::parse("r-ab12").is_ok_and(|id| id.is_root()));
        assert!(UnitId::parse("ou-ab12").is_err());
        assert!(StackSetName::parse("9lives").is_err());
        assert!(StackSetName::parse("org-governance").is_ok());
        assert!(OperationId::parse("sf-abc_def").is_err());
        assert_eq!(
            StackSetId::parse("net:1-2").map(|id| id.name().to_owned()),
            Ok("net".to_owned())
        );
    }

    #[test]
    fn a_bad_id_is_refused_when_read_from_json() {
        assert!(serde_json::from_str::<AccountId>("\"12\"").is_err());
    }
}
