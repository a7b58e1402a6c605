//! A plan whose StackSets go through a rollout, with what else a plan can say about itself.

use model::digest::Digest;
use model::plan::*;
use serde_json::json;

use super::*;

const CORE: [&str; 3] = ["eu-west-1", "eu-central-1", "us-east-1"];
const BASELINE: &str = "security-baseline";

/// One StackSet goes through three stages and may be rolled back, one is made at once, one is let go.
pub(crate) fn plan() -> Plan {
    let mut plan = plan_of(
        PlanResult::Changes,
        vec![baseline(), guardduty(), cloudtrail()],
        operations(),
    );
    plan.stages = stages();
    plan.risk = risk();
    plan.estimate = Some(Estimate {
        low_seconds: 4500,
        high_seconds: 7800,
        soak_seconds: 900,
        basis: "the last operations of 2 StackSets; none of guardduty-members".to_owned(),
    });
    plan.freezes = vec![PlanFreeze {
        name: "year end".to_owned(),
        from: time("2026-12-18T17:00:00Z"),
        until: time("2027-01-04T08:00:00Z"),
        accounts: Some((40..98).map(id).collect()),
    }];
    plan.policy = vec![PolicyResult {
        name: "data.plan".to_owned(),
        source: "policy/plan.rego".to_owned(),
        outcome: PolicyOutcome::Pass,
        message: String::new(),
    }];
    plan
}

fn risk() -> Risk {
    let reason = |code: &str, level, message: &str| RiskReason {
        code: code.to_owned(),
        level,
        message: message.to_owned(),
    };
    Risk {
        level: RiskLevel::High,
        reasons: vec![
            reason(
                "R202",
                RiskLevel::High,
                "a resource is deleted in 290 stacks: OldTopic (AWS::SNS::Topic) of security-baseline",
            ),
            reason(
                "R203",
                RiskLevel::High,
                "IAM permissions get broader (AuditRole: + s3:ListBucket on *)",
            ),
            reason(
                "R111",
                RiskLevel::Medium,
                "48 instances are detached: nobody keeps the stacks up to date any more",
            ),
        ],
    }
}

fn stages() -> Vec<Stage> {
    let stage = |name: &str, after: Option<&str>| Stage {
        id: format!("careful/{name}"),
        rollout: "careful".to_owned(),
        name: name.to_owned(),
        after: after.map(|after| format!("careful/{after}")),
        approval: false,
        soak_seconds: 0,
        alarms: Vec::new(),
        covers: [(BASELINE.to_owned(), Vec::new())].into(),
        ended_at: None,
    };
    let mut canary = stage("canary", None);
    canary.soak_seconds = 900;
    canary.alarms = ["a", "b"]
        .map(|name| format!("arn:aws:cloudwatch:eu-west-1:222233334444:alarm:{name}"))
        .to_vec();
    let mut prod = stage("prod", Some("nonprod"));
    prod.approval = true;
    vec![canary, stage("nonprod", Some("canary")), prod]
}

fn baseline() -> StackSetPlan {
    let why = [Reason::Template, Reason::Parameters];
    let staged = |unit: &str, stage: &str, accounts: Rectangle| InstanceGroup {
        stage: Some(format!("careful/{stage}")),
        ..group(Action::Update, &why, unit, accounts)
    };
    let (dev, prod) = ("Root/Workloads/Dev", "Root/Workloads/Prod");
    let mut with_value = staged(prod, "prod", rectangle([42], &["eu-west-1"]));
    with_value.reasons.push(Reason::Overrides);
    let groups = vec![
        staged(dev, "canary", rectangle(1..3, &CORE)),
        staged(dev, "nonprod", rectangle(3..39, &CORE)),
        with_value,
        staged(prod, "prod", rectangle([42], &["eu-central-1", "us-east-1"])),
        staged(prod, "prod", rectangle((40..98).filter(|n| *n != 42), &CORE)),
    ];
    let mut set = stack_set(BASELINE, Action::Update, &why, groups);
    set.changes = Changes {
        template: Some(template_change()),
        parameters: vec![parameter("LogRetentionDays", Action::Update, Some("30"), "90")],
        overrides: overrides(),
        ..Changes::default()
    };
    set
}

pub(crate) fn parameter(name: &str, action: Action, before: Option<&str>, after: &str) -> ParameterChange {
    ParameterChange {
        name: name.to_owned(),
        action,
        before: before.map(str::to_owned),
        after: Some(after.to_owned()),
        sensitive: false,
        source: "manifest".to_owned(),
    }
}

fn overrides() -> Vec<OverrideChange> {
    let mut all = vec![OverrideChange {
        name: "payments: PCI".to_owned(),
        action: Action::Update,
        rectangles: vec![rectangle([42], &["eu-west-1"])],
        parameters: vec![parameter("LogRetentionDays", Action::Update, Some("365"), "2555")],
    }];
    // A value of its own for each account.
    all.extend((40..98).map(|n| OverrideChange {
        name: "Environment".to_owned(),
        action: Action::Create,
        rectangles: vec![rectangle([n], &CORE)],
        parameters: vec![ParameterChange {
            source: "account_tag:env".to_owned(),
            ..parameter("Environment", Action::Create, Some("dev"), &format!("prod-{n}"))
        }],
    }));
    let mut secret = parameter("WebhookToken", Action::Create, Some("SECRET-1"), "SECRET-2");
    secret.sensitive = true;
    "env:TOKEN".clone_into(&mut secret.source);
    all.push(OverrideChange {
        name: "hooks".to_owned(),
        action: Action::Create,
        rectangles: vec![rectangle(3..39, &CORE)],
        parameters: vec![secret],
    });
    all
}

