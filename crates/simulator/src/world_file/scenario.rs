//! `[[fault]]` and `[[actor]]`, as they are written by hand and as the admin endpoint takes them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use model::ids::{AccountId, Region, UnitId};
use serde::Deserialize;

use crate::world::{Actor, Deed, Fault, FaultKind, ForeignCall, OrganizationState, World};

/// `[[fault]]`; moments are seconds of world time from the beginning.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultEntry {
    kind: Kind,
    seconds: Option<u64>,
    service: Option<String>,
    action: Option<String>,
    stack_set: Option<String>,
    account: Option<AccountId>,
    from: Option<u64>,
    until: Option<u64>,
    #[serde(default)]
    after: u64,
    times: Option<u64>,
    probability: Option<f64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Throttle,
    ErrorBefore,
    ErrorAfter,
    LostResponse,
    LostRequest,
    DelayedRequest,
    StaleList,
    ExpiredCredentials,
    AccessDenied,
    Hang,
    MalformedBody,
    TruncatedBody,
}

impl FaultEntry {
    /// The fault in a world that begins, or is, at this moment.
    pub(crate) fn fault(&self, now: Timestamp) -> Result<Fault, String> {
        if self
            .probability
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance))
        {
            return Err("`probability` is from 0 to 1".to_owned());
        }
        let moment = |seconds: Option<u64>| seconds.map(|seconds| after(now, seconds)).transpose();
        Ok(Fault {
            service: self.service.clone(),
            action: self.action.clone(),
            stack_set: self.stack_set.clone(),
            account: self.account.clone(),
            from: moment(self.from)?,
            until: moment(self.until)?,
            after: self.after,
            times: self.times,
            probability: self.probability,
            ..Fault::new(self.kind()?)
        })
    }

    fn kind(&self) -> Result<FaultKind, String> {
        let seconds = || self.seconds.ok_or("this kind of fault needs `seconds`");
        let kind = match self.kind {
            Kind::DelayedRequest => {
                return Ok(FaultKind::DelayedRequest { seconds: seconds()? });
            }
            Kind::StaleList => return Ok(FaultKind::StaleList { seconds: seconds()? }),
            Kind::Hang => {
                return Ok(FaultKind::Hang {
                    seconds: self.seconds,
                });
            }
            Kind::Throttle => FaultKind::Throttle,
            Kind::ErrorBefore => FaultKind::ErrorBefore,
            Kind::ErrorAfter => FaultKind::ErrorAfter,
            Kind::LostResponse => FaultKind::LostResponse,
            Kind::LostRequest => FaultKind::LostRequest,
            Kind::ExpiredCredentials => FaultKind::ExpiredCredentials,
            Kind::AccessDenied => FaultKind::AccessDenied,
            Kind::MalformedBody => FaultKind::MalformedBody,
            Kind::TruncatedBody => FaultKind::TruncatedBody,
        };
        match self.seconds {
            Some(_) => Err("this kind of fault has no `seconds`".to_owned()),
            None => Ok(kind),
        }
    }
}

/// `[[actor]]`; moments are seconds of world time from the beginning.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActorEntry {
    name: Option<String>,
    #[serde(default)]
    at: u64,
    every: Option<u64>,
    times: Option<u64>,
    does: Does,
    action: Option<String>,
    #[serde(default)]
    inputs: BTreeMap<String, Input>,
    caller: Option<AccountId>,
    region: Option<Region>,
    account: Option<AccountId>,
    account_name: Option<String>,
    to: Option<String>,
    stack_set: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Does {
    Call,
    MoveAccount,
    JoinAccount,
    RemoveAccount,
    SuspendAccount,
    ReinstateAccount,
    HangOperations,
    StopOperations,
}

/// An input of a call: a text, or a list or structure of inputs.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Input {
    Text(String),
    Flag(bool),
    Number(i64),
    List(Vec<Input>),
    Structure(BTreeMap<String, Input>),
}

impl ActorEntry {
    /// The actor in a world of this organization that begins, or is, at this moment.
    pub(crate) fn actor(&self, now: Timestamp, organization: &OrganizationState) -> Result<Actor, String> {
        if self.times.is_some() && self.every.is_none() {
            return Err("`times` needs `every`".to_owned());
        }
        let does = self.deed(organization)?;
        Ok(Actor {
            name: self.name.clone().unwrap_or_else(|| does.word().to_owned()),
            next: Some(after(now, self.at)?).filter(|_| self.times != Some(0)),
            every: self.every,
            times: self.times,
            does,
        })
    }

