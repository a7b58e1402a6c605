//! The tool as a process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::served::Served;

/// The tool in a directory, with none of this machine's AWS settings.
#[derive(Debug, Clone)]
pub struct Tool {
    binary: &'static str,
    directory: PathBuf,
    options: String,
}

impl Tool {
    /// The binary that was built for these tests (`CARGO_BIN_EXE_stackfleet-under-test`), in a directory.
    pub fn new(binary: &'static str, directory: &Path) -> Self {
        Self {
            binary,
            directory: directory.to_owned(),
            options: String::new(),
        }
    }

    /// The same with options in front of every command line.
    #[must_use]
    pub fn with(&self, options: &str) -> Self {
        let options = format!("{} {options}", self.options);
        Self {
            options,
            ..self.clone()
        }
    }

    /// The same before a server, looking after its operations more often than it would at AWS.
    #[must_use]
    pub fn on(&self, served: &Served) -> Self {
        self.with(&format!("--endpoint-url {} --speed 20", served.url))
    }

    /// A command line, its words separated by blanks.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(self.binary);
        command
            .current_dir(&self.directory)
            .args(self.options.split_whitespace())
            .args(line.split_whitespace())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.directory)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command line to its end.
    pub fn run(&self, line: &str) -> Run {
        Run::of(self.command(line).output().expect("the tool starts"))
    }

    /// Starts a command line, to be killed.
    pub fn start(&self, line: &str) -> Child {
        let mut command = self.command(line);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the tool starts")
    }
}

/// Ends a process at once, as an impatient CI runner does.
pub fn kill(mut process: Child) {
    process.kill().expect("the process can be killed");
    process.wait().expect("the process ends");
}

/// What a finished run said.
#[derive(Debug)]
pub struct Run {
    /// The exit code; a signal counts as −1.
    pub code: i32,
    /// Results.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "each check stands for itself and can be the last one"
)]
impl Run {
    /// What a process said and how it ended.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }

    /// The same, if it ended with this code.
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// The same, if it printed this on stdout.
    pub fn prints(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "`{text}` is not in stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// The same, if it said this on stderr.
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "`{text}` is not in stderr:\n{}\nstdout:\n{}",
            self.stderr,
            self.stdout
        );
        self
    }
}
