//! Says what to do: the difference between wanted and observed, as calls in a safe order.
//!
//! [`plan`] is the entrance; [`break_glass`] and [`joined_since`] are for whoever goes on with one in spite of something; [`targets()`] explains the first half of it, cell by cell. Both are pure and total: the same inputs
//! give the same bytes, and there is always a plan; what may not be done is a hold in it, what cannot be understood a
//! diagnostic. [`batches`] is the cutting of instances into calls, by itself. The steps, in their order:
//!
//! 1. `tree`: the organization, indexed once;
//! 2. `ownership`: whose StackSet it is, and whether we are where the manifest says;
//! 3. `resolve`, `parts`: selectors to units and accounts; `select` does it for stages and freezes;
//! 4. `values`, `definition`, `overrides`: written values to what AWS gets, the definition that a StackSet should have, with what
//!    its automatic deployment waits for (`dependencies`), and what some instances have for themselves;
//! 5. `expand`: parts without skips to wanted instances, each with its values;
//! 6. `diff_definition`, `diff_overrides`, `diff_instances`, `diff_targets`: what differs, with reasons; `fate` is the word for
//!    one instance;
//! 7. `rectangles`, `calls`: cells into the fewest rectangles, rectangles into calls;
//! 8. `rollout`, `order`: operations of one StackSet, stage by stage in a safe order, each with the definition that it leaves;
//!    `template_place`: where AWS fetches a long template from;
//! 9. `stack_set`, `removal`: steps 2 to 8 for one StackSet, giving a `draft`; `groups` is its instances for readers, `last_failures`
//!    why some of them failed before;
//! 10. `schedule`, `preconditions`, `summary`, `ids`: all StackSets together; `words` counts in messages;
//! 11. `selected`: which StackSets and instances a selection leaves out, on the way from 2 to 10;
//! 12. `risk`, `estimate`, `guards`, `policies`: what is to be said about the whole, and what speaks against it.

mod approval;
mod calls;
mod context;
mod definition;
mod dependencies;
mod diff_definition;
mod diff_instances;
mod diff_overrides;
mod diff_targets;
mod draft;
mod estimate;
mod expand;
mod fate;
mod groups;
mod guards;
mod ids;
mod inoperable;
mod last_failures;
mod limits;
mod order;
mod overrides;
mod ownership;
mod parts;
pub mod policies;
mod preconditions;
#[cfg(test)]
mod properties;
mod rectangles;
mod removal;
mod resolve;
mod risk;
mod rollout;
#[cfg(test)]
mod rules_tests;
mod schedule;
mod select;
mod selected;
mod stack_set;
mod summary;
#[cfg(test)]
mod tables;
mod taken;
pub mod targets;
mod template_place;
#[cfg(test)]
mod testing;
mod tree;
mod values;
mod words;

use model::desired::Desired;
use model::diagnostic::Diagnostic;
use model::digest::Digest;
use model::observed::Observed;
use model::plan::{
    Blocked, FORMAT, FORMAT_VERSION, Hold, Plan, PlanResult, PlanSource, Scope, Selection, Tool,
};

pub use approval::joined_since;
pub use calls::batches;
use context::Context;
use draft::Draft;
pub use limits::Limits;
pub use rollout::again::ROLLED_BACK;
use rollout::gates::Gates;
pub use targets::targets;

/// What apply would do to make the observed world as desired.
pub fn plan(desired: &Desired, observed: &Observed, limits: &Limits) -> Plan {
    plan_selected(desired, observed, limits, &Selection::default())
}

/// The same for a part of it, which is a plan of its own. What is not selected is left as it is.
pub fn plan_selected(desired: &Desired, observed: &Observed, limits: &Limits, selection: &Selection) -> Plan {
    let context = Context::new(desired, observed, limits, selection);
    let mut drafts = drafts(&context);
    let gates = Gates::of(&drafts);
    gates.mark(&mut drafts);
    let mut plan = frame(&context);
    plan.operations = schedule::schedule(&drafts, &gates);
    plan.stages = gates.listed(&drafts);
    plan.preconditions = preconditions::preconditions(&context, &drafts);
    let named = drafts
        .iter()
        .map(|draft| (draft.plan.name.clone(), draft.named()))
        .collect();
    plan.diagnostics = ownership::identity(&context);
    plan.diagnostics.extend(selected::remark(selection, &drafts));
    for draft in drafts {
        plan.diagnostics.extend(draft.diagnostics);
        plan.holds.extend(draft.holds);
        plan.stack_sets.push(draft.plan);
    }
    plan.holds.extend(ownership::forgotten(&context));
    plan.stack_sets.sort_by(|one, two| one.name.cmp(&two.name));
    plan.summary = summary::summary(&context, &plan.stack_sets);
    plan.account_names = summary::account_names(&context, &plan.stack_sets);
    judge(&context, &mut plan);
    ids::address(&mut plan, &named);
    hear_policies(&context, &mut plan);
    plan
}

