//! `[stackset.NAME]` and `[defaults]` as types.
#![allow(dead_code, reason = "the types describe a manifest and are never made")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::types::OptionalRegions;
use super::values::{
    Amount, Capabilities, ConcurrencyMode, OnLeave, Parameter, Permission, Positive, RegionOrder, Regions,
    RoleArn, RoleName, StackSetName, TagKey, TagValue, Targets, Template, Title, Warning,
};

/// What every StackSet inherits.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Defaults {
    /// Regions, in the order of the rollout.
    regions: Option<Regions>,
    /// What is acknowledged that a template can do, or "auto".
    capabilities: Option<Capabilities>,
    /// Who makes the roles.
    permission: Option<Permission>,
    /// Self-managed only: ARN of the role in the administrator account.
    administration_role: Option<RoleArn>,
    /// Self-managed only: name of the role in each target account.
    execution_role: Option<RoleName>,
    /// Service-managed only: what AWS does by itself when accounts join or leave.
    auto_deploy: Option<AutoDeploy>,
    /// Lets AWS run operations that do not conflict, and queue others.
    managed_execution: Option<bool>,
    /// Name of a rollout; "all-at-once" is built in.
    rollout: Option<String>,
    /// How operations spread over accounts and Regions.
    preferences: Option<Preferences>,
    /// What happens to stacks of accounts and Regions that are not wanted any more; there is no default.
    on_leave: Option<OnLeave>,
    /// Tags, which spread to stacks and resources.
    tags: Option<BTreeMap<TagKey, TagValue>>,
}

/// A StackSet.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("oneOf" = [
        { "required": ["targets"], "not": { "required": ["deploy"] } },
        { "required": ["deploy"], "not": { "anyOf": [{ "required": ["targets"] }, { "required": ["regions"] }] } }
    ])
)]
pub(super) struct StackSet {
    /// The name in AWS, when it is another one than the table's.
    aws_name: Option<StackSetName>,
    /// Takes over a StackSet that exists and that no project keeps.
    adopt: Option<bool>,
    /// 1 to 1,024 characters.
    #[schemars(length(min = 1, max = 1024))]
    description: Option<String>,
    /// Path of a template below the manifest's directory, or an object of S3.
    template: Template,
    /// Where to deploy: units, accounts, tags and sets.
    targets: Option<Targets>,
    /// Regions, in the order of the rollout.
    regions: Option<Regions>,
    /// Parts with targets and Regions of their own, instead of `targets` and `regions`.
    #[schemars(length(min = 1))]
    deploy: Option<Vec<Deploy>>,
    /// What is left out on purpose.
    skip: Option<Vec<Skip>>,
    /// Values for the template's parameters.
    parameters: Option<BTreeMap<String, Parameter>>,
    /// Other values for some accounts and Regions.
    #[schemars(rename = "override")]
    overrides: Option<Vec<Override>>,
    /// What is acknowledged that the template can do, or "auto".
    capabilities: Option<Capabilities>,
    /// Who makes the roles.
    permission: Option<Permission>,
    /// Self-managed only: ARN of the role in the administrator account.
    administration_role: Option<RoleArn>,
    /// Self-managed only: name of the role in each target account.
    execution_role: Option<RoleName>,
    /// Service-managed only: what AWS does by itself when accounts join or leave.
    auto_deploy: Option<AutoDeploy>,
    /// Lets AWS run operations that do not conflict, and queue others.
    managed_execution: Option<bool>,
    /// Names of StackSets whose stacks must be healthy first.
    depends_on: Option<Vec<String>>,
    /// Name of a rollout; "all-at-once" is built in.
    rollout: Option<String>,
    /// How operations spread over accounts and Regions.
    preferences: Option<Preferences>,
    /// What happens to stacks of accounts and Regions that are not wanted any more; there is no default.
    on_leave: Option<OnLeave>,
    /// Tags, which spread to stacks and resources.
    tags: Option<BTreeMap<TagKey, TagValue>>,
    /// Codes of warnings that are accepted here.
    allow: Option<Vec<Warning>>,
}

/// A part of a StackSet.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Deploy {
    /// Where to deploy.
    targets: Targets,
    /// In which Regions; those of the defaults when it is not given.
    regions: OptionalRegions,
}

/// What is left out on purpose.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Skip {
    /// Which accounts.
    targets: Targets,
    /// In which Regions; every one when it is not given.
    regions: OptionalRegions,
    /// Why, for the reviewer.
    reason: Title,
}

/// Other values for some accounts and Regions. The most specific override wins; two that are equally specific are an error.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Override {
    /// Its name, for plans and messages.
    name: Title,
    /// Which accounts.
    targets: Targets,
    /// In which Regions; every one when it is not given.
    regions: OptionalRegions,
    /// The values.
    #[schemars(extend("minProperties" = 1))]
    parameters: BTreeMap<String, Parameter>,
}

/// What AWS does by itself when accounts join or leave the targeted units.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("if" = { "properties": { "new_accounts": { "const": true } } }, "then" = { "required": ["leaving_accounts"] })
)]
struct AutoDeploy {
    /// Whether it is on.
    new_accounts: bool,
    /// What happens to the stacks of an account that leaves.
    leaving_accounts: Option<OnLeave>,
}

/// How operations spread over accounts and Regions.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Preferences {
    /// Accounts worked on at once in a Region.
    max_concurrent: Option<Positive>,
    /// Failures in a Region that still count as success.
    failure_tolerance: Option<Amount>,
    /// Whether failures lower the concurrency.
    concurrency_mode: Option<ConcurrencyMode>,
    /// Whether Regions go one after another.
    region_order: Option<RegionOrder>,
    /// For creating instances.
    create: Option<Action>,
    /// For updating.
    update: Option<Action>,
    /// For deleting instances.
    delete: Option<Action>,
    /// For detecting drift.
    drift: Option<Action>,
}

/// What is different for one action.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Action {
    /// Accounts worked on at once in a Region.
    max_concurrent: Option<Positive>,
    /// Failures in a Region that still count as success.
    failure_tolerance: Option<Amount>,
    /// Whether failures lower the concurrency.
    concurrency_mode: Option<ConcurrencyMode>,
    /// Whether Regions go one after another.
    region_order: Option<RegionOrder>,
}
