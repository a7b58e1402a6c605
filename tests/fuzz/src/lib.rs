//! What a fuzzer may throw anything at. `tests/findings.rs` throws at it what a fuzzer once found.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use template::Template;

/// Any text as a template, in YAML or in JSON.
pub fn template(text: &str) {
    if let Ok(read) = template::read("t.yaml", text) {
        judge(&read);
    }
}

/// Any text as the properties of a resource of a JSON template: mutated JSON is rarely a whole template.
pub fn properties(text: &str) {
    let resource = format!("{{\"Type\":\"AWS::SNS::Topic\",\"Properties\":{text}}}");
    template(&format!("{{\"Resources\":{{\"A\":{resource}}}}}"));
    template(text);
}

fn judge(read: &Template) {
    assert!(read.same_as(read));
    assert!(template::diff(Some(read), read).is_empty());
    let _ = (read.required_capabilities(), read.fixed_global_names());
}

/// The first line declares a parameter in JSON, the rest is a value for it.
pub fn parameter(text: &str) {
    let (declared, value) = text.split_once('\n').unwrap_or((text, ""));
    let resources = "\"Resources\":{\"A\":{\"Type\":\"AWS::SNS::Topic\"}}";
    let whole = format!("{{\"Parameters\":{{\"P\":{declared}}},{resources}}}");
    if let Ok(read) = template::read("t.json", &whole) {
        for parameter in read.parameters.values() {
            let _ = parameter.check(value);
        }
    }
}

/// Any bytes as a manifest beside a template.
pub fn manifest(bytes: &[u8]) {
    fs::write(beside_a_template(), bytes).expect("a file can be written");
    let reading = manifest::read(beside_a_template());
    let wrong = reading
        .diagnostics
        .iter()
        .any(model::diagnostic::Diagnostic::is_error);
    assert_eq!(reading.desired.is_none(), wrong);
}

/// Where the manifest is written, again and again: one directory for the whole process.
fn beside_a_template() -> &'static Path {
    static DIRECTORY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = DIRECTORY.get_or_init(|| {
        let directory = tempfile::tempdir().expect("there is room for a directory");
        let templates = directory.path().join("templates");
        fs::create_dir(&templates).expect("a directory can be made");
        let text = "Parameters:\n  A:\n    Type: Number\n    Default: 1\nResources:\n  T:\n    Type: AWS::SNS::Topic\n";
        fs::write(templates.join("a.yaml"), text).expect("a file can be written");
        let path = directory.path().join("stackfleet.toml");
        (directory, path)
    });
    path
}
