//! The definition that a StackSet should have: defaults filled in, sources resolved, the project's mark added.

use std::collections::{BTreeMap, BTreeSet};

use model::PROJECT_TAG;
use model::definition::{AutoDeployment, Capability, Definition, ParameterValue, Permission};
use model::desired::{Capabilities, DesiredStackSet, DesiredTemplate, Parameter, Source};
use model::diagnostic::Diagnostic;
use model::observed::ObservedStackSet;
use template::{Template, TemplateParameter, Violation};

use crate::context::Context;

/// The wanted definition with what is known about it.
pub(crate) struct Effective {
    pub(crate) definition: Definition,
    pub(crate) template: Template,
    /// Where each parameter's value comes from, as a plan names it.
    pub(crate) sources: BTreeMap<String, String>,
    /// Parameters whose values read back masked.
    pub(crate) no_echo: BTreeSet<String>,
}

/// Nothing when the template cannot be read or a value is missing; the diagnostics say why.
pub(crate) fn effective(
    context: &Context<'_>,
    set: &DesiredStackSet,
    observed: Option<&ObservedStackSet>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Effective> {
    let body = body(context, set)?;
    let template = match template::read(&set.template.location().value, body) {
        Ok(template) => template,
        Err(mut wrong) => {
            diagnostics.append(&mut wrong);
            return None;
        }
    };
    let before = diagnostics.len();
    let mut parameters = BTreeMap::new();
    let mut sources = BTreeMap::new();
    for (name, declared) in &template.parameters {
        let value = Value {
            context,
            set,
            observed,
            name,
            declared,
        };
        match value.find() {
            Ok((value, source)) => {
                parameters.insert(name.clone(), value);
                sources.insert(name.clone(), source);
            }
            Err(wrong) => diagnostics.push(*wrong),
        }
    }
    let no_echo = no_echo(&template);
    let definition = Definition {
        parameters,
        capabilities: capabilities(set, &template),
        template: body.to_owned(),
        ..settings(context, set)
    };
    (diagnostics.len() == before).then_some(Effective {
        definition,
        template,
        sources,
        no_echo,
    })
}

/// The template's text: in the manifest's directory or, read with the rest, in S3. The observation refuses when it is not there.
fn body<'a>(context: &Context<'a>, set: &'a DesiredStackSet) -> Option<&'a str> {
    match &set.template {
        DesiredTemplate::File { body, .. } => Some(body),
        DesiredTemplate::S3 { url, .. } => context.observed.templates.get(&url.value).map(String::as_str),
    }
}

fn capabilities(set: &DesiredStackSet, template: &Template) -> BTreeSet<Capability> {
    match &set.capabilities {
        Capabilities::Listed(listed) => listed.clone(),
        Capabilities::Auto(_) => {
            let required = template.required_capabilities();
            required.iter().map(|found| found.capability).collect()
        }
    }
}

fn no_echo(template: &Template) -> BTreeSet<String> {
    let hidden = template
        .parameters
        .iter()
        .filter(|(_, declared)| declared.no_echo);
    hidden.map(|(name, _)| name.clone()).collect()
}

fn settings(context: &Context<'_>, set: &DesiredStackSet) -> Definition {
    let mut tags = set.tags.clone();
    tags.insert(PROJECT_TAG.to_owned(), context.project().to_owned());
    Definition {
        description: set.description.clone(),
        template: String::new(),
        parameters: BTreeMap::new(),
        tags,
        capabilities: BTreeSet::new(),
        permission: normal(context, set.permission.clone()),
        managed_execution: set.managed_execution,
    }
}

/// A permission model in the one form that is compared: default roles left out, and what only counts for an enabled
/// automatic deployment left out of a disabled one (reference §2.6).
pub(crate) fn normal(context: &Context<'_>, permission: Permission) -> Permission {
    let partition = context.observed.identity.partition();
    let admin = &context.desired.aws.admin_account.value;
    match permission.without_default_roles(partition, admin) {
        Permission::ServiceManaged { auto_deployment } if !auto_deployment.enabled => {
            Permission::ServiceManaged {
                auto_deployment: AutoDeployment::default(),
            }
        }
        other => other,
    }
}

/// One parameter of the template and where its value may come from.
struct Value<'v> {
    context: &'v Context<'v>,
    set: &'v DesiredStackSet,
    observed: Option<&'v ObservedStackSet>,
    name: &'v str,
    declared: &'v TemplateParameter,
}

