//! What a template asks of those who deploy it.
#![allow(clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use model::definition::Capability::{self, AutoExpand, Iam, NamedIam};
use template::{Template, Uniqueness};

fn read(text: &str) -> Template {
    template::read("t.yaml", text).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
}

fn resource(resource_type: &str, properties: &str) -> Template {
    read(&format!(
        "Resources: {{ It: {{ Type: {resource_type}, Properties: {properties} }} }}\n"
    ))
}

fn capabilities(template: &Template) -> Vec<Capability> {
    let required = template.required_capabilities();
    required.into_iter().map(|found| found.capability).collect()
}

/// Every row of the reference's table of capabilities (reference §6.2).
const ROWS: &[(&str, &str, &[Capability])] = &[
    ("AWS::IAM::AccessKey", "{ UserName: somebody }", &[Iam]),
    ("AWS::IAM::Group", "{}", &[Iam]),
    ("AWS::IAM::InstanceProfile", "{}", &[Iam]),
    ("AWS::IAM::Policy", "{ PolicyName: inline }", &[Iam]),
    ("AWS::IAM::Role", "{}", &[Iam]),
    ("AWS::IAM::User", "{}", &[Iam]),
    ("AWS::IAM::UserToGroupAddition", "{ GroupName: admins }", &[Iam]),
    ("AWS::IAM::Group", "{ GroupName: admins }", &[NamedIam]),
    (
        "AWS::IAM::InstanceProfile",
        "{ InstanceProfileName: web }",
        &[NamedIam],
    ),
    (
        "AWS::IAM::ManagedPolicy",
        "{ ManagedPolicyName: read }",
        &[NamedIam],
    ),
    ("AWS::IAM::Role", "{ RoleName: audit }", &[NamedIam]),
    ("AWS::IAM::Role", "{ RoleName: !Ref AWS::NoValue }", &[Iam]),
    (
        "AWS::IAM::Role",
        "{ RoleName: !Sub 'audit-${AWS::Region}' }",
        &[NamedIam],
    ),
    ("AWS::IAM::User", "{ UserName: somebody }", &[NamedIam]),
    ("AWS::IAM::ManagedPolicy", "{}", &[Iam]),
    ("AWS::IAM::OIDCProvider", "{}", &[]),
    ("AWS::SNS::Topic", "{ TopicName: a }", &[]),
];

#[test]
fn each_content_needs_its_capability() {
    for (resource_type, properties, wanted) in ROWS {
        let found = capabilities(&resource(resource_type, properties));
        assert_eq!(found, *wanted, "{resource_type} {properties}");
    }
    for transform in [
        "AWS::Include",
        "AWS::Serverless-2016-10-31",
        "AWS::LanguageExtensions",
        "OurOwnMacro",
    ] {
        let text = format!("Transform: {transform}\nResources: {{ It: {{ Type: AWS::SNS::Topic }} }}\n");
        assert_eq!(capabilities(&read(&text)), [AutoExpand], "{transform}");
    }
    let inside = resource(
        "AWS::SNS::Topic",
        "{ Tags: { Fn::Transform: { Name: AWS::Include } } }",
    );
    assert_eq!(capabilities(&inside), [AutoExpand]);
    // The child's macros are not known here; it is told where it is.
    let nested = resource("AWS::CloudFormation::Stack", "{ TemplateURL: there }");
    assert_eq!((capabilities(&nested), nested.nested_stacks().len()), (vec![], 1));
}

#[test]
fn what_a_loop_repeats_is_looked_at() {
    let template = read(
        "Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Roles:
    - Name
    - [a, b]
    - Role${Name}: { Type: AWS::IAM::Role, Properties: { RoleName: !Sub '${Name}' } }
      Fn::ForEach::Inner:
        - Other
        - [c]
        - Stack${Name}${Other}: { Type: AWS::CloudFormation::Stack }
",
    );
    assert_eq!(capabilities(&template), [NamedIam, AutoExpand]);
    assert_eq!(template.nested_stacks()[0].value, "Stack${Name}${Other}");
    assert_eq!(template.nested_stacks()[0].span.start.line, 10);
}

#[test]
fn restrictions_of_service_managed_stack_sets_say_where() {
    let template = read(
        "Resources:
  Inner: { Type: AWS::CloudFormation::Stack }
  Fleet: { Type: AWS::CloudFormation::StackSet }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { Fn::Transform: { Name: Ours } }
Transform: [AWS::Include]
",
    );
    let place = |found: &[model::diagnostic::Spanned<String>]| {
        let texts = found
            .iter()
            .map(|found| format!("{} {}", found.span.start.line, found.value));
        texts.collect::<Vec<_>>()
    };
    assert_eq!(place(template.transforms()), ["7 AWS::Include", "6 Ours"]);
    assert_eq!(place(&template.nested_stacks()), ["2 Inner"]);
    assert_eq!(place(&template.nested_stack_sets()), ["3 Fleet"]);
}

