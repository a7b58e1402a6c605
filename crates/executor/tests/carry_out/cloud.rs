//! A small AWS: StackSets with one slot each, operations that take a minute, and answers to calls.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::call::{
    AlarmState, Call, CallError, CallErrorKind, InstanceResult, Reply, ResultStatus, StackSetRef, Write,
    WriteCall,
};
use model::definition::Definition;
use model::ids::{AccountId, OperationId, OrganizationId, StackSetId, StackSetName, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{Identity, ObservedInstance, OperationAction, OperationStatus, OperationSummary};
use model::organization::{Account, AccountState, Organization};
use model::targets::CallTargets;

use crate::plans::{ADMIN, account, definition, described, name, rectangle, set_id, start};

/// How AWS answers an id that it has seen: it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replay {
    SameAnswer,
    AlreadyExists,
    InProgress,
    Stale,
}

#[derive(Debug, Clone)]
pub(crate) struct Cloud {
    pub(crate) now: Timestamp,
    pub(crate) identity: AccountId,
    pub(crate) organization: Organization,
    pub(crate) sets: BTreeMap<StackSetName, Set>,
    pub(crate) replay: Replay,
    /// How long an operation takes.
    pub(crate) seconds: i64,
    /// How operations end; a success if not here.
    pub(crate) endings: BTreeMap<OperationId, Ending>,
    /// Writes that were carried out: time, StackSet, API.
    pub(crate) written: Vec<(Timestamp, StackSetName, &'static str)>,
    /// Lists show nothing that is younger than this.
    pub(crate) lag: i64,
    /// So many reads of instances show none yet.
    pub(crate) late_reads: u32,
    /// So many reads of an ended operation's results show none yet.
    pub(crate) late_results: u32,
    /// Lists show what others did as running for ever.
    pub(crate) stuck: bool,
    /// States of alarms.
    pub(crate) alarms: BTreeMap<String, AlarmState>,
}

#[derive(Debug, Clone)]
pub(crate) struct Ending {
    pub(crate) status: OperationStatus,
    pub(crate) failed: BTreeMap<InstanceKey, (ResultStatus, &'static str)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) id: StackSetId,
    pub(crate) definition: Definition,
    pub(crate) instances: BTreeMap<InstanceKey, ObservedInstance>,
    /// Oldest first.
    pub(crate) operations: Vec<Started>,
}

#[derive(Debug, Clone)]
pub(crate) struct Started {
    pub(crate) summary: OperationSummary,
    write: Option<Write>,
    keys: BTreeSet<InstanceKey>,
    ends: Timestamp,
    results: Vec<InstanceResult>,
}

pub(crate) fn no(api: &'static str, kind: CallErrorKind) -> CallError {
    CallError {
        api,
        kind,
        code: None,
        message: format!("{kind:?}"),
    }
}

pub(crate) fn instance(status: InstanceStatus) -> ObservedInstance {
    ObservedInstance {
        status,
        detailed: DetailedStatus::Succeeded,
        reason: None,
        unit: None,
        last_operation: None,
        overrides: None,
    }
}

impl Cloud {
    pub(crate) fn new() -> Self {
        let root = UnitId::parse("r-aaaa").unwrap();
        let member = |n: u64| Account {
            tags: BTreeMap::new(),
            name: format!("account-{n}"),
            email: String::new(),
            state: AccountState::Active,
            parent: root.clone(),
        };
        let mut accounts: BTreeMap<_, _> = (1..=5).map(|n| (account(n), member(n))).collect();
        accounts.insert(AccountId::parse(ADMIN).unwrap(), member(0));
        Self {
            now: start(),
            identity: AccountId::parse(ADMIN).unwrap(),
            organization: Organization {
                id: OrganizationId::parse("o-aaaaaaaaaa").unwrap(),
                root: root.clone(),
                management_account: AccountId::parse(ADMIN).unwrap(),
                units: BTreeMap::new(),
                accounts,
            },
            sets: BTreeMap::new(),
            replay: Replay::AlreadyExists,
            seconds: 60,
            endings: BTreeMap::new(),
            written: Vec::new(),
            lag: 0,
            late_reads: 0,
            late_results: 0,
            stuck: false,
            alarms: BTreeMap::new(),
        }
    }

    /// A StackSet that is there before the plan, with one operation in its past.
    pub(crate) fn add(&mut self, set: &str, template: &str, accounts: &[u64]) {
        let there = |key| (key, instance(InstanceStatus::Current));
        let made = Set {
            id: set_id(set),
            definition: definition(template),
            instances: rectangle(accounts).keys().map(there).collect(),
            operations: Vec::new(),
        };
        self.sets.insert(name(set), made);
        self.foreign(set, "past", -3600);
        self.arrive(start());
    }

