//! What differs between the wanted and the observed definition, with reasons.

use std::collections::BTreeSet;

use model::PROJECT_TAG;
use model::definition::{AutoDeployment, Capability, Definition, ParameterValue, Permission};
use model::ids::StackSetName;
use model::plan::{Action, Changes, ParameterChange, Reason, SettingChange};

use crate::context::Context;
use crate::definition::{Effective, normal};

mod template_change;

/// How hidden values are shown.
pub(crate) const SENSITIVE: &str = "(sensitive)";

/// The difference of two definitions, apart by what it takes to close it.
#[derive(Debug, Default)]
pub(crate) struct DefinitionDiff {
    /// What a reader sees.
    pub(crate) changes: Changes,
    /// Template or parameters differ: an update sends both and touches every instance (reference §2.3).
    pub(crate) content: bool,
    /// Tags, description or roles differ: an update without content that touches every instance all the same.
    pub(crate) settings: bool,
    /// The permission model differs: possible only without instances (reference §2.1).
    pub(crate) permission_model: bool,
}

impl DefinitionDiff {
    /// Whether every instance that stays is updated.
    pub(crate) fn touches_instances(&self) -> bool {
        self.content || self.settings
    }

    /// Whether managed execution differs: an operation of its own.
    pub(crate) fn managed_execution(&self) -> bool {
        let mut settings = self.changes.settings.iter();
        settings.any(|change| change.reason == Reason::ManagedExecution)
    }

    /// Why the StackSet changes, as far as its definition goes.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        let mut reasons: Vec<_> = self.changes.settings.iter().map(|change| change.reason).collect();
        reasons.extend(self.changes.template.iter().map(|_| Reason::Template));
        reasons.extend(self.changes.parameters.iter().map(|_| Reason::Parameters));
        reasons.sort();
        reasons.dedup();
        reasons
    }

    /// Why its instances change.
    pub(crate) fn instance_reasons(&self) -> Vec<Reason> {
        let mut reasons = self.reasons();
        reasons.retain(|reason| !matches!(reason, Reason::AutoDeployment | Reason::ManagedExecution));
        reasons
    }
}

/// Compares. Masked values never differ, a missing description stays as it is, and the project's mark alone is no difference: it
/// is written with the next real update, since it touches every stack.
pub(crate) fn diff(context: &Context<'_>, wanted: &Effective, observed: &Definition) -> DefinitionDiff {
    let mut diff = DefinitionDiff::default();
    diff.changes.template = template_change::change(&wanted.template, &wanted.definition, observed);
    diff.changes.parameters = parameters(wanted, Some(observed));
    diff.content = diff.changes.template.is_some() || !diff.changes.parameters.is_empty();
    settings(&wanted.definition, observed, &mut diff);
    capabilities(&wanted.definition, observed, &mut diff);
    tags(&wanted.definition, observed, &mut diff);
    let before = normal(context, observed.permission.clone());
    permission(&before, &wanted.definition.permission, &mut diff);
    diff
}

/// The same for a StackSet that does not exist.
pub(crate) fn of_new(wanted: &Effective) -> DefinitionDiff {
    let mut diff = DefinitionDiff::default();
    diff.changes.template = Some(template_change::of_new(
        &wanted.template,
        &wanted.definition.template,
    ));
    diff.changes.parameters = parameters(wanted, None);
    diff
}

fn parameters(wanted: &Effective, observed: Option<&Definition>) -> Vec<ParameterChange> {
    let before = |name: &str| observed.and_then(|definition| definition.parameters.get(name));
    let mut changes = Vec::new();
    for (name, value) in &wanted.definition.parameters {
        let old = before(name);
        if old.is_some_and(|old| !old.differs(value) || wanted.no_echo.contains(name)) {
            continue;
        }
        let hidden = wanted.no_echo.contains(name);
        changes.push(ParameterChange {
            name: name.clone(),
            action: if old.is_some() {
                Action::Update
            } else {
                Action::Create
            },
            before: old.map(|value| shown(value, hidden)),
            after: Some(shown(value, hidden)),
            sensitive: hidden || !matches!(value, ParameterValue::Plain(_)),
            source: wanted.sources.get(name).cloned().unwrap_or_default(),
        });
    }
    let gone = observed
        .into_iter()
        .flat_map(|definition| &definition.parameters)
        .filter(|(name, _)| !wanted.definition.parameters.contains_key(*name));
    changes.extend(gone.map(|(name, value)| ParameterChange {
        name: name.clone(),
        action: Action::Delete,
        before: Some(shown(value, false)),
        after: None,
        sensitive: !matches!(value, ParameterValue::Plain(_)),
        source: "template".to_owned(),
    }));
    changes.sort_by(|one, two| one.name.cmp(&two.name));
    changes
}

