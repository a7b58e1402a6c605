//! Read-back noise (reference §1.4).

use aws::Operate;
use model::call::{Call, Described, Reply};
use model::definition::{AutoDeployment, Capability, ParameterValue, Permission};
use model::ids::StackSetName;

use crate::support::{Server, stack_set};

async fn described(more: &str) -> Described {
    let server = Server::default().xml("DescribeStackSet", &stack_set(more));
    match ask(&server).await {
        Reply::Definition(Some(described)) => *described,
        other => panic!("{other:?}"),
    }
}

async fn ask(server: &Server) -> Reply {
    let name = StackSetName::parse("net").unwrap();
    server
        .connect()
        .await
        .operate(Call::Definition(name))
        .await
        .unwrap()
}

fn self_managed(administration: Option<&str>, execution: Option<&str>) -> Permission {
    Permission::SelfManaged {
        administration_role: administration.map(str::to_owned),
        execution_role: execution.map(str::to_owned),
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_never_set_reads_as_its_default() {
    let definition = described("<Description></Description>").await.definition;
    assert_eq!(definition.permission, self_managed(None, None));
    assert_eq!(definition.description, None);
    assert_eq!(definition.template, "Resources: {}");
    assert!(!definition.managed_execution);
    assert!(
        definition.parameters.is_empty() && definition.tags.is_empty() && definition.capabilities.is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn default_roles_of_a_self_managed_stack_set_are_none() {
    for arn in [
        "arn:aws:iam::111122223333:role/AWSCloudFormationStackSetAdministrationRole",
        "arn:aws-cn:iam::111122223333:role/AWSCloudFormationStackSetAdministrationRole",
    ] {
        let more = format!(
            "<PermissionModel>SELF_MANAGED</PermissionModel><AdministrationRoleARN>{arn}</AdministrationRoleARN>\
             <ExecutionRoleName>AWSCloudFormationStackSetExecutionRole</ExecutionRoleName>"
        );
        assert_eq!(
            described(&more).await.definition.permission,
            self_managed(None, None)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn custom_roles_stay() {
    let arn = "arn:aws:iam::111122223333:role/deploy/AWSCloudFormationStackSetAdministrationRole";
    let more = format!(
        "<AdministrationRoleARN>{arn}</AdministrationRoleARN><ExecutionRoleName>OrganizationAccountAccessRole</ExecutionRoleName>"
    );
    let expected = self_managed(Some(arn), Some("OrganizationAccountAccessRole"));
    assert_eq!(described(&more).await.definition.permission, expected);
}

#[tokio::test(start_paused = true)]
async fn roles_of_a_service_managed_stack_set_are_dropped() {
    let more = "<PermissionModel>SERVICE_MANAGED</PermissionModel>\
        <AdministrationRoleARN>arn:aws:iam::1:role/aws-service-role/stacksets.cloudformation.amazonaws.com/X</AdministrationRoleARN>\
        <ExecutionRoleName>stacksets-exec-0123456789abcdef</ExecutionRoleName>";
    let expected = Permission::ServiceManaged {
        auto_deployment: AutoDeployment::default(),
    };
    assert_eq!(described(more).await.definition.permission, expected);
}

#[tokio::test(start_paused = true)]
async fn retaining_stacks_means_nothing_while_automatic_deployment_is_off() {
    for (enabled, retain_stacks) in [(true, true), (false, false)] {
        let more = format!(
            "<PermissionModel>SERVICE_MANAGED</PermissionModel><AutoDeployment><Enabled>{enabled}</Enabled>\
             <RetainStacksOnAccountRemoval>true</RetainStacksOnAccountRemoval></AutoDeployment>"
        );
        let expected = Permission::ServiceManaged {
            auto_deployment: AutoDeployment {
                enabled,
                retain_stacks,
                depends_on: std::collections::BTreeSet::new(),
            },
        };
        assert_eq!(described(&more).await.definition.permission, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn what_automatic_deployment_depends_on_is_read_by_name() {
    let more = "<PermissionModel>SERVICE_MANAGED</PermissionModel><AutoDeployment><Enabled>true</Enabled>\
        <RetainStacksOnAccountRemoval>false</RetainStacksOnAccountRemoval><DependsOn>\
        <member>arn:aws:cloudformation:eu-west-1:111122223333:stackset/dns:1</member></DependsOn></AutoDeployment>";
    let expected = Permission::ServiceManaged {
        auto_deployment: AutoDeployment {
            enabled: true,
            retain_stacks: false,
            depends_on: [StackSetName::parse("dns").unwrap()].into(),
        },
    };
    assert_eq!(described(more).await.definition.permission, expected);
}

#[tokio::test(start_paused = true)]
async fn masked_values_are_masked_and_resolved_ones_ignored() {
    let more = "<Parameters>\
        <member><ParameterKey>Token</ParameterKey><ParameterValue>****</ParameterValue><UsePreviousValue>false</UsePreviousValue></member>\
        <member><ParameterKey>Image</ParameterKey><ParameterValue>/ami</ParameterValue><ResolvedValue>ami-1</ResolvedValue></member>\
        <member><ParameterKey>Empty</ParameterKey><ParameterValue></ParameterValue></member></Parameters>\
        <Capabilities><member>CAPABILITY_NAMED_IAM</member><member>CAPABILITY_IAM</member></Capabilities>\
        <ManagedExecution><Active>true</Active></ManagedExecution>";
    let definition = described(more).await.definition;
    assert_eq!(definition.parameters["Token"], ParameterValue::Masked);
    assert_eq!(
        definition.parameters["Image"],
        ParameterValue::Plain("/ami".to_owned())
    );
    assert_eq!(
        definition.parameters["Empty"],
        ParameterValue::Plain(String::new())
    );
    assert_eq!(
        definition.capabilities.into_iter().collect::<Vec<_>>(),
        [Capability::Iam, Capability::NamedIam]
    );
    assert!(definition.managed_execution);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_stack_set_is_not_there() {
    let body = "<StackSet><StackSetId>net:1</StackSetId><Status>DELETED</Status></StackSet>";
    assert_eq!(
        ask(&Server::default().xml("DescribeStackSet", body)).await,
        Reply::Definition(None)
    );
    let gone = Server::default().refuse("DescribeStackSet", 404, "StackSetNotFoundException", "gone");
    assert_eq!(ask(&gone).await, Reply::Definition(None));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_permission_model_is_refused() {
    let server = Server::default().xml(
        "DescribeStackSet",
        &stack_set("<PermissionModel>NEW</PermissionModel>"),
    );
    let name = StackSetName::parse("net").unwrap();
    let error = server
        .connect()
        .await
        .operate(Call::Definition(name))
        .await
        .unwrap_err();
    assert_eq!(error.message, "unknown permission model `NEW`");
}
