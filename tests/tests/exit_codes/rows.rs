//! The rows, each with a way to it.

use std::fs;

use support::tool::Run;

use crate::scene::Scene;

pub(crate) struct Row {
    pub(crate) code: i32,
    /// `result` of the summary; none where the row has none.
    pub(crate) result: Option<&'static str>,
    pub(crate) when: &'static str,
    /// Whether AWS did anything.
    pub(crate) writes: bool,
    pub(crate) scene: fn(&Scene) -> Run,
}

const APPLY: &str = "-f json apply --auto-approve";

const fn row(
    code: i32,
    result: Option<&'static str>,
    when: &'static str,
    writes: bool,
    scene: fn(&Scene) -> Run,
) -> Row {
    Row {
        code,
        result,
        when,
        writes,
        scene,
    }
}

pub(crate) fn rows() -> Vec<Row> {
    [
        done(),
        errors(),
        blocked(),
        incomplete(),
        overtaken(),
        stale(),
        approvals(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn done() -> Vec<Row> {
    vec![
        row(
            0,
            Some("succeeded"),
            "everything that the plan says is done",
            true,
            |scene| {
                scene.change();
                scene.run(APPLY)
            },
        ),
        row(0, Some("no_changes"), "nothing is to be done", false, |scene| {
            scene.run(APPLY)
        }),
        row(
            0,
            Some("detached"),
            "it was asked not to wait for what it started",
            true,
            |scene| {
                scene.change();
                scene.run("-f json apply --auto-approve --detach")
            },
        ),
        row(0, None, "a plan with changes", false, |scene| {
            scene.change();
            scene.run("plan")
        }),
        row(2, None, "the same, when asked to say so", false, |scene| {
            scene.change();
            scene.run("plan --detailed-exitcode")
        }),
    ]
}

fn errors() -> Vec<Row> {
    vec![
        row(1, None, "an option that does not exist", false, |scene| {
            scene.run("apply --nonsense")
        }),
        row(1, None, "a mistake in the manifest", false, |scene| {
            scene.edit("Level = \"standard\"", "Levle = \"strict\"");
            scene.run("apply --auto-approve")
        }),
        row(1, None, "credentials for another account", false, |scene| {
            scene.edit(
                "admin_account = \"100000000000\"",
                "admin_account = \"999900000000\"",
            );
            scene.run("apply --auto-approve")
        }),
        row(1, None, "AWS does not let it read", false, |scene| {
            let denied = r#"{"kind": "access_denied", "action": "ListStackInstances"}"#;
            scene.served.door("fault", denied);
            scene.run("plan --detailed-exitcode")
        }),
    ]
}

fn blocked() -> Vec<Row> {
    vec![
        row(3, None, "more deletions than the guard allows", false, |scene| {
            scene.edit("[\"us-east-1\", \"eu-west-1\"]", "[\"us-east-1\"]");
            scene.run("apply --auto-approve")
        }),
        row(3, None, "a StackSet that is somebody else's", false, |scene| {
            scene.edit("name = \"by-hand\"", "name = \"another\"");
            scene.run("apply --auto-approve")
        }),
        row(3, None, "a freeze", false, |scene| {
            scene.change();
            let window = "from = 2020-01-01T00:00:00Z\nuntil = 2099-01-01T00:00:00Z\n";
            scene.append(&format!("\n[[freeze]]\nname = \"peak\"\n{window}"));
            scene.run("apply --auto-approve")
        }),
    ]
}

fn incomplete() -> Vec<Row> {
    vec![
        row(4, Some("failed"), "an operation fails", true, |scene| {
            scene.change();
            scene
                .served
                .door("failure", r#"{"account": "300000000001", "reason": "no luck"}"#);
            scene.run(APPLY)
        }),
        row(
            4,
            Some("partial"),
            "instances fail within the tolerance",
            true,
            |scene| {
                scene.change();
                scene.append("\n[stackset.guardrails.preferences]\nfailure_tolerance = 1\n");
                let failure = r#"{"account": "300000000001", "region": "eu-west-1", "reason": "no luck"}"#;
                scene.served.door("failure", failure);
                scene.run(APPLY)
            },
        ),
        row(4, Some("denied"), "AWS denies the first write", false, |scene| {
            scene.change();
            scene.served.door(
                "fault",
                r#"{"kind": "access_denied", "action": "UpdateStackSet"}"#,
            );
            scene.run(APPLY)
        }),
    ]
}

/// What comes between a write and the end.
fn overtaken() -> Vec<Row> {
    vec![
        row(
            4,
            Some("stale_midway"),
            "something changed after a write",
            true,
            |scene| {
                scene.edit("Zones = 2", "Zones = 1");
                scene.planned();
                scene.by_hand("network");
                scene.run("-f json apply plan.json --parallel 1")
            },
        ),
        row(
            4,
            Some("still_running"),
            "the credentials expire while an operation runs",
            true,
            |scene| {
                let expired =
                    r#"{"kind": "expired_credentials", "action": "DescribeStackSetOperation", "after": 1}"#;
                scene.planned();
                scene.served.door("fault", expired);
                scene.run("-f json apply plan.json")
            },
        ),
    ]
}

fn stale() -> Vec<Row> {
    vec![
        row(
            5,
            Some("stale"),
            "something changed since the plan",
            false,
            |scene| {
                scene.planned();
                scene.by_hand("guardrails");
                scene.run("-f json apply plan.json")
            },
        ),
        row(
            5,
            Some("busy"),
            "another operation holds a StackSet",
            false,
            |scene| {
                scene.planned();
                scene.served.accepts(&[
                    ("Action", "DetectStackSetDrift"),
                    ("StackSetName", "guardrails"),
                    ("OperationId", "somebody-else"),
                ]);
                scene.hang();
                scene.run("-f json apply plan.json --wait 0s")
            },
        ),
        row(5, None, "not the plan that was approved", false, |scene| {
            scene.change();
            scene.run("apply --approved 0123456789ab")
        }),
        row(5, None, "a plan file that was changed", false, |scene| {
            let plan = scene.planned();
            let text = fs::read_to_string(&plan).expect("it was saved");
            fs::write(&plan, text.replacen("strict", "loose!", 1)).expect("a file can be written");
            scene.run("apply plan.json")
        }),
    ]
}

fn approvals() -> Vec<Row> {
    vec![
        row(6, None, "nobody is there to say yes", false, |scene| {
            scene.change();
            scene.run("apply")
        }),
        row(
            6,
            Some("awaiting_approval"),
            "a stage that nobody approved",
            true,
            |scene| {
                scene.change();
                scene.edit(
                    "tags         = { owner",
                    "rollout = \"careful\"\ntags         = { owner",
                );
                scene.append(
                "\n[rollout.careful]\n[[rollout.careful.stage]]\nname = \"first\"\ntargets = [\"Root/Security\"]\n\
                 [[rollout.careful.stage]]\nname = \"rest\"\ntargets = \"rest\"\napproval = true\n",
            );
                scene.run(APPLY)
            },
        ),
    ]
}
