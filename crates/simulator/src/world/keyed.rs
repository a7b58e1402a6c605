//! Maps by instance as JSON objects: their keys are written `account/Region`, because a JSON key is a text.

use std::collections::BTreeMap;

use model::ids::{AccountId, Region};
use model::instance::InstanceKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub(super) fn serialize<V, S>(map: &BTreeMap<InstanceKey, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    V: Serialize,
    S: Serializer,
{
    serializer.collect_map(map.iter().map(|(key, value)| (key.to_string(), value)))
}

pub(super) fn deserialize<'de, V, D>(deserializer: D) -> Result<BTreeMap<InstanceKey, V>, D::Error>
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
