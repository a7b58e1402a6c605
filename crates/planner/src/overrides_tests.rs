use std::collections::BTreeMap;

use model::definition::ParameterValue;
use model::desired::{AccountField, DesiredStackSet, Override, Source, Target};
use model::observed::{Observed, SsmParameter};
use model::plan::Plan;

use crate::testing::world::*;

const REGIONAL: &str = "Parameters:\n  Days:\n    Type: Number\n    Default: 30\n    MaxValue: 400\n  Env:\n    Type: String\n    Default: none\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

fn set() -> DesiredStackSet {
    let mut set = stack_set("net");
    *body_of(&mut set) = REGIONAL.to_owned();
    set
}

fn days(name: &str, targets: Vec<Target>, regions: &[&str], value: &str) -> Override {
    giving(
        name,
        targets,
        regions,
        ("Days", Source::Literal(value.to_owned())),
    )
}

fn giving(name: &str, targets: Vec<Target>, regions: &[&str], value: (&str, Source)) -> Override {
    Override {
        name: at(name.to_owned()),
        targets: targets.into_iter().map(at).collect(),
        regions: regions.iter().map(|name| at(region(name))).collect(),
        parameters: [(value.0.to_owned(), parameter(value.1))].into(),
        span: span(),
    }
}

fn tag(key: &str, default: Option<&str>) -> Source {
    Source::AccountTag {
        key: key.to_owned(),
        default: default.map(str::to_owned),
    }
}

/// The values that instances have for themselves, by `account/Region`.
fn values(plan: &Plan) -> BTreeMap<String, String> {
    let groups = plan.stack_sets[0].instances.groups.iter();
    let cells = groups.flat_map(|group| group.rectangle.keys().map(move |key| (key, &group.overrides)));
    cells
        .filter(|(_, overrides)| !overrides.is_empty())
        .map(|(key, overrides)| {
            let account = key.account.as_str().trim_start_matches('0').to_owned();
            let values: Vec<_> = overrides
                .iter()
                .map(|(name, value)| match value {
                    ParameterValue::Plain(text) => format!("{name}={text}"),
                    other => format!("{name}={other:?}"),
                })
                .collect();
            (format!("{account}/{}", key.region), values.join(" "))
        })
        .collect()
}

fn in_world(set: DesiredStackSet, change: impl FnOnce(&mut Observed)) -> Plan {
    let mut world = observed();
    change(&mut world);
    crate::plan(&desired(vec![set]), &world, &crate::Limits::default())
}

fn tagged(world: &mut Observed, number: u64, key: &str, value: &str) {
    let account = world.organization.accounts.get_mut(&account(number)).unwrap();
    account.tags.insert(key.to_owned(), value.to_owned());
}

#[test]
fn the_most_specific_override_wins_whatever_their_order() {
    let mut set = set();
    set.overrides = vec![
        days("one account", vec![Target::Account(account(1003))], &[], "5"),
        days(
            "named like this",
            vec![Target::AccountGlob("*-prod".to_owned())],
            &[],
            "4",
        ),
        days("prod", vec![below(3)], &[], "3"),
        days("workloads", vec![below(2)], &[], "2"),
        days("everywhere", vec![below(0)], &[], "1"),
        days("prod in Ireland", vec![below(3)], &["eu-west-1"], "6"),
        days("dev in Ireland", vec![below(4)], &["eu-west-1"], "7"),
    ];
    let forwards = values(&plan_one(set.clone(), None));
    let expected = [
        ("1002/eu-west-1", "Days=2"),
        ("1002/us-east-1", "Days=2"),
        ("1003/eu-west-1", "Days=5"),
        ("1003/us-east-1", "Days=5"),
        ("1004/eu-west-1", "Days=4"),
        ("1004/us-east-1", "Days=4"),
        ("1005/eu-west-1", "Days=7"),
        ("1005/us-east-1", "Days=2"),
    ];
    assert_eq!(
        forwards,
        expected
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into()
    );
    set.overrides.reverse();
    assert_eq!(values(&plan_one(set, None)), forwards);
}

#[test]
fn specificity_counts_for_each_parameter_alone() {
    let mut set = set();
    set.overrides = vec![
        days("prod", vec![below(3)], &[], "90"),
        giving(
            "shop",
            vec![Target::AccountName("shop-prod".to_owned())],
            &[],
            ("Env", Source::Literal("shop".to_owned())),
        ),
    ];
    let values = values(&plan_one(set, None));
    assert_eq!(values["1003/eu-west-1"], "Days=90 Env=shop");
    assert_eq!(values["1004/eu-west-1"], "Days=90");
}

