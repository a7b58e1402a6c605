//! The tables of a manifest as types; the comments are for those who write manifests.
#![allow(dead_code, reason = "the types describe a manifest and are never made")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::stack_set::{Defaults, StackSet};
use super::values::{
    AccountId, Alarm, Amount, Bucket, ConcurrencyMode, Moment, OnLeave, OrganizationId, Positive, Region,
    RegionOrder, Regions, Soak, StackSetName, StageTargets, Target, Targets, Title,
};

/// A manifest of stackfleet: which CloudFormation StackSets there are to be.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "stackfleet.toml")]
pub(super) struct Manifest {
    /// The format of the manifest, not the version of the tool.
    #[schemars(extend("const" = 1))]
    version: u8,
    /// The versions of stackfleet that may read it, such as ">=0.1, <2".
    requires: Option<String>,
    /// Other files of the manifest: paths and patterns below its directory.
    include: Option<Vec<String>>,
    /// Whose StackSets these are.
    project: Project,
    /// Where and as whom the StackSets are kept.
    aws: Aws,
    /// Names pinned to account ids; `account:NAME` then means that account.
    accounts: Option<BTreeMap<String, AccountId>>,
    /// Lists of Regions by name, used as "@NAME" in `regions`.
    region_set: Option<BTreeMap<String, Vec<Region>>>,
    /// Sets of targets by name, used as "@NAME" in `targets`.
    target_set: Option<BTreeMap<String, TargetSet>>,
    /// How changes reach the instances, stage by stage, by name.
    rollout: Option<BTreeMap<String, Rollout>>,
    /// What every StackSet inherits: tables merge, lists and scalars replace.
    defaults: Option<Defaults>,
    /// The StackSets by name.
    stackset: Option<BTreeMap<String, StackSet>>,
    /// StackSets that are to go, by name.
    removed: Option<BTreeMap<String, Removed>>,
    /// What StackSets may not lose, apart from their tables.
    protect: Option<Protect>,
    /// Limits that a plan must stay inside.
    guard: Option<Guard>,
    /// Times in which nothing is written.
    freeze: Option<Vec<Freeze>>,
}

/// A file that a manifest includes.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Included {
    /// Names pinned to account ids; `account:NAME` then means that account.
    accounts: Option<BTreeMap<String, AccountId>>,
    /// Lists of Regions by name, used as "@NAME" in `regions`.
    region_set: Option<BTreeMap<String, Vec<Region>>>,
    /// Sets of targets by name, used as "@NAME" in `targets`.
    target_set: Option<BTreeMap<String, TargetSet>>,
    /// How changes reach the instances, stage by stage, by name.
    rollout: Option<BTreeMap<String, Rollout>>,
    /// The StackSets by name.
    stackset: Option<BTreeMap<String, StackSet>>,
    /// StackSets that are to go, by name.
    removed: Option<BTreeMap<String, Removed>>,
}

/// Whose StackSets these are.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Project {
    /// Marks the StackSets that this manifest keeps, as the tag `stackfleet:project`.
    #[schemars(extend("pattern" = "^[A-Za-z0-9._/-]{1,128}$"))]
    name: String,
}

/// Where and as whom the StackSets are kept.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Aws {
    /// The account that the credentials must be for.
    admin_account: AccountId,
    /// The organization that the account must be in.
    organization: Option<OrganizationId>,
    /// The home Region, where the StackSets themselves live.
    region: Region,
    /// In which role the account acts.
    call_as: Option<CallAs>,
    /// Name of an S3 bucket for templates of more than 51,200 bytes.
    template_bucket: Option<Bucket>,
}

/// In which role the account acts.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum CallAs {
    /// As the management account, or for self-managed StackSets.
    #[schemars(rename = "self")]
    Myself,
    /// As a delegated administrator of the organization.
    DelegatedAdmin,
}

/// A set of targets.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TargetSet {
    /// What is in it.
    include: Vec<Target>,
    /// What is taken out of it.
    exclude: Option<Vec<Target>>,
}

/// How a change reaches the instances.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rollout {
    /// The stages in their order; the last one has targets = "rest".
    #[schemars(length(min = 1))]
    stage: Vec<Stage>,
    /// What happens when a stage fails.
    on_failure: Option<OnFailure>,
}

/// What happens when a stage fails.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum OnFailure {
    /// Nothing more of it is started.
    Stop,
    /// The definition from before goes back to every instance.
    Rollback,
}

/// A stage of a rollout.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Stage {
    /// Its name; stages of one name run together in several StackSets.
    name: Title,
    /// Whom it reaches; "rest" is what no stage before reached.
    targets: StageTargets,
    /// Accounts worked on at once in a Region.
    max_concurrent: Option<Positive>,
    /// Failures in a Region that still count as success.
    failure_tolerance: Option<Amount>,
    /// Whether failures lower the concurrency.
    concurrency_mode: Option<ConcurrencyMode>,
    /// Whether Regions go one after another.
    region_order: Option<RegionOrder>,
    /// How long to wait and look for failures before the next stage: "90s", "15m", "2h", "1d".
    soak: Option<Soak>,
    /// ARNs of CloudWatch alarms that must be OK before the next stage begins.
    alarms: Option<Vec<Alarm>>,
    /// Whether somebody must approve before it begins.
    approval: Option<bool>,
}

/// A StackSet that is to go.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Removed {
    /// What happens to its stacks.
    stacks: OnLeave,
    /// Why, for the reviewer.
    reason: Option<String>,
    /// The name in AWS, when it is another one.
    aws_name: Option<StackSetName>,
}

/// What StackSets may not lose: lists of names or patterns (`*` any characters, `?` one).
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Protect {
    /// None of their stacks may be deleted, and they may not be removed.
    delete: Option<Vec<String>>,
    /// No account or Region may leave them.
    shrink: Option<Vec<String>>,
    /// No change of their template may replace a resource.
    replace: Option<Vec<String>>,
}

/// Limits that a plan must stay inside.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Guard {
    /// The stacks that a plan may delete; 0 when it is not given.
    max_deleted_instances: Option<u64>,
    /// The instances that a plan may touch in any way.
    max_changed_instances: Option<u64>,
    /// The accounts that a plan may touch, as a number or a share.
    max_changed_accounts: Option<Amount>,
    /// Whether only what is committed may be applied.
    require_committed: Option<bool>,
    /// Rego files that judge the plan: paths and patterns below the manifest's directory.
    policies: Option<Vec<String>>,
}

/// A time in which nothing is written.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Freeze {
    /// Its name, for messages.
    name: Title,
    /// When it begins: a date and time with an offset, Z for UTC.
    from: Moment,
    /// When it is over.
    until: Moment,
    /// Which accounts; every one when it is not given.
    targets: Option<Targets>,
}

/// Regions of a part, which the defaults may give.
pub(super) type OptionalRegions = Option<Regions>;
