//! What is over stays in the scrollback; what goes on is drawn again below it.
//!
//! A terminal that is made narrower breaks the lines that are there, so how far up the area begins is computed anew for each
//! drawing from the widths of its lines.

use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;
use model::event::Event;
use model::plan::Plan;
use report::text::{Board, EventContext};

use super::{Pause, Sink};
use crate::terminal::Terminal;

/// Columns that a line may take at most, however wide the terminal is.
const WIDEST: usize = 140;

/// How often what is drawn is drawn again.
const BLINK: Duration = Duration::from_millis(200);

/// The live area at the end of stderr.
#[derive(Debug)]
pub(super) struct Live {
    board: Board,
    /// Columns of each line that is drawn.
    drawn: Vec<usize>,
    terminal: Terminal,
}

impl Live {
    pub(super) fn new(plan: &Plan, terminal: Terminal) -> Self {
        Self {
            board: Board::new(plan),
            drawn: Vec::new(),
            terminal,
        }
    }

    /// Lines that stay take the place of the area, which follows below them; all in one write, so that nothing flickers.
    fn draw(&mut self, kept: &[String], now: Timestamp) {
        let up = self.movement_up();
        let room = self.terminal.height_of_talk().saturating_sub(2).max(1);
        let live = self.board.live(now, (self.columns(), room));
        let lines = kept.iter().chain(&live).map(|line| line_over(line));
        let text: String = std::iter::once(up).chain(lines).collect();
        self.drawn = live.iter().map(|line| report::columns(line)).collect();
        write(&(text + BELOW));
    }

    /// What goes up to the first row of the area.
    fn movement_up(&mut self) -> String {
        let columns = self.terminal.width_of_talk().max(1);
        let rows: usize = self
            .drawn
            .drain(..)
            .map(|width| width.div_ceil(columns).max(1))
            .sum();
        match rows {
            0 => String::new(),
            rows => format!("\r\x1b[{rows}A"),
        }
    }

    /// One column stays free, since some terminals break a line that fills the last one.
    fn columns(&self) -> usize {
        self.terminal.width_of_talk().min(WIDEST).saturating_sub(1)
    }
}

impl Sink for Live {
    fn hear(&mut self, event: &Event, _context: &EventContext) {
        let kept = self.board.hear(event, self.columns());
        self.draw(&kept, event.ts);
    }

    fn pause(&self) -> Option<Pause> {
        Some(Pause::Eye(BLINK))
    }

    /// Draws what goes on as of now. The size is asked for each time: terminals are resized.
    fn tick(&mut self, now: Timestamp, _context: &EventContext) {
        self.draw(&[], now);
    }

    /// Takes the live area off the screen, and leaves a line between progress and result.
    fn close(&mut self) {
        let up = self.movement_up();
        write(&format!("{up}{}{BELOW}", line_over("")));
    }
}

/// Clears everything below. It comes behind the lines: sent at the top of the screen, some terminals keep what it clears in their
/// scrollback, five times a second.
const BELOW: &str = "\x1b[J";

/// A line in the place of another one, in colours where they are wanted.
fn line_over(line: &str) -> String {
    // A stream that strips colours would strip the movements too.
    match anstream::stderr().current_choice() {
        anstream::ColorChoice::Never => over(&anstream::adapter::strip_str(line).to_string()),
        _ => over(line),
    }
}

/// The whole line is cleared first: what is left of one that a narrower terminal had broken would join its next one again.
fn over(line: &str) -> String {
    format!("\x1b[2K{line}\n")
}

fn write(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(text.as_bytes());
    let _ = err.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_the_place_of_another_one_as_a_whole() {
        assert_eq!(over("\x1b[1mx\x1b[0m"), "\x1b[2K\x1b[1mx\x1b[0m\n");
    }

    #[test]
    fn without_colours_only_movements_are_left() {
        let plain = anstream::adapter::strip_str("\x1b[1mx\x1b[0m").to_string();
        assert_eq!(over(&plain), "\x1b[2Kx\n");
    }
}