#[test]
fn what_is_in_a_set_counts_as_if_it_were_written_there() {
    let of_set = |include: Target| Target::Set {
        name: "these".to_owned(),
        include: vec![at(include)],
        exclude: Vec::new(),
    };
    let mut set = set();
    set.overrides = vec![
        days("a unit", vec![of_set(below(3))], &[], "3"),
        days(
            "an account",
            vec![of_set(Target::Account(account(1003)))],
            &[],
            "5",
        ),
    ];
    let values = values(&plan_one(set, None));
    assert_eq!(
        (
            values["1003/eu-west-1"].as_str(),
            values["1004/eu-west-1"].as_str()
        ),
        ("Days=5", "Days=3")
    );
}

#[test]
fn equally_specific_overrides_that_disagree_are_an_error_with_both_places() {
    let mut set = set();
    set.overrides = vec![
        days("EU keeps logs short", vec![below(2)], &["eu-west-1"], "30"),
        days(
            "Ireland audit",
            vec![below(2)],
            &["eu-west-1", "us-east-1"],
            "180",
        ),
    ];
    let plan = plan_one(set.clone(), None);
    assert_eq!(codes(&plan), ["E0310"]);
    let diagnostic = &plan.diagnostics[0];
    assert_eq!(
        diagnostic.message,
        "two overrides set `Days` for the same 4 instances"
    );
    let labels: Vec<_> = diagnostic
        .labels
        .iter()
        .map(|label| label.text.as_str())
        .collect();
    assert_eq!(
        labels,
        ["`Ireland audit` says 180", "`EU keeps logs short` says 30"]
    );
    set.overrides[1] = days("agrees", vec![below(2)], &["eu-west-1"], "30");
    assert!(codes(&plan_one(set, None)).is_empty(), "equal values are fine");
}

#[test]
fn a_value_that_is_the_stack_sets_own_is_no_override() {
    let mut set = set();
    set.overrides = vec![days("as it is", vec![below(3)], &[], "30")];
    let plan = plan_one(set, None);
    assert!(values(&plan).is_empty());
    assert!(codes(&plan).is_empty());
    assert_eq!(plan.operations.len(), 2);
}

#[test]
fn an_override_for_nobody_is_a_warning() {
    let mut set = set();
    set.overrides = vec![days("nobody", vec![below(1)], &[], "3")];
    assert_eq!(codes(&plan_one(set, None)), ["W0315"]);
}

