//! The definition that a StackSet should have: defaults filled in, sources resolved, the project's mark added.

use std::collections::{BTreeMap, BTreeSet};

use model::PROJECT_TAG;
use model::definition::{AutoDeployment, Capability, Definition, ParameterValue, Permission};
use model::desired::{Capabilities, DesiredStackSet, DesiredTemplate, Parameter, Source};
use model::diagnostic::Diagnostic;
use model::digest::Digest;
use model::observed::ObservedStackSet;
use template::{Template, TemplateParameter};

use crate::context::Context;
use crate::dependencies::with_dependencies;
use crate::values::{Written, strangers};

/// The wanted definition with what is known about it.
pub(crate) struct Effective {
    pub(crate) definition: Definition,
    pub(crate) template: Template,
    /// Where each parameter's value comes from, as a plan names it.
    pub(crate) sources: BTreeMap<String, String>,
    /// Parameters whose values read back masked.
    pub(crate) no_echo: BTreeSet<String>,
}

/// The template, or why it cannot be read.
pub(crate) fn template(
    context: &Context<'_>,
    set: &DesiredStackSet,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Template> {
    let body = match body(context, set) {
        Ok(body) => body,
        Err(wrong) => {
            diagnostics.push(*wrong);
            return None;
        }
    };
    match template::read(&set.template.location().value, body) {
        Ok(template) => Some(template),
        Err(mut wrong) => {
            diagnostics.append(&mut wrong);
            None
        }
    }
}

/// Nothing when a value is missing or cannot be taken; the diagnostics say why.
pub(crate) fn effective(
    context: &Context<'_>,
    set: &DesiredStackSet,
    (observed, template): (Option<&ObservedStackSet>, Template),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Effective> {
    let body = body(context, set).ok()?;
    let before = diagnostics.len();
    diagnostics.extend(strangers(&template, set.parameters.iter()));
    let (parameters, sources) = parameters(context, set, (observed, &template), diagnostics);
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

/// The value of every parameter, and where it comes from as a plan names it.
type Values = (BTreeMap<String, ParameterValue>, BTreeMap<String, String>);

fn parameters(
    context: &Context<'_>,
    set: &DesiredStackSet,
    (observed, template): (Option<&ObservedStackSet>, &Template),
    diagnostics: &mut Vec<Diagnostic>,
) -> Values {
    let (mut parameters, mut sources) = Values::default();
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
    (parameters, sources)
}

/// The template's text: in the manifest's directory or, read with the rest, in S3 with the hash that the manifest says.
fn body<'a>(context: &Context<'a>, set: &'a DesiredStackSet) -> Result<&'a str, Box<Diagnostic>> {
    let (url, pinned) = match &set.template {
        DesiredTemplate::File { body, .. } => return Ok(body),
        DesiredTemplate::S3 { url, sha256 } => (url, sha256),
    };
    let Some(body) = context.observed.templates.get(&url.value) else {
        let message = format!("the template `{}` was not read", url.value.escape_debug());
        let diagnostic = Diagnostic::error("E0342", message)
            .label(&url.span, "no text for it")
            .help("plan again; a snapshot must be taken with this manifest");
        return Err(Box::new(diagnostic));
    };
    let found = Digest::of_bytes(body.as_bytes());
    if found == *pinned {
        return Ok(body);
    }
    let hex = |digest: &Digest| digest.as_str().trim_start_matches("sha256:").to_owned();
    let message = format!(
        "the template `{}` is not the one that is pinned",
        url.value.escape_debug()
    );
    Err(Box::new(
        Diagnostic::error("E0343", message)
            .label(&url.span, format!("its hash is {}...", found.short()))
            .note(format!("pinned: {}", hex(pinned)))
            .note(format!("there:  {}", hex(&found)))
            .help(format!(
                "if the new one is right, pin it: sha256 = \"{}\"",
                hex(&found)
            )),
    ))
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
        permission: normal(context, with_dependencies(context, set)),
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
            return self.default(None);
        };
        let source = given.source.value.reference();
        let written = Written {
            context: self.context,
            set: self.set,
            name: self.name,
            declared: self.declared,
            given,
        };
        let value = match (&given.source.value, written.shared()) {
            (_, Some(value)) => value?,
            (Source::Keep, None) => self.keep(given)?,
            (
                Source::AccountTag {
                    default: Some(text), ..
                },
                None,
            ) => written.own(text)?,
            (_, None) => return self.default(Some(given)),
        };
        Ok((value, source))
    }

    /// The template's own value. Where each account has one, the StackSet needs one all the same: AWS gives it to accounts
    /// that it deploys to by itself.
    fn default(&self, own: Option<&Parameter>) -> Result<(ParameterValue, String), Box<Diagnostic>> {
        let default = self.declared.default.clone();
        default
            .map(|text| (ParameterValue::Plain(text), "template".to_owned()))
            .ok_or_else(|| Box::new(self.lacking(own)))
    }

    fn lacking(&self, own: Option<&Parameter>) -> Diagnostic {
        let (set, name) = (&self.set.name, self.name);
        if let Some(given) = own {
            let message = format!(
                "`{}` gives parameter `{name}` to accounts, but has no value itself",
                set.value
            );
            return Diagnostic::error("E0302", message)
                .label(
                    &given.source.span,
                    "a StackSet needs a value for the accounts to come",
                )
                .label(&self.declared.span, "the template has no default for it")
                .help(format!("add `Default:` to `{name}` in the template; for a tag, `default = \"...\"` here does as well"));
        }
        let message = format!("`{}` gives no value for parameter `{name}`", set.value);
        Diagnostic::error("E0302", message)
            .label(&set.span, "this StackSet")
            .label(&self.declared.span, "the template has no default for it")
            .help(format!(
                "add it: [stackset.{}.parameters] {name} = \"...\"",
                set.value
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
