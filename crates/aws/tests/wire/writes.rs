//! What exactly is sent: each form, field by field (reference §2.4, §10.1).

use std::collections::{BTreeMap, BTreeSet};

use aws::Operate;
use model::call::{Call, CallErrorKind, Reply, StackSetRef, UpdateStackSet, Write, WriteCall};
use model::definition::{AutoDeployment, Capability, Definition, ParameterValue, Permission};
use model::ids::{AccountId, OperationId, Region, StackSetId, StackSetName, UnitId};
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};
use model::targets::{AccountFilter, CallTargets};

use crate::support::{ADMIN, SET_ID, Server};

fn definition(permission: Permission) -> Definition {
    let values = [
        ("Level", ParameterValue::Plain("high & dry".to_owned())),
        ("Token", ParameterValue::Previous),
    ];
    Definition {
        description: Some("rules".to_owned()),
        template: "Resources: {}\n".to_owned(),
        parameters: values.map(|(name, value)| (name.to_owned(), value)).into(),
        tags: [("stackfleet:project".to_owned(), "demo".to_owned())].into(),
        capabilities: [Capability::NamedIam].into(),
        permission,
        managed_execution: false,
    }
}

fn service_managed() -> Permission {
    Permission::ServiceManaged {
        auto_deployment: AutoDeployment {
            enabled: true,
            retain_stacks: false,
            depends_on: BTreeSet::new(),
        },
    }
}

fn self_managed() -> Permission {
    Permission::SelfManaged {
        administration_role: None,
        execution_role: Some("OrganizationAccountAccessRole".to_owned()),
    }
}

fn accounts(ids: &[&str]) -> BTreeSet<AccountId> {
    ids.iter().map(|id| AccountId::parse(id).unwrap()).collect()
}

fn regions(names: &[&str]) -> Vec<Region> {
    names.iter().map(|name| Region::parse(name).unwrap()).collect()
}

fn units(filter: AccountFilter) -> CallTargets {
    CallTargets::Units {
        units: [UnitId::parse("ou-ab12-11111111").unwrap()].into(),
        filter,
        regions: regions(&["us-east-1", "eu-west-1"]),
    }
}

fn preferences() -> OperationPreferences {
    OperationPreferences {
        region_concurrency: RegionConcurrency::Parallel,
        region_order: regions(&["us-east-1", "eu-west-1"]),
        failure_tolerance: Amount::Percent(5),
        max_concurrent: Amount::Percent(25),
        concurrency_mode: ConcurrencyMode::Soft,
    }
}

fn update(definition: Definition) -> UpdateStackSet {
    UpdateStackSet {
        template_at: None,
        definition,
        content: true,
        auto_deployment: None,
        managed_execution: None,
        targets: CallTargets::Everything,
        preferences: OperationPreferences::default(),
    }
}

/// Sends a write, and gives its form as decoded, with the reply.
async fn sent(write: Write) -> (String, Reply) {
    let server = Server::default()
        .xml("CreateStackSet", &format!("<StackSetId>{SET_ID}</StackSetId>"))
        .xml("UpdateStackSet", "<OperationId>sf-1</OperationId>")
        .xml("CreateStackInstances", "<OperationId>sf-1</OperationId>")
        .xml("UpdateStackInstances", "<OperationId>sf-1</OperationId>")
        .xml("DeleteStackInstances", "<OperationId>sf-1</OperationId>")
        .xml("DeleteStackSet", "");
    let reply = server.connect().await.operate(call(write)).await.unwrap();
    (server.seen()[0].form.clone(), reply)
}

/// Sends a write that is refused before anything leaves.
async fn refused(write: Write) -> String {
    let server = Server::default();
    let error = server.connect().await.operate(call(write)).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Invalid);
    assert!(server.seen().is_empty(), "nothing may leave");
    error.message
}

fn call(write: Write) -> Call {
    let created = matches!(write, Write::CreateStackSet { .. });
    let stack_set = if created {
        StackSetRef::Name(StackSetName::parse("net").unwrap())
    } else {
        StackSetRef::Id(StackSetId::parse(SET_ID).unwrap())
    };
    let operation_id = write
        .starts_operation()
        .then(|| OperationId::parse("sf-1").unwrap());
    Call::Write(Box::new(WriteCall {
        stack_set,
        operation_id,
        write,
    }))
}

