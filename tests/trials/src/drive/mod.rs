//! Runs of the state machine against one AWS, with trouble: every event in the order of its time, one after the other.

mod hits;
mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use executor::Options;
use executor::core::{Command, Input, Run, Ticket};
use jiff::SignedDuration;
use model::Timestamp;
use model::call::{Call, CallError, Reply};
use model::event::EventKind;
use model::plan::Plan;

use crate::direct::Direct;
use crate::draw::Draw;
use crate::judge::Judge;
use crate::meddle;
use crate::others;
use crate::planted::{Defect, Memory, Moment};
use crate::seen::{Phase, Seen};
use crate::trouble::{Crash, Mishap, Trouble, When};
use parts::{Event, Process};

pub use parts::{Ended, Setting};

/// More events than any apply needs: beyond, it does not end.
const MOST_EVENTS: usize = 60_000;

/// Everything that is at work during one apply.
pub struct Stage<'p, 's> {
    pub(crate) direct: &'s mut Direct,
    pub(crate) trouble: &'s Trouble,
    pub(crate) seen: &'s mut Seen,
    processes: Vec<Process<'p>>,
    options: Options,
    defect: Option<Defect>,
    queue: BTreeMap<(Timestamp, u64), Event>,
    count: u64,
    started: Timestamp,
    draw: Draw,
    latency: Draw,
    ended: Ended,
    trail: Vec<String>,
}

/// Carries plans out, the first at once, another one beside it when the trouble says so.
pub fn drive(direct: &mut Direct, plans: &[&Plan], setting: &Setting<'_>, seen: &mut Seen) -> Ended {
    let Setting {
        seed,
        options,
        trouble,
        crash,
        defect,
        resumed,
    } = *setting;
    let started = direct.now();
    let obeyed = |plan: &Plan| defect.and_then(|defect| defect.obeys(plan, resumed));
    let obeyed: Vec<Option<Plan>> = plans.iter().map(|plan| obeyed(plan)).collect();
    let pairs = plans.iter().zip(&obeyed);
    let pairs: Vec<(&Plan, &Plan)> = pairs
        .map(|(plan, other)| (*plan, other.as_ref().unwrap_or(plan)))
        .collect();
    let mut stage = Stage {
        started,
        direct,
        trouble,
        seen,
        processes: Vec::new(),
        options: options.clone(),
        queue: BTreeMap::new(),
        count: 0,
        draw: Draw::new(seed, "mishaps"),
        latency: Draw::new(seed, "latency"),
        ended: Ended::default(),
        trail: Vec::new(),
        defect,
    };
    stage.open(&pairs, crash);
    stage.play();
    stage.end()
}

