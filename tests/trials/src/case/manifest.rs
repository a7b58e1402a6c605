//! A case's StackSets as a manifest with its templates.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use model::ids::AccountId;
use simulator::world::World;

use super::organization::{ADMIN, Tree};
use super::scenario::{StackSetSpec, TargetSpec};

/// The Regions of all cases.
pub const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "ap-south-1", "sa-east-1"];
/// Values of the parameter `Level`, the default first.
pub const LEVELS: [&str; 3] = ["basic", "standard", "strict"];
/// Descriptions, with what TOML and XML must escape.
pub const DESCRIPTIONS: [&str; 3] = ["one", "two \\\"quoted\\\" & <tagged>", "drei: ü"];
/// The variable behind the secret parameter, and its value.
pub const SECRET: (&str, &str) = ("RANDOM_TOKEN", "a-secret-value");

/// The template that needs a capability and has the secret parameter.
pub const WITH_ROLE: u8 = 2;

const HEAD: &str = "Parameters:\n  Level:\n    Type: String\n    Default: basic\n    AllowedValues: [basic, standard, strict]\n";
const TOPIC: &str =
    "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: !Ref Level\n";
const DAYS: &str = "  Days:\n    Type: Number\n    Default: 30\n";
const TOKEN: &str = "  Token:\n    Type: String\n    NoEcho: true\n";
const LOGS: &str =
    "  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      RetentionInDays: !Ref Days\n";
const ROLE: &str = "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: !Sub 'for ${Level}'\n      AssumeRolePolicyDocument:\n        Statement:\n          - {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}\n";
/// The same as the first template in another format, which must be no difference.
const JSON: &str = r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Level"}}}}, "Parameters":
 {"Level": {"AllowedValues": ["basic", "standard", "strict"], "Type": "String", "Default": "basic"}}}"#;

/// Writes the templates of all cases below a directory.
pub fn write_templates(directory: &Path) {
    let templates = directory.join("templates");
    fs::create_dir_all(&templates).expect("a folder can be made");
    let texts = [
        format!("{HEAD}{TOPIC}"),
        format!("{HEAD}{DAYS}{TOPIC}{LOGS}"),
        format!("{HEAD}{DAYS}{TOKEN}{TOPIC}{LOGS}{ROLE}"),
        format!("Description: Another one\n{HEAD}{TOPIC}"),
        JSON.to_owned(),
    ];
    for (number, text) in texts.into_iter().enumerate() {
        fs::write(templates.join(format!("t{number}.yaml")), text).expect("a template can be written");
    }
}

/// Writes the manifest of these StackSets, as the organization is now; its path and its text.
pub fn write(directory: &Path, sets: &[StackSetSpec], tree: &Tree, world: &World) -> (PathBuf, String) {
    let mut text = format!(
        "version = 1\nproject = {{ name = \"random\" }}\n\n[aws]\nadmin_account = \"{}\"\nregion = \"us-east-1\"\n\
         call_as = \"{}\"\n\n[guard]\nmax_deleted_instances = 100000\n",
        world.caller,
        if world.caller.as_str() == ADMIN {
            "self"
        } else {
            "delegated-admin"
        }
    );
    for (number, set) in sets.iter().enumerate() {
        match set.removed {
            Some(deletes) => {
                let stacks = if deletes { "delete" } else { "retain" };
                let _ = write!(text, "\n[removed.s{number}]\nstacks = \"{stacks}\"\n");
            }
            None => stack_set(&mut text, number, sets, tree, world),
        }
    }
    let path = directory.join("stackfleet.toml");
    fs::write(&path, &text).expect("a manifest can be written");
    (path, text)
}

fn stack_set(text: &mut String, number: usize, sets: &[StackSetSpec], tree: &Tree, world: &World) {
    let set = &sets[number];
    // The same text twice is a mistake in a manifest; the same unit by path and by id is none.
    let targets: BTreeSet<_> = targets(set, tree, world)
        .iter()
        .map(|target| written(*target, tree, world))
        .collect();
    let targets: Vec<_> = targets.into_iter().collect();
    let regions = regions(set);
    let _ = write!(
        text,
        "\n[stackset.s{number}]\ntemplate = \"templates/t{}.yaml\"\ntargets = {targets:?}\nregions = {regions:?}\non_leave = \"{}\"\n",
        set.template,
        if set.deletes { "delete" } else { "retain" }
    );
    if set.rollout > 0 {
        let _ = writeln!(text, "rollout = \"r{number}\"");
    }
    settings(text, set);
    let needs = (0..number).filter(|it| set.depends_on & (1 << it) != 0 && sets[*it].removed.is_none());
    let needs: Vec<_> = needs.map(|it| format!("s{it}")).collect();
    let _ = writeln!(text, "depends_on = {needs:?}");
    let tags: Vec<_> = set
        .tags
        .iter()
        .map(|(key, value)| format!("key{key} = \"value {value}\""))
        .collect();
    let _ = writeln!(text, "tags = {{ {} }}", tags.join(", "));
    parameters(text, number, set);
    overrides(text, number, set, tree);
    preferences(text, number, set);
    if let (1.., Some(first)) = (set.rollout, targets.first()) {
        rollout(text, (number, set.rollout), first);
    }
}

