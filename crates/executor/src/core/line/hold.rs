//! Somebody else's operation holds the StackSet: it is waited for, within a bound, and never stopped.

use model::Timestamp;
use model::call::Call;
use model::event::EventKind;
use model::ids::OperationId;
use model::observed::OperationSummary;
use std::time::Duration;

use super::{Context, Kind, Line, Next, PATIENCE, Step, Stop};
use crate::core::pace;

impl Line<'_> {
    /// Starts to wait for the end of an operation.
    pub(super) fn hold(&mut self, holder: &OperationId, cx: &mut Context) -> Next {
        self.held_since.get_or_insert(cx.now);
        cx.events.push(EventKind::Waiting {
            stack_set: self.name.to_owned(),
            holder: Some(holder.clone()),
        });
        self.tries = 0;
        self.hold_on(holder.clone(), cx)
    }

    /// AWS says that the StackSet is held, and no strong read shows that it is by us.
    pub(super) fn hold_by_unknown(&mut self, cx: &mut Context) -> Next {
        if self
            .held_since
            .replace(self.held_since.unwrap_or(cx.now))
            .is_none()
        {
            cx.events.push(EventKind::Waiting {
                stack_set: self.name.to_owned(),
                holder: None,
            });
        }
        match self.patience_left(cx) {
            None => self.busy(None),
            Some(left) => {
                self.tries += 1;
                self.sleep(Step::Pause, pace::poll(self.tries, self.name).min(left))
            }
        }
    }

    pub(super) fn ask_about(&mut self, holder: OperationId) -> Next {
        match self.id.clone() {
            Some(id) => self.ask(
                Step::Holding(holder.clone()),
                Call::Operation(id, holder),
                PATIENCE,
            ),
            None => self.look(),
        }
    }

    pub(super) fn on_holder(&mut self, found: Option<&OperationSummary>, cx: &mut Context) -> Next {
        let Step::Holding(holder) = &self.step else {
            return self.look();
        };
        let holder = holder.clone();
        if found.is_some_and(|found| !found.status.is_terminal()) {
            return self.hold_on(holder, cx);
        }
        self.over.insert(holder);
        self.tries = 0;
        self.look()
    }

    fn hold_on(&mut self, holder: OperationId, cx: &Context) -> Next {
        let Some(left) = self.patience_left(cx) else {
            return self.busy(Some(&holder));
        };
        let interval = pace::poll(self.tries, holder.as_str()).min(left);
        self.tries += 1;
        self.sleep(Step::Holding(holder), interval)
    }

    /// All waits on one StackSet share one bound, so that a StackSet that is taken again and again ends it too (fault 54).
    fn patience_left(&self, cx: &Context) -> Option<Duration> {
        let waited = elapsed(self.held_since.unwrap_or(cx.now), cx.now);
        cx.options.wait.checked_sub(waited).filter(|left| !left.is_zero())
    }

    fn busy(&mut self, holder: Option<&OperationId>) -> Next {
        let by = holder.map_or_else(String::new, |holder| format!(" ({holder})"));
        let message = format!(
            "StackSet `{}` has an operation of somebody else in progress{by}",
            self.name
        );
        self.end(Stop::Busy, Kind::Busy, message)
    }
}

fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
