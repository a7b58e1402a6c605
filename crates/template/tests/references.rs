//! Names that nothing in a template has, and circles.
#![allow(clippy::panic, clippy::expect_used, reason = "a test may panic")]

use model::diagnostic::Diagnostic;

/// Line, column, message and the fix, of everything that is wrong; nothing when the template is taken.
fn wrong(text: &str) -> String {
    let line = |found: &Diagnostic| {
        let at = found
            .labels
            .first()
            .map(|label| label.span.start)
            .unwrap_or_default();
        let help = found.help.first().expect("a help");
        let fix = help
            .replacement
            .as_ref()
            .map_or("", |replacement| &replacement.text);
        format!(
            "{} {}:{} {} [{fix}]",
            found.code, at.line, at.column, found.message
        )
    };
    match template::read("t.yaml", text) {
        Ok(_) => String::new(),
        Err(wrong) => wrong.iter().map(line).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn every_name_that_nothing_has_is_told_with_its_place() {
    let text = r#"Parameters:
  Environment: { Type: String }
Mappings:
  Sizes: { a: { b: c } }
Conditions:
  InProd: !Equals [!Ref Enviroment, prod]
  Late: !Equals [!Ref Topic, prod]
  Both: !And [Condition: InProd, Condition: InProdd]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Condition: InPrd
    DependsOn: [Quue]
    Properties:
      TopicName: !Sub "${Environment}-${Enviroment}-${AWS::Regoin}-${Queues.Arn}-${!Kept}"
      KmsMasterKeyId: !FindInMap [Size, a, b]
      DisplayName: !If [InProdd, !GetAtt Key.Arn, !Ref "AWS::NoValue"]
      Tags: !Sub ["${Given} ${Not:-given}", { Given: !Ref Given }]
Outputs:
  Name: { Value: !Ref Topick, Condition: Nowhere }
"#;
    insta::assert_snapshot!(wrong(text));
}

#[test]
fn what_a_transform_may_bring_is_not_missed() {
    let resources = "Resources: { A: { Type: X, Properties: { B: !Ref Elsewhere } } }\n";
    assert_ne!(wrong(resources), "");
    assert_eq!(wrong(&format!("Transform: AWS::Include\n{resources}")), "");
    let looped = "Resources: { A: { Type: X, Properties: { B: !Ref X } }, Fn::ForEach::L: [N, [], {}] }\n";
    assert_eq!(wrong(looped), "");
}

#[test]
fn names_that_are_no_references_are_left_alone() {
    let text = r#"Metadata: { Note: { Ref: Anything } }
Resources:
  Role:
    Type: AWS::IAM::Role
    Metadata: { Init: { Ref: Anything } }
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Condition: { StringEquals: { a: b } } }
      Path: !Sub "$${AWS::Region} ${AWS::Partition} ${!Literal} ${ AWS::AccountId } ${} $ {a} ${"
      Schema: { $ref: Elsewhere, Ref: [a] }
"#;
    assert_eq!(wrong(text), "");
}

#[test]
fn resources_that_wait_for_each_other_are_a_circle() {
    let text = "Resources:
  A: { Type: X, Properties: { P: !Ref B } }
  B: { Type: X, DependsOn: C }
  C: { Type: X, Properties: { P: !Sub '${A.Arn}' } }
  D: { Type: X, Properties: { P: !Ref A } }
";
    insta::assert_snapshot!(wrong(text));
    assert!(wrong("Resources: { A: { Type: X, Properties: { P: !Ref A } } }\n").starts_with("E0339"));
}

#[test]
fn a_circle_that_a_condition_may_open_is_left_to_the_service() {
    let by_condition = "Parameters: { P: { Type: String } }
Conditions: { Yes: !Equals [!Ref P, a] }
Resources:
  A: { Type: X, Properties: { P: !Ref B } }
  B: { Type: X, Condition: Yes, DependsOn: A }
";
    assert_eq!(wrong(by_condition), "");
    let by_branch = "Parameters: { P: { Type: String } }
Conditions: { Yes: !Equals [!Ref P, a] }
Resources:
  A: { Type: X, Properties: { P: !If [Yes, !Ref B, x] } }
  B: { Type: X, Properties: { P: !If [Yes, x, !Ref A] } }
  C: { Type: X, Metadata: { P: !Ref C } }
";
    assert_eq!(wrong(by_branch), "");
}

#[test]
fn conditions_that_wait_for_each_other_are_a_circle() {
    let text = "Conditions:
  A: !Not [Condition: B]
  B: !Or [Condition: A, !Equals [a, b]]
Resources: { R: { Type: X } }
";
    insta::assert_snapshot!(wrong(text));
}

#[test]
fn a_circle_of_many_is_told_in_a_few_words() {
    let of = |n: u32| format!("  R{n}: {{ Type: X, DependsOn: R{} }}\n", (n + 1) % 400);
    let text = (0..400).fold("Resources:\n".to_owned(), |text, n| text + &of(n));
    assert!(wrong(&text).len() < 200, "{}", wrong(&text));
}
