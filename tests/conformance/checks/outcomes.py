"""Operations: statuses, results, tolerance, preferences, stop, the one slot and the queue (reference §3, §4, §5.1)."""

from aws import EVERYWHERE, MEMBER, MODEL, SECURITY, TEMPLATE, refused, same
from runner import check

FAILING, GOOD = [f"6000000000{n:02}" for n in (1, 2, 3)], [f"6000000000{n:02}" for n in range(4, 11)]
OTHER = "300000000002"


def start(aws, name, accounts=(MEMBER,), regions=("us-east-1",), **inputs):
    started = aws.cfn.create_stack_instances(StackSetName=name, Accounts=list(accounts), Regions=list(regions), **inputs)
    return started["OperationId"]


def outcome(aws, accounts, regions=("us-east-1",), **preferences):
    """The operation's status, and how many results there are of each status."""
    name = aws.stack_set()
    done = aws.deploy(name, accounts, regions, OperationPreferences=preferences)
    rows = aws.results(name, done["OperationId"])
    counts = {}
    for row in rows:
        counts[row["Status"]] = counts.get(row["Status"], 0) + 1
    return done["Status"], counts


@check
def an_operation_has_all_its_members(aws):
    name = aws.stack_set()
    preferences = {"MaxConcurrentCount": 3, "FailureToleranceCount": 2, "RegionConcurrencyType": "SEQUENTIAL"}
    done = aws.deploy(name, OperationPreferences=preferences)
    wanted = {"OperationId", "StackSetId", "Action", "Status", "OperationPreferences", "AdministrationRoleARN",
              "ExecutionRoleName", "CreationTimestamp", "EndTimestamp", "StatusDetails"}
    same(wanted - set(done), set())
    same({key: done["OperationPreferences"][key] for key in preferences}, preferences)
    same(done["OperationPreferences"]["RegionOrder"], [])
    same(done["CreationTimestamp"] < done["EndTimestamp"], True)


@check
def a_running_operation_has_no_end(aws):
    name = aws.stack_set()
    running = aws.operation(name, start(aws, name))
    same((running["Status"], "EndTimestamp" in running), ("RUNNING", False))


@check
def an_instance_is_pending_then_running_then_current(aws):
    name = aws.stack_set()
    operation, seen = start(aws, name), []
    for _ in range(40):
        row = aws.instances(name)[0]
        pair = (row["Status"], row["StackInstanceStatus"]["DetailedStatus"])
        seen += [pair] if pair not in seen else []
    same(aws.operation(name, operation)["Status"], "SUCCEEDED")
    same(seen[-2:], [("OUTDATED", "RUNNING"), ("CURRENT", "SUCCEEDED")])


@check
def operations_are_listed_the_newest_first(aws):
    name = aws.stack_set()
    first = aws.deploy(name)["OperationId"]
    second = aws.deploy(name, [OTHER])["OperationId"]
    rows = aws.cfn.list_stack_set_operations(StackSetName=name)["Summaries"]
    same([row["OperationId"] for row in rows], [second, first])
    same({row["Action"] for row in rows}, {"CREATE"})


@check
def results_tell_account_region_gate_and_reason(aws):
    name = aws.stack_set()
    done = aws.deploy(name, ["600000000001", "600000000004"])
    rows = {row["Account"]: row for row in aws.results(name, done["OperationId"])}
    same((rows["600000000001"]["Status"], "Rate exceeded" in rows["600000000001"]["StatusReason"]), ("FAILED", True))
    same((rows["600000000004"]["Status"], rows["600000000004"]["AccountGateResult"]["Status"]), ("SUCCEEDED", "SKIPPED"))
    same({row["Region"] for row in rows.values()}, {"us-east-1"})


@check
def results_are_filtered_by_status(aws):
    name = aws.stack_set()
    done = aws.deploy(name, ["600000000001", "600000000004"])
    wanted = [{"Name": "OPERATION_RESULT_STATUS", "Values": "FAILED"}]
    same([row["Account"] for row in aws.results(name, done["OperationId"], Filters=wanted)], ["600000000001"])
    refused("ValidationError", aws.cfn.list_stack_set_operation_results, StackSetName=name, OperationId=done["OperationId"],
            Filters=[{"Name": "COLOUR", "Values": "FAILED"}])


@check
def without_tolerance_the_first_failure_ends_it(aws):
    same(outcome(aws, FAILING[:1] + GOOD[:4], MaxConcurrentCount=10), ("FAILED", {"FAILED": 1, "CANCELLED": 4}))


@check
def within_tolerance_it_succeeds_and_counts_the_failures(aws):
    name = aws.stack_set()
    done = aws.deploy(name, FAILING + GOOD, OperationPreferences={"FailureToleranceCount": 3, "MaxConcurrentCount": 4})
    same((done["Status"], done["StatusDetails"]["FailedStackInstancesCount"]), ("SUCCEEDED", 3))
    same(len([row for row in aws.instances(name) if row["Status"] == "CURRENT"]), 7)


