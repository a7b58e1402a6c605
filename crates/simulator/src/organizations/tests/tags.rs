use super::*;

const ACCOUNT: &str = "200000000002";

fn tags(world: &mut World, id: &str) -> Vec<(String, String)> {
    let answer = call(world, "ListTagsForResource", json!({ "ResourceId": id }));
    let text = |tag: &Value, name: &str| tag[name].as_str().unwrap().to_owned();
    let found = answer["Tags"].as_array().unwrap().iter();
    found.map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
}

fn tag(key: &str, value: &str) -> Value {
    json!({ "Key": key, "Value": value })
}

#[test]
fn accounts_units_and_the_root_have_tags() {
    let mut world = demo();
    let unit = world.organization.units.keys().next().unwrap().to_string();
    for id in [ACCOUNT, "r-demo", &unit] {
        assert_eq!(tags(&mut world, id), []);
        let input = json!({ "ResourceId": id, "Tags": [tag("env", "prod"), tag("team", "")] });
        call(&mut world, "TagResource", input);
        let again = json!({ "ResourceId": id, "Tags": [tag("env", "dev")] });
        call(&mut world, "TagResource", again);
        let named = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(tags(&mut world, id), [named("env", "dev"), named("team", "")]);
        let input = json!({ "ResourceId": id, "TagKeys": ["env", "nothing"] });
        call(&mut world, "UntagResource", input);
        assert_eq!(tags(&mut world, id), [named("team", "")]);
    }
}

#[test]
fn tags_that_cannot_be_are_refused() {
    let mut world = demo();
    let too_many: Vec<Value> = (0..51).map(|number| tag(&format!("k{number}"), "v")).collect();
    for (tags, code) in [
        (json!([tag("", "v")]), "InvalidInputException"),
        (json!([tag("aws:x", "v")]), "InvalidInputException"),
        (json!([tag("a", "1"), tag("a", "2")]), "InvalidInputException"),
        (json!("env"), "InvalidInputException"),
        (json!(too_many), "ConstraintViolationException"),
    ] {
        let input = json!({ "ResourceId": ACCOUNT, "Tags": tags });
        assert_eq!(refusal(&mut world, "TagResource", input), code);
    }
    for (id, code) in [
        ("999999999999", "TargetNotFoundException"),
        ("ou-demo-99999999", "TargetNotFoundException"),
        ("r-none", "TargetNotFoundException"),
        ("somebody", "InvalidInputException"),
    ] {
        let input = json!({ "ResourceId": id });
        assert_eq!(refusal(&mut world, "ListTagsForResource", input), code);
    }
}

#[test]
fn many_tags_come_over_several_pages() {
    let mut world = demo();
    let many: Vec<Value> = (0..30).map(|number| tag(&format!("k{number:02}"), "v")).collect();
    call(
        &mut world,
        "TagResource",
        json!({ "ResourceId": ACCOUNT, "Tags": many }),
    );
    let first = call(
        &mut world,
        "ListTagsForResource",
        json!({ "ResourceId": ACCOUNT }),
    );
    assert_eq!(first["Tags"].as_array().unwrap().len(), 20);
    let rest = json!({ "ResourceId": ACCOUNT, "NextToken": first["NextToken"] });
    let rest = call(&mut world, "ListTagsForResource", rest);
    assert_eq!(rest["Tags"].as_array().unwrap().len(), 10);
    assert_eq!(rest["NextToken"], Value::Null);
}
