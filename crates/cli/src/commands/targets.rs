//! `stackfleet targets`: which account and Region gets what, and which line of the manifest says so.

use std::collections::BTreeSet;

use model::diagnostic::Diagnostic;
use model::observed::Observed;
use model::target_matrix::{AccountTargets, CellState, StackSetTargets};
use report::text::TargetsDetail;

use crate::args::{self, Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline::{self, Read};
use crate::selection::chosen;
use crate::terminal::Terminal;

/// Observes, explains every cell, and shows those that were asked for.
pub(crate) async fn run(args: &args::Targets, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let (read, session) = pipeline::open(global, terminal).await?;
    let observed = pipeline::observe(&read, &session).await?;
    session.close()?;
    let mut sets = planner::targets(&read.desired, &observed);
    Selection::of(args, &sets)?.keep(&mut sets);
    if args.disabled {
        keep_accounts(&mut sets, |account| is_disabled(&observed, account));
    }
    match terminal.format {
        Format::Text => terminal.result(&report::text::targets(&sets, detail(args), terminal.width())),
        Format::Json => terminal.result(&report::json::targets(&sets)),
    }?;
    judge(&sets, &read, terminal)
}

/// Whoever asks for an account wants to know everything about it.
fn detail(args: &args::Targets) -> TargetsDetail {
    if args.account.is_empty() {
        TargetsDetail::Auto
    } else {
        TargetsDetail::Full
    }
}

/// What was asked for; every name in it exists.
struct Selection {
    stack_sets: BTreeSet<String>,
    accounts: BTreeSet<String>,
    regions: BTreeSet<String>,
}

impl Selection {
    fn of(args: &args::Targets, sets: &[StackSetTargets]) -> Result<Self, Failure> {
        let names = sets.iter().map(|set| set.stack_set.clone()).collect();
        let stack_sets = chosen(&args.stack_sets, &names, "StackSet")?;
        let asked = || sets.iter().filter(|set| stack_sets.contains(&set.stack_set));
        let known = asked().flat_map(|set| &set.units).flat_map(|unit| &unit.accounts);
        let accounts = known
            .flat_map(|account| [account.account.to_string(), account.name.clone()])
            .collect();
        let regions = asked()
            .flat_map(|set| &set.regions)
            .map(ToString::to_string)
            .collect();
        Ok(Self {
            accounts: chosen(&args.account, &accounts, "account of these StackSets")?,
            regions: chosen(&args.region, &regions, "Region of these StackSets")?,
            stack_sets,
        })
    }

    fn keep(&self, sets: &mut Vec<StackSetTargets>) {
        sets.retain(|set| self.stack_sets.contains(&set.stack_set));
        for set in sets.iter_mut() {
            set.regions
                .retain(|region| self.regions.contains(region.as_str()));
            for account in set.units.iter_mut().flat_map(|unit| &mut unit.accounts) {
                account
                    .cells
                    .retain(|cell| self.regions.contains(cell.region.as_str()));
            }
        }
        keep_accounts(sets, |account| {
            self.accounts.contains(account.account.as_str()) || self.accounts.contains(&account.name)
        });
    }
}

/// Takes the other accounts out, and units without any.
fn keep_accounts(sets: &mut [StackSetTargets], wanted: impl Fn(&AccountTargets) -> bool) {
    for set in sets {
        for unit in &mut set.units {
            unit.accounts.retain(&wanted);
        }
        set.units.retain(|unit| !unit.accounts.is_empty());
    }
}

/// Whether an account is wanted in a Region that it has not enabled.
fn is_disabled(observed: &Observed, account: &AccountTargets) -> bool {
    let Some(disabled) = observed.disabled_regions.get(&account.account) else {
        return false;
    };
    let mut wanted = account
        .cells
        .iter()
        .filter(|cell| cell.state == CellState::Wanted);
    wanted.any(|cell| disabled.contains(&cell.region))
}

/// What is wrong is said, and a mistake ends with 1: the matrix is not whole then.
fn judge(sets: &[StackSetTargets], read: &Read, terminal: Terminal) -> Result<Exit, Failure> {
    let mut told: Vec<Diagnostic> = sets.iter().flat_map(|set| set.diagnostics.clone()).collect();
    if told.iter().any(Diagnostic::is_error) {
        return Err(Failure::of_files(told, read.sources.clone()));
    }
    told.extend(read.warnings.iter().cloned());
    if terminal.format == Format::Text {
        terminal.tell(&told, &read.sources);
    }
    Ok(Exit::Done)
}
