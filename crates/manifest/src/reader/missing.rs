//! E0104: keys that must be there and are not.

use model::diagnostic::Diagnostic;

use super::Reader;
use crate::tree::Place;

impl Reader<'_> {
    /// E0104: a key that must be there and is not.
    pub(crate) fn missing(&mut self, at: Place, table: &str, key: &str, example: &str) {
        let header = if table.starts_with('[') {
            table.to_owned()
        } else {
            format!("[{table}]")
        };
        let diagnostic = Diagnostic::error("E0104", lacks(&header, key))
            .label(&self.span(at), format!("`{key}` is missing here"))
            .help(format!("add this line below `{header}`:\n{example}"));
        self.report(diagnostic);
    }

    /// Takes back that a key is missing, when it turns out where it went.
    pub(crate) fn found(&mut self, header: &str, key: &str) {
        let missing = lacks(header, key);
        self.diagnostics
            .retain(|one| one.code != "E0104" || one.message != missing);
    }
}

/// What the message says.
fn lacks(header: &str, key: &str) -> String {
    format!("`{header}` has no `{key}`")
}
