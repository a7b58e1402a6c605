//! What differs between two templates, as a person would tell it.
#![allow(clippy::panic, clippy::format_push_string, reason = "a test may panic")]

use std::collections::BTreeMap;

use model::plan::{PermissionChange, ResourceChange, SectionChange};
use template::{Side, Template};

fn read(text: &str) -> Template {
    template::read("t.yaml", text).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
}

/// Everything that differs, a line for each thing.
fn told(before: &str, after: &str) -> String {
    with_values(before, after, &[&[], &[]])
}

fn with_values(before: &str, after: &str, values: &[&[(&str, &str)]; 2]) -> String {
    let (before, after) = (read(before), read(after));
    let values = values.map(|values| {
        let owned = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect::<BTreeMap<_, _>>()
    });
    let side = |template, values| Side { template, values };
    let found = template::difference(Some(side(&before, &values[0])), side(&after, &values[1]));
    let resources = found.resources.iter().map(resource);
    let sections = found.sections.iter().map(section);
    resources.chain(sections).collect()
}

fn json(value: Option<&serde_json::Value>) -> String {
    value.map_or("-".to_owned(), ToString::to_string)
}

fn resource(change: &ResourceChange) -> String {
    let ResourceChange {
        logical_id,
        resource_type,
        action,
        replacement,
        ..
    } = change;
    let mut text = format!("{action:?} {logical_id} {resource_type}, replaced: {replacement:?}\n");
    for property in &change.properties {
        let (before, after) = (json(property.before.as_ref()), json(property.after.as_ref()));
        let through = property
            .through
            .as_deref()
            .map_or(String::new(), |why| format!(" through {why}"));
        let (path, replacement) = (&property.path, property.replacement);
        text += &format!("  {path}: {before} → {after}, replaced: {replacement:?}{through}\n");
    }
    text.extend(change.permissions.iter().map(permission));
    for note in &change.notes {
        text += &format!("  ! {note}\n");
    }
    text
}

fn permission(change: &PermissionChange) -> String {
    let PermissionChange {
        policy,
        action,
        effect,
        actions,
        resources,
        principals,
        conditional,
        broader,
    } = change;
    format!(
        "  {policy} {action:?} {effect} {actions:?} on {resources:?} for {principals:?} conditional={conditional} broader={broader}\n"
    )
}

fn section(change: &SectionChange) -> String {
    let SectionChange {
        section,
        name,
        action,
        before,
        after,
    } = change;
    format!(
        "{action:?} {section} {name}: {} → {}\n",
        json(before.as_ref()),
        json(after.as_ref())
    )
}

#[test]
fn a_change_makes_a_new_resource_as_the_schema_says() {
    let template = |role: &str, queue: &str| {
        format!(
            "Parameters: {{ P: {{ Type: String }} }}
Resources:
  Role: {{ Type: AWS::IAM::Role, Properties: {role} }}
  Instance: {{ Type: AWS::EC2::Instance, Properties: {queue} }}
  Other: {{ Type: Custom::Thing, Properties: {queue} }}
"
        )
    };
    let before = template(
        "{ RoleName: a, Path: /, MaxSessionDuration: 3600 }",
        "{ InstanceType: t3.micro, Tags: [{ Key: a, Value: b }] }",
    );
    let after = template(
        "{ RoleName: b, Path: !Ref P, MaxSessionDuration: 7200 }",
        "{ InstanceType: t3.large, Tags: [{ Key: a, Value: c }] }",
    );
    insta::assert_snapshot!(told(&before, &after));
}

#[test]
fn a_resource_that_keeps_its_name_cannot_be_replaced() {
    let role = |path: &str| {
        format!(
            "Resources: {{ Role: {{ Type: AWS::IAM::Role, Properties: {{ RoleName: audit, Path: {path} }} }} }}\n"
        )
    };
    insta::assert_snapshot!(told(&role("/"), &role("/ops/")));
}

const SIZES: &str = "Parameters:
  Days: { Type: Number, Default: 30 }
  Env: { Type: String, Default: dev }
  Token: { Type: String, NoEcho: true, Default: one }
Mappings:
  Sizes: { dev: { hours: 3600 }, prod: { hours: 7200 } }
  Zones: { eu-west-1: { zone: a } }
Conditions:
  InProd: !Equals [!Ref Env, prod]
  AtHome: !Equals [!Ref AWS::Region, eu-west-1]
  Both: !And [Condition: InProd, Condition: AtHome]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub '${Env}-audit'
      MaxSessionDuration: !FindInMap [Sizes, !Ref Env, hours]
      Description: !If [InProd, production, !Ref AWS::NoValue]
  Group:
    Type: AWS::Logs::LogGroup
    Properties: { RetentionInDays: !Ref Days, LogGroupName: !FindInMap [Zones, !Ref AWS::Region, zone] }
  OnlyProd: { Type: AWS::SNS::Topic, Condition: InProd }
  Perhaps: { Type: AWS::SNS::Topic, Condition: Both }
  Untouched: { Type: AWS::SNS::Topic, Properties: { TopicName: !If [AtHome, a, b] } }
";

#[test]
fn a_mapping_is_seen_where_it_is_used() {
    insta::assert_snapshot!(told(
        SIZES,
        &SIZES
            .replace("hours: 3600", "hours: 1800")
            .replace("zone: a", "zone: b")
    ));
}

#[test]
fn a_default_is_seen_where_it_is_used_unless_a_value_is_given() {
    let after = SIZES
        .replace("Default: 30", "Default: 90")
        .replace("Default: one", "Default: two");
    insta::assert_snapshot!(told(SIZES, &after));
    let given = with_values(SIZES, &after, &[&[("Days", "7")], &[("Days", "7")]]);
    assert!(!given.contains("Group"), "{given}");
}

