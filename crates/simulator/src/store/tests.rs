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
    for damaged in ["", "{}", "not json", half, "{\"version\":2}", "\u{0}\u{1}"] {
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
        "{\"version\":1,\"something\":\"else\"}",
    )
    .unwrap();
    let refused = Store::open(directory.path(), never).unwrap_err();
    assert!(
        matches!(refused, StoreError::Version { found: 1, .. }),
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

/// A world that a process was killed over, right after a write.
fn with_journal(directory: &Path) -> World {
    let (mut store, mut world) = Store::open(directory, fresh).unwrap();
    world.log.push(call(&world, "CreateStackSet"));
    let mut none = Vec::new();
    store.append(&world, &mut none).unwrap();
    world
}

#[test]
fn a_write_adds_a_line_and_leaves_the_world_alone() {
    let directory = tempfile::tempdir().unwrap();
    let before = {
        drop(Store::open(directory.path(), fresh).unwrap());
        fs::read(directory.path().join("world.json")).unwrap()
    };
    let world = with_journal(directory.path());
    assert_eq!(fs::read(directory.path().join("world.json")).unwrap(), before);
    let journal = fs::read_to_string(directory.path().join("journal.jsonl")).unwrap();
    assert_eq!(journal.lines().count(), 1);
    assert_eq!(Store::open(directory.path(), never).unwrap().1, world);
}

#[test]
fn a_journal_that_its_world_was_written_after_is_of_no_use() {
    let directory = tempfile::tempdir().unwrap();
    let world = with_journal(directory.path());
    let journal = directory.path().join("journal.jsonl");
    let old = fs::read(&journal).unwrap();
    let (mut store, mut again) = Store::open(directory.path(), never).unwrap();
    store.save(&mut again).unwrap();
    assert!(!journal.exists());
    // As if the process had been killed before it could remove it.
    fs::write(&journal, old).unwrap();
    drop(store);
    assert_eq!(Store::open(directory.path(), never).unwrap().1, world);
}

#[test]
fn a_journal_that_leads_elsewhere_or_cannot_be_read_is_damage() {
    let directory = tempfile::tempdir().unwrap();
    with_journal(directory.path());
    let journal = directory.path().join("journal.jsonl");
    let right = fs::read_to_string(&journal).unwrap();
    for wrong in [
        right.replace("\"draws\":0", "\"draws\":7"),
        format!("nonsense\n{right}"),
    ] {
        assert_ne!(wrong, right);
        fs::write(&journal, &wrong).unwrap();
        let refused = Store::open(directory.path(), never).unwrap_err();
        assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
        assert_eq!(fs::read_to_string(&journal).unwrap(), wrong);
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files_and_git_does_not_see_them() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    with_journal(directory.path());
    for name in ["world.json", "journal.jsonl", "calls.jsonl"] {
        let mode = fs::metadata(directory.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let ignored = directory.path().join(".gitignore");
    assert_eq!(fs::read_to_string(&ignored).unwrap(), "*\n");
    fs::write(&ignored, "world.json\n").unwrap();
    drop(Store::open(directory.path(), never).unwrap());
    assert_eq!(fs::read_to_string(&ignored).unwrap(), "world.json\n");
}
