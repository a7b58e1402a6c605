//! Random manifests, organizations and what is there.
//!
//! Units are nested four deep; accounts are active, suspended, closed or gone; StackSets are wanted or removed, ours or to be
//! adopted, service-managed or self-managed, with parts, skips, overrides, values from account tags, secrets, rollouts,
//! dependencies and preferences; instances are in every status that the reference knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::definition::ParameterValue;
use model::desired::{Deploy, Desired, DesiredStackSet, OnFailure, OnLeave, Override, Skip, Source, Target};
use model::ids::StackSetName;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{Observed, ObservedInstance, ObservedStackSet};
use model::organization::{AccountState, Unit};
use proptest::prelude::*;

use crate::testing::world::*;

mod order;
mod there;

use order::{OrderCase, any_order, automatic, order};
use there::there;

/// A manifest and what is there, drawn together.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) desired: Desired,
    pub(crate) observed: Observed,
    drawn: String,
}

/// Whoever reads of a failure wants what was drawn, and not the thousand lines that it became.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.drawn)
    }
}

const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "ap-south-1"];
const ACCOUNTS: std::ops::Range<u64> = 1001..1009;

const UNITS: std::ops::Range<u32> = 0..8;

fn any_organization() -> impl Strategy<Value = Vec<(u32, u8)>> {
    proptest::collection::vec((UNITS, 0_u8..9), ACCOUNTS.count())
}

fn place(observed: &mut Observed, places: &[(u32, u8)]) {
    for (number, name, parent) in [(6, "Blue", 3), (7, "Shop", 6)] {
        let (name, parent) = (name.to_owned(), unit(parent));
        let units = &mut observed.organization.units;
        units.insert(unit(number), Unit { name, parent });
    }
    let accounts = &mut observed.organization.accounts;
    for (number, (parent, state)) in ACCOUNTS.zip(places) {
        let mut account = member(&format!("account-{number}"), *parent);
        account.tags = tags(number);
        account.state = match state {
            0 => AccountState::Suspended,
            1 => AccountState::Closed,
            2 => AccountState::PendingClosure,
            _ => AccountState::Active,
        };
        // One in a while is not in the organization at all.
        if number == 1008 && *state > 5 {
            accounts.remove(&self::account(number));
        } else {
            accounts.insert(self::account(number), account);
        }
    }
}

fn tags(number: u64) -> BTreeMap<String, String> {
    let odd = (!number.is_multiple_of(2)).then(|| ("odd".to_owned(), "yes".to_owned()));
    let days = number
        .is_multiple_of(3)
        .then(|| ("days".to_owned(), (number % 5).to_string()));
    odd.into_iter().chain(days).collect()
}

#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "what proptest draws")]
struct SetCase {
    service: bool,
    auto: (bool, bool),
    managed: (bool, bool),
    units: BTreeSet<u32>,
    accounts: BTreeSet<u64>,
    regions: BTreeSet<usize>,
    retain: bool,
    live: bool,
    templates: (u8, u8),
    tags: (bool, bool),
    described: bool,
    marked: bool,
    instances: BTreeMap<(u64, usize), (u8, u8, u8)>,
    registered: BTreeSet<(u32, usize)>,
    removed: u8,
    finer: FineCase,
    order: OrderCase,
}

