//! `[[freeze]]`: times in which nothing is written to some accounts.

use std::collections::BTreeSet;

use model::diagnostic::Diagnostic;
use model::ids::{AccountId, Region};
use model::plan::{Hold, Plan, PlanFreeze};

use crate::context::Context;
use crate::select::select;
use crate::words::count;

/// The code of a hold by a freeze.
pub(crate) const HOLD: &str = "E0530";

/// The freezes that are not over, for whoever carries the plan out. One whose targets mean nothing is an error.
pub(crate) fn listed(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<PlanFreeze> {
    let now = context.observed.taken_at;
    let mut listed = Vec::new();
    for freeze in context.desired.freezes.iter().filter(|freeze| now < freeze.until) {
        let accounts = if freeze.targets.is_empty() {
            Some(None)
        } else {
            let found = select(context, &freeze.targets, diagnostics);
            found.map(|found| Some(found.into_iter().cloned().collect()))
        };
        if let Some(accounts) = accounts {
            listed.push(PlanFreeze {
                name: freeze.name.value.clone(),
                from: freeze.from,
                until: freeze.until,
                accounts,
            });
        }
    }
    listed
}

/// A hold for each freeze that is on and that the plan would go against.
pub(super) fn holds(context: &Context<'_>, plan: &Plan) -> Vec<Hold> {
    let now = context.observed.taken_at;
    let on = plan.freezes.iter().filter(|freeze| freeze.is_on(now));
    on.filter_map(|freeze| {
        let hit = hit(plan, freeze)?;
        let message = format!("`{}` freezes {} until {}", freeze.name, hit.words(), freeze.until);
        let diagnostic = place(
            context,
            freeze,
            Diagnostic::error(HOLD, message),
            "nothing is written here now",
        );
        Some(Hold {
            diagnostic: diagnostic
                .help("apply when it is over; what cannot wait: stackfleet apply --break-glass REASON"),
            stack_set: None,
            instances: hit.instances,
        })
    })
    .collect()
}

/// A warning for each freeze that begins before the plan is likely to be done.
pub(crate) fn soon(context: &Context<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let now = context.observed.taken_at;
    let Some(estimate) = &plan.estimate else {
        return Vec::new();
    };
    let seconds = estimate.high_seconds.saturating_add(estimate.soak_seconds);
    let last = now.as_second().saturating_add_unsigned(seconds);
    let begins = |freeze: &&PlanFreeze| now < freeze.from && freeze.from.as_second() < last;
    let soon = plan.freezes.iter().filter(begins);
    soon.filter_map(|freeze| {
        let hit = hit(plan, freeze)?;
        let message = format!(
            "`{}` begins at {}, and the plan may take longer than that",
            freeze.name, freeze.from
        );
        let diagnostic = place(
            context,
            freeze,
            Diagnostic::warning("W0531", message),
            "begins soon",
        );
        Some(
            diagnostic
                .note(format!("it freezes {}", hit.words()))
                .note("operations that are not started by then wait until it is over")
                .help("apply at once, or when the freeze is over"),
        )
    })
    .collect()
}

fn place(context: &Context<'_>, freeze: &PlanFreeze, diagnostic: Diagnostic, text: &str) -> Diagnostic {
    let mut written = context.desired.freezes.iter();
    match written.find(|written| written.name.value == freeze.name && written.from == freeze.from) {
        Some(written) => diagnostic.label(&written.name.span, text),
        None => diagnostic,
    }
}

/// What of a plan is frozen.
struct Hit {
    accounts: u64,
    instances: u64,
}

impl Hit {
    fn words(&self) -> String {
        if self.accounts == 0 {
            return "everything".to_owned();
        }
        format!(
            "{} in {}",
            count(self.instances, "instance"),
            count(self.accounts, "account")
        )
    }
}

fn hit(plan: &Plan, freeze: &PlanFreeze) -> Option<Hit> {
    let mut accounts: BTreeSet<&AccountId> = BTreeSet::new();
    let mut instances: BTreeSet<(&str, &AccountId, &Region)> = BTreeSet::new();
    let always = plan
        .operations
        .iter()
        .filter(|operation| operation.runs_if.is_always());
    let parts = always.flat_map(|operation| {
        let name = operation.stack_set.as_str();
        operation.touches.iter().map(move |part| (name, part))
    });
    for (name, part) in parts {
        let frozen: Vec<_> = part
            .accounts
            .iter()
            .filter(|account| freeze.covers(account))
            .collect();
        let cells = frozen
            .iter()
            .flat_map(|account| part.regions.iter().map(move |region| (name, *account, region)));
        instances.extend(cells);
        accounts.extend(frozen);
    }
    // A freeze of everything also stops what touches no instance.
    let everything = freeze.accounts.is_none() && !plan.operations.is_empty();
    (!accounts.is_empty() || everything).then_some(Hit {
        accounts: accounts.len() as u64,
        instances: instances.len() as u64,
    })
}
