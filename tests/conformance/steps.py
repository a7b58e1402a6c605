"""What a client does to a simulated AWS, and what it must see. The client is handed in, so that each sees the same."""

import time

UNIT = "ou-demo-workprod"
ACTIVE = {"400000000001", "400000000002", "400000000003"}
SUSPENDED = "400000000004"
MORE = 12
REGIONS = ["us-east-1", "eu-west-1"]
PATIENCE = 240.0
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A topic that alarms are sent to
Parameters:
  Environment:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]
Resources:
  Alarms:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Sub "alarms of ${Environment}"
"""


class Refused(Exception):
    """The service said no; the first argument is its code."""

    @property
    def code(self):
        return self.args[0]


def run(client):
    """Every step, in order. A step that is not as it should be raises."""
    steps = [identity, organization, objects, create, deploy, update, partial_update, refusals, remove]
    for step in steps:
        step(client)
        print(f"ok: {step.__name__}", flush=True)


def identity(client):
    caller = client.call("sts", "get_caller_identity")
    same(caller["Account"], "100000000000")
    same(caller["Arn"].split(":")[:3], ["arn", "aws", "sts"])


def organization(client):
    root = client.call("organizations", "list_roots")["Roots"][0]["Id"]
    units = {unit["Name"]: unit for unit in children(client, root)}
    same(sorted(units), ["Security", "Workloads"])
    nested = children(client, units["Workloads"]["Id"])
    same([unit["Id"] for unit in nested], [UNIT])
    details = {"AccountName": "newcomer", "Email": "newcomer@example.com"}
    created = client.call("organizations", "create_account", details)["CreateAccountStatus"]
    same(created["State"], "SUCCEEDED")
    accounts = client.call("organizations", "list_accounts")["Accounts"]
    # More than a page of 20.
    same(len(accounts), 9 + MORE + 1)
    by_id = {account["Id"]: account for account in accounts}
    same(by_id[SUSPENDED]["State"], "SUSPENDED")
    refused(client, "AccountNotFoundException", "organizations", "describe_account", {"AccountId": "999999999999"})


def children(client, parent):
    return client.call("organizations", "list_organizational_units_for_parent", {"ParentId": parent})["OrganizationalUnits"]


def objects(client):
    client.put_object("templates", "alarms/topic one.yaml", TEMPLATE)
    same(client.get_object("templates", "alarms/topic one.yaml"), TEMPLATE)


def create(client):
    made = stack_sets(client, "create_stack_set", {
        "StackSetName": "alarms",
        "Description": "Alarms & <such>",
        "TemplateBody": TEMPLATE,
        "Parameters": [{"ParameterKey": "Environment", "ParameterValue": "prod"}],
        "Tags": [{"Key": "team", "Value": "operations"}],
        "PermissionModel": "SERVICE_MANAGED",
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
    })
    described = stack_sets(client, "describe_stack_set", {"StackSetName": "alarms"})["StackSet"]
    same(described["StackSetId"], made["StackSetId"])
    same(described["Description"], "Alarms & <such>")
    same(described["TemplateBody"], TEMPLATE)
    same(described["Status"], "ACTIVE")
    same([row["ParameterValue"] for row in described["Parameters"]], ["prod"])
    listed = stack_sets(client, "list_stack_sets", {"Status": "ACTIVE"})["Summaries"]
    same([row["StackSetName"] for row in listed], ["alarms"])


def deploy(client):
    started = stack_sets(client, "create_stack_instances", {
        "StackSetName": "alarms",
        "DeploymentTargets": {"OrganizationalUnitIds": [UNIT]},
        "Regions": REGIONS,
        "OperationPreferences": {"MaxConcurrentPercentage": 100, "FailureTolerancePercentage": 100},
        "OperationId": "deploy-1",
    })
    same(started["OperationId"], "deploy-1")
    instances = {"StackSetName": "alarms", "StackInstanceRegion": REGIONS[0], "StackInstanceAccount": "400000000001"}
    same(len(stack_sets(client, "list_stack_instances", instances)["Summaries"]), 1)
    busy = {"StackSetName": "alarms", "DeploymentTargets": {"OrganizationalUnitIds": [UNIT]}, "Regions": REGIONS}
    refused(client, "OperationInProgressException", "cloudformation", "create_stack_instances", busy)
    seen = watch(client, "deploy-1")
    same(seen, {("OUTDATED", "PENDING"), ("OUTDATED", "RUNNING"), ("CURRENT", "SUCCEEDED")})
    results = operation_results(client, "deploy-1")
    same({status for _, status in results}, {"SUCCEEDED"})
    same({account for account, _ in results}, ACTIVE)
    targets = stack_sets(client, "list_stack_set_auto_deployment_targets", {"StackSetName": "alarms"})["Summaries"]
    same([(row["OrganizationalUnitId"], sorted(row["Regions"])) for row in targets], [(UNIT, sorted(REGIONS))])


def update(client):
    client.put_object("templates", "alarms.yaml", TEMPLATE.replace("alarms of", "all alarms of"))
    stack_sets(client, "update_stack_set", {
        "StackSetName": "alarms",
        "TemplateURL": "https://templates.s3.us-east-1.amazonaws.com/alarms.yaml",
        "Parameters": [{"ParameterKey": "Environment", "UsePreviousValue": True}],
        "OperationPreferences": {"MaxConcurrentCount": 10, "FailureToleranceCount": 9},
        "OperationId": "update-1",
    })
    seen = watch(client, "update-1")
    same(seen, {("OUTDATED", "PENDING"), ("OUTDATED", "RUNNING"), ("CURRENT", "SUCCEEDED")})
    described = stack_sets(client, "describe_stack_set", {"StackSetName": "alarms"})["StackSet"]
    same([row["ParameterValue"] for row in described["Parameters"]], ["prod"])
    same("all alarms of" in described["TemplateBody"], True)


def partial_update(client):
    stack_sets(client, "update_stack_instances", {
        "StackSetName": "alarms",
        "DeploymentTargets": {
            "OrganizationalUnitIds": [UNIT],
            "Accounts": ["400000000001"],
            "AccountFilterType": "INTERSECTION",
        },
        "Regions": [REGIONS[0]],
        "ParameterOverrides": [{"ParameterKey": "Environment", "ParameterValue": "dev"}],
        "OperationId": "override-1",
    })
    watch(client, "override-1")
    place = {"StackSetName": "alarms", "StackInstanceAccount": "400000000001", "StackInstanceRegion": REGIONS[0]}
    instance = stack_sets(client, "describe_stack_instance", place)["StackInstance"]
    same([row["ParameterValue"] for row in instance["ParameterOverrides"]], ["dev"])
    same(instance["LastOperationId"], "override-1")
    listed = stack_sets(client, "list_stack_set_operations", {"StackSetName": "alarms"})["Summaries"]
    same({row["OperationId"] for row in listed}, {"deploy-1", "update-1", "override-1"})


def refusals(client):
    nobody = {"StackSetName": "nobody"}
    refused(client, "StackSetNotFoundException", "cloudformation", "describe_stack_set", nobody)
    unknown = {"StackSetName": "alarms", "OperationId": "unknown"}
    refused(client, "OperationNotFoundException", "cloudformation", "describe_stack_set_operation", unknown)
    refused(client, "StackSetNotEmptyException", "cloudformation", "delete_stack_set", {"StackSetName": "alarms"})
    again = {"StackSetName": "alarms", "TemplateBody": TEMPLATE}
    refused(client, "NameAlreadyExistsException", "cloudformation", "create_stack_set", again)


def remove(client):
    delete(client, "delete-1", False)
    left = stack_sets(client, "list_stack_instances", {"StackSetName": "alarms"})["Summaries"]
    same({row["Account"] for row in left}, {SUSPENDED})
    same({row["StackInstanceStatus"]["DetailedStatus"] for row in left}, {"SKIPPED_SUSPENDED_ACCOUNT"})
    # Instances in a suspended account can only be forgotten.
    delete(client, "delete-2", True)
    same(stack_sets(client, "list_stack_instances", {"StackSetName": "alarms"})["Summaries"], [])
    stack_sets(client, "delete_stack_set", {"StackSetName": "alarms"})
    refused(client, "StackSetNotFoundException", "cloudformation", "describe_stack_set", {"StackSetName": "alarms"})


def delete(client, operation, retain):
    stack_sets(client, "delete_stack_instances", {
        "StackSetName": "alarms",
        "DeploymentTargets": {"OrganizationalUnitIds": [UNIT]},
        "Regions": REGIONS,
        "RetainStacks": retain,
        "OperationPreferences": {"RegionConcurrencyType": "PARALLEL", "MaxConcurrentPercentage": 100},
        "OperationId": operation,
    })
    watch(client, operation)


def watch(client, operation):
    """Asks until the operation is over; gives every pair of statuses that an instance in an active account was seen in."""
    seen, deadline = set(), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        rows = stack_sets(client, "list_stack_instances", {"StackSetName": "alarms"})["Summaries"]
        pairs = [(row["Status"], row["StackInstanceStatus"]["DetailedStatus"]) for row in rows if row["Account"] in ACTIVE]
        seen.update(pairs)
        if any(detailed in ("PENDING", "RUNNING") for _, detailed in pairs):
            continue
        status = operation_status(client, operation)
        if status == "SUCCEEDED":
            return seen
        same(status, "RUNNING")
    raise AssertionError(f"the operation {operation} is not over after {PATIENCE} s")


def operation_status(client, operation):
    asked = {"StackSetName": "alarms", "OperationId": operation}
    return stack_sets(client, "describe_stack_set_operation", asked)["StackSetOperation"]["Status"]


def operation_results(client, operation):
    asked = {"StackSetName": "alarms", "OperationId": operation}
    rows = stack_sets(client, "list_stack_set_operation_results", asked)["Summaries"]
    return [(row["Account"], row["Status"]) for row in rows if row["Account"] != SUSPENDED]


def stack_sets(client, operation, parameters):
    return client.call("cloudformation", operation, parameters)


def refused(client, code, service, operation, parameters):
    try:
        client.call(service, operation, parameters)
    except Refused as refusal:
        same(refusal.code, code)
    else:
        raise AssertionError(f"{operation} was not refused with {code}")


def same(found, expected):
    if found != expected:
        raise AssertionError(f"found {found!r}, expected {expected!r}")
