//! Every report of the same plans and applies, from one document.

mod values;

use std::fs;
use std::path::Path;

use model::diagnostic::Diagnostic;
use model::plan::{Action, Summary};
use report::plans::{PlanOf, Plans};
use report::{Surroundings, github, gitlab, html, junit, markdown, text};
use values::{changes, live, staged, strip};

fn around() -> Surroundings {
    Surroundings {
        manifest: "stackfleet.toml".to_owned(),
        folder: "stacks/".to_owned(),
        files: Some("https://github.com/example/platform/blob/3f9c2ab/".to_owned()),
        job: Some("https://github.com/example/platform/actions/runs/1".to_owned()),
    }
}

/// Kept beside the tests' other files, to be looked at.
#[allow(clippy::disallowed_methods, reason = "only the crate itself is pure")]
fn keep(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    assert!(fs::write(path, text).is_ok());
}

#[test]
fn a_comment_says_what_how_bad_and_the_details() {
    let text = markdown::plan(&staged::plan(), &around(), markdown::COMMENT);
    keep("plan.md", &text);
    insta::assert_snapshot!(text);
}

#[test]
fn a_comment_of_an_apply_says_what_failed_and_the_way_on() {
    let (plan, summary) = (changes::plan(), live::failed_summary());
    let text = markdown::apply(&plan, &summary, &Surroundings::default(), markdown::COMMENT);
    keep("apply.md", &text);
    insta::assert_snapshot!(text);
}

#[test]
fn a_page_holds_everything_and_fetches_nothing() {
    for (name, plan) in [("staged", staged::plan()), ("changes", changes::plan())] {
        let page = html::plan(&plan, &around());
        keep(&format!("{name}.html"), &page);
        for wanted in [
            "<svg",
            "Instances",
            "every account",
            "Digest",
            "prefers-color-scheme",
        ] {
            assert!(page.contains(wanted), "{wanted} is not in the page of {name}");
        }
        for fetched in ["<script", "<link", "<img", "<iframe", "src=", "@import", "url("] {
            assert!(!page.contains(fetched), "{fetched} is in the page of {name}");
        }
    }
    assert!(html::plan(&changes::plan(), &around()).contains("class=\"diff\""));
    let (plan, summary) = (changes::plan(), live::failed_summary());
    keep("apply.html", &html::apply(&plan, &summary, &around()));
}

#[test]
fn a_comment_that_is_too_long_keeps_counts_radius_and_deletions() {
    let mut plan = changes::plan();
    let sets = plan.stack_sets.clone();
    for n in 0..200 {
        plan.stack_sets.extend(sets.iter().cloned().map(|mut set| {
            set.name = format!("{}-{n}", set.name);
            set
        }));
    }
    let whole = markdown::plan(&plan, &around(), usize::MAX);
    assert!(whole.len() > 300_000, "{}", whole.len());
    for limit in [60_000, 30_000, 8_000] {
        let text = markdown::plan(&plan, &around(), limit);
        assert!(text.len() <= limit, "{} of {limit}", text.len());
        for kept in [
            "230 create",
            "**Blast radius**",
            "stacks are deleted",
            plan.digest.short(),
            "**Left out**",
        ] {
            assert!(text.contains(kept), "{kept} is not in {limit} bytes");
        }
    }
}

#[test]
fn a_plan_without_a_change_is_a_comment_of_a_few_lines() {
    let plan = values::plan_of(model::plan::PlanResult::NoChanges, Vec::new(), Vec::new());
    let text = markdown::plan(&plan, &Surroundings::default(), markdown::COMMENT);
    assert!(text.contains("### stackfleet plan: no changes"), "{text}");
    assert!(text.lines().count() < 10, "{text}");
}

#[test]
fn gitlab_gets_three_numbers() {
    assert_eq!(
        gitlab::plan(&changes::plan()),
        "{\"create\":230,\"delete\":52,\"update\":285}\n"
    );
}

#[test]
fn github_gets_annotations_with_places_and_outputs_behind_a_delimiter() {
    let plan = changes::plan();
    assert_eq!(
        github::annotations(&plan.diagnostics, &around()),
        "::warning file=stacks/stackfleet.toml,line=80,endLine=80,col=1,endColumn=2,title=W0301::new accounts in \
         Root/Workloads/Prod start with 90 days, not 365\n"
    );
    let outputs = github::output_file(&github::plan_outputs(&plan), "x");
    assert!(
        outputs.starts_with("result<<x\nchanges\nx\nchanges<<x\ntrue\nx\n"),
        "{outputs}"
    );
    assert!(outputs.contains("delete<<x\n4\nx\n"), "{outputs}");
}

