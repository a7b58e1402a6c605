//! The operations of a plan over time: how long each takes beside the others, and what it waits for.
//!
//! AWS works through the accounts of a Region in waves as wide as the effective concurrency (reference §3.2), so an
//! operation lasts as many waves as it needs. What a wave takes is not known without history; then only the proportions are told.

use std::collections::BTreeMap;

use model::plan::{Operation, Plan};
use model::preferences::RegionConcurrency;

use crate::style::Meaning;
use crate::terms::{kind, kind_meaning};
use crate::told::schedule::{course, product, sides};
use crate::told::stages;
use crate::words::{exactly, from_to};

/// Ticks of a wave; a call that starts no operation takes one tick.
const WAVE: u64 = 4;

/// The colour of the time in which a stage is watched.
const WATCHED: Meaning = Meaning::Aside;

/// Operations over time.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// Ticks from its start to its end.
    pub(crate) ticks: u64,
    /// One for each StackSet, in the order in which they begin.
    pub(crate) lanes: Vec<Lane>,
    /// Where somebody must approve, and of what.
    pub(crate) approvals: Vec<(u64, String)>,
    /// What the colours of its bars stand for.
    pub(crate) legend: Vec<(Meaning, String)>,
    /// What the length stands for.
    pub(crate) scale: String,
}

/// The operations of a StackSet.
#[derive(Debug)]
pub(crate) struct Lane {
    /// The StackSet.
    pub(crate) name: String,
    /// Its operations, none over another.
    pub(crate) bars: Vec<Bar>,
}

/// An operation, or the time after it in which a stage is watched.
#[derive(Debug)]
pub(crate) struct Bar {
    /// The first tick.
    pub(crate) start: u64,
    /// The tick after the last.
    pub(crate) end: u64,
    /// What is said about it.
    pub(crate) text: String,
    /// What it does.
    pub(crate) meaning: Meaning,
}

/// What is being laid out.
struct Layout<'a> {
    plan: &'a Plan,
    /// Ticks of a stage's soak, by the stage.
    soaks: BTreeMap<&'a str, u64>,
    /// When operations end.
    ends: BTreeMap<&'a str, u64>,
    /// When StackSets are free again.
    free: BTreeMap<&'a str, u64>,
    /// When stages are over, soaked.
    over: BTreeMap<&'a str, u64>,
    lanes: Vec<Lane>,
    approvals: Vec<(u64, String)>,
}

impl Timeline {
    /// The normal course of a plan; none when nothing is called.
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        let mut layout = Layout::new(plan);
        for operation in course(plan) {
            layout.put(operation);
        }
        let ticks = layout.over.values().chain(layout.ends.values()).max().copied()?;
        Some(Self {
            ticks: ticks.max(1),
            legend: legend(plan, &layout.lanes),
            lanes: layout.lanes,
            approvals: layout.approvals,
            scale: scale(plan),
        })
    }
}

/// What the whole length stands for.
fn scale(plan: &Plan) -> String {
    match &plan.estimate {
        Some(estimate) => {
            let time = from_to(estimate.low_seconds, estimate.high_seconds);
            match estimate.soak_seconds {
                0 => format!("{time} of AWS time"),
                soak => format!("{time} of AWS time, {} of waiting", exactly(soak)),
            }
        }
        None => "AWS remembers no operation to judge the time by; lengths are in proportion".to_owned(),
    }
}

/// What is done in each colour, in the order in which it is first done.
fn legend(plan: &Plan, lanes: &[Lane]) -> Vec<(Meaning, String)> {
    let mut told: Vec<(Meaning, Vec<&str>)> = Vec::new();
    for operation in course(plan) {
        let (meaning, word) = (kind_meaning(operation.kind), kind(operation.kind));
        match told.iter_mut().find(|(known, _)| *known == meaning) {
            Some((_, all)) if all.contains(&word) => {}
            Some((_, all)) => all.push(word),
            None => told.push((meaning, vec![word])),
        }
    }
    let mut bars = lanes.iter().flat_map(|lane| &lane.bars);
    let watched = bars.any(|bar| bar.meaning == WATCHED);
    told.extend(watched.then(|| (WATCHED, vec!["a stage is watched"])));
    let all = told.into_iter();
    all.map(|(meaning, words)| (meaning, words.join(", "))).collect()
}

