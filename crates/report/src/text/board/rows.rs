//! The lines of a board.

use model::Timestamp;
use model::call::{InstanceResult, ResultStatus};
use model::event::{EventKind, GateKind, GateState};
use model::ids::Region;

use super::{Board, Row, State, WAITING, mark};
use crate::layout::Line;
use crate::style::Meaning;
use crate::terms::account;
use crate::told::failures::reason_in_words;
use crate::told::schedule::tolerated_in_words;
use crate::words::{count, duration, list, number, roughly};

/// Columns of a bar at most.
const BAR: usize = 24;
/// Columns that a bar must have to say something.
const SHORTEST: usize = 6;

impl Board {
    /// `✓ 2 nonprod   security-baseline   update  147/201`
    fn head(&self, row: &Row, mark: (&str, Meaning), done: u64) -> Line {
        let columns = self.columns;
        let line = Line::new()
            .put(mark.1, mark.0)
            .to(2)
            .text(&row.place)
            .to(columns.place + 5)
            .put(Meaning::Heading, &row.stack_set)
            .to(columns.place + columns.stack_set + 8)
            .text(row.kind)
            .to(columns.place + columns.stack_set + columns.kind + 10);
        if row.instances == 0 {
            return line.to(line_end(columns));
        }
        let told = format!("{}/{}", number(done), number(row.instances));
        let gap = columns.count.saturating_sub(told.len());
        line.text(&" ".repeat(gap)).text(&told)
    }

    /// The line of an operation that is over.
    pub(super) fn ended(&self, operation: &str, seconds: u64, reason: Option<&str>) -> Option<Line> {
        let row = self.operations.get(operation)?;
        let State::Over(outcome, counts) = row.state else {
            return None;
        };
        let mut line = self.head(row, mark(outcome), counts.succeeded);
        if seconds > 0 {
            line = line.text("   ").put(Meaning::Aside, &duration(seconds));
        }
        let bad = [(counts.failed, "failed"), (counts.cancelled, "cancelled by AWS")];
        for (n, word) in bad.iter().filter(|(n, _)| *n > 0) {
            line = line
                .text("   ")
                .put(Meaning::Bad, &format!("{} {word}", number(*n)));
        }
        let told = reason.filter(|_| mark(outcome).1 != Meaning::Good);
        Some(match told {
            Some(reason) => line.text("   ").text(reason),
            None => line,
        })
    }

    /// A failure at once: who, where and why.
    pub(super) fn failed(&self, operation: &str, result: &InstanceResult) -> Option<Line> {
        let row = self.operations.get(operation)?;
        if result.status != ResultStatus::Failed || result.is_skipped() {
            return None;
        }
        let who = account(&self.names, &result.key.account);
        let reason = reason_in_words(result.reason.as_deref().unwrap_or_default());
        let line = Line::new()
            .put(Meaning::Bad, "✗")
            .to(2)
            .text(&row.place)
            .to(self.columns.place + 5)
            .put(Meaning::Heading, &row.stack_set)
            .text(&format!("   {who} {}: ", result.key.region));
        Some(line.text(&reason))
    }

    /// A gate that opened, or did not.
    pub(super) fn gate(&self, event: &EventKind) -> Option<Line> {
        let EventKind::Gate {
            stage,
            gate,
            state,
            instances,
            reason,
            ..
        } = event
        else {
            return None;
        };
        let (mark, what) = match (gate, state) {
            (GateKind::Health, GateState::Passed) => {
                let looked_at = count(*instances, "instance");
                (
                    ("✓", Meaning::Good),
                    format!("healthy: no failures in {looked_at}"),
                )
            }
            (GateKind::Alarms, GateState::Passed) => (("✓", Meaning::Good), "alarms are OK".to_owned()),
            (GateKind::Approval, GateState::Passed) => (("✓", Meaning::Good), "approved".to_owned()),
            (GateKind::Approval, GateState::Waiting) => (
                ("■", Meaning::Attention),
                "an approval is missing: apply stops here".to_owned(),
            ),
            (_, GateState::Failed) => {
                let why = reason.clone().unwrap_or_else(|| "it did not pass".to_owned());
                (("✗", Meaning::Bad), why)
            }
            _ => return None,
        };
        let line = Line::new().put(mark.1, mark.0).to(2).text(&self.place_of(stage));
        Some(line.to(self.columns.place + 5).text(&what))
    }

    /// `2 nonprod`
    fn place_of(&self, stage: &str) -> String {
        let named = |row: &&Row| row.stage.as_deref() == Some(stage);
        let row = self.rows().find(named);
        row.map_or_else(|| stage.to_owned(), |row| row.place.clone())
    }

