//! The tool as a process.

use std::path::Path;
use std::process::{Command, Output, Stdio};

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

/// The tool in a directory, with none of this machine's AWS settings.
pub fn command(binary: &str, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(directory)
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", directory)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    command
}

/// Runs the tool to its end.
pub fn run(binary: &str, directory: &Path, arguments: &[&str]) -> Run {
    finished(
        command(binary, directory, arguments)
            .output()
            .expect("the tool starts"),
    )
}

/// What a process said.
pub fn finished(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}