/// Parts, skips and overrides.
#[derive(Debug, Clone)]
struct FineCase {
    /// A second part: units and Regions.
    part: Option<(BTreeSet<u32>, BTreeSet<usize>)>,
    skips: Vec<(WhoCase, Option<usize>)>,
    /// At most one for each place, so that none disagree.
    overrides: BTreeMap<(WhoCase, Option<usize>), (u8, bool)>,
    /// Whether each account's tag gives the number of days.
    tagged: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum WhoCase {
    Unit(u32),
    Account(u64),
    Tag,
}

impl WhoCase {
    fn target(&self) -> Target {
        match self {
            Self::Unit(number) => below(*number),
            Self::Account(number) => Target::Account(account(*number)),
            Self::Tag => Target::Tag {
                key: "odd".to_owned(),
                value: "yes".to_owned(),
            },
        }
    }
}

fn anyone() -> impl Strategy<Value = WhoCase> {
    prop_oneof![
        (UNITS).prop_map(WhoCase::Unit),
        ACCOUNTS.prop_map(WhoCase::Account),
        Just(WhoCase::Tag),
    ]
}

fn any_finer() -> impl Strategy<Value = FineCase> {
    let units = proptest::collection::btree_set(UNITS, 1..3);
    let regions = proptest::collection::btree_set(0..REGIONS.len(), 1..=REGIONS.len());
    let place = || (anyone(), proptest::option::of(0..REGIONS.len()));
    let skips = proptest::collection::vec(place(), 0..3);
    let overrides = proptest::collection::btree_map(place(), (0_u8..4, any::<bool>()), 0..4);
    let part = proptest::option::of((units, regions));
    (part, skips, overrides, any::<bool>()).prop_map(|(part, skips, overrides, tagged)| FineCase {
        part,
        skips,
        overrides,
        tagged,
    })
}

#[expect(clippy::too_many_lines, reason = "a list: every field of a case")]
fn any_set() -> impl Strategy<Value = SetCase> {
    let flags = any::<(
        bool,
        (bool, bool),
        (bool, bool),
        bool,
        bool,
        (bool, bool),
        bool,
        bool,
    )>();
    let units = proptest::collection::btree_set(UNITS, 0..3);
    let accounts = proptest::collection::btree_set(ACCOUNTS, 0..3);
    let regions = proptest::collection::btree_set(0..REGIONS.len(), 1..=REGIONS.len());
    let instances =
        proptest::collection::btree_map((ACCOUNTS, 0..REGIONS.len()), (0_u8..14, 0_u8..4, 0_u8..6), 0..16);
    let registered = proptest::collection::btree_set((UNITS, 0..REGIONS.len()), 0..5);
    let rest = (0_u8..3, 0_u8..3, 0_u8..6, any_finer(), any_order());
    (flags, units, accounts, regions, instances, registered, rest).prop_map(
        |(flags, units, accounts, regions, instances, registered, rest)| {
            let (service, auto, managed, retain, live, tags, described, marked) = flags;
            SetCase {
                service,
                auto,
                managed,
                units,
                accounts,
                regions,
                retain,
                live,
                templates: (rest.0, rest.1),
                tags,
                described,
                marked,
                instances,
                registered,
                removed: rest.2,
                finer: rest.3,
                order: rest.4,
            }
        },
    )
}

fn template(number: u8) -> &'static str {
    [TEMPLATE, OTHER_TEMPLATE, WITH_PARAMETERS][usize::from(number)]
}

fn wanted(case: &SetCase, number: usize, observed: &Observed) -> DesiredStackSet {
    let mut set = stack_set(&format!("set-{number}"));
    set.adopt = true;
    set.permission = if case.service {
        automatic(case.auto.0, case.order.retains.0)
    } else {
        self_managed()
    };
    set.managed_execution = case.managed.0;
    let known =
        |number: &&u64| observed.organization.accounts.contains_key(&account(**number)) || !case.service;
    let units = case.units.iter().map(|number| below(*number));
    let accounts = case
        .accounts
        .iter()
        .filter(known)
        .map(|number| Target::Account(account(*number)));
    set.deploy[0].targets = units.chain(accounts).map(at).collect();
    say(case, &mut set);
    order(&case.order, number, &mut set);
    // A way back would lose the secret, and that is a hold.
    if let Some(rollout) = set
        .rollout
        .as_mut()
        .filter(|_| case.templates.0 == 2 || case.templates.1 == 2)
    {
        rollout.on_failure = OnFailure::Stop;
    }
    set
}

