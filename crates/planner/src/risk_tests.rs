use model::desired::OnLeave;
use model::plan::TemplateChange;

use super::*;
use crate::testing::world::*;

fn codes(plan: &Plan) -> Vec<(&str, RiskLevel)> {
    let reasons = plan.risk.reasons.iter();
    reasons
        .map(|reason| (reason.code.as_str(), reason.level))
        .collect()
}

fn judged(plan: &Plan) -> Risk {
    let (desired, observed) = (desired(Vec::new()), observed());
    risk(
        &Context::new(
            &desired,
            &observed,
            &crate::Limits::default(),
            &model::plan::Selection::default(),
        ),
        plan,
    )
}

fn updating() -> Plan {
    let mut set = stack_set("net");
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    let mut live = live("net");
    deployed(&mut live, 2, &[1002, 1005], &["us-east-1", "eu-west-1"]);
    deployed(&mut live, 3, &[1003, 1004], &["us-east-1", "eu-west-1"]);
    plan_one(set, Some(live))
}

#[test]
fn nothing_to_do_is_no_risk() {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    assert_eq!(plan_one(stack_set("net"), Some(live)).risk, Risk::default());
}

#[test]
fn production_accounts_are_counted_by_the_names_of_their_units() {
    let plan = updating();
    assert_eq!(codes(&plan), [("R101", RiskLevel::High)]);
    assert_eq!(plan.risk.reasons[0].message, "2 production accounts");
    assert!(is_production("Root/Workloads/Production") && is_production("Root/prod-eu"));
    assert!(!is_production("Root/Nonprod") && !is_production("Root/Delivery"));
}

#[test]
fn production_accounts_are_seen_below_a_unit_that_is_targeted_above_them() {
    let mut set = stack_set("net");
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    let plan = plan_one(set, Some(live));
    assert_eq!(plan.risk.reasons[0].message, "2 production accounts");
}

#[test]
fn what_is_lost_is_a_risk() {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    deployed(&mut live, 1, &[1001], &["us-east-1"]);
    let mut set = stack_set("net");
    let plan = plan_one(set.clone(), Some(live.clone()));
    assert_eq!(codes(&plan), [("R110", RiskLevel::High)]);
    assert_eq!(
        plan.risk.reasons[0].message,
        "1 instance is deleted (net in Root/Security)"
    );
    set.on_leave = Some(OnLeave::Retain);
    assert_eq!(codes(&plan_one(set, Some(live))), [("R111", RiskLevel::Medium)]);
}

fn listing() -> PermissionChange {
    PermissionChange {
        policy: "Policies.read".to_owned(),
        action: Action::Create,
        effect: "Allow".to_owned(),
        actions: vec!["s3:ListBucket".to_owned()],
        resources: vec!["*".to_owned()],
        principals: Vec::new(),
        conditional: false,
        broader: true,
    }
}

#[test]
fn replaced_and_deleted_resources_and_broader_permissions_are_risks() {
    let mut plan = updating();
    let changes = &mut plan.stack_sets[0].changes;
    let mut role = ResourceChange::new("AuditRole", "AWS::IAM::Role", Action::Update);
    role.replacement = Replacement::Always;
    role.permissions = vec![listing()];
    let topic = ResourceChange::new("OldTopic", "AWS::SNS::Topic", Action::Delete);
    let template: &mut TemplateChange = changes.template.as_mut().unwrap();
    template.resources = vec![role, topic];
    let said: Vec<_> = judged(&plan)
        .reasons
        .into_iter()
        .map(|reason| (reason.code, reason.message))
        .collect();
    let expected = [
        ("R101", "2 production accounts"),
        (
            "R201",
            "a resource is replaced in 8 stacks: AuditRole (AWS::IAM::Role) of net",
        ),
        (
            "R202",
            "a resource is deleted in 8 stacks: OldTopic (AWS::SNS::Topic) of net",
        ),
        (
            "R203",
            "IAM permissions get broader in 8 stacks of net (AuditRole: + s3:ListBucket on *)",
        ),
    ];
    assert_eq!(
        said,
        expected.map(|(code, text)| (code.to_owned(), text.to_owned()))
    );
}
