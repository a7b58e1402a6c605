//! What holds for every template: equality, differences, the two ways to write it, and texts that were cut and mixed.
#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::disallowed_methods,
    reason = "a test may panic, and is told by the environment how long to go on"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use template::{Side, Template};

fn read(text: &str) -> Template {
    template::read("t", text).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{text}"))
}

fn scalar() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        "a",
        "30",
        "007",
        "true",
        "null",
        "a: b",
        "- c",
        "#d",
        "ä€",
        "two\nlines",
        "'\"\\",
        " s ",
        "2012-10-17",
        "!Ref A",
        "*",
    ];
    prop_oneof![
        proptest::sample::select(texts.to_vec()).prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ]
}

fn function() -> impl Strategy<Value = Value> {
    proptest::sample::select(vec![
        json!({"Ref": "AWS::Region"}),
        json!({"Ref": "P"}),
        json!({"Fn::Sub": "${P}-${AWS::AccountId}"}),
        json!({"Fn::Sub": ["${Q}", {"Q": "x"}]}),
        json!({"Fn::GetAtt": ["Fixed", "Outputs.Arn"]}),
        json!({"Fn::If": ["C", "a", {"Ref": "AWS::NoValue"}]}),
        json!({"Fn::FindInMap": ["M", "k", {"Ref": "P"}]}),
        json!({"Fn::Join": ["-", ["a", {"Ref": "P"}]]}),
    ])
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![3 => scalar(), 2 => function()];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[A-D][a-z]?", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A template of a few resources with everything that their functions name.
fn body() -> impl Strategy<Value = Value> {
    let types = [
        "AWS::IAM::Role",
        "AWS::EC2::Instance",
        "AWS::SNS::Topic",
        "Custom::Thing",
    ];
    let resource = (
        proptest::sample::select(types.to_vec()),
        btree_map("Path|RoleName|ImageId|Tags|Policies|Other", value(), 0..4),
    );
    let resources = btree_map("[A-C]", resource, 1..4);
    (resources, "[ab]", "[kl]").prop_map(|(resources, default, key)| {
        let resource = |(kind, properties): (&str, BTreeMap<String, Value>)| json!({"Type": kind, "Properties": properties});
        let mut all: Map<_, _> = resources.into_iter().map(|(id, found)| (id, resource(found))).collect();
        all.insert("Fixed".to_owned(), json!({"Type": "AWS::CloudFormation::Stack"}));
        json!({
            "Parameters": {"P": {"Type": "String", "Default": default}},
            "Mappings": {"M": {"k": {"a": key, "b": "two"}}},
            "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}},
            "Resources": all,
        })
    })
}

/// As people write YAML: blocks, and functions in their short form.
fn yaml(value: &Value, indent: usize, text: &mut String) {
    let margin = " ".repeat(indent);
    match value {
        Value::Object(map) if map.len() == 1 && short(map, text) => {}
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let _ = write!(text, "\n{margin}{}: ", Value::from(key.as_str()));
                yaml(value, indent + 2, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(text, "\n{margin}- ");
                yaml(item, indent + 2, text);
            }
        }
        other => text.push_str(&other.to_string()),
    }
}

fn short(map: &Map<String, Value>, text: &mut String) -> bool {
    let Some((name, argument)) = map.iter().next() else {
        return false;
    };
    match (name.strip_prefix("Fn::").unwrap_or(name), argument) {
        ("Ref", name) => text.push_str(&format!("!Ref {name}")),
        ("Sub", Value::String(_)) => text.push_str(&format!("!Sub {argument}")),
        ("GetAtt", Value::Array(path)) => {
            let path: Vec<_> = path.iter().filter_map(Value::as_str).collect();
            text.push_str(&format!("!GetAtt {}", path.join(".")));
        }
        ("If" | "FindInMap" | "Join", list) => text.push_str(&format!("!{} {list}", &name[4..])),
        _ => return false,
    }
    true
}

fn as_yaml(body: &Value) -> String {
    let mut text = "# a comment".to_owned();
    yaml(body, 0, &mut text);
    text + "\n"
}

