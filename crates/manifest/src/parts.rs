//! Parts of a StackSet: `[[stackset.NAME.deploy]]`, `[[stackset.NAME.skip]]`, `[[stackset.NAME.override]]`.

use std::collections::BTreeMap;

use model::desired::{Deploy, Override, Parameter, Skip, Source};
use model::diagnostic::{Diagnostic, Span, Spanned};

use crate::parameters::parameters;
use crate::reader::Reader;
use crate::regions::regions;
use crate::targets::targets;
use crate::tree::{Item, Place, Table};
use crate::words::shown;

pub(crate) const DEPLOY: &[&str] = &["regions", "targets"];
pub(crate) const SKIP: &[&str] = &["reason", "regions", "targets"];
pub(crate) const OVERRIDE: &[&str] = &["name", "parameters", "regions", "targets"];
const TARGETS: &str = "targets = [\"Root/Workloads\"]";
const REGIONS: &str = "regions = [\"eu-west-1\"]";

/// The wanted cells: `targets` × `regions`, or the parts of `deploy`. `table` has the defaults below it, so that a part without
/// `regions` takes theirs.
pub(crate) fn deploy(reader: &mut Reader, (name, item): (&str, &Item), table: &Table) -> Vec<Deploy> {
    let header = format!("stackset.{name}");
    let Some(parts) = table.get("deploy") else {
        required(
            reader,
            (&header, item),
            table,
            &[("targets", TARGETS), ("regions", REGIONS)],
        );
        return vec![part_of(reader, table, item.key)];
    };
    exclusive(reader, table, parts);
    let header = format!("[[{header}.deploy]]");
    let mut found = Vec::new();
    for (item, part) in reader.tables(
        table,
        "deploy",
        "[[stackset.NAME.deploy]]\ntargets = [\"Root/Workloads\"]",
    ) {
        reader.keys(part, "a part of `deploy`", DEPLOY);
        let mut part = part.clone();
        if let Some(inherited) = table.get("regions").filter(|item| item.inherited) {
            part.entry("regions".to_owned())
                .or_insert_with(|| inherited.clone());
        }
        required(
            reader,
            (&header, item),
            &part,
            &[("targets", TARGETS), ("regions", REGIONS)],
        );
        found.push(part_of(reader, &part, item.at));
    }
    found
}

fn part_of(reader: &mut Reader, table: &Table, at: Place) -> Deploy {
    Deploy {
        targets: targets(reader, table),
        regions: regions(reader, table),
        span: reader.span(at),
    }
}

/// E0105: parts beside targets or Regions of the StackSet's own, or no parts.
fn exclusive(reader: &mut Reader, table: &Table, parts: &Item) {
    for key in DEPLOY {
        if let Some(item) = table.get(*key).filter(|item| !item.inherited) {
            let diagnostic = Diagnostic::error("E0105", format!("`{key}` and `deploy` exclude each other"))
                .label(&reader.span(item.key), "this says where to deploy")
                .label(&reader.span(parts.key), "and so do these parts")
                .help(format!("move `{key}` into the parts that it is meant for"));
            reader.report(diagnostic);
        }
    }
    if parts.as_list().is_some_and(<[_]>::is_empty) {
        let help = "name at least one part, or write `targets` and `regions`";
        reader.bad(parts.at, "`deploy` is empty", "nothing would be deployed", help);
    }
}

/// Cells that are left out on purpose.
pub(crate) fn skips(reader: &mut Reader, name: &str, table: &Table) -> Vec<Skip> {
    let header = format!("[[stackset.{name}.skip]]");
    let mut found = Vec::new();
    for (item, part) in reader.tables(table, "skip", "[[stackset.NAME.skip]]\nreason = \"...\"") {
        reader.keys(part, "a skip", SKIP);
        let reason = ("reason", "reason = \"SEC-221: own detector until Q1\"");
        required(reader, (&header, item), part, &[("targets", TARGETS), reason]);
        let (targets, regions) = (targets(reader, part), regions(reader, part));
        if let Some(reason) = reader.named(part, reason.0, reason.1) {
            found.push(Skip {
                targets,
                regions,
                reason,
                span: reader.span(item.at),
            });
        }
    }
    found
}

/// Values of some instances alone, each with the item that it was read from.
pub(crate) fn overrides<'t>(reader: &mut Reader, name: &str, table: &'t Table) -> Vec<(Override, &'t Item)> {
    let header = format!("[[stackset.{name}.override]]");
    let example = "[[stackset.NAME.override]]\nname = \"prod keeps logs for a year\"";
    let mut found = Vec::new();
    for (item, part) in reader.tables(table, "override", example) {
        reader.keys(part, "an override", OVERRIDE);
        let name = ("name", "name = \"prod keeps logs for a year\"");
        let values = ("parameters", "parameters = { LogRetentionDays = 365 }");
        required(
            reader,
            (&header, item),
            part,
            &[name, ("targets", TARGETS), values],
        );
        let (targets, regions) = (targets(reader, part), regions(reader, part));
        let parameters = parameters(reader, part);
        settable(reader, part, &parameters);
        if let Some(name) = reader.named(part, name.0, name.1) {
            let own = Override {
                name,
                targets,
                regions,
                parameters,
                span: reader.span(item.at),
            };
            found.push((own, item));
        }
    }
    named_once(reader, "override", found.iter().map(|(own, _)| &own.name));
    found
}

/// E0105: an override without values, or one that gives none to a parameter.
fn settable(reader: &mut Reader, part: &Table, parameters: &BTreeMap<String, Parameter>) {
    for (name, value) in parameters {
        if value.source.value == Source::Keep {
            let message = format!("an override cannot keep `{}`", shown(name));
            let diagnostic = Diagnostic::error("E0105", message)
                .label(&value.source.span, "gives no value")
                .help("give a value, or leave the parameter out: then it has the StackSet's");
            reader.report(diagnostic);
        }
    }
    if let Some(values) = part.get("parameters")
        && values.as_table().is_some_and(BTreeMap::is_empty)
    {
        reader.bad(
            values.at,
            "this override sets nothing",
            "no parameter",
            "name a parameter, or delete the override",
        );
    }
}

fn required(reader: &mut Reader, (header, item): (&str, &Item), table: &Table, keys: &[(&str, &str)]) {
    for (key, line) in keys.iter().filter(|(key, _)| !table.contains_key(*key)) {
        reader.missing(item.at, header, key, line);
    }
}

/// E0107: a name twice among those that messages and plans tell apart by it.
pub(crate) fn named_once<'n>(
    reader: &mut Reader,
    noun: &str,
    names: impl Iterator<Item = &'n Spanned<String>>,
) {
    let mut seen: BTreeMap<&str, &Span> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(&name.value, &name.span) {
            let diagnostic = Diagnostic::error(
                "E0107",
                format!("two {noun}s have the name `{}`", shown(&name.value)),
            )
            .label(&name.span, "the second one")
            .label(first, "the first one")
            .help("give them different names: plans and messages tell them apart by it");
            reader.report(diagnostic);
        }
    }
}
