//! The arithmetic of operation preferences (reference §3.2): every worked example, and what holds for all of them.

use model::instance::InstanceKey;
use model::observed::OperationStatus;
use proptest::prelude::*;

use super::*;
use crate::world::{CellStatus, StackSetOperation};

const REGIONS: [&str; 3] = ["eu-west-1", "eu-west-2", "us-east-1"];

/// A number of accounts or a share of them, and the name that it goes by.
#[derive(Debug, Clone, Copy)]
enum Share {
    Count(u64),
    Percentage(u64),
}

impl Share {
    /// Of so many accounts, rounded down: written a second time, so that it does not share a mistake with the code.
    fn of(self, accounts: u64) -> u64 {
        match self {
            Self::Count(count) => count,
            Self::Percentage(percentage) => (accounts * percentage - accounts * percentage % 100) / 100,
        }
    }

    fn input(self, name: &str) -> (String, String) {
        match self {
            Self::Count(count) => (format!("OperationPreferences.{name}Count"), count.to_string()),
            Self::Percentage(share) => (
                format!("OperationPreferences.{name}Percentage"),
                share.to_string(),
            ),
        }
    }
}

/// A creation of instances in accounts × Regions, of which some fail.
#[derive(Debug, Clone)]
struct Case {
    accounts: u64,
    regions: usize,
    tolerance: Share,
    most: Share,
    soft: bool,
    parallel: bool,
    failing: Vec<(u64, usize)>,
    seed: u64,
    longest: u64,
}

impl Case {
    fn new(accounts: u64, tolerance: Share, most: Share) -> Self {
        Self {
            accounts,
            regions: 1,
            tolerance,
            most,
            soft: false,
            parallel: false,
            failing: Vec::new(),
            seed: 1,
            longest: 10,
        }
    }

    /// The first accounts fail in the first Region.
    fn failing(mut self, count: u64) -> Self {
        self.failing = (0..count).map(|account| (account, 0)).collect();
        self
    }

    fn soft(mut self) -> Self {
        self.soft = true;
        self
    }

    /// Failures that a Region tolerates.
    fn tolerated(&self) -> u64 {
        self.tolerance.of(self.accounts)
    }

    /// Accounts at work in a Region at most, after so many failures.
    fn allowed(&self, failed: u64) -> u64 {
        let most = self.most.of(self.accounts).max(1);
        let left = (self.tolerated() + 1).saturating_sub(failed);
        if self.soft { most } else { most.min(left) }
    }

    fn key(account_index: u64, region_index: usize) -> InstanceKey {
        InstanceKey {
            account: account(&format!("{:012}", 700_000_000_000 + account_index)),
            region: region(REGIONS[region_index]),
        }
    }

    /// The world in which it has just been asked for.
    fn start(&self) -> Client {
        let mut client = Client::new();
        client.world.seed = self.seed;
        client.world.timing.instance_least = self.longest.min(10);
        client.world.timing.instance_most = self.longest;
        client.self_managed(QUEUE);
        let role = BTreeSet::from(["OrganizationAccountAccessRole".to_owned()]);
        let ids: Vec<AccountId> = (0..self.accounts)
            .map(|index| Self::key(index, 0).account)
            .collect();
        client
            .world
            .roles
            .extend(ids.iter().map(|id| (id.clone(), role.clone())));
        client.world.failures = self.failures();
        let texts: Vec<&str> = ids.iter().map(AccountId::as_str).collect();
        let mut inputs = rectangle("Accounts", &texts, &REGIONS[..self.regions]);
        inputs.push(self.tolerance.input("FailureTolerance"));
        inputs.push(self.most.input("MaxConcurrent"));
        let mode = if self.soft {
            "SOFT_FAILURE_TOLERANCE"
        } else {
            "STRICT_FAILURE_TOLERANCE"
        };
        inputs.push(("OperationPreferences.ConcurrencyMode".to_owned(), mode.to_owned()));
        let regions = if self.parallel { "PARALLEL" } else { "SEQUENTIAL" };
        inputs.push((
            "OperationPreferences.RegionConcurrencyType".to_owned(),
            regions.to_owned(),
        ));
        client.ok("CreateStackInstances", &borrowed(&inputs));
        client
    }

