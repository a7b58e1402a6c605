"""Create-, Update-, DeleteStackInstances: targets, overrides, registered targets, retained stacks (reference §2.2, §2.5, §2.8)."""

from aws import EVERYWHERE, MEMBER, PROD, ROLE_TEMPLATE, ROOT, SECURITY, SUSPENDED, TEMPLATE, WORKLOADS, parameters, refused, same, values
from runner import check

OTHER = "300000000002"
ACTIVE_PROD = {"400000000001", "400000000002", "400000000003"}


def accounts(aws, name):
    return {row["Account"] for row in aws.instances(name)}


def registered(aws, name):
    rows = aws.cfn.list_stack_set_auto_deployment_targets(StackSetName=name)["Summaries"]
    return {row["OrganizationalUnitId"]: sorted(row["Regions"]) for row in rows}


def update(aws, name, accounts=(MEMBER,), **inputs):
    started = aws.cfn.update_stack_instances(
        StackSetName=name, Accounts=list(accounts), Regions=["us-east-1"], OperationPreferences=EVERYWHERE, **inputs
    )
    return aws.wait(name, started["OperationId"])


def delete(aws, name, retain=False, regions=("us-east-1",), **targets):
    started = aws.cfn.delete_stack_instances(
        StackSetName=name, Regions=list(regions), RetainStacks=retain, OperationPreferences=EVERYWHERE, **targets
    )
    return aws.wait(name, started["OperationId"])


@check
def instances_are_made_for_every_account_in_every_region(aws):
    name = aws.stack_set()
    done = aws.deploy(name, [MEMBER, OTHER], ["us-east-1", "eu-west-1", "eu-central-1"])
    same((done["Action"], done["Status"]), ("CREATE", "SUCCEEDED"))
    rows = aws.instances(name)
    same(len({(row["Account"], row["Region"]) for row in rows}), 6)
    same({row["Status"] for row in rows}, {"CURRENT"})
    same(sorted(aws.described(name)["Regions"]), ["eu-central-1", "eu-west-1", "us-east-1"])


@check
def an_instance_tells_its_stack_and_its_operation(aws):
    name = aws.stack_set()
    done = aws.deploy(name)
    row = aws.instance(name)
    same(row["StackSetId"], aws.described(name)["StackSetId"])
    same(row["LastOperationId"], done["OperationId"])
    front = f"arn:aws:cloudformation:us-east-1:{MEMBER}:stack/StackSet-{name}-"
    same(row["StackId"][:len(front)], front)
    same((row["DriftStatus"], row["ParameterOverrides"], row["OrganizationalUnitId"]), ("NOT_CHECKED", [], ""))


@check
def overrides_are_read_by_describe_alone(aws):
    name = aws.stack_set()
    aws.deploy(name, ParameterOverrides=parameters(Environment="prod"))
    same(values(aws.instance(name)["ParameterOverrides"]), {"Environment": "prod"})
    same("ParameterOverrides" in aws.instances(name)[0], False)


@check
def absent_overrides_stay_and_an_empty_list_resets_them(aws):
    name = aws.stack_set()
    aws.deploy(name, ParameterOverrides=parameters(Environment="prod", Subject="mine"))
    update(aws, name)
    same(values(aws.instance(name)["ParameterOverrides"]), {"Environment": "prod", "Subject": "mine"})
    update(aws, name, ParameterOverrides=[])
    same(aws.instance(name)["ParameterOverrides"], [])


@check
def an_override_that_is_not_listed_goes_and_a_previous_one_stays(aws):
    name = aws.stack_set()
    aws.deploy(name, ParameterOverrides=parameters(Environment="prod", Subject="mine"))
    keep = [{"ParameterKey": "Environment", "UsePreviousValue": True}]
    update(aws, name, ParameterOverrides=keep)
    same(values(aws.instance(name)["ParameterOverrides"]), {"Environment": "prod"})


