//! What the plan that would come next makes of a difference. What is not certain stays.

use std::collections::BTreeMap;

use model::call::Write;
use model::definition::{Definition, ParameterValue};
use model::drift::{PropertyDifference, ResourceDrift};
use model::instance::{InstanceKey, InstanceStatus};
use model::observed::ObservedStackSet;
use model::plan::{Action, InstanceGroup, Plan};
use serde_json::Value;
use template::{Rewrites, Side, Template};

use super::{DriftedProperty, DriftedResource, Fate};

/// How AWS shows a value that is not to be shown.
const MASKED: &str = "****";

/// Values of some instances alone.
type Overrides = BTreeMap<String, ParameterValue>;

/// The plan for one StackSet.
pub(super) struct Pending<'a> {
    live: &'a ObservedStackSet,
    /// What the StackSet says when the plan is done.
    after: &'a Definition,
    groups: &'a [InstanceGroup],
    /// Both templates; none when one of them cannot be read.
    templates: Option<[Template; 2]>,
    /// What an update does, by the values that instances have for themselves before and after.
    known: BTreeMap<[Overrides; 2], Rewrites>,
}

impl<'a> Pending<'a> {
    pub(super) fn new(plan: &'a Plan, name: &str, live: &'a ObservedStackSet) -> Self {
        let operations = plan
            .operations
            .iter()
            .filter(|operation| operation.stack_set == name);
        let always = operations.filter(|operation| operation.runs_if.is_always());
        let after = always
            .filter_map(|operation| match &operation.call {
                Write::UpdateStackSet(update) if update.content => Some(&update.definition),
                _ => None,
            })
            .next_back();
        let after = after.unwrap_or(&live.definition);
        let read = |definition: &Definition| template::read("(in AWS)", &definition.template).ok();
        let set = plan.stack_sets.iter().find(|set| set.name == name);
        Self {
            live,
            after,
            groups: set.map(|set| set.instances.groups.as_slice()).unwrap_or_default(),
            templates: read(&live.definition).zip(read(after)).map(<[Template; 2]>::from),
            known: BTreeMap::new(),
        }
    }

    /// A resource that differs, with what becomes of it.
    pub(super) fn resource(&mut self, key: &InstanceKey, found: &ResourceDrift) -> DriftedResource {
        let fate = self.fate(key, found);
        let properties = found.differences.iter();
        let properties = properties.map(|difference| DriftedProperty {
            path: difference.path.clone(),
            property: self.place(&found.logical_id, &difference.path),
            expected: difference.expected.clone(),
            found: difference.found.clone(),
            fate: fate.unwrap_or_else(|| self.property(key, &found.logical_id, difference)),
        });
        let properties: Vec<DriftedProperty> = properties.collect();
        DriftedResource {
            logical_id: found.logical_id.clone(),
            resource_type: found.resource_type.clone(),
            physical_id: found.physical_id.clone(),
            deleted: found.deleted,
            fate: found.deleted.then(|| fate.unwrap_or(Fate::Stays)),
            properties,
        }
    }

    /// What becomes of a whole resource; none when it depends on the property.
    fn fate(&mut self, key: &InstanceKey, found: &ResourceDrift) -> Option<Fate> {
        match self.group(key).map(|group| group.action) {
            Some(Action::Delete | Action::Recreate) => return Some(Fate::Removed),
            Some(Action::Update) => {}
            _ => return Some(Fate::Stays),
        }
        self.learn(key);
        let rewrites = self.rewrites(key)?;
        if rewrites.removes(&found.logical_id) {
            Some(Fate::Removed)
        } else if rewrites.replaces(&found.logical_id) {
            Some(Fate::Repaired)
        } else {
            found.deleted.then_some(Fate::Stays)
        }
    }

    fn property(&self, key: &InstanceKey, logical_id: &str, difference: &PropertyDifference) -> Fate {
        let rewrites = self.rewrites(key);
        let written = rewrites.and_then(|rewrites| rewrites.written(logical_id, &difference.path));
        let instance = self.live.instances.get(key);
        let is_current = instance.is_some_and(|instance| instance.status == InstanceStatus::Current);
        match (written.map(scalar), difference.expected.as_deref()) {
            (None, _) | (_, Some(MASKED)) => Fate::Stays,
            // The stack has another template than the StackSet; what it says itself is all that is known.
            (Some(Some(text)), Some(expected)) if text != expected => Fate::Repaired,
            (Some(Some(_)), Some(_)) => Fate::Stays,
            (Some(_), _) if is_current => Fate::Repaired,
            _ => Fate::Stays,
        }
    }

    fn place(&self, logical_id: &str, path: &str) -> String {
        match &self.templates {
            Some([before, _]) => before.place(logical_id, path),
            None => path.trim_start_matches('/').replace('/', "."),
        }
    }

    fn group(&self, key: &InstanceKey) -> Option<&'a InstanceGroup> {
        let mut groups = self.groups.iter();
        groups.find(|group| {
            group.rectangle.accounts.contains(&key.account) && group.rectangle.regions.contains(&key.region)
        })
    }

    /// The values that an instance has for itself, before and after.
    fn overrides(&self, key: &InstanceKey) -> [Overrides; 2] {
        let before = self
            .live
            .instances
            .get(key)
            .and_then(|found| found.overrides.clone());
        let after = self.group(key).map(|group| group.overrides.clone());
        [before, after].map(Option::unwrap_or_default)
    }

    fn rewrites(&self, key: &InstanceKey) -> Option<&Rewrites> {
        self.known.get(&self.overrides(key))
    }

    fn learn(&mut self, key: &InstanceKey) {
        let overrides = self.overrides(key);
        if self.known.contains_key(&overrides) {
            return;
        }
        let rewrites = self.between(&overrides).unwrap_or_default();
        self.known.insert(overrides, rewrites);
    }

    fn between(&self, [old, new]: &[Overrides; 2]) -> Option<Rewrites> {
        let [before, after] = self.templates.as_ref()?;
        let old_values = values(before, &self.live.definition, old, None)?;
        let new_values = values(after, self.after, new, Some(&old_values))?;
        let old = Side {
            template: before,
            values: &old_values,
        };
        let new = Side {
            template: after,
            values: &new_values,
        };
        Some(Rewrites::between(old, new))
    }
}

/// What the parameters of an instance are set to; what is kept is worth what it was. None when a value that counts is not known.
fn values(
    template: &Template,
    definition: &Definition,
    overrides: &Overrides,
    kept: Option<&BTreeMap<String, String>>,
) -> Option<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (name, value) in definition.parameters.iter().chain(overrides) {
        let hidden = template
            .parameters
            .get(name)
            .is_none_or(|parameter| parameter.no_echo);
        let text = match value {
            ParameterValue::Plain(text) => Some(text.clone()),
            ParameterValue::Previous => kept.and_then(|kept| kept.get(name).cloned()),
            ParameterValue::Masked | ParameterValue::Secret(_) => None,
        };
        match text {
            Some(text) => drop(values.insert(name.clone(), text)),
            None if hidden => {}
            None => return None,
        }
    }
    Some(values)
}

/// A scalar as CloudFormation writes it.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