    /// One to three lines about an operation at work.
    pub(super) fn running(&self, row: &Row, now: Timestamp, width: usize) -> Vec<Line> {
        let State::Running {
            since,
            done,
            running,
            failed,
        } = row.state
        else {
            return Vec::new();
        };
        let took = seconds(since, now);
        let has_failed = failed > 0;
        let failed = match failed {
            0 => String::new(),
            n => format!("   {} failed", number(n)),
        };
        let head = self.head(row, (" ", Meaning::Plain), done);
        let used = head.width() + failed.len();
        let times = [
            left(done, row.instances, took)
                .map(|left| format!("{}  ~{} left", duration(took), roughly(left))),
            Some(duration(took)),
        ];
        let (time, bar_room) = fitting(times.into_iter().flatten(), width.saturating_sub(used));
        let mut line = head.put(Meaning::Bad, &failed).text("   ");
        if bar_room > 0 && row.instances > 0 {
            line = line
                .put(Meaning::Good, &bar(done, row.instances, bar_room))
                .text("   ");
        }
        let mut lines = vec![line.put(Meaning::Aside, &time)];
        let regions = row.regions.len() as u64;
        let tolerated = row.tolerated.filter(|_| has_failed);
        let tolerated = tolerated.map(|n| tolerated_in_words(n, regions));
        lines.extend(self.below(row, running, tolerated.as_deref(), width));
        lines
    }

    /// The Regions of an operation, and how many failures it tolerates where there are some, on a line of its own where it must be.
    fn below(&self, row: &Row, running: u64, tolerated: Option<&str>, width: usize) -> Vec<Line> {
        let regions = (row.regions.len() > 1).then(|| self.regions(row, running));
        let Some(tolerated) = tolerated else {
            return regions.into_iter().collect();
        };
        match regions {
            Some(line) if line.width() + crate::layout::width(tolerated) <= width => {
                vec![line.put(Meaning::Aside, tolerated)]
            }
            regions => {
                let alone = Line::new().to(self.columns.place + 5);
                let alone = alone.put(Meaning::Aside, tolerated);
                regions.into_iter().chain([alone]).collect()
            }
        }
    }

    /// `eu-west-1 67/67 ✓   us-east-1 13/67, 16 running`
    fn regions(&self, row: &Row, running: u64) -> Line {
        let mut line = Line::new().to(self.columns.place + 5);
        let mut at_work = running;
        for (region, all, over) in &row.regions {
            let text = region_text(region, *all, *over);
            line = line.put(Meaning::Aside, &text);
            if over == all {
                line = line.text(" ").put(Meaning::Good, "✓");
            } else if at_work > 0 {
                line = line.put(Meaning::Aside, &format!(", {} running", number(at_work)));
                at_work = 0;
            }
            line = line.text("   ");
        }
        line
    }

    /// `canary soaks: 12 m 4 s left`
    pub(super) fn soaking(&self, now: Timestamp) -> Option<Line> {
        let (stage, until) = self.soak.as_ref()?;
        let place = self.place_of(stage);
        let what = match until {
            Some(until) => format!(
                "soaks until {} UTC, {} left",
                until.strftime("%H:%M:%S"),
                duration(seconds(now, *until))
            ),
            None => "soaks".to_owned(),
        };
        let line = Line::new().to(2).text(&place).to(self.columns.place + 5);
        Some(line.put(Meaning::Attention, &what))
    }

    /// StackSets that somebody else's operation holds.
    pub(super) fn holders(&self) -> Vec<Line> {
        let held = self.held.iter().map(|(stack_set, holder)| {
            let whose = match holder {
                Some(id) => format!("waits for operation {id}, which somebody else started"),
                None => "waits for another operation".to_owned(),
            };
            let line = Line::new().to(self.columns.place + 5);
            line.put(Meaning::Heading, stack_set)
                .text(" ")
                .put(Meaning::Attention, &whose)
        });
        held.collect()
    }

