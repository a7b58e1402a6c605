//! Names that an account can have only once and that move from one of its instances to another.

use std::collections::BTreeSet;

use model::ids::AccountId;
use template::Template;

use crate::diff_instances::Fates;
use crate::fate::FateKind;

/// Accounts that lose one instance and get another with resources whose names they can only have once: there the old stack has
/// to go before the new one can come (reference §6.5).
pub(crate) fn moving_names<'a>(fates: &Fates<'a>, template: &Template) -> BTreeSet<&'a AccountId> {
    let accounts = |kind: FateKind| -> BTreeSet<&'a AccountId> {
        let cells = fates.iter().filter(|(fate, _)| fate.kind == kind);
        cells
            .flat_map(|(_, cells)| cells.keys())
            .map(|(_, account)| *account)
            .collect()
    };
    let both = &accounts(FateKind::Delete) & &accounts(FateKind::Create);
    if both.is_empty() || template.fixed_global_names().is_empty() {
        return BTreeSet::new();
    }
    both
}
