//! The whole line under each fault of a world, each knob, and others who act: plan and apply until there is nothing to do, and
//! no operation was started twice.

#![allow(missing_docs)]
#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::desired::CallAs;
use model::plan::{Plan, PlanResult};
use simulator::world::World;
use simulator::world_file;
use support::fixture;
use support::random::line::Line;

/// Applies that a manifest may take while things go wrong.
const ROUNDS: usize = 10;

/// The demo's organization with more in its world file.
fn world(more: &str) -> World {
    let organization = std::fs::read_to_string(fixture::path("worlds/demo.toml")).expect("the fixture");
    // Keys of the file itself come before its tables.
    let text = format!("{organization}\n{more}");
    world_file::read(&text, "world.toml", &mut |file| Err(format!("no file {file}")))
        .unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// The manifests of a fixture, in their order.
fn steps(name: &str) -> Vec<PathBuf> {
    let of_demo = ["stackfleet.toml", "v2/stackfleet.toml"].map(|file| fixture::path("demo").join(file));
    if name == "demo" {
        return of_demo.into();
    }
    let of_step = |step: i32| fixture::path(&format!("manifests/{name}/{step}/stackfleet.toml"));
    // The third and fourth of some say again what the first and second do.
    (1..=3).map(of_step).take_while(|path| path.is_file()).collect()
}

/// What became of a walk.
struct Walked {
    world: World,
    /// Rounds that each manifest took.
    rounds: Vec<usize>,
    /// What was said on the way.
    told: Vec<String>,
}

/// Walks through the manifests of a fixture on virtual time.
#[track_caller]
fn walk(what: &str, world: World, fixture: &str) -> Walked {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let walked = runtime.block_on(async {
        let line = Line::open(world, CallAs::Myself).await.expect("a line");
        let mut walked = Walked {
            world: line.simulator().world(),
            rounds: Vec::new(),
            told: Vec::new(),
        };
        for manifest in steps(fixture) {
            let rounds = converge(&line, &manifest, &mut walked.told).await;
            walked.rounds.push(rounds.unwrap_or_else(|| {
                panic!(
                    "{what}: {} does not converge\n{}",
                    manifest.display(),
                    walked.told.join("\n")
                )
            }));
        }
        walked.world = line.simulator().world();
        walked
    });
    nothing_twice(what, &walked);
    walked
}

/// Plans and applies until a plan is empty; how many rounds that took, none when it took too many.
async fn converge(line: &Line, manifest: &Path, told: &mut Vec<String>) -> Option<usize> {
    for round in 0..ROUNDS {
        match line.plan(manifest).await {
            Ok(plan) if is_empty(&plan) => return Some(round),
            Ok(plan) => {
                let held = plan.holds.iter().map(|hold| &hold.diagnostic);
                let said: Vec<_> = plan.diagnostics.iter().chain(held).collect();
                told.push(format!(
                    "round {round}: {:?}, {} operations {said:#?}",
                    plan.result,
                    plan.operations.len()
                ));
                let summary = line.apply(&plan, None).await.expect("nobody kills it");
                told.push(format!("{:?} {:#?}", summary.result, summary.causes));
            }
            Err(refused) => told.push(format!("round {round}: {refused}")),
        }
        line.pass(Duration::from_mins(10)).await;
    }
    None
}

fn is_empty(plan: &Plan) -> bool {
    plan.result == PlanResult::NoChanges && plan.operations.is_empty()
}

/// Each operation was carried out once, going by what the service did and not by what the client heard of it.
#[track_caller]
fn nothing_twice(what: &str, walked: &Walked) {
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for set in walked.world.stack_sets.values().flat_map(BTreeMap::values) {
        for operation in &set.operations {
            *seen.entry((set.id.as_str(), operation.id.as_str())).or_default() += 1;
        }
    }
    let twice: Vec<_> = seen.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{what}: {twice:?}");
}

/// Operations that clients started, with what they did: action and number of instances, StackSet by StackSet.
fn work(world: &World) -> Vec<String> {
    let mut work = Vec::new();
    for set in world.stack_sets.values().flat_map(BTreeMap::values) {
        for operation in set.operations.iter().filter(|operation| !operation.automatic) {
            work.push(format!(
                "{} {:?} {}",
                set.name(),
                operation.action,
                operation.cells.len()
            ));
        }
    }
    work
}

/// Calls that a fault hit.
fn struck(world: &World) -> usize {
    world.log.iter().filter(|call| call.fault.is_some()).count()
}

/// One kind of fault, on calls and as often as the keys say.
fn fault(kind: &str, keys: &[&str]) -> String {
    format!("[[fault]]\nkind = \"{kind}\"\n{}\n", keys.join("\n"))
}

/// Writes of the demo's two manifests.
const WRITES: [&str; 3] = ["CreateStackSet", "UpdateStackSet", "CreateStackInstances"];

/// Walks under faults that go by, each of them in the same world otherwise: the work done is the work done without them.
#[track_caller]
fn same_work(fixture: &str, faults: impl IntoIterator<Item = String>) {
    let calm = walk("no fault", world(""), fixture);
    for faults in faults {
        let walked = walk(&faults, world(&faults), fixture);
        assert!(struck(&walked.world) > 0, "{faults} hits nothing");
        assert_eq!(
            work(&walked.world),
            work(&calm.world),
            "{faults}:\n{}",
            walked.told.join("\n")
        );
    }
}

#[test]
fn answers_that_say_try_again_change_nothing() {
    let kinds = ["throttle", "error_before", "lost_request"];
    same_work("demo", kinds.map(|kind| fault(kind, &["probability = 0.3"])));
}

#[test]
fn a_write_that_was_carried_out_unseen_is_not_carried_out_again() {
    let kinds = [
        "error_after",
        "lost_response",
        "malformed_body",
        "truncated_body",
        "hang",
    ];
    let of_kind = |kind| WRITES.map(|action| fault(kind, &[&format!("action = \"{action}\""), "times = 2"]));
    same_work("tags-and-parameters", kinds.into_iter().flat_map(of_kind));
    let deletes = ["DeleteStackInstances", "DeleteStackSet"];
    same_work(
        "removal",
        deletes.map(|action| fault("lost_response", &[&format!("action = \"{action}\"")])),
    );
}

#[test]
fn every_answer_to_a_write_that_is_lost_is_found_out() {
    let all = WRITES.map(|action| fault("lost_response", &[&format!("action = \"{action}\"")]));
    same_work("demo", [all.concat()]);
}

#[test]
fn a_request_that_arrives_late_is_not_sent_anew() {
    let of_delay = |seconds| {
        WRITES.map(|action| {
            let keys = [
                format!("action = \"{action}\""),
                format!("seconds = {seconds}"),
                "times = 1".to_owned(),
            ];
            fault("delayed_request", &keys.each_ref().map(String::as_str))
        })
    };
    same_work("tags-and-parameters", [5, 90, 600].into_iter().flat_map(of_delay));
}

#[test]
fn credentials_that_expire_and_rights_that_are_missing_stop_it_until_they_are_back() {
    let of_kind =
        |kind| ["1", "9", "25"].map(|after| fault(kind, &[&format!("after = {after}"), "times = 3"]));
    let kinds = ["expired_credentials", "access_denied"];
    same_work("tags-and-parameters", kinds.into_iter().flat_map(of_kind));
}

#[test]
fn answers_that_cannot_be_read_are_never_taken_for_answers() {
    let of_kind = |kind| {
        let services = [
            ("cloudformation", "0.2"),
            ("organizations", "0.2"),
            ("sts", "1.0"),
        ];
        services.map(|(service, chance)| {
            let keys = [
                format!("service = \"{service}\""),
                format!("probability = {chance}"),
            ];
            fault(kind, &[&keys[0], &keys[1], "times = 3"])
        })
    };
    let kinds = ["malformed_body", "truncated_body"];
    same_work("tags-and-parameters", kinds.into_iter().flat_map(of_kind));
}

#[test]
fn lists_that_lag_behind_do_not_mislead() {
    for seconds in [20, 120, 420] {
        let faults = fault(
            "stale_list",
            &["service = \"cloudformation\"", &format!("seconds = {seconds}")],
        );
        for fixture in ["shrinking", "removal"] {
            let walked = walk(&faults, world(&faults), fixture);
            assert!(struck(&walked.world) > 0);
        }
    }
}

#[test]
fn every_setting_of_every_knob_will_do() {
    let settings = [
        ("replay", "same_answer"),
        ("replay", "in_progress"),
        ("replay", "stale"),
        ("list_order", "shuffled"),
        ("filters", "lagging"),
        ("update_marks_outdated", "when_different"),
        ("new_operation_retries", "all"),
        ("create_overrides", "ignored"),
        ("create_overrides", "applied"),
        ("queued_targets", "at_start"),
        ("managed_conflict", "any"),
        ("stopping_cells", "cancel"),
        ("parallel_failure", "goes_on"),
        ("error_codes", "without"),
        ("delete_absent", "not_found"),
        ("describe_deleted", "deleted"),
        ("operation_history", "week"),
        ("operation_history", "hundred"),
    ];
    // A write whose answer is lost makes the answers to replays matter.
    let lost = fault(
        "lost_response",
        &["action = \"CreateStackInstances\"", "times = 1"],
    );
    let fixtures = ["tags-and-parameters", "removal", "shrinking", "self-managed"];
    for (number, (knob, word)) in settings.into_iter().enumerate() {
        let more = format!("[knobs]\n{knob} = \"{word}\"\n{lost}");
        let fixture = fixtures[number % fixtures.len()];
        let walked = walk(&more, world(&more), fixture);
        let told = format!("{knob}={word}");
        assert!(walked.world.log.iter().all(|call| call.knobs == told));
    }
}

#[test]
fn what_automatic_deployment_waits_for_is_cleared_where_aws_keeps_what_is_left_out() {
    let more = "[knobs]\nomitted_dependencies = \"kept\"\n";
    walk(more, world(more), "automatic-order");
}

#[test]
fn knobs_and_faults_of_any_seed_will_do() {
    let wanted = std::env::var("STACKFLEET_CASES").ok();
    let seeds = wanted.and_then(|text| text.parse().ok()).unwrap_or(8_u32);
    let kinds = ["throttle", "error_after", "lost_response", "lost_request"];
    let mut faults: String = kinds.map(|kind| fault(kind, &["probability = 0.04"])).concat();
    // No part of an answer that was cut off is believed, so each of these costs a whole plan.
    faults += &fault("truncated_body", &["probability = 0.02", "times = 4"]);
    faults += &fault("delayed_request", &["seconds = 75", "probability = 0.03"]);
    faults += &fault("stale_list", &["seconds = 45", "probability = 0.2"]);
    let organization = std::fs::read_to_string(fixture::path("worlds/demo.toml")).expect("the fixture");
    for seed in 0..seeds {
        let text = organization.replacen("seed = 1", &format!("seed = {seed}\nknobs = \"drawn\""), 1);
        let text = format!("{text}\n{faults}");
        let world = world_file::read(&text, "world.toml", &mut |file| Err(format!("no file {file}")));
        let fixtures = ["tags-and-parameters", "shrinking", "removal", "depends-on"];
        let fixture = fixtures[seed as usize % fixtures.len()];
        walk(
            &format!("seed {seed} of {fixture}"),
            world.expect("a world"),
            fixture,
        );
    }
}

/// Somebody else at several moments of the first apply.
#[track_caller]
fn beside(fixture: &str, actor: impl Fn(u32) -> String) {
    for at in [1, 60, 400] {
        let actors = actor(at);
        let walked = walk(&actors, world(&actors), fixture);
        let acted = walked
            .world
            .log
            .iter()
            .filter(|call| call.actor.is_some())
            .count();
        assert!(acted > 0, "{actors} did nothing");
    }
}

#[test]
fn somebody_else_at_the_same_stack_sets_delays_it_and_no_more() {
    beside("tags-and-parameters", |at| {
        format!(
            "[[actor]]\nname = \"console\"\nat = {at}\nevery = 700\ntimes = 4\ndoes = \"call\"\n\
             action = \"DetectStackSetDrift\"\nstack_set = \"settings\"\n"
        )
    });
    beside("tags-and-parameters", |at| {
        format!(
            "[[actor]]\nname = \"console\"\nat = {at}\ndoes = \"call\"\naction = \"UpdateStackSet\"\n\
             stack_set = \"settings\"\ninputs = {{ UsePreviousTemplate = true, Description = \"mine\" }}\n"
        )
    });
}

#[test]
fn accounts_that_move_join_or_are_suspended_on_the_way_are_caught_up_with() {
    beside("tags-and-parameters", |at| {
        format!(
            "[[actor]]\nat = {at}\ndoes = \"move_account\"\naccount = \"200000000001\"\nto = \"Root/Workloads\"\n"
        )
    });
    beside("tags-and-parameters", |at| {
        format!("[[actor]]\nat = {at}\ndoes = \"suspend_account\"\naccount = \"300000000001\"\n")
    });
    beside("tags-and-parameters", |at| {
        format!(
            "[[actor]]\nat = {at}\ndoes = \"join_account\"\naccount = \"300000000099\"\n\
             account_name = \"new\"\nto = \"Root/Workloads\"\n"
        )
    });
}

#[test]
fn an_operation_that_hangs_and_is_stopped_by_somebody_is_made_good() {
    beside("tags-and-parameters", |at| {
        let hang = at + 15;
        format!(
            "[[actor]]\nat = {hang}\ndoes = \"hang_operations\"\nstack_set = \"settings\"\n\
             [[actor]]\nname = \"console\"\nat = 20000\ndoes = \"stop_operations\"\nstack_set = \"settings\"\n"
        )
    });
}
