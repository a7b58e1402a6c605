//! What a reviewer reads: whole plans as text.

mod values;

use model::diagnostic::Diagnostic;
use model::ids::StackSetId;
use model::plan::{Action, Blocked, Hold, LastFailure, PlanResult, Reason, StackSetPlan};
use report::text::{Diff, PlanView, plan};
use values::{changes, group, plan_of, rectangle, span, stack_set, staged, strip};

fn shown(the_plan: &model::plan::Plan, diff: Diff) -> String {
    let view = PlanView {
        diff,
        saved_as: Some("plan.json"),
        ..PlanView::default()
    };
    strip(&plan(the_plan, &view))
}

#[test]
fn a_plan_shows_what_how_bad_and_every_detail() {
    insta::assert_snapshot!(shown(&changes::plan(), Diff::Auto));
}

#[test]
fn a_full_plan_names_every_account_and_new_resource() {
    insta::assert_snapshot!(shown(&changes::plan(), Diff::Full));
}

fn known(mut set: StackSetPlan) -> StackSetPlan {
    set.id = StackSetId::parse("known:1a2b3c4d").ok();
    set
}

#[test]
fn nothing_to_do_is_one_line() {
    let there = vec![group(
        Action::None,
        &[],
        "Root",
        rectangle(1..97, &["eu-west-1", "us-east-1"]),
    )];
    let mut the_plan = plan_of(
        PlanResult::NoChanges,
        vec![known(stack_set("network-guardrails", Action::None, &[], there))],
        Vec::new(),
    );
    let view = PlanView::default();
    let text = strip(&plan(&the_plan, &view));
    assert_eq!(
        text,
        "No changes: 1 StackSet, 192 instances in 96 accounts match the manifest @ 3f9c2ab.\n"
    );
    the_plan
        .stack_sets
        .push(known(stack_set("other", Action::None, &[], Vec::new())));
    // One that `[removed]` names and that is gone.
    the_plan
        .stack_sets
        .push(stack_set("gone", Action::None, &[], Vec::new()));
    assert!(strip(&plan(&the_plan, &view)).contains("2 StackSets, 192 instances in 96 accounts match the"));
}

#[test]
fn a_blocked_plan_says_why_and_is_shown_whole() {
    let gone = vec![group(
        Action::Delete,
        &[Reason::Removed],
        "Root",
        rectangle(1..31, &["eu-west-1"]),
    )];
    let mut the_plan = plan_of(
        PlanResult::Blocked,
        vec![stack_set("sso-roles", Action::Delete, &[Reason::Removed], gone)],
        Vec::new(),
    );
    let protected = Diagnostic::error("E0501", "gone from the manifest, and protected")
        .label(&span(118), "")
        .help(
            "say in the manifest what should happen to the stacks:\n[removed.sso-roles]\nstacks = \"retain\"",
        );
    let guard = Diagnostic::error(
        "E0510",
        "the plan deletes 30 instances; this repository allows 10",
    );
    the_plan.stack_sets[0].blocked_by = vec![Blocked {
        code: "E0501".to_owned(),
        message: String::new(),
    }];
    the_plan.holds = vec![
        Hold {
            diagnostic: protected,
            stack_set: Some("sso-roles".to_owned()),
            instances: 30,
        },
        Hold {
            diagnostic: guard,
            stack_set: None,
            instances: 30,
        },
    ];
    insta::assert_snapshot!(shown(&the_plan, Diff::Auto));
}

#[test]
fn a_plan_with_errors_lists_them_and_cannot_be_applied() {
    let mut the_plan = plan_of(PlanResult::Error, Vec::new(), Vec::new());
    the_plan.diagnostics = vec![
        Diagnostic::warning("W0304", "this will run 1 account at a time, not 20"),
        Diagnostic::error("E0201", "no unit `Prodution` under `Root/Workloads`").label(&span(3), ""),
    ];
    insta::assert_snapshot!(shown(&the_plan, Diff::Auto));
}

#[test]
fn a_long_text_difference_is_cut_at_forty_lines_and_says_so() {
    let mut the_plan = changes::plan();
    let long: Vec<String> = (0..60).map(|n| format!("+  Line{n}: 1\n")).collect();
    the_plan.stack_sets[0]
        .changes
        .template
        .as_mut()
        .unwrap()
        .unified_diff = format!("@@ -1,0 +1,60 @@\n{}", long.concat());
    let auto = shown(&the_plan, Diff::Auto);
    assert!(auto.contains("Line38:") && !auto.contains("Line39:"), "{auto}");
    assert!(auto.contains("… 21 more lines: --diff full"), "{auto}");
    assert!(shown(&the_plan, Diff::Full).contains("Line59:"));
    let summary = shown(&the_plan, Diff::Summary);
    assert!(
        !summary.contains("Line0:") && summary.contains("MaxSessionDuration"),
        "{summary}"
    );
    assert!(!shown(&the_plan, Diff::None).contains("MaxSessionDuration"));
}