impl Value<'_> {
    fn find(&self) -> Result<(ParameterValue, String), Box<Diagnostic>> {
        let Some(given) = self.set.parameters.get(self.name) else {
            return self.default();
        };
        let source = given.source.value.reference();
        let value = match &given.source.value {
            Source::Literal(text) | Source::File { text, .. } => ParameterValue::Plain(text.clone()),
            Source::Environment { name, .. } => self.environment(name, given)?,
            Source::Keep => self.keep(given)?,
            Source::Ssm(_) | Source::AccountTag { .. } | Source::Account(_) => return self.default(),
        };
        Ok((value, source))
    }

    fn default(&self) -> Result<(ParameterValue, String), Box<Diagnostic>> {
        let default = self.declared.default.clone();
        default
            .map(|text| (ParameterValue::Plain(text), "template".to_owned()))
            .ok_or_else(|| {
                let (set, name) = (&self.set.name, self.name);
                let message = format!("`{}` gives no value for parameter `{name}`", set.value);
                let help = format!("add it: [stackset.{}.parameters] {name} = \"...\"", set.value);
                Box::new(
                    Diagnostic::error("E0302", message)
                        .label(&set.span, "this StackSet")
                        .label(&self.declared.span, "the template has no default for it")
                        .help(help),
                )
            })
    }

    fn environment(&self, variable: &str, given: &Parameter) -> Result<ParameterValue, Box<Diagnostic>> {
        let observed = self.context.observed;
        if observed.secrets.contains(variable) {
            return self.secret(variable, given);
        }
        let Some(text) = observed.environment.get(variable) else {
            let message = format!("the environment variable `{variable}` is not set");
            return Err(Box::new(
                Diagnostic::error("E0307", message)
                    .label(&given.source.span, format!("parameter `{}` needs it", self.name))
                    .help(format!("export {variable}=...")),
            ));
        };
        if self.declared.no_echo {
            return Err(Box::new(self.shown(variable, given)));
        }
        match self.declared.check(text) {
            Ok(()) => Ok(ParameterValue::Plain(text.clone())),
            Err(violation) => {
                let message = format!(
                    "the value of `{variable}` is not allowed for parameter `{}`",
                    self.name
                );
                let code = match violation {
                    Violation::NotAllowed { .. } => "E0303",
                    _ => "E0304",
                };
                Err(Box::new(
                    Diagnostic::error(code, message)
                        .label(&given.source.span, violation.to_string())
                        .label(&self.declared.span, "declared here")
                        .help(format!("set `{variable}` to a value that the template takes")),
                ))
            }
        }
    }

    /// A NoEcho value must not get into a plan.
    fn shown(&self, variable: &str, given: &Parameter) -> Diagnostic {
        let message = format!(
            "parameter `{}` is NoEcho, but `{variable}` is not marked as a secret",
            self.name
        );
        Diagnostic::error("E0311", message)
            .label(&given.source.span, "its value would be written into the plan")
            .label(&self.declared.span, "NoEcho")
            .help(format!(
                "{} = {{ env = \"{variable}\", sensitive = true }}",
                self.name
            ))
    }

    fn secret(&self, variable: &str, given: &Parameter) -> Result<ParameterValue, Box<Diagnostic>> {
        if self.declared.no_echo {
            return Ok(ParameterValue::Secret(format!("env:{variable}")));
        }
        let message = format!(
            "`{variable}` is a secret, but everyone could read parameter `{}`",
            self.name
        );
        Err(Box::new(
            Diagnostic::error("E0308", message)
                .label(&given.source.span, "sensitive")
                .label(&self.declared.span, "AWS shows its value")
                .help(format!("add `NoEcho: true` to `{}` in the template", self.name)),
        ))
    }

    /// A value that AWS shows is taken as it is, so that the plan can say what stays.
    fn keep(&self, given: &Parameter) -> Result<ParameterValue, Box<Diagnostic>> {
        let current = self
            .observed
            .and_then(|observed| observed.definition.parameters.get(self.name));
        match current {
            Some(ParameterValue::Plain(text)) => Ok(ParameterValue::Plain(text.clone())),
            Some(_) => Ok(ParameterValue::Previous),
            None => {
                let message = format!("there is no value of parameter `{}` to keep", self.name);
                let why = if self.observed.is_some() {
                    "the StackSet does not have this parameter yet"
                } else {
                    "the StackSet does not exist yet"
                };
                Err(Box::new(
                    Diagnostic::error("E0309", message)
                        .label(&given.source.span, why)
                        .help(format!(
                            "give it a first value, for example {} = {{ env = \"NAME\", sensitive = true }}",
                            self.name
                        )),
                ))
            }
        }
    }
}
