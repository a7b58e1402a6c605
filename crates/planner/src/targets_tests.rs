use model::desired::{Override, Skip, Target};
use model::organization::AccountState;

use super::*;
use crate::testing::world::*;

fn explained(set: DesiredStackSet) -> Vec<String> {
    let found = targets(&desired(vec![set]), &observed());
    let set = &found[0];
    assert_eq!(set.regions.len(), 2);
    let accounts = set.units.iter().flat_map(|unit| &unit.accounts);
    let cells = accounts.flat_map(|account| {
        account.cells.iter().map(|cell| {
            let lines: Vec<_> = cell
                .lines
                .iter()
                .map(|line| format!("{:?} {}", line.effect, line.text))
                .collect();
            format!(
                "{} {} {:?}: {}",
                account.name,
                cell.region,
                cell.state,
                lines.join(", ")
            )
        })
    });
    cells.collect()
}

/// A set without an account, one of its accounts by its id, a skip and an override.
fn with_everything() -> DesiredStackSet {
    let mut set = stack_set("net");
    *body_of(&mut set) = WITH_PARAMETERS.replace("    NoEcho: true\n", "    Default: t\n");
    set.deploy[0].targets = vec![
        at(Target::Set {
            name: "managed".to_owned(),
            include: vec![at(below(2))],
            exclude: vec![at(Target::AccountName("shop-prod".to_owned()))],
        }),
        at(Target::Account(account(1005))),
    ];
    set.skip.push(Skip {
        targets: vec![at(below(3))],
        regions: vec![at(region("eu-west-1"))],
        reason: at("SEC-221".to_owned()),
        span: span(),
    });
    set.overrides.push(Override {
        name: at("dev is short".to_owned()),
        targets: vec![at(below(4))],
        regions: Vec::new(),
        parameters: [(
            "Days".to_owned(),
            parameter(model::desired::Source::Literal("7".to_owned())),
        )]
        .into(),
        span: span(),
    });
    set
}

#[test]
fn every_cell_says_which_lines_decide_about_it() {
    assert_eq!(
        explained(with_everything()),
        [
            "shared us-east-1 Wanted: Targets @managed",
            "shared eu-west-1 Wanted: Targets @managed",
            "shop-dev us-east-1 Wanted: Targets @managed, Targets 000000001005, Gives dev is short: Days = 7",
            "shop-dev eu-west-1 Wanted: Targets @managed, Targets 000000001005, Gives dev is short: Days = 7",
            "old-dev us-east-1 Inactive: Targets @managed, Gives dev is short: Days = 7",
            "old-dev eu-west-1 Inactive: Targets @managed, Gives dev is short: Days = 7",
            "shop-prod us-east-1 Excluded: Excludes account:shop-prod",
            "shop-prod eu-west-1 Excluded: Excludes account:shop-prod",
            "bank-prod us-east-1 Wanted: Targets @managed",
            "bank-prod eu-west-1 Skipped: Targets @managed, Skips SEC-221",
        ]
    );
}

#[test]
fn the_management_account_is_shown_where_a_unit_seems_to_mean_it() {
    let mut set = stack_set("net");
    set.deploy[0].targets = vec![at(below(0))];
    let cells = explained(set);
    assert!(cells.contains(&"management us-east-1 Management: ".to_owned()));
}

#[test]
fn a_mistake_in_a_value_leaves_the_matrix_without_values() {
    let mut set = stack_set("net");
    *body_of(&mut set) = WITH_PARAMETERS.to_owned();
    let mut world = observed();
    world.organization.accounts.get_mut(&account(1002)).unwrap().state = AccountState::Closed;
    let found = targets(&desired(vec![set]), &world);
    assert_eq!(found[0].diagnostics[0].code, "E0302");
    let accounts = found[0].units.iter().flat_map(|unit| &unit.accounts);
    assert_eq!(accounts.count(), 5);
}