#[test]
fn a_removed_line_that_looks_like_a_file_header_is_still_shown() {
    let mut the_plan = changes::plan();
    let template = the_plan.stack_sets[0].changes.template.as_mut().unwrap();
    template.unified_diff = "--- a\n+++ b\n@@ -1,1 +1,0 @@\n--- hidden?\n".to_owned();
    assert!(shown(&the_plan, Diff::Auto).contains("--- hidden?"));
}

#[test]
fn many_regions_are_shown_in_blocks_and_no_line_is_too_wide() {
    let regions = [
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
    ];
    let wide = vec![group(
        Action::Create,
        &[Reason::New],
        "Root/Workloads/A-rather-long-name-of-a-unit/And-another-one-below-it/Prod",
        rectangle(1..3000, &regions),
    )];
    let the_plan = plan_of(
        PlanResult::Changes,
        vec![stack_set("everywhere", Action::Create, &[Reason::New], wide)],
        Vec::new(),
    );
    let text = shown(&the_plan, Diff::Auto);
    assert!(text.lines().all(|line| line.chars().count() <= 98), "{text}");
    assert_eq!(text.matches("2,999 +").count(), regions.len(), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn long_values_are_shown_from_where_they_differ() {
    let mut the_plan = changes::plan();
    let resource = &mut the_plan.stack_sets[0]
        .changes
        .template
        .as_mut()
        .unwrap()
        .resources[0];
    let long = |end: &str| Some(serde_json::json!(format!("{}{end}", "same ".repeat(40))));
    resource.properties[0].before = long("old");
    resource.properties[0].after = long("new");
    let text = shown(&the_plan, Diff::Summary);
    assert!(
        text.contains("same old → …") && text.contains("same new"),
        "{text}"
    );
}

#[test]
fn a_rollout_is_shown_stage_by_stage_with_what_stands_between() {
    insta::assert_snapshot!(shown(&staged::plan(), Diff::Summary));
}

#[test]
fn values_of_single_accounts_are_three_lines_and_a_count() {
    let the_plan = staged::plan();
    let auto = shown(&the_plan, Diff::Auto);
    assert_eq!(auto.matches("dev → prod-").count(), 3, "{auto}");
    assert!(auto.contains("and 55 more accounts: --diff full"), "{auto}");
    let full = shown(&the_plan, Diff::Full);
    assert_eq!(full.matches("dev → prod-").count(), 58, "{full}");
}

#[test]
fn a_secret_of_single_accounts_is_not_shown() {
    for diff in [Diff::Summary, Diff::Full] {
        let text = shown(&staged::plan(), diff);
        assert!(text.contains("(sensitive)") && !text.contains("SECRET"), "{text}");
    }
}

#[test]
fn a_rollout_that_goes_on_says_since_when_it_waits() {
    let mut the_plan = staged::plan();
    the_plan.stages[0].ended_at = Some(values::time("2026-11-22T09:50:00Z"));
    the_plan.operations.remove(0);
    let text = shown(&the_plan, Diff::None);
    let wait = "wait 15 min from 2026-11-22 09:50 UTC, when canary ended, go on if nothing failed";
    assert!(text.contains(wait), "{text}");
}

#[test]
fn a_new_role_that_allows_more_says_so_and_long_permissions_are_cut() {
    let mut the_plan = staged::plan();
    let template = the_plan.stack_sets[0].changes.template.as_mut().unwrap();
    let mut permission = template.resources[0].permissions[0].clone();
    permission.policy = "AssumeRolePolicyDocument".to_owned();
    permission.effect = "Deny".to_owned();
    permission.actions = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec();
    permission.resources = Vec::new();
    permission.principals = vec!["AWS: 111122223333".to_owned()];
    permission.conditional = true;
    template.resources[3].permissions = vec![permission];
    let text = shown(&the_plan, Diff::Summary);
    let told =
        "AssumeRolePolicyDocument: + deny a, b, c, d and 2 more for AWS: 111122223333, under a condition";
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains(told), "{text}");
    assert_eq!(text.matches("! broader").count(), 2, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 98), "{text}");
}

