//! `require_committed`: apply only what is in git.

use model::diagnostic::Diagnostic;
use model::plan::{Hold, Plan};

use super::touched;
use crate::context::Context;

/// A plan of a manifest that is not committed, or of which nobody knows whether it is.
pub(super) fn hold(context: &Context<'_>, plan: &Plan) -> Option<Hold> {
    let required = context.desired.guard.require_committed.as_ref()?;
    let git = context.observed.git.as_ref();
    if !required.value || plan.operations.is_empty() || git.is_some_and(|git| !git.dirty) {
        return None;
    }
    let message = match git {
        Some(git) => format!(
            "there are changes that are not committed, on top of {}",
            git.commit
        ),
        None => "the manifest is in no git repository, so nobody can say what it was made from".to_owned(),
    };
    let help = match git {
        Some(_) => "commit them and plan again",
        None => "plan from a checkout of the repository",
    };
    Some(Hold {
        diagnostic: Diagnostic::error("E0515", message)
            .label(&required.span, "only what is committed is applied")
            .help(help),
        stack_set: None,
        instances: touched(plan),
    })
}
