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
        let mut text = self.rubbed_out();
        let mut live = self.board.live(now, self.columns());
        let room = self.terminal.height_of_talk().saturating_sub(2).max(1);
        // The last line, the totals, is the last one to go.
        let too_many = live.len().saturating_sub(room);
        live.drain(..too_many);
        for line in kept.iter().chain(&live) {
            text.push_str(line);
            text.push('\n');
        }
        self.drawn = live.iter().map(|line| report::columns(line)).collect();
        write(&text);
    }

    /// What clears the area: up to its first row, and everything from there.
    fn rubbed_out(&mut self) -> String {
        let columns = self.terminal.width_of_talk().max(1);
        let rows: usize = self
            .drawn
            .drain(..)
            .map(|width| width.div_ceil(columns).max(1))
            .sum();
        match rows {
            0 => String::new(),
            rows => format!("\r\x1b[{rows}A\x1b[J"),
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
        let mut text = self.rubbed_out();
        text.push('\n');
        write(&text);
    }
}

/// Writes to the terminal itself: a stream that strips colours would strip the movements too.
fn write(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = match anstream::stderr().current_choice() {
        anstream::ColorChoice::Never => err.write_all(without_colours(text).as_bytes()),
        _ => err.write_all(text.as_bytes()),
    };
    let _ = err.flush();
}

/// The text without styles; the movement at its beginning stays.
fn without_colours(text: &str) -> String {
    let end = text
        .find("\x1b[J")
        .filter(|_| text.starts_with('\r'))
        .map_or(0, |at| at + 3);
    let (movement, rest) = text.split_at(end);
    format!("{movement}{}", anstream::adapter::strip_str(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_and_movements_stay() {
        assert_eq!(
            without_colours("\r\x1b[2A\x1b[J\x1b[1mx\x1b[0m"),
            "\r\x1b[2A\x1b[Jx"
        );
        assert_eq!(without_colours("\x1b[1mx\x1b[0m"), "x");
    }
}
