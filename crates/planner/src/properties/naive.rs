//! What should be there, worked out anew and slowly from the manifest: nothing of the planner is used.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::{AutoDeployment, Definition, ParameterValue, Permission};
use model::desired::{Desired, DesiredStackSet, DesiredTemplate, OnLeave, Source, Target};
use model::ids::{AccountId, Region, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{Observed, ObservedInstance, ObservedStackSet};
use model::organization::Organization;

use crate::testing::world::{PROJECT, WITH_PARAMETERS};

/// Values of one instance alone.
pub(super) type Own = BTreeMap<String, ParameterValue>;

/// What should be there of one StackSet.
pub(super) struct Should<'d> {
    set: &'d DesiredStackSet,
    /// Instances that are made and kept up to date, with their own values.
    pub(super) cells: BTreeMap<InstanceKey, Own>,
    /// Instances in accounts that AWS does not work in: they stay if they are there.
    pub(super) spared: BTreeSet<InstanceKey>,
}

/// The unit that a path means.
fn unit(organization: &Organization, path: &[String]) -> UnitId {
    let mut at = organization.root.clone();
    for name in path {
        let mut units = organization.units.iter();
        let found = units.find(|(_, unit)| unit.parent == at && unit.name == *name);
        at = found.unwrap().0.clone();
    }
    at
}

/// How many steps an account is below a unit; none when it is not.
fn depth(organization: &Organization, account: &AccountId, unit: &UnitId) -> Option<usize> {
    let mut at = &organization.accounts.get(account)?.parent;
    for steps in 0.. {
        if at == unit {
            return Some(steps);
        }
        at = &organization.units.get(at)?.parent;
    }
    None
}

/// How specifically a target means an account, the most specific highest; none when it does not mean it.
fn rank(organization: &Organization, target: &Target, account: &AccountId) -> Option<usize> {
    match target {
        Target::Account(named) => (named == account).then_some(1_000),
        Target::Tag { key, value } => {
            let tags = &organization.accounts.get(account)?.tags;
            (*account != organization.management_account && tags.get(key) == Some(value)).then_some(900)
        }
        Target::Path(path) => {
            let unit = unit(organization, path);
            let steps = depth(organization, account, &unit)?;
            (*account != organization.management_account).then(|| 800 - steps)
        }
        other => panic!("not drawn: {other:?}"),
    }
}

/// What should be there.
pub(super) fn should<'d>(set: &'d DesiredStackSet, observed: &Observed) -> Should<'d> {
    let organization = &observed.organization;
    let named = set
        .deploy
        .iter()
        .flat_map(|part| &part.targets)
        .filter_map(|target| match &target.value {
            Target::Account(account) => Some(account),
            _ => None,
        });
    let accounts: BTreeSet<&AccountId> = organization.accounts.keys().chain(named).collect();
    let mut should = Should {
        set,
        cells: BTreeMap::new(),
        spared: BTreeSet::new(),
    };
    for account in accounts {
        let works = organization
            .accounts
            .get(account)
            .is_none_or(|it| it.state.is_active());
        for region in regions(set, organization, account) {
            let key = InstanceKey {
                account: account.clone(),
                region: region.clone(),
            };
            if works {
                let own = own(set, organization, &key);
                should.cells.insert(key, own);
            } else {
                should.spared.insert(key);
            }
        }
    }
    should
}

fn regions<'d>(
    set: &'d DesiredStackSet,
    organization: &Organization,
    account: &AccountId,
) -> BTreeSet<&'d Region> {
    let means = |target: &Target| rank(organization, target, account).is_some();
    let parts = set
        .deploy
        .iter()
        .filter(|part| part.targets.iter().any(|target| means(&target.value)));
    let mut regions: BTreeSet<&Region> = parts
        .flat_map(|part| &part.regions)
        .map(|region| &region.value)
        .collect();
    for skip in &set.skip {
        if skip.targets.iter().any(|target| means(&target.value)) {
            let named = |region: &Region| skip.regions.iter().any(|other| other.value == *region);
            regions.retain(|region| !skip.regions.is_empty() && !named(region));
        }
    }
    regions
}

