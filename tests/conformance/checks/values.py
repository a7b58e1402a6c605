"""What values and templates come from: Systems Manager, S3, tags of the organization, opt-in Regions of accounts."""

from botocore.exceptions import ClientError

from aws import MANAGEMENT, MEMBER, SECURITY, TEMPLATE, refused, same
from organization import NO_ACCOUNT, NO_UNIT
from runner import check
from wrong import struck


def ssm(aws, account=MANAGEMENT, region="us-east-1"):
    return aws.client("ssm", account, region)


def regions(aws, account=MANAGEMENT, **inputs):
    """Regions by status, over all pages."""
    found = {}
    for page in aws.client("account", account).get_paginator("list_regions").paginate(**inputs):
        for row in page["Regions"]:
            found.setdefault(row["RegionOptStatus"], []).append(row["RegionName"])
    return found


@check
def a_parameter_is_that_of_the_callers_account_and_region(aws):
    def value(account, region):
        return ssm(aws, account, region).get_parameter(Name="/network/vpc")["Parameter"]["Value"]

    same(value(MANAGEMENT, "eu-west-1"), "vpc-anywhere")
    same(value(MEMBER, "us-east-1"), "vpc-anywhere")
    same(value(MEMBER, "eu-west-1"), "vpc-orders")


@check
def a_secure_string_is_told_to_who_asks_for_it_in_clear_text(aws):
    def value(**inputs):
        return ssm(aws).get_parameter(Name="/alerts/token", **inputs)["Parameter"]

    clear = value(WithDecryption=True)
    same((clear["Value"], clear["Type"]), ("not-a-real-token", "SecureString"))
    same("not-a-real-token" in value()["Value"], False)


@check
def several_parameters_come_with_the_names_that_are_not_there(aws):
    answer = ssm(aws).get_parameters(Names=["/network/vpc", "/nothing", "/alerts/token:1"], WithDecryption=True)
    same(sorted(row["Value"] for row in answer["Parameters"]), ["not-a-real-token", "vpc-anywhere"])
    same(answer["InvalidParameters"], ["/nothing"])
    refused("ValidationException", ssm(aws).get_parameters, Names=[f"n{number}" for number in range(11)])


@check
def a_parameter_that_is_not_there_is_told_apart_from_its_version(aws):
    refused("ParameterNotFound", ssm(aws).get_parameter, Name="/nothing")
    refused("ParameterVersionNotFound", ssm(aws).get_parameter, Name="/network/vpc:7")


@check
def a_template_gets_the_parameter_of_the_account_that_its_stack_is_in(aws):
    template = """\
Parameters: { Vpc: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /network/vpc } }
Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: !Ref Vpc } } }
"""
    name = aws.stack_set(TemplateBody=template)
    (parameter,) = aws.described(name)["Parameters"]
    same((parameter["ParameterValue"], parameter["ResolvedValue"]), ("/network/vpc", "vpc-anywhere"))
    same(aws.deploy(name, regions=["eu-west-1"])["Status"], "SUCCEEDED")
    missing = aws.stack_set(TemplateBody=template.replace("/network/vpc", "/nothing"))
    operation = aws.deploy(missing, OperationPreferences={})
    same(operation["Status"], "FAILED")
    same(operation["StatusReason"], "The failure tolerance was exceeded in us-east-1")


@check
def services_of_values_fail_in_their_own_words(aws):
    asked = {"Name": "/network/vpc"}
    same(struck(aws, "throttle", ssm(aws).get_parameter, "ssm", **asked), ("ThrottlingException", 400))
    same(struck(aws, "error_after", ssm(aws).get_parameter, "ssm", **asked), ("InternalServerError", 500))
    same(struck(aws, "error_after", ssm(aws).get_parameters, "ssm", Names=["/network/vpc"])[1], 500)
    account = aws.client("account")
    same(struck(aws, "throttle", account.list_regions, "account"), ("TooManyRequestsException", 429))
    same(struck(aws, "error_after", account.list_regions, "account"), ("InternalServerException", 500))


@check
def an_account_has_the_regions_that_it_switched_on(aws):
    mine = regions(aws, MaxResults=7)
    same((mine["ENABLED"], len(mine["ENABLED_BY_DEFAULT"])), (["eu-south-1"], 17))
    same(regions(aws, AccountId=MEMBER, RegionOptStatusContains=["ENABLED"]), {"ENABLED": ["eu-south-1", "mx-central-1"]})

    def status(region):
        return aws.client("account").get_region_opt_status(AccountId=MEMBER, RegionName=region)["RegionOptStatus"]

    same([status(region) for region in ("us-east-1", "mx-central-1", "af-south-1")], ["ENABLED_BY_DEFAULT", "ENABLED", "DISABLED"])


