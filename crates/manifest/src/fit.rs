//! Whether a StackSet and its template go together.

use std::collections::BTreeSet;

use model::definition::Capability;
use model::desired::{Capabilities, DesiredStackSet, Source};
use model::diagnostic::Diagnostic;
use template::Template;

use crate::reader::Reader;
use crate::tree::{Item, Table};

mod automatic;
mod values;

/// A StackSet and its template.
pub(crate) struct Fit<'a> {
    /// As read.
    pub(crate) set: &'a DesiredStackSet,
    /// Its template.
    pub(crate) template: &'a Template,
    /// Its keys, `[defaults]` below them.
    pub(crate) table: &'a Table,
    /// The tables of its overrides, in their order.
    pub(crate) overrides: &'a [&'a Item],
}

/// Reports everything that AWS would refuse, or that would fail in every account.
pub(crate) fn check(reader: &mut Reader, fit: &Fit) {
    values::check(reader, fit);
    automatic::check(reader, fit);
    capabilities(reader, fit);
    not_taken(reader, fit);
    global_names(reader, fit);
}

/// A value from the environment for a NoEcho parameter is a secret even where the manifest does not say so.
pub(crate) fn mark_secrets(set: &mut DesiredStackSet, template: &Template) {
    let overrides = set.overrides.iter_mut().map(|own| &mut own.parameters);
    for (name, parameter) in overrides.chain([&mut set.parameters]).flatten() {
        let hidden = template
            .parameters
            .get(name)
            .is_some_and(|parameter| parameter.no_echo);
        if let Source::Environment { sensitive, .. } = &mut parameter.source.value {
            *sensitive |= hidden;
        }
    }
}

/// E0320: a capability that is not acknowledged. One message for each StackSet: the strongest covers the others.
fn capabilities(reader: &mut Reader, fit: &Fit) {
    let Capabilities::Listed(given) = &fit.set.capabilities else {
        return;
    };
    let service_managed = fit.set.permission.is_service_managed();
    for found in &fit.template.unacknowledged(given, service_managed) {
        reader.report(unacknowledged(reader, fit, found, given));
    }
}

fn unacknowledged(
    reader: &Reader,
    fit: &Fit,
    found: &template::RequiredCapability,
    given: &BTreeSet<Capability>,
) -> Diagnostic {
    let key = found.capability.key();
    let diagnostic = Diagnostic::error("E0320", format!("this template needs the capability `{key}`"))
        .label(&found.span, found.why.clone());
    let list = acknowledged(given.clone(), found.capability);
    let Some(item) = fit.table.get("capabilities") else {
        let way = format!(
            "acknowledge it, below `[stackset.{}]`:\ncapabilities = {list}",
            fit.set.name.value
        );
        return diagnostic
            .label(&fit.set.name.span, "nothing is acknowledged here")
            .help(way);
    };
    let label = if given.contains(&Capability::Iam) && found.capability == Capability::NamedIam {
        "only unnamed IAM resources are acknowledged here"
    } else {
        "not acknowledged here"
    };
    let span = reader.span(item.at);
    diagnostic
        .label(&span, label)
        .replace("acknowledge it", &span, list)
}

/// The list of capabilities with one more.
fn acknowledged(mut all: BTreeSet<Capability>, more: Capability) -> String {
    if more == Capability::NamedIam {
        all.remove(&Capability::Iam);
    }
    all.insert(more);
    let quoted: Vec<_> = all
        .iter()
        .map(|capability| format!("\"{}\"", capability.key()))
        .collect();
    format!("[{}]", quoted.join(", "))
}

/// E0321: transforms and nested stacks in a service-managed StackSet, StackSets in any (reference §6.3).
fn not_taken(reader: &mut Reader, fit: &Fit) {
    let service_managed = fit.set.permission.is_service_managed();
    for one in fit.template.not_taken(service_managed) {
        let diagnostic = Diagnostic::error("E0321", one.message)
            .label(&one.found.span, format!("`{}`", one.found.value))
            .label(
                &fit.set.template.location().span,
                format!("the template of `{}`", fit.set.name.value),
            )
            .help(one.help);
        reader.report(diagnostic);
    }
}

/// W0306: a name that an account has only once, wanted in several of its Regions (reference §6.5).
fn global_names(reader: &mut Reader, fit: &Fit) {
    let second = fit.set.deploy.iter().find_map(|part| part.regions.get(1));
    let Some(second) = second.map(|region| &region.span) else {
        return;
    };
    for found in fit.template.fixed_global_names() {
        let message = format!(
            "`{}` can be made in one Region of an account only",
            found.logical_id
        );
        let everywhere = found.resource_type == "AWS::S3::Bucket";
        let label = if everywhere {
            "all of AWS has this name once"
        } else {
            "an account has this name once"
        };
        let diagnostic = Diagnostic::warning("W0306", message)
            .label(&found.span, label)
            .label(second, "from here on the stacks would fail")
            .help(format!(
                "make the name different in each Region: !Sub \"{}-${{AWS::Region}}\"\nor give the resource a condition that holds in one Region",
                found.name
            ));
        reader.warn(diagnostic);
    }
}