#[test]
fn a_place_is_told_from_the_root_of_the_repository_wherever_the_command_was_typed() {
    let mut plan = changes::plan();
    let typed = |file: &mut String| {
        if file == "stackfleet.toml" {
            "../stacks/stackfleet.toml".clone_into(file);
        }
    };
    for set in &mut plan.stack_sets {
        set.span.iter_mut().for_each(|span| typed(&mut span.file));
    }
    let labels = plan.diagnostics.iter_mut().flat_map(|one| &mut one.labels);
    labels.for_each(|label| typed(&mut label.span.file));
    let around = Surroundings {
        manifest: "../stacks/stackfleet.toml".to_owned(),
        ..around()
    };
    let (page, commands) = (
        html::plan(&plan, &around),
        github::annotations(&plan.diagnostics, &around),
    );
    assert!(page.contains("/blob/3f9c2ab/stacks/stackfleet.toml#L"), "{page}");
    assert!(commands.contains("file=stacks/stackfleet.toml,"), "{commands}");
    for text in [page, commands] {
        assert!(!text.contains("stacks/../stacks"), "{text}");
    }
}

#[test]
fn too_many_annotations_end_with_how_many_more_there_are() {
    let one = Diagnostic::error("E0101", "unknown key");
    let text = github::annotations(&vec![one; 23], &Surroundings::default());
    assert_eq!(text.lines().count(), 10);
    assert!(
        text.ends_with("::error::and 14 more errors, see the log\n"),
        "{text}"
    );
}

#[test]
fn junit_has_a_case_for_each_account_and_region() {
    let (plan, summary) = (changes::plan(), live::failed_summary());
    let text = junit::apply(&plan, &summary);
    keep("apply.xml", &text);
    insta::assert_snapshot!(text.lines().take(30).collect::<Vec<_>>().join("\n"));
}

/// Two plans and a manifest that could not be planned.
fn with_plans(then: impl FnOnce(&Plans<'_>, &[Surroundings])) {
    let (one, two) = (staged::plan(), changes::plan());
    let denied = [Diagnostic::error(
        "E0602",
        "these are credentials of another account",
    )];
    let named = |manifest, project, plan| PlanOf {
        manifest,
        project,
        plan,
    };
    let each = [
        named("stacks/prod.toml", "platform", Ok(&one)),
        named("stacks/dev.toml", "platform-dev", Ok(&two)),
        named("stacks/eu.toml", "platform-eu", Err(&denied[..])),
    ];
    let of = |one: &PlanOf<'_>| Surroundings {
        manifest: one.manifest.to_owned(),
        ..around()
    };
    let around = each.each_ref().map(of);
    then(&Plans { each: &each }, &around);
}

#[test]
fn on_a_terminal_several_plans_stand_below_their_manifests_and_add_up() {
    with_plans(|plans, _| {
        let all = plans.each.len();
        let headings = plans.each.iter().enumerate();
        let headings = headings.map(|(at, one)| text::plan_heading(one.manifest, at + 1, all, 98));
        let mut shown: String = headings.collect();
        shown.push_str(&text::no_plan(1, 98));
        shown.push_str(&text::together(plans, 98));
        insta::assert_snapshot!(strip(&shown));
    });
}

#[test]
fn several_plans_are_one_comment_with_what_they_come_to_first() {
    with_plans(|plans, around| {
        let text = markdown::plans(plans, around, 12_000);
        keep("plans.md", &text);
        keep("plans.html", &html::plans(plans, around));
        insta::assert_snapshot!(text);
    });
}

#[test]
fn several_plans_stay_together_below_the_limit_of_one_comment() {
    with_plans(|plans, around| {
        for limit in [4_000, 8_000, 16_000] {
            let text = markdown::plans(plans, around, limit);
            assert!(text.len() <= limit, "{} of {limit}", text.len());
            for digest in plans.made().map(|plan| plan.digest.short()) {
                assert!(text.contains(digest), "{text}");
            }
        }
    });
}

#[test]
fn the_numbers_of_several_plans_are_sums_and_there_are_none_without_all_plans() {
    with_plans(|plans, around| {
        assert_eq!(gitlab::plans(plans), None);
        let made = Plans {
            each: &plans.each[..2],
        };
        let sum: u64 = made.made().map(|plan| plan.instances(Action::Create)).sum();
        let told = gitlab::plans(&made).unwrap_or_default();
        assert!(told.contains(&format!("\"create\":{sum},")), "{told}");
        let outputs = github::output_file(&github::plans_outputs(plans), "x");
        assert!(outputs.starts_with("result<<x\nerror\n"), "{outputs}");
        assert!(
            outputs.contains("{\"digest\":null,\"manifest\":\"stacks/eu.toml\""),
            "{outputs}"
        );
        let commands = github::plans_annotations(plans, around);
        assert!(
            commands.contains("title=E0602::these are credentials"),
            "{commands}"
        );
    });
}

#[test]
fn an_account_that_two_plans_touch_counts_once() {
    let plan = changes::plan();
    let one = PlanOf {
        manifest: "a.toml",
        project: "a",
        plan: Ok(&plan),
    };
    let (alone, twice) = ([one], [one, one]);
    let (alone, twice) = (Plans { each: &alone }.summary(), Plans { each: &twice }.summary());
    assert_eq!(alone.accounts_touched, twice.accounts_touched);
    assert_eq!(alone.accounts_total, twice.accounts_total);
    assert_eq!(alone.units, twice.units);
    let updated = |summary: &Summary| {
        summary
            .instances
            .get(&Action::Update)
            .copied()
            .unwrap_or_default()
    };
    assert_eq!(2 * updated(&alone), updated(&twice));
}
