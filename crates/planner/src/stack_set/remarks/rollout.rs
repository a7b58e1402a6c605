//! What is worth saying about how a change reaches the instances.

use std::collections::BTreeSet;

use model::definition::Permission;
use model::diagnostic::Diagnostic;
use model::preferences::OperationPreferences;

use super::super::Found;
use crate::context::Context;
use crate::rollout::rollback::{lost, overrides, refused, too_long};
use crate::template_place;

/// Accounts that join while stages run get the new template at once: AWS acts on the definition, which is new from the first
/// stage on (reference §2.3, §2.6).
pub(super) fn joining(found: &Found<'_>) -> Option<Diagnostic> {
    let rollout = found.decided.shares.rollout()?;
    let staged = found.decided.shares.updates_after_lead() && automatic(found);
    staged.then(|| {
        let set = &found.set.name.value;
        let message = format!(
            "accounts that join during the rollout of `{set}` get the new template before its stages are done"
        );
        Diagnostic::warning("W0305", message)
            .label(
                &rollout.name.span,
                "AWS deploys to them by itself, without stages",
            )
            .help("switch automatic deployment off for the change, or accept it: allow = [\"W0305\"]")
    })
}

/// Said once, when automatic deployment is switched on.
pub(super) fn ignored(found: &Found<'_>) -> Option<Diagnostic> {
    let set = found.set;
    let mut settings = found.definition.changes.settings.iter();
    let on = |after: &Option<String>| after.as_deref() == Some("true");
    let now = found.observed.is_none()
        || settings.any(|change| change.setting == "auto_deploy.new_accounts" && on(&change.after));
    let given = &set.preferences.create;
    let plain = OperationPreferences::default();
    let ordered = found.wanted.order.len() > 1 && given.region_concurrency == plain.region_concurrency;
    let prefers = *given != plain;
    (automatic(found) && now && (prefers || set.rollout.is_some())).then(|| {
        let message = format!(
            "automatic deployment of `{}` does not follow its {}",
            set.name.value,
            if prefers { "preferences" } else { "rollout" }
        );
        let mut diagnostic = Diagnostic::warning("W0303", message)
            .label(&set.name.span, "AWS deploys to new accounts by itself");
        if ordered {
            diagnostic = diagnostic.note("it works in all Regions in an order of its own");
        }
        diagnostic
            .note("preferences and stages are for the operations that stackfleet runs")
            .help("nothing is to be done; to accept it: allow = [\"W0303\"]")
    })
}

/// A way back that would lose a secret, or that has no template to send, is no way back.
pub(super) fn no_way_back(context: &Context<'_>, found: &Found<'_>) -> Option<Diagnostic> {
    let observed = found.observed?;
    let rollout = found.set.rollout.as_ref()?;
    let wanted = rollout.on_failure == model::desired::OnFailure::Rollback;
    if !wanted {
        return None;
    }
    let mut secrets: BTreeSet<&str> = overrides::lost(&found.decided.fates, observed, &found.wanted.values);
    if found.definition.content {
        secrets.extend(lost(&observed.definition, &found.effective));
    }
    if !secrets.is_empty() {
        return refused(found.set, &secrets.into_iter().collect::<Vec<_>>());
    }
    if !found.definition.content {
        return None;
    }
    let bucket = context.desired.aws.template_bucket.is_some();
    let sendable = bucket || template_place::is_inline(&observed.definition.template);
    (!sendable).then(|| too_long(&rollout.name, &found.set.name.value))
}

fn automatic(found: &Found<'_>) -> bool {
    matches!(
        &found.effective.definition.permission,
        Permission::ServiceManaged { auto_deployment } if auto_deployment.enabled
    )
}
