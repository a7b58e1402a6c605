"""Lists: pages, filters, tokens, and what a template is said to be (reference §1.3, §1.4, §1.7)."""

from aws import EVERYWHERE, MEMBER, ROLE_TEMPLATE, SECURITY, SUSPENDED, PROD, TEMPLATE, refused, same
from runner import check

REGIONS = [f"{area}-{side}-{number}" for area in ("us", "eu", "ap") for side in ("east", "west", "north", "south") for number in (1, 2)]
SIX = [f"6000000000{n:02}" for n in range(4, 10)]


def many(aws):
    """A StackSet of 144 instances; gives its name and the operation that made them."""
    name = aws.stack_set()
    return name, aws.deploy(name, SIX, REGIONS)["OperationId"]


@check
def instances_come_in_pages_of_100(aws):
    name, _ = many(aws)
    first = aws.cfn.list_stack_instances(StackSetName=name)
    same((len(first["Summaries"]), "NextToken" in first), (100, True))
    second = aws.cfn.list_stack_instances(StackSetName=name, NextToken=first["NextToken"])
    same((len(second["Summaries"]), "NextToken" in second), (44, False))
    keys = {(row["Account"], row["Region"]) for row in first["Summaries"] + second["Summaries"]}
    same(len(keys), 144)


@check
def pages_are_as_small_as_asked_for(aws):
    name, operation = many(aws)
    page = aws.cfn.list_stack_instances(StackSetName=name, MaxResults=7)
    same((len(page["Summaries"]), "NextToken" in page), (7, True))
    for ask, inputs in ((aws.cfn.list_stack_set_operation_results, {"OperationId": operation}), (aws.cfn.list_stack_instances, {})):
        found, token = [], None
        while token != "":
            more = {"NextToken": token} if token else {}
            answer = ask(StackSetName=name, MaxResults=50, **inputs, **more)
            found += [(row["Account"], row["Region"]) for row in answer["Summaries"]]
            token = answer.get("NextToken", "")
        same((len(found), len(set(found))), (144, 144))


@check
def a_page_has_1_to_100_rows_and_a_token_of_the_service(aws):
    name = aws.stack_set()
    for wrong in (0, 101):
        refused("ValidationError", aws.cfn.list_stack_instances, StackSetName=name, MaxResults=wrong)
        refused("ValidationError", aws.cfn.list_stack_set_operations, StackSetName=name, MaxResults=wrong)
        refused("ValidationError", aws.cfn.list_stack_sets, MaxResults=wrong)
    refused("ValidationError", aws.cfn.list_stack_instances, StackSetName=name, NextToken="made up")


@check
def instances_are_narrowed_to_an_account_and_a_region(aws):
    name, _ = many(aws)
    same(len(aws.instances(name, StackInstanceAccount=SIX[0])), 24)
    same(len(aws.instances(name, StackInstanceRegion="eu-west-1")), 6)
    both = aws.instances(name, StackInstanceAccount=SIX[0], StackInstanceRegion="eu-west-1")
    same([(row["Account"], row["Region"]) for row in both], [(SIX[0], "eu-west-1")])
    same(aws.instances(name, StackInstanceAccount="999999999999"), [])


@check
def instances_are_filtered_by_detailed_status(aws):
    name = aws.service_set()
    aws.deploy_units(name, [PROD])
    wanted = [{"Name": "DETAILED_STATUS", "Values": "SKIPPED_SUSPENDED_ACCOUNT"}]
    same([row["Account"] for row in aws.instances(name, Filters=wanted)], [SUSPENDED])


@check
def instances_are_filtered_by_operation_and_drift(aws):
    name = aws.stack_set()
    first = aws.deploy(name)["OperationId"]
    aws.deploy(name, ["300000000002"])
    by_operation = [{"Name": "LAST_OPERATION_ID", "Values": first}]
    same([row["Account"] for row in aws.instances(name, Filters=by_operation)], [MEMBER])
    not_checked = [{"Name": "DRIFT_STATUS", "Values": "NOT_CHECKED"}]
    same(len(aws.instances(name, Filters=by_operation + not_checked)), 1)
    same(aws.instances(name, Filters=[{"Name": "DRIFT_STATUS", "Values": "DRIFTED"}]), [])


