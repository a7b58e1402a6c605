//! Scripts in a virtual environment of the pinned packages that their directory requires.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{say, scripts};

/// Runs a script with its arguments; it must end well, and what it says last is shown.
pub(crate) fn run(script: &str, arguments: &[&str]) {
    let Some(python) = python() else { return };
    let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let output = Command::new(python)
        .arg(scripts().join(script))
        .args(arguments)
        // Only what is given here: no profile, region or endpoint of this machine, and no proxy for loopback.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PYTHONPYCACHEPREFIX", compiled)
        .envs([
            ("AWS_ACCESS_KEY_ID", "AKIA100000000000"),
            ("AWS_SECRET_ACCESS_KEY", "simulated"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/nonexistent"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
            ("NO_PROXY", "127.0.0.1"),
        ])
        .output()
        .unwrap();
    let (said, talk) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{script} failed\n{said}\n{talk}");
    say(said.lines().last().unwrap_or_default());
}

/// The Python of the environment, made once for its requirements. None without Python.
fn python() -> Option<PathBuf> {
    let system = Command::new("python3").arg("--version").output();
    if !system.is_ok_and(|output| output.status.success()) {
        say("skipped: there is no python3 to run the clients with");
        return None;
    }
    let requirements = scripts().join("requirements.txt");
    let wanted = fs::read(&requirements).unwrap();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let scripts = scripts();
    let name = scripts.file_name().unwrap().to_str().unwrap();
    let environment = directory.join(name);
    // The tests, and another `cargo test`, wait for each other here.
    let lock = File::create(directory.join(format!("{name}.lock"))).unwrap();
    lock.lock().unwrap();
    // Written last, so that one that was not finished is made anew.
    let finished = environment.join("finished");
    if fs::read(&finished).ok().as_deref() != Some(&wanted) {
        let _ = fs::remove_dir_all(&environment);
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&environment));
        let pip = environment.join("bin/pip");
        succeed(
            Command::new(pip)
                // What is used is compiled when it is used.
                .args([
                    "install",
                    "--quiet",
                    "--no-compile",
                    "--disable-pip-version-check",
                    "-r",
                ])
                .arg(&requirements),
        );
        fs::write(finished, wanted).unwrap();
    }
    Some(environment.join("bin/python"))
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?} failed\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