    /// What has not begun, by step and stage, with what it waits for.
    pub(super) fn waiting(&self) -> Vec<Line> {
        let mut groups: Vec<(&str, Vec<&Row>)> = Vec::new();
        for row in self.rows().filter(|row| row.state == State::Waiting) {
            match groups.iter_mut().find(|(place, _)| *place == row.place) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((&row.place, vec![row])),
            }
        }
        let left: usize = groups.iter().skip(WAITING).map(|(_, rows)| rows.len()).sum();
        let mut lines: Vec<Line> = groups
            .iter()
            .take(WAITING)
            .map(|(place, rows)| {
                let line = Line::new()
                    .to(2)
                    .put(Meaning::Aside, place)
                    .to(self.columns.place + 5);
                line.put(Meaning::Aside, &self.waits(rows))
            })
            .collect();
        if left > 0 {
            let text = format!("{} more", count(left as u64, "operation"));
            lines.push(Line::new().to(self.columns.place + 5).put(Meaning::Aside, &text));
        }
        lines
    }

    /// `guardduty-members waits for security-baseline`
    fn waits(&self, rows: &[&Row]) -> String {
        let mut names: Vec<&str> = Vec::new();
        let mut before: Vec<String> = Vec::new();
        for row in rows {
            if !names.contains(&row.stack_set.as_str()) {
                names.push(&row.stack_set);
            }
            for name in &row.depends_on {
                let found = self.operations.get(name).filter(|found| !is_over(found));
                let what = found.and_then(|found| obstacle(row, found));
                before.extend(what.filter(|what| !before.contains(what)));
            }
        }
        // What other rows of the group wait for is none of theirs: it stands in the group itself.
        before.retain(|what| !names.contains(&what.as_str()));
        let approval = rows.iter().any(|row| row.approval);
        let names_many = names.len() > 1;
        let verb = if names_many { "wait" } else { "waits" };
        let staged = rows.iter().any(|row| row.stage.is_some());
        if let Some((stage, _)) = self.soak.as_ref().filter(|_| staged && !approval)
            && before.is_empty()
        {
            before.push(format!("{stage} to soak"));
        }
        let names = crate::words::short_list(&names, 3);
        match (before.is_empty(), approval) {
            (true, false) if names_many => format!("{names} {verb} for their turn"),
            (true, false) => format!("{names} {verb} for its turn"),
            (true, true) => format!("{names} {verb} for an approval"),
            (false, false) => format!("{names} {verb} for {}", crate::words::short_list(&before, 3)),
            (false, true) => format!("{names} {verb} for {}, then approval", list(&before)),
        }
    }

    /// `222 of 910 done · 1 failed · 24 m 3 s so far · ctrl-c: start nothing new and leave`
    pub(super) fn foot(&self, started: Timestamp, now: Timestamp) -> Line {
        let (done, failed) = self.totals();
        let line = Line::new().text(&format!("  {} of {} done", number(done), number(self.instances)));
        let line = match failed {
            0 => line,
            n => line
                .text(" · ")
                .put(Meaning::Bad, &format!("{} failed", number(n))),
        };
        let so_far = duration(seconds(started, now));
        line.text(&format!(" · {so_far} so far"))
            .put(Meaning::Aside, " · ctrl-c: start nothing new and leave")
    }
}

/// The longest time that leaves room for a bar, with the columns of the bar; where none does, the shortest if it fits by itself.
fn fitting(times: impl Iterator<Item = String>, room: usize) -> (String, usize) {
    let mut shortest = String::new();
    for time in times {
        // Three columns in front of each.
        let bar = room.saturating_sub(crate::layout::width(&time) + 6);
        if bar >= SHORTEST {
            return (time, bar.min(BAR));
        }
        shortest = time;
    }
    if crate::layout::width(&shortest) + 3 > room {
        shortest.clear();
    }
    (shortest, 0)
}

/// The stage where it is another one, and the StackSet where it is another one: that operations of one follow each other is
/// nothing to tell.
fn obstacle(row: &Row, found: &Row) -> Option<String> {
    match &found.stage {
        Some(stage) if row.stage.is_some() && row.stage != found.stage => Some(stage.clone()),
        _ => (found.stack_set != row.stack_set).then(|| found.stack_set.clone()),
    }
}

fn line_end(columns: super::Columns) -> usize {
    columns.place + columns.stack_set + columns.kind + columns.count + 10
}

fn region_text(region: &Region, all: u64, over: u64) -> String {
    format!("{region} {}/{}", number(over), number(all))
}

fn is_over(row: &Row) -> bool {
    matches!(row.state, State::Over(..))
}

/// How long the rest takes when it goes on as it went; nothing is said before something is done.
fn left(done: u64, all: u64, took: u64) -> Option<u64> {
    let rest = all.checked_sub(done).filter(|rest| *rest > 0 && done > 0)?;
    took.checked_mul(rest)?.checked_div(done)
}

fn bar(done: u64, all: u64, room: usize) -> String {
    let cells = done.min(all).saturating_mul(room as u64) / all.max(1);
    let cells = usize::try_from(cells).unwrap_or(room);
    let head = if cells < room { "╸" } else { "" };
    let rest = " ".repeat(room.saturating_sub(cells + head.chars().count()));
    format!("{}{head}{rest}", "━".repeat(cells))
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second() - from.as_second()).unwrap_or_default()
}
