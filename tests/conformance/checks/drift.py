"""Drift detection and import of stacks (reference §2.9, §7)."""

from aws import EVERYWHERE, MEMBER, MODEL, SECURITY, TEMPLATE, parameters, refused, same
from runner import check

OTHER = "300000000002"


def detect(aws, name, **inputs):
    started = aws.cfn.detect_stack_set_drift(StackSetName=name, OperationPreferences=EVERYWHERE, **inputs)
    return aws.wait(name, started["OperationId"])


def stack(aws, account=MEMBER, text=TEMPLATE, **inputs):
    made = aws.client("cloudformation", account).create_stack(StackName=aws.name("alone"), TemplateBody=text, **inputs)
    return made["StackId"]


def bring_in(aws, name, **inputs):
    started = aws.cfn.import_stacks_to_stack_set(StackSetName=name, **inputs)
    return aws.wait(name, started["OperationId"])


@check
def a_check_without_drift_finds_everything_in_sync(aws):
    name = aws.stack_set()
    aws.deploy(name, [MEMBER, OTHER])
    done = detect(aws, name)
    same((done["Action"], done["Status"]), ("DETECT_DRIFT", "SUCCEEDED"))
    details = done["StackSetDriftDetectionDetails"]
    same((details["DriftStatus"], details["DriftDetectionStatus"]), ("IN_SYNC", "COMPLETED"))
    same((details["TotalStackInstancesCount"], details["InSyncStackInstancesCount"]), (2, 2))
    same({row["DriftStatus"] for row in aws.instances(name)}, {"IN_SYNC"})
    same(aws.described(name)["StackSetDriftDetectionDetails"]["DriftStatus"], "IN_SYNC")


@check
def before_any_check_nothing_is_said_about_drift(aws):
    name = aws.stack_set()
    details = aws.described(name).get("StackSetDriftDetectionDetails", {})
    same((details.get("DriftStatus", "NOT_CHECKED"), "LastDriftCheckTimestamp" in details), ("NOT_CHECKED", False))


@check
def a_running_check_is_in_progress(aws):
    name = aws.stack_set()
    aws.deploy(name)
    started = aws.cfn.detect_stack_set_drift(StackSetName=name)
    running = aws.operation(name, started["OperationId"])
    same(running["StackSetDriftDetectionDetails"]["DriftDetectionStatus"], "IN_PROGRESS")
    aws.wait(name, started["OperationId"])


@check
def drift_is_told_property_by_property(aws):
    name = "drifting"
    aws.cfn.create_stack_set(StackSetName=name, **MODEL)
    aws.deploy(name, [MEMBER, OTHER], ["us-east-1", "eu-west-1"])
    done = detect(aws, name)
    details = done["StackSetDriftDetectionDetails"]
    same((details["DriftStatus"], details["DriftedStackInstancesCount"], details["InSyncStackInstancesCount"]), ("DRIFTED", 2, 2))
    same(aws.instance(name)["DriftStatus"], "DRIFTED")
    same("LastDriftCheckTimestamp" in aws.instance(name), True)
    drifted = [{"Name": "DRIFT_STATUS", "Values": "DRIFTED"}]
    same(len(aws.instances(name, Filters=drifted)), 2)

    def rows(region, **inputs):
        return aws.cfn.list_stack_instance_resource_drifts(
            StackSetName=name, StackInstanceAccount=MEMBER, StackInstanceRegion=region, OperationId=done["OperationId"], **inputs
        )["Summaries"]
    changed, = rows("us-east-1")
    same((changed["LogicalResourceId"], changed["ResourceType"]), ("Topic", "AWS::SNS::Topic"))
    same(changed["StackResourceDriftStatus"], "MODIFIED")
    difference, = changed["PropertyDifferences"]
    same((difference["PropertyPath"], difference["ExpectedValue"]), ("/DisplayName", "alarms of dev"))
    same((difference["ActualValue"], difference["DifferenceType"]), ("mine", "NOT_EQUAL"))
    same([row["StackResourceDriftStatus"] for row in rows("eu-west-1")], ["DELETED"])
    same(rows("us-east-1", StackInstanceResourceDriftStatuses=["DELETED"]), [])


