//! Templates as CloudFormation users write them, and texts that are none.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use model::definition::Capability;
use serde_json::json;
use template::Template;

const YAML: &str = r#"
# A comment
AWSTemplateFormatVersion: 2010-09-09
Description: Audit role
Parameters:
  Days: { Type: Number, Default: 007 }
  Flag: { Type: String, Default: true, AllowedValues: [true, false] }
  Since: { Type: String, Default: 2012-10-17 }
Conditions:
  Home: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: Home
    Properties:
      RoleName: !Sub "audit-${AWS::Region}"
      Path: /
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: { AWS: !GetAtt Other.Outputs.Arn }
  Other:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: { AWS: !GetAtt [Third, Outputs.Arn] }
      Tags: !If [Home, [], !Ref AWS::NoValue]
  Third: { Type: AWS::CloudFormation::Stack }
Outputs:
  Arn:
    Value: !Join ['', [a, !Select [0, !GetAZs ""]]]
"#;

const JSON: &str = r#"{
	"Resources": {
		"Other": {"Type": "AWS::IAM::Role", "Properties": {
			"Tags": {"Fn::If": ["Home", [], {"Ref": "AWS::NoValue"}]},
			"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
				"Principal": {"AWS": {"Fn::GetAtt": ["Third", "Outputs.Arn"]}}}]}}},
		"Third": {"Type": "AWS::CloudFormation::Stack"},
		"Role": {"Type": "AWS::IAM::Role", "Condition": "Home", "Properties": {
			"Path": "/", "RoleName": {"Fn::Sub": "audit-${AWS::Region}"},
			"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
				"Principal": {"AWS": {"Fn::GetAtt": ["Other", "Outputs.Arn"]}}}]}}}
	},
	"AWSTemplateFormatVersion": "2010-09-09", "Description": "Audit role",
	"Parameters": {
		"Days": {"Type": "Number", "Default": "007"},
		"Flag": {"Type": "String", "Default": true, "AllowedValues": [true, false]},
		"Since": {"Type": "String", "Default": "2012-10-17"}
	},
	"Conditions": {"Home": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
	"Outputs": {"Arn": {"Value": {"Fn::Join": ["", ["a", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}]]}}}
}"#;

fn read(text: &str) -> Template {
    template::read("t.yaml", text).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
}

/// Code, message and place of everything that is wrong.
fn wrong(text: &str) -> Vec<String> {
    let wrong = template::read("t.yaml", text).expect_err("refused");
    let line = |found: &model::diagnostic::Diagnostic| {
        let at = found
            .labels
            .first()
            .map(|label| label.span.start)
            .unwrap_or_default();
        assert!(!found.help.is_empty(), "{found:?}");
        format!("{} {}:{} {}", found.code, at.line, at.column, found.message)
    };
    wrong.iter().map(line).collect()
}

/// A template with a resource of some type and properties.
fn with(resource_type: &str, properties: &str) -> Template {
    read(&format!(
        "Resources:\n  It:\n    Type: {resource_type}\n    Properties: {properties}\nParameters:\n  P: {{ Type: String }}\n  Q: {{ Type: String }}\n"
    ))
}

#[test]
fn yaml_and_json_of_one_template_are_the_same() {
    let (yaml, json) = (read(YAML), read(JSON));
    assert_eq!(yaml.body, json.body);
    assert!(yaml.same_as(&json));
    assert_eq!(template::diff(Some(&yaml), &json), []);
    assert_eq!(
        yaml.resources["Role"].property("RoleName"),
        Some(&json!({"Fn::Sub": "audit-${AWS::Region}"}))
    );
}

#[test]
fn defaults_are_texts_as_written() {
    for template in [read(YAML), read(JSON)] {
        let default = |name: &str| template.parameters[name].default.clone().unwrap();
        assert_eq!(
            [default("Days"), default("Flag"), default("Since")],
            ["007", "true", "2012-10-17"]
        );
        assert_eq!(template.parameters["Flag"].allowed_values, ["true", "false"]);
    }
}

#[test]
fn places_are_those_of_the_text() {
    let template = read(YAML);
    let span = &template.resources["Role"].property_spans["RoleName"];
    assert_eq!(
        &YAML[span.start.offset..span.end.offset],
        "RoleName: !Sub \"audit-${AWS::Region}\""
    );
    assert_eq!((span.start.line, span.start.column), (16, 7));
    let umlauts = "Description: äöü\nResources:\n  It:\n    Type: AWS::SNS::Topic # ü\n";
    let span = read(umlauts).resources["It"].resource_type.span.clone();
    assert_eq!(&umlauts[span.start.offset..span.end.offset], "AWS::SNS::Topic");
}

