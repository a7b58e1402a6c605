//! What a user reads about selectors, skips, overrides and values: from a manifest's text to the rendered message.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic and write files"
)]

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{AccountId, OrganizationId, Region, UnitId};
use model::observed::{Identity, Observed};
use model::organization::{Account, AccountState, Organization, Unit};
use planner::Limits;

const HEAD: &str = "\
version = 1
project = { name = \"platform\" }
[aws]
admin_account = \"222200000000\"
region        = \"eu-west-1\"
[stackset.security-baseline]
template = \"base.yaml\"
on_leave = \"retain\"
";

const TEMPLATE: &str = "\
Parameters:
  LogRetentionDays:
    Type: Number
    Default: 90
    AllowedValues: [30, 90, 180, 365, 2555]
  Environment:
    Type: String
    AllowedPattern: '[a-z]+'
    Default: dev
  WebhookToken:
    Type: String
    NoEcho: true
    Default: none
Resources:
  Topic:
    Type: AWS::SNS::Topic
";

fn unit(number: usize) -> UnitId {
    UnitId::parse(&format!("ou-a1b2-{number:08}")).unwrap()
}

/// Root with Data/Prod, Security and Workloads/{Dev, Prod, Staging}; three accounts in each lowest unit.
fn organization() -> Organization {
    let root = UnitId::parse("r-a1b2").unwrap();
    let mut organization = Organization {
        id: OrganizationId::parse("o-a1b2c3d4e5").unwrap(),
        root: root.clone(),
        management_account: AccountId::parse("222200000000").unwrap(),
        units: BTreeMap::new(),
        accounts: BTreeMap::new(),
    };
    let management = member("org-management", &root);
    organization
        .accounts
        .insert(organization.management_account.clone(), management);
    organization.units = units(&root);
    for (place, word) in PLACES {
        for number in 1..=3 {
            let id = AccountId::parse(&format!("{:012}", 111_100_000_000_u64 + place * 10 + number)).unwrap();
            let place = unit(usize::try_from(place).unwrap());
            organization
                .accounts
                .insert(id, member(&format!("{word}-{number}"), &place));
        }
    }
    organization
}

/// Units with three accounts each, and how those are called.
const PLACES: [(u64, &str); 5] = [
    (1, "audit"),
    (4, "dev"),
    (5, "payments"),
    (6, "stage"),
    (7, "lake"),
];

fn units(root: &UnitId) -> BTreeMap<UnitId, Unit> {
    let units = [
        (1, "Security", None),
        (2, "Workloads", None),
        (3, "Data", None),
        (4, "Dev", Some(2)),
        (5, "Prod", Some(2)),
        (6, "Staging", Some(2)),
        (7, "Prod", Some(3)),
    ];
    let named = |(number, name, parent): (usize, &str, Option<usize>)| {
        let parent = parent.map_or(root.clone(), unit);
        let name = name.to_owned();
        (unit(number), Unit { name, parent })
    };
    units.map(named).into()
}

fn member(name: &str, parent: &UnitId) -> Account {
    Account {
        name: name.to_owned(),
        email: format!("{name}@example.org"),
        state: AccountState::Active,
        parent: parent.clone(),
        tags: BTreeMap::new(),
    }
}

fn observed() -> Observed {
    Observed {
        taken_at: Timestamp::from_second(1_800_000_000).unwrap(),
        identity: Identity {
            account: AccountId::parse("222200000000").unwrap(),
            arn: "arn:aws:iam::222200000000:role/plan".to_owned(),
        },
        organization: organization(),
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

fn strip(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// What planning says about a manifest with these lines in its StackSet.
fn said_in(lines: &str, change: impl FnOnce(&mut Observed)) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("stackfleet.toml");
    std::fs::write(&path, format!("{HEAD}{lines}")).unwrap();
    std::fs::write(directory.path().join("base.yaml"), TEMPLATE).unwrap();
    let reading = manifest::read(&path);
    let where_it_is = directory.path().display().to_string();
    let shown = |text: String| strip(&text).replace(&format!("{where_it_is}/"), "");
    let Some(desired) = reading.desired else {
        return shown(report::text::diagnostics(
            &reading.diagnostics,
            &reading.sources,
            report::WIDEST,
        ));
    };
    let mut world = observed();
    change(&mut world);
    let plan = planner::plan(&desired, &world, &Limits::default());
    let mut diagnostics = plan.diagnostics;
    diagnostics.extend(plan.holds.into_iter().map(|hold| hold.diagnostic));
    shown(report::text::diagnostics(
        &diagnostics,
        &reading.sources,
        report::WIDEST,
    ))
}

fn said(lines: &str) -> String {
    said_in(lines, |_| {})
}

#[test]
fn selectors_that_mean_nothing_are_told_all_at_once_with_what_is_near() {
    insta::assert_snapshot!(said_in(
        r#"regions  = ["eu-west-1"]
targets  = ["Root/Security", "Root/Workloads/Prodution", "Root/Prod", "account:payment-1", "account:payment-*", "tag:stage=prod", "account:twin"]
"#,
        |world| {
            for (id, account) in &mut world.organization.accounts {
                let stage = if id.as_str().ends_with('1') {
                    "production"
                } else {
                    "dev"
                };
                account.tags.insert("stage".to_owned(), stage.to_owned());
                if account.name.ends_with("-3") {
                    "twin".clone_into(&mut account.name);
                }
            }
        }
    ));
}

#[test]
fn the_management_account_is_no_target() {
    insta::assert_snapshot!(said(
        "regions  = [\"eu-west-1\"]\ntargets  = [\"Root\", \"account:org-management\"]\n"
    ));
}

#[test]
fn a_unit_that_was_renamed_is_told_by_what_is_deployed() {
    let lines = "regions  = [\"eu-west-1\"]\ntargets  = [\"Root/Security\", \"Root/Workloads/Production\"]\n";
    let told = said_in(lines, |world| {
        let mut set = model::observed::ObservedStackSet {
            id: model::ids::StackSetId::parse("security-baseline:1").unwrap(),
            definition: model::definition::Definition {
                description: None,
                template: TEMPLATE.to_owned(),
                parameters: BTreeMap::new(),
                tags: BTreeMap::from([(model::PROJECT_TAG.to_owned(), "platform".to_owned())]),
                capabilities: BTreeSet::new(),
                permission: model::definition::Permission::default(),
                managed_execution: false,
            },
            instances: BTreeMap::new(),
            registered: BTreeMap::new(),
            newest_operation: None,
            running: Vec::new(),
            history: Vec::new(),
            drift: None,
        };
        for number in [1, 5] {
            let region = Region::parse("eu-west-1").unwrap();
            set.registered.insert(unit(number), [region].into());
        }
        let name = model::ids::StackSetName::parse("security-baseline").unwrap();
        world.stack_sets.insert(name, set);
        if let Some(unit) = world.organization.units.get_mut(&unit(5)) {
            "Live".clone_into(&mut unit.name);
        }
    });
    insta::assert_snapshot!(told);
}

#[test]
fn overrides_that_disagree_show_both_values() {
    insta::assert_snapshot!(said(
        r#"regions  = ["eu-west-1", "eu-central-1"]
targets  = ["Root/Workloads"]

[[stackset.security-baseline.override]]
name       = "EU keeps logs short"
targets    = ["Root/Workloads/Prod"]
regions    = ["eu-west-1", "eu-central-1"]
parameters = { LogRetentionDays = 30 }

[[stackset.security-baseline.override]]
name       = "Ireland audit"
targets    = ["Root/Workloads/Prod"]
regions    = ["eu-west-1"]
parameters = { LogRetentionDays = 180 }
"#
    ));
}

#[test]
fn skips_and_overrides_for_nobody_are_warnings() {
    insta::assert_snapshot!(said(
        r#"regions  = ["eu-west-1"]
targets  = ["Root/Workloads"]

[[stackset.security-baseline.skip]]
targets = ["Root/Data"]
reason  = "SEC-221: own detector until Q1"

[[stackset.security-baseline.override]]
name       = "the lake"
targets    = ["account:lake-*"]
parameters = { LogRetentionDays = 30 }
"#
    ));
}

#[test]
fn values_from_elsewhere_that_cannot_be_taken_are_told() {
    insta::assert_snapshot!(said_in(
        r#"regions  = ["eu-west-1"]
targets  = ["Root/Workloads/Prod"]

[stackset.security-baseline.parameters]
LogRetentionDays = { ssm = "/platform/days" }
Environment      = { account_tag = "env" }
WebhookToken     = { ssm = "/platform/token" }

[[stackset.security-baseline.override]]
name       = "strange"
targets    = ["account:payments-2"]
parameters = { LogRetentionDays = { env = "DAYS" } }
"#,
        |world| {
            use model::observed::SsmParameter;
            world
                .environment
                .insert("DAYS".to_owned(), "36\u{1b}5".to_owned());
            world.ssm.insert(
                "/platform/token".to_owned(),
                SsmParameter::Plain("hunter2".to_owned()),
            );
        }
    ));
}

#[test]
fn accounts_without_a_tag_or_with_a_wrong_one_are_named() {
    insta::assert_snapshot!(said_in(
        r#"regions  = ["eu-west-1"]
targets  = ["Root/Workloads"]

[stackset.security-baseline.parameters]
Environment = { account_tag = "env" }
"#,
        |world| {
            let accounts = world.organization.accounts.iter_mut();
            for (number, (_, account)) in accounts.enumerate().filter(|(number, _)| number % 2 == 0) {
                let env = if number % 4 == 0 { "prod" } else { "PROD" };
                account.tags.insert("env".to_owned(), env.to_owned());
            }
        }
    ));
}

#[test]
fn a_region_that_some_accounts_have_not_enabled_is_told_with_who_they_are() {
    let region = Region::parse("eu-south-2").unwrap();
    insta::assert_snapshot!(said_in(
        "regions  = [\"eu-west-1\", \"eu-south-2\"]\ntargets  = [\"Root/Workloads\"]\n",
        |world| {
            let accounts = &world.organization.accounts;
            let payments = accounts
                .iter()
                .filter(|(_, account)| account.name.starts_with("payments"));
            let off = payments.map(|(id, _)| (id.clone(), BTreeSet::from([region.clone()])));
            world.disabled_regions = off.collect();
        }
    ));
}