/// How many ticks an operation takes.
fn length(operation: &Operation) -> u64 {
    let (accounts, regions) = sides(operation);
    if operation.instances == 0 {
        return 1;
    }
    let waves = accounts.div_ceil(operation.effective_concurrency.max(1));
    let side_by_side = operation
        .call
        .preferences()
        .is_some_and(|preferences| preferences.region_concurrency == RegionConcurrency::Parallel);
    WAVE * waves.max(1) * if side_by_side { 1 } else { regions.max(1) }
}

impl<'a> Layout<'a> {
    fn new(plan: &'a Plan) -> Self {
        let all: u64 = course(plan).map(length).sum();
        let seconds = plan.estimate.as_ref().map_or(0, |estimate| estimate.high_seconds);
        // Without an estimate a soak is as long as a wave, so that it is seen.
        let soak = |seconds_of_soak: u64| match seconds {
            0 => WAVE,
            seconds => (seconds_of_soak.saturating_mul(all) / seconds).max(1),
        };
        let soaked = plan.stages.iter().filter(|stage| stage.soak_seconds > 0);
        Self {
            plan,
            soaks: soaked
                .map(|stage| (stage.id.as_str(), soak(stage.soak_seconds)))
                .collect(),
            ends: BTreeMap::new(),
            free: BTreeMap::new(),
            over: BTreeMap::new(),
            lanes: Vec::new(),
            approvals: Vec::new(),
        }
    }

    fn put(&mut self, operation: &'a Operation) {
        let start = self.start(operation);
        let end = start + length(operation);
        let set = operation.stack_set.as_str();
        self.ends.insert(&operation.id, end);
        self.free.insert(set, end);
        let mut bars = vec![Bar {
            start,
            end,
            text: text(self.plan, operation),
            meaning: kind_meaning(operation.kind),
        }];
        if let Some(stage) = operation.stage.as_deref() {
            self.approve(stage, start);
            let soak = self.soaks.get(stage).copied().unwrap_or_default();
            let over = self.over.entry(stage).or_default();
            *over = (*over).max(end + soak);
            if soak > 0 {
                bars.push(Bar {
                    start: end,
                    end: end + soak,
                    text: format!("{} is watched", stages::name(self.plan, stage)),
                    meaning: WATCHED,
                });
            }
        }
        match self.lanes.iter_mut().find(|lane| lane.name == set) {
            Some(lane) => lane.bars.extend(bars),
            None => self.lanes.push(Lane {
                name: set.to_owned(),
                bars,
            }),
        }
    }

    /// When everything that an operation waits for is over.
    fn start(&self, operation: &Operation) -> u64 {
        let awaited = operation
            .depends_on
            .iter()
            .filter_map(|id| self.ends.get(id.as_str()));
        let free = self.free.get(operation.stack_set.as_str());
        let stage = operation.stage.as_deref();
        let before = stage.and_then(|id| stages::find(self.plan, id)?.after.as_deref());
        let over = before.and_then(|id| self.over.get(id));
        awaited.chain(free).chain(over).max().copied().unwrap_or_default()
    }

    fn approve(&mut self, stage: &str, at: u64) {
        let wanted = stages::find(self.plan, stage).filter(|stage| stage.approval);
        let Some(stage) = wanted else { return };
        let text = format!("approval of {}", stage.name);
        if self.approvals.iter().all(|(_, known)| *known != text) {
            self.approvals.push((at, text));
        }
    }
}

/// `update 36 × 3 = 108, nonprod`
fn text(plan: &Plan, operation: &Operation) -> String {
    let mut text = kind(operation.kind).to_owned();
    if operation.instances > 0 {
        text.push(' ');
        text.push_str(&product(operation));
    }
    if let Some(stage) = operation.stage.as_deref() {
        text.push_str(", ");
        text.push_str(stages::name(plan, stage));
    }
    text
}
