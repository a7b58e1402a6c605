//! Which account and Region gets what, and which line of the manifest says so.

use model::desired::{Desired, DesiredStackSet, Target};
use model::observed::Observed;
use model::target_matrix::StackSetTargets;

use crate::Limits;
use crate::context::Context;
use crate::expand::region_order;
use crate::stack_set::understand;

mod explain;

use explain::Explainer;

/// Explains every cell of every StackSet of the manifest, by the StackSet's name.
pub fn targets(desired: &Desired, observed: &Observed) -> Vec<StackSetTargets> {
    let limits = Limits::default();
    let selection = model::plan::Selection::default();
    let context = Context::new(desired, observed, &limits, &selection);
    let sets = desired.stack_sets.values();
    sets.map(|set| of_stack_set(&context, set)).collect()
}

fn of_stack_set<'a>(context: &Context<'a>, set: &'a DesiredStackSet) -> StackSetTargets {
    let mut diagnostics = Vec::new();
    let understood = understand(context, set, &mut diagnostics);
    let order = region_order(set);
    let units = match &understood.parts {
        Some(parts) => Explainer::new(context, set, parts, understood.values.as_ref()).units(&order),
        None => Vec::new(),
    };
    StackSetTargets {
        stack_set: set.name.value.clone(),
        regions: order.into_iter().cloned().collect(),
        units,
        diagnostics,
    }
}

/// A selector as the manifest writes it.
fn written(target: &Target) -> String {
    match target {
        Target::Path(names) => {
            let names = names.iter().map(|name| name.replace('/', "\\/"));
            std::iter::once("Root".to_owned())
                .chain(names)
                .collect::<Vec<_>>()
                .join("/")
        }
        Target::Unit(id) => id.to_string(),
        Target::AccountName(name) | Target::AccountGlob(name) => format!("account:{name}"),
        Target::Account(id) => id.to_string(),
        Target::Tag { key, value } => format!("tag:{key}={value}"),
        Target::Set { name, .. } => format!("@{name}"),
    }
}

#[cfg(test)]
#[path = "targets_tests.rs"]
mod tests;
