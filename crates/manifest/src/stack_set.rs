//! `[stackset.NAME]` with `[defaults]` below it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use model::desired::{CallAs, Capabilities, Deploy, DesiredStackSet, DesiredTemplate};
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::StackSetName;

use crate::files::{Files, Loaded};
use crate::fit::{self, Fit};
use crate::head::aws_name;
use crate::parameters::parameters;
use crate::permission::permission;
use crate::preferences::preferences;
use crate::reader::{Reader, Wanted};
use crate::settings::{allow, capabilities, depends_on, description, on_leave, tags};
use crate::targets::{regions, targets};
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
    "description",
    "execution_role",
    "managed_execution",
    "on_leave",
    "parameters",
    "permission",
    "preferences",
    "regions",
    "tags",
    "targets",
    "template",
];
/// The keys that `[defaults]` may set.
const DEFAULTS: &[&str] = &[
    "administration_role",
    "auto_deploy",
    "capabilities",
    "execution_role",
    "managed_execution",
    "on_leave",
    "permission",
    "preferences",
    "regions",
    "tags",
];
/// What must be there, in `[defaults]` or in the StackSet.
const REQUIRED: &[(&str, &str)] = &[
    ("template", "template = \"templates/NAME.yaml\""),
    ("targets", "targets = [\"Root/Workloads\"]"),
    ("regions", "regions = [\"eu-west-1\"]"),
];

/// `[defaults]` and what else every StackSet is read with.
pub(crate) struct Defaults {
    table: Table,
    call_as: CallAs,
}

impl Defaults {
    /// Reads `[defaults]`: by itself, so that a mistake is found even when no StackSet uses it.
    pub(crate) fn read(reader: &mut Reader, root: &Table, call_as: CallAs) -> Self {
        let found = reader.table(root, "defaults", "[defaults]\nregions = [\"eu-west-1\"]");
        let table = found.map(|(_, table)| inherited(table)).unwrap_or_default();
        reader.keys(&table, "`[defaults]`", DEFAULTS);
        regions(reader, &table);
        tags(reader, &table);
        capabilities(reader, &table);
        on_leave(reader, &table);
        permission(reader, &table, call_as);
        reader.truth(&table, "managed_execution");
        // A StackSet may accept the warnings, so only its own reading gives them.
        preferences(reader, &table, &BTreeSet::from(["W0304".to_owned()]));
        Self { table, call_as }
    }
}

/// Reads every StackSet. One that lacks what it must have has been reported and is left out.
pub(crate) fn all(
    reader: &mut Reader,
    files: &mut Files,
    root: &Table,
    defaults: &Defaults,
) -> BTreeMap<String, DesiredStackSet> {
    let Some((_, sets)) = reader.table(
        root,
        "stackset",
        "[stackset.NAME]\ntemplate = \"templates/NAME.yaml\"",
    ) else {
        return BTreeMap::new();
    };
    let read = |(name, item): (&String, &Item)| {
        one(reader, files, (name, item), defaults).map(|set| (name.clone(), set))
    };
    sets.iter().filter_map(read).collect()
}

fn one(
    reader: &mut Reader,
    files: &mut Files,
    (name, item): (&str, &Item),
    defaults: &Defaults,
) -> Option<DesiredStackSet> {
    let header = format!("stackset.{name}");
    let Some(own) = item.as_table() else {
        reader.wrong_type(
            &header,
            item,
            Wanted("a table", "[stackset.NAME]\ntemplate = \"templates/NAME.yaml\""),
        );
        return None;
    };
    reader.keys(own, "a StackSet", KEYS);
    let table = overlay(&defaults.table, own);
    for (key, example) in REQUIRED.iter().filter(|(key, _)| !table.contains_key(*key)) {
        reader.missing(&item.at, &header, key, example);
    }
    let template = template(reader, files, &table);
    let mut set = set(reader, (name, item), &table, defaults)?;
    if let Some((path, loaded)) = template {
        set.template = DesiredTemplate::File {
            path,
            body: loaded.body.clone(),
        };
        if let Ok(template) = &loaded.template {
            fit::check(
                reader,
                &Fit {
                    set: &set,
                    template,
                    table: &table,
                },
            );
            fit::mark_secrets(&mut set, template);
        }
    }
    Some(set)
}

/// Everything but the template.
fn set(
    reader: &mut Reader,
    (name, item): (&str, &Item),
    table: &Table,
    defaults: &Defaults,
) -> Option<DesiredStackSet> {
    let allow = allow(reader, table);
    let name_span = reader.span(&item.key);
    Some(DesiredStackSet {
        aws_name: aws_name(reader, table, name, item).or_else(|| stand_in(name))?,
        adopt: reader.truth(table, "adopt").unwrap_or_default(),
        description: description(reader, table),
        deploy: vec![Deploy {
            targets: targets(reader, table),
            regions: regions(reader, table),
            span: name_span.clone(),
        }],
        skip: Vec::new(),
        overrides: Vec::new(),
        parameters: parameters(reader, table),
        tags: tags(reader, table),
        capabilities: Capabilities::Listed(capabilities(reader, table)),
        permission: permission(reader, table, defaults.call_as),
        managed_execution: reader.truth(table, "managed_execution").unwrap_or_default(),
        depends_on: depends_on(reader, table),
        rollout: None,
        preferences: preferences(reader, table, &allow),
        on_leave: on_leave(reader, table),
        template: DesiredTemplate::File {
            path: Spanned {
                value: String::new(),
                span: name_span.clone(),
            },
            body: String::new(),
        },
        name: Spanned {
            value: name.to_owned(),
            span: name_span,
        },
        allow,
    })
}

/// A name in place of a wrong one, which has been reported, so that everything else is still checked.
fn stand_in(name: &str) -> Option<StackSetName> {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    StackSetName::parse(&format!("Unnamed-{letters}")).ok()
}

fn template(reader: &mut Reader, files: &mut Files, table: &Table) -> Option<(Spanned<String>, Rc<Loaded>)> {
    let (written, at) = reader.text(table, "template", "template = \"templates/NAME.yaml\"")?;
    let span = reader.span(&at);
    match files.template(&written) {
        Ok(loaded) => {
            for diagnostic in loaded.template.as_ref().err().into_iter().flatten() {
                reader.report(diagnostic.clone().label(&span, "this template"));
            }
            Some((Spanned { value: written, span }, loaded))
        }
        Err(refused) => {
            let message = format!(
                "cannot take the template `{}`: {}",
                written.escape_debug(),
                refused.why
            );
            reader.report(
                Diagnostic::error("E0306", message)
                    .label(&span, "not taken")
                    .help(refused.help),
            );
            None
        }
    }
}
