//! Whether the values of a StackSet are those that its template takes.

use std::collections::BTreeMap;

use model::desired::{Parameter, Source};
use model::diagnostic::{Diagnostic, Span};
use template::{TemplateParameter, Violation};

use super::Fit;
use crate::parts::OVERRIDE;
use crate::reader::Reader;
use crate::stack_set::KEYS;
use crate::tree::Item;
use crate::words::{shown, similar};

/// Values that are written in one place: a StackSet's own, or those of an override.
struct Values<'a> {
    given: &'a BTreeMap<String, Parameter>,
    /// The table `parameters`, when it is one.
    written: Option<&'a Item>,
    /// The table that `parameters` stands in.
    header: String,
    /// The keys of that table.
    settings: &'static [&'static str],
    /// Where a wrong value would fail.
    fails: &'static str,
}

/// Reports values that AWS would refuse, and parameters without one.
pub(crate) fn check(reader: &mut Reader, fit: &Fit) {
    let own = Values {
        given: &fit.set.parameters,
        written: fit.table.get("parameters"),
        header: format!("[stackset.{}]", fit.set.name.value),
        settings: KEYS,
        fails: "would fail in every stack",
    };
    fitting(reader, fit, &own);
    let written = own.written.and_then(Item::as_table);
    for (name, declared) in &fit.template.parameters {
        if written.is_none_or(|written| !written.contains_key(name)) {
            not_given(reader, fit, name, declared);
        }
    }
    for (own, item) in fit.set.overrides.iter().zip(fit.overrides) {
        let values = Values {
            given: &own.parameters,
            written: item.as_table().and_then(|table| table.get("parameters")),
            header: format!("[[stackset.{}.override]]", fit.set.name.value),
            settings: OVERRIDE,
            fails: "would fail in every stack that it is for",
        };
        fitting(reader, fit, &values);
    }
}

fn fitting(reader: &mut Reader, fit: &Fit, values: &Values) {
    for (name, parameter) in values.given {
        match fit.template.parameters.get(name) {
            None => unknown(reader, fit, values, (name, parameter)),
            Some(declared) => given(reader, values, name, (parameter, declared)),
        }
    }
}

/// E0102 or E0301: the template has no such parameter.
fn unknown(reader: &mut Reader, fit: &Fit, values: &Values, (name, parameter): (&str, &Parameter)) {
    let near = similar(name, fit.template.parameters.keys().map(String::as_str));
    if values.settings.contains(&name) && near.is_none() {
        swallowed(reader, values, name, parameter);
        return;
    }
    let diagnostic = Diagnostic::error("E0301", format!("template has no parameter `{}`", shown(name)))
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
fn swallowed(reader: &mut Reader, values: &Values, name: &str, parameter: &Parameter) {
    let header = &values.header;
    let noun = if values.settings == KEYS {
        "a StackSet setting"
    } else {
        "a setting of an override"
    };
    let message = format!("`{name}` is {noun}, but here it is a template parameter");
    let mut diagnostic =
        Diagnostic::error("E0102", message).label(&parameter.key, format!("belongs to `{header}`"));
    let mut way = format!("move the `{name}` line to `{header}`");
    if let Some(table) = values.written {
        let span = reader.span(table.at);
        diagnostic = diagnostic.label(&span, "everything below this header is a template parameter");
        let below = reader.written(table.at);
        if below.starts_with('[') {
            way = format!("move the `{name}` line above the `{below}` header");
        }
    }
    reader.found(header, name);
    reader.report(diagnostic.help(way));
}

fn given(
    reader: &mut Reader,
    values: &Values,
    name: &str,
    (parameter, declared): (&Parameter, &TemplateParameter),
) {
    let value = match &parameter.source.value {
        Source::Literal(value)
        | Source::File { text: value, .. }
        | Source::AccountTag {
            default: Some(value), ..
        } => value,
        Source::Environment {
            name: variable,
            sensitive: true,
        } if !declared.no_echo => {
            reader.report(exposed(name, variable, (&parameter.source.span, declared)));
            return;
        }
        _ => return,
    };
    let written = values.written.and_then(Item::as_table);
    let item = written.and_then(|table| table.get(name));
    if declared.no_echo {
        if let Some(item) = item {
            reader.blot(item.at);
        }
        reader.report(in_the_open(name, parameter, declared));
        return;
    }
    if let Err(violation) = declared.check(value) {
        let literal = matches!(parameter.source.value, Source::Literal(_));
        let at = At {
            span: &parameter.source.span,
            quoted: item.is_none_or(|item| item.what() != "an integer"),
            literal,
            fails: values.fails,
        };
        reader.report(refused(name, value, (&violation, declared), &at));
    }
}

/// Where a value is written, and how.
struct At<'a> {
    span: &'a Span,
    quoted: bool,
    literal: bool,
    fails: &'static str,
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
    at: &At,
) -> Diagnostic {
    let span = at.span;
    let shown = shown(value);
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
    .label(span, at.fails);
    let diagnostic = bound.into_iter().fold(diagnostic, |diagnostic, bound| {
        diagnostic.label(bound, "allowed values")
    });
    match nearest {
        Some(near) if !declared.is_list() && at.literal => {
            let text = if at.quoted {
                format!("{near:?}")
            } else {
                near.clone()
            };
            diagnostic.replace("the nearest allowed value", span, text)
        }
        _ => diagnostic.help(format!("write one of: {}", allowed.join(", "))),
    }
}

/// E0305: a secret in the manifest. It is blotted out of everything that is shown.
fn in_the_open(name: &str, parameter: &Parameter, declared: &TemplateParameter) -> Diagnostic {
    let span = &parameter.source.span;
    let variable = variable(name);
    Diagnostic::error(
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
    )
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
        let shown = shown(default);
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
