//! Tags of accounts, units and the root.

use std::collections::BTreeMap;

use model::ids::{AccountId, UnitId};
use serde_json::{Value, json};

use super::input::Input;
use super::reads::listed;
use super::refusal::Refusal;
use crate::world::{OrganizationState, World};

/// Tags that a resource has at most.
const MOST: usize = 50;

/// `ListTagsForResource`
pub(super) fn list(world: &World, input: &Input) -> Result<Value, Refusal> {
    let resource = resource(&world.organization, input)?;
    let tags = world.organization.tags.get(&resource).into_iter().flatten();
    let rows = tags.map(|(key, value)| (key, json!({ "Key": key, "Value": value })));
    Ok(listed("Tags", input.page(rows)?))
}

/// `TagResource`: a key that is there already gets the new value.
pub(super) fn tag(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let resource = resource(&world.organization, input)?;
    let mut tags = world
        .organization
        .tags
        .get(&resource)
        .cloned()
        .unwrap_or_default();
    tags.extend(given(input)?);
    if tags.len() > MOST {
        let message = format!("A resource has {MOST} tags at most.");
        return Err(Refusal::constraint("MAX_TAG_LIMIT_EXCEEDED", message));
    }
    world.organization.tags.insert(resource, tags);
    Ok(json!({}))
}

/// `UntagResource`: a key that is not there is no mistake.
pub(super) fn untag(world: &mut World, input: &Input) -> Result<Value, Refusal> {
    let resource = resource(&world.organization, input)?;
    if let Some(tags) = world.organization.tags.get_mut(&resource) {
        for key in input.list("TagKeys")? {
            tags.remove(key.as_str().unwrap_or_default());
        }
    }
    Ok(json!({}))
}

/// The tags of a call: `Tags`, a list of `Key` and `Value`.
pub(super) fn given(input: &Input) -> Result<BTreeMap<String, String>, Refusal> {
    let mut tags = BTreeMap::new();
    for tag in input.list("Tags")? {
        let part = |name: &str| tag.get(name).and_then(Value::as_str);
        let key = part("Key").filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| Refusal::invalid("INPUT_REQUIRED", "a tag has a Key"))?;
        if key.starts_with("aws:") {
            let message = "A tag's key must not begin with aws:";
            return Err(Refusal::invalid("INVALID_SYSTEM_TAGS_PARAMETER", message));
        }
        let value = part("Value").unwrap_or_default().to_owned();
        if tags.insert(key.to_owned(), value).is_some() {
            let message = format!("The tag {key} is there twice.");
            return Err(Refusal::invalid("DUPLICATE_TAG_KEY", message));
        }
    }
    Ok(tags)
}

/// The id of an account, a unit or the root that is there.
fn resource(organization: &OrganizationState, input: &Input) -> Result<String, Refusal> {
    let id = input.required("ResourceId")?;
    let account = AccountId::parse(id).map(|id| organization.accounts.contains_key(&id));
    let unit = UnitId::parse(id).map(|id| id == organization.root || organization.units.contains_key(&id));
    match account.or(unit) {
        Ok(true) => Ok(id.to_owned()),
        Ok(false) => Err(Refusal::new(
            "TargetNotFoundException",
            format!("You specified the target {id}, which doesn't exist."),
        )),
        Err(error) => Err(Refusal::invalid("INVALID_PATTERN", error.to_string())),
    }
}