@check
def filters_have_their_names_and_number(aws):
    name = aws.stack_set()
    row = {"Name": "DRIFT_STATUS", "Values": "DRIFTED"}
    refused("ValidationError", aws.cfn.list_stack_instances, StackSetName=name, Filters=[{"Name": "COLOUR", "Values": "x"}])
    refused("ValidationError", aws.cfn.list_stack_instances, StackSetName=name, Filters=[row] * 4)


@check
def operations_come_in_pages(aws):
    name = aws.stack_set()
    made = [aws.deploy(name, [account])["OperationId"] for account in SIX[:5]]
    pages = list(aws.cfn.get_paginator("list_stack_set_operations").paginate(StackSetName=name, PaginationConfig={"PageSize": 2}))
    same([len(page["Summaries"]) for page in pages], [2, 2, 1])
    same([row["OperationId"] for page in pages for row in page["Summaries"]], list(reversed(made)))


@check
def registered_targets_come_in_pages_that_end_with_an_empty_token(aws):
    name = aws.service_set()
    aws.deploy_units(name, [SECURITY, PROD])
    ask = aws.cfn.list_stack_set_auto_deployment_targets
    first = ask(StackSetName=name, MaxResults=1)
    second = ask(StackSetName=name, MaxResults=1, NextToken=first["NextToken"])
    found = {row["OrganizationalUnitId"] for row in first["Summaries"] + second["Summaries"]}
    same((found, second["NextToken"]), ({SECURITY, PROD}, ""))


@check
def lists_of_nothing_are_empty_lists(aws):
    name = aws.stack_set()
    same(aws.cfn.list_stack_instances(StackSetName=name)["Summaries"], [])
    same(aws.cfn.list_stack_set_operations(StackSetName=name)["Summaries"], [])
    targets = aws.cfn.list_stack_set_auto_deployment_targets(StackSetName=aws.service_set())
    same(targets["Summaries"], [])


@check
def an_instance_that_is_not_there_is_not_found(aws):
    ask = {"StackSetName": aws.stack_set(), "StackInstanceAccount": MEMBER, "StackInstanceRegion": "us-east-1"}
    refused("StackInstanceNotFoundException", aws.cfn.describe_stack_instance, **ask)


@check
def a_stack_set_that_is_not_there_is_not_found_by_any_call(aws):
    cfn, nobody = aws.cfn, {"StackSetName": "nobody"}
    place = {"StackInstanceAccount": MEMBER, "StackInstanceRegion": "us-east-1"}
    where = {"Accounts": [MEMBER], "Regions": ["us-east-1"]}
    calls = [
        (cfn.describe_stack_set, {}), (cfn.update_stack_set, {"UsePreviousTemplate": True}),
        (cfn.create_stack_instances, where), (cfn.update_stack_instances, where),
        (cfn.delete_stack_instances, {**where, "RetainStacks": True}), (cfn.describe_stack_instance, place),
        (cfn.list_stack_instances, {}), (cfn.list_stack_set_operations, {}),
        (cfn.describe_stack_set_operation, {"OperationId": "x"}), (cfn.list_stack_set_operation_results, {"OperationId": "x"}),
        (cfn.stop_stack_set_operation, {"OperationId": "x"}), (cfn.detect_stack_set_drift, {}),
        (cfn.list_stack_instance_resource_drifts, {**place, "OperationId": "x"}),
        (cfn.list_stack_set_auto_deployment_targets, {}), (cfn.get_template_summary, {}),
        (cfn.import_stacks_to_stack_set, {"StackIds": [f"arn:aws:cloudformation:us-east-1:{MEMBER}:stack/x/1"]}),
    ]
    for call, inputs in calls:
        refused("StackSetNotFoundException", call, **nobody, **inputs)


