//! What an update writes for certain: never more than the texts say.

#![cfg(test)]

use std::collections::BTreeMap;

use template::{Rewrites, Side, Template};

const BEFORE: &str = r#"
Parameters:
  Days: { Type: String, Default: "30" }
  Secret: { Type: String, NoEcho: true }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      MaxSessionDuration: 3600
      Description: !Sub "kept ${Days} days in ${AWS::Region}"
      Path: !Ref Secret
      AssumeRolePolicyDocument: { Statement: [] }
      Policies:
        - PolicyName: read
          PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:Get*", Resource: "*" }] }
  Group:
    Type: AWS::Logs::LogGroup
    Properties: { RetentionInDays: !Ref Days, LogGroupName: one }
  Old:
    Type: AWS::SNS::Topic
    Properties: { DisplayName: old }
"#;

fn read(text: &str) -> Template {
    template::read("t", text).unwrap()
}

fn between(before: &str, after: &str, days: [&str; 2]) -> Rewrites {
    let [old, new] = days.map(|days| BTreeMap::from([("Days".to_owned(), days.to_owned())]));
    let (before, after) = (read(before), read(after));
    let side = |template, values| Side { template, values };
    Rewrites::between(side(&before, &old), side(&after, &new))
}

fn written(rewrites: &Rewrites, id: &str, pointer: &str) -> Option<String> {
    rewrites.written(id, pointer).map(ToString::to_string)
}

#[test]
fn only_a_property_whose_own_value_differs_is_written() {
    let after = BEFORE.replace("MaxSessionDuration: 3600", "MaxSessionDuration: 7200");
    let rewrites = between(BEFORE, &after, ["30", "30"]);
    assert_eq!(
        written(&rewrites, "Role", "/MaxSessionDuration").as_deref(),
        Some("7200")
    );
    for untouched in [
        "/Description",
        "/Policies/0/PolicyDocument",
        "/Policies/1",
        "/Nothing",
        "",
    ] {
        assert_eq!(written(&rewrites, "Role", untouched), None, "{untouched}");
    }
    assert_eq!(written(&rewrites, "Group", "/RetentionInDays"), None);
}

#[test]
fn a_parameter_that_changes_writes_what_names_it_where_the_rest_is_known() {
    let rewrites = between(BEFORE, BEFORE, ["30", "90"]);
    assert_eq!(
        written(&rewrites, "Group", "/RetentionInDays").as_deref(),
        Some("\"90\"")
    );
    // The Region is not known here.
    assert_eq!(written(&rewrites, "Role", "/Description"), None);
    assert_eq!(written(&rewrites, "Role", "/MaxSessionDuration"), None);
}

#[test]
fn another_way_to_say_the_same_writes_nothing() {
    let after = BEFORE.replace("!Ref Days", "30").replace("3600", "\"3600\"");
    let rewrites = between(BEFORE, &after, ["30", "30"]);
    assert_eq!(written(&rewrites, "Group", "/RetentionInDays"), None);
    assert_eq!(written(&rewrites, "Role", "/MaxSessionDuration"), None);
}

#[test]
fn what_is_secret_is_never_certain() {
    let after = BEFORE.replace("Path: !Ref Secret", "Path: /open/");
    assert_eq!(
        written(&between(BEFORE, &after, ["30", "30"]), "Role", "/Path"),
        None
    );
}

#[test]
fn a_change_inside_of_a_policy_writes_the_policy_and_not_its_neighbours() {
    let after = BEFORE.replace("s3:Get*", "s3:List*");
    let rewrites = between(BEFORE, &after, ["30", "30"]);
    assert!(rewrites.written("Role", "/Policies/0/PolicyDocument").is_some());
    assert!(
        rewrites
            .written("Role", "/Policies/0/PolicyDocument/Statement/0/Action")
            .is_some()
    );
    assert!(
        rewrites
            .written("Role", "/Policies/0/PolicyDocument/Statement/0/Resource")
            .is_none()
    );
}

#[test]
fn resources_that_go_and_those_that_are_made_anew_are_told() {
    let after = BEFORE.replace("LogGroupName: one", "LogGroupName: two");
    let after = after.split("  Old:").next().unwrap().to_owned();
    let rewrites = between(BEFORE, &after, ["30", "30"]);
    assert!(rewrites.removes("Old") && !rewrites.removes("Group"));
    assert!(rewrites.replaces("Group") && !rewrites.replaces("Role"));
}

#[test]
fn nothing_is_certain_behind_a_macro_a_condition_or_another_type() {
    let other = BEFORE.replace("3600", "7200");
    let of_macro = format!("Transform: Own{BEFORE}");
    let rewrites = between(&of_macro, &of_macro.replace("3600", "7200"), ["30", "30"]);
    assert_eq!(written(&rewrites, "Role", "/MaxSessionDuration"), None);
    let conditional = |text: &str| {
        let with = text.replace(
            "Type: AWS::IAM::Role",
            "Type: AWS::IAM::Role\n    Condition: Here",
        );
        format!("Conditions: {{ Here: !Equals [!Ref AWS::Region, eu-west-1] }}{with}")
    };
    let rewrites = between(&conditional(BEFORE), &conditional(&other), ["30", "30"]);
    assert_eq!(written(&rewrites, "Role", "/MaxSessionDuration"), None);
    let typed = other.replace("AWS::IAM::Role", "AWS::IAM::User");
    assert_eq!(
        written(
            &between(BEFORE, &typed, ["30", "30"]),
            "Role",
            "/MaxSessionDuration"
        ),
        None
    );
}

#[test]
fn places_are_told_by_the_names_of_items() {
    let template = read(BEFORE);
    for (pointer, told) in [
        ("/Policies/0/PolicyDocument", "Policies.read.PolicyDocument"),
        ("/Policies/7/PolicyName", "Policies.7.PolicyName"),
        ("/Tags/0/a~1b", "Tags.0.a/b"),
        ("", ""),
    ] {
        assert_eq!(template.place("Role", pointer), told);
    }
    assert_eq!(template.place("Missing", "/A/0"), "A.0");
}