fn create(mut definition: Definition) -> Write {
    definition.parameters.remove("Token");
    Write::CreateStackSet {
        definition: Box::new(definition),
        template_at: None,
        client_request_token: "sf-token".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn creating_a_service_managed_stack_set_says_automatic_deployment() {
    let (form, reply) = sent(create(definition(service_managed()))).await;
    insta::assert_snapshot!("create_service_managed", form);
    assert_eq!(reply, Reply::Created(StackSetId::parse(SET_ID).unwrap()));
}

#[tokio::test(start_paused = true)]
async fn creating_with_automatic_deployment_off_does_not_say_what_happens_to_stacks() {
    let permission = Permission::ServiceManaged {
        auto_deployment: AutoDeployment::default(),
    };
    let (form, _) = sent(create(definition(permission))).await;
    assert!(form.contains("AutoDeployment.Enabled=false\n"), "{form}");
    assert!(!form.contains("RetainStacks"), "{form}");
}

#[tokio::test(start_paused = true)]
async fn creating_a_self_managed_stack_set_names_custom_roles_only() {
    let (form, _) = sent(create(definition(self_managed()))).await;
    insta::assert_snapshot!("create_self_managed", form);
}

#[tokio::test(start_paused = true)]
async fn updating_content_sends_template_and_every_parameter() {
    let mut update = update(definition(service_managed()));
    update.targets = units(AccountFilter::Intersection(accounts(&["222233334444"])));
    update.preferences = preferences();
    let (form, reply) = sent(Write::UpdateStackSet(Box::new(update))).await;
    insta::assert_snapshot!("update_content", form);
    assert_eq!(reply, Reply::Started(OperationId::parse("sf-1").unwrap()));
}

#[tokio::test(start_paused = true)]
async fn updating_without_content_keeps_the_template_and_sends_no_parameter() {
    let mut update = update(definition(self_managed()));
    update.content = false;
    update.definition.tags.clear();
    update.targets = CallTargets::Accounts {
        accounts: accounts(&["222233334444"]),
        regions: regions(&["eu-west-1"]),
    };
    let (form, _) = sent(Write::UpdateStackSet(Box::new(update))).await;
    insta::assert_snapshot!("update_metadata", form);
}

#[tokio::test(start_paused = true)]
async fn going_back_to_the_default_execution_role_says_it() {
    let permission = Permission::SelfManaged {
        administration_role: None,
        execution_role: None,
    };
    let (form, _) = sent(Write::UpdateStackSet(Box::new(update(definition(permission))))).await;
    assert!(
        form.contains("ExecutionRoleName=AWSCloudFormationStackSetExecutionRole\n"),
        "{form}"
    );
    assert!(!form.contains("AdministrationRoleARN"), "{form}");
}

#[tokio::test(start_paused = true)]
async fn automatic_deployment_and_managed_execution_go_alone() {
    let mut alone = update(definition(service_managed()));
    alone.content = false;
    let mut deployment = alone.clone();
    deployment.auto_deployment = Some(AutoDeployment {
        enabled: true,
        retain_stacks: true,
        depends_on: BTreeSet::new(),
    });
    let (form, _) = sent(Write::UpdateStackSet(Box::new(deployment.clone()))).await;
    insta::assert_snapshot!("update_auto_deployment", form);
    let mut execution = alone;
    execution.managed_execution = Some(true);
    let (form, _) = sent(Write::UpdateStackSet(Box::new(execution.clone()))).await;
    insta::assert_snapshot!("update_managed_execution", form);

    deployment.targets = units(AccountFilter::None);
    refused(Write::UpdateStackSet(Box::new(deployment))).await;
    execution.content = true;
    refused(Write::UpdateStackSet(Box::new(execution))).await;
}

#[tokio::test(start_paused = true)]
async fn what_automatic_deployment_depends_on_is_sent_by_arn_and_cleared_by_an_empty_list() {
    let mut setting = AutoDeployment {
        enabled: true,
        retain_stacks: false,
        depends_on: ["dns", "net"]
            .map(|name| StackSetName::parse(name).unwrap())
            .into(),
    };
    let mut alone = update(definition(service_managed()));
    alone.content = false;
    alone.auto_deployment = Some(setting.clone());
    let arn = |name: &str| format!("arn:aws:cloudformation:eu-west-1:{ADMIN}:stackset/{name}:1");
    let described = |name: &str| {
        let arn = arn(name);
        format!("<StackSet><StackSetId>{name}:1</StackSetId><StackSetARN>{arn}</StackSetARN></StackSet>")
    };
    let server = Server::default()
        .xml("DescribeStackSet", &described("dns"))
        .xml("DescribeStackSet", &described("net"))
        .xml("UpdateStackSet", "<OperationId>sf-1</OperationId>");
    let aws = server.connect().await;
    aws.operate(call(Write::UpdateStackSet(Box::new(alone.clone()))))
        .await
        .unwrap();
    let asked = server.seen();
    assert_eq!(asked[0].inputs["StackSetName"], "dns");
    for (number, name) in [(1, "dns"), (2, "net")] {
        let key = format!("AutoDeployment.DependsOn.member.{number}");
        assert_eq!(asked[2].inputs[&key], arn(name));
    }

    setting.depends_on.clear();
    alone.auto_deployment = Some(setting.clone());
    let (form, _) = sent(Write::UpdateStackSet(Box::new(alone.clone()))).await;
    assert!(form.contains("AutoDeployment.DependsOn=\n"), "{form}");

    setting.enabled = false;
    alone.auto_deployment = Some(setting);
    let (form, _) = sent(Write::UpdateStackSet(Box::new(alone))).await;
    assert!(!form.contains("DependsOn"), "{form}");
}

#[tokio::test(start_paused = true)]
async fn a_stack_set_does_not_depend_on_one_that_is_gone() {
    let mut alone = update(definition(service_managed()));
    alone.content = false;
    alone.auto_deployment = Some(AutoDeployment {
        enabled: true,
        retain_stacks: false,
        depends_on: [StackSetName::parse("net").unwrap()].into(),
    });
    let server = Server::default().refuse("DescribeStackSet", 404, "StackSetNotFoundException", "gone");
    let answer = server.connect().await;
    let error = answer
        .operate(call(Write::UpdateStackSet(Box::new(alone))))
        .await
        .unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Invalid);
    assert_eq!(error.message, "StackSet `net`, which it depends on, is not there");
    assert_eq!(server.count("UpdateStackSet"), 0);
}

#[tokio::test(start_paused = true)]
async fn creating_instances_names_units_with_a_filter() {
    let targets = units(AccountFilter::Difference(accounts(&[
        "222233334444",
        "333344445555",
    ])));
    let write = Write::CreateStackInstances {
        targets,
        overrides: None,
        preferences: preferences(),
    };
    let (form, _) = sent(write).await;
    insta::assert_snapshot!("create_instances", form);
}

#[tokio::test(start_paused = true)]
async fn overrides_are_left_alone_replaced_or_taken_away() {
    let write = |overrides| Write::UpdateStackInstances {
        targets: units(AccountFilter::None),
        overrides,
        preferences: OperationPreferences::default(),
    };
    let (form, _) = sent(write(None)).await;
    assert!(!form.contains("ParameterOverrides"), "{form}");
    let (form, _) = sent(write(Some(BTreeMap::new()))).await;
    assert!(form.contains("ParameterOverrides=\n"), "{form}");
    let values = [
        ("Level".to_owned(), ParameterValue::Plain("low".to_owned())),
        ("Token".to_owned(), ParameterValue::Previous),
    ];
    let (form, _) = sent(write(Some(values.into()))).await;
    insta::assert_snapshot!("update_instances", form);
}

#[tokio::test(start_paused = true)]
async fn deleting_instances_says_what_happens_to_their_stacks() {
    let write = Write::DeleteStackInstances {
        targets: CallTargets::Accounts {
            accounts: accounts(&["222233334444"]),
            regions: regions(&["eu-west-1"]),
        },
        retain_stacks: true,
        preferences: OperationPreferences {
            failure_tolerance: Amount::Count(1),
            max_concurrent: Amount::Count(3),
            ..OperationPreferences::default()
        },
    };
    let (form, _) = sent(write).await;
    insta::assert_snapshot!("delete_instances", form);
}

#[tokio::test(start_paused = true)]
async fn deleting_a_stack_set_names_it_by_its_id() {
    let (form, reply) = sent(Write::DeleteStackSet).await;
    insta::assert_snapshot!("delete_stack_set", form);
    assert_eq!(reply, Reply::Done);
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_was_not_filled_in_and_a_mask_never_leave() {
    let mut secret = definition(service_managed());
    secret
        .parameters
        .insert("Token".to_owned(), ParameterValue::Secret("env:TOKEN".to_owned()));
    let message = refused(Write::UpdateStackSet(Box::new(update(secret)))).await;
    assert_eq!(
        message,
        "the secret `env:TOKEN` of parameter `Token` was not filled in"
    );
    let mut masked = definition(service_managed());
    masked
        .parameters
        .insert("Token".to_owned(), ParameterValue::Masked);
    refused(Write::UpdateStackSet(Box::new(update(masked)))).await;
}

#[tokio::test(start_paused = true)]
async fn what_nobody_decided_is_not_made_up() {
    let nothing_to_keep = Write::CreateStackSet {
        definition: Box::new(definition(service_managed())),
        template_at: None,
        client_request_token: "sf-token".to_owned(),
    };
    refused(nothing_to_keep).await;
    let no_token = Write::CreateStackSet {
        definition: Box::new(definition(service_managed())),
        template_at: None,
        client_request_token: String::new(),
    };
    refused(no_token).await;
    let targets = CallTargets::Everything;
    refused(Write::CreateStackInstances {
        targets,
        overrides: None,
        preferences: preferences(),
    })
    .await;

    let server = Server::default();
    let write = Write::UpdateStackSet(Box::new(update(definition(service_managed()))));
    let stack_set = StackSetRef::Id(StackSetId::parse(SET_ID).unwrap());
    let call = WriteCall {
        stack_set,
        operation_id: None,
        write,
    };
    let error = server
        .connect()
        .await
        .operate(Call::Write(Box::new(call)))
        .await
        .unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (CallErrorKind::Invalid, 0));
}
