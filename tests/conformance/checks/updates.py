"""UpdateStackSet: what it writes, what it marks, what an omitted input means (reference §2.3, §2.4)."""

from aws import MEMBER, MODEL, SECURITY, TEMPLATE, WORKLOADS, parameters, refused, same, values
from runner import check

ROLE = {"ExecutionRoleName": MODEL["ExecutionRoleName"]}
OTHER = "300000000002"
PARAMETER_TEMPLATE = TEMPLATE.replace("  Subject:", "  Extra:\n    Type: String\n  Subject:")


def update(aws, name, **inputs):
    started = aws.cfn.update_stack_set(StackSetName=name, **{**ROLE, **inputs})
    return aws.wait(name, started["OperationId"])


def statuses(aws, name):
    return {row["Account"]: (row["Status"], row["StackInstanceStatus"]["DetailedStatus"]) for row in aws.instances(name)}


@check
def an_update_without_targets_reaches_every_instance(aws):
    name = aws.stack_set()
    aws.deploy(name, [MEMBER, OTHER], ["us-east-1", "eu-west-1"])
    done = update(aws, name, TemplateBody=TEMPLATE.replace("alarms", "alerts"))
    same((done["Action"], done["Status"]), ("UPDATE", "SUCCEEDED"))
    same(len(aws.results(name, done["OperationId"])), 4)
    same({row["LastOperationId"] for row in aws.instances(name)}, {done["OperationId"]})
    same(set(statuses(aws, name).values()), {("CURRENT", "SUCCEEDED")})


@check
def an_update_with_targets_leaves_the_others_outdated(aws):
    name = aws.stack_set()
    aws.deploy(name, [MEMBER, OTHER])
    update(aws, name, TemplateBody=TEMPLATE.replace("alarms", "alerts"), Accounts=[MEMBER], Regions=["us-east-1"])
    same(statuses(aws, name), {MEMBER: ("CURRENT", "SUCCEEDED"), OTHER: ("OUTDATED", "PENDING")})
    update(aws, name, UsePreviousTemplate=True, Accounts=[OTHER], Regions=["us-east-1"])
    same(set(statuses(aws, name).values()), {("CURRENT", "SUCCEEDED")})


@check
def every_instance_is_outdated_as_soon_as_the_update_starts(aws):
    name = aws.stack_set()
    aws.deploy(name, [MEMBER, OTHER])
    started = aws.cfn.update_stack_set(StackSetName=name, TemplateBody=TEMPLATE, **ROLE)
    same({status for status, _ in statuses(aws, name).values()}, {"OUTDATED"})
    aws.wait(name, started["OperationId"])


@check
def the_definition_is_kept_when_the_update_fails(aws):
    name = aws.stack_set()
    aws.deploy(name, ["600000000004", "600000000001"])
    done = update(aws, name, TemplateBody=TEMPLATE.replace("alarms", "alerts"))
    same(done["Status"], "FAILED")
    same("alerts of" in aws.described(name)["TemplateBody"] or "Default: alerts" in aws.described(name)["TemplateBody"], True)


@check
def exactly_one_source_of_the_template_is_needed(aws):
    name = aws.stack_set()
    refused("ValidationError", aws.cfn.update_stack_set, StackSetName=name)
    refused("ValidationError", aws.cfn.update_stack_set, StackSetName=name, TemplateBody=TEMPLATE, UsePreviousTemplate=True)
    refused("ValidationError", aws.cfn.update_stack_set, StackSetName=name, UsePreviousTemplate=False)


@check
def values_are_kept_with_the_previous_template(aws):
    name = aws.stack_set(Parameters=parameters(Environment="prod"))
    update(aws, name, UsePreviousTemplate=True, Description="new")
    same(values(aws.described(name)["Parameters"])["Environment"], "prod")
    same(aws.described(name)["Description"], "new")


@check
def a_key_that_is_left_out_gets_the_default(aws):
    name = aws.stack_set(Parameters=parameters(Environment="prod", Subject="mine"))
    update(aws, name, UsePreviousTemplate=True, Parameters=parameters(Subject="ours"))
    same(values(aws.described(name)["Parameters"]), {"Environment": "dev", "Subject": "ours"})


@check
def use_previous_value_keeps_the_stored_value(aws):
    name = aws.stack_set(Parameters=parameters(Environment="prod"))
    keep = [{"ParameterKey": "Environment", "UsePreviousValue": True}]
    update(aws, name, TemplateBody=TEMPLATE, Parameters=keep + parameters(Subject="x"))
    same(values(aws.described(name)["Parameters"]), {"Environment": "prod", "Subject": "x"})


@check
def a_new_parameter_without_default_must_have_a_value(aws):
    name = aws.stack_set()
    message = refused("ValidationError", aws.cfn.update_stack_set, "must have values", StackSetName=name,
                      TemplateBody=PARAMETER_TEMPLATE, **ROLE)
    same("Extra" in message, True)
    update(aws, name, TemplateBody=PARAMETER_TEMPLATE, Parameters=parameters(Extra="x"))
    same(values(aws.described(name)["Parameters"])["Extra"], "x")


