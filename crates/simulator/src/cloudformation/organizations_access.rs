//! Trusted access between Organizations and StackSets (reference §8.4).

use super::refusal::Refusal;
use super::{Request, dependencies};

/// ActivateOrganizationsAccess
pub(super) fn activate(request: &mut Request<'_>) -> Result<String, Refusal> {
    only_management(request)?;
    request.world.organizations_access = true;
    Ok(request.result(|_| {}))
}

/// DeactivateOrganizationsAccess: delegated administrators must be gone first.
pub(super) fn deactivate(request: &mut Request<'_>) -> Result<String, Refusal> {
    only_management(request)?;
    if !request.world.delegated_administrators.is_empty() {
        return Err(Refusal::invalid_operation(
            "Deregister all delegated administrators before you deactivate trusted access",
        ));
    }
    request.world.organizations_access = false;
    dependencies::drop_all(request.world);
    Ok(request.result(|_| {}))
}

/// DescribeOrganizationsAccess
pub(super) fn describe(request: &mut Request<'_>) -> Result<String, Refusal> {
    let view = request.view()?;
    if !view.service_managed {
        return Err(Refusal::invalid_operation(
            "You must be the management account or delegated admin account of an organization",
        ));
    }
    let status = if request.world.organizations_access {
        "ENABLED"
    } else {
        "DISABLED"
    };
    Ok(request.result(|xml| xml.text("Status", status)))
}

fn only_management(request: &Request<'_>) -> Result<(), Refusal> {
    if *request.caller == request.world.organization.management_account {
        return Ok(());
    }
    Err(Refusal::invalid_operation(
        "You must be the management account of an organization",
    ))
}