@check
def strict_never_has_more_failures_than_tolerance_and_one(aws):
    status, counts = outcome(aws, FAILING + GOOD, FailureToleranceCount=1, MaxConcurrentCount=10)
    same((status, counts["FAILED"]), ("FAILED", 2))


@check
def soft_may_have_more(aws):
    status, counts = outcome(aws, FAILING + GOOD, FailureToleranceCount=1, MaxConcurrentCount=10,
                             ConcurrencyMode="SOFT_FAILURE_TOLERANCE")
    same((status, counts), ("FAILED", {"FAILED": 3, "SUCCEEDED": 7}))


@check
def a_percentage_of_failures_is_rounded_down(aws):
    # 29 % of 10 accounts are 2; the third failure is too many.
    same(outcome(aws, FAILING + GOOD, FailureTolerancePercentage=29, MaxConcurrentPercentage=10)[0], "FAILED")
    same(outcome(aws, FAILING + GOOD, FailureTolerancePercentage=30, MaxConcurrentPercentage=10)[0], "SUCCEEDED")


@check
def every_failure_is_tolerated_at_100_percent(aws):
    same(outcome(aws, FAILING, FailureTolerancePercentage=100), ("SUCCEEDED", {"FAILED": 3}))


@check
def a_failed_region_cancels_the_later_ones(aws):
    status, counts = outcome(aws, FAILING[:1], ["us-east-1", "eu-west-1", "eu-central-1"])
    same((status, counts), ("FAILED", {"FAILED": 1, "CANCELLED": 2}))


@check
def regions_go_in_the_order_that_is_asked_for(aws):
    name = aws.stack_set()
    regions = ["us-east-1", "eu-west-1"]
    preferences = {"RegionOrder": ["eu-west-1", "us-east-1"]}
    done = aws.deploy(name, FAILING[:1], regions, OperationPreferences=preferences)
    rows = {row["Region"]: row["Status"] for row in aws.results(name, done["OperationId"])}
    same(rows, {"eu-west-1": "FAILED", "us-east-1": "CANCELLED"})
    same(done["OperationPreferences"]["RegionOrder"], ["eu-west-1", "us-east-1"])


@check
def cancelled_instances_say_why(aws):
    name = aws.stack_set()
    aws.deploy(name, FAILING[:1], ["us-east-1", "eu-west-1"], OperationPreferences={"FailureToleranceCount": 0})
    row = aws.instance(name, FAILING[0], "eu-west-1")
    same((row["Status"], row["StackInstanceStatus"]["DetailedStatus"]), ("OUTDATED", "CANCELLED"))
    same(row["StatusReason"], "Cancelled since failure tolerance has exceeded")


@check
def preferences_out_of_bounds_are_refused(aws):
    name = aws.stack_set()
    for wrong in ({"FailureTolerancePercentage": 101}, {"FailureToleranceCount": -1}, {"MaxConcurrentPercentage": 0},
                  {"MaxConcurrentCount": 0}, {"FailureToleranceCount": 1, "FailureTolerancePercentage": 1},
                  {"MaxConcurrentCount": 1, "MaxConcurrentPercentage": 1}, {"RegionConcurrencyType": "DIAGONAL"},
                  {"ConcurrencyMode": "SLOPPY"}, {"RegionOrder": ["us-east-1", "us-east-1"]}):
        refused("ValidationError", start, aws=aws, name=name, OperationPreferences=wrong)


@check
def the_slot_takes_one_operation(aws):
    name = aws.stack_set()
    operation = start(aws, name, [MEMBER, OTHER])
    targets = {"Accounts": [OTHER], "Regions": ["eu-west-1"]}
    busy = "OperationInProgressException"
    refused(busy, aws.cfn.create_stack_instances, StackSetName=name, **targets)
    refused(busy, aws.cfn.update_stack_instances, StackSetName=name, **targets)
    refused(busy, aws.cfn.delete_stack_instances, StackSetName=name, RetainStacks=True, **targets)
    refused(busy, aws.cfn.update_stack_set, StackSetName=name, UsePreviousTemplate=True)
    refused(busy, aws.cfn.detect_stack_set_drift, StackSetName=name)
    refused(busy, aws.cfn.delete_stack_set, StackSetName=name)
    refused(busy, aws.cfn.import_stacks_to_stack_set, StackSetName=name, StackIds=["arn:aws:cloudformation:us-east-1:1:stack/x/1"])
    same(aws.operation(name, operation)["Status"], "RUNNING")


@check
def another_stack_set_is_free(aws):
    start(aws, aws.stack_set(), [MEMBER, OTHER])
    same(aws.deploy(aws.stack_set())["Status"], "SUCCEEDED")


