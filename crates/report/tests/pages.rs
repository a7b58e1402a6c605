//! Pages and comments of plans and applies: what is said once, in which order, and what is shown short.

mod values;

use model::call::{InstanceResult, ResultStatus, by_reason};
use model::event::{ApplyResult, ApplySummary, OperationOutcome, OperationSummaryLine};
use model::plan::{OperationKind, Plan};
use report::{Surroundings, html, markdown, text};
use values::live::{failed, failed_summary, line, summary};
use values::{changes, id, staged, strip};

const EXISTS: &str = "AuditRole already exists in stack legacy-roles";
const RATE: &str = "Rate exceeded";
const AFTER: &str = "Cancelled since failure tolerance has exceeded";
const WAITS: &str = "waits for security-baseline, which did not succeed";

fn cancelled(account: u64) -> InstanceResult {
    InstanceResult {
        status: ResultStatus::Cancelled,
        ..failed(account, "us-east-1", AFTER)
    }
}

fn role(account: u64) -> InstanceResult {
    failed(
        account,
        "eu-west-1",
        &format!("Account {} should have a role", id(account)),
    )
}

fn failing(set: &str, results: &[InstanceResult]) -> OperationSummaryLine {
    OperationSummaryLine {
        failures: by_reason(results),
        reason: Some("The failure tolerance was exceeded in us-east-1".to_owned()),
        stage: Some("careful/nonprod".to_owned()),
        ..line(set, OperationKind::Update, OperationOutcome::Failed, [0, 1, 1, 0])
    }
}

fn waiting(set: &str, kind: OperationKind) -> OperationSummaryLine {
    OperationSummaryLine {
        reason: Some(WAITS.to_owned()),
        ..line(set, kind, OperationOutcome::NotStarted, [0, 0, 0, 8])
    }
}

/// Two StackSets that fail for the same reasons, and operations that wait for one of them.
fn alike() -> (Plan, ApplySummary) {
    use OperationKind::{Create, CreateStackSet, Delete};
    let mut plan = changes::plan();
    for n in 200..230 {
        plan.account_names.insert(id(n), format!("team-{}", n - 199));
    }
    let mut first: Vec<InstanceResult> = (200..230).map(cancelled).collect();
    first.extend([77, 81].map(|n| failed(n, "us-east-1", EXISTS)));
    first.push(role(204));
    let mut second: Vec<InstanceResult> = [210, 201, 203, 202]
        .map(|n| failed(n, "us-east-1", RATE))
        .to_vec();
    second.extend([failed(82, "us-east-1", EXISTS), role(205), cancelled(300)]);
    let operations = vec![
        failing("security-baseline", &first),
        failing("config-recorder", &second),
        waiting("guardduty-members", CreateStackSet),
        waiting("guardduty-members", Create),
        waiting("guardduty-members", Create),
        waiting("legacy-cloudtrail", Delete),
    ];
    (plan, summary(ApplyResult::Failed, operations))
}

/// The page and the comment of the apply above.
fn pages() -> [String; 2] {
    let (plan, summary) = alike();
    let around = Surroundings::default();
    [
        html::apply(&plan, &summary, &around),
        markdown::apply(&plan, &summary, &around, markdown::COMMENT),
    ]
}

/// The rows of the table of a page that has this title.
fn rows<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let table = page.split(&format!("aria-label=\"{name}\"")).nth(1);
    let rows = table.and_then(|table| table.split("<tbody>").nth(1)?.split("</tbody>").next());
    rows.unwrap_or_default().lines().skip(1).collect()
}

#[test]
fn equal_reasons_are_one_row_the_most_frequent_first_and_what_was_never_tried_last() {
    let (plan, summary) = alike();
    let page = html::apply(&plan, &summary, &Surroundings::default());
    let found = rows(&page, "Failures");
    let reasons = [RATE, EXISTS, "should have a role", AFTER];
    assert_eq!(found.len(), reasons.len(), "{found:#?}");
    for (row, (reason, n)) in found.iter().zip(reasons.iter().zip(["4", "3", "2", "31"])) {
        assert!(row.contains(reason) && row.contains(&format!(">{n}<")), "{row}");
    }
    let both = "security-baseline nonprod update · config-recorder nonprod update";
    assert!(found.iter().skip(1).all(|row| row.contains(both)), "{found:#?}");
}

#[test]
fn an_operation_says_no_reason_that_others_say() {
    for page in pages() {
        for once in [WAITS, "The failure tolerance was exceeded"] {
            assert_eq!(page.matches(once).count(), 1, "{once}: {page}");
        }
        let which =
            "guardduty-members create StackSet · guardduty-members create ×2 · legacy-cloudtrail delete";
        assert!(page.contains(which), "{page}");
    }
}

#[test]
fn accounts_of_a_reason_are_in_the_order_of_their_names() {
    for page in pages() {
        let (_, rest) = page.split_once(RATE).unwrap();
        let at = |name: &str| rest.find(&format!("{name} 111")).unwrap();
        assert!(
            at("team-2") < at("team-3") && at("team-3") < at("team-4") && at("team-4") < at("team-11"),
            "{page}"
        );
    }
}

