//! The schema that is committed, and what an organization adds to it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::Path;

use model::ids::{AccountId, OrganizationId, UnitId};
use model::organization::{Account, AccountState, Organization, Unit};

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let wanted = format!("{:#}\n", manifest::schema());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/stackfleet.schema.json");
    if std::fs::read_to_string(&page).unwrap_or_default() != wanted {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stackfleet.schema.json");
        std::fs::write(&new, wanted).unwrap();
        panic!(
            "config/stackfleet.schema.json is another one: copy {}",
            new.display()
        );
    }
}

#[test]
fn an_organization_adds_its_paths_and_names() {
    let unit = UnitId::parse("ou-ab12-11111111").unwrap();
    let root = UnitId::parse("r-ab12").unwrap();
    let account = AccountId::parse("111122223333").unwrap();
    let found = Account {
        name: "payments".to_owned(),
        email: "payments@example.org".to_owned(),
        state: AccountState::Active,
        parent: unit.clone(),
        tags: BTreeMap::new(),
    };
    let organization = Organization {
        id: OrganizationId::parse("o-a1b2c3d4e5").unwrap(),
        root: root.clone(),
        management_account: account.clone(),
        units: BTreeMap::from([(
            unit,
            Unit {
                name: "R/D".to_owned(),
                parent: root,
            },
        )]),
        accounts: BTreeMap::from([(account, found)]),
    };
    let schema = manifest::schema_with(&organization);
    let definitions = &schema["definitions"];
    assert_eq!(
        definitions["UnitPath"]["enum"],
        serde_json::json!(["Root", "Root/R\\/D"])
    );
    assert_eq!(
        definitions["AccountName"]["anyOf"][0]["enum"],
        serde_json::json!(["account:payments"])
    );
    assert_eq!(manifest::schema()["definitions"]["UnitPath"]["type"], "string");
}
