//! Several plans as one result: a run over several manifests.

use std::collections::{BTreeMap, BTreeSet};

use model::diagnostic::Diagnostic;
use model::plan::{Action, Plan, PlanResult, RiskLevel, Summary};

/// One manifest of a run over several, and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct PlanOf<'a> {
    /// The manifest, as it was named.
    pub manifest: &'a str,
    /// `[project] name` in it.
    pub project: &'a str,
    /// Its plan, or why there is none.
    pub plan: Result<&'a Plan, &'a [Diagnostic]>,
}

/// The plans of a run over several manifests, in the order in which these were named.
#[derive(Debug, Clone, Copy)]
pub struct Plans<'a> {
    /// One for each manifest.
    pub each: &'a [PlanOf<'a>],
}

impl PlanOf<'_> {
    /// What came out; without a plan it is an error.
    pub fn result(&self) -> PlanResult {
        self.plan.map_or(PlanResult::Error, |plan| plan.result)
    }
}

impl<'a> Plans<'a> {
    /// The plans that could be made.
    pub fn made(&self) -> impl Iterator<Item = &'a Plan> + use<'a> {
        self.each.iter().filter_map(|one| one.plan.ok())
    }

    /// What is wrong with each and what holds it, in the order in which they were named.
    pub fn messages(&self) -> Vec<Vec<Diagnostic>> {
        let each = self.each.iter().map(|one| match one.plan {
            Ok(plan) => messages(plan),
            Err(diagnostics) => diagnostics.to_vec(),
        });
        each.collect()
    }

    /// The worst that came out: an error beats a block, a block beats changes.
    pub fn result(&self) -> PlanResult {
        let results = self.each.iter().map(PlanOf::result);
        results.max().unwrap_or(PlanResult::NoChanges)
    }

    /// The worst risk of all plans.
    pub fn risk(&self) -> RiskLevel {
        self.made().map(|plan| plan.risk.level).max().unwrap_or_default()
    }

    /// Whether some StackSet changes.
    pub fn changes(&self) -> bool {
        let mut sets = self.made().flat_map(|plan| &plan.stack_sets);
        sets.any(|set| set.action != Action::None)
    }

    /// Manifests by what came out of them, the worst first.
    pub fn results(&self) -> Vec<(PlanResult, u64)> {
        let mut counts: BTreeMap<PlanResult, u64> = BTreeMap::new();
        for one in self.each {
            *counts.entry(one.result()).or_default() += 1;
        }
        counts.into_iter().rev().collect()
    }

    /// The counts of all plans together. An account, a unit or a Region that several plans touch counts once.
    pub fn summary(&self) -> Summary {
        let mut all = Summary::default();
        let (mut accounts, mut units) = (BTreeSet::new(), BTreeSet::new());
        let mut members: BTreeMap<&str, u64> = BTreeMap::new();
        for plan in self.made() {
            add(&mut all, &plan.summary);
            let organization = plan.scope.organization.as_str();
            let known = members.entry(organization).or_default();
            *known = plan.summary.accounts_total.max(*known);
            let groups = plan.stack_sets.iter().flat_map(|set| &set.instances.groups);
            for group in groups.filter(|group| group.action != Action::None) {
                accounts.extend(&group.rectangle.accounts);
                units.insert((organization, &group.unit_id));
            }
        }
        all.accounts_touched = accounts.len() as u64;
        all.accounts_total = members.values().sum();
        all.units = units.len() as u64;
        all
    }
}

/// What is wrong with a plan and what holds it.
pub fn messages(plan: &Plan) -> Vec<Diagnostic> {
    let holds = plan.holds.iter().map(|hold| &hold.diagnostic);
    plan.diagnostics.iter().chain(holds).cloned().collect()
}

/// What can simply be added.
fn add(all: &mut Summary, one: &Summary) {
    for (sum, counts) in [
        (&mut all.stack_sets, &one.stack_sets),
        (&mut all.instances, &one.instances),
    ] {
        for (action, count) in counts {
            *sum.entry(*action).or_default() += count;
        }
    }
    all.stack_sets_blocked += one.stack_sets_blocked;
    all.instances_blocked += one.instances_blocked;
    all.regions.extend(one.regions.iter().cloned());
}