impl<'p> Stage<'p, '_> {
    /// Starts a process for each plan: what is judged, and what it obeys, which a defect may make another one.
    fn open(&mut self, plans: &[(&'p Plan, &'p Plan)], crash: Option<Crash>) {
        let secrets = self.direct.secrets();
        for (number, (plan, obeyed)) in plans.iter().copied().enumerate() {
            let after = match (number, self.trouble.twin) {
                (0, _) | (_, None) => 0,
                (_, Some(twin)) => u64::from(twin.after),
            };
            let at = self.started + Duration::from_secs(after);
            let (run, commands) = Run::new(obeyed, &secrets, &self.options, self.local(at));
            self.processes.push(Process {
                run,
                judge: Judge::new(plan),
                admin: plan.scope.admin_account.clone(),
                calls: 0,
                crash: crash.filter(|_| number == 0),
                summary: None,
                over: false,
                open: BTreeMap::new(),
                memory: Memory::new(plan, at),
            });
            self.take(number, commands, at);
        }
        if let Some(after) = self.trouble.interrupt {
            self.queue_at(self.at(after), Event::Interrupt(0));
        }
        if let Some(after) = self.trouble.swap {
            self.queue_at(self.at(after), Event::Swap);
        }
        for other in &self.trouble.others {
            self.queue_at(self.at(other.after), Event::Others(others::fault(other.does)));
        }
    }

    fn at(&self, after: u16) -> Timestamp {
        self.started + Duration::from_secs(u64::from(after))
    }

    /// What the processes' clock shows.
    fn local(&self, at: Timestamp) -> Timestamp {
        let Some((before, turn, after)) = self.trouble.skew else {
            return at;
        };
        let off = if at < self.at(turn) { before } else { after };
        at.saturating_add(SignedDuration::from_secs(i64::from(off)))
            .unwrap_or(at)
    }

    fn queue_at(&mut self, at: Timestamp, event: Event) {
        self.count += 1;
        self.queue.insert((at, self.count), event);
    }

    fn play(&mut self) {
        let mut events = 0;
        while let Some(((at, _), event)) = self.queue.pop_first() {
            if self.processes.iter().all(|process| process.over) && !matches!(event, Event::Late(..)) {
                continue;
            }
            events += 1;
            if events > MOST_EVENTS {
                self.ended.violations.push("L1: it does not end".to_owned());
                return;
            }
            if let Some(awake) = self.asleep(at, &event) {
                self.seen.count(12, self.phase(0));
                self.queue_at(awake, event);
                continue;
            }
            self.direct.arrive(at);
            self.happen(event, at);
        }
    }

    fn happen(&mut self, event: Event, at: Timestamp) {
        match event {
            Event::Arrives(number, ticket, call) => self.arrives(number, ticket, &call, at),
            Event::Answers(number, ticket, answer) => {
                let answer = self.hears(number, ticket, *answer, at);
                let now = self.local(at);
                self.step(number, Input::Answered { ticket, answer, now }, at);
            }
            Event::Wakes(number, ticket) => {
                let now = self.local(at);
                self.step(number, Input::Slept { ticket, now }, at);
            }
            Event::Interrupt(number) => {
                if !self.processes[number].over {
                    self.processes[number].judge.close("the user stopped it");
                    self.seen.count(6, self.phase(number));
                }
                if self.defect == Some(Defect::InterruptIsIgnored) {
                    return;
                }
                let now = self.local(at);
                self.step(number, Input::Interrupted { now }, at);
            }
            Event::Late(call, signed) => {
                let now = std::mem::replace(&mut self.direct.identity, signed);
                let _nobody_hears_it = self.direct.answer(&call);
                self.direct.identity = now;
            }
            Event::Others(fault) => self.seen.count(fault, self.phase(0)),
            Event::Swap => {
                self.ended.swapped.push(at);
                self.seen.count(32, self.phase(0));
                self.direct.identity = model::ids::AccountId::parse("999999999999").ok();
            }
        }
    }

    /// What a process makes of an answer; judged is the answer itself.
    fn hears(
        &mut self,
        number: usize,
        ticket: Ticket,
        answer: Result<Reply, CallError>,
        at: Timestamp,
    ) -> Result<Reply, CallError> {
        let local = self.local(at);
        let process = &mut self.processes[number];
        let Some(call) = process.open.remove(&ticket) else {
            return answer;
        };
        process.judge.heard(&call, &answer, &process.admin);
        let Some(defect) = self.defect else {
            return answer;
        };
        if let Some(more) = defect.adds(&call, &answer, &process.memory, process.judge.plan()) {
            process.judge.asked(&more, local);
            let _unheard = self.direct.answer(&more);
        }
        let process = &mut self.processes[number];
        let (memory, plan) = (&mut process.memory, process.judge.plan());
        defect.hears(&call, answer, (memory, plan, Moment { world: at, local }))
    }

    fn step(&mut self, number: usize, input: Input, at: Timestamp) {
        if self.processes[number].over {
            return;
        }
        let commands = self.processes[number].run.step(input);
        self.take(number, commands, at);
    }

    fn take(&mut self, number: usize, commands: Vec<Command>, at: Timestamp) {
        for command in commands {
            if self.processes[number].over {
                return;
            }
            match command {
                Command::Emit(event) => {
                    if let (
                        Some(Defect::ForeignIsStopped),
                        EventKind::Waiting {
                            holder: Some(holder),
                            stack_set,
                        },
                    ) = (self.defect, &event)
                    {
                        let form = format!(
                            "Action=StopStackSetOperation&StackSetName={stack_set}&OperationId={holder}"
                        );
                        let _unheard = self.direct.send(&form);
                    }
                    self.ended.events.push(event);
                }
                Command::Finish(summary) => {
                    self.note(number, at, &summary.result);
                    let process = &mut self.processes[number];
                    process.over = true;
                    process.summary = Some(*summary);
                    if number == 0 {
                        self.ended.finished = Some(at);
                    }
                }
                Command::Sleep { ticket, duration } => {
                    let duration = self.defect.map_or(duration, |defect| defect.waits(duration));
                    self.queue_at(at + duration, Event::Wakes(number, ticket));
                }
                Command::Call { ticket, call } => self.calls(number, ticket, call, at),
            }
        }
    }

    /// A process sends a call; it may die on the way.
    fn calls(&mut self, number: usize, ticket: Ticket, call: Call, at: Timestamp) {
        self.note(number, at, &call);
        let way = Duration::from_millis(1 + self.latency.below(u64::from(self.trouble.latency.max(1))));
        self.ended.calls += 1;
        let local = self.local(at);
        let process = &mut self.processes[number];
        let call = match self.defect {
            Some(defect) => defect.asks(call, &mut process.memory),
            None => call,
        };
        process.judge.asked(&call, local);
        let here = process.calls;
        process.calls += 1;
        self.beside(number, Phase::of(&call));
        let process = &mut self.processes[number];
        let dies = process.crash.filter(|crash| usize::from(crash.call) == here);
        if let Some(crash) = dies {
            process.over = true;
            self.dies(crash, &call, at);
            return;
        }
        process.open.insert(ticket, call.clone());
        self.queue_at(at + way, Event::Arrives(number, ticket, call));
    }

    fn dies(&mut self, crash: Crash, call: &Call, at: Timestamp) {
        let number = match crash.when {
            When::Before => 1,
            When::AfterAct => 2,
            When::AfterAnswer => 3,
        };
        self.seen.count(number, Phase::of(call));
        if crash.when != When::Before {
            self.direct.arrive(at);
            let _nobody_hears_it = self.direct.answer(call);
        }
    }

    /// A call arrives: AWS answers it, or something goes wrong.
    fn arrives(&mut self, number: usize, ticket: Ticket, call: &Call, at: Timestamp) {
        let mishap = self.mishap(call, at);
        let (answer, millis) = match mishap {
            None => (self.direct.answer(call), 0),
            Some(mishap) => {
                self.ended.struck += mishap.on_the_wire();
                self.seen.count(mishap.fault(), Phase::of(call));
                self.processes[number].judge.hit(call);
                if let Mishap::Delayed(seconds) = mishap {
                    let late = at + Duration::from_secs(u64::from(seconds));
                    let signed = self.direct.identity.clone();
                    self.queue_at(late, Event::Late(call.clone(), signed));
                }
                meddle::answer(self.direct, call, mishap)
            }
        };
        if self.defect == Some(Defect::NoTimeLimit) && mishap == Some(Mishap::Silent) {
            return;
        }
        let back = 1 + self.latency.below(u64::from(self.trouble.latency.max(1)));
        self.note(number, at, &answer);
        let at = at + Duration::from_millis(back + millis);
        self.queue_at(at, Event::Answers(number, ticket, Box::new(answer)));
    }

    /// One line of what happened, for people and for comparing two runs of a seed.
    fn note(&mut self, number: usize, at: Timestamp, what: &impl std::fmt::Debug) {
        if !self.seen.keep && !self.seen.traced {
            return;
        }
        let mut text = format!("{at} process {number}: {what:?}");
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.ended.trace = text.bytes().fold(self.ended.trace ^ 0xcbf2_9ce4_8422_2325, fold);
        if self.seen.keep {
            if text.len() > 400 {
                let cut = (0..=400).rev().find(|at| text.is_char_boundary(*at));
                text.truncate(cut.unwrap_or_default());
            }
            self.trail.push(text);
        }
    }

    fn end(mut self) -> Ended {
        let mut dead = BTreeSet::new();
        for (number, mut process) in self.processes.into_iter().enumerate() {
            if number == 0 {
                self.ended.memory = std::mem::take(&mut process.memory);
            }
            let wrong = process.judge.violations.into_iter();
            self.ended
                .violations
                .extend(wrong.map(|what| format!("process {number}: {what}")));
            for (id, times) in process.judge.describes {
                self.seen.described(&id, times);
            }
            match (number, process.summary) {
                (0, summary) => self.ended.summary = summary,
                (_, Some(summary)) => self.ended.others.push(summary),
                (_, None) => drop(dead.insert(number)),
            }
        }
        if !dead.is_empty() {
            self.ended.violations.push(format!("L1: {dead:?} never ended"));
        }
        self.seen.trail.append(&mut self.trail);
        self.direct.identity = None;
        self.direct.lag = 0;
        self.ended
    }
}
