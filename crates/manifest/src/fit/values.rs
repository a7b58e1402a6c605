//! Whether the values of a StackSet are those that its template takes.

use model::desired::{Parameter, Source};
use model::diagnostic::{Diagnostic, Span};
use template::{TemplateParameter, Violation};

use super::Fit;
use crate::reader::{Reader, similar};
use crate::stack_set::KEYS;
use crate::tree::Item;

/// Reports values that AWS would refuse, and parameters without one.
pub(crate) fn check(reader: &mut Reader, fit: &Fit) {
    for (name, parameter) in &fit.set.parameters {
        match fit.template.parameters.get(name) {
            None => unknown(reader, fit, name, parameter),
            Some(declared) => given(reader, fit, name, (parameter, declared)),
        }
    }
    let written = fit.table.get("parameters").and_then(Item::as_table);
    for (name, declared) in &fit.template.parameters {
        if written.is_none_or(|written| !written.contains_key(name)) {
            not_given(reader, fit, name, declared);
        }
    }
}

/// E0102 or E0301: the template has no such parameter.
fn unknown(reader: &mut Reader, fit: &Fit, name: &str, parameter: &Parameter) {
    let near = similar(name, fit.template.parameters.keys().map(String::as_str));
    if KEYS.contains(&name) && near.is_none() {
        swallowed(reader, fit, name, parameter);
        return;
    }
    let diagnostic = Diagnostic::error(
        "E0301",
        format!("template has no parameter `{}`", name.escape_debug()),
    )
    .label(&parameter.key, "AWS would reject the update");
    let declared = near.and_then(|near| fit.template.parameters.get(near).map(|declared| (near, declared)));
    reader.report(match declared {
        Some((near, declared)) => diagnostic
            .label(&declared.span, "a similar parameter is here")
            .replace("rename it", &parameter.key, near),
        None if fit.template.parameters.is_empty() => {
            diagnostic.help("delete it: the template has no parameters")
        }
        None => {
            let names: Vec<_> = fit.template.parameters.keys().map(String::as_str).collect();
            diagnostic.help(format!("delete it; the template has these: {}", names.join(", ")))
        }
    });
}

/// E0102: a setting below the header of the parameters.
fn swallowed(reader: &mut Reader, fit: &Fit, name: &str, parameter: &Parameter) {
    let set = &fit.set.name.value;
    let mut diagnostic = Diagnostic::error(
        "E0102",
        format!("`{name}` is a StackSet setting, but here it is a template parameter"),
    )
    .label(&parameter.key, format!("belongs to `[stackset.{set}]`"));
    if let Some(header) = fit.table.get("parameters") {
        let span = reader.span(&header.at);
        diagnostic = diagnostic.label(&span, "everything below this header is a template parameter");
    }
    reader.report(diagnostic.help(format!(
        "move the `{name}` line above the `[stackset.{set}.parameters]` header"
    )));
}

fn given(
    reader: &mut Reader,
    fit: &Fit,
    name: &str,
    (parameter, declared): (&Parameter, &TemplateParameter),
) {
    let value = match &parameter.source.value {
        Source::Literal(value) | Source::File { text: value, .. } => value,
        Source::Environment {
            name: variable,
            sensitive: true,
        } if !declared.no_echo => {
            reader.report(exposed(name, variable, (&parameter.source.span, declared)));
            return;
        }
        _ => return,
    };
    if declared.no_echo {
        in_the_open(reader, name, parameter, declared);
        return;
    }
    if let Err(violation) = declared.check(value) {
        let written = fit
            .table
            .get("parameters")
            .and_then(Item::as_table)
            .and_then(|table| table.get(name));
        let quoted = written.is_none_or(|item| item.what() != "an integer");
        reader.report(refused(
            name,
            value,
            (&violation, declared),
            (&parameter.source.span, quoted),
        ));
    }
}

/// E0308: a secret that AWS would show.
fn exposed(name: &str, variable: &str, (span, declared): (&Span, &TemplateParameter)) -> Diagnostic {
    let message = format!("`{variable}` is a secret, but everyone could read parameter `{name}`");
    Diagnostic::error("E0308", message)
        .label(span, "sensitive")
        .label(&declared.span, "AWS shows its value")
        .help(format!("add `NoEcho: true` to `{name}` in the template"))
}

