//! A change that was rolled back is not made again without somebody's asking (DESIGN §4).

use model::diagnostic::Diagnostic;
use model::plan::Plan;

use crate::context::Context;
use crate::ids;

/// The code of the warning about what was rolled back.
pub const ROLLED_BACK: &str = "W0432";

/// A warning for each StackSet whose last operation of ours took back what this plan sets again. Whoever carries the plan out
/// needs an approval by its digest.
pub(crate) fn rolled_back(context: &Context<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let wanted = ids::definitions(plan);
    let sets = plan.stack_sets.iter().filter_map(|set| {
        let observed = context.observed.stack_sets.get(&set.aws_name)?;
        let definition = wanted.get(&set.name)?;
        let last = observed.last_of_ours()?;
        last.id.took_back(definition).then_some((set, last))
    });
    sets.map(|(set, last)| {
        let message = format!(
            "`{}` was rolled back from this definition, which the plan sets again",
            set.name
        );
        let mut diagnostic = Diagnostic::warning(ROLLED_BACK, message);
        if let Some(span) = &set.span {
            diagnostic = diagnostic.label(span, "rolled back by the last operation");
        }
        diagnostic
            .note(format!(
                "operation {} took it back after a stage had failed",
                last.id
            ))
            .help("change what failed; or go on with it as it is: stackfleet apply --approved DIGEST")
    })
    .collect()
}
