"""CreateStackSet, DescribeStackSet, ListStackSets, DeleteStackSet: definitions and how they read back (reference §1.3, §1.4)."""

from aws import MEMBER, MODEL, ROLE_TEMPLATE, SERVICE, TEMPLATE, parameters, refused, same, values
from runner import check

NO_ECHO = """\
Parameters:
  Secret: {Type: String, NoEcho: true}
Resources:
  Topic: {Type: AWS::SNS::Topic}
"""


@check
def a_new_stack_set_reads_back_with_its_defaults_filled_in(aws):
    name = aws.name()
    made = aws.cfn.create_stack_set(StackSetName=name, TemplateBody=TEMPLATE)
    found = aws.described(name)
    same(found["StackSetId"], made["StackSetId"])
    same(found["StackSetARN"], f"arn:aws:cloudformation:us-east-1:100000000000:stackset/{made['StackSetId']}")
    same((found["Status"], found["PermissionModel"]), ("ACTIVE", "SELF_MANAGED"))
    same(found["AdministrationRoleARN"], "arn:aws:iam::100000000000:role/AWSCloudFormationStackSetAdministrationRole")
    same(found["ExecutionRoleName"], "AWSCloudFormationStackSetExecutionRole")
    same(found["ManagedExecution"], {"Active": False})
    same([name for name in ("AutoDeployment", "Description") if name in found], [])


@check
def the_id_is_the_name_and_a_uuid(aws):
    name = aws.name()
    made = aws.cfn.create_stack_set(StackSetName=name, TemplateBody=TEMPLATE)
    front, uuid = made["StackSetId"].split(":")
    same((front, len(uuid), uuid.count("-")), (name, 36, 4))


@check
def every_parameter_reads_back_with_its_value_or_default(aws):
    name = aws.stack_set(Parameters=parameters(Environment="prod"))
    rows = aws.described(name)["Parameters"]
    same(values(rows), {"Environment": "prod", "Subject": "alarms"})
    same({row.get("UsePreviousValue") for row in rows}, {False})


@check
def the_template_reads_back_byte_for_byte(aws):
    text = "# A remark\r\n\n" + TEMPLATE.replace("alarms are", "<alarms> & \"more\" are") + "\n\n# ÄÖÜ 日本\t.\n"
    same(aws.described(aws.stack_set(TemplateBody=text))["TemplateBody"], text)


@check
def a_secret_parameter_reads_back_masked(aws):
    name = aws.stack_set(TemplateBody=NO_ECHO, Parameters=parameters(Secret="hunter2"))
    same(values(aws.described(name)["Parameters"]), {"Secret": "****"})


@check
def description_tags_and_capabilities_read_back(aws):
    tags = [{"Key": "team", "Value": "operations"}, {"Key": "cost-centre", "Value": "42 & more"}]
    name = aws.stack_set(Description="Alarms & <such>", Tags=tags, Capabilities=["CAPABILITY_IAM"])
    found = aws.described(name)
    same(found["Description"], "Alarms & <such>")
    same(sorted(found["Tags"], key=lambda tag: tag["Key"]), sorted(tags, key=lambda tag: tag["Key"]))
    same(found["Capabilities"], ["CAPABILITY_IAM"])


@check
def custom_roles_read_back(aws):
    role = "arn:aws:iam::100000000000:role/custom"
    found = aws.described(aws.stack_set(AdministrationRoleARN=role, ExecutionRoleName="custom-exec"))
    same((found["AdministrationRoleARN"], found["ExecutionRoleName"]), (role, "custom-exec"))


