use model::desired::Skip;
use model::plan::{Plan, PlanResult};

use crate::testing::world::*;

fn planned(off: &[u64], skip: Vec<Skip>) -> Plan {
    let mut set = stack_set("net");
    set.skip = skip;
    let mut observed = observed();
    for number in off {
        observed
            .disabled_regions
            .insert(account(*number), [region("us-east-1")].into());
    }
    crate::plan(&desired(vec![set]), &observed, &crate::Limits::default())
}

#[test]
fn a_region_that_is_off_in_target_accounts_is_an_error_with_a_way_on() {
    let plan = planned(&[1003, 1004, 1001], Vec::new());
    assert_eq!(plan.result, PlanResult::Error);
    assert_eq!(codes(&plan), ["E0211"]);
    let said = &plan.diagnostics[0];
    assert_eq!(
        said.message,
        "region `us-east-1` is not enabled in 2 of 4 target accounts"
    );
    assert_eq!(said.notes, ["off in: shop-prod, bank-prod"]);
    assert!(
        said.help[0]
            .text
            .contains("targets = [\"account:shop-prod\", \"account:bank-prod\"]")
    );
}

#[test]
fn instances_that_are_skipped_do_not_need_the_region() {
    let skip = Skip {
        targets: vec![at(model::desired::Target::Account(account(1003)))],
        regions: vec![at(region("us-east-1"))],
        reason: at("NET-42".to_owned()),
        span: span(),
    };
    assert_eq!(codes(&planned(&[1003], vec![skip])), Vec::<&str>::new());
}

#[test]
fn the_account_that_aws_deploys_from_needs_the_region_too() {
    let plan = planned(&[1000], Vec::new());
    assert_eq!(
        plan.diagnostics[0].message,
        "region `us-east-1` is not enabled in management (000000001000), from which AWS deploys"
    );
}
