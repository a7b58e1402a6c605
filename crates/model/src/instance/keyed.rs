//! Maps by instance as JSON objects: their keys are written `account/Region`, because a JSON key is a text. For
//! `#[serde(with = "…")]`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
    deserializer.deserialize_map(Entries(PhantomData))
}

/// Takes the entries in the order in which they were written, which is the map's: it is built at once and its nodes are full.
struct Entries<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
    type Value = BTreeMap<InstanceKey, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with keys of the form account/Region")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut sorted = Vec::new();
        while let Some((Key(key), value)) = entries.next_entry::<Key, V>()? {
            sorted.push((key, value));
        }
        Ok(sorted.into_iter().collect())
    }
}

/// `account/Region`, read from a text that need not be kept.
struct Key(InstanceKey);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyText)
    }
}

struct KeyText;

impl Visitor<'_> for KeyText {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("account/Region")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Key, E> {
        let (account, region) = text
            .split_once('/')
            .ok_or_else(|| E::custom(format!("`{text}` is not account/Region")))?;
        let account = AccountId::parse(account).map_err(E::custom)?;
        let region = Region::parse(region).map_err(E::custom)?;
        Ok(Key(InstanceKey { account, region }))
    }
}
