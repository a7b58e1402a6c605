//! `[stackset.NAME]` with `[defaults]` below it.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::{AwsGuard, CallAs, DesiredStackSet, DesiredTemplate, Override};
use model::ids::StackSetName;

use crate::codes;
use crate::files::Loaded;
use crate::fit::{self, Fit};
use crate::head::aws_name;
use crate::parameters::parameters;
use crate::parts::{deploy, overrides, skips};
use crate::permission::permission;
use crate::preferences::{preferences, staged};
use crate::reader::{Reader, Wanted};
use crate::regions::regions;
use crate::rollout::rollout;
use crate::settings::{allow, capabilities, depends_on, description, on_leave, tags};
use crate::template_source;
use crate::tree::{Item, Table, inherited, overlay};

/// The keys of a StackSet.
pub(crate) const KEYS: &[&str] = &[
    "administration_role",
    "adopt",
    "allow",
    "auto_deploy",
    "aws_name",
    "capabilities",
    "depends_on",
    "deploy",
    "description",
    "execution_role",
    "managed_execution",
    "on_leave",
    "override",
    "parameters",
    "permission",
    "preferences",
    "regions",
    "rollout",
    "skip",
    "tags",
    "targets",
    "template",
];
/// The keys that `[defaults]` may set.
pub(crate) const DEFAULTS: &[&str] = &[
    "administration_role",
    "auto_deploy",
    "capabilities",
    "execution_role",
    "managed_execution",
    "on_leave",
    "permission",
    "preferences",
    "regions",
    "rollout",
    "tags",
];
const TEMPLATE: &str = "template = \"templates/NAME.yaml\"";
const TABLE: &str = "[stackset.NAME]\ntemplate = \"templates/NAME.yaml\"";

/// `[defaults]` and what else every StackSet is read with.
pub(crate) struct Defaults {
    table: Table,
    call_as: CallAs,
    /// Whether there is a place for templates that are too long to be sent inline.
    has_bucket: bool,
}

impl Defaults {
    /// Reads `[defaults]`: by itself, so that a mistake is found even when no StackSet uses it.
    pub(crate) fn read(reader: &mut Reader, root: &Table, aws: Option<&AwsGuard>) -> Self {
        let found = reader.table(root, "defaults", "[defaults]\nregions = [\"eu-west-1\"]");
        let table = found.map(|(_, table)| inherited(table)).unwrap_or_default();
        let call_as = aws.map(|aws| aws.call_as).unwrap_or_default();
        // A StackSet may accept the warnings, so only its own reading gives them.
        reader.accepted = codes::warnings().map(str::to_owned).collect();
        reader.keys(&table, "`[defaults]`", DEFAULTS);
        regions(reader, &table);
        rollout(reader, &table);
        tags(reader, &table);
        capabilities(reader, &table);
        on_leave(reader, &table);
        permission(reader, &table, call_as);
        reader.truth(&table, "managed_execution");
        preferences(reader, &table);
        reader.accepted.clear();
        Self {
            table,
            call_as,
            // What `[aws]` lacks has been reported; no StackSet is to blame for it.
            has_bucket: aws.is_none_or(|aws| aws.template_bucket.is_some()),
        }
    }
}

/// Reads every StackSet. One that lacks what it must have has been reported and is left out.
pub(crate) fn all(
    reader: &mut Reader,
    root: &Table,
    defaults: &Defaults,
) -> BTreeMap<String, DesiredStackSet> {
    let Some((_, sets)) = reader.table(root, "stackset", TABLE) else {
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for (name, item) in sets {
        if let Some(set) = one(reader, (name, item), defaults) {
            found.insert(name.clone(), set);
        }
        reader.accepted.clear();
    }
    found
}

fn one(reader: &mut Reader, (name, item): (&str, &Item), defaults: &Defaults) -> Option<DesiredStackSet> {
    let header = format!("stackset.{name}");
    let Some(own) = item.as_table() else {
        reader.wrong_type(&header, item, Wanted("a table", TABLE));
        return None;
    };
    reader.keys(own, "a StackSet", KEYS);
    let table = overlay(&defaults.table, own);
    let accepted = allow(reader, &table);
    reader.accepted.clone_from(&accepted);
    if !table.contains_key("template") {
        reader.missing(item.at, &header, "template", TEMPLATE);
    }
    let template = template_source::read(reader, &table, defaults.has_bucket);
    let (overrides, written): (Vec<_>, Vec<_>) = overrides(reader, name, &table).into_iter().unzip();
    let mut set = set(reader, (name, item), &table, (defaults, accepted, overrides))?;
    let Some((source, loaded)) = template else {
        return Some(set);
    };
    set.template = source;
    if let Some(Loaded {
        template: Ok(template),
        ..
    }) = loaded.as_deref()
    {
        let fit = Fit {
            set: &set,
            template,
            table: &table,
            overrides: &written,
        };
        fit::check(reader, &fit);
        fit::mark_secrets(&mut set, template);
    }
    Some(set)
}

/// Everything but the template.
fn set(
    reader: &mut Reader,
    (name, item): (&str, &Item),
    table: &Table,
    (defaults, allow, overrides): (&Defaults, BTreeSet<String>, Vec<Override>),
) -> Option<DesiredStackSet> {
    let (rollout, stages) = rollout(reader, table).unzip();
    for stage in stages.iter().flatten() {
        staged(reader, table, stage);
    }
    Some(DesiredStackSet {
        aws_name: aws_name(reader, table, name, item).or_else(|| stand_in(name))?,
        adopt: reader.truth(table, "adopt").unwrap_or_default(),
        description: description(reader, table),
        deploy: deploy(reader, (name, item), table),
        skip: skips(reader, name, table),
        overrides,
        parameters: parameters(reader, table),
        tags: tags(reader, table),
        capabilities: capabilities(reader, table),
        permission: permission(reader, table, defaults.call_as),
        managed_execution: reader.truth(table, "managed_execution").unwrap_or_default(),
        depends_on: depends_on(reader, table),
        rollout,
        preferences: preferences(reader, table),
        on_leave: on_leave(reader, table),
        template: DesiredTemplate::File {
            path: reader.spanned(String::new(), item.key),
            body: String::new(),
        },
        name: reader.spanned(name.to_owned(), item.key),
        allow,
    })
}

/// A name in place of a wrong one, which has been reported, so that everything else is still checked.
fn stand_in(name: &str) -> Option<StackSetName> {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).take(100);
    StackSetName::parse(&format!("Unnamed-{}", letters.collect::<String>())).ok()
}
