//! A repository with a manifest and templates, and what is said about it as text.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "support of tests"
)]

use std::fmt::Write as _;
use std::path::PathBuf;

use manifest::Reading;
use tempfile::TempDir;

pub(crate) const HEAD: &str = "version = 1\nproject = { name = \"platform\" }\n[aws]\nadmin_account = \"222233334444\"\nregion = \"eu-west-1\"\n";

pub(crate) const TEMPLATE: &str = "\
Parameters:
  LogRetentionDays:
    Type: Number
    Default: 90
    AllowedValues: [30, 90, 180, 365, 2555]
  Environment:
    Type: String
    AllowedPattern: '[a-z]+'
    Default: dev
  WebhookToken:
    Type: String
    NoEcho: true
    Default: none
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: org-audit
";

pub(crate) const PLAIN: &str = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

/// A directory with a manifest and templates; the manifest is read from a name relative to the spans' directory.
pub(crate) struct Repository(pub(crate) TempDir);

impl Repository {
    pub(crate) fn new(manifest: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let repository = Self(directory);
        repository.write("stackfleet.toml", manifest);
        repository.write("templates/audit.yaml", TEMPLATE);
        repository.write("templates/plain.yaml", PLAIN);
        repository
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self) -> Reading {
        manifest::read(&self.path("stackfleet.toml"))
    }

    /// The diagnostics as text, the temporary directory left out.
    pub(crate) fn said(&self) -> String {
        let directory = format!("{}/", self.0.path().display());
        render(&self.read()).replace(&directory, "")
    }
}

pub(crate) fn render(reading: &Reading) -> String {
    let mut text = String::new();
    for diagnostic in &reading.diagnostics {
        writeln!(text, "{} {}", diagnostic.code, diagnostic.message).unwrap();
        for label in &diagnostic.labels {
            let (start, end) = (label.span.start, label.span.end);
            let shown = &reading.sources[&label.span.file][start.offset..end.offset];
            writeln!(
                text,
                "  {}:{}:{} `{shown}` {}",
                label.span.file, start.line, start.column, label.text
            )
            .unwrap();
        }
        for note in &diagnostic.notes {
            writeln!(text, "  note: {note}").unwrap();
        }
        for help in &diagnostic.help {
            writeln!(text, "  help: {}", help.text.replace('\n', "\n        ")).unwrap();
            if let Some(replacement) = &help.replacement {
                writeln!(text, "        -> {}", replacement.text).unwrap();
            }
        }
    }
    text
}

pub(crate) fn said(tables: &str) -> String {
    Repository::new(&format!("{HEAD}{tables}")).said()
}

/// The codes alone, for what needs no snapshot.
pub(crate) fn codes(tables: &str) -> Vec<String> {
    let reading = Repository::new(&format!("{HEAD}{tables}")).read();
    reading
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.clone())
        .collect()
}
