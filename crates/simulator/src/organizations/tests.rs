use std::borrow::Borrow;

use serde_json::{Value, json};

use super::*;
use crate::world_file;

/// The demo world: a management account, three units, eight members.
fn demo() -> World {
    world_file::fresh().unwrap()
}

fn call_as(world: &mut World, caller: &str, action: &str, input: &Value) -> (u16, Value) {
    let caller = AccountId::parse(caller).unwrap();
    let reply = answer(world, &caller, action, input.to_string().as_bytes());
    assert_eq!(reply.error.is_some(), reply.is_refused());
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

fn call(world: &mut World, action: &str, input: impl Borrow<Value>) -> Value {
    let (status, answer) = call_as(world, "100000000000", action, input.borrow());
    assert_eq!(status, 200, "{action}: {answer}");
    answer
}

fn refusal(world: &mut World, action: &str, input: impl Borrow<Value>) -> String {
    let before = world.clone();
    let (status, answer) = call_as(world, "100000000000", action, input.borrow());
    assert_eq!((status, &before), (400, &*world), "{action}: {answer}");
    assert!(answer["Message"].is_string(), "{answer}");
    answer["__type"].as_str().unwrap().to_owned()
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item["Id"].as_str().unwrap())
        .collect()
}

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
fn a_new_account_is_in_the_root_and_has_the_access_role() {
    let world = &mut demo();
    let input = json!({"AccountName": "new", "Email": "new@example.com"});
    let status = call(world, "CreateAccount", input.clone())["CreateAccountStatus"].clone();
    assert_eq!(status["State"], "SUCCEEDED");
    let id = AccountId::parse(status["AccountId"].as_str().unwrap()).unwrap();
    assert!(world.has_role(&id, "OrganizationAccountAccessRole"));
    assert_eq!(world.organization.accounts[&id].parent, world.organization.root);
    let again = call(
        world,
        "DescribeCreateAccountStatus",
        json!({"CreateAccountRequestId": status["Id"]}),
    );
    assert_eq!(again["CreateAccountStatus"], status);
    let twice = call(world, "CreateAccount", input);
    assert_eq!(
        twice["CreateAccountStatus"]["FailureReason"],
        "EMAIL_ALREADY_EXISTS"
    );
}

#[test]
fn a_moved_account_stands_in_its_new_unit() {
    let world = &mut demo();
    let to_prod = json!({
        "AccountId": "300000000002", "SourceParentId": "ou-demo-workload", "DestinationParentId": "ou-demo-workprod",
    });
    call(world, "MoveAccount", to_prod.clone());
    let accounts = call(
        world,
        "ListAccountsForParent",
        json!({"ParentId": "ou-demo-workprod"}),
    );
    assert!(ids(&accounts["Accounts"]).contains(&"300000000002"));
    assert_eq!(
        refusal(world, "MoveAccount", to_prod),
        "SourceParentNotFoundException"
    );
    let nowhere = json!({
        "AccountId": "300000000002", "SourceParentId": "ou-demo-workprod", "DestinationParentId": "ou-demo-11111111",
    });
    assert_eq!(
        refusal(world, "MoveAccount", nowhere),
        "DestinationParentNotFoundException"
    );
    let same = json!({
        "AccountId": "300000000002", "SourceParentId": "ou-demo-workprod", "DestinationParentId": "ou-demo-workprod",
    });
    assert_eq!(refusal(world, "MoveAccount", same), "DuplicateAccountException");
}