@check
def overrides_survive_an_update_of_the_stack_set(aws):
    name = aws.stack_set()
    aws.deploy(name, ParameterOverrides=parameters(Environment="prod"))
    started = aws.cfn.update_stack_set(StackSetName=name, TemplateBody=TEMPLATE, Parameters=parameters(Environment="test"))
    aws.wait(name, started["OperationId"])
    same(values(aws.instance(name)["ParameterOverrides"]), {"Environment": "prod"})


@check
def only_parameters_of_the_template_are_overridden(aws):
    name = aws.stack_set()
    aws.deploy(name)
    targets = {"StackSetName": name, "Accounts": [MEMBER], "Regions": ["us-east-1"]}
    refused("ValidationError", aws.cfn.update_stack_instances, ParameterOverrides=parameters(Nobody="x"), **targets)
    refused("ValidationError", aws.cfn.update_stack_instances, ParameterOverrides=parameters(Environment="moon"), **targets)


@check
def an_instance_that_is_not_there_cannot_be_updated(aws):
    name = aws.stack_set()
    aws.deploy(name)
    refused("StackInstanceNotFoundException", aws.cfn.update_stack_instances, StackSetName=name, Accounts=[MEMBER, OTHER],
            Regions=["us-east-1"])


@check
def to_make_instances_again_makes_the_missing_ones(aws):
    name = aws.stack_set()
    aws.deploy(name)
    stack = aws.instance(name)["StackId"]
    aws.deploy(name, [MEMBER, OTHER])
    same((aws.instance(name)["StackId"], accounts(aws, name)), (stack, {MEMBER, OTHER}))


@check
def accounts_and_deployment_targets_exclude_each_other(aws):
    name = aws.stack_set()
    refused("ValidationError", aws.cfn.create_stack_instances, StackSetName=name, Accounts=[MEMBER],
            DeploymentTargets={"Accounts": [MEMBER]}, Regions=["us-east-1"])
    refused("ValidationError", aws.cfn.create_stack_instances, StackSetName=name, Regions=["us-east-1"])
    refused("ValidationError", aws.cfn.create_stack_instances, StackSetName=name, Accounts=[MEMBER], Regions=[])


@check
def a_self_managed_stack_set_takes_accounts_in_deployment_targets_too(aws):
    name = aws.stack_set()
    started = aws.cfn.create_stack_instances(StackSetName=name, DeploymentTargets={"Accounts": [MEMBER]}, Regions=["us-east-1"])
    aws.wait(name, started["OperationId"])
    same(accounts(aws, name), {MEMBER})
    refused("ValidationError", aws.cfn.create_stack_instances, StackSetName=name, Regions=["us-east-1"],
            DeploymentTargets={"OrganizationalUnitIds": [SECURITY]})


@check
def a_unit_is_no_account(aws):
    name = aws.stack_set()
    refused("ValidationError", aws.cfn.create_stack_instances, "1 validation error detected: Value '[ou-", StackSetName=name,
            Accounts=[SECURITY], Regions=["us-east-1"])


@check
def a_service_managed_stack_set_takes_units_alone(aws):
    name = aws.service_set()
    text = "can only have OrganizationalUnit as target"
    ask = {"StackSetName": name, "Regions": ["us-east-1"]}
    refused("ValidationError", aws.cfn.create_stack_instances, text, Accounts=[MEMBER], **ask)
    refused("ValidationError", aws.cfn.delete_stack_instances, text, Accounts=[MEMBER], RetainStacks=True, **ask)


@check
def a_call_names_50_units_at_most(aws):
    units = [f"ou-demo-{number:08}" for number in range(51)]
    refused("ValidationError", aws.cfn.create_stack_instances, StackSetName=aws.service_set(), Regions=["us-east-1"],
            DeploymentTargets={"OrganizationalUnitIds": units})


