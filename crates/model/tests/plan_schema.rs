//! The schema of plans that is committed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

#[test]
#[expect(clippy::disallowed_methods, reason = "it is held against a file")]
fn the_committed_schema_of_plans_is_the_one_of_the_types() {
    let wanted = format!("{:#}\n", model::schema::plan());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/plan.schema.json");
    if std::fs::read_to_string(&page).unwrap_or_default() != wanted {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan.schema.json");
        std::fs::write(&new, wanted).unwrap();
        panic!("config/plan.schema.json is another one: copy {}", new.display());
    }
}

#[test]
fn words_that_a_minor_version_may_add_to_are_texts_with_examples() {
    let schema = model::schema::plan();
    for word in ["Action", "Reason", "OperationKind"] {
        let definition = &schema["$defs"][word];
        assert_eq!(definition["type"], "string", "{word}: {definition}");
        assert!(
            definition["examples"]
                .as_array()
                .is_some_and(|known| known.len() > 5)
        );
    }
    assert_eq!(schema["properties"]["format"]["const"], "stackfleet.plan");
}
