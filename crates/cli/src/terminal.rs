//! Who may speak: results on stdout, everything else on stderr.

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use model::diagnostic::{Diagnostic, Sources};

use crate::args::{Color, Format, Global, Progress};
use crate::failure::Failure;

/// Where words go, and in which form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// What results look like.
    pub(crate) format: Format,
    /// How progress is shown; never `Auto`.
    pub(crate) progress: Progress,
    /// Whether talk is left out.
    pub(crate) quiet: bool,
    /// The word with which a job's runner obeys again; none when it was never told to stop.
    silence: Option<u128>,
}

#[expect(
    clippy::unused_self,
    reason = "whoever may speak has the terminal; it is handed down, never global"
)]
impl Terminal {
    /// Decides once, from the options and from what stderr is.
    pub(crate) fn new(global: &Global) -> Self {
        match global.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        // Redrawing needs a terminal that can do it; elsewhere nothing at all would be seen.
        let can_redraw =
            std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|name| name != "dumb");
        let progress = match global.progress {
            // Whoever wants no colours may have a reader of the screen that wants no movements either; `live` asks for them.
            Progress::Auto if is_set("CI") || is_set("NO_COLOR") => Progress::Plain,
            Progress::Auto | Progress::Live if can_redraw => Progress::Live,
            Progress::Auto | Progress::Live => Progress::Plain,
            chosen => chosen,
        };
        Self {
            format: global.output_format,
            progress,
            quiet: global.quiet,
            silence: None,
        }
    }

    /// Prints a result. A reader that has seen enough is no error; a result that cannot be written is one.
    pub(crate) fn result(self, text: &str) -> Result<(), Failure> {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let mut out = anstream::stdout().lock();
        match write!(out, "{text}{end}").and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::file("write to", Path::new("stdout"), &error))
            }
            _ => Ok(()),
        }
    }

    /// Columns of a result: those of the terminal that shows it, or as many as a job log shows.
    pub(crate) fn width(self) -> usize {
        columns(terminal_size::terminal_size_of(std::io::stdout()))
    }

    /// Columns of what is said besides the result.
    pub(crate) fn width_of_talk(self) -> usize {
        columns(terminal_size::terminal_size_of(std::io::stderr()))
    }

    /// Rows of the terminal that shows what is said besides the result.
    pub(crate) fn height_of_talk(self) -> usize {
        let size = terminal_size::terminal_size_of(std::io::stderr());
        size.map_or(24, |(_, height)| usize::from(height.0))
    }

    /// Says something that is no result.
    pub(crate) fn say(self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// The same terminal, where only results and errors are of interest.
    pub(crate) fn quietly(self) -> Self {
        Self { quiet: true, ..self }
    }

    /// Says something that must be heard.
    pub(crate) fn complain(self, text: &str) {
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{}", text.trim_end_matches('\n'));
    }

    /// Says what is wrong or worth knowing, with its places in these files.
    pub(crate) fn tell(self, messages: &[Diagnostic], sources: &Sources) {
        if !messages.is_empty() {
            let width = self.width_of_talk();
            self.complain(&report::text::diagnostics(messages, sources, width));
        }
    }

    /// The same terminal for a runner that obeys nothing of what follows (docs.github.com, "Stopping and starting workflow commands").
    pub(crate) fn silenced(self, word: u128) -> Self {
        self.complain(&format!("::stop-commands::{word:032x}"));
        Self {
            silence: Some(word),
            ..self
        }
    }

    /// Lets a runner obey again.
    pub(crate) fn unsilence(self) {
        if let Some(word) = self.silence {
            self.complain(&format!("::{word:032x}::"));
        }
    }

    /// Says commands that a runner is to obey.
    pub(crate) fn command(self, commands: &str) {
        self.unsilence();
        self.complain(commands);
        if let Some(word) = self.silence {
            self.complain(&format!("::stop-commands::{word:032x}"));
        }
    }

    /// Whether somebody is there to answer a question.
    pub(crate) fn can_ask(self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks, and gives the answer's line; none when the input ended.
    pub(crate) fn ask(self, question: &str) -> Option<String> {
        let mut err = anstream::stderr().lock();
        let _ = write!(err, "{question} ");
        let _ = err.flush();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).ok()?;
        (read > 0).then(|| answer.trim().to_owned())
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(report::WIDEST, |(width, _)| usize::from(width.0))
}