@check
def units_are_followed_to_any_depth(aws):
    name = aws.service_set()
    aws.deploy_units(name, [WORKLOADS])
    same(accounts(aws, name) >= {MEMBER, OTHER} | ACTIVE_PROD, True)
    same({row["OrganizationalUnitId"] for row in aws.instances(name)}, {WORKLOADS})


@check
def the_root_is_everybody_but_the_management_account(aws):
    name = aws.service_set()
    aws.deploy_units(name, [ROOT])
    found = accounts(aws, name)
    same(("100000000000" in found, "200000000001" in found, "400000000001" in found), (False, True, True))


@check
def an_intersection_takes_the_named_accounts(aws):
    name = aws.service_set()
    aws.deploy_units(name, [PROD], targets={"Accounts": ["400000000001", MEMBER], "AccountFilterType": "INTERSECTION"})
    same(accounts(aws, name), {"400000000001"})


@check
def a_difference_leaves_the_named_accounts_out(aws):
    name = aws.service_set()
    aws.deploy_units(name, [PROD], targets={"Accounts": ["400000000001", SUSPENDED], "AccountFilterType": "DIFFERENCE"})
    same(accounts(aws, name), {"400000000002", "400000000003"})


@check
def a_filter_must_be_named_and_a_union_is_no_filter_of_create(aws):
    name = aws.service_set()
    ask = {"StackSetName": name, "Regions": ["us-east-1"]}
    both = {"OrganizationalUnitIds": [PROD], "Accounts": [MEMBER]}
    refused("ValidationError", aws.cfn.create_stack_instances, DeploymentTargets=both, **ask)
    refused("ValidationError", aws.cfn.create_stack_instances, DeploymentTargets={**both, "AccountFilterType": "UNION"}, **ask)
    refused("ValidationError", aws.cfn.create_stack_instances, DeploymentTargets={**both, "AccountFilterType": "XOR"}, **ask)


@check
def accounts_are_read_from_a_file_in_a_bucket(aws):
    aws.client("s3").put_object(Bucket="checks", Key="accounts.csv", Body=f"{MEMBER},\n{OTHER}\n".encode())
    name = aws.stack_set()
    started = aws.cfn.create_stack_instances(
        StackSetName=name, DeploymentTargets={"AccountsUrl": "s3://checks/accounts.csv"}, Regions=["us-east-1"]
    )
    aws.wait(name, started["OperationId"])
    same(accounts(aws, name), {MEMBER, OTHER})


@check
def a_suspended_account_is_skipped_and_no_failure(aws):
    name = aws.service_set()
    done = aws.deploy_units(name, [PROD], OperationPreferences={"FailureToleranceCount": 0})
    same((done["Status"], done["StatusDetails"]["FailedStackInstancesCount"]), ("SUCCEEDED", 0))
    row = aws.instance(name, SUSPENDED)
    same(row["StackInstanceStatus"]["DetailedStatus"], "SKIPPED_SUSPENDED_ACCOUNT")
    same((row["Status"], "RetainStacks" in row["StatusReason"]), ("OUTDATED", True))


@check
def an_instance_in_a_suspended_account_goes_with_retain_alone(aws):
    name = aws.service_set()
    aws.deploy_units(name, [PROD])
    delete(aws, name, DeploymentTargets={"OrganizationalUnitIds": [PROD]})
    same(accounts(aws, name), {SUSPENDED})
    delete(aws, name, True, DeploymentTargets={"OrganizationalUnitIds": [PROD]})
    same(accounts(aws, name), set())


@check
def whole_units_are_registered_with_their_regions(aws):
    name = aws.service_set()
    aws.deploy_units(name, [SECURITY, PROD], ["us-east-1", "eu-west-1"])
    both = ["eu-west-1", "us-east-1"]
    same(registered(aws, name), {SECURITY: both, PROD: both})
    same(sorted(aws.described(name)["OrganizationalUnitIds"]), [SECURITY, PROD])
    delete(aws, name, regions=["eu-west-1"], DeploymentTargets={"OrganizationalUnitIds": [SECURITY]})
    same(registered(aws, name), {SECURITY: ["us-east-1"], PROD: both})


