//! A plan with everything that a plan can show.

use model::diagnostic::Diagnostic;
use model::digest::Digest;
use model::plan::*;
use serde_json::json;

use super::*;

const CORE: [&str; 3] = ["eu-west-1", "eu-central-1", "us-east-1"];

/// Four StackSets: one updated, one new, one adopted, one removed with its stacks kept.
pub(crate) fn plan() -> Plan {
    let mut plan = plan_of(
        PlanResult::Changes,
        vec![
            baseline(),
            config_recorder(),
            guardduty(),
            cloudtrail(),
            untouched(),
        ],
        operations(),
    );
    plan.risk = Risk {
        level: RiskLevel::High,
        reasons: vec![RiskReason {
            code: "R110".to_owned(),
            level: RiskLevel::High,
            message: "4 instances are deleted".to_owned(),
        }],
    };
    plan.diagnostics = vec![
        Diagnostic::warning(
            "W0301",
            "new accounts in Root/Workloads/Prod start with 90 days, not 365",
        )
        .label(&span(80), "here"),
    ];
    plan
}

fn baseline() -> StackSetPlan {
    let why = [Reason::Template, Reason::Parameters];
    let mut set = stack_set("security-baseline", Action::Update, &why, baseline_groups(&why));
    set.changes = Changes {
        template: Some(template_change()),
        parameters: parameters(),
        settings: vec![SettingChange {
            setting: "tags.cost-centre".to_owned(),
            before: Some("4711".to_owned()),
            after: Some("4712".to_owned()),
            reason: Reason::Tags,
        }],
        ..Changes::default()
    };
    set
}

fn baseline_groups(why: &[Reason]) -> Vec<InstanceGroup> {
    let (dev, prod) = ("Root/Workloads/Dev", "Root/Workloads/Prod");
    let mut suspended = group(Action::None, &[Reason::Suspended], dev, rectangle([99], &CORE));
    suspended.note = Some("suspended, skipped".to_owned());
    vec![
        group(Action::Update, why, dev, rectangle(1..39, &CORE)),
        suspended,
        group(Action::Update, why, prod, rectangle(40..97, &CORE)),
        group(
            Action::Create,
            &[Reason::JoinedUnit],
            prod,
            rectangle([97], &CORE),
        ),
    ]
}

fn template_change() -> TemplateChange {
    let property = |path: &str, before, after| PropertyChange {
        path: path.to_owned(),
        before,
        after,
        ..PropertyChange::default()
    };
    let resource = |logical_id: &str, resource_type: &str, action, properties| ResourceChange {
        properties,
        ..ResourceChange::new(logical_id, resource_type, action)
    };
    TemplateChange {
        path: "templates/security-baseline.yaml".to_owned(),
        before: Some(Digest::of_bytes(b"before")),
        after: Digest::of_bytes(b"after"),
        lines_added: 1,
        lines_removed: 3,
        unified_diff: UNIFIED.to_owned(),
        resources: vec![
            resource(
                "AuditRole",
                "AWS::IAM::Role",
                Action::Update,
                vec![property(
                    "MaxSessionDuration",
                    Some(json!(3600)),
                    Some(json!(7200)),
                )],
            ),
            resource("OldTopic", "AWS::SNS::Topic", Action::Delete, Vec::new()),
        ],
        sections: Vec::new(),
    }
}

const UNIFIED: &str = "\
--- before
+++ after
@@ -31,5 +31,5 @@
     Type: AWS::IAM::Role
     Properties:
       RoleName: org-audit
-      MaxSessionDuration: 3600
+      MaxSessionDuration: 7200
       Policies:
@@ -58,4 +58,2 @@
-  OldTopic:
-    Type: AWS::SNS::Topic
   AlarmRule:
";

fn parameters() -> Vec<ParameterChange> {
    let change = |name: &str, action, before: Option<&str>, after: &str, source: &str| ParameterChange {
        name: name.to_owned(),
        action,
        before: before.map(str::to_owned),
        after: Some(after.to_owned()),
        sensitive: source.starts_with("env"),
        source: source.to_owned(),
    };
    let hidden = "(sensitive)";
    vec![
        change("LogRetentionDays", Action::Update, Some("30"), "90", "manifest"),
        change(
            "AlarmTopicArn",
            Action::Create,
            None,
            "arn:aws:sns:eu-west-1:222233334444:alarms",
            "template",
        ),
        change(
            "WebhookToken",
            Action::Update,
            Some(hidden),
            hidden,
            "env:WEBHOOK_TOKEN",
        ),
    ]
}

