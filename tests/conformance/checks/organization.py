"""Organizations: the tree, its pages, accounts that come, move, close and go, delegation (reference §8)."""

from aws import DELEGATE, MANAGEMENT, MEMBER, PROD, ROOT, SECURITY, SUSPENDED, WORKLOADS, refused, same
from runner import check

PRINCIPAL = "member.org.stacksets.cloudformation.amazonaws.com"
NO_UNIT, NO_ACCOUNT = "ou-demo-99999999", "999999999999"


def unit(aws, parent=ROOT):
    made = aws.org.create_organizational_unit(ParentId=parent, Name=aws.name("Unit"))
    return made["OrganizationalUnit"]["Id"]


def account(aws, parent=None):
    """A new account; it stands in the root, or where it is moved to."""
    name = aws.name("account")
    status = aws.org.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
    same(status["State"], "SUCCEEDED")
    if parent:
        aws.org.move_account(AccountId=status["AccountId"], SourceParentId=ROOT, DestinationParentId=parent)
    return status["AccountId"]


def rows(aws, operation, key, **inputs):
    return [row for page in aws.org.get_paginator(operation).paginate(**inputs) for row in page[key]]


@check
def the_organization_tells_its_management_account(aws):
    found = aws.org.describe_organization()["Organization"]
    same((found["Id"], found["FeatureSet"], found["MasterAccountId"]), ("o-exampleorg0", "ALL", MANAGEMENT))
    same(found["MasterAccountArn"], f"arn:aws:organizations::{MANAGEMENT}:account/o-exampleorg0/{MANAGEMENT}")


@check
def any_member_may_describe_the_organization(aws):
    same(aws.client("organizations", MEMBER).describe_organization()["Organization"]["Id"], "o-exampleorg0")


@check
def an_account_outside_is_in_no_organization(aws):
    refused("AWSOrganizationsNotInUseException", aws.client("organizations", NO_ACCOUNT).describe_organization)


@check
def there_is_one_root(aws):
    roots = aws.org.list_roots()["Roots"]
    same([(root["Id"], root["Name"]) for root in roots], [(ROOT, "Root")])


@check
def units_are_listed_below_their_parent_alone(aws):
    names = {row["Name"] for row in rows(aws, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=ROOT)}
    same(({"Security", "Workloads"} <= names, "Prod" in names), (True, False))
    below = rows(aws, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=WORKLOADS)
    same([row["Id"] for row in below], [PROD])


@check
def accounts_are_listed_below_their_parent_alone(aws):
    found = {row["Id"] for row in rows(aws, "list_accounts_for_parent", "Accounts", ParentId=WORKLOADS)}
    same((MEMBER in found, "400000000001" in found), (True, False))


@check
def children_and_parents_are_each_others_inverse(aws):
    for kind, child in (("ACCOUNT", "400000000001"), ("ORGANIZATIONAL_UNIT", PROD)):
        parent = aws.org.list_parents(ChildId=child)["Parents"][0]
        children = rows(aws, "list_children", "Children", ParentId=parent["Id"], ChildType=kind)
        same({"Id": child, "Type": kind} in children, True)
    same(aws.org.list_parents(ChildId=SECURITY)["Parents"], [{"Id": ROOT, "Type": "ROOT"}])


@check
def an_account_tells_its_state_in_both_words_and_its_path(aws):
    found = aws.org.describe_account(AccountId=SUSPENDED)["Account"]
    same((found["Status"], found["State"]), ("SUSPENDED", "SUSPENDED"))
    same(found["Paths"], [f"o-exampleorg0/{ROOT}/{WORKLOADS}/{PROD}/{SUSPENDED}/"])
    same((found["JoinedMethod"], found["Email"]), ("CREATED", "legacy-billing@example.com"))


@check
def a_unit_tells_its_path(aws):
    found = aws.org.describe_organizational_unit(OrganizationalUnitId=PROD)["OrganizationalUnit"]
    same((found["Name"], found["Path"]), ("Prod", f"o-exampleorg0/{ROOT}/{WORKLOADS}/{PROD}/"))
    same(found["Arn"], f"arn:aws:organizations::{MANAGEMENT}:ou/o-exampleorg0/{PROD}")


@check
def lists_come_in_pages_of_20(aws):
    home = unit(aws)
    made = {account(aws, home) for _ in range(25)}
    first = aws.org.list_accounts_for_parent(ParentId=home)
    same((len(first["Accounts"]), "NextToken" in first), (20, True))
    same({row["Id"] for row in rows(aws, "list_accounts_for_parent", "Accounts", ParentId=home)}, made)
    same(made <= {row["Id"] for row in rows(aws, "list_accounts", "Accounts")}, True)
    same({row["Id"] for row in rows(aws, "list_children", "Children", ParentId=home, ChildType="ACCOUNT")}, made)
    small = aws.org.list_accounts(MaxResults=3)
    same((len(small["Accounts"]), "NextToken" in small), (3, True))


