//! Every report of the same plans and applies, from one document.

mod values;

use std::fs;
use std::path::Path;

use report::{Surroundings, github, gitlab, html, junit, markdown};
use values::{changes, live, staged};

fn around() -> Surroundings {
    Surroundings {
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
fn too_many_annotations_end_with_how_many_more_there_are() {
    let one = model::diagnostic::Diagnostic::error("E0101", "unknown key");
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
