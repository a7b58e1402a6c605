//! [`WorldFile`] to [`World`]: names become ids, what is left out gets its default, what cannot be is a mistake.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::diagnostic::Diagnostic;
use model::ids::{OrganizationId, UnitId};

use super::format::{KnobsEntry, WorldFile};
use super::parse::Mistakes;
use super::units::Units;
use super::{accounts, storage};
use crate::account;
use crate::world::{Bucket, Knobs, OrganizationState, StoredObject, World};

/// The moment that it is in a world that does not say.
const NOW: &str = "2026-01-05T09:00:00Z";
/// The organization's id in a world that does not say.
const ORGANIZATION: &str = "o-simulated0";
/// The root's id in a world that does not say.
const ROOT: &str = "r-sim0";

/// The world; none when there is too little to make one.
///
/// What is only missing because its own entry has a mistake is not missed a second time.
pub(super) fn world(
    file: &WorldFile,
    mistakes: &mut Mistakes<'_>,
    load: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Option<World> {
    let now = now(file, mistakes);
    let objects = storage::objects(file, mistakes, load);
    let Some(organization) = &file.organization else {
        if mistakes.is_empty() {
            let missing = Diagnostic::error("E0250", "the world has no `[organization]`");
            let help = "add: [organization]\nmanagement_account = \"100000000000\"";
            mistakes.add(0..0, missing.help(help));
        }
        return None;
    };
    let written_root = organization.root.as_ref().map(|root| root.get_ref().clone());
    let root = written_root.or_else(|| UnitId::parse(ROOT).ok())?;
    let units = Units::read(&file.units.right, root, mistakes);
    let accounts = accounts::read(file, &units, now.unwrap_or_default(), mistakes);
    accounts::check(file, organization, &accounts, mistakes);
    let id = organization
        .id
        .clone()
        .or_else(|| OrganizationId::parse(ORGANIZATION).ok())?;
    let management = organization.management_account.get_ref();
    let buckets = storage::buckets(file, management, mistakes);
    let organization = OrganizationState {
        id,
        root: units.root.clone(),
        management_account: management.clone(),
        units: units.states.clone(),
        accounts,
        service_access: service_access(file, now.unwrap_or_default()),
        in_creation: BTreeMap::new(),
        tags: accounts::tags(file, &units),
    };
    let mut world = assemble(file, now?, organization, (buckets, objects));
    scenario(file, &mut world, mistakes);
    Some(world)
}

fn assemble(
    file: &WorldFile,
    now: Timestamp,
    organization: OrganizationState,
    (buckets, objects): (BTreeMap<String, Bucket>, BTreeMap<String, StoredObject>),
) -> World {
    let management_account = &organization.management_account;
    let delegates = file.delegated_administrators.right.iter();
    World {
        now,
        seed: file.seed.unwrap_or_default(),
        draws: 0,
        partition: "aws".to_owned(),
        caller: file.caller.clone().unwrap_or_else(|| management_account.clone()),
        roles: accounts::roles(&file.accounts.right, management_account),
        organization,
        organizations_access: file.organizations_access.unwrap_or(true),
        delegated_administrators: delegates.map(|id| id.get_ref().clone()).collect(),
        stack_sets: BTreeMap::new(),
        stacks: BTreeMap::new(),
        taken_names: BTreeMap::new(),
        templates: BTreeMap::new(),
        account_gates: file.account_gates.right.clone(),
        drifts: file.drifts.right.clone(),
        opt_in_regions: accounts::opt_in_regions(file),
        buckets,
        objects,
        parameters: storage::parameters(file, now),
        failures: file.failures.right.clone(),
        faults: Vec::new(),
        delayed: Vec::new(),
        actors: Vec::new(),
        timing: file.timing.clone().unwrap_or_default(),
        quotas: file.quotas.unwrap_or_default(),
        at_work: BTreeMap::new(),
        knobs: knobs(file),
        agenda: BTreeSet::new(),
        log: Vec::new(),
    }
}

fn knobs(file: &WorldFile) -> Knobs {
    match file.knobs {
        None => Knobs::default(),
        Some(KnobsEntry::Drawn) => Knobs::drawn(file.seed.unwrap_or_default()),
        Some(KnobsEntry::Chosen(knobs)) => knobs,
    }
}

/// Services with trusted access. A world that does not say lets Account Management in, which is asked about opt-in Regions.
fn service_access(file: &WorldFile, now: Timestamp) -> BTreeMap<String, Timestamp> {
    let usual = || vec![account::PRINCIPAL.to_owned()];
    let principals = file.service_access.clone().unwrap_or_else(usual);
    principals.into_iter().map(|principal| (principal, now)).collect()
}

/// What goes wrong, and who else acts.
fn scenario(file: &WorldFile, world: &mut World, mistakes: &mut Mistakes<'_>) {
    for entry in &file.faults.right {
        if let Err(reason) = world.add_fault(entry.get_ref()) {
            mistakes.wrong(entry, "E0151", &reason);
        }
    }
    for entry in &file.actors.right {
        if let Err(reason) = world.add_actor(entry.get_ref()) {
            mistakes.wrong(entry, "E0151", &reason);
        }
    }
}

fn now(file: &WorldFile, mistakes: &mut Mistakes<'_>) -> Option<Timestamp> {
    let Some(written) = &file.now else {
        return NOW.parse().ok();
    };
    let parsed = written.get_ref().to_string().parse();
    if parsed.is_err() {
        let message = format!("`{}` is not a moment", written.get_ref());
        let help = "give date, time and offset: now = 2026-01-05T09:00:00Z";
        mistakes.add(written.span(), Diagnostic::error("E0151", message).help(help));
    }
    parsed.ok()
}
