//! S3 as far as templates need it: buckets, objects, and a call that is about one object.

use std::collections::BTreeMap;

use model::ids::AccountId;
use serde::{Deserialize, Serialize};

/// A bucket that objects can be put into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The account that it belongs to.
    pub account: AccountId,
    /// Whether its policy turns away objects that do not ask for encryption in so many words.
    #[serde(default)]
    pub encryption_required: bool,
}

/// An object of S3.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredObject {
    /// Its content; the simulator keeps text only.
    pub text: String,
    /// How it is encrypted; S3 encrypts what says nothing with keys of its own.
    #[serde(default)]
    pub encryption: Encryption,
    /// The KMS key that it was put with, as the call named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
}

/// `x-amz-server-side-encryption`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encryption {
    /// Keys of S3.
    #[default]
    #[serde(rename = "AES256")]
    S3,
    /// Keys of KMS.
    #[serde(rename = "aws:kms")]
    Kms,
    /// Keys of KMS, in two layers.
    #[serde(rename = "aws:kms:dsse")]
    KmsTwice,
}

/// A call that is about an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectCall {
    /// `bucket/key`; none when it is about something else.
    pub name: Option<String>,
    /// Its headers that S3 goes by, in lower case.
    pub headers: BTreeMap<String, String>,
    /// What is to be put; none when that is not text.
    pub text: Option<String>,
}

impl StoredObject {
    /// An object of this content that was put without any wish.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

impl Encryption {
    /// Every way that there is.
    pub const ALL: [Self; 3] = [Self::S3, Self::Kms, Self::KmsTwice];

    /// The value of the header.
    pub fn word(self) -> &'static str {
        match self {
            Self::S3 => "AES256",
            Self::Kms => "aws:kms",
            Self::KmsTwice => "aws:kms:dsse",
        }
    }
}
