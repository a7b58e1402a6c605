//! What goes where: every command in a pipe, on a terminal without colours, on one that cannot do anything, and on one that can.
//!
//! Without Python there is no terminal here, and what needs one says so and passes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::fixture;
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-paused");
const TERMINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/streams/terminal.py");

/// What a colour, a movement or a title begins with, in both forms.
const ESCAPES: [char; 2] = ['\u{1b}', '\u{9b}'];

/// Every command in one place after another, and how it ends. The first word is the command that it is about.
const LINES: [(&str, i32); 34] = [
    ("help", 0),
    ("plan --no-such-option", 1),
    ("validate", 0),
    ("graph", 0),
    ("graph --as dot", 0),
    ("fmt --check", 1),
    ("fmt", 0),
    ("plan --simulate=world.toml --out plan.json", 0),
    ("show plan.json", 0),
    ("snapshot --simulate --out snapshot.json", 0),
    ("plan --snapshot snapshot.json", 0),
    ("targets --simulate", 0),
    ("apply --simulate", 6),
    ("apply --simulate plan.json", 0),
    ("apply --simulate --auto-approve", 0),
    (
        "apply -m failing/stackfleet.toml --simulate=failing/world.toml --auto-approve",
        4,
    ),
    ("status --simulate", 0),
    ("ops list --simulate", 0),
    ("ops show --simulate by-hand", 0),
    ("ops watch --simulate", 0),
    ("ops stop --simulate by-hand", 1),
    ("drift --simulate", 0),
    ("drift --simulate --refresh", 0),
    ("plan --simulate --detailed-exitcode", 0),
    ("schema plan", 0),
    ("explain", 0),
    ("explain E0201", 0),
    ("completions bash", 0),
    ("man pages", 0),
    ("init again", 0),
    ("demo", 0),
    ("plan -m broken/stackfleet.toml --simulate", 1),
    ("validate -m broken/stackfleet.toml", 1),
    ("apply --simulate plan.json", 5),
];

/// A manifest that is not in its canonical form, one with mistakes, one whose accounts fail, and worlds for them.
fn place() -> TempDir {
    let here = fixture::empty();
    let story = fixture::root().join("tests/scenarios/32-whose-operations");
    let failing = here.path().join("failing");
    fixture::copy_all(&story, here.path());
    fixture::copy_all(&story, &failing);
    fixture::copy_all(&fixture::path("broken/six-mistakes"), &here.path().join("broken"));
    let read = |path: &Path| fs::read_to_string(path).expect("it is there");
    let world = read(&fixture::path("worlds/demo.toml"));
    let write = |path: &Path, text: String| fs::write(path, text).expect("a file can be written");
    write(
        &here.path().join("world.toml"),
        world.clone() + &read(&here.path().join("more.toml")),
    );
    write(
        &failing.join("world.toml"),
        world + "\n[[failure]]\nreason = \"\\u001b[31mno\"\n",
    );
    let manifest = here.path().join("stackfleet.toml");
    write(&manifest, read(&manifest).replace(" = ", "="));
    here
}

/// What the environment says about colours.
type Looks<'a> = &'a [(&'a str, &'a str)];

const ABLE: (&str, &str) = ("TERM", "xterm-256color");

fn command(program: &Path, words: &[&str], here: &Path, looks: Looks<'_>) -> Command {
    let mut command = Command::new(program);
    command
        .args(words)
        .current_dir(here)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", here)
        .envs(looks.iter().copied())
        .stdin(Stdio::null());
    command
}

fn piped(line: &str, here: &Path, looks: Looks<'_>) -> Output {
    let words: Vec<&str> = line.split_whitespace().collect();
    command(Path::new(TOOL), &words, here, looks)
        .output()
        .expect("the tool starts")
}

/// The same on a terminal of its own; none where there is no Python.
fn on_a_terminal(line: &str, until: &str, here: &Path, looks: Looks<'_>) -> Option<Output> {
    let words: Vec<&str> = [TERMINAL, until, TOOL]
        .into_iter()
        .chain(line.split_whitespace())
        .collect();
    let output = command(Path::new("python3"), &words, here, looks).output();
    if output.is_err() {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: there is no python3 to make a terminal with"
        );
    }
    output.ok()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).expect("it prints UTF-8")
}

fn is_plain(line: &str, stream: &[u8]) {
    let said = text(stream);
    assert!(!said.contains(ESCAPES), "{line}: {said:?}");
}

