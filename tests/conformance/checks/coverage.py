"""What the checks have to have seen: every call, and every error that the model gives it."""

import tomllib
from pathlib import Path

import model
from aws import MANAGEMENT

CALLS = {
    "cloudformation": """
        CreateStackSet UpdateStackSet DeleteStackSet DescribeStackSet ListStackSets CreateStackInstances UpdateStackInstances
        DeleteStackInstances DescribeStackInstance ListStackInstances ListStackInstanceResourceDrifts DescribeStackSetOperation
        ListStackSetOperations ListStackSetOperationResults StopStackSetOperation DetectStackSetDrift ImportStacksToStackSet
        ListStackSetAutoDeploymentTargets ActivateOrganizationsAccess DeactivateOrganizationsAccess DescribeOrganizationsAccess
        ValidateTemplate GetTemplateSummary
    """,
    "organizations": """
        DescribeOrganization ListRoots ListOrganizationalUnitsForParent ListAccountsForParent ListChildren ListParents ListAccounts
        DescribeAccount DescribeOrganizationalUnit ListDelegatedAdministrators ListDelegatedServicesForAccount
        ListAWSServiceAccessForOrganization EnableAWSServiceAccess DisableAWSServiceAccess RegisterDelegatedAdministrator
        DeregisterDelegatedAdministrator CreateOrganizationalUnit UpdateOrganizationalUnit DeleteOrganizationalUnit CreateAccount
        DescribeCreateAccountStatus MoveAccount CloseAccount RemoveAccountFromOrganization ListTagsForResource TagResource UntagResource
    """,
    "sts": "GetCallerIdentity",
    "ssm": "GetParameter GetParameters",
    "account": "ListRegions GetRegionOptStatus",
}
# Any call of Organizations or Account Management may answer so; seen once each is enough.
ANYWHERE = {
    "AccessDeniedException", "AWSOrganizationsNotInUseException", "TooManyRequestsException", "ServiceException",
    "InvalidInputException", "ConstraintViolationException", "InternalServerException",
}
UNREACHED = Path(__file__).with_name("unreached.toml")


def gaps(aws, seen):
    """What was not seen and should have been, or was seen although it is on the list of what cannot be."""
    listed = {(row["call"], row["error"]) for row in tomllib.loads(UNREACHED.read_text())["unreached"]}
    found, used = [], set()
    codes = {code for _, _, code in seen.pairs}
    for service_name, names in CALLS.items():
        service = aws.client(service_name, MANAGEMENT).meta.service_model
        for name in names.split():
            if (service_name, name, None) not in seen.pairs:
                found.append(f"{name} never succeeded")
            for shape in service.operation_model(name).error_shapes:
                code = model.error_code(shape)
                reached = (service_name, name, code) in seen.pairs or (code in ANYWHERE and code in codes)
                entry = next((entry for entry in ((name, code), ("*", code)) if entry in listed), None)
                if entry:
                    used.add(entry)
                if not reached and not entry:
                    found.append(f"{name} was never refused with {code}")
                if reached and entry == (name, code):
                    found.append(f"{name} was refused with {code}, which unreached.toml says cannot be")
    found += [f"unreached.toml has {entry}, which no model has" for entry in sorted(listed - used)]
    return found