/// Everything but who and where from.
fn say(case: &SetCase, set: &mut DesiredStackSet) {
    set.deploy[0].regions = case
        .regions
        .iter()
        .map(|index| at(region(REGIONS[*index])))
        .collect();
    set.on_leave = Some(on_leave(case));
    *body_of(set) = template(case.templates.0).to_owned();
    if case.templates.0 == 2 {
        let source = Source::Environment {
            name: "TOKEN".to_owned(),
            sensitive: true,
        };
        set.parameters.insert("Token".to_owned(), parameter(source));
        say_values(&case.finer, set);
    }
    say_places(&case.finer, set);
    if case.tags.0 {
        set.tags.insert("owner".to_owned(), "us".to_owned());
    }
    set.description = case.described.then(|| "what it is for".to_owned());
}

fn in_regions(index: Option<usize>) -> Vec<model::diagnostic::Spanned<model::ids::Region>> {
    index
        .into_iter()
        .map(|index| at(region(REGIONS[index])))
        .collect()
}

fn say_places(case: &FineCase, set: &mut DesiredStackSet) {
    if let Some((units, regions)) = &case.part {
        set.deploy.push(Deploy {
            targets: units.iter().map(|number| at(below(*number))).collect(),
            regions: regions.iter().map(|index| at(region(REGIONS[*index]))).collect(),
            span: span(),
        });
    }
    for (who, index) in &case.skips {
        set.skip.push(Skip {
            targets: vec![at(who.target())],
            regions: in_regions(*index),
            reason: at("not now".to_owned()),
            span: span(),
        });
    }
}

fn say_values(case: &FineCase, set: &mut DesiredStackSet) {
    if case.tagged {
        let source = Source::AccountTag {
            key: "days".to_owned(),
            default: Some("30".to_owned()),
        };
        set.parameters.insert("Days".to_owned(), parameter(source));
    }
    for (number, ((who, index), (days, token))) in case.overrides.iter().enumerate() {
        let days = Source::Literal((30 + u32::from(*days)).to_string());
        let secret = Source::Environment {
            name: "OTHER".to_owned(),
            sensitive: true,
        };
        let token = token.then(|| ("Token".to_owned(), parameter(secret)));
        set.overrides.push(Override {
            name: at(format!("override {number}")),
            targets: vec![at(who.target())],
            regions: in_regions(*index),
            parameters: [("Days".to_owned(), parameter(days))]
                .into_iter()
                .chain(token)
                .collect(),
            span: span(),
        });
    }
}

/// Worlds in which a plan may be carried out, whatever it does.
pub(crate) fn any_world() -> impl Strategy<Value = World> {
    (any_organization(), proptest::collection::vec(any_set(), 1..4))
        .prop_map(|(places, sets)| world(&places, &sets))
}

/// The same without rollouts.
pub(crate) fn any_world_at_once() -> impl Strategy<Value = World> {
    any_world().prop_map(|mut world| {
        for set in world.desired.stack_sets.values_mut() {
            set.rollout = None;
        }
        world
    })
}

fn world(places: &[(u32, u8)], sets: &[SetCase]) -> World {
    let mut observed = observed();
    place(&mut observed, places);
    observed.secrets.extend(["TOKEN", "OTHER"].map(str::to_owned));
    let mut desired = desired(Vec::new());
    desired.guard.max_deleted_instances = Some(at(10_000));
    for (number, case) in sets.iter().enumerate() {
        let name = format!("set-{number}");
        if case.removed == 0 {
            desired
                .removed
                .insert(name.clone(), removal(&name, on_leave(case)));
        } else {
            let wanted = wanted(case, number, &observed);
            desired.stack_sets.insert(name.clone(), wanted);
        }
        if case.live {
            let live = there(case, number, &observed);
            observed
                .stack_sets
                .insert(StackSetName::parse(&name).unwrap(), live);
        }
    }
    let known: BTreeSet<String> = desired.stack_sets.keys().cloned().collect();
    for set in desired.stack_sets.values_mut() {
        set.depends_on.retain(|name| known.contains(&name.value));
    }
    World {
        desired,
        observed,
        drawn: format!("{places:?} {sets:?}"),
    }
}

fn on_leave(case: &SetCase) -> OnLeave {
    if case.retain {
        OnLeave::Retain
    } else {
        OnLeave::Delete
    }
}
