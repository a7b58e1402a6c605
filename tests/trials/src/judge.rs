//! Watches one run, call by call: what must never happen (reliability §4.4).

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use model::call::{Call, CallError, CallErrorKind, Reply, StackSetRef, Write, WriteCall};
use model::ids::{AccountId, OperationId, StackSetId};
use model::observed::{OperationStatus, OperationSummary};
use model::plan::{Operation, Plan};

use crate::seen::Looks;

/// How old the strong read before a write may be by the run's own clock: the machine may sleep between the two (fault 12). Twice
/// what a run allows itself, because its clock may be set back by half a minute right then.
const FRESH: SignedDuration = SignedDuration::from_secs(120);

/// What one run has asked and heard.
#[derive(Debug)]
pub struct Judge<'p> {
    plan: &'p Plan,
    /// Whether the guard has passed.
    guarded: bool,
    /// When the definition of each StackSet, by name, was last asked for.
    asking: BTreeMap<String, Timestamp>,
    /// StackSets, by name, whose definition was read since the last write to them, and when that was asked for.
    fresh: BTreeMap<String, Timestamp>,
    /// The same as it was before the last write.
    spent: BTreeMap<String, Timestamp>,
    /// When it was last asked whose the credentials are.
    identified: Option<Timestamp>,
    /// StackSets, by name, whose operations were listed since the last write to them.
    listed: BTreeSet<String>,
    /// Operations that AWS said it has.
    there: BTreeSet<(StackSetId, OperationId)>,
    /// Operations that this run sent and that no strong read has shown to be over, by StackSet.
    open: BTreeMap<String, BTreeSet<OperationId>>,
    /// Operations that a quota stands against.
    limited: BTreeSet<(String, Option<OperationId>)>,
    /// Operations that a strong read has shown to be over, well or not.
    ended: BTreeMap<OperationId, OperationStatus>,
    /// StackSets on which somebody else was seen to have started something after the plan, by name.
    foreign: BTreeMap<String, OperationId>,
    /// Whether nothing may be written any more, and why.
    closed: Option<&'static str>,
    /// How often each operation was described.
    pub describes: BTreeMap<OperationId, Looks>,
    /// What was wrong.
    pub violations: Vec<String>,
}

/// The name in a StackSet's id.
fn name(text: &str) -> String {
    text.split(':').next().unwrap_or(text).to_owned()
}

/// What a write starts, where.
fn address(write: &WriteCall) -> Option<(StackSetId, OperationId)> {
    match &write.stack_set {
        StackSetRef::Id(set) => Some((set.clone(), write.operation_id.clone()?)),
        StackSetRef::Name(_) => None,
    }
}

