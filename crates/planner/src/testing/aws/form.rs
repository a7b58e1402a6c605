//! An operation as the form that its call sends (reference §10.1, §2.4: what is always sent).

use std::collections::{BTreeMap, BTreeSet};

use form_urlencoded::Serializer;
use model::call::{UpdateStackSet, Write};
use model::definition::{AutoDeployment, DEFAULT_EXECUTION_ROLE, Definition, ParameterValue, Permission};
use model::ids::StackSetName;
use model::plan::Operation;
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};
use model::targets::{AccountFilter, CallTargets};

/// What every secret is in the tests.
const SECRET: &str = "a secret";

/// The ARN of a StackSet.
type Arn<'a> = &'a dyn Fn(&StackSetName) -> String;

/// The body of the request.
pub(super) fn of(operation: &Operation, arn: Arn<'_>) -> String {
    let mut form = Form(Serializer::new(inputs(operation, arn)), arn);
    match (&operation.operation_id, &operation.call) {
        (Some(id), _) => form.text("OperationId", id.as_str()),
        (
            None,
            Write::CreateStackSet {
                client_request_token, ..
            },
        ) => {
            form.text("ClientRequestToken", client_request_token);
        }
        (None, _) => {}
    }
    form.0.finish()
}

/// The same without ids and tokens.
pub(super) fn inputs(operation: &Operation, arn: Arn<'_>) -> String {
    let mut form = Form(Serializer::new(String::new()), arn);
    form.text("Action", operation.call.api());
    form.text("StackSetName", operation.aws_name.as_str());
    form.write(&operation.call);
    form.0.finish()
}

/// The creation of a StackSet.
pub(super) fn create(name: &str, definition: &Definition) -> String {
    let mut form = Form(Serializer::new(String::new()), &StackSetName::to_string);
    form.text("Action", "CreateStackSet");
    form.text("StackSetName", name);
    form.definition(definition);
    form.0.finish()
}

struct Form<'a>(Serializer<'static, String>, Arn<'a>);

