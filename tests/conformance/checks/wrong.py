"""What can go wrong with any call: throttling, credentials, the service itself; replays that are told to be stale (reference §1.5, §8.3)."""

import json
import urllib.request

from botocore.exceptions import ClientError

from aws import MEMBER, refused, same
from runner import check


def door(aws, what, **inputs):
    """The world's own door."""
    request = urllib.request.Request(
        f"{aws.endpoint}/_stackfleet/{what}", json.dumps(inputs).encode(), {"content-type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def struck(aws, kind, call, service, **inputs):
    """Code and HTTP status of a call that a fault hits."""
    door(aws, "fault", kind=kind, service=service, times=1)
    try:
        call(**inputs)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{kind} did not strike")


@check
def a_throttled_call_says_so(aws):
    same(struck(aws, "throttle", aws.cfn.list_stack_sets, "cloudformation")[1], 400)
    same(struck(aws, "throttle", aws.org.list_roots, "organizations"), ("TooManyRequestsException", 400))


@check
def a_service_that_fails_answers_with_5xx(aws):
    same(struck(aws, "error_before", aws.cfn.list_stack_sets, "cloudformation"), ("ServiceUnavailable", 503))
    same(struck(aws, "error_after", aws.cfn.list_stack_sets, "cloudformation"), ("InternalFailure", 500))
    same(struck(aws, "error_before", aws.org.list_roots, "organizations")[1] >= 500, True)


@check
def credentials_that_do_not_hold_are_refused(aws):
    same(struck(aws, "expired_credentials", aws.cfn.list_stack_sets, "cloudformation"), ("ExpiredToken", 403))
    same(struck(aws, "access_denied", aws.cfn.list_stack_sets, "cloudformation"), ("AccessDenied", 403))
    same(struck(aws, "access_denied", aws.org.list_roots, "organizations"), ("AccessDeniedException", 400))
    same(struck(aws, "expired_credentials", aws.org.list_roots, "organizations")[0], "ExpiredTokenException")


@check
def a_call_that_failed_after_it_acted_has_acted(aws):
    name = aws.stack_set()
    where = {"StackSetName": name, "Accounts": [MEMBER], "Regions": ["us-east-1"], "OperationId": "once"}
    same(struck(aws, "error_after", aws.cfn.create_stack_instances, "cloudformation", **where), ("InternalFailure", 500))
    refused("OperationIdAlreadyExistsException", aws.cfn.create_stack_instances, **where)
    same(aws.wait(name, "once")["Status"], "SUCCEEDED")


@check
def a_replay_may_be_told_to_be_stale(aws):
    name = aws.stack_set()
    aws.deploy(name, OperationId="old")
    aws.deploy(name, ["300000000002"], OperationId="new")
    where = {"StackSetName": name, "Accounts": [MEMBER], "Regions": ["us-east-1"], "OperationId": "old"}
    door(aws, "knobs", replay="stale")
    try:
        stale = "StaleRequestException"
        refused(stale, aws.cfn.create_stack_instances, **where)
        refused(stale, aws.cfn.update_stack_instances, **where)
        refused(stale, aws.cfn.delete_stack_instances, RetainStacks=True, **where)
        refused(stale, aws.cfn.update_stack_set, StackSetName=name, UsePreviousTemplate=True, OperationId="old")
        refused(stale, aws.cfn.import_stacks_to_stack_set, StackSetName=name, StackIds=[aws.instance(name)["StackId"]], OperationId="old")
    finally:
        door(aws, "knobs")


@check
def a_stack_set_has_100000_instances_at_most(aws):
    accounts = [f"{number:012}" for number in range(1, 1001)]
    regions = [f"xx-{number}" for number in range(101)]
    refused("LimitExceededException", aws.cfn.create_stack_instances, StackSetName=aws.stack_set(), Accounts=accounts, Regions=regions)
