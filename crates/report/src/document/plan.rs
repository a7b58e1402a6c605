//! A plan as a report: what, how bad, then the details.

use std::collections::BTreeSet;

use model::plan::{
    Action, Plan, PlanResult, PlanSource, PolicyOutcome, RiskLevel, Scope, StackSetPlan, Summary,
};

use super::build::{name, place, sentence, strong, symbol, words};
use super::{
    Block, Document, Row, Section, Surroundings, Table, Text, Timeline, Weight, facts, messages, stack_set,
};
use crate::style::Meaning;
use crate::terms::{kind, kind_meaning, verb};
use crate::told::head::{TOUCHING, selected, short_commit};
use crate::told::overview::{instances, touched, what_changes};
use crate::told::schedule;
use crate::words::{count, list, number, short_list};

/// StackSets that are named in an "after …".
const NAMED: usize = 3;
/// The risk that stacks are deleted, which is told by itself, with the StackSets and units.
const DELETIONS: [&str; 2] = ["R110", "R112"];
/// StackSets that are named because they lose stacks; the table has all of them.
const LOSING: usize = 12;

/// The whole plan.
pub(crate) fn of_plan(plan: &Plan, around: &Surroundings) -> Document {
    let mut blocks = Vec::new();
    blocks.extend(callout(plan));
    blocks.extend(caution(plan, around));
    blocks.extend(messages::errors(&plan.diagnostics, around));
    blocks.extend(overview(plan, around));
    blocks.push(facts::facts(plan));
    blocks.extend(schedule(plan));
    let changing = plan.stack_sets.iter().filter(|set| set.action != Action::None);
    blocks.extend(changing.flat_map(|set| stack_set::sections(plan, set, around)));
    blocks.extend(policies(plan));
    blocks.extend(messages::warnings(&plan.diagnostics, around));
    Document {
        command: "plan",
        project: Some(plan.source.project.clone()),
        digest: Some(plan.digest.short().to_owned()),
        title: words(format!("stackfleet plan{}", outcome(plan))).into(),
        meaning: meaning(plan.result),
        place: where_and_of_what(&plan.source, &plan.scope),
        blocks,
        members: Vec::new(),
        closing: closing(plan, around),
    }
}

/// `: 398 create · 408 update`
pub(super) fn outcome(plan: &Plan) -> String {
    let errors = plan.diagnostics.iter().filter(|one| one.is_error()).count() as u64;
    let counts = counts(&plan.summary);
    match plan.result {
        PlanResult::NoChanges => ": no changes".to_owned(),
        PlanResult::Changes => format!(": {counts}"),
        PlanResult::Blocked => {
            let reasons = count(plan.holds.len() as u64, "reason");
            format!(" blocked: {reasons} · {counts}")
        }
        PlanResult::Error => format!(" failed: {}", count(errors, "error")),
    }
}

/// `398 create · 408 update`
pub(super) fn counts(summary: &Summary) -> String {
    let count = |action| summary.instances.get(&action).copied().unwrap_or_default();
    let told = TOUCHING.into_iter().filter(|action| count(*action) > 0);
    let told: Vec<String> = told
        .map(|action| format!("{} {}", number(count(action)), verb(action)))
        .collect();
    match told.as_slice() {
        [] => "no instance is touched".to_owned(),
        told => told.join(" · "),
    }
}

pub(super) fn meaning(result: PlanResult) -> Meaning {
    match result {
        PlanResult::NoChanges => Meaning::Good,
        PlanResult::Changes => Meaning::Update,
        PlanResult::Blocked | PlanResult::Error => Meaning::Bad,
    }
}

pub(super) fn where_and_of_what(source: &PlanSource, scope: &Scope) -> Vec<String> {
    let mut place = vec![source.project.clone()];
    if let Some(git) = &source.git {
        let state = if git.dirty { " (not committed)" } else { "" };
        place.push(format!("{}{state}", short_commit(&git.commit)));
    }
    place.push(format!("org {}", scope.organization));
    place.push(format!("admin {}", scope.admin_account));
    place.push(scope.region.to_string());
    place
}

/// What forbids the plan; each with the way past it.
fn callout(plan: &Plan) -> Option<Block> {
    let held = |hold: &model::plan::Hold| {
        let mut text = vec![
            strong(&hold.diagnostic.code).meaning(Meaning::Bad),
            words(" "),
            match &hold.stack_set {
                Some(set) => name(set),
                None => words("the whole plan"),
            },
            words(": "),
        ];
        text.extend(sentence(&hold.diagnostic.message));
        let help = hold.diagnostic.help.iter();
        text.extend(help.flat_map(|help| messages::way_on(&help.text)));
        text
    };
    let held: Vec<Text> = plan.holds.iter().map(held).collect();
    (!held.is_empty()).then_some(Block::Callout(Meaning::Bad, held))
}

