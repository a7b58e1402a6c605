//! Watches one run, call by call: what must never happen (reliability §4.4).

use std::collections::{BTreeMap, BTreeSet};

use model::call::{Call, CallError, Reply, WriteCall};
use model::ids::{AccountId, OperationId};
use model::plan::Plan;

/// What one run has asked and heard.
#[derive(Debug)]
pub struct Judge<'p> {
    plan: &'p Plan,
    /// Whether the guard has passed.
    guarded: bool,
    /// StackSets, by name, whose definition was read since the last write to them.
    fresh: BTreeSet<String>,
    /// Operations that this run sent and that no strong read has shown to be over, by StackSet.
    open: BTreeMap<String, BTreeSet<OperationId>>,
    /// Whether nothing may be written any more, and why.
    closed: Option<&'static str>,
    /// How often each operation was described.
    pub describes: BTreeMap<OperationId, u64>,
    /// What was wrong.
    pub violations: Vec<String>,
}

/// The name in a StackSet's id.
fn name(text: &str) -> String {
    text.split(':').next().unwrap_or(text).to_owned()
}

impl<'p> Judge<'p> {
    /// Of a run of this plan.
    pub fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            guarded: false,
            fresh: BTreeSet::new(),
            open: BTreeMap::new(),
            closed: None,
            describes: BTreeMap::new(),
            violations: Vec::new(),
        }
    }

    /// From now on nothing may be written.
    pub fn close(&mut self, why: &'static str) {
        self.closed.get_or_insert(why);
    }

    /// The run asks.
    pub fn asked(&mut self, call: &Call) {
        if !self.guarded && *call != Call::Identity {
            self.violations
                .push(format!("S9: {call:?} before the account was checked"));
        }
        match call {
            Call::Operation(_, id) => *self.describes.entry(id.clone()).or_default() += 1,
            Call::Write(write) => self.writes(write),
            _ => {}
        }
    }

    fn writes(&mut self, write: &WriteCall) {
        let set = name(write.stack_set.as_str());
        let what = format!("{} of {set} {:?}", write.write.api(), write.operation_id);
        if let Some(why) = self.closed {
            self.violations.push(format!("S7: {what} after {why}"));
        }
        if !self.fresh.remove(&set) {
            self.violations
                .push(format!("S4: {what} without a strong read before it"));
        }
        let planned = self.plan.operations.iter().any(|operation| {
            operation.operation_id == write.operation_id
                && operation.call == write.write
                && operation.aws_name.as_str() == set
        });
        if !planned {
            self.violations.push(format!("S2: {what} is not in the plan"));
        }
        let open = self.open.entry(set).or_default();
        if let Some(earlier) = open.iter().find(|id| Some(*id) != write.operation_id.as_ref()) {
            self.violations
                .push(format!("S6: {what} while {earlier} is not known to be over"));
        }
        open.extend(write.operation_id.clone());
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
            (Call::Definition(set), Ok(Reply::Definition(_))) => {
                self.fresh.insert(set.to_string());
            }
            // What is not there cannot be written to, so that its definition was read, too.
            (Call::Definition(set), Err(_)) => {
                self.fresh.insert(set.to_string());
            }
            (Call::Operation(set, id), Ok(Reply::Operation(Some(found)))) if found.status.is_terminal() => {
                if let Some(open) = self.open.get_mut(&name(set.as_str())) {
                    open.remove(id);
                }
            }
            _ => {}
        }
    }
}