    fn deed(&self, organization: &OrganizationState) -> Result<Deed, String> {
        Ok(match self.does {
            Does::Call => Deed::Call(self.call()?),
            Does::MoveAccount => Deed::MoveAccount {
                account: needed(self.account.as_ref(), "account")?,
                to: self.unit(organization)?,
            },
            Does::JoinAccount => Deed::JoinAccount {
                account: needed(self.account.as_ref(), "account")?,
                name: needed(self.account_name.as_ref(), "account_name")?,
                to: self.unit(organization)?,
            },
            Does::RemoveAccount => Deed::RemoveAccount {
                account: needed(self.account.as_ref(), "account")?,
            },
            Does::SuspendAccount => Deed::SuspendAccount {
                account: needed(self.account.as_ref(), "account")?,
            },
            Does::ReinstateAccount => Deed::ReinstateAccount {
                account: needed(self.account.as_ref(), "account")?,
            },
            Does::HangOperations => Deed::HangOperations {
                stack_set: needed(self.stack_set.as_ref(), "stack_set")?,
            },
            Does::StopOperations => Deed::StopOperations {
                stack_set: needed(self.stack_set.as_ref(), "stack_set")?,
            },
        })
    }

    fn call(&self) -> Result<ForeignCall, String> {
        let mut inputs = BTreeMap::new();
        if let Some(stack_set) = &self.stack_set {
            inputs.insert("StackSetName".to_owned(), stack_set.clone());
        }
        for (name, input) in &self.inputs {
            input.flatten(name, &mut inputs);
        }
        Ok(ForeignCall {
            action: needed(self.action.as_ref(), "action")?,
            inputs,
            caller: self.caller.clone(),
            region: self.region.clone(),
        })
    }

    fn unit(&self, organization: &OrganizationState) -> Result<UnitId, String> {
        let to = needed(self.to.as_ref(), "to")?;
        unit_at(organization, &to).ok_or_else(|| format!("no unit `{to}` in the world"))
    }
}

impl Input {
    /// The input as a form has it: `A.member.1`, `A.B`.
    fn flatten(&self, name: &str, form: &mut BTreeMap<String, String>) {
        match self {
            Self::Text(text) => {
                form.insert(name.to_owned(), text.clone());
            }
            Self::Flag(flag) => {
                form.insert(name.to_owned(), flag.to_string());
            }
            Self::Number(number) => {
                form.insert(name.to_owned(), number.to_string());
            }
            Self::List(items) if items.is_empty() => {
                form.insert(name.to_owned(), String::new());
            }
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.flatten(&format!("{name}.member.{}", index + 1), form);
                }
            }
            Self::Structure(members) => {
                for (member, input) in members {
                    input.flatten(&format!("{name}.{member}"), form);
                }
            }
        }
    }
}

/// The unit of an id or of a path from the root.
fn unit_at(organization: &OrganizationState, text: &str) -> Option<UnitId> {
    if let Ok(id) = UnitId::parse(text) {
        let known = id == organization.root || organization.units.contains_key(&id);
        return known.then_some(id);
    }
    let below_root = text
        .strip_prefix("Root/")
        .unwrap_or(if text == "Root" { "" } else { text });
    let mut at = organization.root.clone();
    for name in below_root.split('/').filter(|name| !name.is_empty()) {
        let mut units = organization.units.iter();
        let below = units.find(|(_, unit)| unit.parent == at && unit.name == name);
        at = below.map(|(id, _)| id.clone())?;
    }
    Some(at)
}

fn needed<T: Clone>(value: Option<&T>, name: &str) -> Result<T, String> {
    value.cloned().ok_or_else(|| format!("this actor needs `{name}`"))
}

fn after(now: Timestamp, seconds: u64) -> Result<Timestamp, String> {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    now.checked_add(SignedDuration::from_secs(seconds))
        .map_err(|_| "that is too far away in time".to_owned())
}

impl World {
    /// Adds a fault as it is written by hand, on the time of now.
    pub(crate) fn add_fault(&mut self, entry: &FaultEntry) -> Result<(), String> {
        self.faults.push(entry.fault(self.now)?);
        Ok(())
    }

    /// Adds an actor as it is written by hand, on the time of now.
    pub(crate) fn add_actor(&mut self, entry: &ActorEntry) -> Result<(), String> {
        self.actors.push(entry.actor(self.now, &self.organization)?);
        Ok(())
    }
}