@check
def required_inputs_are_required(aws):
    cfn = aws.cfn
    for call in (cfn.create_stack_set, cfn.update_stack_set, cfn.describe_stack_set, cfn.delete_stack_set,
                 cfn.create_stack_instances, cfn.list_stack_instances, cfn.list_stack_set_operations):
        refused("ValidationError", call)
    name = aws.stack_set()
    refused("ValidationError", cfn.describe_stack_instance, StackSetName=name)
    refused("ValidationError", cfn.describe_stack_set_operation, StackSetName=name)
    refused("ValidationError", cfn.stop_stack_set_operation, StackSetName=name)
    refused("ValidationError", cfn.list_stack_set_operation_results, StackSetName=name)


@check
def a_summary_of_a_template_tells_all_that_is_declared(aws):
    found = aws.cfn.get_template_summary(TemplateBody=TEMPLATE)
    rows = {row["ParameterKey"]: row for row in found["Parameters"]}
    same((found["Version"], found["Description"]), ("2010-09-09", "A topic that alarms are sent to"))
    same((rows["Environment"]["DefaultValue"], rows["Environment"]["ParameterType"]), ("dev", "String"))
    same(rows["Environment"]["ParameterConstraints"]["AllowedValues"], ["dev", "test", "prod"])
    same((rows["Subject"]["NoEcho"], found["ResourceTypes"]), (False, ["AWS::SNS::Topic"]))


@check
def a_summary_tells_capabilities_with_the_reason(aws):
    found = aws.cfn.get_template_summary(TemplateBody=ROLE_TEMPLATE % "auditor")
    same(found["Capabilities"], ["CAPABILITY_NAMED_IAM"])
    same("IAM" in found["CapabilitiesReason"], True)


@check
def a_summary_of_a_stack_set_is_that_of_its_template(aws):
    by_set = aws.cfn.get_template_summary(StackSetName=aws.stack_set())
    by_body = aws.cfn.get_template_summary(TemplateBody=TEMPLATE)
    same({**by_set, "ResponseMetadata": 0}, {**by_body, "ResponseMetadata": 0})


@check
def a_summary_needs_one_source(aws):
    refused("ValidationError", aws.cfn.get_template_summary)
    refused("ValidationError", aws.cfn.get_template_summary, TemplateBody=TEMPLATE, StackSetName=aws.stack_set())


@check
def a_template_is_validated(aws):
    found = aws.cfn.validate_template(TemplateBody=TEMPLATE)
    rows = {row["ParameterKey"]: row.get("DefaultValue") for row in found["Parameters"]}
    same((rows, found["Description"]), ({"Environment": "dev", "Subject": "alarms"}, "A topic that alarms are sent to"))
    refused("ValidationError", aws.cfn.validate_template, TemplateBody="{")
    refused("ValidationError", aws.cfn.validate_template)


@check
def a_transform_is_declared(aws):
    text = "Transform: AWS::Serverless-2016-10-31\n" + TEMPLATE
    for call in (aws.cfn.get_template_summary, aws.cfn.validate_template):
        found = call(TemplateBody=text)
        same((found["DeclaredTransforms"], "CAPABILITY_AUTO_EXPAND" in found["Capabilities"]), (["AWS::Serverless-2016-10-31"], True))


@check
def an_action_that_does_not_exist_is_refused(aws):
    # Nobody else's call is known here: the simulator says so as the service would.
    refused("InvalidAction", aws.cfn.list_exports)


@check
def preferences_of_a_wide_operation_read_back(aws):
    name = aws.stack_set()
    done = aws.deploy(name, OperationPreferences=EVERYWHERE)
    same({key: done["OperationPreferences"][key] for key in EVERYWHERE}, EVERYWHERE)
