"""Clients of the simulated AWS whose every answer is held against the service model, and what checks need again and again."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import model

MANAGEMENT, DELEGATE, MEMBER = "100000000000", "200000000002", "300000000001"
ROOT, SECURITY, WORKLOADS, PROD = "r-demo", "ou-demo-security", "ou-demo-workload", "ou-demo-workprod"
SUSPENDED = "400000000004"
EVERYWHERE = {"MaxConcurrentPercentage": 100, "FailureTolerancePercentage": 100, "RegionConcurrencyType": "PARALLEL"}
OVER = ("SUCCEEDED", "FAILED", "STOPPED")
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A topic that alarms are sent to
Parameters:
  Environment:
    Type: String
    Default: dev
    AllowedValues: [dev, test, prod]
  Subject:
    Type: String
    Default: alarms
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Sub "${Subject} of ${Environment}"
"""
ROLE_TEMPLATE = """\
Resources:
  Auditor:
    Type: AWS::IAM::Role
    Properties:
      RoleName: %s
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
"""
MODEL = {"TemplateBody": TEMPLATE, "PermissionModel": "SELF_MANAGED", "ExecutionRoleName": "OrganizationAccountAccessRole"}
SERVICE = {
    "TemplateBody": TEMPLATE, "PermissionModel": "SERVICE_MANAGED",
    "AutoDeployment": {"Enabled": False},
}


class Seen:
    """What was asked and answered: pairs of operation and error code, none for success."""

    def __init__(self):
        self.pairs = set()
        self.validated = 0

    def watch(self, client):
        service = client.meta.service_model
        client.meta.events.register("response-received.*", lambda **event: self.one(service, event))

    def one(self, service, event):
        raw = event["response_dict"]
        if raw is None:
            return
        name = event["event_name"].rsplit(".", 1)[-1]
        operation = service.operation_model(name)
        code = model.check(service, operation, raw["status_code"], raw["headers"], raw["body"])
        self.validated += 1
        self.pairs.add((service.service_name, name, code))


class Aws:
    """One endpoint, with clients by account and Region."""

    def __init__(self, endpoint, seen):
        self.endpoint, self.seen, self.clients, self.names = endpoint, seen, {}, 0

    def client(self, service, account=MANAGEMENT, region="us-east-1"):
        key = (service, account, region)
        if key not in self.clients:
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, parameter_validation=False)
            self.clients[key] = boto3.client(
                service, endpoint_url=self.endpoint, config=config, region_name=region,
                aws_access_key_id=f"AKIA{account}", aws_secret_access_key="simulated",
            )
            if service != "s3":
                self.seen.watch(self.clients[key])
        return self.clients[key]

    @property
    def cfn(self):
        return self.client("cloudformation")

    @property
    def org(self):
        return self.client("organizations")

    def name(self, stem="check"):
        """A name that no other check has."""
        self.names += 1
        return f"{stem}-{self.names}"

    def stack_set(self, **inputs):
        """A new self-managed StackSet; gives its name."""
        name = self.name()
        self.cfn.create_stack_set(StackSetName=name, **{**MODEL, **inputs})
        return name

    def service_set(self, **inputs):
        """A new service-managed StackSet; gives its name."""
        name = self.name("service")
        self.cfn.create_stack_set(StackSetName=name, **{**SERVICE, **inputs})
        return name

    def deploy(self, name, accounts=(MEMBER,), regions=("us-east-1",), **inputs):
        """Instances of a self-managed StackSet, made to the end; gives the operation."""
        inputs.setdefault("OperationPreferences", EVERYWHERE)
        started = self.cfn.create_stack_instances(
            StackSetName=name, Accounts=list(accounts), Regions=list(regions), **inputs
        )
        return self.wait(name, started["OperationId"])

    def deploy_units(self, name, units, regions=("us-east-1",), **inputs):
        """Instances of a service-managed StackSet, made to the end; gives the operation."""
        targets = {"OrganizationalUnitIds": list(units), **inputs.pop("targets", {})}
        inputs.setdefault("OperationPreferences", EVERYWHERE)
        started = self.cfn.create_stack_instances(
            StackSetName=name, DeploymentTargets=targets, Regions=list(regions), **inputs
        )
        return self.wait(name, started["OperationId"])

    def operation(self, name, operation_id, **inputs):
        asked = self.cfn.describe_stack_set_operation(StackSetName=name, OperationId=operation_id, **inputs)
        return asked["StackSetOperation"]

    def wait(self, name, operation_id):
        """Asks until the operation is over; world time passes with every call."""
        for _ in range(2000):
            operation = self.operation(name, operation_id)
            if operation["Status"] in OVER:
                return operation
        raise AssertionError(f"{operation_id} of {name} is still {operation['Status']}")

    def described(self, name, **inputs):
        return self.cfn.describe_stack_set(StackSetName=name, **inputs)["StackSet"]

    def instances(self, name, **inputs):
        pages = self.cfn.get_paginator("list_stack_instances").paginate(StackSetName=name, **inputs)
        return [row for page in pages for row in page["Summaries"]]

    def instance(self, name, account=MEMBER, region="us-east-1"):
        asked = {"StackInstanceAccount": account, "StackInstanceRegion": region}
        return self.cfn.describe_stack_instance(StackSetName=name, **asked)["StackInstance"]

    def results(self, name, operation_id, **inputs):
        pages = self.cfn.get_paginator("list_stack_set_operation_results").paginate(
            StackSetName=name, OperationId=operation_id, **inputs
        )
        return [row for page in pages for row in page["Summaries"]]


def refused(code, function, text=None, **inputs):
    """The call must be refused with a code, and a text in its message; gives the message."""
    try:
        answer = function(**inputs)
    except ClientError as error:
        found, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        same(found, code)
        if text is not None and text not in message:
            raise AssertionError(f"{text!r} is not in {message!r}")
        return message
    raise AssertionError(f"not refused with {code} but answered {answer}")


def same(found, expected):
    if found != expected:
        raise AssertionError(f"found {found!r}, expected {expected!r}")


def parameters(**values):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def values(rows):
    return {row["ParameterKey"]: row["ParameterValue"] for row in rows}
