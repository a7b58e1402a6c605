//! A process before a server, brought to a phase and interrupted there.

use std::cell::Cell;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use simulator::world::World;
use support::served::Served;
use support::tool::Tool;
use support::{by_hand, fixture};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// What is promised is two seconds; a machine under the load of all other tests gets two more to start and to end a process.
const LIMIT: Duration = Duration::from_secs(4);

/// As long as a phase may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Phase {
    pub(crate) served: Served,
    /// In no hurry: it waits as it would for AWS.
    pub(crate) tool: Tool,
    /// Calls before the command that is looked at.
    calls_before: Cell<usize>,
    directory: PathBuf,
    _kept: TempDir,
}

impl Phase {
    /// Everything is as the manifest says; world time runs so many times as fast as real time.
    pub(crate) fn new(speed: f64) -> Self {
        let copy = fixture::copy("by-hand");
        let directory = copy.path().to_owned();
        Self::of(by_hand::converged(TOOL), speed, copy, directory)
    }

    /// Nothing is there, and a rollout in stages is to bring it. World time is the machine's, since a soak ends by it.
    #[expect(clippy::disallowed_methods, reason = "the tool looks at the same clock")]
    pub(crate) fn rollout(speed: f64) -> Self {
        let copy = fixture::copy("manifests/rollout");
        let directory = copy.path().join("1");
        let mut world = simulator::world_file::fresh().expect("the built-in world is right");
        world.now = jiff::Timestamp::now();
        Self::of(world, speed, copy, directory)
    }

    fn of(world: World, speed: f64, kept: TempDir, directory: PathBuf) -> Self {
        let served = Served::start(world, speed);
        // Whoever runs the tests may ignore Ctrl-C, as a shell does for what it leaves in the background: that is inherited.
        let listening = format!("--default-signal=INT {TOOL} --endpoint-url {}", served.url);
        let tool = Tool::new("env", &directory).with(&listening);
        Self {
            calls_before: Cell::new(served.log().len()),
            served,
            tool,
            directory,
            _kept: kept,
        }
    }

    /// The manifest wants something else.
    pub(crate) fn change(&self) {
        let manifest = self.directory.join("stackfleet.toml");
        fixture::edit(&manifest, "Level = \"standard\"", "Level = \"strict\"");
    }

    /// Somebody else's operation holds a StackSet.
    pub(crate) fn occupy(&self) {
        self.served.accepts(&[
            ("Action", "DetectStackSetDrift"),
            ("StackSetName", "guardrails"),
            ("OperationId", "somebody-else"),
        ]);
    }

    /// Starts a command line; an apply tells its events.
    pub(crate) fn start(&self, line: &str, stdout: Stdio) -> Child {
        let events = if line.contains("apply") {
            " --events events.jsonl"
        } else {
            ""
        };
        self.calls_before.set(self.served.log().len());
        let mut command = self.tool.command(&format!("{line}{events}"));
        command.stdout(stdout).stderr(Stdio::null());
        command.spawn().expect("the tool starts")
    }

    pub(crate) fn wait_for_call(&self, action: &str) {
        let before = self.calls_before.get();
        self.served
            .wait_until(|world| world.log.iter().skip(before).any(|call| call.action == action));
    }

    pub(crate) fn wait_for_event(&self, words: &str) {
        let events = self.directory.join("events.jsonl");
        until("the event never came", || {
            std::fs::read_to_string(&events)
                .is_ok_and(|text| text.contains(words))
                .then_some(())
        });
    }

    /// Ctrl-C; the process is gone in time and says why.
    pub(crate) fn interrupt(what: &str, mut process: Child) {
        let id = process.id().to_string();
        let started = now();
        let sent = Command::new("kill").args(["-s", "INT", &id]).status();
        assert!(sent.expect("kill is there").success());
        let status = until("it does not end", || {
            process.try_wait().expect("the process is ours")
        });
        let took = now().duration_since(started);
        println!("{what}: {} ms, exit {}", took.as_millis(), seen(status));
        assert_eq!(seen(status), 130, "{what}");
        assert!(took < LIMIT, "{what}: {took:?}");
    }

    /// Ctrl-C again and again until the process is gone; whether it was gone before it could sum up.
    pub(crate) fn interrupt_again_and_again(&self, mut process: Child) -> bool {
        let id = process.id().to_string();
        let status = until("it does not end", || {
            let over = process.try_wait().expect("the process is ours");
            if over.is_none() {
                let _sent = Command::new("kill").args(["-s", "INT", &id]).status();
            }
            over
        });
        assert_eq!(seen(status), 130);
        let told = std::fs::read_to_string(self.directory.join("events.jsonl"));
        !told.expect("there are events").contains("apply_summary")
    }

    /// Accepted writes of the tool.
    pub(crate) fn writes(&self) -> usize {
        let verbs = ["Create", "Update", "Delete"];
        let log = self.served.log();
        let calls = log.iter().skip(self.calls_before.get());
        calls
            .filter(|call| verbs.iter().any(|verb| call.action.starts_with(verb)))
            .count()
    }

    /// The next run does what is left.
    pub(crate) fn finish(&self) {
        self.served.door("calm", "{}");
        self.served.settle();
        let tool = Tool::new(TOOL, &self.directory).on(&self.served);
        tool.run("apply --auto-approve").ends(0);
        tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
        for (operation, times) in self.served.started() {
            assert_eq!(times, 1, "operation {operation} was started {times} times");
        }
    }

    /// Runs a command line on a terminal, types Ctrl-C when it asks, and gives the exit code; none where no terminal can be made.
    pub(crate) fn on_a_terminal(&self, line: &str) -> Option<i32> {
        let command = format!(
            "env --default-signal=INT {TOOL} --endpoint-url {} {line}",
            self.served.url
        );
        let mut script = Command::new("script");
        script
            .args(["-q", "-e", "-c", &command, "/dev/null"])
            .current_dir(Path::new(&self.directory))
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = script.spawn().ok()?;
        let mut keys = process.stdin.take()?;
        let mut screen = process.stdout.take()?;
        let (mut seen_so_far, mut byte) = (Vec::new(), [0]);
        while !String::from_utf8_lossy(&seen_so_far).contains("Apply this plan?") {
            assert_eq!(
                screen.read(&mut byte).expect("the screen can be read"),
                1,
                "it never asked"
            );
            seen_so_far.push(byte[0]);
        }
        let started = now();
        keys.write_all(&[3]).expect("keys can be typed");
        let status = until("it does not end", || {
            process.try_wait().expect("the process is ours")
        });
        let took = now().duration_since(started);
        println!("asking: {} ms, exit {}", took.as_millis(), seen(status));
        assert!(took < LIMIT, "asking: {took:?}");
        Some(seen(status))
    }
}

/// The exit code that a shell sees.
fn seen(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

/// Asks again and again until there is an answer.
fn until<T>(otherwise: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(now().duration_since(started) < PATIENCE, "{otherwise}");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a person at a terminal waits in real time"
)]
fn now() -> Instant {
    Instant::now()
}
