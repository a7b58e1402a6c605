//! Calls as another client makes them.

use std::path::Path;

use support::fixture;
use support::served::Served;

pub(crate) const SECURITY: &str = "ou-demo-security";
pub(crate) const PROD: &str = "ou-demo-prodprod";
pub(crate) const SANDBOX: &str = "ou-demo-sandbox0";

/// A call that names the StackSet `guardrails`.
pub(crate) fn call(served: &Served, action: &str, inputs: &[(&str, &str)]) {
    call_of(served, action, "guardrails", inputs);
}

/// A call that names a StackSet.
pub(crate) fn call_of(served: &Served, action: &str, name: &str, inputs: &[(&str, &str)]) {
    let mut all = vec![("Action", action), ("StackSetName", name)];
    all.extend(inputs);
    served.accepts(&all);
}

/// An update of `guardrails` that keeps its template and names what its template can do.
pub(crate) fn update(served: &Served, inputs: &[(&str, &str)]) {
    let mut all = vec![
        ("UsePreviousTemplate", "true"),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
    ];
    all.extend(inputs);
    call(served, "UpdateStackSet", &all);
}

/// Every account below a unit.
pub(crate) fn unit(id: &'static str) -> [(&'static str, &'static str); 1] {
    [("DeploymentTargets.OrganizationalUnitIds.member.1", id)]
}

/// One account below a unit.
pub(crate) fn one(unit: &'static str, account: &'static str) -> [(&'static str, &'static str); 3] {
    [
        ("DeploymentTargets.OrganizationalUnitIds.member.1", unit),
        ("DeploymentTargets.Accounts.member.1", account),
        ("DeploymentTargets.AccountFilterType", "INTERSECTION"),
    ]
}

/// Both Regions of `guardrails`.
pub(crate) const BOTH: [(&str, &str); 2] = [
    ("Regions.member.1", "us-east-1"),
    ("Regions.member.2", "eu-west-1"),
];

/// Deletes instances of `guardrails` with their stacks.
pub(crate) fn delete(served: &Served, targets: &[(&str, &str)], regions: &[(&str, &str)]) {
    let inputs = [targets, regions, &[("RetainStacks", "false")]].concat();
    call(served, "DeleteStackInstances", &inputs);
    served.settle();
}

/// An account goes somewhere, or is suspended.
pub(crate) fn account(served: &Served, does: &str, more: &str) {
    served.door("actor", &format!("{{\"does\": \"{does}\", {more}}}"));
}

/// The manifest says that so many instances may be deleted.
pub(crate) fn may_delete(manifest: &Path) {
    fixture::edit(
        manifest,
        "[defaults]\n",
        "[guard]\nmax_deleted_instances = 4\n\n[defaults]\n",
    );
}
