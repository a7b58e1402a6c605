//! One written value: from its source to what AWS gets, or why it cannot be that.

use model::definition::ParameterValue;
use model::desired::{DesiredStackSet, Parameter, Source};
use model::diagnostic::Diagnostic;
use model::observed::SsmParameter;
use template::{Template, TemplateParameter};

use crate::context::Context;

mod messages;

/// A value that the manifest gives a parameter, with the parameter as the template declares it.
#[derive(Clone, Copy)]
pub(crate) struct Written<'v> {
    pub(crate) context: &'v Context<'v>,
    pub(crate) set: &'v DesiredStackSet,
    pub(crate) name: &'v str,
    pub(crate) declared: &'v TemplateParameter,
    pub(crate) given: &'v Parameter,
}

type Found = Result<ParameterValue, Box<Diagnostic>>;

impl Written<'_> {
    /// The value that all instances share; none where each account or the live StackSet has its own.
    pub(crate) fn shared(&self) -> Option<Found> {
        match &self.given.source.value {
            Source::Literal(text) | Source::File { text, .. } => Some(self.literal(text)),
            Source::Environment { name, .. } => Some(self.environment(name)),
            Source::Ssm(name) => Some(self.ssm(name)),
            Source::Keep | Source::AccountTag { .. } | Source::Account(_) => None,
        }
    }

    /// Mostly checked when the manifest was read, but not against a template in S3.
    fn literal(&self, text: &str) -> Found {
        if self.declared.no_echo {
            return Err(Box::new(messages::in_the_open(self)));
        }
        self.checked(text, text)
    }

    fn environment(&self, variable: &str) -> Found {
        let observed = self.context.observed;
        if observed.secrets.contains(variable) {
            return self.secret(variable, format!("env:{variable}"));
        }
        let Some(text) = observed.environment.get(variable) else {
            return Err(Box::new(messages::not_set(self, variable)));
        };
        self.fetched(text, variable)
    }

    fn ssm(&self, parameter: &str) -> Found {
        match self.context.observed.ssm.get(parameter) {
            Some(SsmParameter::Secure) => self.secret(parameter, format!("ssm:{parameter}")),
            Some(SsmParameter::Plain(text)) => self.fetched(text, parameter),
            None => Err(Box::new(messages::no_ssm(self, parameter))),
        }
    }

    fn secret(&self, origin: &str, reference: String) -> Found {
        if self.declared.no_echo {
            Ok(ParameterValue::Secret(reference))
        } else {
            Err(Box::new(messages::exposed(self, origin)))
        }
    }

    /// A readable value from elsewhere. A NoEcho one must not get into a plan.
    fn fetched(&self, text: &str, origin: &str) -> Found {
        if self.declared.no_echo {
            return Err(Box::new(messages::shown(self, origin)));
        }
        self.checked(text, origin)
    }

    /// What one account has, or the default of an account's tag.
    pub(crate) fn own(&self, text: &str) -> Found {
        self.fetched(text, &self.given.source.value.reference())
    }

    fn checked(&self, text: &str, origin: &str) -> Found {
        if has_controls(text) {
            return Err(Box::new(messages::controls(self, origin)));
        }
        match self.declared.check(text) {
            Ok(()) => Ok(ParameterValue::Plain(text.to_owned())),
            Err(violation) => Err(Box::new(messages::not_allowed(self, origin, &violation))),
        }
    }
}

/// Characters that XML cannot carry or that nobody sees. Line feeds and tabs are fine, as in a certificate.
fn has_controls(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Parameters that are given and that the template does not have: only a template in S3 is first read here.
pub(crate) fn strangers<'v>(
    template: &'v Template,
    given: impl Iterator<Item = (&'v String, &'v Parameter)>,
) -> Vec<Diagnostic> {
    given
        .filter(|(name, _)| !template.parameters.contains_key(*name))
        .map(|(name, parameter)| messages::unknown(template, name, parameter))
        .collect()
}
