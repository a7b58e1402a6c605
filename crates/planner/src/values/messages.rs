//! What to say about a value that cannot be taken.

use model::desired::{Parameter, Source};
use model::diagnostic::{Diagnostic, Span};
use template::{Template, Violation};

use super::Written;

pub(super) fn not_set(written: &Written<'_>, variable: &str) -> Diagnostic {
    Diagnostic::error(
        "E0307",
        format!("the environment variable `{variable}` is not set"),
    )
    .label(
        &written.given.source.span,
        format!("parameter `{}` needs it", written.name),
    )
    .help(format!("export {variable}=..."))
}

pub(super) fn no_ssm(written: &Written<'_>, parameter: &str) -> Diagnostic {
    let aws = &written.context.desired.aws;
    let (region, account) = (&aws.region.value, &aws.admin_account.value);
    let message = format!("there is no parameter `{parameter}` in Systems Manager");
    Diagnostic::error("E0313", message)
        .label(
            &written.given.source.span,
            format!("parameter `{}` needs it", written.name),
        )
        .note(format!("it is looked for in {region} of account {account}"))
        .help(format!(
            "aws ssm put-parameter --region {region} --name {parameter} --type String --value ..."
        ))
}

/// A secret that AWS would show.
pub(super) fn exposed(written: &Written<'_>, origin: &str) -> Diagnostic {
    let name = written.name;
    let message = format!("`{origin}` is a secret, but everyone could read parameter `{name}`");
    let why = match written.given.source.value {
        Source::Ssm(_) => "a SecureString",
        _ => "sensitive",
    };
    Diagnostic::error("E0308", message)
        .label(&written.given.source.span, why)
        .label(&written.declared.span, "AWS shows its value")
        .help(format!("add `NoEcho: true` to `{name}` in the template"))
}

/// A NoEcho value that would be written into a plan.
pub(super) fn shown(written: &Written<'_>, origin: &str) -> Diagnostic {
    let name = written.name;
    let message = format!("parameter `{name}` is NoEcho, but `{origin}` is not marked as a secret");
    let diagnostic = Diagnostic::error("E0311", message)
        .label(
            &written.given.source.span,
            "its value would be written into the plan",
        )
        .label(&written.declared.span, "NoEcho");
    match &written.given.source.value {
        Source::Environment { name: variable, .. } => diagnostic.help(format!(
            "{name} = {{ env = \"{variable}\", sensitive = true }}"
        )),
        Source::Ssm(parameter) => diagnostic.help(format!(
            "keep it as a SecureString: aws ssm put-parameter --name {parameter} --type SecureString --overwrite --value ..."
        )),
        _ => diagnostic.help(format!(
            "take `NoEcho` away from `{name}` in the template: tags and properties of accounts are no secrets"
        )),
    }
}

/// A literal for a NoEcho parameter. The line with the value is not pointed at, since it would be shown.
pub(super) fn in_the_open(written: &Written<'_>) -> Diagnostic {
    let name = written.name;
    let message = format!("the value of `{name}` is a secret and must not be in a manifest");
    Diagnostic::error("E0305", message)
        .label(&written.set.name.span, "written out in this StackSet")
        .label(&written.declared.span, "NoEcho")
        .note("whoever can read the repository knows it now: change it where it is used")
        .help(format!(
            "take it from the environment: {name} = {{ env = \"...\", sensitive = true }}"
        ))
}

pub(super) fn controls(written: &Written<'_>, origin: &str) -> Diagnostic {
    let message = format!(
        "the value of `{}` for parameter `{}` has control characters",
        origin.escape_debug(),
        written.name
    );
    Diagnostic::error("E0314", message)
        .label(
            &written.given.source.span,
            "AWS cannot carry them, and nobody would see them",
        )
        .note(
            "line feeds and tabs are fine; a carriage return is not: the file may have line ends of Windows",
        )
        .help("take them out where the value comes from")
}

/// A value that the template does not allow.
pub(super) fn not_allowed(written: &Written<'_>, origin: &str, violation: &Violation) -> Diagnostic {
    let message = match &written.given.source.value {
        Source::Literal(text) => format!(
            "`{}` is not allowed for parameter `{}`",
            text.escape_debug(),
            written.name
        ),
        _ => format!(
            "the value of `{}` is not allowed for parameter `{}`",
            origin.escape_debug(),
            written.name
        ),
    };
    refused(written, message, violation).help(match &written.given.source.value {
        Source::Literal(_) => "write a value that the template takes".to_owned(),
        source => format!("set `{}` to a value that the template takes", named(source)),
    })
}

fn named(source: &Source) -> String {
    match source {
        Source::Environment { name, .. } | Source::Ssm(name) => name.clone(),
        other => other.reference(),
    }
}

/// The code, the place and the bound of a value that the template does not allow.
fn refused(written: &Written<'_>, message: String, violation: &Violation) -> Diagnostic {
    let code = match violation {
        Violation::NotAllowed { .. } => "E0303",
        _ => "E0304",
    };
    Diagnostic::error(code, message)
        .label(&written.given.source.span, violation.to_string())
        .label(bound(written, violation), "declared here")
}

fn bound<'v>(written: &Written<'v>, violation: &Violation) -> &'v Span {
    let properties = &written.declared.property_spans;
    properties
        .get(violation.property())
        .unwrap_or(&written.declared.span)
}

/// A parameter that the template does not have.
pub(super) fn unknown(template: &Template, name: &str, given: &Parameter) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "E0301",
        format!("template has no parameter `{}`", name.escape_debug()),
    )
    .label(&given.key, "AWS would reject the update");
    let known = template.parameters.keys().map(String::as_str);
    let near = known
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .min()
        .filter(|(distance, _)| *distance <= 3);
    if let Some((_, near)) = near {
        return diagnostic.replace("rename it", &given.key, near);
    }
    let names: Vec<_> = template.parameters.keys().map(String::as_str).collect();
    diagnostic.help(format!("delete it; the template has these: {}", names.join(", ")))
}