#[test]
fn many_accounts_are_counted_in_the_table_and_named_below_it() {
    let [page, comment] = pages();
    let found = rows(&page, "Failures");
    assert!(
        found[3].contains("31 accounts, us-east-1: team-1 "),
        "{}",
        found[3]
    );
    assert!(
        found[3].contains("19 more") && !found[3].contains("team-30"),
        "{}",
        found[3]
    );
    assert!(page.contains("team-30 111100000229"), "{page}");
    assert!(
        comment.contains("19 more") && !comment.contains("characters)"),
        "{comment}"
    );
}

#[test]
fn the_id_of_an_operation_is_short_to_the_eye_and_whole_to_whoever_copies_it() {
    let [page, comment] = pages();
    let (_, summary) = alike();
    for id in summary
        .operations
        .iter()
        .filter_map(|one| one.aws_operation_id.as_ref())
    {
        let shown = format!("<code class=\"id\" title=\"{id}\">{id}</code>");
        assert!(page.contains(&shown), "{page}");
        assert!(comment.contains(&format!("`{id}`")), "{comment}");
    }
}

#[test]
fn the_way_on_says_nothing_of_where_the_causes_stand() {
    let (plan, failed) = (changes::plan(), failed_summary());
    let not_begun = summary(ApplyResult::Error, Vec::new());
    for summary in [failed, not_begun] {
        for told in [
            strip(&text::apply_summary(&summary, &plan.account_names, 98)),
            html::apply(&plan, &summary, &Surroundings::default()),
            markdown::apply(&plan, &summary, &Surroundings::default(), markdown::COMMENT),
        ] {
            assert!(
                told.contains("clear the causes") && !told.contains("above"),
                "{told}"
            );
        }
    }
}

#[test]
fn a_schedule_says_what_its_colours_mean() {
    let page = html::plan(&staged::plan(), &Surroundings::default());
    let (_, legend) = page.split_once("<ul class=\"legend\">").unwrap();
    let (legend, _) = legend.split_once("</ul>").unwrap();
    for (class, words) in [
        ("update", "update"),
        ("create", "create"),
        ("detach", "detach"),
        ("aside", "a stage is watched"),
    ] {
        let shown = legend.lines().any(|line| {
            line.contains(&format!("<rect class=\"{class}\"")) && line.contains(&format!(" {words}</li>"))
        });
        assert!(shown, "{words}: {legend}");
    }
    assert!(!legend.contains("delete"), "{legend}");
    assert!(legend.contains("nothing of the StackSet runs"), "{legend}");
    assert!(legend.contains("approval of prod: apply stops here"), "{legend}");
}
#[test]
fn long_names_are_as_many_as_short_ones_and_whole() {
    let (mut plan, summary) = alike();
    let long = |n: u64| format!("{}-{n}-end", "x".repeat(90));
    plan.account_names = (200..230).map(|n| (id(n), long(n))).collect();
    let comment = markdown::apply(&plan, &summary, &Surroundings::default(), markdown::COMMENT);
    let row = comment.lines().find(|line| line.contains(AFTER)).unwrap();
    assert_eq!(row.matches("-end ").count(), 12, "{row}");
    assert!(row.ends_with("· 19 more |"), "{row}");
}

#[test]
fn accounts_that_differ_in_their_regions_are_told_line_by_line_and_then_counted() {
    let regions = ["eu-west-1", "eu-north-1", "us-east-1", "us-west-2"];
    let of = |n: u64| {
        let hit = (0..).zip(regions).filter(move |(bit, _)| n >> bit & 1 == 1);
        hit.map(move |(_, region)| failed(400 + n, region, RATE))
    };
    let results: Vec<InstanceResult> = (1..16).flat_map(of).collect();
    let summary = summary(ApplyResult::Failed, vec![failing("security-baseline", &results)]);
    let page = html::apply(&changes::plan(), &summary, &Surroundings::default());
    let found = rows(&page, "Failures");
    assert_eq!(found[0].matches("1 account, ").count(), 12, "{}", found[0]);
    assert!(found[0].contains("<br>and 3 more accounts"), "{}", found[0]);
    assert_eq!(page.matches("1 account, ").count(), 12 + 15, "{page}");
}

#[test]
fn every_account_of_a_plan_is_every_account() {
    let mut plan = staged::plan();
    let accounts: Vec<_> = (1000..1500).map(id).collect();
    for group in plan
        .stack_sets
        .iter_mut()
        .flat_map(|set| &mut set.instances.groups)
    {
        group.rectangle.accounts.extend(accounts.iter().cloned());
    }
    let page = html::plan(&plan, &Surroundings::default());
    assert!(!page.contains("characters)"), "{page}");
    for account in &accounts {
        assert!(page.contains(account.as_str()), "{account}");
    }
}