    /// Somebody else's operation, which touches nothing and ends after some seconds.
    pub(crate) fn foreign(&mut self, set: &str, id: &str, seconds: i64) {
        let now = self.now;
        if let Some(set) = self.sets.get_mut(&name(set)) {
            set.begin(
                OperationId::parse(id).unwrap(),
                None,
                BTreeSet::new(),
                (now, seconds),
            );
        }
    }

    /// Whether an operation holds the StackSet now.
    pub(crate) fn is_held(&self, set: &StackSetName) -> bool {
        self.sets.get(set).is_some_and(Set::is_held)
    }

    /// Time passes; what is due ends.
    pub(crate) fn arrive(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        for set in self.sets.values_mut() {
            set.end_what_is_due(self.now, &self.endings);
        }
    }

    pub(crate) fn answer(&mut self, call: &Call) -> Result<Reply, CallError> {
        match call {
            Call::Identity => Ok(Reply::Identity(Identity {
                account: self.identity.clone(),
                arn: "arn:aws:iam::x".to_owned(),
            })),
            Call::Organization => Ok(Reply::Organization(Box::new(self.organization.clone()))),
            Call::Definition(set) => {
                let found = self.sets.get(set);
                Ok(Reply::Definition(found.map(|set| Box::new(described(set)))))
            }
            Call::Alarms(_) => Ok(Reply::Alarms(self.alarms.clone())),
            Call::Operations(id) => self.list(id),
            Call::Operation(id, operation) => {
                let found = self.by_id(id)?.find(operation).map(|found| &found.summary);
                Ok(Reply::Operation(found.cloned().map(Box::new)))
            }
            Call::Results(id, operation) => {
                let Some(found) = self.by_id(id)?.find(operation) else {
                    return Ok(Reply::Results(Vec::new()));
                };
                let results = found.results.clone();
                if found.summary.status.is_terminal() && self.late_results > 0 {
                    self.late_results -= 1;
                    return Ok(Reply::Results(Vec::new()));
                }
                Ok(Reply::Results(results))
            }
            Call::Instances(_) if self.late_reads > 0 => {
                self.late_reads -= 1;
                Ok(Reply::Instances(BTreeMap::new()))
            }
            Call::Instances(id) => Ok(Reply::Instances(self.by_id(id)?.instances.clone())),
            Call::DetectDrift(wanted) => self.detect(wanted),
            Call::Write(write) => self.write(write),
        }
    }

    /// Newest first, and late.
    fn list(&self, id: &StackSetId) -> Result<Reply, CallError> {
        let shown = self.now.as_second() - self.lag;
        let mut list = Vec::new();
        for started in self.by_id(id)?.operations.iter().rev() {
            let mut summary = started.summary.clone();
            if self.stuck && !summary.id.is_ours() {
                summary.status = OperationStatus::Running;
            }
            if summary.created_at.is_some_and(|at| at.as_second() <= shown) {
                list.push(summary);
            }
        }
        Ok(Reply::Operations(list))
    }

    fn by_id(&self, id: &StackSetId) -> Result<&Set, CallError> {
        let found = self.sets.values().find(|set| set.id == *id);
        found.ok_or_else(|| no("Read", CallErrorKind::NotFound))
    }

    fn write(&mut self, call: &WriteCall) -> Result<Reply, CallError> {
        let api = call.write.api();
        let set_name = match &call.stack_set {
            StackSetRef::Name(name) => name.clone(),
            StackSetRef::Id(id) => name(id.name()),
        };
        if let Write::CreateStackSet { definition, .. } = &call.write {
            return self.create(api, &set_name, definition);
        }
        let replay = self.replay;
        let set = self
            .sets
            .get_mut(&set_name)
            .ok_or_else(|| no(api, CallErrorKind::NotFound))?;
        if let Some(id) = call.operation_id.as_ref().filter(|id| set.find(id).is_some()) {
            return match replay {
                Replay::SameAnswer => Ok(Reply::Started(id.clone())),
                Replay::AlreadyExists => Err(no(api, CallErrorKind::OperationIdExists)),
                Replay::InProgress => Err(no(api, CallErrorKind::OperationInProgress)),
                Replay::Stale => Err(no(api, CallErrorKind::StaleRequest)),
            };
        }
        if set.is_held() {
            return Err(no(api, CallErrorKind::OperationInProgress));
        }
        self.written.push((self.now, set_name.clone(), api));
        let Some(id) = call.operation_id.clone() else {
            if !set.instances.is_empty() {
                return Err(no(api, CallErrorKind::NotEmpty));
            }
            self.sets.remove(&set_name);
            return Ok(Reply::Done);
        };
        set.start(&id, &call.write, self.now, self.seconds);
        Ok(Reply::Started(id))
    }