    fn failures(&self) -> Vec<Failure> {
        let of = |(account, region): &(u64, usize)| {
            let key = Self::key(*account, *region);
            Failure {
                stack_set: None,
                account: Some(key.account),
                region: Some(key.region),
                action: None,
                reason: "out of luck".to_owned(),
                times: None,
            }
        };
        self.failing.iter().map(of).collect()
    }

    /// Goes through it to its end; every moment at which something happens is looked at.
    fn watch(&self, mut look: impl FnMut(&StackSetOperation)) -> StackSetOperation {
        let mut client = self.start();
        loop {
            look(operation(&client.world));
            let Some(due) = client.world.agenda.first() else {
                break;
            };
            let at = due.at;
            advance(&mut client.world, at);
        }
        operation(&client.world).clone()
    }
}

fn operation(world: &World) -> &StackSetOperation {
    let set = world.stack_sets.values().flat_map(BTreeMap::values).next();
    set.unwrap().operations.last().unwrap()
}

/// Instances of a Region in a state.
fn count(operation: &StackSetOperation, name: &str, status: CellStatus) -> u64 {
    let cells = operation.cells.iter();
    cells
        .filter(|(key, cell)| key.region.as_str() == name && cell.status == status)
        .count() as u64
}

fn status_and_failures(case: &Case) -> (OperationStatus, u64) {
    let ended = case.watch(|_| {});
    (ended.status.clone(), ended.failed_instances())
}

#[test]
fn the_first_concurrency_is_as_in_the_table() {
    use Share::{Count, Percentage};
    for (accounts, tolerance, most, strict, soft) in [
        (1000, Count(5), Count(10), 6, 10),
        (1000, Count(100), Count(250), 101, 250),
        (20, Count(0), Count(10), 1, 10),
        (20, Count(1), Count(10), 2, 10),
        (20, Count(10), Count(3), 3, 3),
        (20, Percentage(100), Percentage(100), 20, 20),
        (10, Percentage(20), Percentage(100), 3, 10),
        (9, Percentage(20), Percentage(100), 2, 9),
        (4, Percentage(20), Percentage(100), 1, 4),
        (10, Percentage(100), Percentage(5), 1, 1),
        (10, Percentage(100), Percentage(25), 2, 2),
        (3, Count(0), Percentage(1), 1, 1),
    ] {
        let case = Case::new(accounts, tolerance, most);
        for (case, expected) in [(case.clone(), strict), (case.soft(), soft)] {
            let mut client = case.start();
            client.pass(1);
            assert_eq!(
                count(operation(&client.world), REGIONS[0], CellStatus::Running),
                expected,
                "{case:?}"
            );
        }
    }
}

#[test]
fn two_of_ten_may_fail_at_twenty_percent_and_the_third_stops() {
    let case = Case::new(10, Share::Percentage(20), Share::Count(1));
    assert_eq!(
        status_and_failures(&case.clone().failing(2)),
        (OperationStatus::Succeeded, 2)
    );
    let stopped = case.failing(3).watch(|_| {});
    assert_eq!(
        (&stopped.status, stopped.failed_instances()),
        (&OperationStatus::Failed, 3)
    );
    assert_eq!(count(&stopped, REGIONS[0], CellStatus::Cancelled), 7);
}

/// How many were at work at the least and the most, by the failures so far.
fn widths(case: &Case) -> BTreeMap<u64, (u64, u64)> {
    let mut widths: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    case.watch(|operation| {
        let failed = count(operation, REGIONS[0], CellStatus::Failed);
        let running = count(operation, REGIONS[0], CellStatus::Running);
        let waiting = count(operation, REGIONS[0], CellStatus::Pending);
        if operation.status == OperationStatus::Running && waiting > 0 && running > 0 {
            let seen = widths.entry(failed).or_insert((running, running));
            *seen = (seen.0.min(running), seen.1.max(running));
        }
    });
    widths
}

#[test]
fn strict_with_five_and_ten_goes_six_five_three_and_stops_at_the_sixth_failure() {
    let mut case = Case::new(100, Share::Count(5), Share::Count(10)).failing(100);
    case.longest = 4_000;
    let widths = widths(&case);
    let expected = (0..=5).map(|failed| (failed, (6 - failed, 6 - failed)));
    assert_eq!(widths, expected.collect());
    assert_eq!(status_and_failures(&case), (OperationStatus::Failed, 6));
}