fn config_recorder() -> StackSetPlan {
    let unit = "Root/Workloads";
    let mut set = stack_set(
        "config-recorder",
        Action::Adopt,
        &[Reason::Adopt, Reason::Regions],
        vec![
            group(
                Action::None,
                &[],
                unit,
                rectangle(1..39, &["eu-west-1", "us-east-1"]),
            ),
            group(
                Action::Create,
                &[Reason::Regions],
                unit,
                rectangle(1..39, &["eu-central-1"]),
            ),
            group(
                Action::Delete,
                &[Reason::Targets],
                "Root/Sandbox",
                rectangle(101..105, &["eu-west-1"]),
            ),
        ],
    );
    let target = |unit: &str, region_name: &str| RegisteredTarget {
        unit_id: UnitId::parse("ou-ab12-22222222").unwrap(),
        unit: unit.to_owned(),
        region: region(region_name),
    };
    set.changes.targets_added = vec![target(unit, "eu-central-1")];
    set.changes.targets_removed = vec![target("Root/Sandbox", "eu-west-1")];
    set
}

fn guardduty() -> StackSetPlan {
    let both = rectangle((1..39).chain(40..96), &["eu-west-1", "us-east-1"]);
    let one = rectangle([96], &["eu-west-1"]);
    let mut set = stack_set(
        "guardduty-members",
        Action::Create,
        &[Reason::New],
        vec![
            group(Action::Create, &[Reason::New], "Root/Workloads", both),
            group(Action::Create, &[Reason::New], "Root/Workloads", one),
        ],
    );
    set.changes.template = Some(TemplateChange {
        path: "templates/guardduty-members.yaml".to_owned(),
        before: None,
        after: Digest::of_bytes(b"new"),
        lines_added: 20,
        lines_removed: 0,
        unified_diff: String::new(),
        resources: vec![ResourceChange::new(
            "Detector",
            "AWS::GuardDuty::Detector",
            Action::Create,
        )],
        sections: Vec::new(),
    });
    set
}

fn cloudtrail() -> StackSetPlan {
    let stay = rectangle(1..25, &["eu-west-1", "us-east-1"]);
    stack_set(
        "legacy-cloudtrail",
        Action::Detach,
        &[Reason::Removed],
        vec![group(Action::Detach, &[Reason::Removed], "Root/Workloads", stay)],
    )
}

fn untouched() -> StackSetPlan {
    let there = rectangle(1..97, &["eu-west-1"]);
    stack_set(
        "network-guardrails",
        Action::None,
        &[],
        vec![group(Action::None, &[], "Root", there)],
    )
}

fn operations() -> Vec<Operation> {
    let both = ["eu-west-1", "us-east-1"];
    let recorder = "config-recorder";
    let trail = "legacy-cloudtrail";
    let mut members = touching(
        operation(5, 3, "guardduty-members", OperationKind::Create, create_call()),
        10,
        vec![
            rectangle((1..39).chain(40..96), &both),
            rectangle([96], &["eu-west-1"]),
        ],
    );
    members.depends_on = ["op-01", "op-03", "op-04"].map(str::to_owned).to_vec();
    let [update, join] = baseline_operations();
    let add = operation(2, 1, recorder, OperationKind::Create, create_call());
    let leave = operation(6, 4, recorder, OperationKind::Delete, delete_call(false));
    let detach = operation(7, 4, trail, OperationKind::Detach, delete_call(true));
    vec![
        update,
        touching(add, 10, vec![rectangle(1..39, &["eu-central-1"])]),
        join,
        operation(
            4,
            2,
            "guardduty-members",
            OperationKind::CreateStackSet,
            create_stack_set(),
        ),
        members,
        touching(leave, 1, vec![rectangle(101..105, &["eu-west-1"])]),
        touching(detach, 1, vec![rectangle(1..25, &both)]),
        operation(8, 5, trail, OperationKind::DeleteStackSet, Write::DeleteStackSet),
    ]
}

fn baseline_operations() -> [Operation; 2] {
    let name = "security-baseline";
    let update = operation(1, 1, name, OperationKind::Update, update_call(&CORE));
    let join = operation(3, 2, name, OperationKind::Create, create_call());
    [
        touching(update, 16, vec![rectangle((1..39).chain(40..97), &CORE)]),
        touching(join, 1, vec![rectangle([97], &CORE)]),
    ]
}

fn create_stack_set() -> Write {
    Write::CreateStackSet {
        definition: Box::new(definition()),
        template_at: None,
        client_request_token: String::new(),
    }
}