/// Deletions, then the reasons of the risk; a plan that leaves something out says so.
fn caution(plan: &Plan, around: &Surroundings) -> Option<Block> {
    let mut told: Vec<Text> = Vec::new();
    if !plan.complete {
        let partial = format!("partial: {}", selected(&plan.selection));
        told.push(strong(partial).meaning(Meaning::Attention).into());
    }
    told.extend(deletions(plan, around));
    let high = plan.risk.level == RiskLevel::High;
    let bad = |level: RiskLevel| {
        if high {
            level == RiskLevel::High
        } else {
            level == RiskLevel::Medium
        }
    };
    let told_above = |code: &str| DELETIONS.contains(&code);
    let reasons = plan.risk.reasons.iter();
    let reasons = reasons.filter(|reason| bad(reason.level) && !told_above(&reason.code));
    told.extend(reasons.map(|reason| sentence(&reason.message)));
    let meaning = if high { Meaning::Bad } else { Meaning::Attention };
    (!told.is_empty()).then_some(Block::Callout(meaning, told))
}

/// **8 stacks are deleted**: which StackSets' in which units.
fn deletions(plan: &Plan, around: &Surroundings) -> Option<Text> {
    let n = plan.deleted_stacks();
    if n == 0 {
        return None;
    }
    let are = if n == 1 { "is" } else { "are" };
    let mut text = vec![
        strong(format!("{} {are} deleted", count(n, "stack"))).meaning(Meaning::Delete),
        words(made_again(n, plan.instances(Action::Recreate))),
        words(": "),
    ];
    let losing = plan.stack_sets.iter().filter(|set| loses_stacks(set));
    let all = losing.clone().count();
    for (at, set) in losing.take(LOSING).enumerate() {
        let mut units = set.instances.units(Action::Delete, NAMED);
        units.extend(set.instances.units(Action::Recreate, NAMED));
        let units: Vec<&str> = units.into_iter().collect();
        text.extend((at > 0).then(|| words("; ")));
        text.push(of_manifest(set, around));
        text.push(words(" in "));
        text.push(name(short_list(&units, NAMED)));
    }
    if all > LOSING {
        let more = count((all - LOSING) as u64, "more StackSet");
        text.push(words(format!("; and {more}")));
    }
    Some(text)
}

/// ` and made again`, where that is so.
fn made_again(deleted: u64, again: u64) -> String {
    match again {
        0 => String::new(),
        _ if again == deleted => " and made again".to_owned(),
        _ => format!(", {} of them made again", number(again)),
    }
}

fn loses_stacks(set: &StackSetPlan) -> bool {
    let counts = &set.instances.counts;
    let some = |action| counts.get(&action).is_some_and(|n: &u64| *n > 0);
    some(Action::Delete) || some(Action::Recreate)
}

fn of_manifest(set: &StackSetPlan, around: &Surroundings) -> super::Piece {
    match &set.span {
        Some(span) => place(&set.name, span, around),
        None => name(&set.name),
    }
}

fn overview(plan: &Plan, around: &Surroundings) -> Option<Block> {
    let changing = plan.stack_sets.iter().filter(|set| set.action != Action::None);
    let row = |set: &StackSetPlan| Row {
        kept: !set.blocked_by.is_empty() || loses_stacks(set),
        ..Row::of(vec![
            symbol(set.action),
            of_manifest(set, around).into(),
            words(what_changes(set)).into(),
            words(instances(set)).into(),
            words(rectangles(set)).into(),
            rollout(plan, set),
        ])
    };
    let rows: Vec<Row> = changing.map(row).collect();
    let titles = [
        "",
        "StackSet",
        "What changes",
        "Instances",
        "Accounts × Regions",
        "Rollout",
    ];
    (!rows.is_empty()).then(|| Block::Table(Table::of(Weight::Kept, "StackSets that change", &titles, rows)))
}

/// `127 × 1, 4 × 2`: for each action the accounts and Regions, less what the full product has too much.
fn rectangles(set: &StackSetPlan) -> String {
    let told = touched(&set.instances.counts).map(|(action, n)| {
        let groups = || set.instances.groups.iter().filter(|group| group.action == action);
        let accounts: BTreeSet<_> = groups().flat_map(|group| &group.rectangle.accounts).collect();
        let regions: BTreeSet<_> = groups().flat_map(|group| &group.rectangle.regions).collect();
        let (accounts, regions) = (accounts.len() as u64, regions.len() as u64);
        let less = match (accounts * regions).saturating_sub(n) {
            0 => String::new(),
            less => format!(" − {}", number(less)),
        };
        format!("{} × {}{less}", number(accounts), number(regions))
    });
    told.collect::<Vec<String>>().join(", ")
}

