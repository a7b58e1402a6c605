//! Values of some instances alone: which override gives what to whom.
//!
//! The most specific override wins, parameter by parameter: by its name or id an account is meant more specifically than by a
//! pattern or a tag, those more than by a unit, a deeper unit more than one above it; then one with Regions wins over one
//! without. The order in the file never decides (decision 9).

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::desired::{AccountField, DesiredStackSet, Parameter, Source};
use model::diagnostic::{Diagnostic, Span};
use model::ids::{AccountId, Region};
use model::instance::InstanceKey;
use model::observed::ObservedStackSet;
use template::Template;

use crate::context::Context;
use crate::definition::Effective;
use crate::resolve::Rank;
use crate::values::{Written, strangers};

mod findings;
mod sets;

pub(crate) use findings::Findings;
pub(crate) use sets::{Values, ValuesId};

/// What the plan calls the StackSet's own parameters when they give each account a value.
const PARAMETERS: &str = "parameters";

/// One override, or the StackSet's parameters that have a value for each account.
pub(crate) struct Given<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: &'a Span,
    /// Whether it is the StackSet's own parameters.
    everyone: bool,
    /// Every Region when it is empty.
    regions: BTreeSet<&'a Region>,
    pub(crate) values: BTreeMap<&'a str, GivenValue<'a>>,
}

/// One value of an override.
pub(crate) struct GivenValue<'a> {
    pub(crate) parameter: &'a Parameter,
    worth: Worth,
}

enum Worth {
    /// The same for everybody.
    Shared(ParameterValue),
    /// Each account has its own.
    Own,
    /// Whatever the instance has.
    Kept,
}

/// The overrides in the manifest's order, the StackSet's own parameters last. Nothing when a value cannot be taken.
pub(crate) fn given<'a>(
    context: &Context<'a>,
    set: &'a DesiredStackSet,
    template: &Template,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Given<'a>>> {
    let before = diagnostics.len();
    let mut all = Vec::new();
    for own in &set.overrides {
        diagnostics.extend(strangers(template, own.parameters.iter()));
        all.push(Given {
            name: &own.name.value,
            span: &own.span,
            everyone: false,
            regions: own.regions.iter().map(|region| &region.value).collect(),
            values: values(context, set, template, (&own.parameters, diagnostics)),
        });
    }
    let each: BTreeMap<_, _> = set
        .parameters
        .iter()
        .filter(|(name, value)| {
            value.source.value.is_per_account() && template.parameters.contains_key(*name)
        })
        .map(|(name, parameter)| {
            let worth = Worth::Own;
            (name.as_str(), GivenValue { parameter, worth })
        })
        .collect();
    if !each.is_empty() {
        all.push(Given {
            name: PARAMETERS,
            span: &set.name.span,
            everyone: true,
            regions: BTreeSet::new(),
            values: each,
        });
    }
    (!diagnostics.iter().skip(before).any(Diagnostic::is_error)).then_some(all)
}

fn values<'a>(
    context: &Context<'a>,
    set: &'a DesiredStackSet,
    template: &Template,
    (given, diagnostics): (&'a BTreeMap<String, Parameter>, &mut Vec<Diagnostic>),
) -> BTreeMap<&'a str, GivenValue<'a>> {
    let mut values = BTreeMap::new();
    for (name, parameter) in given {
        let Some(declared) = template.parameters.get(name) else {
            continue;
        };
        let written = Written {
            context,
            set,
            name,
            declared,
            given: parameter,
        };
        let worth = match (written.shared(), &parameter.source.value) {
            (Some(Ok(value)), _) => Worth::Shared(value),
            (Some(Err(wrong)), _) => {
                diagnostics.push(*wrong);
                continue;
            }
            (None, Source::Keep) => Worth::Kept,
            (None, _) => Worth::Own,
        };
        values.insert(name.as_str(), GivenValue { parameter, worth });
    }
    values
}

/// Chooses the values of one instance.
pub(crate) struct Chooser<'a, 'c> {
    pub(crate) context: &'c Context<'a>,
    pub(crate) set: &'a DesiredStackSet,
    pub(crate) observed: Option<&'a ObservedStackSet>,
    pub(crate) effective: &'c Effective,
    pub(crate) given: &'c [Given<'a>],
}

/// What was chosen for one instance.
#[derive(Default)]
pub(crate) struct Choice<'a> {
    /// The values, each with the override that gives it.
    pub(crate) values: BTreeMap<&'a str, (ParameterValue, usize)>,
    /// Parameters that two overrides set equally specifically to different values.
    pub(crate) ties: Vec<Tie<'a>>,
    /// Why an account has no value of its own, by override and parameter.
    pub(crate) lacking: Vec<((usize, &'a str), Lack)>,
}

/// A parameter with two overrides that disagree, by their numbers.
pub(crate) type Tie<'a> = (&'a str, usize, usize);

/// Why an account has no value.
pub(crate) enum Lack {
    /// It has no such tag or property.
    Missing,
    /// The template does not take the value.
    Refused(Box<Diagnostic>),
}

