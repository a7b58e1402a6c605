//! An apply on a terminal: what stays and what is drawn again.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic, and its name says what it shows"
)]

mod values;

use model::Timestamp;
use model::event::{Event, EventKind, InstanceCounts, OperationOutcome};
use model::plan::OperationKind;
use report::text::{Board, EventContext, event_line};
use values::strip;

fn event(second: i64, kind: EventKind) -> Event {
    Event {
        seq: 1,
        ts: Timestamp::from_second(1_700_000_000 + second).unwrap(),
        kind,
    }
}

fn plain(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| strip(line)).collect()
}

/// The live lines after so many seconds.
fn live(board: &Board, second: i64, width: usize) -> Vec<String> {
    let now = Timestamp::from_second(1_700_000_000 + second).unwrap();
    board.live(now, (width, usize::MAX))
}

/// The board of the staged plan, its first operation at work.
fn begun() -> (Board, String) {
    let plan = values::staged::plan();
    let mut board = Board::new(&plan);
    let first = &plan.operations[0];
    let start = EventKind::OperationStart {
        operation: first.id.clone(),
        stack_set: first.stack_set.clone(),
        kind: OperationKind::Update,
        instances: first.instances,
        aws_operation_id: None,
        adopted: false,
    };
    board.hear(&event(0, start), 98);
    (board, first.id.clone())
}

#[test]
fn what_runs_is_drawn_with_its_progress_and_what_waits_says_for_what() {
    let (mut board, operation) = begun();
    let progress = EventKind::OperationProgress {
        operation,
        stack_set: String::new(),
        done: 2,
        running: 1,
        failed: 0,
        instances: 6,
    };
    board.hear(&event(60, progress), 98);
    let lines = plain(&live(&board, 60, 98));
    assert!(
        lines[0].contains("2/6") && lines[0].contains("~2 m left"),
        "{lines:#?}"
    );
    assert!(
        lines.iter().any(|line| line.contains("then approval")),
        "{lines:#?}"
    );
    assert!(lines.last().unwrap().contains("1 m 0 s so far"), "{lines:#?}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let (board, _) = begun();
    for width in [20, 40, 60, 80, 98, 140] {
        for line in live(&board, 3600, width) {
            assert!(report::columns(&line) <= width, "{width}: {line}");
        }
    }
}

/// The end of an operation after 112 seconds.
fn ended(operation: String, outcome: OperationOutcome, instances: InstanceCounts) -> EventKind {
    EventKind::OperationEnd {
        operation,
        stack_set: String::new(),
        kind: OperationKind::Update,
        outcome,
        instances,
        seconds: 112,
        reason: None,
    }
}

#[test]
fn what_is_over_stays_once_and_is_drawn_no_more() {
    let (mut board, operation) = begun();
    let counts = InstanceCounts {
        succeeded: 5,
        failed: 1,
        ..InstanceCounts::default()
    };
    let end = ended(operation, OperationOutcome::Partial, counts);
    let kept = plain(&board.hear(&event(112, end), 98));
    assert_eq!(kept.len(), 1, "{kept:#?}");
    assert!(
        kept[0].starts_with("! 1 canary") && kept[0].contains("5/6"),
        "{kept:#?}"
    );
    assert!(
        kept[0].contains("1 m 52 s") && kept[0].contains("1 failed"),
        "{kept:#?}"
    );
    let summary = EventKind::ApplySummary(Box::new(values::live::failed_summary()));
    board.hear(&event(113, summary), 98);
    assert!(live(&board, 114, 98).is_empty());
}

fn half_done(failed: u64) -> EventKind {
    EventKind::OperationProgress {
        operation: begun().1,
        stack_set: String::new(),
        done: 3,
        running: 1,
        failed,
        instances: 6,
    }
}

#[test]
fn where_there_is_little_room_failures_and_the_bar_stay() {
    let (mut board, _) = begun();
    board.hear(&event(60, half_done(2)), 80);
    let first = |width| plain(&live(&board, 600, width)).remove(0);
    assert!(
        first(140).contains("2 failed") && first(140).contains("left"),
        "{}",
        first(140)
    );
    for width in [66, 80, 98, 140] {
        let line = first(width);
        assert!(
            line.contains("2 failed") && !line.contains('…'),
            "{width}: {line}"
        );
        assert_eq!(line.contains('━'), width >= 80, "{width}: {line}");
    }
}

#[test]
fn beside_failures_stands_how_many_are_tolerated() {
    let (mut board, _) = begun();
    let at = |board: &Board, width| plain(&live(board, 600, width)).join("\n");
    let lines = |board: &Board| at(board, 98);
    board.hear(&event(60, half_done(0)), 98);
    assert!(!lines(&board).contains("tolerated"), "{}", lines(&board));
    board.hear(&event(61, half_done(2)), 98);
    for width in [98, 80, 60] {
        let text = at(&board, width);
        assert!(text.contains("1 tolerated per Region"), "{width}:\n{text}");
    }

    let context = EventContext::of(&values::staged::plan());
    let line = event_line(&event(61, half_done(2)), &context).unwrap();
    assert!(line.contains("2 failed (1 tolerated per Region)"), "{line}");
}

#[test]
fn in_few_rows_what_runs_and_the_totals_stay() {
    let (board, _) = begun();
    let now = Timestamp::from_second(1_700_000_060).unwrap();
    let all = plain(&board.live(now, (98, usize::MAX)));
    assert!(all.len() > 4, "{all:#?}");
    let few = plain(&board.live(now, (98, 3)));
    assert_eq!(few.len(), 3);
    assert_eq!((&few[0], few.last()), (&all[0], all.last()));
    assert_eq!(plain(&board.live(now, (98, 1))).last(), all.last());
}

#[test]
fn what_aws_cancels_is_not_done() {
    let (mut board, operation) = begun();
    let counts = InstanceCounts {
        succeeded: 2,
        failed: 1,
        cancelled: 3,
        ..InstanceCounts::default()
    };
    let end = ended(operation, OperationOutcome::Failed, counts);
    board.hear(&event(112, end), 98);
    let foot = plain(&live(&board, 114, 98)).pop().unwrap();
    assert!(foot.contains("3 of") && foot.contains("1 failed"), "{foot}");
}
