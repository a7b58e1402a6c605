//! P6: rectangles are exactly what they are made of, apart from each other, alike in their values, and few.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::ParameterValue;
use model::desired::{Override, Source, Target};
use model::ids::{AccountId, Region};
use model::instance::{InstanceKey, Rectangle};
use model::plan::Plan;
use proptest::prelude::*;

use crate::testing::world::*;
use crate::{Limits, batches};

const REGIONS: [&str; 6] = [
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "us-east-1",
    "us-east-2",
    "us-west-1",
];

type Instances = BTreeMap<AccountId, BTreeSet<Region>>;

/// Accounts in Regions, each with one of so many sets of values.
fn any_cells(values: u8) -> impl Strategy<Value = BTreeMap<(u64, usize), u8>> {
    proptest::collection::btree_map((2001_u64..2013, 0..REGIONS.len()), 0..values, 1..60)
}

fn instances<'c>(cells: impl Iterator<Item = &'c (u64, usize)>) -> Instances {
    let mut instances = Instances::new();
    for (number, index) in cells {
        instances
            .entry(account(*number))
            .or_default()
            .insert(region(REGIONS[*index]));
    }
    instances
}

/// The better of one rectangle for each distinct row and one for each distinct column.
fn simple(instances: &Instances) -> usize {
    let rows: BTreeSet<_> = instances.values().collect();
    let regions: BTreeSet<_> = instances.values().flatten().collect();
    let column = |region: &Region| -> BTreeSet<&AccountId> {
        let holders = instances.iter().filter(|(_, regions)| regions.contains(region));
        holders.map(|(account, _)| account).collect()
    };
    let columns: BTreeSet<_> = regions.into_iter().map(column).collect();
    rows.len().min(columns.len())
}

/// A self-managed StackSet whose accounts and Regions get these values, one override for each instance.
#[expect(clippy::too_many_lines, reason = "a list: what a StackSet with overrides has")]
fn overriding(cells: &BTreeMap<(u64, usize), u8>) -> Plan {
    let mut set = stack_set("net");
    set.permission = self_managed();
    *body_of(&mut set) = WITH_PARAMETERS.to_owned();
    let secret = Source::Environment {
        name: "TOKEN".to_owned(),
        sensitive: true,
    };
    set.parameters.insert("Token".to_owned(), parameter(secret));
    let accounts: BTreeSet<u64> = cells.keys().map(|(number, _)| *number).collect();
    set.deploy[0].targets = accounts
        .iter()
        .map(|number| at(Target::Account(account(*number))))
        .collect();
    set.deploy[0].regions = REGIONS.iter().map(|name| at(region(name))).collect();
    let mut live = live("net");
    live.definition.permission = self_managed();
    live.definition.template = WITH_PARAMETERS.to_owned();
    live.definition.parameters = BTreeMap::from([
        ("Days".to_owned(), plain("30")),
        ("Token".to_owned(), ParameterValue::Masked),
    ]);
    let mut observed = observed();
    observed.secrets.insert("TOKEN".to_owned());
    for ((number, index), value) in cells {
        let name = REGIONS[*index];
        let own = parameter(Source::Literal((31 + u32::from(*value)).to_string()));
        set.overrides.push(Override {
            name: at(format!("{number} {name}")),
            targets: vec![at(Target::Account(account(*number)))],
            regions: vec![at(region(name))],
            parameters: BTreeMap::from([("Days".to_owned(), own)]),
            span: span(),
        });
    }
    for number in &accounts {
        for name in REGIONS {
            let mut instance = current(None);
            instance.overrides = Some(BTreeMap::new());
            live.instances.insert(key(*number, name), instance);
        }
    }
    observed.stack_sets.insert(set.aws_name.clone(), live);
    super::make(&desired(vec![set]), &observed)
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p06_rectangles_are_exact_apart_and_few(cells in any_cells(1)) {
        let instances = instances(cells.keys());
        let found = batches(&instances, &Limits::default());
        let named: Vec<InstanceKey> = found.iter().flat_map(Rectangle::keys).collect();
        let wanted: BTreeSet<InstanceKey> = instances.iter()
            .flat_map(|(account, regions)| regions.iter().map(|region| InstanceKey { account: account.clone(), region: region.clone() }))
            .collect();
        prop_assert_eq!(named.len(), wanted.len(), "an instance twice");
        prop_assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), wanted);
        prop_assert!(found.len() <= simple(&instances));
    }

    #[test]
    fn p06_several_sets_of_values_take_the_sum_of_what_each_takes(cells in any_cells(4)) {
        let plan = overriding(&cells);
        let mut calls = 0;
        for operation in &plan.operations {
            let Write::UpdateStackInstances { overrides: Some(list), .. } = &operation.call else {
                return Err(TestCaseError::fail(format!("{:?}", operation.call.api())));
            };
            calls += 1;
            for key in operation.touches.iter().flat_map(Rectangle::keys) {
                let (number, index) = (key.account.as_str().parse::<u64>().unwrap(), REGIONS.iter().position(|it| *it == key.region.as_str()).unwrap());
                let value = cells[&(number, index)];
                prop_assert_eq!(&list["Days"], &plain(&(31 + u32::from(value)).to_string()), "another value");
            }
        }
        let sum: usize = (0..4).map(|value| {
            let alike = cells.iter().filter(|(_, own)| **own == value).map(|(cell, _)| cell);
            batches(&instances(alike), &Limits::default()).len()
        }).sum();
        prop_assert_eq!(calls, sum);
    }
}