impl<'a> Chooser<'a, '_> {
    /// Whether the choice for an account can be another one than for its neighbours that are meant alike.
    pub(crate) fn is_individual(&self, ranks: &[Option<Rank>]) -> bool {
        let met = self.given.iter().zip(ranks).filter(|(_, rank)| rank.is_some());
        met.flat_map(|(given, _)| given.values.values())
            .any(|value| !matches!(value.worth, Worth::Shared(_)))
    }

    /// Whether an account has the same values wherever the same overrides are about the Region. Not with kept ones: those are
    /// each instance's own.
    pub(crate) fn is_alike_in_regions(&self) -> bool {
        let mut values = self.given.iter().flat_map(|given| given.values.values());
        !values.any(|value| matches!(value.worth, Worth::Kept))
    }

    /// The values of an instance. `ranks` says how specifically each override means the account.
    pub(crate) fn choose(&self, account: &AccountId, region: &Region, ranks: &[Option<Rank>]) -> Choice<'a> {
        let mut best: BTreeMap<&str, ((Rank, bool), Vec<usize>)> = BTreeMap::new();
        for (number, (given, rank)) in self.given.iter().zip(ranks).enumerate() {
            let Some(rank) = rank.filter(|_| given.is_in(region)) else {
                continue;
            };
            let key = (rank, !given.regions.is_empty());
            for name in given.values.keys().copied() {
                let entry = best.entry(name).or_insert((key, Vec::new()));
                if key > entry.0 {
                    *entry = (key, Vec::new());
                }
                if key == entry.0 {
                    entry.1.push(number);
                }
            }
        }
        let mut choice = Choice::default();
        for (name, (_, numbers)) in best {
            self.settle(&mut choice, name, &numbers, (account, region));
        }
        choice
    }

    /// Takes the value that equally specific overrides agree on.
    fn settle(
        &self,
        choice: &mut Choice<'a>,
        name: &'a str,
        numbers: &[usize],
        place: (&AccountId, &Region),
    ) {
        let mut first: Option<(Option<ParameterValue>, usize)> = None;
        for number in numbers {
            let given = self.given.get(*number);
            let Some(value) = given.and_then(|given| given.values.get(name)) else {
                continue;
            };
            match (self.worth(name, value, place), &first) {
                (Err(lack), _) => choice.lacking.push(((*number, name), lack)),
                (Ok(worth), None) => first = Some((worth, *number)),
                (Ok(worth), Some((other, before))) if worth != *other => {
                    choice.ties.push((name, *before, *number));
                }
                (Ok(_), Some(_)) => {}
            }
        }
        if let Some((Some(value), number)) = first {
            choice.values.insert(name, (value, number));
        }
    }

    /// The value for one instance; none when it has the StackSet's.
    fn worth(
        &self,
        name: &str,
        value: &GivenValue<'a>,
        (account, region): (&AccountId, &Region),
    ) -> Result<Option<ParameterValue>, Lack> {
        match &value.worth {
            Worth::Shared(value) => Ok(Some(value.clone())),
            Worth::Kept => Ok(self
                .has(name, account, region)
                .then_some(ParameterValue::Previous)),
            Worth::Own => {
                let text = self
                    .own(&value.parameter.source.value, account)
                    .ok_or(Lack::Missing)?;
                let declared = self
                    .effective
                    .template
                    .parameters
                    .get(name)
                    .ok_or(Lack::Missing)?;
                let written = Written {
                    context: self.context,
                    set: self.set,
                    name,
                    declared,
                    given: value.parameter,
                };
                written.own(&text).map(Some).map_err(Lack::Refused)
            }
        }
    }

    /// Whether an instance has an override already, or may have one that was not read.
    fn has(&self, name: &str, account: &AccountId, region: &Region) -> bool {
        let key = InstanceKey {
            account: account.clone(),
            region: region.clone(),
        };
        let instance = self.observed.and_then(|set| set.instances.get(&key));
        instance.is_some_and(|instance| {
            let overrides = instance.overrides.as_ref();
            overrides.is_none_or(|values| values.contains_key(name))
        })
    }

    /// What an account has for a source. Of an account outside of the organization nothing but the id is known.
    fn own(&self, source: &Source, id: &AccountId) -> Option<String> {
        let organization = self.context.tree.organization;
        let account = organization.accounts.get(id);
        match source {
            Source::AccountTag { key, default } => {
                let tag = account.and_then(|account| account.tags.get(key));
                tag.or(default.as_ref()).cloned()
            }
            Source::Account(AccountField::Id) => Some(id.to_string()),
            Source::Account(AccountField::Name) => Some(account?.name.clone()),
            Source::Account(AccountField::Email) => Some(account?.email.clone()),
            Source::Account(AccountField::Ou) => Some(organization.path(&account?.parent)),
            _ => None,
        }
    }
}

impl Given<'_> {
    /// Whether it is about a Region.
    pub(crate) fn is_in(&self, region: &Region) -> bool {
        self.regions.is_empty() || self.regions.contains(region)
    }
}

#[cfg(test)]
#[path = "overrides_tests.rs"]
mod tests;