#[test]
fn a_closed_account_stays_in_its_unit_and_a_removed_one_is_gone() {
    let world = &mut demo();
    call(world, "CloseAccount", json!({"AccountId": "400000000003"}));
    let account = call(world, "DescribeAccount", json!({"AccountId": "400000000003"}))["Account"].clone();
    assert_eq!(
        (&account["State"], &account["Status"]),
        (&json!("CLOSED"), &json!("SUSPENDED"))
    );
    assert_eq!(
        refusal(world, "CloseAccount", json!({"AccountId": "400000000003"})),
        "AccountAlreadyClosedException"
    );
    call(
        world,
        "RemoveAccountFromOrganization",
        json!({"AccountId": "400000000003"}),
    );
    assert_eq!(
        refusal(world, "DescribeAccount", json!({"AccountId": "400000000003"})),
        "AccountNotFoundException"
    );
    let management = json!({"AccountId": "100000000000"});
    assert_eq!(
        refusal(world, "CloseAccount", management.clone()),
        "ConstraintViolationException"
    );
    assert_eq!(
        refusal(world, "RemoveAccountFromOrganization", management),
        "MasterCannotLeaveOrganizationException"
    );
}

#[test]
fn units_nest_five_deep_and_have_names_of_their_own() {
    let world = &mut demo();
    let mut parent = "r-demo".to_owned();
    for _ in 0..5 {
        let made = call(
            world,
            "CreateOrganizationalUnit",
            json!({"ParentId": parent, "Name": "Deeper"}),
        );
        parent = made["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned();
    }
    let too_deep = json!({"ParentId": parent, "Name": "Deeper"});
    assert_eq!(
        refusal(world, "CreateOrganizationalUnit", too_deep),
        "ConstraintViolationException"
    );
    let twice = json!({"ParentId": "r-demo", "Name": "Deeper"});
    assert_eq!(
        refusal(world, "CreateOrganizationalUnit", twice),
        "DuplicateOrganizationalUnitException"
    );
    let nowhere = json!({"ParentId": "ou-demo-11111111", "Name": "X"});
    assert_eq!(
        refusal(world, "CreateOrganizationalUnit", nowhere),
        "ParentNotFoundException"
    );
}

#[test]
fn a_delegated_administrator_reads_and_does_not_write() {
    let world = &mut demo();
    let delegate = json!({"AccountId": "200000000002", "ServicePrincipal": STACK_SETS_PRINCIPAL});
    let (status, denied) = call_as(world, "200000000002", "ListAccounts", &json!({}));
    assert_eq!(
        (status, &denied["__type"]),
        (400, &json!("AccessDeniedException"))
    );
    call(world, "RegisterDelegatedAdministrator", delegate.clone());
    assert_eq!(call_as(world, "200000000002", "ListAccounts", &json!({})).0, 200);
    assert_eq!(
        call_as(
            world,
            "200000000002",
            "CloseAccount",
            &json!({"AccountId": "200000000001"})
        )
        .0,
        400
    );
    let listed = call(
        world,
        "ListDelegatedAdministrators",
        json!({"ServicePrincipal": STACK_SETS_PRINCIPAL}),
    );
    assert_eq!(ids(&listed["DelegatedAdministrators"]), ["200000000002"]);
    let other = call(
        world,
        "ListDelegatedAdministrators",
        json!({"ServicePrincipal": "config.amazonaws.com"}),
    );
    assert_eq!(other["DelegatedAdministrators"], json!([]));
    assert_eq!(
        refusal(world, "RegisterDelegatedAdministrator", delegate.clone()),
        "AccountAlreadyRegisteredException"
    );
    call(world, "DeregisterDelegatedAdministrator", delegate.clone());
    assert_eq!(
        refusal(world, "DeregisterDelegatedAdministrator", delegate),
        "AccountNotRegisteredException"
    );
}

#[test]
fn who_may_not_delegate_is_told_why() {
    let world = &mut demo();
    for (account, principal, code) in [
        (
            "100000000000",
            STACK_SETS_PRINCIPAL,
            "ConstraintViolationException",
        ),
        (
            "200000000001",
            "stacksets.cloudformation.amazonaws.com",
            "InvalidInputException",
        ),
        ("999999999999", STACK_SETS_PRINCIPAL, "AccountNotFoundException"),
    ] {
        let input = json!({"AccountId": account, "ServicePrincipal": principal});
        assert_eq!(refusal(world, "RegisterDelegatedAdministrator", input), code);
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
