//! Whose StackSets a caller sees, and which one a call means (reference §1.8).

use model::ids::{AccountId, StackSetId, StackSetName};

use super::Request;
use super::refusal::Refusal;
use crate::world::{DescribeDeleted, StackSet, World};

/// The account whose StackSets a call is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    /// Where the StackSets live.
    pub(super) account: AccountId,
    /// Whether self-managed ones are seen.
    pub(super) self_managed: bool,
    /// Whether service-managed ones are seen.
    pub(super) service_managed: bool,
}

impl Request<'_> {
    /// What the caller sees with the `CallAs` of the call.
    pub(super) fn view(&self) -> Result<View, Refusal> {
        let management = &self.world.organization.management_account;
        let as_delegate = self.form.get("CallAs") == Some("DELEGATED_ADMIN");
        if !as_delegate {
            let account = self.caller.clone();
            return Ok(View {
                service_managed: account == *management,
                account,
                self_managed: true,
            });
        }
        if !self.world.delegated_administrators.contains(self.caller) {
            return Err(Refusal::validation(
                "Account used is not a delegated administrator",
            ));
        }
        Ok(View {
            account: management.clone(),
            self_managed: false,
            service_managed: true,
        })
    }

    /// The StackSet that `StackSetName` names, by name or id. One that was deleted is not there.
    pub(super) fn stack_set(&self) -> Result<&StackSet, Refusal> {
        let set = self.stack_set_or_deleted()?;
        if set.deleted {
            Err(Refusal::no_stack_set(set.name()))
        } else {
            Ok(set)
        }
    }

    /// [`Request::stack_set`], by id also when it was deleted.
    pub(super) fn stack_set_or_deleted(&self) -> Result<&StackSet, Refusal> {
        let view = self.view()?;
        let name = self.required("StackSetName")?;
        let found = match StackSetId::parse(name) {
            Ok(id) => self
                .world
                .stack_sets
                .get(self.home)
                .and_then(|sets| sets.get(&id)),
            Err(_) => by_name(self.world, self, &view, name).or_else(|| self.deleted(&view, name)),
        };
        found
            .filter(|set| is_visible(&view, set))
            .ok_or_else(|| Refusal::no_stack_set(name))
    }

    /// The StackSet of a name that was deleted last, when the world's knob lets it be found.
    fn deleted(&self, view: &View, name: &str) -> Option<&StackSet> {
        if self.world.knobs.describe_deleted == DescribeDeleted::NotFound {
            return None;
        }
        let sets = self.world.stack_sets.get(self.home)?.values();
        let deleted = sets.filter(|set| set.deleted && set.name() == name && is_visible(view, set));
        deleted.max_by_key(|set| set.operations.iter().map(|operation| operation.created_at).max())
    }

    /// The id of [`Request::stack_set`].
    pub(super) fn stack_set_id(&self) -> Result<StackSetId, Refusal> {
        self.stack_set().map(|set| set.id.clone())
    }

    /// The StackSet of an id that was found before.
    pub(super) fn stack_set_mut(&mut self, id: &StackSetId) -> Result<&mut StackSet, Refusal> {
        let sets = self.world.stack_sets.get_mut(self.home);
        sets.and_then(|sets| sets.get_mut(id))
            .ok_or_else(|| Refusal::no_stack_set(id.as_str()))
    }

    /// The living StackSet of a name in the view, whatever its permission model.
    pub(super) fn taken_by(&self, view: &View, name: &StackSetName) -> Option<&StackSet> {
        by_name(self.world, self, view, name.as_str())
    }

    /// Service-managed work needs trusted access and the management account or a delegated administrator.
    pub(super) fn may_manage_services(&self, view: &View) -> Result<(), Refusal> {
        if !view.service_managed {
            return Err(Refusal::validation(
                "You must be the management account or delegated admin account of an organization before operating a \
                 SERVICE_MANAGED stack set",
            ));
        }
        if !self.world.organizations_access {
            return Err(Refusal::validation(
                "You must enable organizations access to operate a service managed stack set",
            ));
        }
        Ok(())
    }
}

/// Whether a view shows a StackSet.
pub(super) fn is_visible(view: &View, set: &StackSet) -> bool {
    let model = if set.definition.service_managed {
        view.service_managed
    } else {
        view.self_managed
    };
    model && set.admin_account == view.account
}

fn by_name<'w>(world: &'w World, request: &Request<'_>, view: &View, name: &str) -> Option<&'w StackSet> {
    // UUIDs start with a hexadecimal digit, so this is before every id of the name.
    let first = StackSetId::parse(&format!("{name}:0")).ok()?;
    let sets = world.stack_sets.get(request.home)?;
    sets.range(first..)
        .map(|(_, set)| set)
        .take_while(|set| set.name() == name)
        .find(|set| !set.deleted && set.admin_account == view.account)
}

/// The ARN of a StackSet.
pub(super) fn arn(request: &Request<'_>, set: &StackSet) -> String {
    let (partition, account) = (&request.world.partition, &set.admin_account);
    format!(
        "arn:{partition}:cloudformation:{}:{account}:stackset/{}",
        request.home, set.id
    )
}
