//! Changes, as forms of the Query protocol (reference §10.1), and what the answers mean.

use std::collections::BTreeMap;
use std::fmt::Display;

use model::call::{CallError, CallErrorKind, Reply, UpdateStackSet, Write, WriteCall};
use model::definition::{AutoDeployment, DEFAULT_EXECUTION_ROLE, Definition, ParameterValue, Permission};
use model::desired::CallAs;
use model::ids::{OperationId, StackSetId};
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};
use model::targets::{AccountFilter, CallTargets};

use super::Direct;

/// Keys and values of a form.
struct Form(form_urlencoded::Serializer<'static, String>);

impl Default for Form {
    fn default() -> Self {
        Self(form_urlencoded::Serializer::new(String::new()))
    }
}

impl Form {
    fn add(&mut self, key: &str, value: impl Display) {
        self.0.append_pair(key, &value.to_string());
    }

    fn optional(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.add(key, value);
        }
    }

    /// A list that is there also when it is empty.
    fn list(&mut self, key: &str, values: impl IntoIterator<Item = impl Display>) {
        let mut any = false;
        for (number, value) in (1..).zip(values) {
            self.add(&format!("{key}.member.{number}"), value);
            any = true;
        }
        if !any {
            self.add(key, "");
        }
    }
}

impl Direct {
    pub(super) fn write(&self, call: &WriteCall) -> Result<Reply, CallError> {
        let mut form = Form::default();
        let write = &call.write;
        form.add("Action", write.api());
        form.add("StackSetName", call.stack_set.as_str());
        form.add("CallAs", self.calls_as());
        form.optional("OperationId", call.operation_id.as_ref());
        self.fill(&mut form, write);
        let response = self.send(&form.0.finish());
        let body = String::from_utf8_lossy(response.body()).into_owned();
        understand(
            write,
            call.operation_id.as_ref(),
            response.status().as_u16(),
            &body,
        )
    }

    /// Somebody else detects drift; whether AWS began.
    pub(crate) fn detect_drift(&self, set: &str, operation: &str) -> bool {
        let mut form = Form::default();
        form.add("Action", "DetectStackSetDrift");
        form.add("StackSetName", set);
        form.add("CallAs", self.calls_as());
        form.add("OperationId", operation);
        self.send(&form.0.finish()).status().is_success()
    }

    fn calls_as(&self) -> &'static str {
        match self.call_as {
            CallAs::Myself => "SELF",
            CallAs::DelegatedAdmin => "DELEGATED_ADMIN",
        }
    }

    fn fill(&self, form: &mut Form, write: &Write) {
        match write {
            Write::CreateStackSet {
                definition,
                client_request_token,
                ..
            } => self.create(form, definition, client_request_token),
            Write::UpdateStackSet(update) => self.update(form, update),
            Write::CreateStackInstances {
                targets,
                overrides,
                preferences,
            }
            | Write::UpdateStackInstances {
                targets,
                overrides,
                preferences,
            } => {
                place(form, targets, preferences);
                if let Some(values) = overrides {
                    self.parameters(form, "ParameterOverrides", values);
                }
            }
            Write::DeleteStackInstances {
                targets,
                retain_stacks,
                preferences,
            } => {
                place(form, targets, preferences);
                form.add("RetainStacks", retain_stacks);
            }
            Write::DeleteStackSet => {}
        }
    }

    fn create(&self, form: &mut Form, definition: &Definition, token: &str) {
        form.add("ClientRequestToken", token);
        form.optional("Description", definition.description.as_ref());
        form.add("TemplateBody", &definition.template);
        self.parameters(form, "Parameters", &definition.parameters);
        capabilities_and_tags(form, definition);
        let model = match &definition.permission {
            Permission::ServiceManaged { auto_deployment } => {
                self.auto_deploy(form, auto_deployment);
                "SERVICE_MANAGED"
            }
            Permission::SelfManaged {
                administration_role,
                execution_role,
            } => {
                form.optional("AdministrationRoleARN", administration_role.as_ref());
                form.optional("ExecutionRoleName", execution_role.as_ref());
                "SELF_MANAGED"
            }
        };
        form.add("PermissionModel", model);
        if definition.managed_execution {
            form.add("ManagedExecution.Active", true);
        }
    }

    fn update(&self, form: &mut Form, update: &UpdateStackSet) {
        let definition = &update.definition;
        form.optional("Description", definition.description.as_ref());
        capabilities_and_tags(form, definition);
        if let Permission::SelfManaged {
            administration_role,
            execution_role,
        } = &definition.permission
        {
            form.optional("AdministrationRoleARN", administration_role.as_ref());
            let role = execution_role.as_deref().unwrap_or(DEFAULT_EXECUTION_ROLE);
            form.add("ExecutionRoleName", role);
        }
        if let Some(wanted) = &update.auto_deployment {
            self.auto_deploy(form, wanted);
        }
        form.optional("ManagedExecution.Active", update.managed_execution);
        place(form, &update.targets, &update.preferences);
        if update.content {
            form.add("TemplateBody", &definition.template);
            self.parameters(form, "Parameters", &definition.parameters);
        } else {
            form.add("UsePreviousTemplate", true);
        }
    }

    /// StackSets that it depends on go by ARN; the list is there also when it is empty.
    fn auto_deploy(&self, form: &mut Form, wanted: &AutoDeployment) {
        form.add("AutoDeployment.Enabled", wanted.enabled);
        if !wanted.enabled {
            return;
        }
        form.add(
            "AutoDeployment.RetainStacksOnAccountRemoval",
            wanted.retain_stacks,
        );
        if wanted.depends_on.is_empty() {
            return form.add("AutoDeployment.DependsOn", "");
        }
        let world = self.world();
        let names = wanted.depends_on.iter();
        let sets = names.filter_map(|name| super::read::named(&world, name.as_str()));
        let arns = sets.map(|set| {
            let account = &set.admin_account;
            format!("arn:aws:cloudformation:us-east-1:{account}:stackset/{}", set.id)
        });
        form.list("AutoDeployment.DependsOn", arns);
    }

    /// An absent list and an empty one are two things for overrides.
    fn parameters(&self, form: &mut Form, key: &str, values: &BTreeMap<String, ParameterValue>) {
        if values.is_empty() && key == "ParameterOverrides" {
            form.add(key, "");
        }
        for (number, (name, value)) in (1..).zip(values) {
            let row = format!("{key}.member.{number}");
            form.add(&format!("{row}.ParameterKey"), name);
            match value {
                ParameterValue::Plain(text) => form.add(&format!("{row}.ParameterValue"), text),
                ParameterValue::Secret(reference) => {
                    let secret = self.secrets.get(reference).map_or("", String::as_str);
                    form.add(&format!("{row}.ParameterValue"), secret);
                }
                ParameterValue::Previous | ParameterValue::Masked => {
                    form.add(&format!("{row}.UsePreviousValue"), true);
                }
            }
        }
    }
}