/// Every StackSet by itself, those that are not selected without anything to do.
fn drafts<'a>(context: &Context<'a>) -> Vec<Draft<'a>> {
    let importers = removal::importers(context);
    let wanted = context.desired.stack_sets.values().map(|set| {
        let draft = stack_set::draft(context, set);
        (selected::takes(context, set), draft)
    });
    let removed = context.desired.removed.values().map(|removal| {
        let name = removal.name.value.as_str();
        let draft = removal::draft(context, removal, importers.get(name));
        (selected::takes_removal(context, name), draft)
    });
    let keep = |(taken, draft)| {
        if taken {
            draft
        } else {
            selected::leave(context, draft)
        }
    };
    let mut drafts: Vec<Draft<'a>> = wanted.chain(removed).map(keep).collect();
    for (index, diagnostic) in selected::missing(&drafts) {
        if let Some(draft) = drafts.get_mut(index) {
            draft.hold(diagnostic, 0);
        }
    }
    drafts
}

/// Time, risk, and what the manifest forbids.
fn judge(context: &Context<'_>, plan: &mut Plan) {
    plan.risk = risk::risk(context, plan);
    plan.estimate = estimate::estimate(context, plan);
    plan.freezes = guards::freeze::listed(context, &mut plan.diagnostics);
    plan.diagnostics.extend(guards::freeze::soon(context, plan));
    plan.diagnostics
        .extend(rollout::again::rolled_back(context, plan));
    let holds = guards::holds(context, plan);
    for hold in &holds {
        let mut sets = plan.stack_sets.iter_mut();
        if let Some(set) = sets.find(|set| hold.stack_set.as_ref() == Some(&set.name)) {
            set.blocked_by.push(Blocked::by(&hold.diagnostic));
        }
    }
    plan.holds.extend(holds);
    conclude(plan);
}

/// Policies see the whole plan with its digest and everything else that speaks against it.
fn hear_policies(context: &Context<'_>, plan: &mut Plan) {
    let policies = &context.desired.guard.policies;
    if policies.is_empty() {
        return;
    }
    let verdict = policies::judge(policies, plan);
    plan.policy = verdict.results;
    plan.diagnostics.extend(verdict.diagnostics);
    plan.holds.extend(verdict.holds);
    conclude(plan);
}

/// Takes away what freezes hold, for whoever goes on in spite of them; whether there was anything.
pub fn break_glass(plan: &mut Plan) -> bool {
    let held = plan.holds.len();
    plan.holds
        .retain(|hold| hold.diagnostic.code != guards::freeze::HOLD);
    for set in &mut plan.stack_sets {
        set.blocked_by.retain(|hold| hold.code != guards::freeze::HOLD);
    }
    conclude(plan);
    plan.holds.len() < held
}

fn conclude(plan: &mut Plan) {
    summary::count_blocked(plan);
    plan.result = result(&plan.diagnostics, &plan.holds, !plan.operations.is_empty());
    plan.applyable = matches!(plan.result, PlanResult::Changes | PlanResult::NoChanges);
}

/// What is wrong comes before what may not be done: who cannot read the manifest cannot judge it.
fn result(diagnostics: &[Diagnostic], holds: &[Hold], changes: bool) -> PlanResult {
    if diagnostics.iter().any(Diagnostic::is_error) {
        PlanResult::Error
    } else if !holds.is_empty() {
        PlanResult::Blocked
    } else if changes {
        PlanResult::Changes
    } else {
        PlanResult::NoChanges
    }
}

fn source(context: &Context<'_>) -> PlanSource {
    PlanSource {
        project: context.desired.project.value.clone(),
        manifest: context.desired.manifest.clone(),
        git: context.observed.git.clone(),
        snapshot: false,
        files: None,
    }
}

fn frame(context: &Context<'_>) -> Plan {
    let (desired, observed) = (context.desired, context.observed);
    Plan {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION.to_owned(),
        tool: Tool {
            name: "stackfleet".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        digest: Digest::of_bytes(&[]),
        created_at: observed.taken_at,
        result: PlanResult::NoChanges,
        applyable: false,
        complete: !context.selection.is_narrow(),
        selection: context.selection.clone(),
        risk: model::plan::Risk::default(),
        estimate: None,
        freezes: Vec::new(),
        policy: Vec::new(),
        source: source(context),
        scope: Scope {
            partition: observed.identity.partition().to_owned(),
            organization: observed.organization.id.clone(),
            admin_account: desired.aws.admin_account.value.clone(),
            call_as: desired.aws.call_as,
            region: desired.aws.region.value.clone(),
        },
        summary: model::plan::Summary::default(),
        stack_sets: Vec::new(),
        operations: Vec::new(),
        stages: Vec::new(),
        diagnostics: Vec::new(),
        holds: Vec::new(),
        preconditions: model::plan::Preconditions::default(),
        account_names: std::collections::BTreeMap::new(),
    }
}