const NAMES: &str = "Parameters:
  Env: { Type: String }
  Fleet: { Type: AWS::SSM::Parameter::Value<String> }
Conditions:
  Home: !Equals [!Ref AWS::Region, eu-west-1]
  NotHome: !Not [Condition: Home]
  InProd: !Equals [!Ref Env, prod]
Resources:
  It:
    Type: TYPE
    Properties: PROPERTIES
    CONDITION
  Zone: { Type: AWS::Route53::HostedZone }
";

/// The name, and the parameters that decide about it.
fn names(resource_type: &str, properties: &str, condition: &str) -> Vec<String> {
    let text = NAMES
        .replace("TYPE", resource_type)
        .replace("PROPERTIES", properties)
        .replace("CONDITION", condition);
    let found = read(&text).fixed_global_names();
    let line = |found: &template::GlobalName| {
        let parameters: Vec<_> = found.parameters.iter().cloned().collect();
        format!("{} [{}]", found.name, parameters.join(" "))
    };
    found.iter().map(line).collect()
}

#[test]
fn a_name_is_fixed_when_no_region_changes_it() {
    let role = |name: &str| names("AWS::IAM::Role", &format!("{{ RoleName: {name} }}"), "");
    assert_eq!(role("audit"), ["audit []"]);
    assert_eq!(
        role("!Sub 'audit-${AWS::AccountId}'"),
        ["audit-${AWS::AccountId} []"]
    );
    assert_eq!(role("!Sub '${Env}-audit'"), ["${Env}-audit [Env]"]);
    assert_eq!(role("!Sub ['${A}-b', { A: !Ref Env }]"), ["${Env}-b [Env]"]);
    assert_eq!(
        role("!Join ['-', [!Ref AWS::Partition, a, 1]]"),
        ["${AWS::Partition}-a-1 []"]
    );
    assert_eq!(role("!Ref Env"), ["${Env} [Env]"]);
    for other in [
        "!Sub 'audit-${AWS::Region}'",
        "!Sub 'audit-${AWS::StackName}'",
        "!Ref Fleet",
        "'{{resolve:ssm:/name}}'",
        "!Join ['-', [a, !Ref AWS::Region]]",
        "!If [Home, a, b]",
        "!Ref AWS::NoValue",
    ] {
        assert_eq!(role(other), [""; 0], "{other}");
    }
}

#[test]
fn a_condition_on_the_region_keeps_regions_apart_and_another_one_does_not() {
    let under = |condition: &str| {
        names(
            "AWS::IAM::Role",
            "{ RoleName: a }",
            &format!("Condition: {condition}"),
        )
    };
    assert_eq!(under("Home"), [""; 0]);
    assert_eq!(under("NotHome"), [""; 0]);
    assert_eq!(under("InProd"), ["a [Env]"]);
}

#[test]
fn names_of_other_services_that_know_no_regions() {
    assert_eq!(names("AWS::S3::Bucket", "{ BucketName: logs }", ""), ["logs []"]);
    let own = "{ BucketName: logs, BucketNamespace: account-regional }";
    assert_eq!(names("AWS::S3::Bucket", own, ""), [""; 0]);
    let aliases = "{ DistributionConfig: { Aliases: [a.example.com, !Sub 'b.${AWS::Region}.example.com'] } }";
    assert_eq!(
        names("AWS::CloudFront::Distribution", aliases, ""),
        ["a.example.com []"]
    );
    let policy = "{ CachePolicyConfig: { Name: short } }";
    assert_eq!(names("AWS::CloudFront::CachePolicy", policy, ""), ["short []"]);
    let record = |zone: &str| {
        names(
            "AWS::Route53::RecordSet",
            &format!("{{ Name: www.example.com, {zone} }}"),
            "",
        )
    };
    assert_eq!(record("HostedZoneId: Z1"), ["www.example.com []"]);
    assert_eq!(record("HostedZoneId: !Ref Zone"), [""; 0]);
    assert_eq!(record("HostedZoneId: Z1, SetIdentifier: one"), [""; 0]);
    assert_eq!(names("AWS::SNS::Topic", "{ TopicName: alarms }", ""), [""; 0]);
}

#[test]
fn a_global_name_says_who_collides() {
    let bucket =
        resource("AWS::S3::Bucket", "{ BucketName: !Sub 'logs-${AWS::AccountId}' }").fixed_global_names();
    assert_eq!(
        (bucket[0].uniqueness, bucket[0].names_account),
        (Uniqueness::Everywhere, true)
    );
    let role = resource("AWS::IAM::Role", "{ RoleName: audit }").fixed_global_names();
    assert_eq!(
        (role[0].uniqueness, role[0].names_account),
        (Uniqueness::Account, false)
    );
    assert_eq!(role[0].span.start.column, 56);
}