@check
def a_service_managed_stack_set_reads_back_the_roles_of_the_service(aws):
    found = aws.described(aws.service_set(AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": True}))
    same(found["PermissionModel"], "SERVICE_MANAGED")
    same(found["AutoDeployment"]["Enabled"], True)
    same(found["AutoDeployment"]["RetainStacksOnAccountRemoval"], True)
    same("aws-service-role" in found["AdministrationRoleARN"], True)
    same(found["ExecutionRoleName"].startswith("stacksets-exec-"), True)


@check
def managed_execution_is_kept(aws):
    same(aws.described(aws.stack_set(ManagedExecution={"Active": True}))["ManagedExecution"], {"Active": True})


@check
def a_stack_set_is_described_by_name_and_by_id(aws):
    name = aws.stack_set()
    found = aws.described(name)
    same(aws.described(found["StackSetId"]), found)


@check
def a_name_that_is_taken_is_refused(aws):
    name = aws.stack_set()
    refused("NameAlreadyExistsException", aws.cfn.create_stack_set, StackSetName=name, **MODEL)


@check
def names_of_stack_sets_have_their_pattern_and_length(aws):
    for name in ("1st", "under_score", "-", "x" * 129, "dot.ted", ""):
        refused("ValidationError", aws.cfn.create_stack_set, StackSetName=name, **MODEL)
    aws.cfn.create_stack_set(StackSetName="x" * 128, **MODEL)


@check
def a_template_is_needed_and_only_one(aws):
    refused("ValidationError", aws.cfn.create_stack_set, StackSetName=aws.name())
    both = {"TemplateBody": TEMPLATE, "TemplateURL": "https://templates.s3.amazonaws.com/x.yaml"}
    refused("ValidationError", aws.cfn.create_stack_set, StackSetName=aws.name(), **both)


@check
def a_template_body_has_at_most_51200_bytes(aws):
    text = TEMPLATE + "#" * (51_200 - len(TEMPLATE))
    aws.stack_set(TemplateBody=text)
    refused("ValidationError", aws.stack_set, TemplateBody=text + "#")
    refused("ValidationError", aws.stack_set, TemplateBody="")


@check
def a_template_is_read_from_a_bucket(aws):
    aws.client("s3").put_object(Bucket="checks", Key="a b/topic.yaml", Body=TEMPLATE.encode())
    url = "https://checks.s3.us-east-1.amazonaws.com/a%20b/topic.yaml"
    name = aws.name()
    aws.cfn.create_stack_set(StackSetName=name, TemplateURL=url)
    same(aws.described(name)["TemplateBody"], TEMPLATE)
    refused("ValidationError", aws.cfn.create_stack_set, StackSetName=aws.name(), TemplateURL=url + ".not")
    refused("ValidationError", aws.cfn.create_stack_set, StackSetName=aws.name(), TemplateURL="https://example.com/x")


@check
def text_that_is_no_template_is_refused(aws):
    for text in ("{", "just words", "Resources: {}", "Resources: {A: {Properties: {}}}"):
        refused("ValidationError", aws.stack_set, TemplateBody=text)


@check
def parameters_must_be_known_and_complete_and_allowed(aws):
    refused("ValidationError", aws.stack_set, "do not exist in the template", Parameters=parameters(Nobody="x"))
    refused("ValidationError", aws.stack_set, "must have values", TemplateBody=NO_ECHO)
    refused("ValidationError", aws.stack_set, Parameters=parameters(Environment="moon"))
    twice = [{"ParameterKey": "Subject", "ParameterValue": "a", "UsePreviousValue": True}]
    refused("ValidationError", aws.stack_set, Parameters=twice)


@check
def tags_have_their_bounds(aws):
    def tags(*pairs):
        return {"Tags": [{"Key": key, "Value": value} for key, value in pairs]}
    aws.stack_set(**tags(("k" * 128, "v" * 256)))
    for wrong in (("k" * 129, "v"), ("k", "v" * 257), ("k", ""), ("aws:k", "v")):
        refused("ValidationError", aws.stack_set, **tags(wrong))
    aws.stack_set(**tags(*[(f"k{number}", "v") for number in range(50)]))
    refused("ValidationError", aws.stack_set, **tags(*[(f"k{number}", "v") for number in range(51)]))


@check
def a_description_has_1_to_1024_characters(aws):
    aws.stack_set(Description="d" * 1024)
    refused("ValidationError", aws.stack_set, Description="d" * 1025)
    refused("ValidationError", aws.stack_set, Description="")


@check
def roles_have_their_bounds(aws):
    refused("ValidationError", aws.stack_set, ExecutionRoleName="arn:aws:iam::100000000000:role/x")
    refused("ValidationError", aws.stack_set, ExecutionRoleName="x" * 65)
    refused("ValidationError", aws.stack_set, AdministrationRoleARN="short")


@check
def a_capability_must_be_known_and_the_needed_ones_given(aws):
    refused("ValidationError", aws.stack_set, Capabilities=["CAPABILITY_FLY"])
    named = ROLE_TEMPLATE % "auditor"
    refused("InsufficientCapabilitiesException", aws.stack_set, TemplateBody=named)
    refused("InsufficientCapabilitiesException", aws.stack_set, TemplateBody=named, Capabilities=["CAPABILITY_IAM"])
    aws.stack_set(TemplateBody=named, Capabilities=["CAPABILITY_NAMED_IAM"])


@check
def a_service_managed_stack_set_must_say_whether_it_deploys_by_itself(aws):
    create = aws.cfn.create_stack_set
    refused("ValidationError", create, StackSetName=aws.name(), TemplateBody=TEMPLATE, PermissionModel="SERVICE_MANAGED")
    refused("ValidationError", aws.stack_set, AutoDeployment={"Enabled": True})


@check
def a_service_managed_stack_set_takes_no_transforms_nested_stacks_or_roles(aws):
    transform = "Transform: AWS::Serverless-2016-10-31\n" + TEMPLATE
    refused("ValidationError", aws.service_set, "Transform", TemplateBody=transform, Capabilities=["CAPABILITY_AUTO_EXPAND"])
    nested = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x}}}"
    refused("ValidationError", aws.service_set, TemplateBody=nested)
    refused("ValidationError", aws.service_set, ExecutionRoleName="mine")
    refused("ValidationError", aws.service_set, AdministrationRoleARN="arn:aws:iam::100000000000:role/mine")