#[test]
fn every_account_gets_its_own_value_and_an_override_beats_it() {
    let mut set = set();
    set.parameters
        .insert("Env".to_owned(), parameter(tag("env", Some("dev"))));
    set.overrides = vec![giving(
        "shop",
        vec![below(3)],
        &["us-east-1"],
        ("Env", Source::Account(AccountField::Name)),
    )];
    let plan = in_world(set, |world| {
        tagged(world, 1003, "env", "prod");
        tagged(world, 1005, "env", "dev");
    });
    let values = values(&plan);
    assert_eq!(
        values,
        [
            ("1003/eu-west-1", "Env=prod"),
            ("1003/us-east-1", "Env=shop-prod"),
            ("1004/us-east-1", "Env=bank-prod"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into(),
        "the default is the StackSet's value"
    );
}

#[test]
fn every_property_of_an_account_can_be_a_value() {
    for (field, value) in [
        (AccountField::Id, "000000001003"),
        (AccountField::Name, "shop-prod"),
        (AccountField::Email, "shop-prod@example.org"),
        (AccountField::Ou, "Root/Workloads/Prod"),
    ] {
        let mut set = set();
        set.parameters
            .insert("Env".to_owned(), parameter(Source::Account(field)));
        let values = values(&plan_one(set, None));
        assert_eq!(values["1003/eu-west-1"], format!("Env={value}"));
    }
}

#[test]
fn accounts_without_the_tag_are_named() {
    let mut set = set();
    set.parameters
        .insert("Env".to_owned(), parameter(tag("env", None)));
    let plan = in_world(set, |world| tagged(world, 1003, "env", "prod"));
    assert_eq!(codes(&plan), ["E0312"]);
    let diagnostic = &plan.diagnostics[0];
    assert_eq!(
        diagnostic.message,
        "3 accounts have no tag `env`, which parameter `Env` is taken from"
    );
    assert_eq!(
        diagnostic.notes,
        ["without: shared (000000001002), bank-prod (000000001004), shop-dev (000000001005)"]
    );
}

#[test]
fn a_tag_that_the_template_does_not_take_names_its_accounts() {
    let mut set = set();
    set.parameters
        .insert("Days".to_owned(), parameter(tag("days", Some("7"))));
    let plan = in_world(set, |world| tagged(world, 1003, "days", "999"));
    assert_eq!(codes(&plan), ["E0304"]);
    assert_eq!(plan.diagnostics[0].notes, ["in shop-prod (000000001003)"]);
}

#[test]
fn a_value_for_each_account_needs_one_for_the_stack_set() {
    let mut set = set();
    *body_of(&mut set) = REGIONAL.replace("    Default: none\n", "");
    set.parameters
        .insert("Env".to_owned(), parameter(Source::Account(AccountField::Id)));
    assert_eq!(codes(&plan_one(set.clone(), None)), ["E0302"]);
    set.parameters
        .insert("Env".to_owned(), parameter(tag("env", Some("dev"))));
    assert!(codes(&plan_one(set, None)).is_empty());
}

#[test]
fn values_of_systems_manager_are_read_and_secrets_stay_references() {
    let with = |template: &str, source: Source| {
        let mut set = stack_set("net");
        *body_of(&mut set) = template.to_owned();
        set.parameters.insert("Env".to_owned(), parameter(source));
        in_world(set, |world| {
            world
                .ssm
                .insert("/open".to_owned(), SsmParameter::Plain("text".to_owned()));
            world.ssm.insert(
                "/strange".to_owned(),
                SsmParameter::Plain("te\u{1b}xt".to_owned()),
            );
            world.ssm.insert("/secret".to_owned(), SsmParameter::Secure);
        })
    };
    let hidden = REGIONAL.replace("Default: none", "NoEcho: true");
    let ssm = |name: &str| Source::Ssm(name.to_owned());
    for (template, name, code) in [
        (REGIONAL, "/open", None),
        (REGIONAL, "/gone", Some("E0313")),
        (REGIONAL, "/strange", Some("E0314")),
        (REGIONAL, "/secret", Some("E0308")),
        (hidden.as_str(), "/open", Some("E0311")),
        (hidden.as_str(), "/secret", None),
    ] {
        let plan = with(template, ssm(name));
        assert_eq!(codes(&plan), code.into_iter().collect::<Vec<_>>(), "{name}");
    }
    let plan = with(&hidden, ssm("/secret"));
    let model::call::Write::CreateStackSet { definition, .. } = &plan.operations[0].call else {
        panic!("{:?}", outline(&plan));
    };
    assert_eq!(
        definition.parameters["Env"],
        ParameterValue::Secret("ssm:/secret".to_owned())
    );
}

#[test]
fn variables_with_control_characters_are_refused() {
    let mut set = set();
    let source = Source::Environment {
        name: "ENV".to_owned(),
        sensitive: false,
    };
    set.parameters.insert("Env".to_owned(), parameter(source));
    for (text, code) in [
        ("a\u{7}b", Some("E0314")),
        ("a\r\nb", Some("E0314")),
        ("a\n\tb", None),
    ] {
        let plan = in_world(set.clone(), |world| {
            world.environment.insert("ENV".to_owned(), text.to_owned());
        });
        assert_eq!(codes(&plan), code.into_iter().collect::<Vec<_>>(), "{text:?}");
    }
}

#[test]
fn a_template_in_s3_is_held_against_its_hash_and_its_parameters_against_it() {
    let url = "https://bucket.s3.eu-west-1.amazonaws.com/base.yaml";
    let mut set = set();
    set.template = model::desired::DesiredTemplate::S3 {
        url: at(url.to_owned()),
        sha256: model::digest::Digest::of_bytes(REGIONAL.as_bytes()),
    };
    set.parameters
        .insert("Nights".to_owned(), parameter(Source::Literal("1".to_owned())));
    set.parameters
        .insert("Days".to_owned(), parameter(Source::Literal("many".to_owned())));
    let with = |text: Option<&str>| {
        in_world(set.clone(), |world| {
            let texts = text.map(|text| (url.to_owned(), text.to_owned()));
            world.templates = texts.into_iter().collect();
        })
    };
    assert_eq!(codes(&with(None)), ["E0342"]);
    assert_eq!(codes(&with(Some("Resources: {}"))), ["E0343"]);
    assert_eq!(codes(&with(Some(REGIONAL))), ["E0301", "E0304"]);
}
