//! P10: a saved plan is read as it was written, or not at all.
//!
//! A property that a reader does not know is ignored (DESIGN §3.3 of the plan's JSON: a minor version only adds), but only under a
//! seal of its own: one that somebody puts into a file breaks the seal.

use model::plan_file::{PlanFileError, open, seal};
use proptest::prelude::*;
use proptest::sample::Index;

use super::cases::any_world;
use super::make;

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p10_a_saved_plan_is_read_as_it_was_written(world in any_world()) {
        let plan = make(&world.desired, &world.observed);
        let text = seal(&plan).unwrap();
        let read = open(&text).unwrap();
        prop_assert_eq!(read.compute_digest(), plan.digest.clone());
        prop_assert_eq!(seal(&read).unwrap(), text);
        prop_assert_eq!(read, plan);
    }

    #[test]
    fn p10_a_changed_byte_or_a_new_property_is_refused(world in any_world(), place: Index, other: u8) {
        let text = seal(&make(&world.desired, &world.observed)).unwrap();
        let mut bytes = text.clone().into_bytes();
        let byte = place.index(bytes.len());
        prop_assume!(bytes[byte] != other);
        bytes[byte] = other;
        if let Ok(changed) = String::from_utf8(bytes) {
            prop_assert!(open(&changed).is_err(), "byte {byte}");
        }
        let added = text.replacen('{', "{\n  \"unknown\": true,", 1);
        prop_assert_eq!(open(&added), Err(PlanFileError::Tampered));
        prop_assert!(open(&text[..byte]).is_err(), "cut off at {byte}");
    }
}
