//! The definition from one operation to the next, so that each knows what it starts from and what it leaves.

use std::collections::BTreeSet;

use model::call::{UpdateStackSet, Write};
use model::definition::{AutoDeployment, Definition, ParameterValue, Permission};
use model::digest::Digest;
use model::ids::{Region, UnitId};
use model::instance::Rectangle;
use model::plan::OperationKind;
use model::preferences::{OperationPreferences, RegionConcurrency};
use model::targets::CallTargets;

use super::Work;
use super::there::There;
use crate::calls::{Piece, rectangles};
use crate::definition::Effective;
use crate::diff_definition::DefinitionDiff;

/// One operation, before it has a name and an id.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) kind: OperationKind,
    pub(crate) write: Write,
    pub(crate) touches: Vec<Rectangle>,
    pub(crate) definition_after: Option<Digest>,
    /// Units that the call names without exact accounts.
    pub(crate) whole: BTreeSet<&'a UnitId>,
    /// The stage that it belongs to, when the StackSet has a rollout.
    pub(crate) stage: Option<usize>,
}

/// Operations so far with the definition as they leave it.
pub(super) struct Chain<'a> {
    pub(super) state: Definition,
    no_echo: BTreeSet<String>,
    stage: Option<usize>,
    steps: Vec<Step<'a>>,
    /// Whose preferences count: the stage's, or those of an earlier one that it does something for.
    pace: Option<usize>,
    pub(super) there: There<'a>,
}

impl<'a> Chain<'a> {
    /// Starts from what is there, or makes the StackSet. Nothing is to be done when it neither is there nor is wanted. What comes
    /// before the first stage belongs to it, so that nothing precedes its gate; what comes after the last one belongs to that.
    pub(super) fn start(work: &Work<'a, '_>, stage: Option<usize>) -> Option<Self> {
        let wanted = work.definition.map(|(effective, _)| effective);
        let mut chain = Self {
            state: match (work.observed, wanted) {
                (Some(observed), _) => observed.definition.clone(),
                (None, Some(effective)) => effective.definition.clone(),
                (None, None) => return None,
            },
            no_echo: wanted
                .map(|effective| effective.no_echo.clone())
                .unwrap_or_default(),
            stage: stage.filter(|_| work.shares.rollout().is_some()),
            steps: Vec::new(),
            pace: None,
            there: There::default(),
        };
        chain.pace = chain.stage;
        if work.observed.is_none() {
            let write = Write::CreateStackSet {
                definition: Box::new(chain.state.clone()),
                template_at: None,
                client_request_token: String::new(),
            };
            chain.push(work, OperationKind::CreateStackSet, write, nothing());
        }
        Some(chain)
    }

    /// What follows belongs to a stage, at the pace of the same or of an earlier one.
    pub(super) fn begin(&mut self, work: &Work<'a, '_>, stage: usize, pace: usize) {
        let rollout = work.shares.rollout();
        self.stage = rollout.map(|_| stage);
        self.pace = rollout.map(|_| pace);
    }

    /// Preferences with those of a stage over them.
    pub(super) fn preferences(
        &self,
        work: &Work<'a, '_>,
        given: &OperationPreferences,
    ) -> OperationPreferences {
        work.shares.preferences(self.pace, given)
    }

    pub(super) fn push(&mut self, work: &Work<'a, '_>, kind: OperationKind, write: Write, piece: Piece<'a>) {
        self.steps.push(Step {
            kind,
            write,
            touches: rectangles(&piece.touches, work.context.limits),
            definition_after: Some(self.fingerprint()),
            whole: piece.whole,
            stage: self.stage,
        });
    }

    /// NoEcho values read back masked, also those that are no secrets.
    fn fingerprint(&self) -> Digest {
        let mut masked = self.state.clone();
        for (name, value) in &mut masked.parameters {
            if self.no_echo.contains(name) {
                *value = ParameterValue::Masked;
            }
        }
        masked.fingerprint()
    }

    /// Alone, since AWS refuses it with a new template or parameters and while operations run (reference §2.7).
    pub(super) fn managed_execution(&mut self, work: &Work<'a, '_>) {
        let Some((effective, _)) = work.definition.filter(|(_, diff)| diff.managed_execution()) else {
            return;
        };
        let active = effective.definition.managed_execution;
        self.state.managed_execution = active;
        self.setting(work, OperationKind::ManagedExecution, Some(active));
    }

