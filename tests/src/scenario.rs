//! A scenario: a story, files, a script of shell lines, and the transcript of what a person sees on typing them.
//!
//! The lines run one after another in a scratch copy of the folder. `stackfleet` in them is the tool on a paused clock, so that
//! a world's hours pass at once and every run prints the same.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::fixture;

/// What a line that starts with this does is not shown, only done; it must succeed.
const UNSEEN: char = '@';

/// No line takes a tenth of this. One that hangs is ended and fails its test, where it would hold up every test after it.
const LIMIT: Duration = Duration::from_mins(5);

/// A folder below `tests/scenarios`.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// `NN-name`.
    pub name: String,
    folder: PathBuf,
}

impl Scenario {
    /// Every scenario, in the order of their numbers.
    pub fn all() -> Vec<Self> {
        let folder = fixture::root().join("tests/scenarios");
        let entries = fs::read_dir(&folder).expect("the scenarios can be listed");
        let mut all: Vec<Self> = entries
            .map(|entry| entry.expect("a folder can be read").path())
            .filter(|path| path.is_dir())
            .map(|folder| Self {
                name: folder
                    .file_name()
                    .expect("it has a name")
                    .to_string_lossy()
                    .into_owned(),
                folder,
            })
            .collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// The story, for whoever reads the folder.
    pub fn story(&self) -> String {
        self.read("story.md")
    }

    /// The lines of its script; blank lines and comments are left out.
    pub fn script(&self) -> Vec<String> {
        let script = self.read("script");
        let lines = script.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::to_owned)
            .collect()
    }

    /// The transcript that was read and accepted; empty when there is none yet.
    pub fn accepted(&self) -> String {
        fs::read_to_string(self.folder.join("transcript.txt")).unwrap_or_default()
    }

    /// Takes a transcript for the right one.
    pub fn accept(&self, transcript: &str) {
        fs::write(self.folder.join("transcript.txt"), transcript).expect("a transcript can be written");
    }

    /// Types the script, with the tool of this path under the name `stackfleet`. What the tool writes for programs is kept.
    pub fn play(&self, tool: &Path, kept: &Path) -> Played {
        let place = fixture::empty();
        let here = place.path().join("here");
        fixture::copy_all(&self.folder, &here);
        for known in ["story.md", "script", "transcript.txt"] {
            let _ = fs::remove_file(here.join(known));
        }
        let bin = place.path().join("bin");
        fs::create_dir(&bin).expect("a folder can be made");
        // Under its own name, which it says in its help.
        for (clock, tool) in [
            ("paused", tool),
            ("real", &tool.with_file_name("stackfleet-under-test")),
        ] {
            let named = place.path().join(clock);
            fs::create_dir(&named).expect("a folder can be made");
            std::os::unix::fs::symlink(tool, named.join("stackfleet")).expect("a link can be made");
        }
        let witness = bin.join("stackfleet");
        fs::write(&witness, include_str!("witness.sh")).expect("a script can be written");
        fs::set_permissions(&witness, fs::Permissions::from_mode(0o755)).expect("it can be made a program");
        let typist = Typist {
            place: place.path(),
            kept,
        };
        let mut transcript = String::new();
        for line in self.script() {
            let (shown, line) = match line.strip_prefix(UNSEEN) {
                Some(line) => (false, line.trim()),
                None => (true, line.as_str()),
            };
            let said = typist.types(line);
            if shown {
                transcript.push_str(&said);
            } else {
                assert!(!said.contains("\nexit "), "{}: {said}", self.name);
            }
        }
        Played { transcript, place }
    }

    fn read(&self, file: &str) -> String {
        let path = self.folder.join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// A scenario after its last line.
#[derive(Debug)]
pub struct Played {
    /// What a person has seen: each line after `$`, what it printed, and its exit code where that is not 0.
    pub transcript: String,
    place: TempDir,
}

impl Played {
    /// The folder as the last line left it.
    pub fn folder(&self) -> PathBuf {
        self.place.path().join("here")
    }
}

/// Whoever types a script.
struct Typist<'a> {
    place: &'a Path,
    kept: &'a Path,
}

impl Typist<'_> {
    /// One line in a shell; both streams as they come, as on a terminal that has no colours.
    fn types(&self, line: &str) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        let at = |name: &str| self.place.join(name);
        let shell = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {line}")])
            .current_dir(at("here"))
            .env_clear()
            .env("PATH", format!("{}:{path}", at("bin").display()))
            .env("HOME", at("here"))
            .env("FIXTURES", fixture::root().join("fixtures"))
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("PLACE", at("here"))
            .env("KEPT", self.kept)
            .env("TOOL", at("paused/stackfleet"))
            // The same on the machine's clock, for who has to be met at work.
            .env("REAL", at("real/stackfleet"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("a shell starts");
        let (said, status) = end_of(shell, line);
        let mut text = format!("$ {line}\n{said}");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        match (status.code(), status.signal()) {
            (Some(0), _) => {}
            (Some(code), _) => {
                let _ = writeln!(text, "exit {code}");
            }
            (None, signal) => {
                let _ = writeln!(text, "\nexit by signal {}", signal.unwrap_or_default());
            }
        }
        text.push('\n');
        text
    }
}

/// What a shell and all that it started said, and how it ended by itself.
///
/// # Panics
///
/// When it takes too long, with what it said until then: what hangs once may hang in every line after it.
fn end_of(mut shell: Child, line: &str) -> (String, ExitStatus) {
    let mut stdout = shell.stdout.take().expect("its output is a pipe");
    let (sender, done) = mpsc::channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        let _ = stdout.read_to_end(&mut said);
        let _ = sender.send(said);
    });
    let Ok(said) = done.recv_timeout(LIMIT) else {
        // The whole group: what hangs is seldom the shell itself.
        let group = format!("-{}", shell.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let said = done.recv_timeout(LIMIT).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        panic!("`{line}` was ended after {LIMIT:?}; until then it said:\n{said}");
    };
    let said = String::from_utf8(said).expect("it prints UTF-8");
    (said, shell.wait().expect("the shell ends"))
}
