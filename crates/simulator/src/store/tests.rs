use std::fs;

use jiff::SignedDuration;

use super::*;
use crate::world::LogEntry;
use crate::world_file;

#[expect(clippy::unnecessary_wraps, reason = "the form that `open` takes")]
fn fresh() -> Result<World, StoreError> {
    Ok(world_file::fresh().unwrap())
}

fn never() -> Result<World, StoreError> {
    panic!("there is a world already")
}

fn call(world: &World, action: &str) -> LogEntry {
    LogEntry {
        at: world.now,
        service: "sts".to_owned(),
        action: action.to_owned(),
        status: 200,
        ..LogEntry::default()
    }
}

#[test]
fn what_was_saved_is_what_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    let (mut store, mut world) = Store::open(directory.path(), fresh).unwrap();
    for action in ["GetCallerIdentity", "ListRoots"] {
        world.log.push(call(&world, action));
        world.now = world.now.checked_add(SignedDuration::from_secs(5)).unwrap();
        store.save(&mut world).unwrap();
    }
    drop(store);
    let (_, again) = Store::open(directory.path(), never).unwrap();
    assert_eq!(again, world);
    assert_eq!(again.log.len(), 2);
}

#[test]
fn a_second_opening_names_the_lock_and_the_first_one_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let (mut store, mut world) = Store::open(directory.path(), fresh).unwrap();
    let refused = Store::open(directory.path(), never).unwrap_err();
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused}");
    let diagnostic = refused.diagnostic();
    assert!(diagnostic.help[0].text.contains("world.lock"), "{diagnostic:?}");
    store.save(&mut world).unwrap();
    drop(store);
    assert!(Store::open(directory.path(), never).is_ok());
}

#[test]
fn a_damaged_world_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    drop(Store::open(directory.path(), fresh).unwrap());
    let path = directory.path().join("world.json");
    let whole = fs::read_to_string(&path).unwrap();
    let half = whole.get(..whole.len() / 2).unwrap();
    for damaged in ["", "{}", "not json", half, "{\"version\":1}", "\u{0}\u{1}"] {
        fs::write(&path, damaged).unwrap();
        let refused = Store::open(directory.path(), never).unwrap_err();
        assert!(
            matches!(refused, StoreError::Damaged { .. }),
            "{damaged:?}: {refused}"
        );
        assert!(refused.diagnostic().help[0].text.contains("mv "));
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
    }
}

#[test]
fn a_world_of_another_version_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("world.json"),
        "{\"version\":2,\"something\":\"else\"}",
    )
    .unwrap();
    let refused = Store::open(directory.path(), never).unwrap_err();
    assert!(
        matches!(refused, StoreError::Version { found: 2, .. }),
        "{refused}"
    );
}

#[test]
fn calls_that_no_saved_world_knows_of_are_cut_off() {
    let directory = tempfile::tempdir().unwrap();
    let (mut store, mut world) = Store::open(directory.path(), fresh).unwrap();
    world.log.push(call(&world, "Known"));
    store.save(&mut world).unwrap();
    drop(store);
    let calls = directory.path().join("calls.jsonl");
    let known = fs::read_to_string(&calls).unwrap();
    fs::write(&calls, format!("{known}{known}{{\"at\":\"20")).unwrap();

    let (mut store, mut world) = Store::open(directory.path(), never).unwrap();
    assert_eq!(world.log.len(), 1);
    world.log.push(call(&world, "Next"));
    store.save(&mut world).unwrap();
    let text = fs::read_to_string(&calls).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.lines().nth(1).is_some_and(|line| line.contains("Next")));
}

#[test]
fn missing_calls_are_damage() {
    let directory = tempfile::tempdir().unwrap();
    let (mut store, mut world) = Store::open(directory.path(), fresh).unwrap();
    world.log.push(call(&world, "Lost"));
    store.save(&mut world).unwrap();
    drop(store);
    fs::remove_file(directory.path().join("calls.jsonl")).unwrap();
    let refused = Store::open(directory.path(), never).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
}

#[test]
fn a_world_that_cannot_be_made_leaves_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let refuse = || Err(StoreError::damaged(Path::new("w.toml"))("no"));
    assert!(Store::open(directory.path(), refuse).is_err());
    assert!(!directory.path().join("world.json").exists());
}