#[test]
fn a_freeze_that_is_on_is_told_otherwise_than_one_to_come() {
    let mut the_plan = staged::plan();
    assert!(shown(&the_plan, Diff::None).contains("Freeze        year end: 2026-12-18 17:00 to "));
    the_plan.freezes[0].from = values::time("2026-11-01T00:00:00Z");
    let text = shown(&the_plan, Diff::None);
    assert!(
        text.contains("Frozen now    year end: until 2027-01-04 08:00 UTC, 58 accounts"),
        "{text}"
    );
}

#[test]
fn a_partial_plan_says_what_was_selected() {
    let mut the_plan = staged::plan();
    the_plan.complete = false;
    the_plan.selection.exclude = vec!["guardduty-members".to_owned()];
    the_plan.selection.stages = vec!["canary".to_owned()];
    let text = shown(&the_plan, Diff::None);
    assert!(
        text.contains("! partial: without guardduty-members; only up to stage canary"),
        "{text}"
    );
}

#[test]
fn why_instances_failed_last_time_is_told_in_a_few_lines() {
    let failed = rectangle(1..8, &["eu-west-1"]);
    let groups = vec![group(Action::Update, &[Reason::OutdatedFailed], "Root", failed)];
    let mut set = stack_set("wide", Action::Update, &[Reason::OutdatedFailed], groups);
    let failure = |reason: &str, instances| LastFailure {
        reason: reason.to_owned(),
        rectangles: Vec::new(),
        instances,
    };
    let named = "ResourceLogicalId:AuditRole, ResourceType:AWS::IAM::Role, ResourceStatusReason:it exists.";
    set.instances.failures = vec![
        failure(named, 3),
        failure("Rate \u{1b}[31mexceeded", 2),
        failure("Denied", 1),
        failure("Limit", 1),
    ];
    let the_plan = plan_of(PlanResult::Changes, vec![set], Vec::new());
    let text = shown(&the_plan, Diff::Auto);
    let told = "  Because    failed last time
  Failed     3 instances: it exists (AuditRole, AWS::IAM::Role)
             2 instances: Rate \\u{1b}[31mexceeded
             1 instance: Denied
             and 1 more reason
";
    assert!(text.contains(told), "{text}");
    assert!(shown(&the_plan, Diff::Full).contains("1 instance: Limit"));
}

#[test]
fn the_manifests_reason_for_a_removal_is_told() {
    let mut the_plan = changes::plan();
    let goes = |set: &&mut StackSetPlan| set.name == "legacy-cloudtrail";
    let set = the_plan.stack_sets.iter_mut().find(goes).unwrap();
    set.removal_reason = Some("PLAT-812: replaced by the organization trail".to_owned());
    let text = shown(&the_plan, Diff::Auto);
    let told =
        "stay, unmanaged; the StackSet goes\n  Reason     PLAT-812: replaced by the organization trail\n";
    assert!(text.contains(told), "{text}");
    let comment = report::markdown::plan(&the_plan, &report::Surroundings::default(), 65_000);
    assert!(comment.contains("- **Reason**"), "{comment}");
}

#[test]
fn two_thousand_cells_are_a_few_lines() {
    let wide = |accounts| {
        group(
            Action::Update,
            &[Reason::Template],
            "Root/Workloads/Prod",
            accounts,
        )
    };
    let mut others = wide(rectangle(600..604, &["eu-west-1"]));
    others.action = Action::Create;
    others.reasons = vec![Reason::JoinedUnit];
    let regions = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2"];
    let groups = vec![wide(rectangle(1..500, &regions)), others];
    let set = stack_set("wide", Action::Update, &[Reason::Template], groups);
    let text = shown(&plan_of(PlanResult::Changes, vec![set], Vec::new()), Diff::Auto);
    let section = text.split("  Because").nth(1).unwrap_or_default();
    let section = section.split("───").next().unwrap_or_default();
    assert!(
        section.contains("499 ~") && section.lines().count() <= 8,
        "{section}"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (width, diff) in (60..=98).flat_map(|width| [(width, Diff::Summary), (width, Diff::Full)]) {
        for the_plan in [changes::plan(), staged::plan()] {
            let view = PlanView {
                width,
                diff,
                ..PlanView::default()
            };
            let text = strip(&plan(&the_plan, &view));
            let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > width).collect();
            assert!(wide.is_empty(), "{width}: {wide:#?}");
        }
    }
}
