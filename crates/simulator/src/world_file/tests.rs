use std::path::Path;

use model::organization::AccountState;

use super::*;

fn no_files(path: &str) -> Result<String, String> {
    Err(format!("no file {path}"))
}

fn mistakes(text: &str) -> Vec<(u32, String, String)> {
    let diagnostics = read(text, "w.toml", &mut no_files).unwrap_err();
    let line = |diagnostic: &Diagnostic| diagnostic.labels[0].span.start.line;
    diagnostics
        .into_iter()
        .map(|found| (line(&found), found.code, found.message))
        .collect()
}

#[test]
fn the_fresh_world_is_the_demo_organization() {
    let world = fresh().unwrap();
    let organization = &world.organization;
    assert_eq!((organization.units.len(), organization.accounts.len()), (3, 9));
    let suspended = organization
        .accounts
        .values()
        .filter(|account| account.state == AccountState::Suspended);
    assert_eq!(suspended.count(), 1);
    let nested = organization
        .units
        .values()
        .filter(|unit| unit.parent != organization.root);
    assert_eq!(nested.count(), 1);
    assert!(world.organizations_access);
    assert_eq!(world.caller, organization.management_account);
    let with_role = world
        .roles
        .values()
        .filter(|roles| roles.contains("OrganizationAccountAccessRole"));
    assert_eq!(with_role.count(), 8);
}

#[test]
fn every_world_in_the_fixtures_is_right() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/worlds");
    let mut read_worlds = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let world = read(&text, "w.toml", &mut no_files);
        assert!(world.is_ok(), "{}: {world:?}", path.display());
        read_worlds += 1;
    }
    assert!(read_worlds >= 3);
}

#[test]
fn every_example_in_the_documentation_is_right() {
    let page = include_str!("../../../../docs/worlds.md");
    let mut examples = 0;
    for part in page.split("```toml\n").skip(1) {
        let example = part.split("```").next().unwrap();
        // A part of a world is shown without the rest of it.
        let rest = "[organization]\nmanagement_account = \"100000000000\"\n[[account]]\nid = \"100000000000\"\nname = \"m\"\n";
        let text = if example.contains("[organization]") {
            example.to_owned()
        } else {
            format!("{example}\n{rest}")
        };
        let world = read(&text, "docs/worlds.md", &mut |_| Ok(String::new()));
        assert!(world.is_ok(), "{example}\n{world:?}");
        examples += 1;
    }
    assert!(examples >= 5);
}

#[test]
fn all_mistakes_are_told_at_once_with_their_lines() {
    let text = r#"now = 2026-01-01
sed = 1
delegated_administrators = ["999999999999"]

[organization]
management_account = "100000000000"

[[unit]]
path = "A/B"

[[account]]
id = "100000000000"
name = "management"
unti = "A"

[[account]]
id = "12"
name = "short"

[[account]]
id = "300000000001"
name = "lost"
unit = "Nowhere"

[[failure]]
acount = "300000000001"
reason = "no"

[timing]
instance_least = "soon"
"#;
    let found = mistakes(text);
    let places: Vec<(u32, &str)> = found
        .iter()
        .map(|(line, code, _)| (*line, code.as_str()))
        .collect();
    let expected = [
        (1, "E0151"),
        (2, "E0151"),
        (9, "E0251"),
        (14, "E0151"),
        (17, "E0151"),
        (23, "E0251"),
        (26, "E0151"),
        (30, "E0151"),
    ];
    assert_eq!(places, expected, "{found:#?}");
}

#[test]
fn what_stands_nowhere_is_told_where_it_is_named() {
    let text = r#"delegated_administrators = ["999999999999"]
[organization]
root = "ou-demo-11111111"
management_account = "100000000000"
[[account]]
id = "300000000001"
name = "lost"
unit = "Nowhere"
[[unit]]
path = "A/B"
"#;
    let found = mistakes(text);
    let places: Vec<(u32, &str)> = found
        .iter()
        .map(|(line, code, _)| (*line, code.as_str()))
        .collect();
    let expected = [
        (1, "E0252"),
        (3, "E0252"),
        (4, "E0252"),
        (8, "E0251"),
        (10, "E0251"),
    ];
    assert_eq!(places, expected, "{found:#?}");
}

#[test]
fn text_that_is_not_toml_is_told_by_line() {
    let found = mistakes("seed = 1\n[organization\nx = = 2\n");
    assert!(found.iter().all(|(_, code, _)| code == "E0150"), "{found:?}");
    assert_eq!(found.first().map(|(line, ..)| *line), Some(2), "{found:?}");
}

#[test]
fn what_is_there_twice_is_told_at_the_second_place() {
    let text = r#"[organization]
management_account = "100000000000"
[[unit]]
path = "A"
[[unit]]
path = "Root/A"
[[account]]
id = "100000000000"
name = "one"
[[account]]
id = "100000000000"
name = "one"
"#;
    let found = mistakes(text);
    let lines: Vec<u32> = found.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [6, 11, 12], "{found:?}");
    assert!(found.iter().all(|(_, code, _)| code == "E0253"));
}

#[test]
fn an_empty_file_says_what_is_missing() {
    assert_eq!(
        mistakes(""),
        [(
            1,
            "E0250".to_owned(),
            "the world has no `[organization]`".to_owned()
        )]
    );
}

#[test]
fn ids_that_are_left_out_are_the_same_in_every_run() {
    let text = include_str!("../../../../fixtures/worlds/empty-unit.toml");
    let (one, two) = (
        read(text, "w", &mut no_files).unwrap(),
        read(text, "w", &mut no_files).unwrap(),
    );
    assert_eq!(one, two);
    assert!(
        one.organization
            .units
            .keys()
            .all(|id| id.as_str().starts_with("ou-sim0-"))
    );
}

#[test]
fn objects_are_texts_or_files_and_a_missing_file_is_a_mistake() {
    let text = r#"[organization]
management_account = "100000000000"
[[account]]
id = "100000000000"
name = "m"
[objects]
"bucket/a" = "Resources: {}"
"bucket/b" = { file = "b.yaml" }
"#;
    let world = read(text, "w", &mut |path| Ok(format!("# {path}"))).unwrap();
    assert_eq!(world.objects["bucket/b"].text, "# b.yaml");
    assert_eq!(world.objects["bucket/a"].text, "Resources: {}");
    let found = mistakes(text);
    assert_eq!((found.len(), found[0].0), (1, 8), "{found:?}");
}
