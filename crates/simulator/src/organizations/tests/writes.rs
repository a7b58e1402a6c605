use super::*;

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
fn an_account_takes_its_time_to_come_and_to_go() {
    let mut world = demo();
    (world.timing.account_creation, world.timing.account_closure) = (60, 90);
    let input = json!({ "AccountName": "new", "Email": "new@example.com", "Tags": [{ "Key": "env", "Value": "dev" }] });
    let asked = call(&mut world, "CreateAccount", &input);
    let request = json!({ "CreateAccountRequestId": asked["CreateAccountStatus"]["Id"] });
    let status = |world: &mut World| {
        call(world, "DescribeCreateAccountStatus", &request)["CreateAccountStatus"].clone()
    };
    assert_eq!(asked["CreateAccountStatus"], status(&mut world));
    assert_eq!(asked["CreateAccountStatus"]["State"], "IN_PROGRESS");
    assert_eq!(asked["CreateAccountStatus"]["AccountId"], Value::Null);
    let again = call(&mut world, "CreateAccount", &input);
    assert_eq!(
        again["CreateAccountStatus"]["FailureReason"],
        "EMAIL_ALREADY_EXISTS"
    );

    let pass = |world: &mut World, seconds| {
        let to = world.now + jiff::SignedDuration::from_secs(seconds);
        crate::operations::advance(world, to);
    };
    pass(&mut world, 60);
    let done = status(&mut world);
    assert_eq!(done["State"], "SUCCEEDED");
    let id = done["AccountId"].as_str().unwrap();
    let tags = call(&mut world, "ListTagsForResource", json!({ "ResourceId": id }));
    assert_eq!(tags["Tags"], input["Tags"]);

    let state = |world: &mut World| {
        call(world, "DescribeAccount", json!({ "AccountId": id }))["Account"]["State"].clone()
    };
    call(&mut world, "CloseAccount", json!({ "AccountId": id }));
    assert_eq!(state(&mut world), "PENDING_CLOSURE");
    pass(&mut world, 90);
    assert_eq!(state(&mut world), "CLOSED");
}