@check
def a_delete_with_a_filter_leaves_the_unit_registered(aws):
    name = aws.service_set()
    aws.deploy_units(name, [SECURITY])
    filtered = {"OrganizationalUnitIds": [SECURITY], "Accounts": ["200000000001"], "AccountFilterType": "INTERSECTION"}
    delete(aws, name, DeploymentTargets=filtered)
    same((accounts(aws, name), registered(aws, name)), ({"200000000002"}, {SECURITY: ["us-east-1"]}))


@check
def an_empty_unit_is_deployed_to_and_registered(aws):
    unit = aws.org.create_organizational_unit(ParentId=ROOT, Name=aws.name("Empty"))["OrganizationalUnit"]["Id"]
    name = aws.service_set()
    same(aws.deploy_units(name, [unit])["Status"], "SUCCEEDED")
    same((aws.instances(name), registered(aws, name)), ([], {unit: ["us-east-1"]}))


@check
def to_delete_what_is_not_there_succeeds(aws):
    name = aws.stack_set()
    same(delete(aws, name, Accounts=[MEMBER])["Status"], "SUCCEEDED")


@check
def a_delete_must_say_what_happens_to_the_stacks(aws):
    name = aws.stack_set()
    refused("ValidationError", aws.cfn.delete_stack_instances, StackSetName=name, Accounts=[MEMBER], Regions=["us-east-1"])


@check
def a_retained_stack_keeps_its_names(aws):
    body = {"TemplateBody": ROLE_TEMPLATE % aws.name("auditor"), "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    name = aws.stack_set(**body)
    aws.deploy(name)
    delete(aws, name, True, Accounts=[MEMBER])
    same(aws.deploy(name, OperationPreferences={"FailureToleranceCount": 0})["Status"], "FAILED")
    row = aws.instance(name)
    same((row["Status"], row["StackInstanceStatus"]["DetailedStatus"]), ("OUTDATED", "FAILED"))
    same("already exists" in row["StatusReason"], True)


@check
def a_named_role_collides_in_the_second_region(aws):
    body = {"TemplateBody": ROLE_TEMPLATE % aws.name("auditor"), "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    name = aws.stack_set(**body)
    one_by_one = {"FailureToleranceCount": 1}
    aws.deploy(name, regions=["us-east-1", "eu-west-1"], OperationPreferences=one_by_one)
    same((aws.instance(name)["Status"], aws.instance(name, region="eu-west-1")["Status"]), ("CURRENT", "OUTDATED"))


@check
def a_protected_stack_leaves_an_inoperable_instance_that_goes_with_retain(aws):
    name = aws.stack_set()
    aws.deploy(name)
    stack = aws.instance(name)["StackId"].split("/")[1]
    aws.client("cloudformation", MEMBER).update_termination_protection(StackName=stack, EnableTerminationProtection=True)
    same(delete(aws, name, Accounts=[MEMBER])["StatusDetails"]["FailedStackInstancesCount"], 1)
    row = aws.instance(name)
    same((row["Status"], row["StackInstanceStatus"]["DetailedStatus"]), ("INOPERABLE", "INOPERABLE"))
    started = aws.cfn.update_stack_set(StackSetName=name, TemplateBody=TEMPLATE)
    aws.wait(name, started["OperationId"])
    same(aws.instance(name)["Status"], "INOPERABLE")
    delete(aws, name, True, Accounts=[MEMBER])
    same(aws.instances(name), [])


@check
def an_account_without_the_execution_role_fails_with_the_reason_of_aws(aws):
    name = aws.stack_set()
    aws.deploy(name, ["600000000012"])
    row = aws.instance(name, "600000000012")
    same(row["StackInstanceStatus"]["DetailedStatus"], "FAILED")
    same("should have 'OrganizationAccountAccessRole' role with trust relationship" in row["StatusReason"], True)
    same(row.get("StackId"), None)