/// Where the first target is comes first.
fn rollout(text: &mut String, (number, kind): (usize, u8), first: &str) {
    let fails = if kind == 2 { "rollback" } else { "stop" };
    let approval = kind == 3;
    let _ = write!(
        text,
        "\n[rollout.r{number}]\non_failure = \"{fails}\"\n\n[[rollout.r{number}.stage]]\nname = \"first\"\n\
         targets = [{first:?}]\nsoak = \"5m\"\n\n[[rollout.r{number}.stage]]\nname = \"rest\"\ntargets = \"rest\"\n\
         approval = {approval}\n"
    );
}

fn settings(text: &mut String, set: &StackSetSpec) {
    if set.self_managed {
        text.push_str("permission = \"self-managed\"\nexecution_role = \"OrganizationAccountAccessRole\"\n");
    } else {
        let auto_deploy = [
            "{ new_accounts = false }",
            "{ new_accounts = true, leaving_accounts = \"retain\" }",
            "{ new_accounts = true, leaving_accounts = \"delete\" }",
        ];
        let _ = writeln!(
            text,
            "auto_deploy = {}",
            auto_deploy[usize::from(set.auto_deploy)]
        );
    }
    if set.managed_execution {
        text.push_str("managed_execution = true\n");
    }
    if set.template == WITH_ROLE {
        text.push_str("capabilities = [\"iam\"]\n");
    }
    if let Some(description) = set.description {
        let _ = writeln!(
            text,
            "description = \"{}\"",
            DESCRIPTIONS[usize::from(description)]
        );
    }
}

fn parameters(text: &mut String, number: usize, set: &StackSetSpec) {
    let _ = write!(text, "\n[stackset.s{number}.parameters]\n");
    if let Some(level) = set.level {
        let _ = writeln!(text, "Level = \"{}\"", LEVELS[usize::from(level)]);
    }
    if set.template == WITH_ROLE {
        let _ = writeln!(text, "Token = {{ env = \"{}\", sensitive = true }}", SECRET.0);
    }
}

fn overrides(text: &mut String, number: usize, set: &StackSetSpec, tree: &Tree) {
    for (account, level) in &set.overrides {
        let _ = write!(
            text,
            "\n[[stackset.s{number}.override]]\nname = \"account {account}\"\ntargets = [\"{}\"]\nparameters = {{ Level = \"{}\" }}\n",
            tree.account(*account),
            LEVELS[usize::from(*level)]
        );
    }
}

fn preferences(text: &mut String, number: usize, set: &StackSetSpec) {
    let preferences = set.preferences;
    let _ = write!(
        text,
        "\n[stackset.s{number}.preferences]\nmax_concurrent = \"{}%\"\nfailure_tolerance = {}\nconcurrency_mode = \"{}\"\n\
         region_order = \"{}\"\n",
        preferences.concurrent,
        preferences.tolerance,
        if preferences.soft { "soft" } else { "strict" },
        if preferences.parallel {
            "parallel"
        } else {
            "sequential"
        },
    );
}

/// The targets that the organization still has; the root when it has none of them.
pub fn targets(set: &StackSetSpec, tree: &Tree, world: &World) -> Vec<TargetSpec> {
    let there = |target: &TargetSpec| match target {
        TargetSpec::Path(_) | TargetSpec::Unit(_) => true,
        TargetSpec::Account(number) | TargetSpec::Name(number) => {
            world.organization.accounts.contains_key(tree.account(*number))
        }
    };
    let kept: Vec<_> = set.targets.iter().copied().filter(there).collect();
    if kept.is_empty() {
        vec![TargetSpec::Path(0)]
    } else {
        kept
    }
}

/// The Regions in their order, each once.
pub fn regions(set: &StackSetSpec) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    let regions = set.regions.iter().map(|region| REGIONS[usize::from(*region)]);
    regions.filter(|region| seen.insert(*region)).collect()
}

fn written(target: TargetSpec, tree: &Tree, world: &World) -> String {
    match target {
        TargetSpec::Path(number) => path(tree, number, world),
        TargetSpec::Unit(number) => tree.unit(number).to_string(),
        TargetSpec::Account(number) => tree.account(number).to_string(),
        TargetSpec::Name(number) => format!("account:{}", name(tree.account(number), world)),
    }
}

fn name(account: &AccountId, world: &World) -> String {
    let found = world.organization.accounts.get(account);
    found.map(|account| account.name.clone()).unwrap_or_default()
}

fn path(tree: &Tree, number: u8, world: &World) -> String {
    let mut names = Vec::new();
    let mut at = tree.unit(number);
    while let Some(unit) = world.organization.units.get(at) {
        names.push(unit.name.as_str());
        at = &unit.parent;
    }
    names.push("Root");
    names.reverse();
    names.join("/")
}
