"""The calls that both simulators are asked, and what is kept of the answers.

Ids and moments differ from run to run and are replaced by words; what is left must be the same.
"""

import re

from botocore.exceptions import ClientError

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: Nothing much
Parameters:
  Environment:
    Type: String
    Default: dev
Resources:
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
"""
TOPIC = """\
Parameters:
  Environment:
    Type: String
    Default: dev
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Ref Environment
"""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OVER = ("SUCCEEDED", "FAILED", "STOPPED")
ROLES = {
    "AdministrationRoleARN": "arn:aws:iam::100000000000:role/AWSCloudFormationStackSetAdministrationRole",
    "ExecutionRoleName": "OrganizationAccountAccessRole",
}


class Script:
    """Takes the steps against one endpoint; `answers()` maps a step's name to its answer, flat: a path to a value."""

    def __init__(self, clients):
        self.cfn, self.org = clients("cloudformation"), clients("organizations")
        self.raw, self.words = {}, {}

    def step(self, name, call, **inputs):
        """Asks, keeps the answer under the name, and gives it; a refusal is an answer too."""
        try:
            answer = call(**inputs)
        except ClientError as error:
            answer = {"Error": error.response["Error"]["Code"], "Status": error.response["ResponseMetadata"]["HTTPStatusCode"]}
        except Exception as error:  # In moto's process a call can end in any way.
            answer = {"Error": f"no answer: {type(error).__name__}"}
        if isinstance(answer, dict):
            answer.pop("ResponseMetadata", None)
        self.raw[name] = answer
        return answer

    def answers(self):
        """Every answer, with what is known at the end replaced in all of them."""
        return {name: flat(self.plain(answer)) for name, answer in self.raw.items()}

    def know(self, value, word):
        """From now on the value is the word in every answer."""
        if value:
            self.words[str(value)] = word

    def plain(self, value):
        if isinstance(value, dict):
            return {key: "a moment" if is_moment(key, inner) else self.plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return sorted((self.plain(inner) for inner in value), key=str)
        if isinstance(value, str):
            for known in sorted(self.words, key=len, reverse=True):
                value = value.replace(known, self.words[known])
            return ID.sub("<id>", value)
        return value

    def wait(self, stack_set, operation):
        for _ in range(500):
            try:
                found = self.cfn.describe_stack_set_operation(StackSetName=stack_set, OperationId=operation)
            except ClientError:
                return
            if found["StackSetOperation"]["Status"] in OVER:
                return


def is_moment(key, value):
    return key.endswith("Timestamp") or hasattr(value, "isoformat")


def flat(value, path=""):
    """`{"StackSet.Status": "ACTIVE", "Summaries[0].Account": …}`; empty lists and objects are values too."""
    if isinstance(value, dict) and value:
        return {key: leaf for name, inner in value.items() for key, leaf in flat(inner, f"{path}.{name}".lstrip(".")).items()}
    if isinstance(value, list) and value:
        return {key: leaf for index, inner in enumerate(value) for key, leaf in flat(inner, f"{path}[{index}]").items()}
    return {path or "answer": value}


def organization(script):
    """Builds the tree; moto starts without an organization, the simulator cannot be without."""
    org, step = script.org, script.step
    found = step("describe organization", org.describe_organization)["Organization"]
    script.know(found["Id"], "<organization>")
    root = step("list roots", org.list_roots)["Roots"][0]["Id"]
    script.know(root, "<root>")
    unit = step("create unit", org.create_organizational_unit, ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    script.know(unit, "<workloads>")
    inner = step("create unit below", org.create_organizational_unit, ParentId=unit, Name="Prod")["OrganizationalUnit"]["Id"]
    script.know(inner, "<prod>")
    accounts = {}
    for name, home in (("orders", unit), ("payments", inner)):
        made = step(f"create account {name}", org.create_account, AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        accounts[name] = made["AccountId"]
        script.know(made["AccountId"], f"<{name}>")
        script.know(made["Id"], f"<request for {name}>")
        step(f"move account {name}", org.move_account, AccountId=made["AccountId"], SourceParentId=root, DestinationParentId=home)
    step("describe unit", org.describe_organizational_unit, OrganizationalUnitId=unit)
    step("describe account", org.describe_account, AccountId=accounts["orders"])
    step("list accounts", org.list_accounts)
    step("list accounts for parent", org.list_accounts_for_parent, ParentId=unit)
    step("list units for parent", org.list_organizational_units_for_parent, ParentId=root)
    step("list children", org.list_children, ParentId=unit, ChildType="ORGANIZATIONAL_UNIT")
    step("list parents", org.list_parents, ChildId=accounts["payments"])
    step("describe unknown account", org.describe_account, AccountId="999999999999")
    step("describe unknown unit", org.describe_organizational_unit, OrganizationalUnitId="ou-abcd-99999999")
    step("list accounts for unknown parent", org.list_accounts_for_parent, ParentId="ou-abcd-99999999")
    step("create unit again", org.create_organizational_unit, ParentId=root, Name="Workloads")
    return unit, accounts


def self_managed(script, accounts):
    """A self-managed StackSet from create to delete, with the refusals on the way."""
    cfn, step = script.cfn, script.step
    named = {"StackSetName": "self"}
    made = step("create self", cfn.create_stack_set, TemplateBody=TEMPLATE, Description="Alarms", Tags=[{"Key": "team", "Value": "x"}],
                Parameters=[{"ParameterKey": "Environment", "ParameterValue": "test"}], PermissionModel="SELF_MANAGED", **ROLES, **named)
    script.know(made["StackSetId"], "<self>")
    step("describe self", cfn.describe_stack_set, **named)
    step("create self again", cfn.create_stack_set, TemplateBody=TEMPLATE, **named)
    where = {"Accounts": [accounts["orders"]], "Regions": ["us-east-1", "eu-west-1"]}
    started = step("create instances", cfn.create_stack_instances, OperationId="create-1", **where, **named)
    step("create instances while busy", cfn.create_stack_instances, OperationId="create-2", **where, **named)
    script.wait("self", started.get("OperationId", "create-1"))
    script.wait("self", "create-2")
    step("describe operation", cfn.describe_stack_set_operation, OperationId="create-1", **named)
    step("list results", cfn.list_stack_set_operation_results, OperationId="create-1", **named)
    step("list instances", cfn.list_stack_instances, **named)
    one = {"StackInstanceAccount": accounts["orders"], "StackInstanceRegion": "us-east-1"}
    step("describe instance", cfn.describe_stack_instance, **one, **named)
    override = [{"ParameterKey": "Environment", "ParameterValue": "prod"}]
    step("override", cfn.update_stack_instances, ParameterOverrides=override, OperationId="override-1", **where, **named)
    script.wait("self", "override-1")
    step("describe overridden instance", cfn.describe_stack_instance, **one, **named)
    step("update", cfn.update_stack_set, UsePreviousTemplate=True, Description="New", OperationId="update-1", **ROLES, **named)
    script.wait("self", "update-1")
    step("describe updated", cfn.describe_stack_set, **named)
    step("list operations", cfn.list_stack_set_operations, **named)
    step("delete while full", cfn.delete_stack_set, **named)
    step("delete instances", cfn.delete_stack_instances, RetainStacks=False, OperationId="delete-1", **where, **named)
    script.wait("self", "delete-1")
    step("list no instances", cfn.list_stack_instances, **named)
    step("list StackSets", cfn.list_stack_sets, Status="ACTIVE")
    step("delete", cfn.delete_stack_set, **named)
    step("describe deleted", cfn.describe_stack_set, **named)


def service_managed(script, unit):
    """A service-managed StackSet over a unit with another one below it."""
    cfn, step = script.cfn, script.step
    named = {"StackSetName": "service"}
    made = step("create service", cfn.create_stack_set, TemplateBody=TEMPLATE, PermissionModel="SERVICE_MANAGED",
                AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False}, **named)
    script.know(made["StackSetId"], "<service>")
    step("describe service", cfn.describe_stack_set, **named)
    targets = {"DeploymentTargets": {"OrganizationalUnitIds": [unit]}, "Regions": ["us-east-1"]}
    step("create instances of units", cfn.create_stack_instances, OperationId="units-1", **targets, **named)
    script.wait("service", "units-1")
    step("list instances of units", cfn.list_stack_instances, **named)
    step("delete instances of units", cfn.delete_stack_instances, RetainStacks=False, OperationId="units-2", **targets, **named)
    script.wait("service", "units-2")
    step("delete service", cfn.delete_stack_set, **named)


def refusals(script):
    """What is refused, and with which code."""
    cfn, step = script.cfn, script.step
    nobody = {"StackSetName": "nobody"}
    where = {"Accounts": ["111111111111"], "Regions": ["us-east-1"]}
    step("describe nobody", cfn.describe_stack_set, **nobody)
    step("update nobody", cfn.update_stack_set, TemplateBody=TEMPLATE, **nobody)
    step("delete nobody", cfn.delete_stack_set, **nobody)
    step("create instances of nobody", cfn.create_stack_instances, **where, **nobody)
    step("list instances of nobody", cfn.list_stack_instances, **nobody)
    step("list operations of nobody", cfn.list_stack_set_operations, **nobody)
    step("validate", cfn.validate_template, TemplateBody=TOPIC)
    step("validate nonsense", cfn.validate_template, TemplateBody="{")
    step("summary", cfn.get_template_summary, TemplateBody=TEMPLATE)


def whole(script):
    """Every step, in order."""
    unit, accounts = organization(script)
    self_managed(script, accounts)
    service_managed(script, unit)
    refusals(script)
    return script.answers()
