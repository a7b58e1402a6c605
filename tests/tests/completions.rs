//! What shells complete: names of the manifest here, asked of the tool by the real shells.
//!
//! Where a shell is missing its test says so and passes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::fixture;
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

const MANIFEST: &str = r#"
version = 1
[project]
name = "platform"
[aws]
admin_account = "222233334444"
region = "us-east-1"
[accounts]
payments-prod = "111100000042"
[stackset.logs]
template = "logs.yaml"
targets = ["Root/Workloads"]
regions = ["eu-west-1"]
on_leave = "retain"
rollout = "careful"
parameters = { Token = { env = "TOKEN", sensitive = true }, Days = 30 }
[stackset.lookup]
template = "logs.yaml"
targets = ["Root/Workloads"]
regions = ["us-east-1"]
on_leave = "retain"
[removed.legacy]
stacks = "retain"
[rollout.careful]
stage = [{ name = "canary", targets = ["account:payments-prod"] }, { name = "rest", targets = "rest" }]
"#;

const TEMPLATE: &str = "Parameters:\n  Token: {Type: String, NoEcho: true, Default: x}\n  Days: {Type: Number, Default: 1}\n\
                        Resources:\n  Logs: {Type: AWS::SNS::Topic}\n";

/// A manifest, and the tool under its own name.
fn place() -> TempDir {
    let place = fixture::empty();
    fs::write(place.path().join("stackfleet.toml"), MANIFEST).expect("a file can be written");
    fs::write(place.path().join("logs.yaml"), TEMPLATE).expect("a file can be written");
    let bin = place.path().join("bin");
    fs::create_dir_all(&bin).expect("a folder can be made");
    std::os::unix::fs::symlink(TOOL, bin.join("stackfleet")).expect("a link can be made");
    place
}

/// A program with the tool on its path and none of this machine's settings.
fn program(name: &str, place: &Path) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(name);
    command
        .current_dir(place)
        .env_clear()
        .env("PATH", format!("{}:{path}", place.join("bin").display()))
        .env("HOME", place)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    command
}

/// The lines that a shell prints; none where there is no such shell.
fn lines(shell: &str, place: &Path, script: &str) -> Option<Vec<String>> {
    let Ok(output) = program(shell, place).args(["-c", script]).output() else {
        let _ = writeln!(
            std::io::stderr(),
            "{shell} is not installed: its completions are not tried"
        );
        return None;
    };
    let (said, wrong) = read(&output);
    assert_eq!(wrong, "", "{script}");
    Some(said.lines().map(str::to_owned).collect())
}

fn read(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// What bash offers for a line whose last word is being typed; a blank stands between words.
fn bash(place: &Path, line: &str) -> Option<Vec<String>> {
    bash_at(place, place, line)
}

/// The same somewhere else.
fn bash_at(place: &Path, at: &Path, line: &str) -> Option<Vec<String>> {
    let words: Vec<&str> = line.split(' ').collect();
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "cd '{}'\nsource <(stackfleet completions bash)\nCOMP_WORDS=({}) COMP_CWORD={}\n\
         _stackfleet\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        at.display(),
        quoted.join(" "),
        words.len() - 1,
    );
    lines("bash", place, &script)
}

#[test]
fn bash_completes_every_kind_of_name_that_a_manifest_has() {
    let place = place();
    for (line, wanted) in [
        ("stackfleet plan lo", "logs lookup"),
        ("stackfleet plan logs --exclude l", "legacy logs lookup"),
        ("stackfleet targets le", "legacy"),
        ("stackfleet ops list lo", "logs lookup"),
        ("stackfleet plan --stage ", "canary rest"),
        ("stackfleet plan --stage = r", "rest"),
        ("stackfleet apply --approve-stage c", "canary"),
        ("stackfleet plan --account ", "111100000042 payments-prod"),
        ("stackfleet plan --region ", "eu-west-1 us-east-1"),
        ("stackfleet plan --resend lo", "logs:Days logs:Token"),
        ("stackfleet plan --resend logs : T", "Token"),
        ("stackfleet plan --resend logs :", "Days Token"),
        ("stackfleet explain E0202", "E0202"),
        ("stackfleet vali", "validate"),
        ("stackfleet plan --snap", "--snapshot"),
        ("stackfleet completions z", "zsh"),
        ("stackfleet plan --diff = su", "summary"),
        ("stackfleet graph --as ", "mermaid dot"),
    ] {
        let Some(offered) = bash(place.path(), line) else {
            return;
        };
        assert_eq!(offered.join(" "), wanted, "{line}");
    }
}

#[test]
fn names_are_those_of_the_manifests_that_the_line_names() {
    let place = place();
    let below = place.path().join("below/deep");
    fs::create_dir_all(&below).expect("a folder can be made");
    let other = MANIFEST.replace("stackset.logs]", "stackset.network]");
    fs::write(place.path().join("other.toml"), other).expect("a file can be written");
    for (at, line, wanted) in [
        ("", "stackfleet plan -m other.toml n", "network"),
        (
            "",
            "stackfleet -m other.toml plan -m stackfleet.toml lo",
            "logs lookup",
        ),
        ("below/deep", "stackfleet plan lo", "logs lookup"),
        ("bin", "stackfleet -C .. -m other.toml targets n", "network"),
    ] {
        let at = place.path().join(at);
        let Some(offered) = bash_at(place.path(), &at, line) else {
            return;
        };
        assert_eq!(offered.join(" "), wanted, "{line}");
    }
}

#[test]
fn fish_and_zsh_are_answered_too() {
    let place = place();
    let fish = "stackfleet completions fish | source; complete -C 'stackfleet plan lo'";
    if let Some(offered) = lines("fish", place.path(), fish) {
        assert_eq!(offered, ["logs", "lookup"]);
    }
    let zsh = "autoload -Uz compinit && compinit -D && source <(stackfleet completions zsh) && \
               print -r -- ${_comps[stackfleet]} && \
               STACKFLEET_COMPLETE=zsh STACKFLEET_COMPLETE_AT=2 stackfleet -- stackfleet plan lo";
    if let Some(offered) = lines("zsh", place.path(), zsh) {
        assert_eq!(
            offered.get(1..),
            Some(&["logs:".to_owned(), "lookup:".to_owned()][..]),
            "{offered:?}"
        );
    }
}

#[test]
fn whatever_is_typed_a_shell_hears_no_error() {
    let place = place();
    fs::write(place.path().join("broken.toml"), "[stackset.logs").expect("a file can be written");
    for line in [
        "stackfleet plan -m broken.toml ",
        "stackfleet plan -m no/such.toml ",
        "stackfleet -C no/such/place plan ",
        "stackfleet nothing --like this",
        "stackfleet plan --snapshot broken.toml --account ",
        "stackfleet",
    ] {
        for shell in ["bash", "zsh", "fish", "elvish", "powershell", "unknown"] {
            let words: Vec<&str> = line.split(' ').collect();
            let output = program("bin/stackfleet", place.path())
                .env("STACKFLEET_COMPLETE", shell)
                .env("STACKFLEET_COMPLETE_AT", (words.len() - 1).to_string())
                .arg("--")
                .args(&words)
                .output()
                .expect("the tool starts");
            let (_, wrong) = read(&output);
            assert_eq!(
                (wrong.as_str(), output.status.code()),
                ("", Some(0)),
                "{shell}: {line}"
            );
        }
    }
}
