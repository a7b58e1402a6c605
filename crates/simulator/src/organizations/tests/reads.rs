use super::*;

#[test]
fn the_organization_and_its_root_have_the_shapes_of_aws() {
    let world = &mut demo();
    let organization = &call(world, "DescribeOrganization", json!({}))["Organization"];
    assert_eq!(organization["MasterAccountId"], "100000000000");
    assert_eq!(
        organization["Arn"],
        "arn:aws:organizations::100000000000:organization/o-exampleorg0"
    );
    assert_eq!(organization["MasterAccountEmail"], "aws@example.com");
    let roots = call(world, "ListRoots", json!({}));
    assert_eq!(ids(&roots["Roots"]), ["r-demo"]);
    assert_eq!(
        roots["Roots"][0]["Arn"],
        "arn:aws:organizations::100000000000:root/o-exampleorg0/r-demo"
    );
}

#[test]
fn a_parent_lists_its_direct_children_only() {
    let world = &mut demo();
    let units = call(
        world,
        "ListOrganizationalUnitsForParent",
        json!({"ParentId": "r-demo"}),
    );
    assert_eq!(
        ids(&units["OrganizationalUnits"]),
        ["ou-demo-security", "ou-demo-workload"]
    );
    let accounts = call(
        world,
        "ListAccountsForParent",
        json!({"ParentId": "ou-demo-workload"}),
    );
    assert_eq!(ids(&accounts["Accounts"]), ["300000000001", "300000000002"]);
    let kinds = json!({"ParentId": "ou-demo-workload", "ChildType": "ORGANIZATIONAL_UNIT"});
    let children = call(world, "ListChildren", kinds);
    assert_eq!(
        children["Children"],
        json!([{"Id": "ou-demo-workprod", "Type": "ORGANIZATIONAL_UNIT"}])
    );
    let children = call(
        world,
        "ListChildren",
        json!({"ParentId": "r-demo", "ChildType": "ACCOUNT"}),
    );
    assert_eq!(ids(&children["Children"]), ["100000000000"]);
}

#[test]
fn a_child_has_one_parent() {
    let world = &mut demo();
    let of = |world: &mut World, child: &str| {
        call(world, "ListParents", json!({"ChildId": child}))["Parents"].clone()
    };
    assert_eq!(
        of(world, "400000000001"),
        json!([{"Id": "ou-demo-workprod", "Type": "ORGANIZATIONAL_UNIT"}])
    );
    assert_eq!(
        of(world, "ou-demo-workload"),
        json!([{"Id": "r-demo", "Type": "ROOT"}])
    );
    assert_eq!(
        refusal(world, "ListParents", json!({"ChildId": "999999999999"})),
        "ChildNotFoundException"
    );
    assert_eq!(
        refusal(world, "ListParents", json!({"ChildId": "somebody"})),
        "InvalidInputException"
    );
}

#[test]
fn an_account_tells_its_state_in_both_words_and_where_it_stands() {
    let world = &mut demo();
    let answer = call(world, "DescribeAccount", json!({"AccountId": "400000000004"}));
    let account = &answer["Account"];
    assert_eq!(
        (&account["State"], &account["Status"]),
        (&json!("SUSPENDED"), &json!("SUSPENDED"))
    );
    assert_eq!(
        account["Paths"],
        json!(["o-exampleorg0/r-demo/ou-demo-workload/ou-demo-workprod/400000000004/"])
    );
    assert_eq!(account["Email"], "legacy-billing@example.com");
    assert_eq!(account["JoinedTimestamp"], 1_772_442_000.0);
    let unit = call(
        world,
        "DescribeOrganizationalUnit",
        json!({"OrganizationalUnitId": "ou-demo-workprod"}),
    );
    assert_eq!(
        unit["OrganizationalUnit"]["Path"],
        "o-exampleorg0/r-demo/ou-demo-workload/ou-demo-workprod/"
    );
}