@check
def account_management_refuses_what_it_may_not_tell(aws):
    refused("AccessDeniedException", aws.client("account").list_regions, "standalone context", AccountId=MANAGEMENT)
    refused("AccessDeniedException", aws.client("account", MEMBER).get_region_opt_status, AccountId=MANAGEMENT, RegionName="us-east-1")
    refused("ValidationException", aws.client("account").list_regions, MaxResults=51)
    refused("ValidationException", aws.client("account").get_region_opt_status, RegionName="moon-1")


@check
def an_instance_needs_its_region_to_be_on_in_both_accounts(aws):
    name = aws.stack_set()
    same(aws.deploy(name, regions=["eu-south-1"])["Status"], "SUCCEEDED")
    operation = aws.deploy(name, regions=["mx-central-1"], OperationPreferences={})
    same(operation["Status"], "FAILED")
    (result,) = aws.results(name, operation["OperationId"])
    same(result["StatusReason"], f"Account {MANAGEMENT} has not enabled Region mx-central-1.")


@check
def nobody_is_known_in_a_home_region_that_is_off(aws):
    refused("InvalidClientTokenId", aws.client("cloudformation", region="af-south-1").list_stack_sets)


@check
def accounts_and_units_have_tags(aws):
    for resource in (MEMBER, SECURITY):
        aws.org.tag_resource(ResourceId=resource, Tags=[{"Key": f"k{number:02}", "Value": "v"} for number in range(25)])
        pages = aws.org.get_paginator("list_tags_for_resource").paginate(ResourceId=resource)
        same(len([row for page in pages for row in page["Tags"] if row["Value"] == "v"]), 25)
        aws.org.untag_resource(ResourceId=resource, TagKeys=[f"k{number:02}" for number in range(25)])
    (tag,) = aws.org.list_tags_for_resource(ResourceId=MEMBER)["Tags"]
    same(tag, {"Key": "env", "Value": "prod"})


@check
def tags_are_refused_where_nothing_is(aws):
    for resource in (NO_ACCOUNT, NO_UNIT):
        refused("TargetNotFoundException", aws.org.list_tags_for_resource, ResourceId=resource)
        refused("TargetNotFoundException", aws.org.untag_resource, ResourceId=resource, TagKeys=["a"])
    refused("TargetNotFoundException", aws.org.tag_resource, ResourceId=NO_ACCOUNT, Tags=[{"Key": "a", "Value": "b"}])
    refused("InvalidInputException", aws.org.tag_resource, ResourceId=MEMBER, Tags=[{"Key": "aws:a", "Value": "b"}])


@check
def a_template_in_s3_is_put_once_and_encrypted(aws):
    s3, key = aws.client("s3"), {"Bucket": "templates", "Key": "sha256/topic.yaml"}
    wish = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/templates"}
    put = s3.put_object(**key, Body=TEMPLATE.encode(), IfNoneMatch="*", **wish)
    refused("PreconditionFailed", s3.put_object, **key, Body=b"other", IfNoneMatch="*")
    head, got = s3.head_object(**key), s3.get_object(**key)
    for answer in (put, head, got):
        same((answer["ServerSideEncryption"], answer["SSEKMSKeyId"]), ("aws:kms", "alias/templates"))
        same(answer["ETag"], put["ETag"])
    same((head["ContentLength"], got["Body"].read()), (len(TEMPLATE), TEMPLATE.encode()))
    name = aws.name("by-url")
    url = "https://templates.s3.us-east-1.amazonaws.com/sha256/topic.yaml"
    aws.cfn.create_stack_set(StackSetName=name, TemplateURL=url)
    same(aws.described(name)["TemplateBody"], TEMPLATE)


@check
def what_is_not_in_s3_is_not_there(aws):
    try:
        aws.client("s3").head_object(Bucket="templates", Key="nothing")
    except ClientError as error:
        same(error.response["ResponseMetadata"]["HTTPStatusCode"], 404)
    refused("NoSuchKey", aws.client("s3").get_object, Bucket="templates", Key="nothing")