/// The values that an instance has for itself: of the most specific override, unless they are the StackSet's.
fn own(set: &DesiredStackSet, organization: &Organization, key: &InstanceKey) -> Own {
    let shared = parameters(set);
    let mut own = Own::new();
    for name in shared.keys() {
        let mut best: Option<(usize, bool)> = None;
        if let Some(Source::AccountTag { key: tag, default }) = source(set, name) {
            let tags = organization.accounts.get(&key.account).map(|it| &it.tags);
            let text = tags.and_then(|tags| tags.get(tag)).or(default.as_ref()).unwrap();
            own.insert(name.clone(), ParameterValue::Plain(text.clone()));
        }
        for given in &set.overrides {
            let Some(value) = given.parameters.get(name) else {
                continue;
            };
            let here = given.regions.is_empty() || given.regions.iter().any(|it| it.value == key.region);
            let targets = given
                .targets
                .iter()
                .filter_map(|it| rank(organization, &it.value, &key.account));
            let Some(rank) = targets.max().filter(|_| here) else {
                continue;
            };
            let rank = (rank, !given.regions.is_empty());
            if best.is_none_or(|best| rank > best) {
                best = Some(rank);
                own.insert(name.clone(), read(&value.source.value));
            }
        }
    }
    own.retain(|name, value| shared.get(name) != Some(value));
    own
}

fn source<'d>(set: &'d DesiredStackSet, name: &str) -> Option<&'d Source> {
    set.parameters.get(name).map(|given| &given.source.value)
}

fn read(source: &Source) -> ParameterValue {
    match source {
        Source::Literal(text) => ParameterValue::Plain(text.clone()),
        Source::Environment { name, .. } => ParameterValue::Secret(name.clone()),
        other => panic!("not drawn: {other:?}"),
    }
}

/// The StackSet's own values: the manifest's over the template's defaults.
fn parameters(set: &DesiredStackSet) -> Own {
    if template(set) != WITH_PARAMETERS {
        return Own::new();
    }
    let mut values = BTreeMap::from([("Days".to_owned(), ParameterValue::Plain("30".to_owned()))]);
    for (name, given) in &set.parameters {
        if !matches!(given.source.value, Source::AccountTag { .. }) {
            values.insert(name.clone(), read(&given.source.value));
        }
    }
    values
}

fn template(set: &DesiredStackSet) -> &str {
    match &set.template {
        DesiredTemplate::File { body, .. } => body,
        DesiredTemplate::S3 { .. } => panic!("not drawn"),
    }
}

/// Nobody sees a secret again.
fn masked(value: &ParameterValue) -> ParameterValue {
    match value {
        ParameterValue::Plain(_) => value.clone(),
        _ => ParameterValue::Masked,
    }
}

