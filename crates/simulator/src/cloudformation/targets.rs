//! Targets as a call names them (reference §2.2).

use std::collections::BTreeSet;

use model::ids::{AccountId, Region, UnitId};

use super::Request;
use super::refusal::Refusal;
use super::template_input::object_key;
use crate::world::{OperationTargets, StackSet, TargetsReadBack};

/// Units in one call at most.
const MOST_UNITS: usize = 50;

/// `AccountFilterType`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    /// `NONE`, or absent without accounts.
    None,
    /// `INTERSECTION`
    Intersection,
    /// `DIFFERENCE`
    Difference,
    /// `UNION`
    Union,
}

/// Accounts or units, and Regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Targets {
    /// Accounts: all of them, or what the filter takes.
    pub(super) accounts: BTreeSet<AccountId>,
    /// Units in the order of the call.
    pub(super) units: Vec<UnitId>,
    /// What the accounts mean.
    pub(super) filter: Filter,
    /// Regions in the order of the call.
    pub(super) regions: Vec<Region>,
    /// What the operation reads back with.
    pub(super) called: OperationTargets,
}

impl Targets {
    /// Whether every account below the units is meant.
    pub(super) fn is_whole(&self) -> bool {
        match self.filter {
            Filter::None => true,
            Filter::Difference | Filter::Union => self.accounts.is_empty(),
            Filter::Intersection => false,
        }
    }

    /// Whether the filter leaves in an account below the units.
    pub(super) fn takes(&self, account: &AccountId) -> bool {
        match self.filter {
            Filter::None | Filter::Union => true,
            Filter::Intersection => self.accounts.contains(account),
            Filter::Difference => !self.accounts.contains(account),
        }
    }
}

impl Request<'_> {
    /// The targets of the call; none when it names none.
    pub(super) fn targets(&self) -> Result<Option<Targets>, Refusal> {
        let has_accounts = self.form.has("Accounts");
        let has_targets = self.form.has("DeploymentTargets");
        let regions = self.regions()?;
        if has_accounts && has_targets {
            return Err(Refusal::validation(
                "You can specify Accounts or DeploymentTargets, but not both",
            ));
        }
        if !has_accounts && !has_targets && regions.is_empty() {
            return Ok(None);
        }
        let units = self.units("DeploymentTargets.OrganizationalUnitIds")?;
        let accounts = self.accounts(if has_accounts {
            "Accounts"
        } else {
            "DeploymentTargets.Accounts"
        })?;
        if regions.is_empty() || (accounts.is_empty() && units.is_empty()) {
            return Err(Refusal::validation("Targets and Regions must be given together"));
        }
        let filter = self.filter(accounts.is_empty() || units.is_empty())?;
        let mut called = OperationTargets {
            accounts: accounts.clone(),
            units: units.clone(),
            filter: self
                .form
                .get("DeploymentTargets.AccountFilterType")
                .map(str::to_owned),
        };
        if self.world.knobs.targets_read_back == TargetsReadBack::Sorted {
            called.accounts.sort();
            called.units.sort();
        }
        Ok(Some(Targets {
            accounts: accounts.into_iter().collect(),
            units,
            filter,
            regions,
            called,
        }))
    }

    /// `AccountFilterType`; `plain` when there is nothing to filter.
    fn filter(&self, plain: bool) -> Result<Filter, Refusal> {
        match self.form.get("DeploymentTargets.AccountFilterType") {
            None if plain => Ok(Filter::None),
            None if self.action == "CreateStackInstances" => Err(Refusal::validation(
                "AccountFilterType should be specified when both OrganizationalUnitIds and Accounts are provided",
            )),
            None | Some("UNION") => Ok(Filter::Union),
            Some("NONE") => Ok(Filter::None),
            Some("INTERSECTION") => Ok(Filter::Intersection),
            Some("DIFFERENCE") => Ok(Filter::Difference),
            Some(other) => Err(Refusal::validation(format!(
                "Value '{other}' at 'accountFilterType' is none of them"
            ))),
        }
    }

    fn regions(&self) -> Result<Vec<Region>, Refusal> {
        let mut regions = Vec::new();
        for text in self.form.list("Regions").unwrap_or_default() {
            let region = Region::parse(text)
                .map_err(|_| Refusal::validation(format!("Value '{text}' at 'regions' is not a Region")))?;
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        Ok(regions)
    }

    /// The units of a list, each once.
    pub(super) fn units(&self, name: &str) -> Result<Vec<UnitId>, Refusal> {
        let mut units = Vec::new();
        for text in self.form.list(name).unwrap_or_default() {
            let unit = UnitId::parse(text).map_err(|_| {
                Refusal::validation(format!(
                    "Value '{text}' at 'organizationalUnitIds' is not the id of a unit or root"
                ))
            })?;
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        if units.len() > MOST_UNITS {
            return Err(Refusal::validation(format!(
                "A call names {MOST_UNITS} organizational units at most"
            )));
        }
        Ok(units)
    }

    fn accounts(&self, name: &str) -> Result<Vec<AccountId>, Refusal> {
        let listed = self.form.list(name).unwrap_or_default();
        let linked = self
            .form
            .get("DeploymentTargets.AccountsUrl")
            .map(|url| self.ids_at("AccountsUrl", url))
            .transpose()?;
        let texts = listed.into_iter().chain(linked.into_iter().flatten());
        let mut accounts = Vec::new();
        for text in texts {
            let account = AccountId::parse(text).map_err(|_| {
                Refusal::validation(format!(
                    "1 validation error detected: Value '[{text}]' at 'accounts' failed to satisfy constraint: Member must \
                     satisfy constraint: [Member must satisfy regular expression pattern: ^[0-9]{{12}}$]"
                ))
            })?;
            if !accounts.contains(&account) {
                accounts.push(account);
            }
        }
        Ok(accounts)
    }

    /// The ids in a file: apart by commas or line ends.
    pub(super) fn ids_at(&self, name: &str, url: &str) -> Result<impl Iterator<Item = &str>, Refusal> {
        let object = object_key(url).and_then(|key| self.world.objects.get(&key));
        let object = object.ok_or_else(|| Refusal::validation(format!("{name} {url} cannot be read")))?;
        Ok(object
            .text
            .split([',', '\n', '\r'])
            .map(str::trim)
            .filter(|id| !id.is_empty()))
    }
}

/// Refuses targets that the permission model does not take.
pub(super) fn check_model(set: &StackSet, targets: &Targets) -> Result<(), Refusal> {
    if set.definition.service_managed && targets.units.is_empty() {
        return Err(Refusal::validation(
            "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target",
        ));
    }
    if !set.definition.service_managed && !targets.units.is_empty() {
        return Err(Refusal::validation(
            "StackSets with SELF_MANAGED permission model can only have accounts as target",
        ));
    }
    Ok(())
}
