//! Before each write: is everything as the plan expects it, and was the next operation sent before.

use std::collections::BTreeSet;

use model::call::{Call, Described, Write};
use model::definition::Definition;
use model::digest::Digest;
use model::ids::{OperationId, StackSetId};
use model::observed::{Identity, OperationSummary};

use super::{Context, Kind, Line, Next, PATIENCE, Step, Stop};
use crate::core::chain::{Chain, Link};
use crate::core::pace;

/// How often a read that contradicts what we know is repeated before it is believed.
const LOOKS: u32 = 4;

impl Line<'_> {
    /// Reads the StackSet anew, from the start.
    pub(super) fn look(&mut self) -> Next {
        self.looked = self.now;
        if self.repeats > 0 && self.id.is_none() {
            // AWS makes no second StackSet of a name: what may be another one since is the account (fault 32).
            return self.ask(Step::Absence, Call::Identity, PATIENCE);
        }
        let call = Call::Definition(self.aws_name.clone());
        self.ask(Step::Definition, call, PATIENCE)
    }

    /// Waits a moment, then looks again.
    pub(super) fn look_later(&mut self) -> Next {
        self.tries += 1;
        self.sleep(Step::Pause, pace::again(self.tries))
    }

    pub(super) fn on_definition(&mut self, found: Option<Described>) -> Next {
        match found {
            None if self.created_now && self.tries < LOOKS => self.look_later(),
            None => self.ask(Step::Absence, Call::Identity, PATIENCE),
            Some(found) => self.present(found),
        }
    }

    /// Nothing of ours is there for credentials of another account, so an absence counts only for our own (fault 32).
    pub(super) fn on_absence(&mut self, identity: &Identity, cx: &mut Context) -> Next {
        if identity.account != *cx.admin {
            let message = format!(
                "the credentials are for account {} now, the plan is for {}",
                identity.account, cx.admin
            );
            return self.end(Stop::Credentials, Kind::WrongAccount, message);
        }
        if self.id.is_none() {
            return self.send(cx);
        }
        if self.ends_with_delete() {
            return self.all_gone(cx);
        }
        self.stale("it does not exist any more")
    }

    fn present(&mut self, found: Described) -> Next {
        let fingerprint = found.definition.fingerprint();
        match self.id.clone() {
            None => self.claim(found.id, &fingerprint),
            Some(id) if id != found.id => self.stale("another StackSet has its name now"),
            Some(id) => {
                self.fingerprint = Some(fingerprint);
                self.differs = self.differs_in(&found.definition);
                let operation = self.job().and_then(|job| job.operation.operation_id.clone());
                match operation.filter(|_| self.repeats == 0) {
                    Some(operation) => self.ask(Step::Operation, Call::Operation(id, operation), PATIENCE),
                    None => self.ask(Step::Operations, Call::Operations(id), PATIENCE),
                }
            }
        }
    }

    /// A StackSet that must not exist yet is ours if it says what ours says and nobody else did anything to it.
    pub(super) fn claim(&mut self, id: StackSetId, fingerprint: &Digest) -> Next {
        let says_ours = |digest: Option<&Digest>| digest == Some(fingerprint);
        if self
            .jobs
            .iter()
            .any(|job| says_ours(job.operation.definition_after.as_ref()))
        {
            return self.ask(Step::Claim(id.clone()), Call::Operations(id), PATIENCE);
        }
        self.stale("a StackSet of that name exists now, and says something else")
    }

    pub(super) fn on_claim(&mut self, list: &[OperationSummary], cx: &mut Context) -> Next {
        let Step::Claim(id) = &self.step else {
            return self.look();
        };
        if let Some(foreign) = list.iter().find(|operation| !self.ours.contains(&operation.id)) {
            let message = format!(
                "a StackSet of that name exists now, with operation {}",
                foreign.id
            );
            return self.stale(&message);
        }
        self.id = Some(id.clone());
        self.finish_call(cx)
    }

    pub(super) fn on_operation(&mut self, found: Option<OperationSummary>, cx: &mut Context) -> Next {
        if let Some(found) = found {
            return self.found(found, cx);
        }
        match self.id.clone() {
            Some(id) => self.ask(Step::Operations, Call::Operations(id), PATIENCE),
            None => self.look(),
        }
    }

    pub(super) fn on_operations(&mut self, list: &[OperationSummary], cx: &mut Context) -> Next {
        // A look that is only repeated asks once less: another run of the same plan shows here, or when the same id is sent.
        let next = self.operation().and_then(|next| next.operation_id.clone());
        let may_ask = self.repeats > 0 && self.tries < LOOKS;
        let is_sent = |next: &OperationId| may_ask && list.iter().any(|sent| sent.id == *next);
        if let Some((id, next)) = self.id.clone().zip(next.filter(is_sent)) {
            self.tries += 1;
            return self.ask(Step::Operation, Call::Operation(id, next), PATIENCE);
        }
        let link = Link {
            base: self.before.newest_operation.as_ref(),
            ours: &self.ours,
            over: &self.over,
        };
        let unchanged = self.fingerprint.as_ref() == self.expected();
        match link.read(list) {
            Chain::Clear if unchanged => self.send(cx),
            Chain::Held(holder) if unchanged => self.hold(&holder.id.clone(), cx),
            Chain::Unclear if self.tries < LOOKS => self.look_later(),
            Chain::Held(other) | Chain::Foreign(other) => {
                let (what, since) = (self.what_changed(), since_the_plan(other));
                self.stale(&match what {
                    Some(what) => format!("{what}; {since}"),
                    None => since,
                })
            }
            Chain::Clear => {
                let what = self.what_changed();
                self.stale(what.as_deref().unwrap_or("its definition was changed"))
            }
            Chain::Unclear => self.stale("AWS does not list the operation that the plan was made after"),
        }
    }

    /// What of the definition is not as the plan found it, as far as nothing of ours came between.
    fn differs_in(&self, found: &Definition) -> Vec<String> {
        if self.last_sent().is_some() || self.before.parts.is_empty() {
            return Vec::new();
        }
        let (before, now) = (&self.before.parts, found.parts());
        let words: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
        let differs = words
            .into_iter()
            .filter(|word| before.get(*word) != now.get(*word));
        let told = differs.map(|word| match (before.get(word), now.get(word)) {
            (Some(before), Some(now)) if word == "template" => {
                format!("template ({} → {})", before.short(), now.short())
            }
            _ => word.clone(),
        });
        told.collect()
    }

    /// `its template and tags differ`
    fn what_changed(&self) -> Option<String> {
        let (last, rest) = self.differs.split_last()?;
        Some(match rest {
            [] if last.ends_with('s') => format!("its {last} differ"),
            [] => format!("its {last} differs"),
            rest => format!("its {} and {last} differ", rest.join(", ")),
        })
    }

    /// The fingerprint that the definition must have now.
    fn expected(&self) -> Option<&Digest> {
        match self.last_sent() {
            Some(job) => job.operation.definition_after.as_ref(),
            None => self.before.definition.as_ref(),
        }
    }

    pub(super) fn ends_with_delete(&self) -> bool {
        let mut course = self.jobs.iter().filter(|job| !job.is_rollback());
        course
            .next_back()
            .is_some_and(|job| matches!(job.operation.call, Write::DeleteStackSet))
    }

    /// The StackSet is gone, and it can only go when it is empty: everything that led there is done.
    fn all_gone(&mut self, cx: &mut Context) -> Next {
        let left = self.jobs.iter_mut().skip(self.at);
        for job in left.filter(|job| !job.is_rollback()) {
            cx.events.extend(job.accept(cx.now));
            cx.events.push(job.end(cx.now));
        }
        Next::Stop(Stop::Complete)
    }

    pub(super) fn stale(&mut self, what: &str) -> Next {
        let message = format!("StackSet `{}` changed after the plan was made: {what}", self.name);
        self.end(Stop::Stale, Kind::Stale, message)
    }
}

fn since_the_plan(operation: &OperationSummary) -> String {
    let whose = if operation.id.is_ours() {
        "another run"
    } else {
        "somebody else"
    };
    let id = &operation.id;
    match operation.created_at {
        Some(at) => format!("operation {id} of {whose} was started at {at}"),
        None => format!("operation {id} of {whose} was started"),
    }
}
