//! Fuzzing with coverage, on the stable compiler: libFuzzer is linked in, and the compiler counts which edges were taken.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{succeeds, usage};

/// What can be fuzzed: `tests/fuzz/targets`.
pub(crate) const TARGETS: [&str; 4] = ["manifest", "template", "properties", "parameter"];
/// How long each is fuzzed.
pub(crate) const SECONDS: &str = "600";
/// An input must be done within a second, inside 256 MiB.
const LIMITS: [&str; 3] = ["-timeout=1", "-rss_limit_mb=256", "-max_len=65536"];
/// Counters on every edge and operands of comparisons, as libFuzzer wants them.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// Fuzzes one target or all of them, one after another. An input that breaks something is left in `tests/fuzz/findings`.
pub(crate) fn run(words: &[&str]) -> bool {
    let (targets, seconds) = match *words {
        [] => (TARGETS.to_vec(), SECONDS),
        [target] if TARGETS.contains(&target) => (vec![target], SECONDS),
        [target, seconds] if TARGETS.contains(&target) => (vec![target], seconds),
        [seconds] => (TARGETS.to_vec(), seconds),
        _ => return usage(),
    };
    if seconds.parse::<u32>().is_err() {
        return usage();
    }
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let built = fuzz.join("target");
    build(&fuzz, &built)
        && targets
            .iter()
            .all(|target| fuzz_one(&fuzz, &built, (target, seconds)))
}

/// The triple must be named: otherwise build scripts would be counted, too.
fn build(fuzz: &Path, built: &Path) -> bool {
    succeeds(
        Command::new(env!("CARGO"))
            .args(["build", "--release", "--bins", "--target", &host()])
            .current_dir(fuzz)
            .env("CARGO_TARGET_DIR", built)
            .env("RUSTFLAGS", COVERAGE),
    )
}

fn host() -> String {
    let told = Command::new("rustc").args(["--print", "host-tuple"]).output();
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    told.unwrap_or_default()
}

fn fuzz_one(fuzz: &Path, built: &Path, (target, seconds): (&str, &str)) -> bool {
    let Ok(corpus) = corpus(fuzz, built, target) else {
        return false;
    };
    let findings = fuzz.join("findings").join(target).join("");
    let binary = built.join(host()).join("release").join(target);
    succeeds(
        Command::new(binary)
            .args(LIMITS)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}", findings.display()))
            .arg("-print_final_stats=1")
            .arg(corpus),
    )
}

/// A directory that grows from run to run, begun with the repository's own files.
fn corpus(fuzz: &Path, built: &Path, target: &str) -> io::Result<PathBuf> {
    let corpus = built.join("corpus").join(target);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(fuzz.join("findings").join(target))?;
    let mut seeds = Vec::new();
    files(&fuzz.join("seeds").join(target), &[], &mut seeds)?;
    let fixtures = fuzz.join("../../fixtures");
    match target {
        "manifest" => files(&fixtures, &["toml"], &mut seeds)?,
        "template" => files(&fixtures, &["yaml", "json"], &mut seeds)?,
        _ => {}
    }
    for (number, seed) in seeds.iter().enumerate() {
        fs::copy(seed, corpus.join(format!("seed-{number}")))?;
    }
    Ok(corpus)
}

/// Every file below a directory with one of these endings; all files when none is given.
fn files(directory: &Path, endings: &[&str], found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let ending = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            files(&path, endings, found)?;
        } else if endings.is_empty() || endings.contains(&ending.as_str()) {
            found.push(path);
        }
    }
    Ok(())
}