fn template_change() -> TemplateChange {
    let section = |section: &str, name: &str, action, before, after| SectionChange {
        section: section.to_owned(),
        name: name.to_owned(),
        action,
        before,
        after,
    };
    let mut gone = ResourceChange::new("OldTopic", "AWS::SNS::Topic", Action::Delete);
    gone.notes = vec!["renamed to `Topic`: AWS makes that one and deletes this one".to_owned()];
    TemplateChange {
        path: "templates/security-baseline.yaml".to_owned(),
        before: Some(Digest::of_bytes(b"before")),
        after: Digest::of_bytes(b"after"),
        lines_added: 2,
        lines_removed: 5,
        unified_diff: String::new(),
        resources: vec![
            role(),
            bucket(),
            gone,
            ResourceChange::new("Topic", "AWS::SNS::Topic", Action::Create),
        ],
        sections: vec![
            section(
                "Outputs",
                "TopicArn",
                Action::Delete,
                Some(json!({"Ref": "OldTopic"})),
                None,
            ),
            section(
                "Mappings",
                "Sizes.small.Days",
                Action::Update,
                Some(json!(7)),
                Some(json!(30)),
            ),
            section("Conditions", "InProd", Action::Create, None, Some(json!(true))),
        ],
    }
}

fn property(path: &str, before: serde_json::Value, after: serde_json::Value) -> PropertyChange {
    PropertyChange {
        path: path.to_owned(),
        before: Some(before),
        after: Some(after),
        ..PropertyChange::default()
    }
}

fn role() -> ResourceChange {
    let statements = |actions: serde_json::Value| json!({ "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }] });
    ResourceChange {
        properties: vec![
            property("MaxSessionDuration", json!(3600), json!(7200)),
            property(
                "Policies.read.PolicyDocument",
                statements(json!(["s3:GetObject"])),
                statements(json!(["s3:GetObject", "s3:ListBucket"])),
            ),
        ],
        permissions: vec![PermissionChange {
            policy: "Policies.read".to_owned(),
            action: Action::Create,
            effect: "Allow".to_owned(),
            actions: vec!["s3:ListBucket".to_owned()],
            resources: vec!["*".to_owned()],
            principals: Vec::new(),
            conditional: false,
            broader: true,
        }],
        ..ResourceChange::new("AuditRole", "AWS::IAM::Role", Action::Update)
    }
}

fn bucket() -> ResourceChange {
    let change = |path: &str, replacement, through: Option<&str>| PropertyChange {
        replacement,
        through: through.map(str::to_owned),
        ..property(path, json!("old"), json!("new"))
    };
    ResourceChange {
        replacement: Replacement::Always,
        properties: vec![
            change("BucketName", Replacement::Always, None),
            change("Other", Replacement::Conditional, Some("parameter Days")),
            change("Strange", Replacement::Unknown, None),
        ],
        ..ResourceChange::new("Logs", "AWS::S3::Bucket", Action::Update)
    }
}

fn guardduty() -> StackSetPlan {
    let unit = "Root/Workloads";
    let new = |accounts| group(Action::Create, &[Reason::New], unit, accounts);
    let mut skipped = group(Action::None, &[], unit, rectangle([42], &["us-east-1"]));
    skipped.note = Some("skip: SEC-221: own detector until Q1".to_owned());
    let both = rectangle((1..39).chain(43..97), &["eu-west-1", "us-east-1"]);
    let groups = vec![new(both), new(rectangle([42], &["eu-west-1"])), skipped];
    stack_set("guardduty-members", Action::Create, &[Reason::New], groups)
}

fn cloudtrail() -> StackSetPlan {
    let stay = rectangle(1..25, &["eu-west-1", "us-east-1"]);
    let groups = vec![group(Action::Detach, &[Reason::Removed], "Root/Workloads", stay)];
    stack_set("legacy-cloudtrail", Action::Detach, &[Reason::Removed], groups)
}

/// An update of the StackSet that goes through the rollout.
fn in_stage(number: u32, stage: &str, accounts: Rectangle, concurrency: u64) -> Operation {
    let call = update_call(&CORE);
    let update = operation(number, number, BASELINE, OperationKind::Update, call);
    let before = (number > 1).then(|| format!("op-{:02}", number - 1));
    Operation {
        stage: Some(format!("careful/{stage}")),
        depends_on: before.into_iter().collect(),
        ..touching(update, concurrency, vec![accounts])
    }
}

/// What runs only when a stage fails.
fn back(number: u32, stage: &str) -> Operation {
    Operation {
        stage: None,
        depends_on: Vec::new(),
        runs_if: RunsIf::StageFailed(format!("careful/{stage}")),
        ..in_stage(number, stage, rectangle((1..39).chain(40..98), &CORE), 16)
    }
}

fn operations() -> Vec<Operation> {
    let both = ["eu-west-1", "us-east-1"];
    let members = operation(4, 4, "guardduty-members", OperationKind::Create, create_call());
    let most = rectangle((1..39).chain(43..97), &both);
    let members = Operation {
        depends_on: vec!["op-03".to_owned()],
        ..touching(members, 10, vec![most, rectangle([42], &["eu-west-1"])])
    };
    let trail = operation(
        5,
        5,
        "legacy-cloudtrail",
        OperationKind::Detach,
        delete_call(true),
    );
    let trail = Operation {
        depends_on: vec!["op-03".to_owned(), "op-04".to_owned()],
        ..touching(trail, 1, vec![rectangle(1..25, &both)])
    };
    vec![
        in_stage(1, "canary", rectangle(1..3, &CORE), 1),
        in_stage(2, "nonprod", rectangle(3..39, &CORE), 16),
        in_stage(3, "prod", rectangle(40..98, &CORE), 10),
        members,
        trail,
        back(6, "canary"),
        back(7, "nonprod"),
        back(8, "prod"),
    ]
}
