//! Whether a StackSet takes a template that is in S3. Files are judged with the manifest, where both can be shown.

use model::desired::{Capabilities, DesiredStackSet, DesiredTemplate};
use model::diagnostic::Diagnostic;
use template::Template;

/// E0320 and E0321 of a template that the manifest could not look into.
pub(crate) fn refused(set: &DesiredStackSet, template: &Template) -> Vec<Diagnostic> {
    let DesiredTemplate::S3 { url, .. } = &set.template else {
        return Vec::new();
    };
    let service_managed = set.permission.is_service_managed();
    let lacking = match &set.capabilities {
        Capabilities::Listed(given) => template.unacknowledged(given, service_managed),
        Capabilities::Auto(_) => Vec::new(),
    };
    let lacking = lacking.into_iter().map(|found| {
        let key = found.capability.key();
        Diagnostic::error("E0320", format!("this template needs the capability `{key}`"))
            .label(&url.span, found.why)
            .note(format!("it is in line {} of the object", found.span.start.line))
            .help(format!("acknowledge it: capabilities = [\"{key}\"], or \"auto\""))
    });
    let not_taken = template.not_taken(service_managed).into_iter().map(|one| {
        Diagnostic::error("E0321", one.message)
            .label(&url.span, format!("`{}`", one.found.value))
            .note(format!(
                "it is in line {} of the object",
                one.found.span.start.line
            ))
            .help(one.help)
    });
    lacking.chain(not_taken).collect()
}
