//! Accounts that a call reaches without naming them: they are looked at again before it is sent, and told when they are more
//! than planned.

use std::collections::BTreeSet;
use std::time::Duration;

use model::Timestamp;
use model::call::{ResultStatus, Write};
use model::ids::{AccountId, UnitId};
use model::organization::Organization;
use model::plan::Operation;
use model::targets::{AccountFilter, CallTargets};

use super::{Context, Kind, Line, Next, Stop};
use crate::core::preflight::UnitChange;

/// How long a look counts, at the StackSet or at the organization; reading that costs a call for every unit.
const FRESH: Duration = Duration::from_mins(1);

impl Line<'_> {
    /// Whether the next operation names units without exact accounts and the last look at them is old.
    pub(super) fn must_check_units(&self, cx: &Context) -> bool {
        let open = self.operation().map(open_units).unwrap_or_default();
        let checked = self.units_checked.unwrap_or(cx.units_checked);
        !open.is_empty() && is_old(checked, cx.now)
    }

    /// Who joined is wanted too where instances are made or updated; nothing is deleted that the plan does not name, and
    /// nobody is claimed to be reached who left.
    pub(super) fn on_units(&mut self, organization: &Organization, cx: &Context) -> Next {
        self.units_checked = Some(cx.now);
        let Some(operation) = self.operation() else {
            return self.look();
        };
        let deletes = matches!(operation.call, Write::DeleteStackInstances { .. });
        for unit in open_units(operation) {
            let planned = cx.units.get(unit);
            let change = planned.and_then(|planned| UnitChange::find(unit, planned, organization));
            match change {
                None => {}
                Some(UnitChange::Accounts { path, joined, left }) if left.is_empty() && !deletes => {
                    for (account, name) in joined {
                        self.tell_joined(account, &format!("{name} joined {path}"));
                    }
                }
                Some(change) => return self.stale(&change.to_string()),
            }
        }
        if cx.cut_off {
            return Next::Stop(Stop::Unmet);
        }
        if self.must_look_again(cx) {
            return self.look();
        }
        self.send_now()
    }

    /// Results of accounts that were in none of the units when the plan was made: they joined after the last look.
    pub(super) fn tell_unplanned(&mut self, cx: &Context) {
        let Some(job) = self.job() else { return };
        let open = open_units(job.operation);
        let there = open.iter().filter_map(|unit| cx.units.get(*unit)).flatten();
        let named = job.operation.touches.iter().flat_map(|touched| &touched.accounts);
        let planned: BTreeSet<&AccountId> = there.chain(named).collect();
        let done = job
            .results
            .values()
            .filter(|result| result.status == ResultStatus::Succeeded);
        let accounts: BTreeSet<AccountId> = done
            .map(|result| &result.key.account)
            .filter(|account| !open.is_empty() && !planned.contains(account))
            .cloned()
            .collect();
        for account in accounts {
            let what = format!("{account} joined its units");
            self.tell_joined(account, &what);
        }
    }

    fn tell_joined(&mut self, account: AccountId, what: &str) {
        if self.joined.insert(account) {
            let message = format!(
                "{what} after the plan was made; StackSet `{}` reaches it too",
                self.name
            );
            let cause = Kind::Joined.of(self.name, message);
            self.causes.push(cause);
        }
    }
}

/// Units that a call names without exact accounts.
fn open_units(operation: &Operation) -> BTreeSet<&UnitId> {
    let targets = match &operation.call {
        Write::UpdateStackSet(update) => &update.targets,
        Write::CreateStackInstances { targets, .. }
        | Write::UpdateStackInstances { targets, .. }
        | Write::DeleteStackInstances { targets, .. } => targets,
        Write::CreateStackSet { .. } | Write::DeleteStackSet => return BTreeSet::new(),
    };
    match targets {
        CallTargets::Units {
            units,
            filter: AccountFilter::None,
            ..
        } => units.iter().collect(),
        _ => BTreeSet::new(),
    }
}

/// Whether a look of this moment counts no more. A clock that leapt back says nothing of it (fault 13).
pub(super) fn is_old(looked: Timestamp, now: Timestamp) -> bool {
    now.duration_since(looked).unsigned_abs() > FRESH
}
