//! What is wrong with overrides, found while every instance gets its values.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::desired::Source;
use model::diagnostic::Diagnostic;
use model::ids::AccountId;
use model::organization::Organization;

use super::{Given, Lack, Tie, Worth};
use crate::words::count;

/// How many accounts are named before the rest is counted.
const NAMED: usize = 10;

/// Instances and accounts by what is wrong.
#[derive(Default)]
pub(crate) struct Findings<'a> {
    ties: BTreeMap<Tie<'a>, u64>,
    missing: BTreeMap<(usize, &'a str), BTreeSet<&'a AccountId>>,
    refused: BTreeMap<(usize, &'a str), (Diagnostic, BTreeSet<&'a AccountId>)>,
    met: BTreeSet<usize>,
}

impl<'a> Findings<'a> {
    /// An override means an instance.
    pub(crate) fn meets(&mut self, number: usize) {
        self.met.insert(number);
    }

    /// One more instance with two overrides that disagree.
    pub(crate) fn tie(&mut self, tie: Tie<'a>) {
        *self.ties.entry(tie).or_default() += 1;
    }

    /// An account without a value of its own.
    pub(crate) fn lack(&mut self, at: (usize, &'a str), account: &'a AccountId, lack: Lack) {
        match lack {
            Lack::Missing => {
                self.missing.entry(at).or_default().insert(account);
            }
            Lack::Refused(diagnostic) => {
                let entry = self
                    .refused
                    .entry(at)
                    .or_insert_with(|| (*diagnostic, BTreeSet::new()));
                entry.1.insert(account);
            }
        }
    }

    /// All of it, in the manifest's order.
    pub(crate) fn diagnostics(self, given: &[Given<'a>], organization: &Organization) -> Vec<Diagnostic> {
        let mut found: Vec<_> = self
            .ties
            .iter()
            .filter_map(|(tie, instances)| tied(given, *tie, *instances))
            .collect();
        for ((number, name), accounts) in &self.missing {
            found.extend(missing(given, (*number, name), accounts, organization));
        }
        for (diagnostic, accounts) in self.refused.into_values() {
            found.push(diagnostic.note(format!("in {}", listed(&accounts, organization))));
        }
        let overrides = given.iter().enumerate().filter(|(_, it)| !it.everyone);
        let unmet = overrides.filter(|(number, _)| !self.met.contains(number));
        found.extend(unmet.map(|(_, given)| nobody(given)));
        found
    }
}

fn tied(given: &[Given<'_>], (name, one, two): Tie<'_>, instances: u64) -> Option<Diagnostic> {
    let (one, two) = (given.get(one)?, given.get(two)?);
    let message = if instances == 1 {
        format!("two overrides set `{name}` for the same instance")
    } else {
        format!("two overrides set `{name}` for the same {instances} instances")
    };
    let mut diagnostic = Diagnostic::error("E0310", message);
    for given in [two, one] {
        let value = given.values.get(name)?;
        let says = match (&value.worth, &value.parameter.source.value) {
            (Worth::Shared(ParameterValue::Plain(text)), _) => text.clone(),
            (_, source) => source.reference(),
        };
        diagnostic = diagnostic.label(
            &value.parameter.source.span,
            format!("`{}` says {says}", given.name),
        );
    }
    Some(
        diagnostic
            .note("the more specific override wins (account > pattern or tag > deeper unit > unit; with Regions > without)")
            .note("these two are equally specific, and order in the file never decides")
            .help("delete one, or narrow one of them to an account, a deeper unit or other Regions"),
    )
}

fn missing(
    given: &[Given<'_>],
    (number, name): (usize, &str),
    accounts: &BTreeSet<&AccountId>,
    organization: &Organization,
) -> Option<Diagnostic> {
    let value = given.get(number)?.values.get(name)?;
    let source = &value.parameter.source;
    let many = count(accounts.len() as u64, "account");
    let (message, help) = match &source.value {
        Source::AccountTag { key, .. } => {
            let verb = if accounts.len() == 1 { "has" } else { "have" };
            (
                format!("{many} {verb} no tag `{key}`, which parameter `{name}` is taken from"),
                format!(
                    "tag them in Organizations, or say what they get: {name} = {{ account_tag = \"{key}\", default = \"...\" }}"
                ),
            )
        }
        other => (
            format!(
                "nothing is known of {many} but the id, and parameter `{name}` is taken from `{}`",
                other.reference()
            ),
            "write a value for them in an override".to_owned(),
        ),
    };
    Some(
        Diagnostic::error("E0312", message)
            .label(&source.span, "each account needs a value")
            .note(format!("without: {}", listed(accounts, organization)))
            .help(help),
    )
}

fn nobody(given: &Given<'_>) -> Diagnostic {
    let message = format!("the override `{}` is for no instance", given.name);
    Diagnostic::warning("W0315", message)
        .label(
            given.span,
            "its targets and Regions meet nothing that is deployed",
        )
        .help("correct its targets or Regions, or delete it; to keep it for later: allow = [\"W0315\"]")
}

fn listed(accounts: &BTreeSet<&AccountId>, organization: &Organization) -> String {
    let name = |id: &&AccountId| {
        let name = organization.account_name(id);
        if name == id.as_str() {
            name.to_owned()
        } else {
            format!("{name} ({id})")
        }
    };
    let shown: Vec<_> = accounts.iter().take(NAMED).map(name).collect();
    match accounts.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