/// The same with every mapping turned round.
fn turned(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            text.push('{');
            for (n, (key, value)) in map.iter().rev().enumerate() {
                let comma = if n > 0 { ",\n\t" } else { "" };
                let _ = write!(text, "{comma}{} : ", Value::from(key.as_str()));
                turned(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (n, item) in items.iter().enumerate() {
                text.push_str(if n > 0 { " ,\r\n" } else { "" });
                turned(item, text);
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

fn is_no_difference(one: &Template, two: &Template) -> bool {
    let none = BTreeMap::new();
    let side = |template| Side {
        template,
        values: &none,
    };
    let found = template::difference(Some(side(one)), side(two));
    found.resources.is_empty() && found.sections.is_empty()
}

/// As many cases as `STACKFLEET_CASES` says, or few: long runs are asked for.
fn cases() -> ProptestConfig {
    let wanted = std::env::var("STACKFLEET_CASES").ok();
    let cases = wanted.and_then(|cases| cases.parse().ok()).unwrap_or(100);
    ProptestConfig::with_cases(cases)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn yaml_json_and_other_orders_are_the_same(body in body()) {
        let json = read(&body.to_string());
        let mut other = String::new();
        turned(&body, &mut other);
        for text in [as_yaml(&body), other, serde_json::to_string_pretty(&body).unwrap_or_default()] {
            let again = read(&text);
            prop_assert!(again.same_as(&json), "{text}");
            prop_assert_eq!(&again.body, &body);
            prop_assert!(is_no_difference(&json, &again), "{text}");
        }
    }

    #[test]
    fn same_as_is_an_equivalence_and_what_is_the_same_has_no_difference(bodies in vec(body(), 3)) {
        let all: Vec<_> = bodies.iter().map(|body| read(&body.to_string())).collect();
        let [one, two, three] = all.as_slice() else { return Ok(()) };
        prop_assert!(one.same_as(one) && is_no_difference(one, one));
        prop_assert_eq!(one.same_as(two), two.same_as(one));
        prop_assert!(!(one.same_as(two) && two.same_as(three)) || one.same_as(three));
        prop_assert!(!one.same_as(two) || is_no_difference(one, two));
    }

    #[test]
    fn a_difference_names_each_resource_once_and_in_order(before in body(), after in body()) {
        let found = template::diff(Some(&read(&before.to_string())), &read(&after.to_string()));
        let ids: Vec<_> = found.iter().map(|change| &change.logical_id).collect();
        prop_assert!(ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]));
        for change in &found {
            let worst = change.properties.iter().map(|property| property.replacement).max();
            prop_assert_eq!(change.replacement, worst.unwrap_or_default());
        }
    }

    #[test]
    fn cut_and_mixed_texts_are_read_or_refused(pieces in vec((0..SNIPPETS.len(), 0..400_usize, 0..400_usize), 1..5)) {
        let mut text = String::new();
        for (snippet, from, length) in pieces {
            let characters = SNIPPETS[snippet].chars().skip(from).take(length);
            text.extend(characters);
        }
        let whole = read(SNIPPETS[0]);
        for text in [text.clone(), format!("{}{text}", SNIPPETS[0])] {
            match template::read("t", &text) {
                Ok(read) => {
                    let _ = (template::diff(Some(&whole), &read), template::diff(Some(&read), &whole));
                    let _ = (read.required_capabilities(), read.fixed_global_names());
                }
                Err(wrong) => {
                    for found in wrong {
                        let mut spans = found.labels.iter().map(|label| &label.span);
                        prop_assert!(!found.labels.is_empty() && !found.help.is_empty());
                        prop_assert!(spans.all(|span| span.start.offset <= span.end.offset && span.end.offset <= text.len()));
                    }
                }
            }
        }
    }
}

const SNIPPETS: &[&str] = &[
    "AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Days: { Type: Number, Default: 30, AllowedValues: [30, 90], MinValue: 1 }
  Names: { Type: CommaDelimitedList, AllowedPattern: '[a-z]+' }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub \"audit-${AWS::Region}-${Days}\"
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: 's3:Get*', Resource: !Sub ['${A}', { A: '*' }] }]
",
    "Conditions:\n  Home: !Equals [!Ref AWS::Region, eu-west-1]\nMappings: { Sizes: { a: { b: [1, 2] } } }\nOutputs:\n  Arn: { Value: !GetAtt Role.Arn, Export: { Name: !Join ['-', [a, !Ref Days]] } }\n",
    "{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\"Tags\": [{\"Key\": \"\\u00e4\", \"Value\": {\"Fn::If\": [\"Home\", 1.50, null]}}]}}}}",
    "    UserData:\n      Fn::Base64: |\n        #!/bin/bash\n        echo ${NAME:-x} ${!KEPT}\n      - >-\n        folded\n\n        text\n  ? complex\n  : &anchor value\n  <<: *anchor\n",
    "\u{feff}--- !Transform { Name: AWS::Include }\n...\n--- \u{1f600} 'it''s' !<!Sub> x\t# c\r\n%YAML 1.2\n",
];
