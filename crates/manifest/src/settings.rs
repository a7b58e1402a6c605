//! Settings of a StackSet that stand by themselves.

use std::collections::{BTreeMap, BTreeSet};

use model::PROJECT_TAG;
use model::definition::Capability;
use model::desired::{Capabilities, OnLeave};
use model::diagnostic::{Diagnostic, Spanned};

use crate::codes;
use crate::reader::Reader;
use crate::tree::{Item, Table, Value};
use crate::words::{shown, similar};

/// AWS takes 50 tags (reference §1.1); one is the project's mark.
const MAX_TAGS: usize = 49;

/// `description`: 1 to 1,024 characters (reference §1.1).
pub(crate) fn description(reader: &mut Reader, table: &Table) -> Option<String> {
    let (text, at) = reader.text(
        table,
        "description",
        "description = \"Audit roles in every account\"",
    )?;
    if !(1..=1024).contains(&text.chars().count()) {
        reader.bad(
            at,
            "a description has 1 to 1,024 characters",
            "too short or too long",
            "shorten it, or delete the line",
        );
    }
    reader.check_characters(at, "a description", &text);
    Some(text)
}

/// `on_leave`, which has no default.
pub(crate) fn on_leave(reader: &mut Reader, table: &Table) -> Option<OnLeave> {
    reader.word(
        table,
        "on_leave",
        &[("retain", OnLeave::Retain), ("delete", OnLeave::Delete)],
    )
}

/// `capabilities`, acknowledged for each call.
pub(crate) fn capabilities(reader: &mut Reader, table: &Table) -> Capabilities {
    if let Some(item) = table.get("capabilities")
        && matches!(&item.value, Value::Text(text) if text == "auto")
    {
        return Capabilities::Auto(reader.span(item.at));
    }
    let all = [Capability::Iam, Capability::NamedIam, Capability::AutoExpand];
    let example = "capabilities = [\"named-iam\"]";
    let mut found = BTreeSet::new();
    for (text, at) in reader.texts(table, "capabilities", example).unwrap_or_default() {
        let known = all.iter().find(|capability| capability.key() == text);
        if let Some(capability) = known {
            found.insert(*capability);
            continue;
        }
        let span = reader.span(at);
        let diagnostic = Diagnostic::error("E0105", format!("`{}` is not a capability", shown(&text)))
            .label(&span, "\"iam\", \"named-iam\" or \"auto-expand\"");
        let wire = all
            .iter()
            .find(|capability| capability.as_str() == text)
            .map(|capability| capability.key());
        let near = wire.or_else(|| similar(&text, all.iter().map(|capability| capability.key())));
        reader.report(match near {
            Some(near) => diagnostic.replace("write it like this", &span, format!("\"{near}\"")),
            None => diagnostic.help(format!("for example: {example}")),
        });
    }
    Capabilities::Listed(found)
}

/// `depends_on`: names of other tables.
pub(crate) fn depends_on(reader: &mut Reader, table: &Table) -> Vec<Spanned<String>> {
    let written = reader
        .texts(table, "depends_on", "depends_on = [\"security-baseline\"]")
        .unwrap_or_default();
    written
        .into_iter()
        .map(|(value, at)| Spanned {
            value,
            span: reader.span(at),
        })
        .collect()
}

/// `allow`: codes of warnings.
pub(crate) fn allow(reader: &mut Reader, table: &Table) -> BTreeSet<String> {
    let written = reader
        .texts(table, "allow", "allow = [\"W0304\"]")
        .unwrap_or_default();
    let mut accepted = BTreeSet::new();
    for (code, at) in written {
        if codes::warnings().any(|known| known == code) {
            accepted.insert(code);
            continue;
        }
        let span = reader.span(at);
        let (message, label) = if code.starts_with('E') {
            (
                format!("`{}` is an error", shown(&code)),
                "only warnings can be accepted",
            )
        } else {
            (
                format!("no warning has the code `{}`", shown(&code)),
                "accepts nothing",
            )
        };
        let diagnostic = Diagnostic::error("E0105", message).label(&span, label);
        let meant = codes::warnings().find(|known| known.eq_ignore_ascii_case(&code));
        reader.report(match meant {
            Some(meant) => diagnostic.replace("codes are in capitals", &span, format!("\"{meant}\"")),
            None => diagnostic.help("write the code of a warning, such as \"W0304\", or delete it"),
        });
    }
    accepted
}

/// `tags`, those of `[defaults]` among them.
pub(crate) fn tags(reader: &mut Reader, table: &Table) -> BTreeMap<String, String> {
    let Some((item, keys)) = reader.table(table, "tags", "tags = { owner = \"platform\" }") else {
        return BTreeMap::new();
    };
    if keys.len() > MAX_TAGS {
        let message = format!(
            "a StackSet may have {MAX_TAGS} tags beside the project's mark, here are {}",
            keys.len()
        );
        reader.bad(
            item.at,
            message,
            "too many tags",
            "delete some, also in `[defaults.tags]`",
        );
    }
    let read =
        |(key, item): (&String, &Item)| tag(reader, keys, (key, item)).map(|value| (key.clone(), value));
    keys.iter().filter_map(read).collect()
}

fn tag(reader: &mut Reader, keys: &Table, (key, item): (&str, &Item)) -> Option<String> {
    let shown = shown(key);
    let long = !(1..=128).contains(&key.chars().count());
    if long || key.to_lowercase().starts_with("aws:") || key == PROJECT_TAG {
        let label = if long { "1 to 128 characters" } else { "reserved" };
        reader.bad(
            item.key,
            format!("`{shown}` cannot be a tag's key"),
            label,
            "use another key",
        );
    }
    let (value, at) = reader.text(keys, key, "tags = { owner = \"platform\" }")?;
    if !(1..=256).contains(&value.chars().count()) {
        let message = format!("the tag `{shown}` needs a value of 1 to 256 characters");
        reader.bad(
            at,
            message,
            "not such a value",
            "write a value, or delete the tag",
        );
    }
    reader.check_characters(item.key, "a tag's key", key);
    reader.check_characters(at, "a tag's value", &value);
    Some(value)
}
