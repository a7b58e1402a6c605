//! What every step may look at.

use model::desired::Desired;
use model::ids::Region;
use model::observed::Observed;
use model::plan::Selection;

use crate::limits::Limits;
use crate::tree::Tree;

/// The inputs of a plan with the organization indexed.
pub(crate) struct Context<'a> {
    pub(crate) desired: &'a Desired,
    pub(crate) observed: &'a Observed,
    pub(crate) limits: &'a Limits,
    pub(crate) selection: &'a Selection,
    pub(crate) tree: Tree<'a>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        desired: &'a Desired,
        observed: &'a Observed,
        limits: &'a Limits,
        selection: &'a Selection,
    ) -> Self {
        Self {
            desired,
            observed,
            limits,
            selection,
            tree: Tree::new(&observed.organization),
        }
    }

    /// The mark that our StackSets carry.
    pub(crate) fn project(&self) -> &'a str {
        &self.desired.project.value
    }
}

/// Regions in the manifest's order; those that it does not name come last, by name.
pub(crate) fn in_order<'a>(order: &[&'a Region], regions: impl Iterator<Item = &'a Region>) -> Vec<Region> {
    let place = |region: &Region| order.iter().position(|known| *known == region);
    let mut sorted: Vec<_> = regions
        .map(|region| (place(region).unwrap_or(usize::MAX), region))
        .collect();
    sorted.sort();
    sorted.dedup();
    sorted.into_iter().map(|(_, region)| region.clone()).collect()
}