    fn create(
        &mut self,
        api: &'static str,
        set: &StackSetName,
        says: &Definition,
    ) -> Result<Reply, CallError> {
        if self.sets.contains_key(set) {
            return Err(no(api, CallErrorKind::NameExists));
        }
        self.written.push((self.now, set.clone(), api));
        let made = Set {
            id: set_id(set.as_str()),
            definition: says.clone(),
            instances: BTreeMap::new(),
            operations: Vec::new(),
        };
        self.sets.insert(set.clone(), made);
        Ok(Reply::Created(set_id(set.as_str())))
    }
}

impl Set {
    pub(crate) fn find(&self, id: &OperationId) -> Option<&Started> {
        self.operations.iter().find(|started| started.summary.id == *id)
    }

    pub(crate) fn is_held(&self) -> bool {
        self.operations
            .iter()
            .any(|started| !started.summary.status.is_terminal())
    }

    pub(crate) fn begin(
        &mut self,
        id: OperationId,
        write: Option<Write>,
        keys: BTreeSet<InstanceKey>,
        (now, seconds): (Timestamp, i64),
    ) {
        let action = match write {
            Some(Write::CreateStackInstances { .. }) => OperationAction::Create,
            Some(Write::DeleteStackInstances { .. }) => OperationAction::Delete,
            _ => OperationAction::Update,
        };
        let second = |second: i64| Timestamp::from_second(second).unwrap();
        let created = now.as_second() + seconds.min(0);
        let pending = |key: &InstanceKey| InstanceResult {
            key: key.clone(),
            status: ResultStatus::Running,
            reason: None,
        };
        self.operations.push(Started {
            summary: OperationSummary {
                id,
                action,
                status: OperationStatus::Running,
                reason: None,
                created_at: Some(second(created)),
                ended_at: None,
                failed_instances: 0,
                preferences: None,
            },
            results: keys.iter().map(pending).collect(),
            write,
            keys,
            ends: second(now.as_second() + seconds),
        });
    }

    fn start(&mut self, id: &OperationId, write: &Write, now: Timestamp, seconds: i64) {
        let targets = match write {
            Write::UpdateStackSet(update) => {
                self.definition = update.definition.clone();
                for instance in self.instances.values_mut() {
                    instance.status = InstanceStatus::Outdated;
                }
                &update.targets
            }
            Write::CreateStackInstances { targets, .. }
            | Write::UpdateStackInstances { targets, .. }
            | Write::DeleteStackInstances { targets, .. } => targets,
            Write::CreateStackSet { .. } | Write::DeleteStackSet => return,
        };
        let keys = match targets {
            CallTargets::Accounts { accounts, regions } => accounts
                .iter()
                .flat_map(|account| {
                    regions.iter().map(|region| InstanceKey {
                        account: account.clone(),
                        region: region.clone(),
                    })
                })
                .collect(),
            _ => self.instances.keys().cloned().collect(),
        };
        self.begin(id.clone(), Some(write.clone()), keys, (now, seconds));
    }

    fn end_what_is_due(&mut self, now: Timestamp, endings: &BTreeMap<OperationId, Ending>) {
        for started in &mut self.operations {
            if !started.summary.status.is_terminal() && started.ends <= now {
                started.end(endings.get(&started.summary.id), &mut self.instances);
            }
        }
    }
}

impl Started {
    fn end(&mut self, ending: Option<&Ending>, instances: &mut BTreeMap<InstanceKey, ObservedInstance>) {
        self.summary.status = ending.map_or(OperationStatus::Succeeded, |ending| ending.status.clone());
        self.summary.ended_at = Some(self.ends);
        self.results.clear();
        let deletes = matches!(self.write, Some(Write::DeleteStackInstances { .. }));
        for key in &self.keys {
            let failed = ending.and_then(|ending| ending.failed.get(key));
            match (failed.is_some(), deletes) {
                (false, true) => drop(instances.remove(key)),
                (false, false) => drop(instances.insert(key.clone(), instance(InstanceStatus::Current))),
                (true, true) => {}
                (true, false) => drop(instances.insert(key.clone(), instance(InstanceStatus::Outdated))),
            }
            let skipped = failed.is_some_and(|(_, reason)| reason.contains("suspended"));
            self.summary.failed_instances += u64::from(failed.is_some() && !skipped);
            self.results.push(InstanceResult {
                key: key.clone(),
                status: failed.map_or(ResultStatus::Succeeded, |(status, _)| status.clone()),
                reason: failed.map(|(_, reason)| (*reason).to_owned()),
            });
        }
    }
}