@check
def a_stopped_operation_ends_what_runs_and_cancels_the_rest(aws):
    name = aws.stack_set()
    operation = start(aws, name, GOOD[:4])
    while not any(row["StackInstanceStatus"]["DetailedStatus"] == "RUNNING" for row in aws.instances(name)):
        pass
    aws.cfn.stop_stack_set_operation(StackSetName=name, OperationId=operation)
    same(aws.operation(name, operation)["Status"], "STOPPING")
    same(aws.wait(name, operation)["Status"], "STOPPED")
    found = sorted(row["Status"] for row in aws.results(name, operation))
    same(found, ["CANCELLED", "CANCELLED", "CANCELLED", "SUCCEEDED"])


@check
def what_is_over_cannot_be_stopped(aws):
    name = aws.stack_set()
    done = aws.deploy(name)
    stop = aws.cfn.stop_stack_set_operation
    refused("InvalidOperationException", stop, StackSetName=name, OperationId=done["OperationId"])
    refused("OperationNotFoundException", stop, StackSetName=name, OperationId="unknown")
    refused("StackSetNotFoundException", stop, StackSetName="nobody", OperationId="unknown")


@check
def managed_execution_queues_what_comes_later(aws):
    name = aws.stack_set(ManagedExecution={"Active": True})
    first, second = start(aws, name, [MEMBER]), start(aws, name, [MEMBER], ["us-east-1", "eu-west-1"])
    same(aws.operation(name, second)["Status"], "QUEUED")
    same((aws.wait(name, first)["Status"], aws.wait(name, second)["Status"]), ("SUCCEEDED", "SUCCEEDED"))
    same(len(aws.instances(name)), 2)


@check
def managed_execution_does_not_change_while_something_runs(aws):
    name = aws.stack_set(ManagedExecution={"Active": True})
    operation = start(aws, name)
    refused("InvalidOperationException", aws.cfn.update_stack_set, StackSetName=name, UsePreviousTemplate=True,
            ManagedExecution={"Active": False})
    aws.wait(name, operation)


@check
def an_operation_id_is_taken_once(aws):
    name = aws.stack_set()
    aws.deploy(name, OperationId="mine-1")
    targets = {"Accounts": [MEMBER], "Regions": ["us-east-1"], "OperationId": "mine-1"}
    taken = "OperationIdAlreadyExistsException"
    refused(taken, aws.cfn.create_stack_instances, StackSetName=name, **targets)
    refused(taken, aws.cfn.update_stack_instances, StackSetName=name, **targets)
    refused(taken, aws.cfn.delete_stack_instances, StackSetName=name, RetainStacks=False, **targets)
    refused(taken, aws.cfn.update_stack_set, StackSetName=name, UsePreviousTemplate=True, OperationId="mine-1")
    refused(taken, aws.cfn.import_stacks_to_stack_set, StackSetName=name, StackIds=[aws.instance(name)["StackId"]], OperationId="mine-1")
    other = aws.stack_set()
    same(aws.deploy(other, OperationId="mine-1")["OperationId"], "mine-1")


@check
def operation_ids_have_their_pattern(aws):
    for wrong in ("under_score", "dot.ted", "-first", "x" * 129):
        refused("ValidationError", start, aws=aws, name=aws.stack_set(), OperationId=wrong)
    name = aws.stack_set()
    same(aws.deploy(name, OperationId="x" * 128)["OperationId"], "x" * 128)


@check
def an_operation_that_is_unknown_is_not_found(aws):
    name = aws.stack_set()
    ask = {"StackSetName": name, "OperationId": "unknown"}
    refused("OperationNotFoundException", aws.cfn.describe_stack_set_operation, **ask)
    refused("OperationNotFoundException", aws.cfn.list_stack_set_operation_results, **ask)


@check
def operations_of_units_read_back_their_targets(aws):
    name = aws.service_set()
    done = aws.deploy_units(name, [SECURITY], targets={"Accounts": ["200000000001"], "AccountFilterType": "INTERSECTION"})
    found = done["DeploymentTargets"]
    same((found["OrganizationalUnitIds"], found["Accounts"], found["AccountFilterType"]),
         ([SECURITY], ["200000000001"], "INTERSECTION"))


@check
def a_delete_tells_whether_it_retains(aws):
    name = aws.stack_set()
    aws.deploy(name)
    started = aws.cfn.delete_stack_instances(StackSetName=name, Accounts=[MEMBER], Regions=["us-east-1"], RetainStacks=True)
    done = aws.wait(name, started["OperationId"])
    same((done["Action"], done["RetainStacks"]), ("DELETE", True))


@check
def a_failed_create_is_retried_by_an_update(aws):
    name = aws.stack_set()
    aws.deploy(name, GOOD[:1])
    started = aws.cfn.update_stack_set(StackSetName=name, TemplateBody=TEMPLATE, OperationPreferences=EVERYWHERE,
                                       ExecutionRoleName=MODEL["ExecutionRoleName"])
    same(aws.wait(name, started["OperationId"])["Status"], "SUCCEEDED")
