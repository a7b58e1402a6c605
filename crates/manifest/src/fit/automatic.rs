//! What automatic deployment does not do.

use model::definition::Permission;
use model::desired::{Override, Source, Target};
use model::diagnostic::{Diagnostic, Spanned};

use super::Fit;
use crate::reader::Reader;
use crate::tree::Item;
use crate::words::shown;

/// W0301: AWS deploys to new accounts without overrides (reference §5.1), so they start with other values.
pub(crate) fn check(reader: &mut Reader, fit: &Fit) {
    let Permission::ServiceManaged { auto_deployment } = &fit.set.permission else {
        return;
    };
    let automatic = fit.table.get("auto_deploy").and_then(Item::as_table);
    let Some(on) = automatic
        .and_then(|keys| keys.get("new_accounts"))
        .filter(|_| auto_deployment.enabled)
    else {
        return;
    };
    for own in &fit.set.overrides {
        let Some(place) = own.targets.iter().find_map(grows) else {
            continue;
        };
        let Some((name, first, then, at)) = different(fit, own) else {
            continue;
        };
        let message = format!("new accounts in {place} will start with {name} {first}, not {then}");
        let diagnostic = Diagnostic::warning("W0301", message)
            .label(&reader.span(on.at), "AWS deploys here by itself, without overrides")
            .label(&at.span, "reaches a new account at the next apply")
            .help(format!(
                "run apply on a schedule, or make {then} the StackSet's own value and override the rest,\nor accept it: allow = [\"W0301\"]"
            ));
        reader.warn(diagnostic);
    }
}

/// What new accounts can come into.
fn grows(target: &Spanned<Target>) -> Option<String> {
    match &target.value {
        Target::Path(names) => {
            let escaped = names.iter().map(|name| name.replace('/', "\\/"));
            let path: Vec<String> = std::iter::once("Root".to_owned()).chain(escaped).collect();
            Some(shown(&path.join("/")))
        }
        Target::Unit(unit) => Some(unit.to_string()),
        Target::Set { name, include, .. } => include
            .iter()
            .find_map(grows)
            .map(|_| format!("@{}", shown(name))),
        _ => None,
    }
}

/// The first value of an override that is another one than the StackSet's, both in words.
fn different<'a>(fit: &'a Fit, own: &'a Override) -> Option<(String, String, String, &'a Spanned<Source>)> {
    own.parameters.iter().find_map(|(name, parameter)| {
        let declared = fit
            .template
            .parameters
            .get(name)
            .filter(|declared| !declared.no_echo)?;
        let Source::Literal(then) = &parameter.source.value else {
            return None;
        };
        let first = match fit.set.parameters.get(name).map(|own| &own.source.value) {
            Some(Source::Literal(first)) => first,
            Some(_) => return None,
            None => declared.default.as_ref()?,
        };
        (first != then).then(|| (shown(name), shown(first), shown(then), &parameter.source))
    })
}
