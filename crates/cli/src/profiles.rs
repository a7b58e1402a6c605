//! AWS profiles as they were typed, against the accounts that a run is about.

use model::diagnostic::Diagnostic;
use model::ids::AccountId;

use crate::args::Global;
use crate::failure::Failure;

/// E0011: a profile for an account that neither a manifest nor the plan of this run has. The run would have the credentials of the
/// environment in its place. Those of the variable are for other runs too.
pub(crate) fn check<'a>(
    global: &Global,
    accounts: impl IntoIterator<Item = &'a AccountId>,
) -> Result<(), Failure> {
    if !global.typed_profiles {
        return Ok(());
    }
    let accounts: Vec<&AccountId> = accounts.into_iter().collect();
    let mut typed = global
        .profile
        .iter()
        .filter_map(|profile| profile.account.as_ref());
    let Some(unknown) = typed.find(|account| !accounts.contains(account)) else {
        return Ok(());
    };
    let known: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    let message = format!("--profile {unknown}=… does nothing here: this run is not for account {unknown}");
    let told = Diagnostic::error("E0011", message).note(format!("it is for {}", known.join(", ")));
    Err(told.help("correct the account, or leave it out").into())
}
