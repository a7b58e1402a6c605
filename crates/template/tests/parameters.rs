//! Whether a parameter takes a value.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use template::{TemplateParameter, Violation};

fn parameter(properties: &str) -> TemplateParameter {
    let text = format!("Parameters:\n  It: {{ {properties} }}\nResources:\n  A: {{ Type: X }}\n");
    let template = template::read("t", &text).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    template.parameters["It"].clone()
}

#[test]
fn allowed_values_name_the_nearest() {
    let days = parameter("Type: Number, AllowedValues: [30, 90, 365]");
    assert_eq!(days.check("90"), Ok(()));
    let Err(Violation::NotAllowed { nearest, allowed }) = days.check("360") else {
        panic!()
    };
    assert_eq!((nearest.as_deref(), allowed.len()), (Some("365"), 3));
    let level = parameter("Type: String, AllowedValues: [baseline, strict]");
    let Err(Violation::NotAllowed { nearest, .. }) = level.check("strcit") else {
        panic!()
    };
    assert_eq!(nearest.as_deref(), Some("strict"));
}

#[test]
fn numbers_are_numbers_inside_their_bounds() {
    let number = parameter("Type: Number, MinValue: 1, MaxValue: 9.5");
    assert_eq!(number.check("9.5"), Ok(()));
    assert_eq!(number.check("0"), Err(Violation::TooSmall(1.0)));
    assert_eq!(number.check("10"), Err(Violation::TooLarge(9.5)));
    for text in ["", "ten", "inf", "NaN"] {
        assert_eq!(number.check(text), Err(Violation::NotANumber(text.to_owned())));
    }
}

#[test]
fn items_of_a_list_are_checked_one_by_one() {
    let numbers = parameter("Type: List<Number>");
    assert_eq!(numbers.check("1, 2,3"), Ok(()));
    assert_eq!(numbers.check("1,b"), Err(Violation::NotANumber("b".to_owned())));
    let names = parameter("Type: CommaDelimitedList, AllowedValues: [a, b]");
    assert_eq!(names.check("a,b"), Ok(()));
    assert!(names.check("a,c").is_err());
}

#[test]
fn a_pattern_matches_the_whole_value_and_one_that_only_java_knows_is_left_to_aws() {
    let name = parameter("Type: String, AllowedPattern: 'a|bc'");
    assert_eq!(name.check("bc"), Ok(()));
    assert_eq!(name.check("abc"), Err(Violation::Pattern("a|bc".to_owned())));
    assert_eq!(
        parameter("Type: String, AllowedPattern: '(?=x).*'").check("y"),
        Ok(())
    );
}

#[test]
fn lengths_count_characters() {
    let text = parameter("Type: String, MinLength: 2, MaxLength: 3");
    assert_eq!(text.check("äö"), Ok(()));
    assert_eq!(text.check("a"), Err(Violation::TooShort(2)));
    assert_eq!(text.check("abcd"), Err(Violation::TooLong(3)));
    assert_eq!(
        parameter("Type: String").check(&"x".repeat(4097)),
        Err(Violation::TooManyBytes)
    );
}

#[test]
fn no_echo_is_read_as_a_truth_value_or_a_text() {
    assert!(parameter("Type: String, NoEcho: true").no_echo);
    assert!(parameter("Type: String, NoEcho: 'True'").no_echo);
    assert!(!parameter("Type: String").no_echo);
}

#[test]
fn every_type_is_known_and_a_misspelt_one_is_refused() {
    use template::ParameterType as Type;
    let kind = |text: &str| {
        let parameter = parameter(&format!("Type: {text}"));
        format!("{:?} list={}", parameter.kind(), parameter.is_list())
    };
    let lines = [
        "String",
        "Number",
        "List<Number>",
        "List<String>",
        "CommaDelimitedList",
        "AWS::EC2::VPC::Id",
        "AWS::Route53::HostedZone::Id",
        "List<AWS::EC2::Subnet::Id>",
        "AWS::SSM::Parameter::Name",
        "AWS::SSM::Parameter::Value<String>",
        "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>",
        "AWS::SSM::Parameter::Value<CommaDelimitedList>",
    ];
    insta::assert_snapshot!(lines.map(kind).join("\n"));
    for text in ["Strng", "Boolean", "List<>", "List<Boolean>", "string"] {
        assert_eq!(Type::of(text), Type::Unknown, "{text}");
        let text = format!("Parameters: {{ P: {{ Type: {text} }} }}\nResources: {{ A: {{ Type: X }} }}\n");
        let wrong = template::read("t", &text).expect_err("refused");
        assert_eq!(wrong[0].code, "E0337");
    }
}

#[test]
fn what_ssm_keeps_is_not_checked_as_if_it_were_the_value() {
    let ami = parameter(
        "Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>, AllowedPattern: 'ami-.*', MaxLength: 5",
    );
    assert_eq!(ami.check("/aws/service/ami"), Ok(()));
    let listed = parameter("Type: AWS::SSM::Parameter::Value<String>, AllowedValues: [/a, /b]");
    assert!(listed.check("/c").is_err());
}

#[test]
fn a_default_that_its_own_constraints_refuse_is_told() {
    assert_eq!(
        parameter("Type: String, Default: aws-ab-, MinLength: 12").bad_default(),
        Some(Violation::TooShort(12))
    );
    assert_eq!(
        parameter("Type: String, Default: a, AllowedValues: [a]").bad_default(),
        None
    );
    assert_eq!(parameter("Type: String, AllowedPattern: x").bad_default(), None);
}

#[test]
fn numbers_are_the_same_however_they_are_written() {
    let number = parameter("Type: Number, AllowedValues: [1, 2.50]");
    assert_eq!([number.check("1.0"), number.check("2.5")], [Ok(()), Ok(())]);
    assert!(number.check("3").is_err());
    assert!(
        parameter("Type: String, AllowedValues: ['1']")
            .check("1.0")
            .is_err()
    );
}

#[test]
fn a_pattern_that_java_understands_otherwise_refuses_nothing() {
    let with = |pattern: &str| parameter(&format!("Type: String, AllowedPattern: '{pattern}'"));
    for (pattern, value) in [
        (r"[\p{Punct}]+", "$+"),
        (r"\W+", "ä"),
        ("[[:alpha:]]+", "1"),
        ("a++b", "aab"),
        (r"(?<!x)y", "z"),
        (r"[\w-.]+", "a.b"),
        ("((a{900}){900}){900}", "b"),
    ] {
        assert_eq!(with(pattern).check(value), Ok(()), "{pattern}");
    }
    assert!(with(r"\w+").check("a b").is_err());
}

#[test]
fn constraints_hold_for_the_types_that_the_service_names() {
    let list = parameter("Type: CommaDelimitedList, MinLength: 5, AllowedPattern: '[a-z]+'");
    assert_eq!(list.check("ab,cd"), Ok(()));
    assert!(list.check("ab,1").is_err());
    let numbers = parameter("Type: List<Number>, MaxValue: 1");
    assert_eq!(numbers.check("1,2"), Ok(()));
    assert!(
        parameter("Type: AWS::EC2::VPC::Id, AllowedPattern: x")
            .check("vpc-1")
            .is_ok()
    );
}

#[test]
fn a_list_of_many_items_is_checked_with_one_pattern() {
    let list = parameter("Type: CommaDelimitedList, AllowedPattern: '(a{1,90}|b{1,90}){1,9}'");
    assert_eq!(list.check("a,".repeat(2000).trim_end_matches(',')), Ok(()));
}
