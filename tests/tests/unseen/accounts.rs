//! Changes of the organization. `guardrails` deploys by itself, so what AWS does is right already; `network`, whose values differ
//! from unit to unit, does not, and `baseline` is self-managed.

use std::fs;
use std::path::Path;

use crate::course::Row;
use crate::hand::{PROD, SANDBOX, account, may_delete};

#[expect(clippy::too_many_lines, reason = "a table: one row for each change")]
pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row {
            what: "an account moved between targeted OUs",
            hand: |served| {
                account(
                    served,
                    "move_account",
                    &format!("\"account\": \"200000000002\", \"to\": \"{PROD}\""),
                );
            },
            exit: 2,
            says: &["security-tooling", "Zones", "2 → 3"],
            consent: None,
        },
        Row {
            what: "an account moved in",
            hand: |served| {
                account(
                    served,
                    "move_account",
                    &format!("\"account\": \"400000000001\", \"to\": \"{PROD}\""),
                );
            },
            exit: 2,
            says: &["sandbox-one"],
            consent: None,
        },
        Row {
            what: "an account moved out",
            hand: |served| {
                account(
                    served,
                    "move_account",
                    &format!("\"account\": \"300000000001\", \"to\": \"{SANDBOX}\""),
                );
            },
            exit: 3,
            says: &["E0510", "orders-prod", "left the unit"],
            consent: Some(may_delete),
        },
        Row {
            what: "an account suspended",
            hand: |served| account(served, "suspend_account", "\"account\": \"300000000001\""),
            exit: 2,
            says: &["W0422", "where AWS does not work"],
            consent: Some(let_go),
        },
    ]
}

/// The manifest says that the account is gone for good.
fn let_go(manifest: &Path) {
    let skip =
        |name| format!("\n[[stackset.{name}.skip]]\ntargets = [\"300000000001\"]\nreason = \"closed\"\n");
    let text = fs::read_to_string(manifest).expect("the manifest is there");
    let skips = ["guardrails", "network", "baseline"].map(skip).concat();
    fs::write(manifest, text + &skips).expect("a file can be written");
}
