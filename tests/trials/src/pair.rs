//! Small scope, whole: two runs on the same StackSets, in every order of their turns up to a bound (reliability §4.6).
//!
//! A turn is a call with its answer, or the end of a wait; calls may take as long as they like, so anybody may be next at any time.
//! A third party may have one turn of its own, anywhere. A schedule says who is next while several can be; behind it whoever is due
//! first is next. Schedules are gone through like the numbers of an odometer, each played from the start on a copy of the world.

use std::collections::BTreeMap;
use std::time::Duration;

use executor::Options;
use executor::core::{Command, Input, Run, Ticket};
use model::Timestamp;
use model::call::Call;
use model::event::{ApplyResult, ApplySummary};
use model::plan::Plan;

use crate::direct::Direct;
use crate::judge::Judge;

/// How long a call takes, unless others are faster.
const WAY: Duration = Duration::from_millis(50);
/// More turns than any pair of runs needs.
const MOST_TURNS: usize = 5_000;

/// Somebody else, who has one turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Third {
    /// Nobody.
    Nobody,
    /// Drift detection of this StackSet begins, if nothing holds it.
    Drift(&'static str),
    /// The first run dies before its next call is sent, and is run again.
    DiesUnsent,
    /// The first run dies before it hears the answer to its next call, and is run again.
    DiesUnheard,
}

/// How one schedule went.
#[derive(Debug)]
pub struct Played {
    /// The first run's end and the second one's.
    pub summaries: [ApplySummary; 2],
    /// The world in the end.
    pub direct: Direct,
    /// What must not be.
    pub violations: Vec<String>,
    /// Calls of both.
    pub calls: u64,
}

impl Played {
    /// How both ended.
    pub fn results(&self) -> [ApplyResult; 2] {
        [self.summaries[0].result, self.summaries[1].result]
    }
}

/// Plays every order of the first `bound` turns at which there is a choice; how many there were. The first run has the first plan.
pub fn every_order(
    world: &Direct,
    plans: [&Plan; 2],
    (third, bound): (Third, usize),
    mut judge: impl FnMut(&[u8], &Played),
) -> u64 {
    let mut schedule: Vec<u8> = Vec::new();
    let mut schedules = 0;
    loop {
        let mut table = Table::new(world.fork(), plans, third);
        let choices = table.play(&schedule, bound);
        schedule.resize(choices.len(), 0);
        judge(&schedule, &table.end());
        schedules += 1;
        // The last turn that has a choice left takes it; what comes after it begins anew.
        let Some(at) = (0..choices.len())
            .rev()
            .find(|at| schedule[*at] + 1 < choices[*at])
        else {
            return schedules;
        };
        schedule.truncate(at + 1);
        schedule[at] += 1;
    }
}

/// What a run has to do next.
enum Todo {
    Call(Ticket, Call),
    Wake(Ticket),
}

struct Runner<'p> {
    run: Run<'p>,
    judge: Judge<'p>,
    todo: BTreeMap<(Timestamp, u64), Todo>,
    summary: Option<ApplySummary>,
}

/// Who can be next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Runner(usize),
    Third,
}

