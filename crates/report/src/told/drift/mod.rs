//! What is told of drift: each difference in words; [`alike`] puts equal ones together, [`state`] has the sentences around them.

mod alike;
mod state;

use std::collections::BTreeSet;

use model::plan::PermissionChange;
use serde_json::Value;

use super::template::{apart, granted};
use crate::drift::{DriftedProperty, DriftedResource, Fate, StackSetDrift};
use crate::style::Meaning;

pub(crate) use alike::{Alike, alike};
pub(crate) use state::{beside, beside_title, checked, counts, head, never_checked, unfinished};

/// Accounts that are named in a line; the JSON report has all of them.
const NAMED: usize = 3;

/// One difference of a resource.
pub(crate) struct Told {
    /// The property; empty when the resource is gone.
    pub(crate) property: String,
    /// For example `expected 3600, found 43200`.
    pub(crate) what: String,
    /// What becomes of it.
    pub(crate) fate: Fate,
}

/// The differences of a resource in words.
pub(crate) fn tell(resource: &DriftedResource) -> Vec<Told> {
    if let (true, Some(fate)) = (resource.deleted, resource.fate) {
        return vec![Told {
            property: String::new(),
            what: "deleted outside".to_owned(),
            fate,
        }];
    }
    resource.properties.iter().flat_map(property).collect()
}

fn property(found: &DriftedProperty) -> Vec<Told> {
    let told = |what: String, property: &str| Told {
        property: short(property),
        what,
        fate: found.fate,
    };
    let policy = found.property.trim_end_matches(".PolicyDocument");
    let changes = policies(policy, found).unwrap_or_default();
    if !changes.is_empty() {
        let grants = changes
            .iter()
            .map(|change| told(format!("found {}", granted(change)), policy));
        return grants.collect();
    }
    let what = match (&found.expected, &found.found) {
        (Some(expected), Some(actual)) => {
            let (expected, actual) = apart(expected, actual);
            format!("expected {expected}, found {actual}")
        }
        (None, Some(actual)) => format!("found + {}", short(actual)),
        (Some(expected), None) => format!("expected {}, gone", short(expected)),
        (None, None) => "differs".to_owned(),
    };
    vec![told(what, &found.property)]
}

/// A name that AWS gives, as much as anybody reads.
pub(crate) fn short(text: &str) -> String {
    apart(text, "").0
}

/// What two policies differ in; none when they are no policies.
fn policies(name: &str, found: &DriftedProperty) -> Option<Vec<PermissionChange>> {
    let read = |text: &Option<String>| {
        let value: Value = serde_json::from_str(text.as_deref()?).ok()?;
        value.get("Statement").is_some().then_some(value)
    };
    let (expected, actual) = (read(&found.expected)?, read(&found.found)?);
    Some(template::of_policies(name, &expected, &actual))
}

/// `repaired`, and how good that is.
pub(crate) fn fate(fate: Fate) -> (&'static str, Meaning) {
    match fate {
        Fate::Repaired => ("repaired", Meaning::Good),
        Fate::Removed => ("removed", Meaning::Detach),
        Fate::Stays => ("stays", Meaning::Attention),
    }
}

/// What the words for fates mean, of those that are told.
pub(crate) fn legend(set: &StackSetDrift) -> Option<String> {
    let resources = set.drifted.iter().flat_map(|row| row.resources.iter().flatten());
    let fates: BTreeSet<Fate> = resources.flat_map(tell).map(|told| told.fate).collect();
    let words: Vec<&str> = fates
        .into_iter()
        .map(|fate| match fate {
            Fate::Repaired => "repaired = the pending plan writes this property",
            Fate::Removed => "removed = the pending plan takes the resource or its stack away",
            Fate::Stays => {
                "stays = CloudFormation only writes properties whose template value changes, so no plan of this manifest touches it"
            }
        })
        .collect();
    (!words.is_empty()).then(|| format!("{} (stackfleet explain drift)", words.join("; ")))
}
