//! Names that a manifest defines: `[accounts]`, `[region_set]`, `[target_set.NAME]`, `[rollout.NAME]`.

use std::collections::BTreeMap;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, Region};

use crate::reader::{Reader, Wanted};
use crate::regions::plain_regions;
use crate::rollout::Plan;
use crate::targets::plain_targets;
use crate::tree::{Item, Place, Table};
use crate::words::{shown, similar};

pub(crate) const TARGET_SET: &[&str] = &["exclude", "include"];

/// What names mean.
#[derive(Default)]
pub(crate) struct Vocabulary {
    /// `[accounts]`
    pub(crate) accounts: BTreeMap<String, Spanned<AccountId>>,
    /// `[region_set]`
    pub(crate) region_sets: BTreeMap<String, Named<Vec<Spanned<Region>>>>,
    /// `[target_set.NAME]`
    pub(crate) target_sets: BTreeMap<String, Named<TargetSet>>,
    /// `[rollout.NAME]`
    pub(crate) rollouts: BTreeMap<String, Named<Plan>>,
}

/// A definition, and whether something names it.
pub(crate) struct Named<T> {
    key: Place,
    used: bool,
    value: T,
}

/// `[target_set.NAME]`
#[derive(Clone, Default)]
pub(crate) struct TargetSet {
    /// What is in it.
    pub(crate) include: Vec<Spanned<Target>>,
    /// What is taken out of it.
    pub(crate) exclude: Vec<Spanned<Target>>,
}

/// How messages speak of a kind of definition.
pub(crate) struct Kind<T: 'static> {
    /// The code of a name that is not defined.
    pub(crate) code: &'static str,
    /// For example `region set`.
    pub(crate) noun: &'static str,
    /// How it is defined, as a header.
    pub(crate) header: &'static str,
    /// What stands before the name where it is used.
    pub(crate) sign: &'static str,
    /// Those that are defined.
    pub(crate) all: fn(&mut Vocabulary) -> &mut BTreeMap<String, Named<T>>,
}

/// `@NAME` in `regions`.
pub(crate) const REGION_SETS: Kind<Vec<Spanned<Region>>> = Kind {
    code: "E0230",
    noun: "region set",
    header: "[region_set]\nNAME = [\"eu-west-1\", \"us-east-1\"]",
    sign: "@",
    all: |vocabulary| &mut vocabulary.region_sets,
};
/// `@NAME` in `targets`.
pub(crate) const TARGET_SETS: Kind<TargetSet> = Kind {
    code: "E0230",
    noun: "target set",
    header: "[target_set.NAME]\ninclude = [\"Root/Workloads\"]",
    sign: "@",
    all: |vocabulary| &mut vocabulary.target_sets,
};

impl<T> Named<T> {
    /// A definition that nothing names yet.
    pub(crate) fn new(key: Place, value: T) -> Self {
        Self {
            key,
            used: false,
            value,
        }
    }
}

/// Reads the names for accounts, Regions and targets. Those of rollouts come after them, since stages name targets.
pub(crate) fn read(reader: &mut Reader, root: &Table) {
    reader.vocabulary.accounts = accounts(reader, root);
    if let Some((_, sets)) = reader.table(root, "region_set", REGION_SETS.header) {
        for (name, item) in sets {
            check_name(reader, &REGION_SETS, (name, item));
            let regions = plain_regions(reader, sets, name);
            let set = Named::new(item.key, regions);
            reader.vocabulary.region_sets.insert(name.clone(), set);
        }
    }
    if let Some((_, sets)) = reader.table(root, "target_set", TARGET_SETS.header) {
        for (name, item) in sets {
            check_name(reader, &TARGET_SETS, (name, item));
            let set = Named::new(item.key, target_set(reader, name, item));
            reader.vocabulary.target_sets.insert(name.clone(), set);
        }
    }
}

fn accounts(reader: &mut Reader, root: &Table) -> BTreeMap<String, Spanned<AccountId>> {
    let example = "[accounts]\npayments-prod = \"111122223333\"";
    let Some((_, pins)) = reader.table(root, "accounts", example) else {
        return BTreeMap::new();
    };
    let mut accounts = BTreeMap::new();
    for name in pins.keys() {
        let written = reader.text(pins, name, "payments-prod = \"111122223333\"");
        if let Some(id) = reader.id(written, AccountId::parse) {
            accounts.insert(name.clone(), id);
        }
    }
    accounts
}

fn target_set(reader: &mut Reader, name: &str, item: &Item) -> TargetSet {
    let header = format!("target_set.{name}");
    let Some(table) = item.as_table() else {
        reader.wrong_type(&header, item, Wanted("a table", TARGET_SETS.header));
        return TargetSet::default();
    };
    reader.keys(table, "a target set", TARGET_SET);
    if !table.contains_key("include") {
        reader.missing(item.at, &header, "include", "include = [\"Root/Workloads\"]");
    }
    TargetSet {
        include: plain_targets(reader, table, "include"),
        exclude: plain_targets(reader, table, "exclude"),
    }
}

/// E0105: a name that could not be told from something else where it is used.
pub(crate) fn check_name<T>(reader: &mut Reader, kind: &Kind<T>, (name, item): (&str, &Item)) {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.chars().count() > 64 || !name.chars().all(allowed) {
        let message = format!("`{}` is not the name of a {}", shown(name), kind.noun);
        let help = "use 1 to 64 letters, digits and - _ .";
        reader.bad(item.key, message, "not a name", help);
    }
}

/// What a name means; a name that is not defined is reported.
pub(crate) fn look_up<T: Clone>(reader: &mut Reader, kind: &Kind<T>, name: &str, at: Place) -> Option<T> {
    let all = (kind.all)(&mut reader.vocabulary);
    if let Some(found) = all.get_mut(name) {
        found.used = true;
        return Some(found.value.clone());
    }
    let near = similar(name, all.keys().map(String::as_str)).map(str::to_owned);
    // The one that was meant is not unused as well.
    if let Some(meant) = near.as_ref().and_then(|near| all.get_mut(near)) {
        meant.used = true;
    }
    let span = reader.span(at);
    let message = format!("no {} `{}` is defined", kind.noun, shown(name));
    let diagnostic = Diagnostic::error(kind.code, message).label(&span, "not defined");
    let quoted = |name: &str| format!("\"{}{name}\"", kind.sign);
    reader.report(match near {
        Some(near) => diagnostic.replace(
            format!("a {} with a similar name exists", kind.noun),
            &span,
            quoted(&near),
        ),
        None => diagnostic.help(format!(
            "define it:\n{}",
            kind.header.replace("NAME", &shown(name))
        )),
    });
    None
}

/// Warnings for what is defined and nothing names.
pub(crate) fn unused(reader: &mut Reader) {
    fn of<T>(named: &BTreeMap<String, Named<T>>) -> Vec<(String, Place)> {
        let left = named.iter().filter(|(_, found)| !found.used);
        left.map(|(name, found)| (name.clone(), found.key)).collect()
    }
    let vocabulary = &reader.vocabulary;
    let left = [
        ("W0233", "region set", of(&vocabulary.region_sets)),
        ("W0233", "target set", of(&vocabulary.target_sets)),
        ("W0412", "rollout", of(&vocabulary.rollouts)),
    ];
    for (code, noun, names) in left {
        for (name, place) in names {
            let diagnostic = Diagnostic::warning(code, format!("nothing uses the {noun} `{}`", shown(&name)))
                .label(&reader.span(place), "defined here")
                .help("delete it, or name it where it was meant");
            reader.warn(diagnostic);
        }
    }
}
