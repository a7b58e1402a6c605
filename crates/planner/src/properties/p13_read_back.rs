//! P13: what AWS reads back differently from what was sent is no difference (reference §1.4).

use model::plan::PlanResult;
use proptest::prelude::*;

use super::cases::any_world;
use super::make;
use crate::testing::aws::Aws;
use crate::testing::world::outline;

/// The same template, written by another hand.
fn rewritten(template: &str, how: u8) -> String {
    match how {
        0 => template.to_owned(),
        1 => format!("# said by somebody\n---\n{template}\n\n"),
        2 => template.replace('\n', "\r\n"),
        _ => serde_json::to_string_pretty(&template::read("t", template).unwrap().body).unwrap(),
    }
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p13_noise_is_no_difference(
        world in any_world(), how in 0_u8..4, capable: bool, retain: bool, described: bool, own: bool
    ) {
        let mut aws = Aws::of(&world.observed);
        let plan = make(&world.desired, &aws.seen());
        aws.carry_out(&plan, usize::MAX);
        prop_assume!(!aws.is_spoiled());
        for set in world.desired.stack_sets.values() {
            aws.change(&set.aws_name, |there| {
                let definition = &mut there.definition;
                definition.template = rewritten(&definition.template, how);
                // A manifest that acknowledges none is satisfied with any (decision 13).
                if capable {
                    definition.capabilities.insert("CAPABILITY_IAM".to_owned());
                }
                definition.retain_on_removal |= retain && !definition.auto_deployment;
                if described && set.description.is_none() {
                    definition.description = Some("said by somebody".to_owned());
                }
                // A readable value that is the StackSet's own says nothing.
                let days = definition.parameters.get("Days").cloned().filter(|_| own);
                for instance in there.instances.values_mut() {
                    if let Some(days) = &days && !instance.overrides.contains_key("Days") {
                        instance.overrides.insert("Days".to_owned(), days.clone());
                    }
                }
            });
        }
        let next = make(&world.desired, &aws.seen());
        prop_assert_eq!(next.result, PlanResult::NoChanges, "{:#?}", outline(&next));
    }
}