/// E0303 or E0304: a value that the template does not allow.
fn refused(
    name: &str,
    value: &str,
    (violation, declared): (&Violation, &TemplateParameter),
    (span, quoted): (&Span, bool),
) -> Diagnostic {
    let shown = value.escape_debug();
    let bound = declared.property_spans.get(violation.property());
    let Violation::NotAllowed { allowed, nearest } = violation else {
        let diagnostic = Diagnostic::error(
            "E0304",
            format!("`{shown}` does not fit parameter `{name}`: {violation}"),
        )
        .label(span, violation.to_string());
        let diagnostic = bound.into_iter().fold(diagnostic, |diagnostic, bound| {
            diagnostic.label(bound, "what it must be")
        });
        let meant = match &declared.description {
            Some(description) => format!("the template says of it: {description}"),
            None => format!("correct the value; its type is {}", declared.parameter_type),
        };
        return diagnostic.help(meant);
    };
    let diagnostic = Diagnostic::error(
        "E0303",
        format!("`{shown}` is not allowed for parameter `{name}`"),
    )
    .label(span, "would fail in every stack");
    let diagnostic = bound.into_iter().fold(diagnostic, |diagnostic, bound| {
        diagnostic.label(bound, "allowed values")
    });
    match nearest {
        Some(near) if !declared.is_list() => {
            let text = if quoted { format!("{near:?}") } else { near.clone() };
            diagnostic.replace("the nearest allowed value", span, text)
        }
        _ => diagnostic.help(format!("write one of: {}", allowed.join(", "))),
    }
}

/// E0305: a secret in the manifest. It is blotted out of everything that is shown.
fn in_the_open(reader: &mut Reader, name: &str, parameter: &Parameter, declared: &TemplateParameter) {
    let span = &parameter.source.span;
    reader.blot(&(span.start.offset..span.end.offset));
    let variable = variable(name);
    let diagnostic = Diagnostic::error(
        "E0305",
        format!("the value of `{name}` is a secret and must not be in a manifest"),
    )
    .label(&parameter.key, "written out here")
    .label(
        declared.property_spans.get("NoEcho").unwrap_or(&declared.span),
        "because of this",
    )
    .note("whoever can read the repository knows it now: change it where it is used")
    .replace(
        "take it from the environment",
        span,
        format!("{{ env = \"{variable}\", sensitive = true }}"),
    );
    reader.report(diagnostic);
}

/// `WebhookToken` as the name of an environment variable: `WEBHOOK_TOKEN`.
fn variable(name: &str) -> String {
    let mut variable = String::new();
    let mut before = 'A';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            variable.push('_');
        }
        variable.push(c.to_ascii_uppercase());
        before = c;
    }
    variable
}

/// E0302 for a parameter without value or default; a default that the template itself does not allow.
fn not_given(reader: &mut Reader, fit: &Fit, name: &str, declared: &TemplateParameter) {
    let set = &fit.set.name;
    let Some(default) = &declared.default else {
        let example = declared.allowed_values.first().map_or("...", String::as_str);
        let diagnostic = Diagnostic::error(
            "E0302",
            format!("`{}` has no value for parameter `{name}`", set.value),
        )
        .label(&set.span, format!("`{name}` is missing here"))
        .label(&declared.span, "it has no default")
        .help(format!(
            "add a value:\n[stackset.{}.parameters]\n{name} = {example:?}",
            set.value
        ));
        reader.report(diagnostic);
        return;
    };
    if let Err(violation) = declared.check(default) {
        let at = declared.property_spans.get("Default").unwrap_or(&declared.span);
        let shown = default.escape_debug();
        let diagnostic = Diagnostic::error(
            "E0304",
            format!("the default `{shown}` does not fit parameter `{name}`: {violation}"),
        )
        .label(at, violation.to_string())
        .label(&set.span, "and no other value is given here")
        .help("correct the template, or give a value");
        reader.report(diagnostic);
    }
}