@check
def a_page_has_1_to_20_rows_and_a_token_of_the_service(aws):
    for wrong in (0, 21):
        refused("InvalidInputException", aws.org.list_accounts, MaxResults=wrong)
    refused("InvalidInputException", aws.org.list_accounts, NextToken="made up")


@check
def what_is_not_there_is_not_found(aws):
    refused("ParentNotFoundException", aws.org.list_accounts_for_parent, ParentId=NO_UNIT)
    refused("ParentNotFoundException", aws.org.list_organizational_units_for_parent, ParentId=NO_UNIT)
    refused("ParentNotFoundException", aws.org.list_children, ParentId=NO_UNIT, ChildType="ACCOUNT")
    refused("ParentNotFoundException", aws.org.create_organizational_unit, ParentId=NO_UNIT, Name="x")
    refused("ChildNotFoundException", aws.org.list_parents, ChildId=NO_ACCOUNT)
    refused("AccountNotFoundException", aws.org.describe_account, AccountId=NO_ACCOUNT)
    refused("OrganizationalUnitNotFoundException", aws.org.describe_organizational_unit, OrganizationalUnitId=NO_UNIT)
    refused("OrganizationalUnitNotFoundException", aws.org.update_organizational_unit, OrganizationalUnitId=NO_UNIT, Name="x")
    refused("OrganizationalUnitNotFoundException", aws.org.delete_organizational_unit, OrganizationalUnitId=NO_UNIT)
    refused("AccountNotFoundException", aws.org.close_account, AccountId=NO_ACCOUNT)
    refused("AccountNotFoundException", aws.org.remove_account_from_organization, AccountId=NO_ACCOUNT)
    refused("CreateAccountStatusNotFoundException", aws.org.describe_create_account_status,
            CreateAccountRequestId="car-11111111111111111111111111111111")


@check
def inputs_have_their_patterns(aws):
    for call, inputs in (
        (aws.org.describe_account, {"AccountId": "12"}), (aws.org.describe_account, {}),
        (aws.org.list_accounts_for_parent, {"ParentId": "somewhere"}), (aws.org.list_children, {"ParentId": ROOT, "ChildType": "CAT"}),
        (aws.org.describe_organizational_unit, {"OrganizationalUnitId": ROOT}),
        (aws.org.update_organizational_unit, {"OrganizationalUnitId": ROOT, "Name": "x"}),
        (aws.org.delete_organizational_unit, {"OrganizationalUnitId": ROOT}),
        (aws.org.list_parents, {"ChildId": "somebody"}), (aws.org.create_organizational_unit, {"ParentId": ROOT}),
        (aws.org.create_organizational_unit, {"ParentId": ROOT, "Name": "x" * 129}),
    ):
        refused("InvalidInputException", call, **inputs)


@check
def only_the_management_account_and_delegates_read_and_only_the_first_writes(aws):
    member, delegate = aws.client("organizations", MEMBER), aws.client("organizations", DELEGATE)
    refused("AccessDeniedException", member.list_accounts)
    same(len(delegate.list_accounts()["Accounts"]) > 5, True)
    refused("AccessDeniedException", delegate.create_organizational_unit, ParentId=ROOT, Name="x")


@check
def a_unit_is_made_renamed_and_deleted(aws):
    made = unit(aws)
    renamed = aws.org.update_organizational_unit(OrganizationalUnitId=made, Name=aws.name("Renamed"))["OrganizationalUnit"]
    same(aws.org.describe_organizational_unit(OrganizationalUnitId=made)["OrganizationalUnit"], renamed)
    aws.org.delete_organizational_unit(OrganizationalUnitId=made)
    refused("OrganizationalUnitNotFoundException", aws.org.describe_organizational_unit, OrganizationalUnitId=made)


@check
def names_of_units_are_unique_below_their_parent(aws):
    twice = "DuplicateOrganizationalUnitException"
    refused(twice, aws.org.create_organizational_unit, ParentId=ROOT, Name="Security")
    refused(twice, aws.org.update_organizational_unit, OrganizationalUnitId=unit(aws), Name="Security")
    aws.org.create_organizational_unit(ParentId=unit(aws), Name="Security")


@check
def units_nest_five_deep(aws):
    parent = unit(aws)
    for _ in range(4):
        parent = unit(aws, parent)
    refused("ConstraintViolationException", aws.org.create_organizational_unit, ParentId=parent, Name="Sixth")


@check
def a_unit_with_something_in_it_is_not_deleted(aws):
    refused("OrganizationalUnitNotEmptyException", aws.org.delete_organizational_unit, OrganizationalUnitId=WORKLOADS)


@check
def an_account_is_made_in_the_root(aws):
    name = aws.name("account")
    status = aws.org.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
    same(aws.org.list_parents(ChildId=status["AccountId"])["Parents"][0]["Id"], ROOT)
    asked = aws.org.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
    same((asked["State"], asked["AccountId"], asked["AccountName"]), ("SUCCEEDED", status["AccountId"], name))


@check
def an_address_belongs_to_one_account(aws):
    status = aws.org.create_account(AccountName="x", Email="aws@example.com")["CreateAccountStatus"]
    same((status["State"], status["FailureReason"]), ("FAILED", "EMAIL_ALREADY_EXISTS"))
    refused("InvalidInputException", aws.org.create_account, AccountName="x", Email="nowhere")