impl Form<'_> {
    fn text(&mut self, name: &str, value: &str) {
        self.0.append_pair(name, value);
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.text(name, if value { "true" } else { "false" });
    }

    /// A list that is sent; without members it is there all the same.
    fn list<T: ToString>(&mut self, name: &str, members: impl IntoIterator<Item = T>) {
        let mut empty = true;
        for (number, member) in members.into_iter().enumerate() {
            self.text(&format!("{name}.member.{}", number + 1), &member.to_string());
            empty = false;
        }
        if empty {
            self.text(name, "");
        }
    }

    fn write(&mut self, write: &Write) {
        match write {
            Write::CreateStackSet { definition, .. } => self.definition(definition),
            Write::UpdateStackSet(update) => self.update(update),
            Write::CreateStackInstances {
                targets, overrides, ..
            }
            | Write::UpdateStackInstances {
                targets, overrides, ..
            } => {
                self.targets(targets);
                if let Some(overrides) = overrides {
                    self.values("ParameterOverrides", overrides);
                }
            }
            Write::DeleteStackInstances {
                targets,
                retain_stacks,
                ..
            } => {
                self.targets(targets);
                self.flag("RetainStacks", *retain_stacks);
            }
            Write::DeleteStackSet => {}
        }
        if let Some(preferences) = write.preferences() {
            self.preferences(preferences);
        }
    }

    fn definition(&mut self, definition: &Definition) {
        self.text("TemplateBody", &definition.template);
        if !definition.parameters.is_empty() {
            self.values("Parameters", &definition.parameters);
        }
        self.settings(definition);
        match &definition.permission {
            Permission::ServiceManaged { auto_deployment } => {
                self.text("PermissionModel", "SERVICE_MANAGED");
                self.auto_deployment(auto_deployment);
            }
            Permission::SelfManaged { .. } => self.text("PermissionModel", "SELF_MANAGED"),
        }
        if definition.managed_execution {
            self.flag("ManagedExecution.Active", true);
        }
    }

    fn update(&mut self, update: &UpdateStackSet) {
        if update.content {
            self.text("TemplateBody", &update.definition.template);
            self.values("Parameters", &update.definition.parameters);
        } else {
            self.flag("UsePreviousTemplate", true);
        }
        self.settings(&update.definition);
        if let Some(setting) = &update.auto_deployment {
            self.auto_deployment(setting);
        }
        if let Some(active) = update.managed_execution {
            self.flag("ManagedExecution.Active", active);
        }
        self.targets(&update.targets);
    }

    /// Description, tags, capabilities and roles, which go with every call.
    fn settings(&mut self, definition: &Definition) {
        if let Some(description) = &definition.description {
            self.text("Description", description);
        }
        for (number, (key, value)) in definition.tags.iter().enumerate() {
            self.text(&format!("Tags.member.{}.Key", number + 1), key);
            self.text(&format!("Tags.member.{}.Value", number + 1), value);
        }
        if definition.tags.is_empty() {
            self.text("Tags", "");
        }
        let capabilities: BTreeSet<_> = definition.capabilities.iter().map(|it| it.as_str()).collect();
        if !capabilities.is_empty() {
            self.list("Capabilities", capabilities);
        }
        if let Permission::SelfManaged {
            administration_role,
            execution_role,
        } = &definition.permission
        {
            if let Some(role) = administration_role {
                self.text("AdministrationRoleARN", role);
            }
            let role = execution_role.as_deref().unwrap_or(DEFAULT_EXECUTION_ROLE);
            self.text("ExecutionRoleName", role);
        }
    }

    fn auto_deployment(&mut self, setting: &AutoDeployment) {
        self.flag("AutoDeployment.Enabled", setting.enabled);
        if setting.enabled {
            self.flag(
                "AutoDeployment.RetainStacksOnAccountRemoval",
                setting.retain_stacks,
            );
            let arns: Vec<String> = setting.depends_on.iter().map(self.1).collect();
            self.list("AutoDeployment.DependsOn", arns);
        }
    }

    fn values(&mut self, name: &str, values: &BTreeMap<String, ParameterValue>) {
        if values.is_empty() {
            self.text(name, "");
        }
        for (number, (key, value)) in values.iter().enumerate() {
            let member = format!("{name}.member.{}", number + 1);
            self.text(&format!("{member}.ParameterKey"), key);
            match value {
                ParameterValue::Plain(text) => self.text(&format!("{member}.ParameterValue"), text),
                ParameterValue::Previous => self.flag(&format!("{member}.UsePreviousValue"), true),
                ParameterValue::Secret(_) => self.text(&format!("{member}.ParameterValue"), SECRET),
                ParameterValue::Masked => panic!("the mask of {key} is sent"),
            }
        }
    }

    fn targets(&mut self, targets: &CallTargets) {
        let regions = targets.regions();
        match targets {
            CallTargets::Everything => return,
            CallTargets::Accounts { accounts, .. } => self.list("Accounts", accounts),
            CallTargets::Units { units, filter, .. } => {
                self.list("DeploymentTargets.OrganizationalUnitIds", units);
                let (filter, accounts) = match filter {
                    AccountFilter::None => ("NONE", None),
                    AccountFilter::Intersection(accounts) => ("INTERSECTION", Some(accounts)),
                    AccountFilter::Difference(accounts) => ("DIFFERENCE", Some(accounts)),
                };
                self.text("DeploymentTargets.AccountFilterType", filter);
                if let Some(accounts) = accounts {
                    self.list("DeploymentTargets.Accounts", accounts);
                }
            }
        }
        self.list("Regions", regions);
    }

    fn preferences(&mut self, preferences: &OperationPreferences) {
        let name = |field: &str| format!("OperationPreferences.{field}");
        let concurrency = match preferences.region_concurrency {
            RegionConcurrency::Sequential => "SEQUENTIAL",
            RegionConcurrency::Parallel => "PARALLEL",
        };
        self.text(&name("RegionConcurrencyType"), concurrency);
        if !preferences.region_order.is_empty() {
            self.list(&name("RegionOrder"), &preferences.region_order);
        }
        self.amount(&name("FailureTolerance"), preferences.failure_tolerance, 0);
        self.amount(&name("MaxConcurrent"), preferences.max_concurrent, 1);
        let mode = match preferences.concurrency_mode {
            ConcurrencyMode::Strict => "STRICT_FAILURE_TOLERANCE",
            ConcurrencyMode::Soft => "SOFT_FAILURE_TOLERANCE",
        };
        self.text(&name("ConcurrencyMode"), mode);
    }

    /// Left out when AWS would not take it.
    fn amount(&mut self, name: &str, amount: Amount, least: u32) {
        match amount {
            Amount::Count(count) if count >= least => self.text(&format!("{name}Count"), &count.to_string()),
            Amount::Percent(share) if u32::from(share) >= least => {
                self.text(&format!("{name}Percentage"), &share.to_string());
            }
            Amount::Count(_) | Amount::Percent(_) => {}
        }
    }
}