/// canary → nonprod → **approval** → prod; or what it comes after.
fn rollout(plan: &Plan, set: &StackSetPlan) -> Text {
    let mut text = Vec::new();
    let stages = plan.stages.iter();
    for stage in stages.filter(|stage| stage.covers.contains_key(&set.name)) {
        text.extend((!text.is_empty()).then(|| words(" → ")));
        if stage.approval {
            text.extend([strong("approval").meaning(Meaning::Attention), words(" → ")]);
        }
        text.push(words(&stage.name));
    }
    let touches = touched(&set.instances.counts).next().is_some();
    if text.is_empty() && touches && !matches!(set.action, Action::Delete | Action::Detach) {
        text.push(words("all at once"));
    }
    let mine = schedule::course(plan).filter(|operation| operation.stack_set == set.name);
    let after: BTreeSet<&str> = mine
        .flat_map(|operation| schedule::after(plan, operation))
        .collect();
    if !after.is_empty() {
        let after: Vec<&str> = after.into_iter().collect();
        let start = if text.is_empty() { "after " } else { ", after " };
        text.extend([words(start), words(short_list(&after, NAMED))]);
    }
    text
}

/// The operations as bars and as rows.
fn schedule(plan: &Plan) -> Option<Block> {
    let timeline = Timeline::of(plan)?;
    let rows = schedule::rows(plan).into_iter().map(|row| match row {
        schedule::Row::Between(told) => {
            let told = words(told).meaning(Meaning::Attention);
            Row::of(vec![
                Text::new(),
                told.into(),
                Text::new(),
                Text::new(),
                Text::new(),
            ])
        }
        schedule::Row::Operation(step, operation, how) => Row::of(vec![
            words(step).into(),
            name(&operation.stack_set).into(),
            words(kind(operation.kind))
                .meaning(kind_meaning(operation.kind))
                .into(),
            words(schedule::product(operation)).into(),
            words(how).into(),
        ]),
        schedule::Row::Back(operation, how) => Row::of(vec![
            Text::new(),
            name(&operation.stack_set).into(),
            words("roll back").meaning(Meaning::Attention).into(),
            words(schedule::product(operation)).into(),
            words(how).into(),
        ]),
    });
    let titles = ["Step", "StackSet", "Operation", ">Accounts × Regions", "How"];
    let table = Table::of(Weight::Instances, "Operations", &titles, rows.collect());
    Some(Block::Section(Section {
        title: vec![strong("Schedule"), words(format!(": {}", schedule::title(plan)))],
        weight: Weight::Instances,
        blocks: vec![Block::Timeline(timeline), Block::Table(table)],
    }))
}

/// What each rule of the policies says.
fn policies(plan: &Plan) -> Option<Block> {
    let row = |result: &model::plan::PolicyResult| {
        let (sign, word, meaning) = match result.outcome {
            PolicyOutcome::Pass => ("✓", "passes", Meaning::Good),
            PolicyOutcome::Warn => ("⚠", "warns", Meaning::Attention),
            PolicyOutcome::Deny => ("✗", "denies", Meaning::Bad),
        };
        Row {
            kept: result.outcome == PolicyOutcome::Deny,
            ..Row::of(vec![
                words(format!("{sign} {word}")).meaning(meaning).into(),
                name(&result.name).into(),
                name(&result.source).into(),
                sentence(&result.message),
            ])
        }
    };
    let rows: Vec<Row> = plan.policy.iter().map(row).collect();
    let n = count(rows.len() as u64, "result");
    let titles = ["Outcome", "Policy", "File", "What it says"];
    (!rows.is_empty()).then(|| {
        Block::Section(Section {
            title: vec![strong("Policies"), words(format!(": {n}"))],
            weight: Weight::Unchanged,
            blocks: vec![Block::Table(Table::of(
                Weight::Unchanged,
                "Policies",
                &titles,
                rows,
            ))],
        })
    })
}

/// What merging does, and where the rest is.
fn closing(plan: &Plan, around: &Surroundings) -> Text {
    let mut text = way_on(plan, "");
    text.extend(job(around));
    text
}

/// What to do with a plan; `options` name its manifest where it must be named.
pub(super) fn way_on(plan: &Plan, options: &str) -> Text {
    match plan.result {
        PlanResult::Changes if !plan.complete => vec![
            words("This plan is partial, so it is applied from a file: make it with "),
            name("--out plan.json"),
            words(", then "),
            name("stackfleet apply plan.json"),
            words("."),
        ],
        PlanResult::Changes => vec![
            words("Apply exactly this with "),
            name(format!(
                "stackfleet apply {options}--approved {}",
                plan.digest.short()
            )),
            words(": it plans again and refuses if the result differs."),
        ],
        PlanResult::NoChanges => vec![words(format!(
            "{} as the manifest says.",
            list(&[count(plan.stack_sets.len() as u64, "StackSet")])
        ))],
        PlanResult::Blocked | PlanResult::Error => vec![words("This plan cannot be applied.")],
    }
}

/// Where the rest is.
pub(super) fn job(around: &Surroundings) -> Text {
    let link = |job: &String| super::Piece {
        kind: super::Kind::Link(job.clone()),
        ..words("job log")
    };
    let job = around.job.iter();
    job.flat_map(|job| [words(" Full plan: "), link(job)]).collect()
}