#[test]
fn a_value_flips_conditions_and_makes_and_deletes_resources() {
    insta::assert_snapshot!(with_values(SIZES, SIZES, &[&[], &[("Env", "prod")]]));
    let back = with_values(SIZES, SIZES, &[&[("Env", "prod")], &[("Env", "dev")]]);
    assert!(back.contains("Delete OnlyProd"), "{back}");
    assert_eq!(
        with_values(SIZES, SIZES, &[&[("Env", "prod")], &[("Env", "prod")]]),
        ""
    );
}

#[test]
fn what_is_written_otherwise_and_comes_to_the_same_is_told_as_written() {
    let after = SIZES.replace("RetentionInDays: !Ref Days", "RetentionInDays: 30");
    insta::assert_snapshot!(told(SIZES, &after));
}

#[test]
fn other_parts_of_a_resource_and_other_sections_are_told() {
    let before = "Description: one
Resources:
  A: { Type: AWS::SNS::Topic, DependsOn: B, Metadata: { a: 1 }, DeletionPolicy: Retain }
  B: { Type: AWS::SNS::Topic }
Outputs:
  Arn: { Value: !Ref A, Export: { Name: arn } }
  Gone: { Value: x }
";
    let after = "Resources:
  A: { Type: AWS::SNS::Topic, Metadata: { a: 2 }, UpdateReplacePolicy: Retain, UpdatePolicy: {} }
  B: { Type: AWS::SQS::Queue }
Conditions: { New: !Equals [a, b] }
Outputs:
  Arn: { Value: !Ref A, Export: { Name: topic-arn } }
";
    insta::assert_snapshot!(told(before, after));
}

#[test]
fn a_new_logical_id_is_a_new_resource() {
    let before = "Resources: { Old: { Type: AWS::S3::Bucket }, Stay: { Type: AWS::SNS::Topic } }\n";
    insta::assert_snapshot!(told(before, &before.replace("Old", "New")));
}

#[test]
fn items_of_a_list_go_by_their_names() {
    let tags = |tags: &str| {
        format!(
            "Resources: {{ T: {{ Type: AWS::SNS::Topic, Properties: {{ Tags: {tags}, Subscription: [{{ Protocol: sqs }}] }} }} }}\n"
        )
    };
    let before = tags("[{ Key: a, Value: one }, { Key: b, Value: two }]");
    let after = tags("[{ Key: c, Value: three }, { Key: a, Value: new }]")
        .replace("[{ Protocol", "[{ Protocol: sms }, { Protocol");
    insta::assert_snapshot!(told(&before, &after));
    assert!(told(&before, &tags("[{ Key: b, Value: two }, { Key: a, Value: one }]")).contains("Tags: ["));
}

const ROLE: &str = "Resources:
  Bucket: { Type: AWS::S3::Bucket }
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      PermissionsBoundary: arn:aws:iam::aws:policy/Boundary
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Action: sts:AssumeRole, Principal: { Service: lambda.amazonaws.com } }
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: [s3:GetObject], Resource: '*' }
              - { Effect: Allow, Action: 'logs:*', Resource: '*' }
              - { Effect: Deny, Action: 's3:DeleteObject', Resource: !GetAtt Bucket.Arn }
";

#[test]
fn permissions_that_come_and_go_are_told_apart() {
    let after = ROLE
        .replace("Action: [s3:GetObject]", "Action: [s3:ListBucket, s3:GetObject]")
        .replace("Service: lambda", "AWS: '*', Service: lambda")
        .replace("/ReadOnlyAccess", "/AdministratorAccess")
        .replace(
            "      PermissionsBoundary: arn:aws:iam::aws:policy/Boundary\n",
            "",
        );
    insta::assert_snapshot!("broader", told(ROLE, &after));
    let narrower = ROLE
        .replace(
            "Action: 'logs:*'",
            "Action: [logs:PutLogEvents, logs:CreateLogStream]",
        )
        .replace(
            "Action: [s3:GetObject], Resource: '*'",
            "Action: [s3:GetObject], Resource: '*', Condition: { Bool: { a: b } }",
        );
    insta::assert_snapshot!("narrower", told(ROLE, &narrower));
    let denied = ROLE.replace(
        "              - { Effect: Deny, Action: 's3:DeleteObject', Resource: !GetAtt Bucket.Arn }\n",
        "",
    );
    insta::assert_snapshot!("denial_gone", told(ROLE, &denied));
}

#[test]
fn a_policy_that_comes_brings_its_permissions() {
    let policy = "  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: { Statement: [{ Effect: Allow, NotAction: [iam:*, sts:*], Resource: '*' }] }
";
    insta::assert_snapshot!(told(ROLE, &format!("{ROLE}{policy}")));
}

#[test]
fn a_role_that_goes_makes_nobody_broader() {
    let bucket = ROLE.split("  Role:").next().unwrap_or_default();
    let gone = told(ROLE, bucket);
    assert!(
        gone.contains("Delete Role") && !gone.contains("broader=true"),
        "{gone}"
    );
}

#[test]
fn a_difference_of_formatting_is_none() {
    let json = r#"{"Resources": {"T": {"Properties": {"Tags": [{"Value": "b", "Key": "a"}]}, "Type": "AWS::SNS::Topic"}}}"#;
    let yaml = "# a comment\nResources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties: { Tags: [{ Key: a, Value: b }] }\n";
    assert_eq!(told(json, yaml), "");
}
