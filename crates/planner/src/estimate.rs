//! How long a plan takes: what operations took before, by the arithmetic of operation preferences (reference §3.2).
//!
//! AWS lists when an operation began and ended and not how much it did. The instances that name an operation as their last one
//! say that, so only such operations count.

use std::collections::BTreeMap;

use model::ids::Region;
use model::instance::Rectangle;
use model::observed::{ObservedStackSet, OperationSummary};
use model::plan::{Estimate, Operation, Plan};
use model::preferences::{OperationPreferences, RegionConcurrency};

use crate::context::Context;
use crate::words::count;

mod makespan;

use makespan::makespan;

/// Operations of one StackSet that are looked at.
const SAMPLES: usize = 5;

/// The estimate; none when no StackSet of the plan has an operation to judge by.
pub(crate) fn estimate(context: &Context<'_>, plan: &Plan) -> Option<Estimate> {
    let mut known: BTreeMap<&str, Pace> = BTreeMap::new();
    let mut unknown: Vec<&str> = Vec::new();
    for operation in working(plan) {
        let name = operation.stack_set.as_str();
        let observed = context.observed.stack_sets.get(&operation.aws_name);
        match observed.and_then(|set| pace(set, operation)) {
            Some(pace) => drop(known.insert(name, pace)),
            None if !unknown.contains(&name) => unknown.push(name),
            None => {}
        }
    }
    let fastest = known.values().map(|pace| pace.low).min()?;
    let slowest = known.values().map(|pace| pace.high).max()?;
    let others = Pace {
        low: fastest,
        high: slowest,
    };
    let seconds = |pick: fn(&Pace) -> u64| {
        let milliseconds = makespan(plan, context.limits.parallel, |operation| {
            let pace = known.get(operation.stack_set.as_str()).unwrap_or(&others);
            pick(pace).saturating_mul(rounds(operation.call.preferences(), &operation.touches))
        });
        milliseconds.div_ceil(1000)
    };
    Some(Estimate {
        low_seconds: seconds(|pace| pace.low),
        high_seconds: seconds(|pace| pace.high),
        soak_seconds: soaks(plan),
        basis: basis(known.len(), &unknown),
    })
}

fn basis(known: usize, unknown: &[&str]) -> String {
    let mut basis = format!("the last operations of {}", count(known as u64, "StackSet"));
    if !unknown.is_empty() {
        basis.push_str("; none of ");
        basis.push_str(&unknown.join(", "));
    }
    basis
}

/// Operations that touch instances in the normal course.
fn working(plan: &Plan) -> impl Iterator<Item = &Operation> {
    let operations = plan.operations.iter();
    operations.filter(|operation| operation.runs_if.is_always() && operation.instances > 0)
}

/// Milliseconds for one round: as many accounts as are worked on at once, in one Region.
#[derive(Debug, Clone, Copy)]
struct Pace {
    low: u64,
    high: u64,
}

fn pace(observed: &ObservedStackSet, operation: &Operation) -> Option<Pace> {
    let preferences = operation.call.preferences()?;
    let samples = observed.history.iter().filter_map(|past| {
        let took = past.ended_at?.as_second() - past.created_at?.as_second();
        let rounds = past_rounds(observed, past, preferences)?;
        let took = u64::try_from(took).ok().filter(|took| *took > 0)?;
        took.saturating_mul(1000).checked_div(rounds)
    });
    let samples: Vec<u64> = samples.take(SAMPLES).collect();
    Some(Pace {
        low: samples.iter().copied().min()?,
        high: samples.iter().copied().max()?,
    })
}

/// The rounds that an operation took for the instances that name it, by its own preferences; by those of `now` where AWS does
/// not tell them.
fn past_rounds(
    observed: &ObservedStackSet,
    past: &OperationSummary,
    now: &OperationPreferences,
) -> Option<u64> {
    let mut regions: BTreeMap<&Region, u64> = BTreeMap::new();
    for (key, instance) in &observed.instances {
        if instance.last_operation.as_ref() == Some(&past.id) {
            *regions.entry(&key.region).or_default() += 1;
        }
    }
    let preferences = past.preferences.as_ref().unwrap_or(now);
    (!regions.is_empty()).then(|| in_regions(preferences, regions.into_values()))
}

/// The rounds of a call: Regions one after another or side by side, each as many at once as its preferences allow.
pub(crate) fn rounds(preferences: Option<&OperationPreferences>, touches: &[Rectangle]) -> u64 {
    let mut regions: BTreeMap<&Region, u64> = BTreeMap::new();
    for rectangle in touches {
        for region in &rectangle.regions {
            *regions.entry(region).or_default() += rectangle.accounts.len() as u64;
        }
    }
    preferences.map_or(0, |preferences| in_regions(preferences, regions.into_values()))
}

fn in_regions(preferences: &OperationPreferences, accounts: impl Iterator<Item = u64>) -> u64 {
    let rounds =
        accounts.map(|accounts| accounts.div_ceil(preferences.effective_concurrency(accounts).max(1)));
    match preferences.region_concurrency {
        RegionConcurrency::Sequential => rounds.sum(),
        RegionConcurrency::Parallel => rounds.max().unwrap_or_default(),
    }
}

/// Rollouts soak side by side, stages of one after another.
fn soaks(plan: &Plan) -> u64 {
    let mut rollouts: BTreeMap<&str, u64> = BTreeMap::new();
    for stage in &plan.stages {
        *rollouts.entry(&stage.rollout).or_default() += stage.soak_seconds;
    }
    rollouts.into_values().max().unwrap_or_default()
}

#[cfg(test)]
#[path = "estimate_tests.rs"]
mod tests;