#[test]
fn pages_of_accounts_join_to_the_whole_list() {
    let world = &mut demo();
    for number in 0..40 {
        let input = json!({"AccountName": format!("a{number}"), "Email": format!("a{number}@example.com")});
        call(world, "CreateAccount", input);
    }
    let (mut seen, mut input, mut sizes) = (Vec::new(), json!({}), Vec::new());
    loop {
        let page = call(world, "ListAccounts", input);
        seen.extend(ids(&page["Accounts"]).into_iter().map(str::to_owned));
        sizes.push(page["Accounts"].as_array().unwrap().len());
        let Some(token) = page.get("NextToken") else { break };
        input = json!({ "NextToken": token });
    }
    assert_eq!(sizes, [20, 20, 9]);
    let all: Vec<String> = world
        .organization
        .accounts
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(seen, all);
    let first = call(world, "ListAccounts", json!({"MaxResults": 3}));
    assert_eq!(first["Accounts"].as_array().unwrap().len(), 3);
}

#[test]
fn a_full_last_page_has_no_token() {
    let world = &mut demo();
    let page = call(world, "ListAccounts", json!({"MaxResults": 9}));
    assert_eq!(page["Accounts"].as_array().unwrap().len(), 9);
    assert!(page.get("NextToken").is_none());
}

#[test]
fn pages_out_of_bounds_are_refused() {
    let world = &mut demo();
    for input in [
        json!({"MaxResults": 0}),
        json!({"MaxResults": 21}),
        json!({"MaxResults": "x"}),
        json!({"NextToken": "?"}),
    ] {
        assert_eq!(refusal(world, "ListAccounts", input), "InvalidInputException");
    }
}

#[test]
fn trusted_access_is_listed_while_it_is_on() {
    let world = &mut demo();
    let listed = call(world, "ListAWSServiceAccessForOrganization", json!({}));
    assert_eq!(
        listed["EnabledServicePrincipals"][0]["ServicePrincipal"],
        STACK_SETS_PRINCIPAL
    );
    world.organizations_access = false;
    let listed = call(world, "ListAWSServiceAccessForOrganization", json!({}));
    assert_eq!(listed["EnabledServicePrincipals"], json!([]));
}

#[test]
fn an_account_outside_is_not_in_an_organization() {
    let world = &mut demo();
    let (status, answer) = call_as(world, "999999999999", "DescribeOrganization", &json!({}));
    assert_eq!(
        (status, &answer["__type"]),
        (400, &json!("AWSOrganizationsNotInUseException"))
    );
    assert_eq!(
        call_as(world, "400000000001", "DescribeOrganization", &json!({})).0,
        200
    );
}

#[test]
fn anything_may_be_sent_and_is_answered() {
    let world = &mut demo();
    let caller = world.caller.clone();
    for body in [
        "",
        "[]",
        "{",
        "\u{0}",
        "{\"AccountId\": 5}",
        "{\"AccountId\": \"x\"}",
    ] {
        for action in ["MoveAccount", "DescribeAccount", "ListParents", "", "Nonsense"] {
            assert_eq!(
                answer(world, &caller, action, body.as_bytes()).status,
                400,
                "{action} {body}"
            );
        }
    }
}

#[test]
fn every_other_page_may_be_empty_and_the_list_is_whole_all_the_same() {
    let mut world = demo();
    let whole = call(&mut world, "ListAccounts", json!({}));
    world.knobs.pages = crate::world::Pages::WithGaps;
    let (mut seen, mut empty, mut token) = (Vec::new(), 0, Value::Null);
    loop {
        let mut input = json!({ "MaxResults": 4 });
        if !token.is_null() {
            input["NextToken"] = token;
        }
        let page = call(&mut world, "ListAccounts", input);
        let rows = ids(&page["Accounts"])
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        empty += usize::from(rows.is_empty());
        seen.extend(rows);
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(
        (seen, empty),
        (
            ids(&whole["Accounts"]).into_iter().map(str::to_owned).collect(),
            3
        )
    );
}
