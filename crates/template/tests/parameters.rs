//! Whether a parameter takes a value.
#![allow(clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

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
