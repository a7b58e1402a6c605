use jiff::SignedDuration;
use model::instance::DetailedStatus;
use model::observed::OperationStatus;

use super::pass;
use crate::world::{StackSet, World};
use crate::world_file;

const WORLD: &str = r#"
[organization]
management_account = "100000000000"
[[unit]]
path = "Prod"
[[unit]]
path = "Dev"
[[account]]
id = "100000000000"
name = "management"
[[account]]
id = "200000000001"
name = "shop"
unit = "Prod"
[timing]
instance_least = 10
instance_most = 10
operation_start = 1
"#;

/// Somebody makes a StackSet and deploys it to the shop, at second 0 and 10.
const DEPLOYS: &str = r#"
[[actor]]
name = "colleague"
does = "call"
action = "CreateStackSet"
stack_set = "net"
inputs = { TemplateBody = "Resources: { T: { Type: 'AWS::SNS::Topic' } }", ExecutionRoleName = "OrganizationAccountAccessRole" }
[[actor]]
name = "colleague"
at = 10
does = "call"
action = "CreateStackInstances"
stack_set = "net"
inputs = { Accounts = ["200000000001"], Regions = ["eu-west-1", "us-east-1"], OperationId = "theirs" }
"#;

fn world(actors: &str) -> World {
    let text = format!("{WORLD}{actors}");
    world_file::read(&text, "w.toml", &mut |_| Ok(String::new())).unwrap()
}

fn after(mut world: World, seconds: i64) -> World {
    let to = world.now + SignedDuration::from_secs(seconds);
    pass(&mut world, to);
    world
}

fn only(world: &World) -> &StackSet {
    world
        .stack_sets
        .values()
        .flat_map(|sets| sets.values())
        .next()
        .unwrap()
}

#[test]
fn a_foreign_operator_calls_at_its_moments_and_is_in_the_log() {
    let world = after(world(DEPLOYS), 60);
    let start = world.log[0].at;
    let seen: Vec<_> = world
        .log
        .iter()
        .map(|call| (call.action.as_str(), call.status, call.actor.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("CreateStackSet", 200, Some("colleague")),
            ("CreateStackInstances", 200, Some("colleague"))
        ]
    );
    assert_eq!(
        world.log[1].at.duration_since(start),
        SignedDuration::from_secs(10)
    );
    let operation = &only(&world).operations[0];
    assert_eq!(
        (operation.id.as_str(), &operation.status),
        ("theirs", &OperationStatus::Succeeded)
    );
}

#[test]
fn an_actor_that_acts_again_and_again_ends_after_its_times() {
    let drift = format!(
        "{DEPLOYS}\n[[actor]]\nat = 100\nevery = 50\ntimes = 3\ndoes = \"call\"\naction = \"DetectStackSetDrift\"\nstack_set = \"net\"\n"
    );
    let world = after(world(&drift), 10_000);
    assert_eq!(only(&world).operations.len(), 4);
    assert_eq!(
        world.actors.iter().filter(|actor| actor.next.is_some()).count(),
        0
    );
}

#[test]
fn accounts_move_join_leave_and_are_suspended() {
    let deeds = r#"
[[actor]]
at = 1
does = "move_account"
account = "200000000001"
to = "Dev"
[[actor]]
at = 2
does = "join_account"
account = "200000000002"
account_name = "new"
to = "Root/Prod"
[[actor]]
at = 3
does = "suspend_account"
account = "200000000002"
[[actor]]
at = 4
does = "remove_account"
account = "200000000001"
[[actor]]
at = 5
does = "remove_account"
account = "200000000001"
"#;
    let world = after(world(deeds), 5);
    let accounts = &world.organization.accounts;
    let ids: Vec<_> = accounts.keys().map(ToString::to_string).collect();
    assert_eq!(ids, ["100000000000", "200000000002"]);
    assert!(!accounts.values().nth(1).unwrap().state.is_active());
    let codes: Vec<u16> = world.log.iter().map(|entry| entry.status).collect();
    assert_eq!(
        codes,
        [200, 200, 200, 200, 404],
        "the second removal finds nobody"
    );
}

#[test]
fn an_operation_that_hangs_ends_only_when_it_is_stopped() {
    let hung = format!("{DEPLOYS}\n[[actor]]\nat = 15\ndoes = \"hang_operations\"\nstack_set = \"net\"\n");
    let still = after(world(&hung), 1_000_000);
    assert_eq!(only(&still).operations[0].status, OperationStatus::Running);

    let stopped =
        format!("{hung}\n[[actor]]\nat = 2000000\ndoes = \"stop_operations\"\nstack_set = \"net\"\n");
    let over = after(world(&stopped), 2_000_001);
    let set = only(&over);
    assert_eq!(set.operations[0].status, OperationStatus::Stopped);
    assert!(
        set.instances
            .values()
            .all(|instance| instance.detailed == DetailedStatus::Cancelled)
    );
}

#[test]
fn what_an_actor_needs_is_told_at_its_place() {
    for (entry, message) in [
        ("does = \"move_account\"", "needs `account`"),
        (
            "does = \"move_account\"\naccount = \"200000000001\"\nto = \"Nowhere\"",
            "no unit `Nowhere`",
        ),
        ("does = \"call\"", "needs `action`"),
        (
            "does = \"stop_operations\"\nstack_set = \"n\"\ntimes = 2",
            "needs `every`",
        ),
        ("does = \"dance\"", "unknown variant"),
    ] {
        let text = format!("{WORLD}[[actor]]\n{entry}\n");
        let found = world_file::read(&text, "w.toml", &mut |_| Ok(String::new())).unwrap_err();
        assert!(found[0].message.contains(message), "{found:?}");
        assert!(found[0].labels[0].span.start.line >= 19, "{found:?}");
    }
}

#[test]
fn what_a_fault_needs_is_told_at_its_place() {
    for (entry, message) in [
        ("kind = \"stale_list\"", "needs `seconds`"),
        ("kind = \"throttle\"\nseconds = 1", "has no `seconds`"),
        ("kind = \"throttle\"\nprobability = 1.5", "from 0 to 1"),
        ("kind = \"slow\"", "unknown variant"),
    ] {
        let text = format!("{WORLD}[[fault]]\n{entry}\n");
        let found = world_file::read(&text, "w.toml", &mut |_| Ok(String::new())).unwrap_err();
        assert!(found[0].message.contains(message), "{found:?}");
    }
}
