//! The plans of several manifests as one report: what they come to, then each.

use model::plan::PlanResult;

use super::build::{name, words};
use super::{Block, Document, Row, Surroundings, Table, Text, Weight, messages, of_messages, of_plan, plan};
use crate::plans::{PlanOf, Plans};
use crate::terms::plan_result;
use crate::words::{count, number};

/// The whole run. Each plan has the surroundings of its own manifest, in the same order.
pub(crate) fn of_plans(plans: &Plans<'_>, around: &[Surroundings]) -> Document {
    let each = plans.each.iter().zip(around);
    let projects: Vec<&str> = plans.each.iter().map(|one| one.project).collect();
    let manifests = count(plans.each.len() as u64, "manifest");
    let title = format!("stackfleet plan of {manifests}{}", outcome(plans));
    Document {
        command: "plan",
        project: Some(projects.join("+")),
        title: words(title).into(),
        meaning: plan::meaning(plans.result()),
        blocks: vec![overview(plans)],
        members: each.map(|(one, around)| of_one(one, around)).collect(),
        closing: around.first().map(plan::job).unwrap_or_default(),
        ..Document::default()
    }
}

/// `: 398 create · 408 update`; manifests that are blocked or failed first.
fn outcome(plans: &Plans<'_>) -> String {
    let results = plans.results().into_iter();
    let bad = results.filter(|(result, _)| matches!(result, PlanResult::Error | PlanResult::Blocked));
    let mut told: Vec<String> = bad
        .map(|(result, count)| format!("{} {}", number(count), plan_result(result)))
        .collect();
    if plans.made().next().is_some() {
        told.push(match plans.result() {
            PlanResult::NoChanges => "no changes".to_owned(),
            _ => plan::counts(&plans.summary()),
        });
    }
    format!(": {}", told.join(" · "))
}

fn overview(plans: &Plans<'_>) -> Block {
    let row = |one: &PlanOf<'_>| {
        let result = words(plan_result(one.result())).meaning(plan::meaning(one.result()));
        let (counts, digest) = match one.plan {
            Ok(made) => (plan::counts(&made.summary), name(made.digest.short()).into()),
            Err(_) => ("–".to_owned(), Text::new()),
        };
        Row {
            kept: true,
            ..Row::of(vec![
                name(one.manifest).into(),
                name(one.project).into(),
                result.into(),
                words(counts).into(),
                digest,
            ])
        }
    };
    let rows = plans.each.iter().map(row).collect();
    let titles = ["Manifest", "Project", "Result", "Instances", "Digest"];
    Block::Table(Table::of(Weight::Kept, "Manifests", &titles, rows))
}

/// One of them: its title begins with the manifest, and its last block says what to do with it.
fn of_one(one: &PlanOf<'_>, around: &Surroundings) -> Document {
    let (document, outcome, end) = match one.plan {
        Ok(made) => (
            of_plan(made, around),
            plan::outcome(made),
            plan::way_on(made, &format!("-m {} ", one.manifest)),
        ),
        Err(diagnostics) => (
            of_messages("plan", diagnostics, around),
            format!(" {}", messages::outcome(diagnostics).0),
            words("There is no plan.").into(),
        ),
    };
    let mut blocks = document.blocks;
    blocks.push(Block::Lines(vec![end]));
    Document {
        title: vec![name(one.manifest), words(outcome)],
        blocks,
        closing: Text::new(),
        ..document
    }
}