#[test]
fn a_custom_name_needs_named_iam_and_says_where() {
    let required = read(YAML).required_capabilities();
    assert_eq!(required[0].capability, Capability::NamedIam);
    assert_eq!(required[0].span.start.line, 16);
    assert_eq!(required[1].capability, Capability::Iam);
    assert_eq!(with("AWS::SNS::Topic", "{}").required_capabilities(), []);
    assert_eq!(
        with("AWS::IAM::Policy", "{ PolicyName: p }").required_capabilities()[0].capability,
        Capability::Iam
    );
}

#[test]
fn transforms_are_found_wherever_they_are() {
    let text = "Transform: [AWS::LanguageExtensions, Mine]\nResources:\n  It:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Transform { Name: Upper, Parameters: { Input: a } }\n  Fn::ForEach::Loop: [X, [a], {}]\n";
    let template = read(text);
    let names: Vec<_> = template
        .transforms()
        .iter()
        .map(|found| found.value.as_str())
        .collect();
    assert_eq!(names, ["AWS::LanguageExtensions", "Mine", "Upper"]);
    assert!(
        template
            .required_capabilities()
            .iter()
            .all(|found| found.capability == Capability::AutoExpand)
    );
    assert_eq!(template.resources.len(), 1);
}

#[test]
fn literal_names_of_global_resources_are_found() {
    let names = |template: &Template| {
        template
            .fixed_global_names()
            .into_iter()
            .map(|found| found.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&with("AWS::IAM::Role", "{ RoleName: audit }")), ["audit"]);
    assert_eq!(names(&with("AWS::S3::Bucket", "{ BucketName: logs }")), ["logs"]);
    assert_eq!(
        names(&with("AWS::S3::Bucket", "{ BucketName: !Ref P }")),
        ["${P}"]
    );
    assert_eq!(names(&with("AWS::SNS::Topic", "{ TopicName: alarms }")), [""; 0]);
}

