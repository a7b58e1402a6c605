//! `--report FORMAT=FILE` as it is typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Reports beside the text.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Reports {
    /// Also write a report: markdown, html, json, sarif, gitlab (plan) or junit (apply, drift) to a file, or github for annotations, the
    /// job's summary and outputs; markdown:30000=FILE sets its limit; may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report)]
    pub(crate) report: Vec<Report>,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// What it looks like.
    pub(crate) format: ReportFormat,
    /// Where it goes; nothing for `github`.
    pub(crate) file: PathBuf,
    /// Bytes of a Markdown report.
    pub(crate) limit: usize,
}

/// What a report looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Markdown,
    Html,
    Json,
    Sarif,
    Gitlab,
    Junit,
    Github,
}

impl ReportFormat {
    /// As it is typed.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// The least that a comment can say anything in.
const SHORTEST: usize = 2000;

fn report(text: &str) -> Result<Report, String> {
    let (format, file) = match text.split_once('=') {
        Some((format, file)) => (format, file),
        None => (text, ""),
    };
    let (name, limit) = match format.split_once(':') {
        Some((name, limit)) => (name, Some(limit)),
        None => (format, None),
    };
    let format = ReportFormat::from_str(name, false).map_err(|_| unknown(name))?;
    let limit = match (format, limit) {
        (_, None) => report::markdown::COMMENT,
        (ReportFormat::Markdown, Some(limit)) => bytes(limit)?,
        (_, Some(_)) => return Err(format!("only markdown has a limit: write {name}=FILE")),
    };
    match (format, file.is_empty()) {
        (ReportFormat::Github, false) => {
            Err("github goes where the job says: write --report github".to_owned())
        }
        (ReportFormat::Github, true) | (_, false) => Ok(Report {
            format,
            file: PathBuf::from(file),
            limit,
        }),
        (_, true) => Err(format!("name the file: {name}=FILE")),
    }
}

fn bytes(text: &str) -> Result<usize, String> {
    let bytes = text.parse::<usize>().ok().filter(|bytes| *bytes >= SHORTEST);
    bytes.ok_or_else(|| format!("`{text}` is not a limit: give {SHORTEST} or more bytes"))
}

fn unknown(name: &str) -> String {
    let names: Vec<String> = ReportFormat::value_variants()
        .iter()
        .map(|format| format.name())
        .collect();
    format!("`{name}` is not a report: there are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_typed_as_a_format_and_a_file() {
        let markdown = report("markdown:30000=out/plan.md");
        let wanted = Report {
            format: ReportFormat::Markdown,
            file: PathBuf::from("out/plan.md"),
            limit: 30_000,
        };
        assert_eq!(markdown, Ok(wanted));
        assert_eq!(report("github").map(|one| one.format), Ok(ReportFormat::Github));
        for wrong in [
            "markdown",
            "markdown=",
            "github=x",
            "html:9000=x",
            "markdown:3=x",
            "pdf=x",
            "",
        ] {
            assert!(report(wrong).is_err(), "{wrong}");
        }
    }
}