#[test]
fn soft_with_five_and_ten_stays_at_ten_and_may_end_with_eight_failures() {
    let case = Case::new(100, Share::Count(5), Share::Count(10))
        .failing(8)
        .soft();
    assert_eq!(status_and_failures(&case), (OperationStatus::Failed, 8));
    let mut spread = case;
    spread.longest = 40;
    assert!(widths(&spread).values().all(|width| *width == (10, 10)));
}

#[test]
fn strict_with_a_hundred_and_two_hundred_and_fifty_shrinks_by_twenty_with_twenty_failures() {
    let mut case = Case::new(600, Share::Count(100), Share::Count(250)).failing(600);
    case.longest = 100_000;
    let widths = widths(&case);
    let at = |failed: u64| widths.get(&failed).copied();
    for (failed, width) in [(0, 101), (20, 81), (40, 61), (60, 41), (80, 21)] {
        assert_eq!(at(failed), Some((width, width)), "after {failed} failures");
    }
    assert_eq!(status_and_failures(&case), (OperationStatus::Failed, 101));
}

#[test]
fn failures_are_counted_for_each_region_by_itself() {
    let mut case = Case::new(4, Share::Count(1), Share::Count(1));
    case.regions = 3;
    case.failing = vec![(0, 0), (1, 1), (2, 2)];
    assert_eq!(status_and_failures(&case), (OperationStatus::Succeeded, 3));
    case.failing.push((3, 1));
    let ended = case.watch(|_| {});
    assert_eq!(ended.status, OperationStatus::Failed);
    assert_eq!(count(&ended, REGIONS[0], CellStatus::Succeeded), 3);
    assert_eq!(
        count(&ended, REGIONS[2], CellStatus::Cancelled),
        4,
        "the Region after it never starts"
    );
}

#[test]
fn the_window_slides() {
    let mut case = Case::new(6, Share::Percentage(100), Share::Count(2));
    case.longest = 60;
    let mut gaps = 0;
    case.watch(|operation| {
        let running = count(operation, REGIONS[0], CellStatus::Running);
        let waiting = count(operation, REGIONS[0], CellStatus::Pending);
        let begun = running + waiting < 6;
        gaps += u64::from(begun && waiting > 0 && running < 2);
    });
    assert_eq!(gaps, 0);
}

fn share(least: u64) -> impl Strategy<Value = Share> {
    prop_oneof![
        (least..12).prop_map(Share::Count),
        (least..=100).prop_map(Share::Percentage),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let size = (1_u64..25, 1_usize..=3);
    let modes = (any::<bool>(), any::<bool>(), any::<u64>(), 1_u64..60);
    (size, share(0), share(1), modes).prop_flat_map(|((accounts, regions), tolerance, most, modes)| {
        let failing = proptest::collection::vec((0..accounts, 0..regions), 0..30);
        failing.prop_map(move |failing| Case {
            accounts,
            regions,
            tolerance,
            most,
            soft: modes.0,
            parallel: modes.1,
            failing,
            seed: modes.2,
            longest: modes.3,
        })
    })
}

/// What must hold at every moment.
fn check_moment(case: &Case, operation: &StackSetOperation) {
    let mut at_work = 0;
    for name in &REGIONS[..case.regions] {
        let failed = count(operation, name, CellStatus::Failed);
        let running = count(operation, name, CellStatus::Running);
        at_work += u64::from(running > 0);
        assert!(
            running <= case.allowed(failed),
            "{running} at once after {failed} failures"
        );
        if !case.soft {
            assert!(failed <= case.tolerated() + 1, "{failed} failures");
        }
        let before = case.tolerated() + case.most.of(case.accounts).max(1);
        assert!(
            failed <= before,
            "{failed} failures, also those that were at work when it was over"
        );
    }
    assert!(case.parallel || at_work <= 1, "one Region after another");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_operation_fails_more_or_works_wider_than_it_may(case in case()) {
        let ended = case.watch(|operation| check_moment(&case, operation));
        let over = REGIONS[..case.regions]
            .iter()
            .any(|name| count(&ended, name, CellStatus::Failed) > case.tolerated());
        let expected = if over { OperationStatus::Failed } else { OperationStatus::Succeeded };
        prop_assert_eq!(&ended.status, &expected);
        for name in &REGIONS[..case.regions] {
            let unfinished = count(&ended, name, CellStatus::Pending) + count(&ended, name, CellStatus::Running);
            prop_assert_eq!(unfinished, 0);
            prop_assert!(over || count(&ended, name, CellStatus::Cancelled) == 0);
        }
    }
}
