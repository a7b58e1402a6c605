//! What holds for every plan (reference: reliability §4.7).

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::{ParameterValue, Permission};
use model::desired::{Deploy, Desired, DesiredStackSet, OnLeave, Override, Skip, Source, Target};
use model::ids::StackSetName;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus, Rectangle};
use model::observed::{Observed, ObservedInstance, ObservedStackSet};
use model::organization::AccountState;
use model::plan::{Action, Operation, Plan, PlanResult};
use proptest::prelude::*;

use crate::testing::cases;
use crate::testing::obey::obey;
use crate::testing::world::*;
use crate::{Limits, plan};

const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "ap-south-1"];
const ACCOUNTS: std::ops::Range<u64> = 1001..1009;

fn any_organization() -> impl Strategy<Value = Vec<(u32, u8)>> {
    proptest::collection::vec((0_u32..6, 0_u8..8), ACCOUNTS.count())
}

fn place(observed: &mut Observed, places: &[(u32, u8)]) {
    let accounts = &mut observed.organization.accounts;
    for (number, (parent, state)) in ACCOUNTS.zip(places) {
        let mut account = member(&format!("account-{number}"), *parent);
        account.tags = tags(number);
        account.state = match state {
            0 => AccountState::Suspended,
            1 => AccountState::Closed,
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
        (0_u32..6).prop_map(WhoCase::Unit),
        ACCOUNTS.prop_map(WhoCase::Account),
        Just(WhoCase::Tag),
    ]
}

fn any_finer() -> impl Strategy<Value = FineCase> {
    let units = proptest::collection::btree_set(0_u32..6, 1..3);
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
    let units = proptest::collection::btree_set(0_u32..6, 0..3);
    let accounts = proptest::collection::btree_set(ACCOUNTS, 0..3);
    let regions = proptest::collection::btree_set(0..REGIONS.len(), 1..=REGIONS.len());
    let instances =
        proptest::collection::btree_map((ACCOUNTS, 0..REGIONS.len()), (0_u8..12, 0_u8..4, 0_u8..6), 0..16);
    let registered = proptest::collection::btree_set((0_u32..6, 0..REGIONS.len()), 0..5);
    let rest = (0_u8..3, 0_u8..3, 0_u8..6, any_finer());
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
        service_managed(case.auto.0)
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
    if number > 0 {
        set.depends_on = vec![at(format!("set-{}", number - 1))];
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
    set.on_leave = Some(if case.retain {
        OnLeave::Retain
    } else {
        OnLeave::Delete
    });
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

fn there(case: &SetCase, number: usize, observed: &Observed) -> ObservedStackSet {
    let mut set = live(&format!("set-{number}"));
    set.definition.template = template(case.templates.1).to_owned();
    if case.templates.1 == 2 {
        set.definition.parameters = BTreeMap::from([
            ("Days".to_owned(), plain("60")),
            ("Token".to_owned(), ParameterValue::Masked),
        ]);
    }
    set.definition.permission = if case.service {
        service_managed(case.auto.1)
    } else {
        self_managed()
    };
    set.definition.managed_execution = case.managed.1;
    if case.tags.1 {
        set.definition.tags.insert("owner".to_owned(), "them".to_owned());
    }
    if !case.marked && case.removed != 0 {
        set.definition.tags.remove(model::PROJECT_TAG);
    }
    for ((number, index), (state, level, own)) in &case.instances {
        let key = key(*number, REGIONS[*index]);
        let mut instance = instance(case, observed, &key, (*state, *level));
        instance.overrides = has(*own);
        if let Some(unit) = &instance.unit {
            set.registered
                .entry(unit.clone())
                .or_default()
                .insert(key.region.clone());
        }
        set.instances.insert(key, instance);
    }
    if case.service {
        for (number, index) in &case.registered {
            set.registered
                .entry(unit(*number))
                .or_default()
                .insert(region(REGIONS[*index]));
        }
    }
    set
}

/// What an instance has for itself, as far as it was read.
fn has(own: u8) -> Option<BTreeMap<String, ParameterValue>> {
    let values = [("Days", plain("31")), ("Token", ParameterValue::Masked)];
    let taken = match own {
        0 => return None,
        1 => &values[..1],
        2 => &values[..],
        3 => &values[1..],
        _ => &values[..0],
    };
    Some(
        taken
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    )
}

fn instance(
    case: &SetCase,
    observed: &Observed,
    key: &InstanceKey,
    (state, level): (u8, u8),
) -> ObservedInstance {
    let (status, detailed) = match state {
        0 => (InstanceStatus::Outdated, DetailedStatus::Failed),
        1 => (InstanceStatus::Outdated, DetailedStatus::Cancelled),
        2 => (InstanceStatus::Outdated, DetailedStatus::Pending),
        3 => (InstanceStatus::Inoperable, DetailedStatus::Inoperable),
        4 => (InstanceStatus::Outdated, DetailedStatus::SkippedSuspendedAccount),
        _ => (InstanceStatus::Current, DetailedStatus::Succeeded),
    };
    let mut instance = in_state(None, status, detailed);
    if case.service {
        // Through a unit that the account stands below now, or that it left since.
        let account = observed.organization.accounts.get(&key.account);
        let above = account
            .map(|account| observed.organization.ancestors(&account.parent))
            .unwrap_or_default();
        let found = above.get(usize::from(level)).or(above.last()).cloned();
        instance.unit = Some(if level == 3 {
            unit(1)
        } else {
            found.unwrap_or_else(|| unit(1))
        });
    }
    instance
}

fn any_world() -> impl Strategy<Value = (Desired, Observed)> {
    (any_organization(), proptest::collection::vec(any_set(), 1..4)).prop_map(|(places, sets)| {
        let mut observed = observed();
        place(&mut observed, &places);
        observed.secrets.extend(["TOKEN", "OTHER"].map(str::to_owned));
        let mut desired = desired(Vec::new());
        desired.guard.max_deleted_instances = Some(at(10_000));
        for (number, case) in sets.iter().enumerate() {
            let name = format!("set-{number}");
            let stacks = if case.retain {
                OnLeave::Retain
            } else {
                OnLeave::Delete
            };
            if case.removed == 0 {
                desired.removed.insert(name.clone(), removal(&name, stacks));
            } else {
                desired
                    .stack_sets
                    .insert(name.clone(), wanted(case, number, &observed));
            }
            if case.live {
                let live = there(case, number, &observed);
                observed
                    .stack_sets
                    .insert(StackSetName::parse(&name).unwrap(), live);
            }
        }
        (desired, observed)
    })
}

fn make(desired: &Desired, observed: &Observed) -> Plan {
    plan(desired, observed, &Limits::default())
}

/// The definition has to reach an instance before its values do where a parameter is new, or where no other instance stays
/// that the call could name.
fn twice_for_a_reason(operations: &[&Operation]) -> bool {
    let [first, second] = operations else { return false };
    let gives = matches!(
        &second.call,
        Write::UpdateStackInstances {
            overrides: Some(_),
            ..
        }
    );
    let keeps = match &first.call {
        Write::UpdateStackSet(_) => true,
        Write::UpdateStackInstances { overrides, .. } => overrides.is_none(),
        _ => false,
    };
    gives && keeps
}

fn cells(rectangles: &[Rectangle]) -> Vec<InstanceKey> {
    rectangles.iter().flat_map(Rectangle::keys).collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn after_a_plan_is_carried_out_the_next_one_is_empty((desired, mut observed) in any_world()) {
        let first = make(&desired, &observed);
        prop_assert!(first.applyable, "{:?} {:?}", first.diagnostics, first.holds);
        obey(&first, &mut observed, usize::MAX);
        let second = make(&desired, &observed);
        prop_assert_eq!(second.result, PlanResult::NoChanges, "{:?} then {:?}", outline(&first), second.operations);
        prop_assert!(second.stack_sets.iter().all(|set| set.action == Action::None));
    }

    #[test]
    fn a_run_that_ends_anywhere_is_finished_by_the_next((desired, mut observed) in any_world(), end in 0_usize..8) {
        obey(&make(&desired, &observed), &mut observed, end);
        let rest = make(&desired, &observed);
        obey(&rest, &mut observed, usize::MAX);
        let last = make(&desired, &observed);
        prop_assert_eq!(last.result, PlanResult::NoChanges, "{:?} then {:?}", outline(&rest), outline(&last));
    }

    #[test]
    fn operations_touch_exactly_the_instances_that_are_shown((desired, observed) in any_world()) {
        let plan = make(&desired, &observed);
        for set in &plan.stack_sets {
            let mut shown = BTreeSet::new();
            for group in set.instances.groups.iter().filter(|group| group.action != Action::None) {
                for key in group.rectangle.keys() {
                    prop_assert!(shown.insert((group.action, key.clone())), "twice: {key}");
                }
            }
            let mut touched: BTreeMap<InstanceKey, Vec<&Operation>> = BTreeMap::new();
            for operation in plan.operations.iter().filter(|operation| operation.stack_set == set.name) {
                for key in cells(&operation.touches) {
                    touched.entry(key).or_default().push(operation);
                }
            }
            for (key, operations) in &touched {
                prop_assert!(operations.len() == 1 || twice_for_a_reason(operations), "{key} is touched twice");
            }
            let shown: BTreeSet<_> = shown.into_iter().map(|(_, key)| key).collect();
            prop_assert_eq!(touched.into_keys().collect::<BTreeSet<_>>(), shown);
        }
    }

    #[test]
    fn the_same_input_gives_the_same_bytes_in_any_order((mut desired, observed) in any_world()) {
        // Messages follow the file.
        let sealed = |mut plan: Plan| {
            plan.diagnostics.sort_by(|one, two| (&one.code, &one.message).cmp(&(&two.code, &two.message)));
            model::plan_file::seal(&plan).unwrap()
        };
        let first = sealed(make(&desired, &observed));
        for set in desired.stack_sets.values_mut() {
            set.deploy[0].targets.reverse();
            set.skip.reverse();
            set.overrides.reverse();
            set.depends_on.reverse();
        }
        let second = sealed(make(&desired, &observed));
        prop_assert!(first == second);
        prop_assert!(model::plan_file::open(&first).is_ok());
    }

    #[test]
    fn operations_wait_for_what_they_stand_on((desired, observed) in any_world()) {
        let plan = make(&desired, &observed);
        let mut done: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
        for operation in &plan.operations {
            for before in &operation.depends_on {
                let (step, _) = done.get(before.as_str()).copied().expect("comes before");
                prop_assert!(step < operation.step);
            }
            let previous = done.values().filter(|(_, set)| *set == operation.stack_set).count();
            prop_assert!(previous == 0 || operation.depends_on.len() == 1, "one after another");
            if desired.removed.contains_key(&operation.stack_set) && previous == 0 {
                let wanted = plan.operations.iter().filter(|other| desired.stack_sets.contains_key(&other.stack_set));
                prop_assert!(wanted.map(|other| other.step).max() < Some(operation.step), "removals are last");
            }
            done.insert(&operation.id, (operation.step, &operation.stack_set));
        }
    }

    #[test]
    fn what_is_not_ours_is_never_written_to((desired, mut observed) in any_world()) {
        for set in observed.stack_sets.values_mut() {
            set.definition.tags.insert(model::PROJECT_TAG.to_owned(), "somebody".to_owned());
        }
        let plan = make(&desired, &observed);
        for operation in &plan.operations {
            prop_assert!(!observed.stack_sets.contains_key(&operation.aws_name));
        }
        prop_assert_eq!(plan.applyable, observed.stack_sets.is_empty());
    }

    #[test]
    fn an_update_is_never_sent_with_automatic_deployment_or_managed_execution((desired, observed) in any_world()) {
        for operation in make(&desired, &observed).operations {
            let Write::UpdateStackSet(update) = operation.call else { continue };
            prop_assert!(update.managed_execution.is_none() || !update.content);
            prop_assert!(update.auto_deployment.is_none() || update.managed_execution.is_none());
            let service = matches!(update.definition.permission, Permission::ServiceManaged { .. });
            prop_assert!(update.auto_deployment.is_none() || service);
        }
    }
}
