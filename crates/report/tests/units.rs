//! Units in a plan's rows, and the values that some of them keep.

mod values;

use std::ops::Range;

use model::definition::ParameterValue;
use model::plan::{Action, Changes, InstanceGroup, Plan, PlanResult, Reason};
use report::text::{Diff, PlanView, plan};
use values::{group, operation, plan_of, rectangle, stack_set, strip, update_call};

/// Instances that are updated in two Regions, in a unit below the target `Root/Workloads`.
fn below(unit: &str, accounts: Range<u64>, reasons: &[Reason]) -> InstanceGroup {
    let path = format!("Root/Workloads/{unit}");
    let accounts = rectangle(accounts, &["eu-west-1", "us-east-1"]);
    InstanceGroup {
        target: "Root/Workloads".to_owned(),
        ..group(Action::Update, reasons, &path, accounts)
    }
}

fn of(groups: Vec<InstanceGroup>) -> Plan {
    let mut set = stack_set("net", Action::Update, &[Reason::Template], groups);
    set.changes = Changes::default();
    plan_of(PlanResult::Changes, vec![set], Vec::new())
}

fn text(plan_of_it: &Plan) -> String {
    let view = PlanView {
        diff: Diff::Auto,
        ..PlanView::default()
    };
    strip(&plan(plan_of_it, &view))
}

/// The rows: unit or accounts, and how many.
fn rows(plan: &Plan) -> Vec<String> {
    let text = text(plan);
    let after = text
        .split("\n  Instances ")
        .nth(1)
        .unwrap_or_default()
        .lines()
        .skip(1);
    let rows = after.take_while(|line| line.starts_with("    "));
    let words = |line: &str| {
        let words = line.split("  ").map(str::trim);
        let told: Vec<&str> = words.filter(|word| !word.is_empty()).take(2).collect();
        told.join(" ")
    };
    rows.map(words).collect()
}

const TEMPLATE: &[Reason] = &[Reason::Template];
const OVERRIDES: &[Reason] = &[Reason::Template, Reason::Overrides];

#[test]
fn units_that_are_treated_alike_are_one_row() {
    let groups = vec![
        below("Dev", 1..39, TEMPLATE),
        below("Prod/Shop", 100..140, TEMPLATE),
        below("Prod/Web", 140..158, TEMPLATE),
    ];
    assert_eq!(rows(&of(groups)), ["Root/Workloads 96"]);
}

#[test]
fn an_exception_is_named_below_the_row_of_all_others() {
    let groups = vec![
        below("Dev", 1..39, TEMPLATE),
        below("Prod", 100..157, TEMPLATE),
        below("Prod", 157..158, OVERRIDES),
    ];
    assert_eq!(rows(&of(groups)), ["Root/Workloads 95", "111100000157 1"]);
}

#[test]
fn a_unit_with_a_treatment_of_its_own_keeps_its_row() {
    let groups = vec![
        below("Dev", 1..39, TEMPLATE),
        below("Staging", 39..70, TEMPLATE),
        below("Prod", 100..158, OVERRIDES),
    ];
    let expected = [
        "Root/Workloads/Dev 38",
        "Root/Workloads/Prod 58",
        "Root/Workloads/Staging 31",
    ];
    assert_eq!(rows(&of(groups)), expected);
}

#[test]
fn stages_keep_units_apart_until_there_are_too_many() {
    let staged = |unit: &str, start: u64, stage: &str| InstanceGroup {
        stage: Some(format!("careful/{stage}")),
        ..below(unit, start..start + 2, TEMPLATE)
    };
    let few = vec![staged("Dev", 1, "canary"), staged("Prod", 11, "prod")];
    assert_eq!(rows(&of(few)), ["Root/Workloads/Dev 2", "Root/Workloads/Prod 2"]);
    let teams = (0..20).flat_map(|team| {
        let dev = staged(&format!("Team{team:02}/Dev"), team * 10 + 1, "canary");
        [dev, staged(&format!("Team{team:02}/Prod"), team * 10 + 5, "prod")]
    });
    assert_eq!(rows(&of(teams.collect())), ["Root/Workloads 80"]);
}

#[test]
fn hundreds_of_units_that_differ_are_told_by_their_target() {
    let groups = (0..100).map(|unit| {
        let why = if unit % 2 == 0 { TEMPLATE } else { OVERRIDES };
        below(&format!("Team{unit:02}"), unit * 5 + 1..unit * 5 + 5, why)
    });
    assert_eq!(
        rows(&of(groups.collect())),
        ["Root/Workloads 200", "200 other accounts there 200"]
    );
}

/// A StackSet's value that changes, while all of `Prod` has one of its own.
fn with_own_values(sensitive: bool) -> Plan {
    let mut own = below("Prod", 100..158, TEMPLATE);
    let value = ParameterValue::Plain("365".to_owned());
    own.overrides.insert("Days".to_owned(), value);
    let mut plan = of(vec![below("Dev", 1..39, TEMPLATE), own]);
    let mut days = values::staged::parameter("Days", Action::Update, Some("30"), "90");
    days.sensitive = sensitive;
    for set in &mut plan.stack_sets {
        set.changes.parameters = vec![days.clone()];
    }
    plan
}

#[test]
fn whoever_keeps_a_value_of_its_own_is_named_beside_the_new_one() {
    let text = text(&with_own_values(false));
    let line = text
        .lines()
        .find(|line| line.contains("stays"))
        .unwrap_or_default();
    assert!(line.contains("in Root/Workloads/Prod  stays 365"), "{text}");
    let around = report::Surroundings::default();
    let markdown = report::markdown::plan(&with_own_values(false), &around, report::markdown::COMMENT);
    let row = markdown.lines().find(|line| line.contains("| stays |"));
    let row = row.unwrap_or_default();
    assert!(
        row.contains("`365`") && row.contains("`Root/Workloads/Prod`"),
        "{markdown}"
    );
}

#[test]
fn a_kept_value_that_is_sensitive_is_not_shown() {
    let text = text(&with_own_values(true));
    assert!(
        text.contains("stays (sensitive)") && !text.contains("365"),
        "{text}"
    );
}

#[test]
fn a_secret_that_is_sent_again_is_told() {
    let mut call = update_call(&["eu-west-1"]);
    if let model::call::Write::UpdateStackSet(update) = &mut call {
        let secret = ParameterValue::Secret("env:WEBHOOK_TOKEN".to_owned());
        update
            .definition
            .parameters
            .insert("WebhookToken".to_owned(), secret);
        update.content = true;
    }
    let mut plan = of(vec![below("Dev", 1..39, TEMPLATE)]);
    plan.operations = vec![operation(1, 1, "net", model::plan::OperationKind::Update, call)];
    let text = text(&plan);
    assert!(
        text.contains("WebhookToken  (sensitive)  from $WEBHOOK_TOKEN, sent again"),
        "{text}"
    );
}
