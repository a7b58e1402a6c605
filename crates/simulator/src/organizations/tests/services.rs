use super::*;

const CONFIG: &str = "config.amazonaws.com";

fn principals(world: &mut World) -> Vec<String> {
    let answer = call(world, "ListAWSServiceAccessForOrganization", json!({}));
    let rows = answer["EnabledServicePrincipals"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| row["ServicePrincipal"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn access_of_another_service_is_listed_until_it_is_disabled() {
    let world = &mut demo();
    let config = json!({"ServicePrincipal": CONFIG});
    call(world, "EnableAWSServiceAccess", &config);
    call(world, "EnableAWSServiceAccess", &config);
    assert_eq!(principals(world), [CONFIG, STACK_SETS_PRINCIPAL]);
    let first = call(
        world,
        "ListAWSServiceAccessForOrganization",
        json!({"MaxResults": 1}),
    );
    assert_eq!(first["EnabledServicePrincipals"].as_array().unwrap().len(), 1);
    assert!(first["NextToken"].is_string());
    call(world, "DisableAWSServiceAccess", &config);
    assert_eq!(principals(world), [STACK_SETS_PRINCIPAL]);
    assert!(world.organizations_access);
}

#[test]
fn an_entry_made_by_organizations_does_not_turn_stack_sets_on() {
    let world = &mut demo();
    world.organizations_access = false;
    call(
        world,
        "EnableAWSServiceAccess",
        json!({"ServicePrincipal": STACK_SETS_PRINCIPAL}),
    );
    assert_eq!(principals(world), [STACK_SETS_PRINCIPAL]);
    assert!(!world.organizations_access);
    for unknown in ["stacksets.cloudformation.amazonaws.com", "nobody"] {
        let input = json!({"ServicePrincipal": unknown});
        assert_eq!(
            refusal(world, "EnableAWSServiceAccess", input),
            "InvalidInputException"
        );
    }
}

#[test]
fn trusted_access_is_disabled_once_nobody_is_delegated() {
    let world = &mut demo();
    let delegate = json!({"AccountId": "200000000002", "ServicePrincipal": STACK_SETS_PRINCIPAL});
    call(world, "RegisterDelegatedAdministrator", &delegate);
    let disable = json!({"ServicePrincipal": "stacksets.cloudformation.amazonaws.com"});
    assert_eq!(
        refusal(world, "DisableAWSServiceAccess", &disable),
        "ConstraintViolationException"
    );
    call(world, "DeregisterDelegatedAdministrator", &delegate);
    call(world, "DisableAWSServiceAccess", &disable);
    assert!(!world.organizations_access);
    assert!(principals(world).is_empty());
}

#[test]
fn a_delegated_administrator_has_its_services() {
    let world = &mut demo();
    let account = json!({"AccountId": "200000000002"});
    assert_eq!(
        refusal(world, "ListDelegatedServicesForAccount", &account),
        "AccountNotRegisteredException"
    );
    let nobody = json!({"AccountId": "999999999999"});
    assert_eq!(
        refusal(world, "ListDelegatedServicesForAccount", nobody),
        "AccountNotFoundException"
    );
    let delegate = json!({"AccountId": "200000000002", "ServicePrincipal": STACK_SETS_PRINCIPAL});
    call(world, "RegisterDelegatedAdministrator", delegate);
    let services = call(world, "ListDelegatedServicesForAccount", &account);
    assert_eq!(
        services["DelegatedServices"][0]["ServicePrincipal"],
        STACK_SETS_PRINCIPAL
    );
}
