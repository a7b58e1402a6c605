//! Maps by instance as JSON objects: their keys are written `account/Region`, because a JSON key is a text. For
//! `#[serde(with = "…")]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::InstanceKey;
use crate::ids::{AccountId, Region};

/// Writes the map.
///
/// # Errors
///
/// Those of the serializer and of the values.
pub fn serialize<V, S>(map: &BTreeMap<InstanceKey, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    V: Serialize,
    S: Serializer,
{
    serializer.collect_map(map.iter().map(|(key, value)| (key.to_string(), value)))
}

/// Reads the map.
///
/// # Errors
///
/// A key that is not `account/Region`, and those of the deserializer and of the values.
pub fn deserialize<'de, V, D>(deserializer: D) -> Result<BTreeMap<InstanceKey, V>, D::Error>
where
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let texts = BTreeMap::<String, V>::deserialize(deserializer)?;
    texts
        .into_iter()
        .map(|(text, value)| {
            let (account, region) = text
                .split_once('/')
                .ok_or_else(|| D::Error::custom(format!("`{text}` is not account/Region")))?;
            let account = AccountId::parse(account).map_err(D::Error::custom)?;
            let region = Region::parse(region).map_err(D::Error::custom)?;
            Ok((InstanceKey { account, region }, value))
        })
        .collect()
}
