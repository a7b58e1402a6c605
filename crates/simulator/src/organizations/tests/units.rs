use super::*;

fn made(world: &mut World, parent: &str, name: &str) -> String {
    let input = json!({"ParentId": parent, "Name": name});
    let answer = call(world, "CreateOrganizationalUnit", input);
    answer["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned()
}

#[test]
fn a_unit_is_renamed_and_keeps_its_id() {
    let world = &mut demo();
    let id = made(world, "r-demo", "Sandbox");
    let renamed = call(
        world,
        "UpdateOrganizationalUnit",
        json!({"OrganizationalUnitId": id, "Name": "Playground"}),
    );
    assert_eq!(renamed["OrganizationalUnit"]["Name"], "Playground");
    let described = call(
        world,
        "DescribeOrganizationalUnit",
        json!({"OrganizationalUnitId": id}),
    );
    assert_eq!(described, renamed);
    let same = json!({"OrganizationalUnitId": id, "Name": "Playground"});
    assert_eq!(call(world, "UpdateOrganizationalUnit", same), renamed);
    let taken = json!({"OrganizationalUnitId": id, "Name": "Security"});
    assert_eq!(
        refusal(world, "UpdateOrganizationalUnit", taken),
        "DuplicateOrganizationalUnitException"
    );
    let long = json!({"OrganizationalUnitId": id, "Name": "x".repeat(129)});
    assert_eq!(
        refusal(world, "UpdateOrganizationalUnit", long),
        "InvalidInputException"
    );
}

#[test]
fn only_an_empty_unit_is_deleted() {
    let world = &mut demo();
    let outer = made(world, "r-demo", "Outer");
    let inner = made(world, &outer, "Inner");
    let not_empty = "OrganizationalUnitNotEmptyException";
    for unit in [outer.as_str(), "ou-demo-security"] {
        let input = json!({"OrganizationalUnitId": unit});
        assert_eq!(refusal(world, "DeleteOrganizationalUnit", input), not_empty);
    }
    for unit in [inner, outer] {
        let input = json!({"OrganizationalUnitId": unit});
        call(world, "DeleteOrganizationalUnit", &input);
        let unknown = "OrganizationalUnitNotFoundException";
        assert_eq!(refusal(world, "DeleteOrganizationalUnit", &input), unknown);
        assert_eq!(refusal(world, "UpdateOrganizationalUnit", &input), unknown);
    }
}

#[test]
fn the_root_is_no_unit() {
    let world = &mut demo();
    let root = json!({"OrganizationalUnitId": "r-demo", "Name": "Other"});
    for action in [
        "DescribeOrganizationalUnit",
        "UpdateOrganizationalUnit",
        "DeleteOrganizationalUnit",
    ] {
        assert_eq!(refusal(world, action, &root), "InvalidInputException");
    }
}
