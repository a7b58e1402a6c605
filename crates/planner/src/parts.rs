//! What a StackSet's selectors mean: its parts, what is skipped of them, and the targets of its overrides.

use std::collections::BTreeSet;

use model::desired::{DesiredStackSet, Skip, Target};
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{Region, UnitId};
use model::observed::ObservedStackSet;

use crate::rectangles::Cells;
use crate::resolve::{Purpose, Selection, resolve};
use crate::tree::Tree;

/// Unit × Region pairs.
pub(crate) type Pairs<'a> = Cells<&'a UnitId, &'a Region>;

/// Selectors of one StackSet, in the manifest's order.
pub(crate) struct Parts<'a> {
    /// The rectangles that are wanted; they may overlap.
    pub(crate) deploy: Vec<Part<'a>>,
    /// What is left out of them.
    pub(crate) skip: Vec<(Part<'a>, &'a Skip)>,
    /// Whom each override is for.
    pub(crate) overrides: Vec<Selection<'a>>,
}

/// Accounts × Regions.
pub(crate) struct Part<'a> {
    pub(crate) selection: Selection<'a>,
    /// Of a skip every Region when it is empty.
    pub(crate) regions: BTreeSet<&'a Region>,
}

impl Part<'_> {
    /// Whether it is about a Region.
    pub(crate) fn is_in(&self, region: &Region) -> bool {
        self.regions.is_empty() || self.regions.contains(region)
    }
}

/// Resolves all of them. Nothing is returned when one means nothing; every such one is reported.
pub(crate) fn parts<'a>(
    set: &'a DesiredStackSet,
    observed: Option<&'a ObservedStackSet>,
    tree: &Tree<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Parts<'a>> {
    let service_managed = set.permission.is_service_managed();
    let renamed = forgotten_units(set, observed, tree);
    let mut select = |targets: &'a [Spanned<Target>], purpose| {
        let found = resolve(targets, purpose, tree, &renamed, diagnostics);
        (found.is_some(), found.unwrap_or_default())
    };
    let mut whole = true;
    let mut parts = Parts {
        deploy: Vec::new(),
        skip: Vec::new(),
        overrides: Vec::new(),
    };
    for part in &set.deploy {
        let (known, selection) = select(&part.targets, Purpose::Deploy { service_managed });
        whole &= known;
        let regions = part.regions.iter().map(|region| &region.value).collect();
        parts.deploy.push(Part { selection, regions });
    }
    for skip in &set.skip {
        let (known, selection) = select(&skip.targets, Purpose::Part);
        whole &= known;
        let regions = skip.regions.iter().map(|region| &region.value).collect();
        parts.skip.push((Part { selection, regions }, skip));
    }
    for own in &set.overrides {
        let (known, selection) = select(&own.targets, Purpose::Part);
        whole &= known;
        parts.overrides.push(selection);
    }
    whole.then_some(parts)
}

/// Units that the StackSet is deployed to and that no path of its targets names: what a path of an old name may have meant.
fn forgotten_units<'a>(
    set: &'a DesiredStackSet,
    observed: Option<&'a ObservedStackSet>,
    tree: &Tree<'a>,
) -> BTreeSet<&'a UnitId> {
    let mut units: BTreeSet<&UnitId> = observed
        .into_iter()
        .flat_map(|set| set.registered.keys())
        .collect();
    for target in set.deploy.iter().flat_map(|part| &part.targets) {
        if let Target::Path(names) = &target.value
            && let Ok(unit) = tree.find(names)
        {
            units.remove(unit);
        }
    }
    units
}
