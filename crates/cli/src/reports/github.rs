//! `--report github`: annotations go to the log, the rest to the files that the job names.

use std::fs::OpenOptions;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::path::PathBuf;

use model::diagnostic::Diagnostic;
use report::github::{self, Output};
use report::plans::messages;
use report::{Surroundings, markdown};

use super::About;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// What a job is told.
struct Job {
    annotations: String,
    outputs: Vec<Output>,
    summary: String,
}

/// Tells the job.
pub(super) fn write(about: About<'_>, around: &[Surroundings], terminal: Terminal) -> Result<(), Failure> {
    let Some(job) = job(about, around) else {
        return Ok(());
    };
    if !job.annotations.is_empty() {
        terminal.command(&job.annotations);
    }
    append("GITHUB_STEP_SUMMARY", &job.summary)?;
    let delimiter = format!("stackfleet-{:032x}", chance());
    append("GITHUB_OUTPUT", &github::output_file(&job.outputs, &delimiter))
}

fn job(about: About<'_>, all: &[Surroundings]) -> Option<Job> {
    let limit = markdown::STEP_SUMMARY;
    let around = all.first()?;
    Some(match about {
        About::Plan(plan) => Job {
            annotations: github::annotations(&messages(plan), around),
            outputs: github::plan_outputs(plan),
            summary: markdown::plan(plan, around, limit),
        },
        About::Plans(plans) => Job {
            annotations: github::plans_annotations(plans, all),
            outputs: github::plans_outputs(plans),
            summary: markdown::plans(plans, all, limit),
        },
        About::Apply(plan, summary) => Job {
            annotations: github::annotations(&github::failures(summary), around),
            outputs: github::apply_outputs(summary),
            summary: markdown::apply(plan, summary, around, limit),
        },
        About::Drift(drift) => Job {
            annotations: github::annotations(&github::drifts(drift), around),
            outputs: github::drift_outputs(drift),
            summary: markdown::drift(drift, limit),
        },
        About::Messages(told) => Job {
            annotations: github::annotations(told.messages, around),
            outputs: vec![("result", result(told.messages).to_owned())],
            summary: markdown::messages(told.command, told.messages, around, limit),
        },
    })
}

fn result(messages: &[Diagnostic]) -> &'static str {
    if messages.iter().any(Diagnostic::is_error) {
        "error"
    } else {
        "ok"
    }
}

/// Adds to a file that the environment names; elsewhere than in a job there is none.
fn append(variable: &str, text: &str) -> Result<(), Failure> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let path = PathBuf::from(path);
    let failed = |error: std::io::Error| Failure::file("write", &path, &error);
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// A number that nobody could have known before: the system's chance, as it keys every hash table of this process.
pub(super) fn chance() -> u128 {
    let half = || u128::from(RandomState::new().build_hasher().finish());
    (half() << 64) | half()
}