struct Table<'p> {
    direct: Direct,
    plans: [&'p Plan; 2],
    runners: [Runner<'p>; 2],
    third: Third,
    count: u64,
    calls: u64,
    violations: Vec<String>,
}

impl<'p> Table<'p> {
    fn new(direct: Direct, plans: [&'p Plan; 2], third: Third) -> Self {
        let now = direct.now();
        let mut table = Self {
            runners: plans.map(|plan| runner(plan, &direct)),
            direct,
            plans,
            third,
            count: 0,
            calls: 0,
            violations: Vec::new(),
        };
        for who in 0..2 {
            table.start(who, now);
        }
        table
    }

    fn start(&mut self, who: usize, now: Timestamp) {
        let (run, commands) = Run::new(self.plans[who], &self.direct.secrets(), &Options::default(), now);
        self.runners[who].run = run;
        self.take(who, commands, now);
    }

    /// Plays to the end; how many could be next at each turn of the schedule.
    fn play(&mut self, schedule: &[u8], bound: usize) -> Vec<u8> {
        let mut choices = Vec::new();
        for _ in 0..MOST_TURNS {
            let able = self.able();
            let Some(first_due) = self.first_due() else {
                return choices;
            };
            let who = if able.len() < 2 || choices.len() >= bound {
                first_due
            } else {
                let chosen = schedule.get(choices.len()).copied().unwrap_or_default();
                choices.push(u8::try_from(able.len()).unwrap_or_default());
                able[usize::from(chosen)]
            };
            self.turn(who);
        }
        self.violations.push("L1: it does not end".to_owned());
        choices
    }

    fn able(&self) -> Vec<Who> {
        let alive = (0..2).filter(|who| !self.runners[*who].todo.is_empty());
        let mut able: Vec<Who> = alive.map(Who::Runner).collect();
        if self.third != Third::Nobody && !self.runners[0].todo.is_empty() {
            able.push(Who::Third);
        }
        able
    }

    fn first_due(&self) -> Option<Who> {
        let due = |who: &usize| self.runners[*who].todo.keys().next().map(|key| (*key, *who));
        (0..2)
            .filter_map(|who| due(&who))
            .min()
            .map(|(_, who)| Who::Runner(who))
    }

    fn turn(&mut self, who: Who) {
        match who {
            Who::Runner(who) => self.go_on(who),
            Who::Third => self.third_party(),
        }
    }

    fn go_on(&mut self, who: usize) {
        let Some(((due, _), todo)) = self.runners[who].todo.pop_first() else {
            return;
        };
        let now = due.max(self.direct.now());
        self.direct.arrive(now);
        let input = match todo {
            Todo::Wake(ticket) => Input::Slept { ticket, now },
            Todo::Call(ticket, call) => {
                let answer = self.direct.answer(&call);
                let runner = &mut self.runners[who];
                runner
                    .judge
                    .heard(&call, &answer, &self.plans[who].scope.admin_account);
                Input::Answered { ticket, answer, now }
            }
        };
        let commands = self.runners[who].run.step(input);
        self.take(who, commands, now);
    }

    fn take(&mut self, who: usize, commands: Vec<Command>, now: Timestamp) {
        let runner = &mut self.runners[who];
        for command in commands {
            self.count += 1;
            match command {
                Command::Emit(_) => {}
                Command::Finish(summary) => {
                    runner.summary = Some(*summary);
                    runner.todo.clear();
                    return;
                }
                Command::Sleep { ticket, duration } => {
                    runner
                        .todo
                        .insert((now + duration, self.count), Todo::Wake(ticket));
                }
                Command::Call { ticket, call } => {
                    self.calls += 1;
                    runner.judge.asked(&call, now);
                    runner
                        .todo
                        .insert((now + WAY, self.count), Todo::Call(ticket, call));
                }
            }
        }
    }

    /// Its one turn.
    fn third_party(&mut self) {
        let now = self.direct.now();
        match std::mem::replace(&mut self.third, Third::Nobody) {
            Third::Nobody => {}
            Third::Drift(set) => drop(self.direct.detect_drift(set, "foreign-drift")),
            dies => {
                let next = self.runners[0].todo.pop_first();
                if let (Third::DiesUnheard, Some((_, Todo::Call(_, call)))) = (dies, next) {
                    let _nobody_hears_it = self.direct.answer(&call);
                }
                let dead = std::mem::replace(&mut self.runners[0], runner(self.plans[0], &self.direct));
                self.violations.extend(dead.judge.violations);
                self.start(0, now);
            }
        }
    }

    fn end(mut self) -> Played {
        let [first, second] = self.runners;
        self.violations.extend(first.judge.violations);
        self.violations.extend(second.judge.violations);
        let summary =
            |summary: Option<ApplySummary>| summary.expect("a run that has nothing to do has ended");
        Played {
            summaries: [summary(first.summary), summary(second.summary)],
            direct: self.direct,
            violations: self.violations,
            calls: self.calls,
        }
    }
}

/// A run that has not begun.
fn runner<'p>(plan: &'p Plan, direct: &Direct) -> Runner<'p> {
    let (run, _) = Run::new(plan, &direct.secrets(), &Options::default(), direct.now());
    Runner {
        run,
        judge: Judge::new(plan),
        todo: BTreeMap::new(),
        summary: None,
    }
}