#[test]
fn a_difference_names_the_property_and_treats_a_function_as_one_value() {
    let before = with("AWS::IAM::Role", "{ A: 1, B: [{ C: x }, y], D: !Ref P, E: [1] }");
    let after = with(
        "AWS::IAM::Role",
        "{ A: 1, B: [{ C: z }, y], D: !Ref Q, E: [1, 2], F: new }",
    );
    let changes = template::diff(Some(&before), &after);
    let lines: Vec<_> = changes[0]
        .properties
        .iter()
        .map(|change| format!("{} {:?} {:?}", change.path, change.before, change.after))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn resources_come_and_go() {
    let (one, two) = (
        read("Resources: { A: { Type: X } }"),
        read("Resources: { B: { Type: Y } }"),
    );
    let changes: Vec<_> = template::diff(Some(&one), &two)
        .into_iter()
        .map(|change| (change.logical_id, change.action))
        .collect();
    assert_eq!(
        changes,
        [
            ("A".to_owned(), model::plan::Action::Delete),
            ("B".to_owned(), model::plan::Action::Create)
        ]
    );
    assert_eq!(template::diff(None, &one)[0].action, model::plan::Action::Create);
}

#[test]
fn texts_that_are_no_templates_are_refused_with_the_place() {
    let missing_comma = "{\"Resources\": {\"A\": {\"Type\": \"X\" \"Y\"}}}";
    let texts = ["Resources: [\n", missing_comma, "", "- a\n", "a: 1\n---\nb: 2\n"];
    let said: Vec<_> = texts.iter().flat_map(|text| wrong(text)).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn every_mistake_of_form_is_told() {
    let text = "Resorces: {}\nParameters:\n  A: { Default: [1] }\n  B: { Type: String, Defualt: x, MinLength: few }\nResources:\n  my-role: { Type: X }\n  Bare:\n  Typeless: { Properties: {} }\nConstants: {}\n";
    insta::assert_snapshot!(wrong(text).join("\n"));
}

#[test]
fn a_key_that_is_written_twice_is_refused() {
    insta::assert_snapshot!(wrong("Resources:\n  A: { Type: X }\n  A: { Type: Y }\n").join("\n"));
}

#[test]
fn directives_of_other_tools_are_named() {
    let text = "Resources:\n  A: { Type: !Rain::Module vpc.yml }\n  B: { Type: X, Properties: { C: !Reff D, <<: {} } }\n";
    insta::assert_snapshot!(wrong(text).join("\n"));
}

#[test]
fn limits_of_the_service_hold() {
    let many = |count: usize, name: &str, body: &str| {
        (0..count).fold(format!("{name}:\n"), |text, n| format!("{text}  R{n}: {body}\n"))
    };
    assert!(template::read("t", &many(500, "Resources", "{ Type: X }")).is_ok());
    assert!(wrong(&many(501, "Resources", "{ Type: X }"))[0].starts_with("E0336 502:3 "));
    let text = format!(
        "{}Resources: {{ A: {{ Type: X }} }}\n",
        many(201, "Parameters", "{ Type: String }")
    );
    assert!(wrong(&text)[0].starts_with("E0336 202:3 "));
}

#[test]
fn bombs_are_refused_before_they_grow() {
    assert!(wrong(&format!("Resources: {}", "[".repeat(200)))[0].starts_with("E0331 "));
    assert!(wrong(&"#".repeat(template::MAX_BYTES + 1))[0].starts_with("E0331 "));
    assert!(wrong(&format!("Resources: [{}]", "1,".repeat(300_000)))[0].starts_with("E0331 "));
    let repeated = format!("a: &a [x, x]\nb: [{}]\n", vec!["*a"; 5000].join(", "));
    let said = wrong(&repeated);
    assert!(
        said.len() <= 100 && said[0] == "E0334 2:5 CloudFormation does not take YAML aliases",
        "{}",
        said[0]
    );
}

#[test]
fn no_cut_of_a_template_makes_the_reader_panic() {
    for text in [YAML, JSON] {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = template::read("t", &text[..end]);
            let _ = template::read("t", &text[end..]);
        }
    }
}

#[test]
fn limits_inside_of_sections_hold() {
    let topic = "Resources: { A: { Type: AWS::SNS::Topic } }\n";
    let mapping = |attributes: usize| {
        let all = (0..attributes).fold(String::new(), |text, n| text + &format!("a{n}: b, "));
        format!("Mappings: {{ M: {{ k: {{ {all} }} }} }}\n{topic}")
    };
    assert!(template::read("t", &mapping(200)).is_ok());
    assert!(wrong(&mapping(201))[0].starts_with("E0336 1:"));
    let dynamic = |references: usize| {
        let all = (0..references).fold(String::new(), |text, n| {
            text + &format!("'{{{{resolve:ssm:p{n}}}}}', '{{{{resolve:ssm:p0}}}}', ")
        });
        format!("Resources: {{ A: {{ Type: AWS::SNS::Topic, Properties: {{ P: [{all}] }} }} }}\n")
    };
    assert!(template::read("t", &dynamic(60)).is_ok());
    assert!(wrong(&dynamic(61))[0].starts_with("E0336 1:"));
    let output = |name: &str| format!("Outputs: {{ {name}: {{ Value: a }} }}\n{topic}");
    assert!(template::read("t", &output(&"a".repeat(255))).is_ok());
    assert!(wrong(&output(&"a".repeat(256)))[0].starts_with("E0336 1:12 "));
}

#[test]
fn parts_that_resources_and_outputs_do_not_have_are_refused() {
    let text = "Resources:\n  A: { Type: AWS::SNS::Topic, Propertys: {}, Count: 2 }\nOutputs:\n  Arn: { Export: { Name: a } }\n";
    insta::assert_snapshot!(wrong(text).join("\n"));
    // What a macro makes of them is not known.
    assert!(template::read("t", &format!("Transform: Ours\n{text}")).is_ok());
}

#[test]
fn json_is_held_to_the_same_budgets_and_keeps_its_places() {
    let doubled = "{\"Resources\":\n {\"A\": {\"Type\": \"X\"}, \"A\": {\"Type\": \"Y\"}}}";
    assert_eq!(
        wrong(doubled),
        ["E0332 2:23 `A` is written twice in the template"]
    );
    let nested = format!("{{\"Resources\": {}1{}}}", "[".repeat(110), "]".repeat(110));
    assert!(wrong(&nested)[0].starts_with("E0331 1:"));
    assert!(wrong(&format!("{{\"a\": [{}1]}}", "1,".repeat(300_000)))[0].starts_with("E0331 1:"));
    assert_eq!(
        wrong("{\"Resources\": {\n"),
        ["E0330 2:1 the template is not valid JSON"]
    );
    assert_eq!(
        wrong("{\"a\": \"\\ud800\"}"),
        ["E0330 1:7 the template is not valid JSON"]
    );
    let tabs = "{\t\"Resources\": {\"A\":\t{\"Type\": \"T\u{e4}\"}}}";
    let span = read(tabs).resources["A"].resource_type.span.clone();
    assert_eq!(&tabs[span.start.offset..span.end.offset], "\"T\u{e4}\"");
    // A long key, which YAML would not take.
    let long = format!(
        "{{\"Metadata\": {{\"{}\": 1}}, \"Resources\": {{\"A\": {{\"Type\": \"X\"}}}}}}",
        "k".repeat(2000)
    );
    assert!(template::read("t", &long).is_ok());
}