@check
def the_same_creation_sent_again_answers_the_same(aws):
    inputs = {"StackSetName": aws.name(), "ClientRequestToken": "token-1", **MODEL}
    first = aws.cfn.create_stack_set(**inputs)["StackSetId"]
    same(aws.cfn.create_stack_set(**inputs)["StackSetId"], first)
    refused("NameAlreadyExistsException", aws.cfn.create_stack_set, **{**inputs, "ClientRequestToken": "token-2"})


@check
def a_creation_sent_again_after_a_change_is_refused(aws):
    inputs = {"StackSetName": aws.name(), "ClientRequestToken": "token-1", **MODEL}
    aws.cfn.create_stack_set(**inputs)
    started = aws.cfn.update_stack_set(
        StackSetName=inputs["StackSetName"], UsePreviousTemplate=True, ExecutionRoleName=MODEL["ExecutionRoleName"]
    )
    aws.wait(inputs["StackSetName"], started["OperationId"])
    refused("CreatedButModifiedException", aws.cfn.create_stack_set, **inputs)


@check
def a_deleted_stack_set_is_found_by_id_alone(aws):
    name = aws.stack_set()
    old = aws.described(name)["StackSetId"]
    aws.cfn.delete_stack_set(StackSetName=name)
    refused("StackSetNotFoundException", aws.cfn.describe_stack_set, StackSetName=name)
    same(aws.described(old)["Status"], "DELETED")
    new = aws.cfn.create_stack_set(StackSetName=name, **MODEL)["StackSetId"]
    same(new != old, True)


@check
def to_delete_a_stack_set_again_is_no_error(aws):
    name = aws.stack_set()
    aws.cfn.delete_stack_set(StackSetName=name)
    aws.cfn.delete_stack_set(StackSetName=name)


@check
def a_stack_set_with_instances_is_not_deleted(aws):
    name = aws.stack_set()
    aws.deploy(name)
    refused("StackSetNotEmptyException", aws.cfn.delete_stack_set, StackSetName=name)


@check
def stack_sets_are_listed_by_status(aws):
    kept, gone = aws.stack_set(), aws.stack_set()
    aws.cfn.delete_stack_set(StackSetName=gone)
    pages = aws.cfn.get_paginator("list_stack_sets")

    def names(**inputs):
        return {row["StackSetName"] for page in pages.paginate(**inputs) for row in page["Summaries"]}
    same((kept in names(Status="ACTIVE"), gone in names(Status="ACTIVE")), (True, False))
    same((kept in names(Status="DELETED"), gone in names(Status="DELETED")), (False, True))
    refused("ValidationError", aws.cfn.list_stack_sets, Status="SLEEPING")


@check
def a_summary_has_no_tags_and_no_arn(aws):
    name = aws.stack_set(Description="d", Tags=[{"Key": "team", "Value": "x"}])
    pages = aws.cfn.get_paginator("list_stack_sets").paginate(Status="ACTIVE")
    row = next(row for page in pages for row in page["Summaries"] if row["StackSetName"] == name)
    wanted = {"StackSetName", "StackSetId", "Description", "Status", "PermissionModel", "DriftStatus", "ManagedExecution"}
    same(set(row), wanted)
    same((row["DriftStatus"], row["ManagedExecution"]), ("NOT_CHECKED", {"Active": False}))


@check
def a_stack_set_lives_in_one_region(aws):
    name = aws.stack_set()
    elsewhere = aws.client("cloudformation", region="eu-west-1")
    refused("StackSetNotFoundException", elsewhere.describe_stack_set, StackSetName=name)
    elsewhere.create_stack_set(StackSetName=name, **MODEL)
    arn = elsewhere.describe_stack_set(StackSetName=name)["StackSet"]["StackSetARN"]
    same(arn.split(":")[3], "eu-west-1")


@check
def an_account_has_1000_stack_sets_in_a_region(aws):
    far = aws.client("cloudformation", MEMBER, "ap-south-1")
    for number in range(1000):
        far.create_stack_set(StackSetName=f"many-{number}", TemplateBody=TEMPLATE)
    refused("LimitExceededException", far.create_stack_set, StackSetName="one-more", TemplateBody=TEMPLATE)
    first = far.list_stack_sets()
    same((len(first["Summaries"]), "NextToken" in first), (100, True))
    pages = list(far.get_paginator("list_stack_sets").paginate())
    same((len(pages), len({row["StackSetId"] for page in pages for row in page["Summaries"]})), (10, 1000))


@check
def unknown_permission_models_are_refused(aws):
    refused("ValidationError", aws.stack_set, PermissionModel="NOBODY_MANAGED")
    same(SERVICE["PermissionModel"], "SERVICE_MANAGED")