impl<'p> Judge<'p> {
    /// Of a run of this plan.
    pub fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            guarded: false,
            asking: BTreeMap::new(),
            fresh: BTreeMap::new(),
            spent: BTreeMap::new(),
            identified: None,
            listed: BTreeSet::new(),
            there: BTreeSet::new(),
            open: BTreeMap::new(),
            limited: BTreeSet::new(),
            ended: BTreeMap::new(),
            foreign: BTreeMap::new(),
            closed: None,
            describes: BTreeMap::new(),
            violations: Vec::new(),
        }
    }

    /// The plan that is judged by.
    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// From now on nothing may be written.
    pub fn close(&mut self, why: &'static str) {
        self.closed.get_or_insert(why);
    }

    /// The run asks, at a moment of its own clock.
    pub fn asked(&mut self, call: &Call, at: Timestamp) {
        if !self.guarded && *call != Call::Identity {
            self.violations
                .push(format!("S9: {call:?} before the account was checked"));
        }
        match call {
            Call::Operation(_, id) => self.describes.entry(id.clone()).or_default().all += 1,
            Call::Definition(set) => drop(self.asking.insert(set.to_string(), at)),
            Call::Write(write) => self.writes(write, at),
            Call::Identity => self.identified = Some(at),
            _ => {}
        }
    }

    /// Something goes wrong with a call on its way.
    pub fn hit(&mut self, call: &Call) {
        if let Call::Operation(_, id) = call {
            self.describes.entry(id.clone()).or_default().hit += 1;
        }
    }

    fn writes(&mut self, write: &WriteCall, at: Timestamp) {
        let set = name(write.stack_set.as_str());
        let what = format!("{} of {set} {:?}", write.write.api(), write.operation_id);
        if let Some(why) = self.closed {
            self.violations.push(format!("S7: {what} after {why}"));
        }
        let makes = matches!(write.write, Write::CreateStackSet { .. });
        self.after_a_look(&set, (at, makes), &what);
        if !self.listed.remove(&set) && !makes {
            self.violations
                .push(format!("R7: {what} without a look at what others do"));
        }
        if address(write).is_some_and(|address| self.there.contains(&address)) {
            self.violations
                .push(format!("S5: {what} again, though AWS has it"));
        }
        let planned = self.plan.operations.iter().find(|operation| {
            operation.operation_id == write.operation_id
                && operation.call == write.write
                && operation.aws_name.as_str() == set
        });
        match planned {
            None => self.violations.push(format!("S2: {what} is not in the plan")),
            Some(operation) => self.in_its_turn(operation, &what),
        }
        if self.limited.contains(&(set.clone(), write.operation_id.clone())) {
            self.violations.push(format!("L5: {what} again, against a quota"));
        }
        if let Some(foreign) = self.foreign.get(&set) {
            self.violations
                .push(format!("S4: {what} over {foreign} of somebody else"));
        }
        let open = self.open.entry(set).or_default();
        if let Some(earlier) = open.iter().find(|id| Some(*id) != write.operation_id.as_ref()) {
            self.violations
                .push(format!("S6: {what} while {earlier} is not known to be over"));
        }
        open.extend(write.operation_id.clone());
    }

    /// A write follows a strong read of its StackSet, and closely.
    fn after_a_look(&mut self, set: &str, (at, makes): (Timestamp, bool), what: &str) {
        let read = self.fresh.remove(set);
        self.spent.extend(read.map(|read| (set.to_owned(), read)));
        // AWS makes no second StackSet of a name, so it is enough to know in which account it is made.
        let read = read.map(|read| self.identified.filter(|_| makes).unwrap_or(read));
        let wrong = match read {
            None => format!("S4: {what} without a strong read before it"),
            Some(read) if at.duration_since(read).abs() > FRESH => {
                format!("S4: {what} after a strong read of {read}")
            }
            Some(_) => return,
        };
        self.violations.push(wrong);
    }

    /// What it waits for must be seen to have succeeded; a definition alone may fail on instances that nobody planned.
    fn in_its_turn(&mut self, operation: &Operation, what: &str) {
        let waits = |name: &&String| {
            let before = self.plan.operations.iter().find(|it| it.id == **name);
            let id = before.and_then(|it| Some((it.operation_id.as_ref()?, it.instances)));
            id.is_some_and(|(id, instances)| match self.ended.get(id) {
                Some(OperationStatus::Succeeded) => false,
                Some(_) => instances > 0,
                None => true,
            })
        };
        let waits = operation.depends_on.iter().find(waits);
        if let Some(name) = waits.filter(|_| operation.runs_if.is_always()) {
            self.violations
                .push(format!("P5: {what} before {name} was seen to have succeeded"));
        }
    }

    fn reads(&mut self, set: &str) {
        if let Some(at) = self.asking.get(set) {
            self.fresh.insert(set.to_owned(), *at);
        }
    }

    fn finds(&mut self, set: &StackSetId, id: &OperationId, status: &OperationStatus) {
        if !status.is_terminal() {
            return;
        }
        self.ended.insert(id.clone(), status.clone());
        if let Some(open) = self.open.get_mut(&name(set.as_str())) {
            open.remove(id);
        }
    }

    fn lists(&mut self, set: &str, list: &[OperationSummary]) {
        self.listed.insert(name(set));
        let own = |id: &OperationId| {
            let mut ids = self
                .plan
                .operations
                .iter()
                .filter_map(|it| it.operation_id.as_ref());
            ids.any(|own| own == id)
        };
        let later = |it: &&OperationSummary| it.created_at.is_some_and(|at| at > self.plan.created_at);
        if let Some(foreign) = list.iter().filter(later).find(|it| !own(&it.id)) {
            self.foreign.insert(name(set), foreign.id.clone());
        }
    }

    /// The run hears an answer.
    pub fn heard(&mut self, call: &Call, answer: &Result<Reply, CallError>, admin: &AccountId) {
        match (call, answer) {
            (Call::Identity, Ok(Reply::Identity(identity))) => {
                if identity.account == *admin {
                    self.guarded = true;
                } else {
                    self.close("the credentials were seen to be another account's");
                }
            }
            (Call::Definition(set), Ok(Reply::Definition(_))) => self.reads(set.as_str()),
            (Call::Definition(set), Err(error)) if error.kind == CallErrorKind::NotFound => {
                self.reads(set.as_str());
            }
            (Call::Operation(set, id), Ok(Reply::Operation(Some(found)))) => {
                self.there.insert((set.clone(), id.clone()));
                self.finds(set, id, &found.status);
            }
            (Call::Operations(set), Ok(Reply::Operations(list))) => self.lists(set.as_str(), list),
            // The list of a StackSet that was made just now may not know it yet.
            (Call::Operations(set), Err(error)) if error.kind == CallErrorKind::NotFound => {
                self.lists(set.as_str(), &[]);
            }
            (Call::Write(write), Ok(Reply::Started(_))) => self.there.extend(address(write)),
            // What credentials refused was no write, and what was read before it counts for as long as for any other.
            (Call::Write(write), Err(error)) if error.kind == CallErrorKind::Credentials => {
                let set = name(write.stack_set.as_str());
                self.fresh.extend(self.spent.remove_entry(&set));
                self.listed.insert(set);
            }
            (Call::Write(write), Err(error)) if error.kind == CallErrorKind::Limit => {
                let set = name(write.stack_set.as_str());
                self.limited.insert((set, write.operation_id.clone()));
            }
            _ => {}
        }
    }
}
