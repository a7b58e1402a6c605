//! What `drift` says: the whole of it, in narrow terminals, and what counts as repaired.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a missing value fails the test"
)]

mod values;

use std::collections::BTreeMap;

use model::call::{UpdateStackSet, Write};
use model::definition::{Definition, ParameterValue};
use model::drift::*;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{Observed, OperationAction, OperationStatus, OperationSummary};
use model::organization::{Account, AccountState};
use model::plan::{Action, Blocked, ParameterChange, Plan, PlanResult, Reason, TemplateChange};
use report::drift::{Fate, NotChecked};
use report::{DriftReport, Surroundings, json, markdown, text};
use values::observed::{desired, instances, live, observed};
use values::{group, id, operation, plan_of, rectangle, region, scope, stack_set, strip, time, update_call};

const NAME: &str = "security-baseline";
const BEFORE: &str = r#"
Parameters:
  Days: { Type: String, Default: "30" }
Resources:
  AuditRole:
    Type: AWS::IAM::Role
    Properties:
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument: { Statement: [] }
      Policies:
        - PolicyName: read
          PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:GetObject", Resource: "*" }] }
  AlarmRule:
    Type: AWS::Events::Rule
    Properties: { Description: !Sub "after ${Days}" }
"#;

fn read_policy(more: &str) -> String {
    format!(r#"{{"Statement":[{{"Effect":"Allow","Action":["s3:GetObject"{more}],"Resource":"*"}}]}}"#)
}

fn difference(path: &str, expected: Option<&str>, found: Option<&str>) -> PropertyDifference {
    PropertyDifference {
        path: path.to_owned(),
        expected: expected.map(str::to_owned),
        found: found.map(str::to_owned),
    }
}

fn modified(logical_id: &str, kind: &str, differences: Vec<PropertyDifference>) -> ResourceDrift {
    ResourceDrift {
        logical_id: logical_id.to_owned(),
        physical_id: None,
        resource_type: kind.to_owned(),
        deleted: differences.is_empty(),
        differences,
    }
}

fn session(found: &str) -> ResourceDrift {
    let difference = difference("/MaxSessionDuration", Some("3600"), Some(found));
    modified("AuditRole", "AWS::IAM::Role", vec![difference])
}

fn policy() -> ResourceDrift {
    let (expected, found) = (read_policy(""), read_policy(r#","s3:PutObject""#));
    let difference = difference("/Policies/0/PolicyDocument", Some(&expected), Some(&found));
    modified("AuditRole", "AWS::IAM::Role", vec![difference])
}

fn drifted(n: u64, resources: Vec<ResourceDrift>) -> (InstanceKey, DriftedInstance) {
    let found = DriftedInstance {
        checked_at: Some(time("2026-11-22T03:30:00Z")),
        resources: Some(resources),
    };
    (key(n), found)
}

fn key(n: u64) -> InstanceKey {
    InstanceKey {
        account: id(n),
        region: region("eu-west-1"),
    }
}

fn reading(drifted: Vec<(InstanceKey, DriftedInstance)>) -> DriftReading {
    DriftReading {
        check: Some(DriftCheck {
            status: DetectionStatus::Completed,
            checked_at: Some(time("2026-11-22T03:51:00Z")),
            total: 408,
            drifted: drifted.len() as u64,
            in_sync: 404,
            failed: 0,
        }),
        operation: Some(OperationSummary {
            id: values::operation_id("nightly"),
            action: OperationAction::DetectDrift,
            status: OperationStatus::Succeeded,
            reason: None,
            created_at: Some(time("2026-11-22T03:10:00Z")),
            ended_at: Some(time("2026-11-22T03:51:00Z")),
            failed_instances: 0,
            preferences: None,
        }),
        running: None,
        drifted: drifted.into_iter().collect(),
        not_checked: BTreeMap::from([(key(99), None)]),
    }
}

/// 408 instances; one account is suspended, and one has an instance that nobody wants.
fn there() -> Observed {
    let fleet = instances(1..409, &InstanceStatus::Current, &DetailedStatus::Succeeded);
    let (name, mut set) = live(NAME, fleet, None);
    BEFORE.clone_into(&mut set.definition.template);
    let days = ParameterValue::Plain("30".to_owned());
    set.definition.parameters = BTreeMap::from([("Days".to_owned(), days)]);
    let mut observed = observed(vec![(name, set)], &[]);
    for (n, name) in [
        (42, "payments-prod"),
        (77, "search-dev"),
        (81, "maps-dev"),
        (99, "old-sandbox"),
        (120, "forensics"),
    ] {
        let state = if n == 99 {
            AccountState::Suspended
        } else {
            AccountState::Active
        };
        let account = Account {
            tags: BTreeMap::new(),
            name: name.to_owned(),
            email: String::new(),
            state,
            parent: values::unit_id(),
        };
        observed.organization.accounts.insert(id(n), account);
    }
    observed
}

/// A plan that sends this template with these days to the instances of an action.
fn planned(template: &str, days: &str, action: Action, accounts: std::ops::Range<u64>) -> Plan {
    let Write::UpdateStackSet(update) = update_call(&["eu-west-1"]) else {
        unreachable!()
    };
    let definition = Definition {
        template: template.to_owned(),
        parameters: BTreeMap::from([("Days".to_owned(), ParameterValue::Plain(days.to_owned()))]),
        ..update.definition.clone()
    };
    let update = Write::UpdateStackSet(Box::new(UpdateStackSet {
        definition,
        ..*update
    }));
    let group = group(
        action,
        &[Reason::Template],
        "Root",
        rectangle(accounts, &["eu-west-1"]),
    );
    let set = stack_set(NAME, Action::Update, &[Reason::Template], vec![group]);
    let operation = operation(1, 1, NAME, model::plan::OperationKind::Update, update);
    plan_of(PlanResult::Changes, vec![set], vec![operation])
}

fn told(there: &Observed, reading: DriftReading, plan: &Plan) -> DriftReport {
    let name = model::ids::StackSetName::parse(NAME).unwrap();
    let readings = BTreeMap::from([(name, reading)]);
    DriftReport::of(&desired(&[NAME], "gone"), there, &readings, plan, |_| true)
}

/// What the plan makes of the one difference of an instance.
fn fate(there: &Observed, resource: ResourceDrift, plan: &Plan) -> Fate {
    let report = told(there, reading(vec![drifted(42, vec![resource])]), plan);
    let resource = report.stack_sets[0].drifted[0].resources.as_ref().unwrap()[0].clone();
    resource.fate.unwrap_or_else(|| resource.properties[0].fate)
}

fn mock_up() -> DriftReport {
    let mut plan = planned(&BEFORE.replace("3600", "7200"), "30", Action::Update, 1..409);
    let set = &mut plan.stack_sets[0];
    set.changes.template = Some(TemplateChange {
        path: "t".to_owned(),
        before: None,
        after: plan.digest.clone(),
        lines_added: 1,
        lines_removed: 1,
        unified_diff: String::new(),
        resources: Vec::new(),
        sections: Vec::new(),
    });
    let parameter = ParameterChange {
        name: "Days".to_owned(),
        action: Action::Update,
        before: None,
        after: None,
        sensitive: false,
        source: "manifest".to_owned(),
    };
    set.changes.parameters = vec![parameter.clone(), parameter.clone(), parameter];
    let extra = group(
        Action::None,
        &[Reason::Targets],
        "Root",
        rectangle(120..121, &["eu-west-1"]),
    );
    set.instances.groups.push(extra);
    set.blocked_by.push(Blocked {
        code: "E0503".to_owned(),
        message: String::new(),
    });
    let rule = modified("AlarmRule", "AWS::Events::Rule", Vec::new());
    let drifts = vec![
        drifted(42, vec![session("43200"), rule]),
        drifted(77, vec![policy()]),
        drifted(81, vec![policy()]),
    ];
    told(&there(), reading(drifts), &plan)
}

#[test]
fn a_report_says_how_much_where_what_and_what_the_plan_makes_of_it() {
    insta::assert_snapshot!(strip(&text::drift(&mock_up(), report::WIDEST)));
}

#[test]
fn on_a_narrow_terminal_nothing_is_lost() {
    let text = strip(&text::drift(&mock_up(), 60));
    insta::assert_snapshot!(text);
    assert!(text.lines().all(|line| report::columns(line) <= 60), "{text}");
}

#[test]
fn in_a_comment_each_stack_set_has_a_table_of_its_differences() {
    let around = Surroundings::default();
    assert_eq!(around.folder, "");
    insta::assert_snapshot!(markdown::drift(&mock_up(), markdown::COMMENT));
}

#[test]
fn counts_are_of_each_instance_once() {
    let report = mock_up();
    let n = report.instances;
    assert_eq!((n.total, n.in_sync, n.drifted, n.not_checked), (408, 404, 3, 1));
    assert_eq!(report.stack_sets[0].not_checked[0].cause, NotChecked::Suspended);
    let document: serde_json::Value = serde_json::from_str(&json::drift(&report)).unwrap();
    assert_eq!(document["stack_sets"][0]["detection"]["age_seconds"], 22_140);
    assert_eq!(
        document["stack_sets"][0]["drifted"][1]["resources"][0]["properties"][0]["fate"],
        "stays"
    );
}

#[test]
fn a_property_is_repaired_only_when_its_instance_is_updated_and_its_own_value_differs() {
    let there = there();
    let changed = BEFORE.replace("3600", "7200");
    let update = |template: &str| planned(template, "30", Action::Update, 1..409);
    assert_eq!(fate(&there, session("43200"), &update(&changed)), Fate::Repaired);
    assert_eq!(fate(&there, policy(), &update(&changed)), Fate::Stays);
    assert_eq!(fate(&there, session("43200"), &update(BEFORE)), Fate::Stays);
    let elsewhere = planned(&changed, "30", Action::Update, 1..42);
    assert_eq!(fate(&there, session("43200"), &elsewhere), Fate::Stays);
    let left = planned(&changed, "30", Action::Detach, 1..409);
    assert_eq!(fate(&there, session("43200"), &left), Fate::Stays);
    let nothing = plan_of(PlanResult::NoChanges, Vec::new(), Vec::new());
    assert_eq!(fate(&there, session("43200"), &nothing), Fate::Stays);
}

#[test]
fn what_the_plan_takes_away_is_removed() {
    let there = there();
    let without = BEFORE.split("  AlarmRule:").next().unwrap();
    let update = planned(without, "30", Action::Update, 1..409);
    let rule = || modified("AlarmRule", "AWS::Events::Rule", Vec::new());
    assert_eq!(fate(&there, rule(), &update), Fate::Removed);
    let delete = planned(BEFORE, "30", Action::Delete, 1..409);
    assert_eq!(fate(&there, session("43200"), &delete), Fate::Removed);
    // An update of a resource that is gone fails: nothing makes it anew.
    let changed = planned(&BEFORE.replace("after", "behind"), "30", Action::Update, 1..409);
    assert_eq!(fate(&there, rule(), &changed), Fate::Stays);
}

#[test]
fn a_parameter_repairs_what_names_it_but_not_where_an_override_hides_it() {
    let mut there = there();
    let described = |expected: &str| {
        let difference = difference("/Description", Some(expected), Some("by hand"));
        modified("AlarmRule", "AWS::Events::Rule", vec![difference])
    };
    let plan = planned(BEFORE, "90", Action::Update, 1..409);
    assert_eq!(fate(&there, described("after 30"), &plan), Fate::Repaired);
    let set = there.stack_sets.values_mut().next().unwrap();
    let own = BTreeMap::from([("Days".to_owned(), ParameterValue::Plain("7".to_owned()))]);
    set.instances.get_mut(&key(42)).unwrap().overrides = Some(own.clone());
    let mut kept = plan.clone();
    kept.stack_sets[0].instances.groups[0].overrides = own;
    assert_eq!(fate(&there, described("after 7"), &kept), Fate::Stays);
    assert_eq!(fate(&there, described("after 7"), &plan), Fate::Repaired);
    assert_eq!(fate(&there, described("****"), &plan), Fate::Stays);
}

#[test]
fn an_outdated_instance_is_judged_by_what_its_own_stack_says() {
    let mut there = there();
    let set = there.stack_sets.values_mut().next().unwrap();
    set.instances.get_mut(&key(42)).unwrap().status = InstanceStatus::Outdated;
    let plan = planned(&BEFORE.replace("3600", "7200"), "30", Action::Update, 1..409);
    assert_eq!(fate(&there, session("43200"), &plan), Fate::Repaired);
    let own = difference("/MaxSessionDuration", Some("7200"), Some("43200"));
    let own = modified("AuditRole", "AWS::IAM::Role", vec![own]);
    assert_eq!(fate(&there, own, &plan), Fate::Stays);
}

#[test]
fn a_secret_that_the_plan_cannot_know_makes_nothing_certain() {
    let there = there();
    let mut plan = planned(&BEFORE.replace("3600", "7200"), "30", Action::Update, 1..409);
    let Write::UpdateStackSet(update) = &mut plan.operations[0].call else {
        unreachable!()
    };
    let secret = ParameterValue::Secret("env:DAYS".to_owned());
    update.definition.parameters.insert("Days".to_owned(), secret);
    assert_eq!(fate(&there, session("43200"), &plan), Fate::Stays);
}

#[test]
fn differences_that_name_their_own_account_are_told_together() {
    let arn = |n: u64| {
        let found = format!("arn:aws:iam::{}:role/x", id(n));
        let difference = difference("/Path", Some("/"), Some(&found));
        drifted(n, vec![modified("AuditRole", "AWS::IAM::Role", vec![difference])])
    };
    let nothing = plan_of(PlanResult::NoChanges, Vec::new(), Vec::new());
    let report = told(&there(), reading(vec![arn(42), arn(77), arn(300)]), &nothing);
    let text = strip(&text::drift(&report, report::WIDEST));
    assert!(text.contains("the same in all 3"), "{text}");
    assert!(text.contains("arn:aws:iam::ACCOUNT:role/x"), "{text}");
    assert_eq!(
        report.stack_sets[0].drifted[0].resources.as_ref().unwrap()[0].properties[0]
            .found
            .as_deref(),
        Some("arn:aws:iam::111100000042:role/x")
    );
}

#[test]
fn a_stack_set_that_was_never_checked_says_how_to_begin() {
    let nothing = plan_of(PlanResult::NoChanges, Vec::new(), Vec::new());
    let report = told(&there(), DriftReading::default(), &nothing);
    let text = strip(&text::drift(&report, report::WIDEST));
    assert!(
        text.contains("never checked") && text.contains("stackfleet drift --refresh"),
        "{text}"
    );
    assert_eq!(report.instances.not_checked, 408);
    assert!(!report.is_drifted());
}

#[test]
fn a_detection_that_did_not_come_to_its_end_says_so() {
    let nothing = plan_of(PlanResult::NoChanges, Vec::new(), Vec::new());
    for (status, failed, words) in [
        (
            DetectionStatus::PartialSuccess,
            2,
            "could not check 2 instances, within the failure tolerance",
        ),
        (
            DetectionStatus::Failed,
            9,
            "it failed: it could not check 9 instances",
        ),
        (DetectionStatus::Stopped, 0, "was stopped"),
    ] {
        let mut reading = reading(Vec::new());
        reading.check.as_mut().unwrap().status = status;
        reading.check.as_mut().unwrap().failed = failed;
        reading.not_checked.insert(key(5), Some("no role".to_owned()));
        let text = strip(&text::drift(&told(&there(), reading, &nothing), report::WIDEST));
        assert!(text.contains(words) && text.contains("no role"), "{text}");
    }
}

#[test]
fn its_schema_names_what_is_written() {
    let schema = report::schema::drift();
    assert_eq!(schema["properties"]["format"]["const"], "stackfleet.drift");
    assert_eq!(scope().region.as_str(), "eu-west-1");
}
