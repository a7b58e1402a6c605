//! What holds for every plan: P1 to P15 of reliability §4.7, a file each, over random manifests and organizations.
//!
//! | | what | where |
//! |---|---|---|
//! | P1 | a plan that is carried out makes AWS what the manifest says | [`p01_sound`] |
//! | P2 | a plan is empty when AWS is as the manifest says, and only then | [`p02_empty_is_equal`] |
//! | P3 | what is as it should be is not touched | [`p03_equal_is_untouched`] |
//! | P4 | what is protected or somebody else's is not touched | [`p04_not_ours`] |
//! | P5 | operations wait for what they stand on | [`p05_order`] |
//! | P6 | rectangles are exact, apart from each other, uniform and few | [`p06_rectangles`] |
//! | P7 | a run that ends anywhere is finished by the same calls | [`p07_prefix`] |
//! | P8 | StackSets that do not wait for each other commute | [`p08_commuting`] |
//! | P9 | the order of a list never matters | [`p09_permutation`]; pages, time zones, locales: `tests/tests/properties.rs` |
//! | P10 | a saved plan is read as it was, or not at all | [`p10_plan_file`] |
//! | P11 | what is taken over as it is needs nothing | [`p11_adopt`] |
//! | P12 | printed totals are what happens | [`p12_totals`] |
//! | P13 | what AWS reads back differently is no difference | [`p13_read_back`]; on the wire: `crates/aws/tests/wire/normalise.rs` |
//! | P14 | a page that cannot be read is a refusal | `tests/tests/properties.rs` |
//! | P15 | a manifest that shrinks past a limit is refused | [`p15_limits`] |
//!
//! A part of a plan keeps the same: it touches what is selected, and the whole plan finishes (`selected::tests`); with `--only` it updates
//! exactly what was left behind, changes no definition, and is empty the second time (`selected::only_tests`).
//!
//! P1, P2, P7, P8 and P12 are played in the simulator ([`crate::testing::aws`]). `STACKFLEET_CASES` says how many cases; what failed
//! once is kept in `proptest-regressions/` and tried first, and what it found has a test of its own name in [`found`].

use model::desired::Desired;
use model::observed::Observed;
use model::plan::{Operation, Plan};

use crate::{Limits, plan};

pub(crate) mod cases;
mod found;
mod naive;
mod p01_sound;
mod p02_empty_is_equal;
mod p03_equal_is_untouched;
mod p04_not_ours;
mod p05_order;
mod p06_rectangles;
mod p07_prefix;
mod p08_commuting;
mod p09_permutation;
mod p10_plan_file;
mod p11_adopt;
mod p12_totals;
mod p13_read_back;
mod p15_limits;

pub(crate) fn make(desired: &Desired, observed: &Observed) -> Plan {
    plan(desired, observed, &Limits::default())
}

/// The operations of the plan's normal course.
pub(crate) fn always(plan: &Plan) -> impl Iterator<Item = &Operation> {
    plan.operations
        .iter()
        .filter(|operation| operation.runs_if.is_always())
}