@check
def absent_tags_stay_and_an_empty_list_removes_them(aws):
    name = aws.stack_set(Tags=[{"Key": "team", "Value": "a"}])
    update(aws, name, UsePreviousTemplate=True)
    same(aws.described(name)["Tags"], [{"Key": "team", "Value": "a"}])
    update(aws, name, UsePreviousTemplate=True, Tags=[{"Key": "owner", "Value": "b"}])
    same(aws.described(name)["Tags"], [{"Key": "owner", "Value": "b"}])
    update(aws, name, UsePreviousTemplate=True, Tags=[])
    same(aws.described(name)["Tags"], [])


@check
def a_customized_administration_role_must_be_given_again(aws):
    role = {"AdministrationRoleARN": "arn:aws:iam::100000000000:role/custom"}
    name = aws.stack_set(**role)
    refused("ValidationError", aws.cfn.update_stack_set, StackSetName=name, UsePreviousTemplate=True)
    update(aws, name, UsePreviousTemplate=True, **role)
    same(aws.described(name)["AdministrationRoleARN"], role["AdministrationRoleARN"])


@check
def an_update_with_neither_template_nor_parameters_marks_nothing(aws):
    name = aws.stack_set()
    aws.deploy(name, [MEMBER, OTHER])
    update(aws, name, UsePreviousTemplate=True, Description="d", Accounts=[MEMBER], Regions=["us-east-1"])
    same({status for status, _ in statuses(aws, name).values()}, {"CURRENT"})


@check
def accounts_and_regions_go_together(aws):
    name = aws.stack_set()
    aws.deploy(name)
    ask = {"StackSetName": name, "UsePreviousTemplate": True}
    refused("ValidationError", aws.cfn.update_stack_set, Accounts=[MEMBER], **ask)
    refused("ValidationError", aws.cfn.update_stack_set, Regions=["us-east-1"], **ask)


@check
def an_update_of_an_instance_that_is_not_there_is_refused_before_it_starts(aws):
    name = aws.stack_set()
    aws.deploy(name)
    before = aws.described(name)
    targets = {"Accounts": [MEMBER, OTHER], "Regions": ["us-east-1"]}
    refused("StackInstanceNotFoundException", aws.cfn.update_stack_set, StackSetName=name,
            TemplateBody=TEMPLATE.replace("alarms", "alerts"), **targets)
    same(aws.described(name), before)
    same(len(aws.cfn.list_stack_set_operations(StackSetName=name)["Summaries"]), 1)


@check
def an_update_cannot_add_a_unit(aws):
    name = aws.service_set()
    aws.deploy_units(name, [SECURITY])
    refused("ValidationError", aws.cfn.update_stack_set, "not found in StackSet", StackSetName=name, UsePreviousTemplate=True,
            DeploymentTargets={"OrganizationalUnitIds": [WORKLOADS]}, Regions=["us-east-1"])


@check
def auto_deployment_is_set_without_targets(aws):
    name = aws.service_set()
    aws.deploy_units(name, [SECURITY])
    on = {"AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False}}
    refused("ValidationError", aws.cfn.update_stack_set, StackSetName=name, UsePreviousTemplate=True,
            DeploymentTargets={"OrganizationalUnitIds": [SECURITY]}, Regions=["us-east-1"], **on)
    started = aws.cfn.update_stack_set(StackSetName=name, UsePreviousTemplate=True, **on)
    aws.wait(name, started["OperationId"])
    same(aws.described(name)["AutoDeployment"]["Enabled"], True)


@check
def managed_execution_does_not_change_with_the_template(aws):
    name = aws.stack_set()
    refused("ValidationError", aws.cfn.update_stack_set, "ManagedExecution", StackSetName=name, TemplateBody=TEMPLATE,
            ManagedExecution={"Active": True})
    update(aws, name, UsePreviousTemplate=True, ManagedExecution={"Active": True})
    same(aws.described(name)["ManagedExecution"], {"Active": True})


@check
def the_permission_model_changes_only_without_instances(aws):
    name = aws.stack_set()
    aws.deploy(name)
    change = {"StackSetName": name, "UsePreviousTemplate": True, "PermissionModel": "SERVICE_MANAGED"}
    refused("ValidationError", aws.cfn.update_stack_set, **change, AutoDeployment={"Enabled": False})
    bare = aws.stack_set()
    started = aws.cfn.update_stack_set(**{**change, "StackSetName": bare}, AutoDeployment={"Enabled": False})
    aws.wait(bare, started["OperationId"])
    same(aws.described(bare)["PermissionModel"], "SERVICE_MANAGED")


@check
def stack_sets_do_not_depend_on_each_other_in_a_circle(aws):
    first, second = aws.service_set(), aws.service_set()

    def depend(name, on):
        arn = aws.described(on)["StackSetARN"]
        setting = {"Enabled": True, "RetainStacksOnAccountRemoval": False, "DependsOn": [arn]}
        return aws.cfn.update_stack_set(StackSetName=name, UsePreviousTemplate=True, AutoDeployment=setting)
    aws.wait(first, depend(first, second)["OperationId"])
    same(aws.described(first)["AutoDeployment"]["DependsOn"], [aws.described(second)["StackSetARN"]])
    refused("ValidationError", depend, name=second, on=first)