@check
def drifts_are_those_of_one_instance_and_one_operation(aws):
    name = aws.stack_set()
    aws.deploy(name)
    done = detect(aws, name)
    ask = {"StackSetName": name, "StackInstanceAccount": MEMBER, "StackInstanceRegion": "us-east-1", "OperationId": done["OperationId"]}
    same({row["StackResourceDriftStatus"] for row in aws.cfn.list_stack_instance_resource_drifts(**ask)["Summaries"]} <= {"IN_SYNC"}, True)
    call = aws.cfn.list_stack_instance_resource_drifts
    refused("OperationNotFoundException", call, **{**ask, "OperationId": "unknown"})
    refused("StackInstanceNotFoundException", call, **{**ask, "StackInstanceAccount": OTHER})


@check
def a_stack_is_imported_and_keeps_its_name(aws):
    name, alone = aws.stack_set(), stack(aws)
    same(bring_in(aws, name, StackIds=[alone])["Status"], "SUCCEEDED")
    row = aws.instance(name)
    same((row["StackId"], row["Status"]), (alone, "CURRENT"))


@check
def the_values_of_an_imported_stack_are_overrides(aws):
    name, alone = aws.stack_set(), stack(aws, Parameters=parameters(Environment="prod"))
    bring_in(aws, name, StackIds=[alone])
    found = {row["ParameterKey"]: row["ParameterValue"] for row in aws.instance(name)["ParameterOverrides"]}
    same(found["Environment"], "prod")


@check
def a_stack_is_imported_below_a_unit(aws):
    name, alone = aws.service_set(), stack(aws, "200000000001")
    same(bring_in(aws, name, StackIds=[alone], OrganizationalUnitIds=[SECURITY])["Status"], "SUCCEEDED")
    same(aws.instance(name, "200000000001")["OrganizationalUnitId"], SECURITY)


@check
def a_stack_belongs_to_one_stack_set(aws):
    first, second, alone = aws.stack_set(), aws.stack_set(), stack(aws)
    bring_in(aws, first, StackIds=[alone])
    refused("InvalidOperationException", aws.cfn.import_stacks_to_stack_set, StackSetName=second, StackIds=[alone])


@check
def a_stack_that_is_not_there_is_not_imported(aws):
    unknown = f"arn:aws:cloudformation:us-east-1:{MEMBER}:stack/nobody/11111111-1111-1111-1111-111111111111"
    refused("StackNotFoundException", aws.cfn.import_stacks_to_stack_set, StackSetName=aws.stack_set(), StackIds=[unknown])


@check
def at_most_ten_stacks_are_imported_by_id(aws):
    ids = [f"arn:aws:cloudformation:us-east-1:{MEMBER}:stack/x/{number}" for number in range(11)]
    try:
        aws.cfn.import_stacks_to_stack_set(StackSetName=aws.stack_set(), StackIds=ids)
    except aws.cfn.exceptions.ClientError as error:
        same(error.response["Error"]["Code"] in ("LimitExceededException", "ValidationError"), True)
    else:
        raise AssertionError("not refused")


@check
def stacks_for_import_are_named_once(aws):
    ask = {"StackSetName": aws.stack_set()}
    refused("ValidationError", aws.cfn.import_stacks_to_stack_set, **ask)
    refused("ValidationError", aws.cfn.import_stacks_to_stack_set, StackIds=[stack(aws)], StackIdsUrl="s3://checks/ids.txt", **ask)


@check
def a_retained_stack_is_imported_into_another_stack_set(aws):
    first, second = aws.stack_set(), aws.stack_set()
    aws.deploy(first)
    kept = aws.instance(first)["StackId"]
    started = aws.cfn.delete_stack_instances(StackSetName=first, Accounts=[MEMBER], Regions=["us-east-1"], RetainStacks=True)
    aws.wait(first, started["OperationId"])
    bring_in(aws, second, StackIds=[kept])
    same(aws.instance(second)["StackId"], kept)


@check
def a_stack_set_is_made_from_a_stack(aws):
    alone = stack(aws, "100000000000")
    name = aws.name()
    aws.cfn.create_stack_set(StackSetName=name, StackId=alone)
    same(aws.described(name)["TemplateBody"], TEMPLATE)


@check
def drift_detection_can_be_stopped(aws):
    name = aws.stack_set()
    aws.deploy(name, ["600000000004", "600000000005", "600000000006"])
    started = aws.cfn.detect_stack_set_drift(StackSetName=name)["OperationId"]
    aws.cfn.stop_stack_set_operation(StackSetName=name, OperationId=started)
    done = aws.wait(name, started)
    same((done["Status"], done["StackSetDriftDetectionDetails"]["DriftDetectionStatus"]), ("STOPPED", "STOPPED"))