    /// Off before targets shrink, so that AWS does not bring instances back, and when it goes off for good (reference §12.1).
    pub(super) fn auto_deployment_off(&mut self, work: &Work<'a, '_>) {
        let wanted = work
            .definition
            .map(|(effective, _)| &effective.definition.permission);
        let stays_on =
            matches!(wanted, Some(Permission::ServiceManaged { auto_deployment }) if auto_deployment.enabled);
        let shrinks = work.on_leave.is_some() && !work.targets.removed.is_empty();
        let is_on = self.auto_setting().is_some_and(|setting| setting.enabled);
        if is_on && (!stays_on || shrinks) {
            self.set_auto(AutoDeployment::default());
            self.setting(work, OperationKind::AutoDeploymentOff, None);
        }
    }

    /// As wanted, last, so that AWS acts on the final targets.
    pub(super) fn auto_deployment(&mut self, work: &Work<'a, '_>) {
        let Some((effective, _)) = work.definition else {
            return;
        };
        let Permission::ServiceManaged { auto_deployment } = &effective.definition.permission else {
            return;
        };
        let now = self.auto_setting().map(normal);
        if now.is_some_and(|now| now != *auto_deployment) {
            self.set_auto(auto_deployment.clone());
            self.setting(work, OperationKind::AutoDeployment, None);
        }
    }

    /// A StackSet that goes is deleted when nothing of it is left.
    pub(super) fn end(mut self, work: &Work<'a, '_>) -> Vec<Step<'a>> {
        let left = work
            .fates
            .keys()
            .any(|fate| !fate.leaves() || work.on_leave.is_none());
        if work.definition.is_none() && !left {
            self.push(
                work,
                OperationKind::DeleteStackSet,
                Write::DeleteStackSet,
                nothing(),
            );
            if let Some(last) = self.steps.last_mut() {
                last.definition_after = None;
            }
        }
        self.steps
    }

    /// Takes over what an update sends: `content` only when it is sent, everything else always.
    pub(super) fn take_over(&mut self, effective: &Effective, diff: &DefinitionDiff, content: bool) {
        let wanted = &effective.definition;
        if content {
            self.state.template.clone_from(&wanted.template);
            self.state.parameters.clone_from(&wanted.parameters);
        }
        if wanted.description.is_some() {
            self.state.description.clone_from(&wanted.description);
        }
        self.state.tags.clone_from(&wanted.tags);
        self.state.capabilities.clone_from(&wanted.capabilities);
        if diff.permission_model || !wanted.permission.is_service_managed() {
            self.state.permission = wanted.permission.clone();
        }
    }

    pub(super) fn auto_setting(&self) -> Option<AutoDeployment> {
        match &self.state.permission {
            Permission::ServiceManaged { auto_deployment } => Some(auto_deployment.clone()),
            Permission::SelfManaged { .. } => None,
        }
    }

    fn set_auto(&mut self, setting: AutoDeployment) {
        self.state.permission = Permission::ServiceManaged {
            auto_deployment: setting,
        };
    }

    /// An update that changes one setting alone and no instance.
    fn setting(&mut self, work: &Work<'a, '_>, kind: OperationKind, managed_execution: Option<bool>) {
        if let Some((effective, _)) = work.definition {
            // Acknowledged with each call, whatever else it is about (reference §2.4).
            self.state
                .capabilities
                .clone_from(&effective.definition.capabilities);
        }
        let update = UpdateStackSet {
            template_at: None,
            definition: self.state.clone(),
            content: false,
            auto_deployment: match managed_execution {
                Some(_) => None,
                None => self.auto_setting(),
            },
            managed_execution,
            targets: CallTargets::Everything,
            preferences: work.preferences.update.clone(),
        };
        self.push(work, kind, Write::UpdateStackSet(Box::new(update)), nothing());
    }
}

fn normal(setting: AutoDeployment) -> AutoDeployment {
    if setting.enabled {
        setting
    } else {
        AutoDeployment::default()
    }
}

fn nothing<'a>() -> Piece<'a> {
    Piece {
        targets: CallTargets::Everything,
        touches: std::collections::BTreeMap::new(),
        whole: BTreeSet::new(),
    }
}

/// Preferences with the order of a call's Regions; side by side there is none.
pub(super) fn with_order(preferences: &OperationPreferences, regions: &[Region]) -> OperationPreferences {
    let region_order = match preferences.region_concurrency {
        RegionConcurrency::Sequential => regions.to_vec(),
        RegionConcurrency::Parallel => Vec::new(),
    };
    OperationPreferences {
        region_order,
        ..preferences.clone()
    }
}
