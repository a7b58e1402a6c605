//! How long a plan takes and how much memory, from what was read to ordered operations with ids:
//! `cargo bench -p stackfleet-planner`. Nothing is asserted; machines differ.
//!
//! Bars (DESIGN §9): 100 StackSets × 1,000 instances from 1,000 accounts in 0.3 s and 300 MB; from 10⁴ to 10⁶ instances within 1.3
//! times of linear. "max alloc" is the peak above what was there before.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, look at the clock and write its files"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use divan::{AllocProfiler, Bencher};
use model::Timestamp;
use model::definition::{AutoDeployment, Definition, ParameterValue, Permission};
use model::desired::Desired;
use model::ids::{AccountId, OrganizationId, Region, StackSetId, StackSetName, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{Identity, Observed, ObservedInstance, ObservedStackSet};
use model::organization::{Account, AccountState, Organization, Unit};
use planner::Limits;

#[global_allocator]
static PEAK: AllocProfiler = AllocProfiler::system();

const ACCOUNTS: usize = 1_000;
const UNITS: usize = 20;
const REGIONS: [&str; 10] = [
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "sa-east-1",
    "ap-south-1",
    "ca-central-1",
];
const BEFORE: &str = "Parameters: { Days: { Type: Number, Default: 30 } }\nResources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: !Sub 'keeps ${Days}' } } }\n";
const AFTER: &str = "Parameters: { Days: { Type: Number, Default: 30 } }\nResources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: !Sub 'holds ${Days}' } } }\n";

/// So many StackSets, each in so many units of 50 accounts and so many Regions.
#[derive(Debug, Clone, Copy)]
struct Size {
    sets: usize,
    units: usize,
    regions: usize,
}

impl Size {
    fn instances(self) -> usize {
        self.sets * self.units * (ACCOUNTS / UNITS) * self.regions
    }
}

/// 10⁴, 10⁵ and 10⁶ instances in 100 StackSets.
const SIZES: [Size; 3] = [
    Size {
        sets: 100,
        units: 1,
        regions: 2,
    },
    Size {
        sets: 100,
        units: 5,
        regions: 4,
    },
    Size {
        sets: 100,
        units: 20,
        regions: 10,
    },
];

/// The same numbers in 10, 100 and 1,000 StackSets.
const MORE: [Size; 3] = [
    Size {
        sets: 10,
        units: 5,
        regions: 4,
    },
    Size {
        sets: 100,
        units: 5,
        regions: 4,
    },
    Size {
        sets: 1_000,
        units: 5,
        regions: 4,
    },
];

fn main() {
    growth("the same 100 StackSets, larger", &SIZES);
    growth("more StackSets of the same size", &MORE);
    divan::main();
}

/// How the time grows, against a line through the first.
fn growth(what: &str, sizes: &[Size]) {
    let mut first = None;
    for size in sizes {
        let (desired, observed) = world(*size);
        let best = (0..5).map(|_| timed(&desired, &observed)).min().unwrap();
        let each = best.as_secs_f64() / size.instances() as f64;
        let line = *first.get_or_insert(each);
        let (count, micros) = (size.instances(), each * 1e6);
        println!(
            "{what}: {count} instances in {best:.1?}, {micros:.3} µs each, {:.2} × linear",
            each / line
        );
    }
}

fn timed(desired: &Desired, observed: &Observed) -> Duration {
    let start = Instant::now();
    let plan = planner::plan(desired, observed, &Limits::default());
    let taken = start.elapsed();
    assert!(!plan.operations.is_empty());
    taken
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn plan(bencher: Bencher<'_, '_>, size: Size) {
    let (desired, observed) = world(size);
    bencher.bench_local(|| planner::plan(&desired, &observed, &Limits::default()));
}

/// A fifth of the StackSets gets another template, a fifth another Region, a fifth has failed instances, a fifth other values
/// for some accounts, and the rest needs nothing.
fn world(size: Size) -> (Desired, Observed) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("stackfleet.toml");
    fs::write(&path, manifest(size)).unwrap();
    fs::write(directory.path().join("before.yaml"), BEFORE).unwrap();
    fs::write(directory.path().join("after.yaml"), AFTER).unwrap();
    let reading = manifest::read(&path);
    let desired = reading
        .desired
        .unwrap_or_else(|| panic!("{:?}", reading.diagnostics));
    let mut observed = organization();
    for number in 0..size.sets {
        let name = format!("set-{number}");
        observed
            .stack_sets
            .insert(StackSetName::parse(&name).unwrap(), live(size, number));
    }
    (desired, observed)
}

fn manifest(size: Size) -> String {
    let mut text = "version = 1\nproject = { name = \"platform\" }\n[aws]\nadmin_account = \"000000000999\"\nregion = \"eu-west-1\"\n\n[guard]\nmax_deleted_instances = 1000000\n".to_owned();
    for number in 0..size.sets {
        let template = if number % 5 == 0 { "after" } else { "before" };
        let units: Vec<String> = units(size, number)
            .map(|unit| format!("\"Root/unit-{unit}\""))
            .collect();
        let regions: Vec<String> = REGIONS[..size.regions]
            .iter()
            .map(|it| format!("\"{it}\""))
            .collect();
        let _ = write!(
            text,
            "\n[stackset.set-{number}]\ntemplate = \"{template}.yaml\"\ntargets = [{}]\nregions = [{}]\non_leave = \"delete\"\n",
            units.join(", "),
            regions.join(", ")
        );
        if number % 5 == 3 {
            let account = units_start(number) * (ACCOUNTS / UNITS);
            let _ = write!(
                text,
                "[[stackset.set-{number}.override]]\nname = \"longer\"\ntargets = [\"{:012}\", \"{:012}\"]\nparameters = {{ Days = 60 }}\n",
                account + 1,
                account + 7
            );
        }
    }
    text
}

fn units_start(number: usize) -> usize {
    number % UNITS
}

fn units(size: Size, number: usize) -> impl Iterator<Item = usize> {
    (0..size.units).map(move |unit| (units_start(number) + unit) % UNITS)
}

fn account(number: usize) -> AccountId {
    AccountId::parse(&format!("{number:012}")).unwrap()
}

fn unit(number: usize) -> UnitId {
    UnitId::parse(&format!("ou-root-{number:08}")).unwrap()
}

fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

fn live(size: Size, number: usize) -> ObservedStackSet {
    let regions = if number % 5 == 1 {
        size.regions - 1
    } else {
        size.regions
    };
    let mut instances = BTreeMap::new();
    let mut registered: BTreeMap<UnitId, BTreeSet<Region>> = BTreeMap::new();
    for place in units(size, number) {
        registered.insert(
            unit(place),
            REGIONS[..regions].iter().map(|it| region(it)).collect(),
        );
        let first = place * (ACCOUNTS / UNITS);
        for (count, name) in (first..first + ACCOUNTS / UNITS)
            .flat_map(|it| REGIONS[..regions].iter().map(move |name| (it, name)))
        {
            let failed = number % 5 == 2 && count % 17 == 0;
            let key = InstanceKey {
                account: account(count),
                region: region(name),
            };
            instances.insert(key, instance(place, failed));
        }
    }
    ObservedStackSet {
        id: StackSetId::parse(&format!("set-{number}:1")).unwrap(),
        definition: definition(),
        instances,
        registered,
        newest_operation: None,
        running: Vec::new(),
        history: Vec::new(),
        drift: None,
    }
}

fn instance(place: usize, failed: bool) -> ObservedInstance {
    let (status, detailed) = if failed {
        (InstanceStatus::Outdated, DetailedStatus::Failed)
    } else {
        (InstanceStatus::Current, DetailedStatus::Succeeded)
    };
    ObservedInstance {
        status,
        detailed,
        reason: None,
        unit: Some(unit(place)),
        last_operation: None,
        overrides: Some(BTreeMap::new()),
    }
}

fn definition() -> Definition {
    Definition {
        description: None,
        template: BEFORE.to_owned(),
        parameters: BTreeMap::from([("Days".to_owned(), ParameterValue::Plain("30".to_owned()))]),
        tags: BTreeMap::from([(model::PROJECT_TAG.to_owned(), "platform".to_owned())]),
        capabilities: BTreeSet::new(),
        permission: Permission::ServiceManaged {
            auto_deployment: AutoDeployment::default(),
        },
        managed_execution: false,
    }
}

fn organization() -> Observed {
    let management = AccountId::parse("000000000999").unwrap();
    Observed {
        taken_at: Timestamp::UNIX_EPOCH,
        identity: Identity {
            account: management.clone(),
            arn: "arn:aws:iam::000000000999:role/plan".to_owned(),
        },
        organization: tree(management),
        trusted_access: true,
        stack_sets: BTreeMap::new(),
        others: BTreeMap::new(),
        environment: BTreeMap::new(),
        secrets: BTreeSet::new(),
        ssm: BTreeMap::new(),
        templates: BTreeMap::new(),
        disabled_regions: BTreeMap::new(),
        git: None,
    }
}

/// All units side by side, the same number of accounts in each.
fn tree(management: AccountId) -> Organization {
    let root = UnitId::parse("r-root").unwrap();
    let member = |name: String, parent: UnitId| Account {
        email: format!("{name}@example.org"),
        name,
        state: AccountState::Active,
        parent,
        tags: BTreeMap::new(),
    };
    let members = (0..ACCOUNTS).map(|number| {
        let parent = unit(number / (ACCOUNTS / UNITS));
        (account(number), member(format!("account-{number}"), parent))
    });
    let mut accounts: BTreeMap<AccountId, Account> = members.collect();
    accounts.insert(management.clone(), member("management".to_owned(), root.clone()));
    let below = |number| Unit {
        name: format!("unit-{number}"),
        parent: root.clone(),
    };
    Organization {
        id: OrganizationId::parse("o-exampleorg1").unwrap(),
        units: (0..UNITS).map(|number| (unit(number), below(number))).collect(),
        management_account: management,
        accounts,
        root,
    }
}