impl Should<'_> {
    /// Whether the definition is as it should be, but for automatic deployment and managed execution, which no instance sees.
    pub(super) fn says(&self, there: &Definition) -> bool {
        let mut tags = self.set.tags.clone();
        if there.tags.contains_key(model::PROJECT_TAG) {
            tags.insert(model::PROJECT_TAG.to_owned(), PROJECT.to_owned());
        }
        let values: Own = parameters(self.set)
            .iter()
            .map(|(name, value)| (name.clone(), masked(value)))
            .collect();
        let described = self.set.description.is_none() || self.set.description == there.description;
        let roles = match (&self.set.permission, &there.permission) {
            (Permission::ServiceManaged { .. }, Permission::ServiceManaged { .. }) => true,
            (wanted, there) => wanted == there,
        };
        template(self.set) == there.template
            && values == there.parameters
            && tags == there.tags
            && described
            && roles
    }

    /// Whether what AWS does by itself is as it should be. Which StackSets it waits for is not looked at: that the next plan has
    /// nothing to do shows it.
    pub(super) fn switches(&self, there: &Definition) -> bool {
        let normal = |permission: &Permission| match permission {
            Permission::ServiceManaged { auto_deployment } if auto_deployment.enabled => AutoDeployment {
                depends_on: BTreeSet::new(),
                ..auto_deployment.clone()
            },
            _ => AutoDeployment::default(),
        };
        normal(&self.set.permission) == normal(&there.permission)
            && self.set.managed_execution == there.managed_execution
    }

    /// Whether an instance is up to date with the values that it should have for itself.
    pub(super) fn is_right(&self, key: &InstanceKey, there: &ObservedInstance) -> bool {
        let own = self.cells.get(key);
        own.is_some_and(|own| there.status == InstanceStatus::Current && self.has(own, there))
    }

    fn has(&self, own: &Own, there: &ObservedInstance) -> bool {
        let shared = parameters(self.set);
        let Some(found) = &there.overrides else {
            return own.is_empty();
        };
        shared.iter().all(|(name, shared)| {
            let wanted = own.get(name).map(masked);
            match (wanted, found.get(name)) {
                (wanted, found) if wanted.as_ref() == found => true,
                // A readable value that is the StackSet's own changes nothing.
                (None, Some(found)) => found == shared,
                _ => false,
            }
        })
    }

    /// Whether operations may try an instance out of AWS's reach, and fail of it, so that it may be forgotten.
    fn is_tried(&self, key: &InstanceKey, before: &ObservedStackSet) -> bool {
        let may_go = !self.set.permission.is_service_managed() && self.set.on_leave.is_some();
        let tried = |found: &ObservedInstance| match found.status {
            InstanceStatus::Outdated => true,
            InstanceStatus::Current => !self.says(&before.definition),
            _ => false,
        };
        may_go && before.instances.get(key).is_some_and(tried)
    }

    /// What is not as it should be when everything was done; `before` is what was there at first.
    pub(super) fn wrong(&self, there: &ObservedStackSet, before: Option<&ObservedStackSet>) -> Vec<String> {
        let mut wrong = Vec::new();
        if !self.says(&there.definition) || !self.switches(&there.definition) {
            wrong.push(format!("the definition is {:?}", there.definition));
        }
        for key in self.cells.keys() {
            match there.instances.get(key) {
                None => wrong.push(format!("{key} is missing")),
                Some(found) if self.is_right(key, found) || is_stuck(found) => {}
                Some(found) => wrong.push(format!(
                    "{key} is {found:?}, should have {:?}",
                    self.cells.get(key)
                )),
            }
        }
        for (key, found) in &there.instances {
            let meant = self.cells.contains_key(key) || self.spared.contains(key);
            let stays =
                self.set.on_leave == Some(OnLeave::Delete) && found.status == InstanceStatus::Inoperable;
            if !meant && !stays {
                wrong.push(format!("{key} is there and should not be"));
            }
        }
        for key in &self.spared {
            let has = |set: &ObservedStackSet| set.instances.contains_key(key);
            // A call on the whole unit lists them as skipped (reference §4.3).
            let skipped =
                |found: &ObservedInstance| found.detailed == DetailedStatus::SkippedSuspendedAccount;
            let listed =
                self.set.permission.is_service_managed() && there.instances.get(key).is_some_and(skipped);
            let forgotten =
                !there.instances.contains_key(key) && before.is_some_and(|set| self.is_tried(key, set));
            if has(there) != before.is_some_and(has) && !listed && !forgotten {
                wrong.push(format!("{key} is in an account that nothing is done in"));
            }
        }
        wrong
    }
}

/// Only a hand gets such an instance out (reference §4.3).
fn is_stuck(found: &ObservedInstance) -> bool {
    let failed = matches!(
        found.detailed,
        DetailedStatus::Inoperable | DetailedStatus::FailedImport
    );
    found.status == InstanceStatus::Inoperable || failed
}

/// What is not as the manifest says, over all StackSets.
pub(super) fn wrong(desired: &Desired, there: &Observed, before: &Observed) -> Vec<String> {
    let mut all = Vec::new();
    for set in desired.stack_sets.values() {
        let found = there.stack_sets.get(&set.aws_name);
        let wrong = found.map(|found| should(set, there).wrong(found, before.stack_sets.get(&set.aws_name)));
        let wrong = wrong.unwrap_or_else(|| vec!["it is not there".to_owned()]);
        all.extend(
            wrong
                .into_iter()
                .map(|what| format!("{}: {what}", set.name.value)),
        );
    }
    for removal in desired.removed.values() {
        let left = there
            .stack_sets
            .get(&removal.aws_name)
            .into_iter()
            .flat_map(|set| set.instances.values());
        let stuck =
            left.clone().count() > 0 && left.clone().all(|it| it.status == InstanceStatus::Inoperable);
        if there.stack_sets.contains_key(&removal.aws_name) && !stuck {
            all.push(format!("{}: it is still there", removal.name.value));
        }
    }
    all
}