@check
def an_account_moves(aws):
    here, there = unit(aws), unit(aws)
    moved = account(aws, here)
    move = {"AccountId": moved, "SourceParentId": here, "DestinationParentId": there}
    aws.org.move_account(**move)
    same(aws.org.list_parents(ChildId=moved)["Parents"][0]["Id"], there)
    refused("SourceParentNotFoundException", aws.org.move_account, **move)
    refused("DuplicateAccountException", aws.org.move_account, **{**move, "SourceParentId": there})
    refused("DestinationParentNotFoundException", aws.org.move_account, AccountId=moved, SourceParentId=there, DestinationParentId=NO_UNIT)
    refused("AccountNotFoundException", aws.org.move_account, **{**move, "AccountId": NO_ACCOUNT})


@check
def an_account_is_closed_and_removed(aws):
    gone = account(aws)
    aws.org.close_account(AccountId=gone)
    same(aws.org.describe_account(AccountId=gone)["Account"]["Status"], "SUSPENDED")
    refused("AccountAlreadyClosedException", aws.org.close_account, AccountId=gone)
    aws.org.remove_account_from_organization(AccountId=gone)
    refused("AccountNotFoundException", aws.org.describe_account, AccountId=gone)
    refused("ConstraintViolationException", aws.org.close_account, AccountId=MANAGEMENT)
    refused("MasterCannotLeaveOrganizationException", aws.org.remove_account_from_organization, AccountId=MANAGEMENT)


@check
def an_account_that_joins_a_registered_unit_gets_its_instances(aws):
    home = unit(aws)
    name = aws.service_set(AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False})
    aws.deploy_units(name, [home])
    joined = account(aws, home)
    wait_for(aws, name, {joined})
    same(aws.instance(name, joined)["OrganizationalUnitId"], home)
    aws.org.move_account(AccountId=joined, SourceParentId=home, DestinationParentId=ROOT)
    wait_for(aws, name, set())
    actions = [row["Action"] for row in aws.cfn.list_stack_set_operations(StackSetName=name)["Summaries"]]
    same(actions, ["DELETE", "CREATE", "CREATE"])


def wait_for(aws, name, accounts):
    for _ in range(200):
        found = {row["Account"] for row in aws.instances(name) if row["Status"] == "CURRENT"}
        if found == accounts:
            return
    raise AssertionError(f"{found} instead of {accounts}")


@check
def delegation_is_registered_listed_and_taken_back(aws):
    chosen = account(aws)
    delegation = {"AccountId": chosen, "ServicePrincipal": PRINCIPAL}
    refused("AccountNotRegisteredException", aws.org.list_delegated_services_for_account, AccountId=chosen)
    aws.org.register_delegated_administrator(**delegation)
    refused("AccountAlreadyRegisteredException", aws.org.register_delegated_administrator, **delegation)
    listed = rows(aws, "list_delegated_administrators", "DelegatedAdministrators", ServicePrincipal=PRINCIPAL)
    same(chosen in {row["Id"] for row in listed}, True)
    services = rows(aws, "list_delegated_services_for_account", "DelegatedServices", AccountId=chosen)
    same([row["ServicePrincipal"] for row in services], [PRINCIPAL])
    aws.org.deregister_delegated_administrator(**delegation)
    refused("AccountNotRegisteredException", aws.org.deregister_delegated_administrator, **delegation)


@check
def who_may_not_be_delegated_is_told_why(aws):
    register = aws.org.register_delegated_administrator
    refused("ConstraintViolationException", register, AccountId=MANAGEMENT, ServicePrincipal=PRINCIPAL)
    refused("AccountNotFoundException", register, AccountId=NO_ACCOUNT, ServicePrincipal=PRINCIPAL)
    refused("InvalidInputException", register, AccountId=MEMBER, ServicePrincipal="stacksets.cloudformation.amazonaws.com")
    refused("AccountNotFoundException", aws.org.list_delegated_services_for_account, AccountId=NO_ACCOUNT)
    refused("AccountNotFoundException", aws.org.deregister_delegated_administrator, AccountId=NO_ACCOUNT, ServicePrincipal=PRINCIPAL)


@check
def access_of_services_is_enabled_listed_and_disabled(aws):
    config = {"ServicePrincipal": "config.amazonaws.com"}
    aws.org.enable_aws_service_access(**config)

    def listed():
        found = rows(aws, "list_aws_service_access_for_organization", "EnabledServicePrincipals")
        return {row["ServicePrincipal"] for row in found}
    same(listed() >= {PRINCIPAL, "config.amazonaws.com"}, True)
    aws.org.disable_aws_service_access(**config)
    same("config.amazonaws.com" in listed(), False)
    refused("InvalidInputException", aws.org.enable_aws_service_access, ServicePrincipal="stacksets.cloudformation.amazonaws.com")
    refused("ConstraintViolationException", aws.org.disable_aws_service_access, ServicePrincipal=PRINCIPAL)