pub(crate) fn shown(value: &ParameterValue, hidden: bool) -> String {
    match value {
        ParameterValue::Plain(text) if !hidden => text.clone(),
        _ => SENSITIVE.to_owned(),
    }
}

fn settings(wanted: &Definition, observed: &Definition, diff: &mut DefinitionDiff) {
    if wanted.description.is_some() && wanted.description != observed.description {
        diff.settings = true;
        diff.changes.settings.push(SettingChange {
            setting: "description".to_owned(),
            before: observed.description.clone(),
            after: wanted.description.clone(),
            reason: Reason::Description,
        });
    }
    if wanted.managed_execution != observed.managed_execution {
        diff.changes.settings.push(SettingChange {
            setting: "managed_execution".to_owned(),
            before: Some(observed.managed_execution.to_string()),
            after: Some(wanted.managed_execution.to_string()),
            reason: Reason::ManagedExecution,
        });
    }
}

/// None at all are no difference: no call can say so, as an empty list is not sent.
fn capabilities(wanted: &Definition, observed: &Definition, diff: &mut DefinitionDiff) {
    let (before, after) = (observed.acknowledged(), wanted.acknowledged());
    if after.is_empty() || before == after {
        return;
    }
    let listed = |capabilities: BTreeSet<Capability>| {
        let names: Vec<_> = capabilities.into_iter().map(Capability::key).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    diff.settings = true;
    diff.changes.settings.push(SettingChange {
        setting: "capabilities".to_owned(),
        before: listed(before),
        after: listed(after),
        reason: Reason::Capabilities,
    });
}

fn tags(wanted: &Definition, observed: &Definition, diff: &mut DefinitionDiff) {
    let names: BTreeSet<_> = wanted.tags.keys().chain(observed.tags.keys()).collect();
    for name in names {
        let (before, after) = (observed.tags.get(name), wanted.tags.get(name));
        let only_marks = name == PROJECT_TAG && before.is_none();
        if before == after || only_marks {
            continue;
        }
        diff.settings = true;
        diff.changes.settings.push(SettingChange {
            setting: format!("tags.{name}"),
            before: before.cloned(),
            after: after.cloned(),
            reason: Reason::Tags,
        });
    }
}

fn permission(before: &Permission, after: &Permission, diff: &mut DefinitionDiff) {
    use Permission::{SelfManaged, ServiceManaged};
    match (before, after) {
        (
            ServiceManaged {
                auto_deployment: before,
            },
            ServiceManaged {
                auto_deployment: after,
            },
        ) => diff.changes.settings.extend(auto_deployment(before, after)),
        (SelfManaged { .. }, SelfManaged { .. }) => {
            let changes = roles(before, after);
            diff.settings |= !changes.is_empty();
            diff.changes.settings.extend(changes);
        }
        _ => {
            diff.permission_model = true;
            diff.settings = true;
            diff.changes.settings.push(SettingChange {
                setting: "permission".to_owned(),
                before: Some(name(before)),
                after: Some(name(after)),
                reason: Reason::Roles,
            });
        }
    }
}

fn name(permission: &Permission) -> String {
    if permission.is_service_managed() {
        "service-managed".to_owned()
    } else {
        "self-managed".to_owned()
    }
}

fn roles(before: &Permission, after: &Permission) -> Vec<SettingChange> {
    let named = |permission: &Permission| match permission {
        Permission::SelfManaged {
            administration_role,
            execution_role,
        } => [administration_role.clone(), execution_role.clone()],
        Permission::ServiceManaged { .. } => [None, None],
    };
    ["administration_role", "execution_role"]
        .into_iter()
        .zip(named(before).into_iter().zip(named(after)))
        .filter(|(_, (before, after))| before != after)
        .map(|(setting, (before, after))| SettingChange {
            setting: setting.to_owned(),
            before,
            after,
            reason: Reason::Roles,
        })
        .collect()
}

fn auto_deployment(before: &AutoDeployment, after: &AutoDeployment) -> Vec<SettingChange> {
    let leaving = |setting: &AutoDeployment| {
        setting.enabled.then(|| {
            if setting.retain_stacks {
                "retain".to_owned()
            } else {
                "delete".to_owned()
            }
        })
    };
    let needs = |setting: &AutoDeployment| {
        let names: Vec<&str> = setting.depends_on.iter().map(StackSetName::as_str).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let new = |setting: &AutoDeployment| Some(setting.enabled.to_string());
    [
        ("auto_deploy.new_accounts", new(before), new(after)),
        ("auto_deploy.leaving_accounts", leaving(before), leaving(after)),
        ("auto_deploy.depends_on", needs(before), needs(after)),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(setting, before, after)| SettingChange {
        setting: setting.to_owned(),
        before,
        after,
        reason: Reason::AutoDeployment,
    })
    .collect()
}

#[cfg(test)]
#[path = "diff_definition_tests.rs"]
mod tests;