/// Every line in one place, each with the code that it must end with.
fn each(mut look: impl FnMut(&str, &Path) -> Option<Output>) {
    let here = place();
    for (line, code) in LINES {
        let Some(output) = look(line, here.path()) else {
            return;
        };
        let told = || format!("{line}\n{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{}", told());
    }
}

#[test]
fn every_command_is_among_the_lines() {
    let here = fixture::empty();
    let help = text(&piped("help", here.path(), &[]).stdout);
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    let names: BTreeSet<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    let mut known: BTreeSet<&str> = LINES
        .iter()
        .filter_map(|(line, _)| line.split_whitespace().next())
        .collect();
    // It serves until it is interrupted, so it has a test of its own.
    known.insert("simulate");
    assert!(names.len() > 15, "{names:?}");
    assert_eq!(names, known);
}

#[test]
fn in_a_pipe_no_command_writes_an_escape() {
    each(|line, here| {
        let output = piped(line, here, &[ABLE]);
        is_plain(line, &output.stdout);
        is_plain(line, &output.stderr);
        Some(output)
    });
}

#[test]
fn with_no_color_no_command_writes_an_escape_whatever_else_asks_for_colours() {
    let looks = [ABLE, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")];
    each(|line, here| {
        let output = piped(line, here, &looks);
        is_plain(line, &output.stdout);
        is_plain(line, &output.stderr);
        Some(output)
    });
    each(|line, here| {
        let output = on_a_terminal(line, "", here, &looks)?;
        is_plain(line, &output.stdout);
        Some(output)
    });
}

#[test]
fn on_a_dumb_terminal_no_command_writes_an_escape() {
    each(|line, here| {
        let output = on_a_terminal(line, "", here, &[("TERM", "dumb")])?;
        is_plain(line, &output.stdout);
        Some(output)
    });
}

#[test]
fn on_a_terminal_that_can_do_it_there_are_colours() {
    let mut coloured = BTreeSet::new();
    each(|line, here| {
        let output = on_a_terminal(line, "", here, &[ABLE])?;
        if text(&output.stdout).contains("\u{1b}[") {
            coloured.insert(line.split_whitespace().next().unwrap_or_default().to_owned());
        }
        Some(output)
    });
    if coloured.is_empty() {
        return;
    }
    let wanted = [
        "apply", "help", "ops", "plan", "show", "status", "targets", "validate",
    ];
    let missing: Vec<_> = wanted.iter().filter(|name| !coloured.contains(**name)).collect();
    assert!(
        missing.is_empty(),
        "{missing:?} have no colours, these have: {coloured:?}"
    );
}

#[test]
fn the_simulator_greets_without_escapes() {
    let here = fixture::empty();
    let words = ["simulate", "--port", "0"];
    let mut serving = command(Path::new(TOOL), &words, here.path(), &[ABLE])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut said = String::new();
    let mut out = BufReader::new(serving.stdout.take().expect("it is piped"));
    while !said.contains("Ctrl-C") {
        assert!(out.read_line(&mut said).expect("it can be read") > 0, "{said}");
    }
    serving.kill().expect("it can be ended");
    serving.wait().expect("it ends");
    out.read_to_string(&mut said).expect("it can be read");
    is_plain("simulate", said.as_bytes());
    for looks in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let Some(output) = on_a_terminal("simulate --port 0", "Ctrl-C", here.path(), &[looks]) else {
            return;
        };
        is_plain("simulate", &output.stdout);
    }
}

/// Talk, and none of it, beside the same result. What `man` and `-o` write are files.
#[test]
fn stdout_carries_the_result_and_nothing_else() {
    let here = [place(), place(), place()];
    for (line, code) in LINES {
        let [plain, quiet, wordy] = ["", "--quiet --progress none", "-vv"];
        let mut outputs = Vec::new();
        for (place, more) in here.iter().zip([plain, quiet, wordy]) {
            let output = piped(&format!("{more} {line}"), place.path(), &[]);
            assert_eq!(
                output.status.code(),
                Some(code),
                "{line} {more}\n{}",
                text(&output.stderr)
            );
            outputs.push(output);
        }
        let results: BTreeSet<String> = outputs.iter().map(|output| text(&output.stdout)).collect();
        assert_eq!(results.len(), 1, "{line}: {results:#?}");
        let talk = outputs
            .get(1)
            .map(|quiet| text(&quiet.stderr))
            .unwrap_or_default();
        let silent = talk.is_empty() || talk.starts_with("warning[") || talk.starts_with("error");
        assert!(silent, "{line} talks although it is quiet: {talk}");
    }
}
