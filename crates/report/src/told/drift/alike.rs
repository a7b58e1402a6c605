//! Instances with equal differences together.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};

use super::NAMED;
use crate::drift::{DriftedResource, DriftedRow};
use crate::words::{count, number, short_list};

/// Regions that are named in a line.
const REGIONS: usize = 4;
/// Last digits of an account's id beside another one.
const LAST: usize = 3;
/// How AWS's id of the account, and the Region, are told where they differ from instance to instance.
const ACCOUNT: &str = "ACCOUNT";
const REGION: &str = "REGION";

/// Instances with the same differences.
pub(crate) struct Alike<'a> {
    /// Accounts by the Regions in which they have them.
    pub(crate) places: Vec<(BTreeSet<&'a Region>, Vec<&'a DriftedRow>)>,
    /// How many instances.
    pub(crate) instances: u64,
    /// The differences; none when AWS has no details.
    pub(crate) resources: Option<Vec<DriftedResource>>,
}

/// Instances with equal differences together, also where these differ in nothing but the instance's own account and Region; in the order
/// of their first instances.
pub(crate) fn alike(rows: &[DriftedRow]) -> Vec<Alike<'_>> {
    let mut groups: BTreeMap<Option<Vec<DriftedResource>>, Vec<(usize, &DriftedRow)>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        groups.entry(common(row)).or_default().push((at, row));
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, rows)| rows.first().map(|(at, _)| *at));
    groups
        .into_iter()
        .map(|(common, rows)| {
            let own = match rows.as_slice() {
                [(_, row)] => row.resources.clone(),
                _ => common,
            };
            Alike {
                instances: rows.len() as u64,
                places: places(rows.into_iter().map(|(_, row)| row)),
                resources: own,
            }
        })
        .collect()
}

/// The differences as they read the same in every instance that has them.
fn common(row: &DriftedRow) -> Option<Vec<DriftedResource>> {
    let mut resources = row.resources.clone()?;
    let neutral = |value: &mut Option<String>| {
        if let Some(text) = value {
            *text = text
                .replace(row.account.as_str(), ACCOUNT)
                .replace(row.region.as_str(), REGION);
        }
    };
    for resource in &mut resources {
        resource.physical_id = None;
        for property in &mut resource.properties {
            neutral(&mut property.expected);
            neutral(&mut property.found);
        }
    }
    Some(resources)
}

fn places<'a>(
    rows: impl Iterator<Item = &'a DriftedRow>,
) -> Vec<(BTreeSet<&'a Region>, Vec<&'a DriftedRow>)> {
    let mut by_account: BTreeMap<&AccountId, (BTreeSet<&Region>, &DriftedRow)> = BTreeMap::new();
    for row in rows {
        let (regions, _) = by_account
            .entry(&row.account)
            .or_insert_with(|| (BTreeSet::new(), row));
        regions.insert(&row.region);
    }
    let mut places: BTreeMap<BTreeSet<&Region>, Vec<&DriftedRow>> = BTreeMap::new();
    for (regions, row) in by_account.into_values() {
        places.entry(regions).or_default().push(row);
    }
    places.into_iter().collect()
}

impl Alike<'_> {
    /// `search-dev 111100000077 and maps-dev …081 · us-east-1, the same in both`, a line for each set of Regions.
    pub(crate) fn lines(&self) -> Vec<String> {
        let last = self.places.len().saturating_sub(1);
        let lines = self.places.iter().enumerate();
        let told = lines.map(|(at, (regions, rows))| {
            let same = match self.instances {
                _ if at < last => String::new(),
                1 => String::new(),
                2 => ", the same in both".to_owned(),
                n => format!(", the same in all {}", number(n)),
            };
            format!("{} · {}{same}", accounts(rows), self::regions(regions))
        });
        told.collect()
    }
}

fn accounts(rows: &[&DriftedRow]) -> String {
    let name = |(at, row): (usize, &&DriftedRow)| {
        let id = row.account.as_str();
        let id = match (at, id.get(id.len().saturating_sub(LAST)..)) {
            (0, _) | (_, None) => id.to_owned(),
            (_, Some(last)) => format!("…{last}"),
        };
        match &row.account_name {
            Some(name) => format!("{name} {id}"),
            None if at == 0 => id,
            None => row.account.to_string(),
        }
    };
    let names: Vec<String> = rows.iter().enumerate().map(name).collect();
    short_list(&names, NAMED)
}

fn regions(regions: &BTreeSet<&Region>) -> String {
    if regions.len() > REGIONS {
        return count(regions.len() as u64, "Region");
    }
    let names: Vec<&str> = regions.iter().map(|region| region.as_str()).collect();
    names.join(", ")
}