fn place(form: &mut Form, targets: &CallTargets, preferences: &OperationPreferences) {
    match targets {
        CallTargets::Everything => {}
        CallTargets::Accounts { accounts, .. } => form.list("Accounts", accounts),
        CallTargets::Units { units, filter, .. } => {
            form.list("DeploymentTargets.OrganizationalUnitIds", units);
            let (word, accounts) = match filter {
                AccountFilter::None => ("NONE", None),
                AccountFilter::Intersection(accounts) => ("INTERSECTION", Some(accounts)),
                AccountFilter::Difference(accounts) => ("DIFFERENCE", Some(accounts)),
            };
            form.add("DeploymentTargets.AccountFilterType", word);
            if let Some(accounts) = accounts {
                form.list("DeploymentTargets.Accounts", accounts);
            }
        }
    }
    if *targets != CallTargets::Everything {
        form.list("Regions", targets.regions());
    }
    spread(form, preferences);
}

fn capabilities_and_tags(form: &mut Form, definition: &Definition) {
    for (number, capability) in (1..).zip(&definition.capabilities) {
        form.add(&format!("Capabilities.member.{number}"), capability.as_str());
    }
    for (number, (key, value)) in (1..).zip(&definition.tags) {
        form.add(&format!("Tags.member.{number}.Key"), key);
        form.add(&format!("Tags.member.{number}.Value"), value);
    }
    if definition.tags.is_empty() {
        form.add("Tags", "");
    }
}

fn spread(form: &mut Form, wanted: &OperationPreferences) {
    let key = |name: &str| format!("OperationPreferences.{name}");
    let regions = match wanted.region_concurrency {
        RegionConcurrency::Sequential => "SEQUENTIAL",
        RegionConcurrency::Parallel => "PARALLEL",
    };
    form.add(&key("RegionConcurrencyType"), regions);
    if !wanted.region_order.is_empty() {
        form.list(&key("RegionOrder"), &wanted.region_order);
    }
    for (name, amount) in [
        ("FailureTolerance", wanted.failure_tolerance),
        ("MaxConcurrent", wanted.max_concurrent),
    ] {
        match amount {
            Amount::Count(0) | Amount::Percent(0) if name == "MaxConcurrent" => {}
            Amount::Count(count) => form.add(&key(&format!("{name}Count")), count),
            Amount::Percent(percent) => form.add(&key(&format!("{name}Percentage")), percent),
        }
    }
    let mode = match wanted.concurrency_mode {
        ConcurrencyMode::Strict => "STRICT_FAILURE_TOLERANCE",
        ConcurrencyMode::Soft => "SOFT_FAILURE_TOLERANCE",
    };
    form.add(&key("ConcurrencyMode"), mode);
}

/// The text of the first element of a name.
fn element<'b>(body: &'b str, name: &str) -> Option<&'b str> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

fn understand(
    write: &Write,
    operation: Option<&OperationId>,
    status: u16,
    body: &str,
) -> Result<Reply, CallError> {
    let api = write.api();
    if status == 200 {
        return Ok(match (write, operation) {
            (Write::CreateStackSet { .. }, _) => {
                let id = element(body, "StackSetId").expect("a created StackSet has an id");
                Reply::Created(StackSetId::parse(id).expect("the simulator's ids are ids"))
            }
            (Write::DeleteStackSet, _) => Reply::Done,
            (_, Some(id)) => Reply::Started(id.clone()),
            (_, None) => panic!("{api} was sent without an operation id"),
        });
    }
    let code = element(body, "Code").unwrap_or_default();
    Err(CallError {
        api,
        kind: kind(code, status),
        code: Some(code.to_owned()),
        message: element(body, "Message").unwrap_or_default().to_owned(),
    })
}

fn kind(code: &str, status: u16) -> CallErrorKind {
    match code.strip_suffix("Exception").unwrap_or(code) {
        "OperationInProgress" => CallErrorKind::OperationInProgress,
        "OperationIdAlreadyExists" => CallErrorKind::OperationIdExists,
        "StaleRequest" => CallErrorKind::StaleRequest,
        "NameAlreadyExists" | "CreatedButModified" => CallErrorKind::NameExists,
        "StackSetNotEmpty" => CallErrorKind::NotEmpty,
        "LimitExceeded" => CallErrorKind::Limit,
        "AccessDenied" => CallErrorKind::Denied,
        name if name.ends_with("NotFound") => CallErrorKind::NotFound,
        _ if status >= 500 => CallErrorKind::Unavailable,
        _ => CallErrorKind::Invalid,
    }
}
