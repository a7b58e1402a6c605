//! Regions that are off by default and that somebody has not switched on (reference §9): instances there fail, one by one.

use std::collections::{BTreeMap, BTreeSet};

use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, Region};

use super::super::Found;
use crate::context::Context;
use crate::words::count;

/// Accounts that are named; the others are counted.
const NAMED: usize = 3;

/// One error for each Region that is wanted in accounts without it.
pub(super) fn disabled(context: &Context<'_>, found: &Found<'_>) -> Vec<Diagnostic> {
    let off = &context.observed.disabled_regions;
    if off.is_empty() {
        return Vec::new();
    }
    let mut regions: BTreeMap<&Region, Cells<'_>> = BTreeMap::new();
    for (account, row) in found.wanted.rows.iter().filter(|(_, row)| row.active) {
        for (region, _) in row.cells.iter().filter(|(_, cell)| cell.skip.is_none()) {
            let cells = regions.entry(region).or_default();
            cells.all += 1;
            if off.get(*account).is_some_and(|off| off.contains(*region)) {
                cells.off.insert(account);
            }
        }
    }
    let regions = regions.into_iter();
    regions
        .filter_map(|(region, cells)| {
            let written = written(found, region)?;
            let administrator = administrator(context, found);
            if is_off(context, administrator, region) {
                return Some(in_administrator(context, written, administrator));
            }
            (!cells.off.is_empty()).then(|| in_targets(context, found, written, &cells))
        })
        .collect()
}

/// The wanted instances of a Region.
#[derive(Default)]
struct Cells<'a> {
    all: u64,
    off: BTreeSet<&'a AccountId>,
}

fn written<'a>(found: &Found<'a>, region: &Region) -> Option<&'a Spanned<Region>> {
    let mut regions = found.set.deploy.iter().flat_map(|part| &part.regions);
    regions.find(|written| written.value == *region)
}

/// The account that AWS works from: it must have the Region too.
fn administrator<'a>(context: &Context<'a>, found: &Found<'_>) -> &'a AccountId {
    if found.set.permission.is_service_managed() {
        &context.tree.organization.management_account
    } else {
        &context.desired.aws.admin_account.value
    }
}

fn is_off(context: &Context<'_>, account: &AccountId, region: &Region) -> bool {
    let off = context.observed.disabled_regions.get(account);
    off.is_some_and(|off| off.contains(region))
}

fn in_administrator(context: &Context<'_>, region: &Spanned<Region>, account: &AccountId) -> Diagnostic {
    let name = context.tree.organization.account_name(account);
    let message = format!(
        "region `{}` is not enabled in {name} ({account}), from which AWS deploys",
        region.value
    );
    Diagnostic::error("E0211", message)
        .label(&region.span, "opt-in region")
        .note("AWS needs it there and in every target account")
        .help(format!("enable the region in {name}, or leave it out"))
}

fn in_targets(
    context: &Context<'_>,
    found: &Found<'_>,
    region: &Spanned<Region>,
    cells: &Cells<'_>,
) -> Diagnostic {
    let organization = context.tree.organization;
    let names: Vec<&str> = cells
        .off
        .iter()
        .map(|account| organization.account_name(account))
        .collect();
    let off = names.len() as u64;
    let message = format!(
        "region `{}` is not enabled in {off} of {}",
        region.value,
        count(cells.all, "target account")
    );
    let mut shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        shown = format!("{shown} and {} more", names.len() - NAMED);
    }
    let targets: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("\"account:{name}\""))
        .collect();
    let set = &found.set.name.value;
    let help = format!(
        "enable the region in those accounts, or leave those cells out on purpose:\n[[stackset.{set}.skip]]\ntargets = [{}]\nregions = [\"{}\"]\nreason = \"...\"",
        targets.join(", "),
        region.value
    );
    let all = format!(
        "all of them: stackfleet targets {set} --region {} --disabled",
        region.value
    );
    let diagnostic = Diagnostic::error("E0211", message)
        .label(&region.span, "opt-in region")
        .note(format!("off in: {shown}"));
    if names.len() > NAMED {
        return diagnostic.note(all).help(help);
    }
    diagnostic.help(help)
}

#[cfg(test)]
#[path = "regions_tests.rs"]
mod tests;
