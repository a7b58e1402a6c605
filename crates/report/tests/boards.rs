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
use report::text::Board;
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

#[test]
fn what_is_over_stays_once_and_is_drawn_no_more() {
    let (mut board, operation) = begun();
    let end = EventKind::OperationEnd {
        operation,
        stack_set: String::new(),
        kind: OperationKind::Update,
        outcome: OperationOutcome::Partial,
        instances: InstanceCounts {
            succeeded: 5,
            failed: 1,
            ..InstanceCounts::default()
        },
        seconds: 112,
        reason: None,
    };
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
