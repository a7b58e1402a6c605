//! Plans for people, and what holds of every one of them.

use std::fmt::Write;

use model::diagnostic::Diagnostic;
use model::plan::{Plan, PlanResult};
use model::plan_file;

/// A plan must always be one that may be applied, and survive being saved.
pub fn check(plan: &Plan) -> Result<(), String> {
    if !plan.applyable || !matches!(plan.result, PlanResult::Changes | PlanResult::NoChanges) {
        let held = plan.holds.iter().map(|hold| &hold.diagnostic);
        let all: Vec<_> = plan.diagnostics.iter().chain(held).collect();
        return Err(format!(
            "the plan is {:?}: {}",
            plan.result,
            said(all.into_iter())
        ));
    }
    if is_empty(plan) != plan.operations.is_empty() {
        return Err(format!("the plan says {:?} wrongly", plan.result));
    }
    let text = plan_file::seal(plan).map_err(|error| error.to_string())?;
    let opened = plan_file::open(&text).map_err(|error| format!("the saved plan is refused: {error}"))?;
    if opened == *plan {
        Ok(())
    } else {
        Err("the saved plan is another one".to_owned())
    }
}

/// Errors, a line each.
pub fn said<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>) -> String {
    let errors = diagnostics.filter(|diagnostic| diagnostic.is_error());
    let lines = errors.map(|error| format!("\n{}: {} {:?}", error.code, error.message, error.notes));
    lines.collect()
}

/// Whether a plan says that there is nothing to do.
pub fn is_empty(plan: &Plan) -> bool {
    plan.result == PlanResult::NoChanges
}

/// The operations of a plan, a line each.
pub fn outline(plan: &Plan) -> String {
    let mut text = String::new();
    for operation in &plan.operations {
        let _ = writeln!(
            text,
            "  {} {} {:?} {} instances {:?} {:?}",
            operation.id,
            operation.stack_set,
            operation.kind,
            operation.instances,
            operation.touches,
            operation
                .operation_id
                .as_ref()
                .map(model::ids::OperationId::as_str)
        );
    }
    text
}
