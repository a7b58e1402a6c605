//! Inputs that a definition is made of, each with its bounds (reference §1.1, §2.4).

use std::collections::{BTreeMap, BTreeSet};

use super::Request;
use super::refusal::Refusal;
use crate::world::{OmittedDependencies, StoredDefinition, TemplateFacts, World};

/// The execution role's name when none is given (reference §9).
pub(super) const EXECUTION_ROLE: &str = "AWSCloudFormationStackSetExecutionRole";

/// `AutoDeployment` as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AutoDeployment {
    enabled: bool,
    retain: bool,
    /// None when it stays as it is.
    depends_on: Option<Vec<String>>,
}

impl AutoDeployment {
    /// Writes it into a definition.
    pub(super) fn store(self, definition: &mut StoredDefinition) {
        definition.auto_deployment = self.enabled;
        definition.retain_on_removal = self.retain;
        if let Some(depends_on) = self.depends_on {
            definition.depends_on = depends_on;
        }
    }
}

impl Request<'_> {
    /// `Description`
    pub(super) fn description(&self) -> Option<String> {
        self.form.get("Description").map(str::to_owned)
    }

    /// `Tags`; none when absent.
    pub(super) fn tags(&self) -> Result<Option<BTreeMap<String, String>>, Refusal> {
        let Some(members) = self.form.structures("Tags") else {
            return Ok(None);
        };
        let mut tags = BTreeMap::new();
        for prefix in members {
            let key = self.required(&format!("{prefix}Key"))?;
            let value = self.required(&format!("{prefix}Value"))?;
            if key.to_ascii_lowercase().starts_with("aws:") {
                return Err(Refusal::validation(format!(
                    "{key} is not a valid tag key: aws: prefixed tag key names are not allowed for external use"
                )));
            }
            if tags.insert(key.to_owned(), value.to_owned()).is_some() {
                return Err(Refusal::validation(format!("Duplicate tag keys found: {key}")));
            }
        }
        Ok(Some(tags))
    }

    /// `Capabilities`; none when absent.
    pub(super) fn capabilities(&self) -> Option<BTreeSet<String>> {
        let members = self.form.list("Capabilities")?;
        Some(members.into_iter().map(str::to_owned).collect())
    }

    /// `PermissionModel`: whether it is service-managed; none when absent.
    pub(super) fn service_managed(&self) -> Option<bool> {
        self.form
            .get("PermissionModel")
            .map(|model| model == "SERVICE_MANAGED")
    }

    /// `AutoDeployment`; none when absent.
    pub(super) fn auto_deployment(&self) -> Result<Option<AutoDeployment>, Refusal> {
        if !self.form.has("AutoDeployment") {
            return Ok(None);
        }
        let enabled = self.flag("AutoDeployment.Enabled").unwrap_or_default();
        let retain = self
            .flag("AutoDeployment.RetainStacksOnAccountRemoval")
            .unwrap_or_default();
        let cleared = self.world.knobs.omitted_dependencies == OmittedDependencies::Cleared;
        let depends_on = self.form.list("AutoDeployment.DependsOn");
        let depends_on = depends_on.or_else(|| cleared.then(Vec::new));
        if retain && !enabled {
            return Err(Refusal::validation(
                "RetainStacksOnAccountRemoval can only be specified when automatic deployment is enabled",
            ));
        }
        let owned = |arns: Vec<&str>| arns.into_iter().map(str::to_owned).collect();
        let depends_on = depends_on.map(owned);
        Ok(Some(AutoDeployment {
            enabled,
            retain,
            depends_on,
        }))
    }

    /// `AdministrationRoleARN` and `ExecutionRoleName`, which no service-managed StackSet takes.
    pub(super) fn roles(&self, service_managed: bool) -> Result<(Option<String>, Option<String>), Refusal> {
        let administration = self.form.get("AdministrationRoleARN");
        let execution = self.form.get("ExecutionRoleName");
        if service_managed && (administration.is_some() || execution.is_some()) {
            return Err(Refusal::validation(
                "AdministrationRoleARN and ExecutionRoleName cannot be specified for StackSets with SERVICE_MANAGED permission \
                 model",
            ));
        }
        if administration.is_some_and(|arn| !arn.contains(":role/")) {
            return Err(Refusal::validation(
                "AdministrationRoleARN is not the ARN of a role",
            ));
        }
        Ok((administration.map(str::to_owned), execution.map(str::to_owned)))
    }
}

/// The default administration role of an account.
pub(super) fn administration_role(world: &World, account: &str) -> String {
    format!(
        "arn:{}:iam::{account}:role/AWSCloudFormationStackSetAdministrationRole",
        world.partition
    )
}

/// The roles that a service-managed StackSet reads back with (reference §1.4): nobody may send them.
pub(super) fn service_roles(world: &World, id: &str) -> (String, String) {
    let role = "aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin";
    let account = &world.organization.management_account;
    let hash = model::digest::Digest::of_bytes(id.as_bytes());
    let administration = format!("arn:{}:iam::{account}:role/{role}", world.partition);
    (
        administration,
        format!(
            "stacksets-exec-{}",
            hash.as_str()
                .trim_start_matches("sha256:")
                .get(..32)
                .unwrap_or_default()
        ),
    )
}

/// What a permission model does not take in a template (reference §6.3).
pub(super) fn check_model(facts: &TemplateFacts, service_managed: bool) -> Result<(), Refusal> {
    let has = |resource_type: &str| facts.resource_types.iter().any(|found| found == resource_type);
    if has("AWS::CloudFormation::StackSet") {
        return Err(Refusal::validation(
            "StackSet resource is not supported in StackSets",
        ));
    }
    if !service_managed {
        return Ok(());
    }
    if !facts.transforms.is_empty() {
        return Err(Refusal::validation(
            "Transform is not supported in SERVICE_MANAGED permission model",
        ));
    }
    if has("AWS::CloudFormation::Stack") {
        return Err(Refusal::validation(
            "Nested stacks are not supported in SERVICE_MANAGED permission model",
        ));
    }
    Ok(())
}

/// Refuses a template whose capabilities are not all acknowledged.
pub(super) fn check_capabilities(facts: &TemplateFacts, given: &BTreeSet<String>) -> Result<(), Refusal> {
    let covered = |needed: &str| {
        given.contains(needed) || (needed == "CAPABILITY_IAM" && given.contains("CAPABILITY_NAMED_IAM"))
    };
    match facts.capabilities.keys().find(|needed| !covered(needed)) {
        Some(missing) => Err(Refusal::capabilities(missing)),
        None => Ok(()),
    }
}
