"""Who sees what: CallAs, delegated administrators, trusted access, the caller's identity (reference §1.8, §8.4)."""

from aws import DELEGATE, MANAGEMENT, MEMBER, MODEL, SECURITY, SERVICE, refused, same
from runner import check

PRINCIPAL = "member.org.stacksets.cloudformation.amazonaws.com"
AS_DELEGATE = {"CallAs": "DELEGATED_ADMIN"}


@check
def the_access_key_tells_the_account(aws):
    for account in (MANAGEMENT, MEMBER):
        caller = aws.client("sts", account).get_caller_identity()
        same((caller["Account"], account in caller["Arn"]), (account, True))


@check
def a_delegate_sees_service_managed_stack_sets_alone(aws):
    delegate = aws.client("cloudformation", DELEGATE)
    service, self_managed = aws.service_set(), aws.stack_set()
    found = delegate.describe_stack_set(StackSetName=service, **AS_DELEGATE)["StackSet"]
    same(f":{MANAGEMENT}:" in found["StackSetARN"], True)
    refused("StackSetNotFoundException", delegate.describe_stack_set, StackSetName=self_managed, **AS_DELEGATE)
    refused("StackSetNotFoundException", delegate.describe_stack_set, StackSetName=service)


@check
def what_a_delegate_makes_lives_in_the_management_account(aws):
    delegate, name = aws.client("cloudformation", DELEGATE), aws.name("service")
    delegate.create_stack_set(StackSetName=name, **SERVICE, **AS_DELEGATE)
    same(f":{MANAGEMENT}:" in aws.described(name)["StackSetARN"], True)
    pages = delegate.get_paginator("list_stack_sets").paginate(Status="ACTIVE", **AS_DELEGATE)
    rows = [row for page in pages for row in page["Summaries"]]
    same(({row["PermissionModel"] for row in rows}, name in {row["StackSetName"] for row in rows}), ({"SERVICE_MANAGED"}, True))


@check
def a_delegate_operates_from_create_to_delete(aws):
    delegate, name = aws.client("cloudformation", DELEGATE), aws.name("service")
    delegate.create_stack_set(StackSetName=name, **SERVICE, **AS_DELEGATE)
    where = {"StackSetName": name, "DeploymentTargets": {"OrganizationalUnitIds": [SECURITY]}, "Regions": ["us-east-1"]}
    started = delegate.create_stack_instances(**where, **AS_DELEGATE)
    aws.wait(name, started["OperationId"])
    started = delegate.delete_stack_instances(**where, RetainStacks=False, **AS_DELEGATE)
    aws.wait(name, started["OperationId"])
    delegate.delete_stack_set(StackSetName=name, **AS_DELEGATE)
    refused("StackSetNotFoundException", aws.cfn.describe_stack_set, StackSetName=name)


@check
def others_are_no_delegates(aws):
    member = aws.client("cloudformation", MEMBER)
    refused("ValidationError", member.list_stack_sets, "Account used is not a delegated administrator", **AS_DELEGATE)
    refused("ValidationError", aws.cfn.list_stack_sets, CallAs="SOMEBODY")


@check
def only_the_management_account_or_a_delegate_manages_services(aws):
    member = aws.client("cloudformation", MEMBER)
    text = "You must be the management account or delegated admin account"
    refused("ValidationError", member.create_stack_set, text, StackSetName=aws.name(), **SERVICE)


@check
def a_member_has_self_managed_stack_sets_of_its_own(aws):
    member, name = aws.client("cloudformation", MEMBER), aws.name()
    member.create_stack_set(StackSetName=name, **MODEL)
    refused("StackSetNotFoundException", aws.cfn.describe_stack_set, StackSetName=name)
    same(member.describe_stack_set(StackSetName=name)["StackSet"]["StackSetName"], name)


@check
def trusted_access_is_described(aws):
    same(aws.cfn.describe_organizations_access()["Status"], "ENABLED")
    delegate = aws.client("cloudformation", DELEGATE)
    same(delegate.describe_organizations_access(**AS_DELEGATE)["Status"], "ENABLED")
    member = aws.client("cloudformation", MEMBER)
    refused("InvalidOperationException", member.describe_organizations_access)


@check
def trusted_access_is_for_the_management_account_to_turn(aws):
    member = aws.client("cloudformation", MEMBER)
    refused("InvalidOperationException", member.activate_organizations_access)
    refused("InvalidOperationException", member.deactivate_organizations_access)


@check
def without_trusted_access_nothing_is_service_managed(aws):
    name = aws.service_set()
    delegation = {"AccountId": DELEGATE, "ServicePrincipal": PRINCIPAL}
    refused("InvalidOperationException", aws.cfn.deactivate_organizations_access)
    aws.org.deregister_delegated_administrator(**delegation)
    aws.cfn.deactivate_organizations_access()
    try:
        same(aws.cfn.describe_organizations_access()["Status"], "DISABLED")
        text = "You must enable organizations access"
        refused("ValidationError", aws.cfn.create_stack_set, text, StackSetName=aws.name(), **SERVICE)
        refused("ValidationError", aws.cfn.create_stack_instances, text, StackSetName=name, Regions=["us-east-1"],
                DeploymentTargets={"OrganizationalUnitIds": [SECURITY]})
    finally:
        aws.cfn.activate_organizations_access()
        aws.org.register_delegated_administrator(**delegation)
    same(aws.cfn.describe_organizations_access()["Status"], "ENABLED")
