//! What must be read before planning.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CallAs, Desired, DesiredStackSet, DesiredTemplate, Parameter, Source, StageTargets, Target};
use crate::diagnostic::Spanned;
use crate::ids::{AccountId, OrganizationId, Region, StackSetName};

/// What must be read before planning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The project: StackSets with its mark that are not requested are counted, for their blocks are gone.
    pub project: String,
    /// The account that the credentials must be for.
    pub admin_account: AccountId,
    /// The organization that it must be in.
    pub organization: Option<OrganizationId>,
    /// The home Region of the StackSets.
    pub region: Region,
    /// In which role the administrator acts.
    pub call_as: CallAs,
    /// StackSets to read with everything that belongs to them, where they exist.
    pub stack_sets: BTreeSet<StackSetName>,
    /// StackSets whose instances' overrides are read, since the manifest wants some.
    pub overrides: BTreeSet<StackSetName>,
    /// Whether overrides of every instance are read (`--deep`).
    pub deep: bool,
    /// Parameters of Systems Manager that values come from.
    pub ssm: BTreeSet<String>,
    /// URLs of templates in S3.
    pub templates: BTreeSet<String>,
    /// Whether the tags of accounts are needed: one call an account.
    pub account_tags: bool,
    /// Regions that are wanted somewhere; whether accounts have enabled those that are off by default is read.
    pub regions: BTreeSet<Region>,
}

impl Desired {
    /// What must be read of AWS to plan this.
    pub fn request(&self) -> Request {
        let wanted = self.stack_sets.values().map(|set| &set.aws_name);
        let removed = self.removed.values().map(|set| &set.aws_name);
        Request {
            project: self.project.value.clone(),
            admin_account: self.aws.admin_account.value.clone(),
            organization: self.aws.organization.as_ref().map(|id| id.value.clone()),
            region: self.aws.region.value.clone(),
            call_as: self.aws.call_as,
            stack_sets: wanted.chain(removed).cloned().collect(),
            overrides: self.with_overrides(),
            deep: false,
            ssm: self.parameters().filter_map(ssm_name).cloned().collect(),
            templates: self.stack_sets.values().filter_map(s3_url).cloned().collect(),
            account_tags: self.needs_account_tags(),
            regions: self.regions(),
        }
    }

    /// The environment variables that parameters come from, and whether each is a secret somewhere.
    pub fn environment(&self) -> BTreeMap<String, bool> {
        let mut names = BTreeMap::new();
        for parameter in self.parameters() {
            if let Source::Environment { name, sensitive } = &parameter.source.value {
                *names.entry(name.clone()).or_insert(false) |= sensitive;
            }
        }
        names
    }

    /// Every value of a parameter that is written somewhere, overrides among them.
    fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.stack_sets.values().flat_map(DesiredStackSet::all_parameters)
    }

    fn with_overrides(&self) -> BTreeSet<StackSetName> {
        let per_account = |set: &DesiredStackSet| {
            set.all_parameters()
                .any(|value| value.source.value.is_per_account())
        };
        let some = self
            .stack_sets
            .values()
            .filter(|set| !set.overrides.is_empty() || per_account(set));
        some.map(|set| set.aws_name.clone()).collect()
    }

    fn needs_account_tags(&self) -> bool {
        let of_tag = |value: &Parameter| matches!(value.source.value, Source::AccountTag { .. });
        let targets = self.stack_sets.values().flat_map(DesiredStackSet::all_targets);
        let freezes = self.freezes.iter().flat_map(|freeze| &freeze.targets);
        self.parameters().any(of_tag) || targets.chain(freezes).any(|target| target.value.needs_tags())
    }

    fn regions(&self) -> BTreeSet<Region> {
        let parts = self.stack_sets.values().flat_map(|set| &set.deploy);
        let regions = parts.flat_map(|part| &part.regions);
        regions.map(|region| region.value.clone()).collect()
    }
}

impl DesiredStackSet {
    /// Every value of a parameter, those of overrides among them.
    fn all_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let overrides = self.overrides.iter().flat_map(|own| own.parameters.values());
        self.parameters.values().chain(overrides)
    }

    /// Every selector, of parts, skips, overrides and stages.
    fn all_targets(&self) -> impl Iterator<Item = &Spanned<Target>> {
        let stages = self.rollout.iter().flat_map(|rollout| &rollout.stages);
        let named = stages.filter_map(|stage| match &stage.targets {
            StageTargets::Rest(_) => None,
            StageTargets::Some(targets) => Some(targets),
        });
        let parts = self.deploy.iter().map(|part| &part.targets);
        let skips = self.skip.iter().map(|skip| &skip.targets);
        let overrides = self.overrides.iter().map(|own| &own.targets);
        parts.chain(skips).chain(overrides).chain(named).flatten()
    }
}

impl Target {
    fn needs_tags(&self) -> bool {
        match self {
            Self::Tag { .. } => true,
            Self::Set { include, exclude, .. } => include
                .iter()
                .chain(exclude)
                .any(|target| target.value.needs_tags()),
            _ => false,
        }
    }
}

fn ssm_name(parameter: &Parameter) -> Option<&String> {
    match &parameter.source.value {
        Source::Ssm(name) => Some(name),
        _ => None,
    }
}

fn s3_url(set: &DesiredStackSet) -> Option<&String> {
    match &set.template {
        DesiredTemplate::S3 { url, .. } => Some(&url.value),
        DesiredTemplate::File { .. } => None,
    }
}
