//! Which section and which key comes first.

use std::collections::BTreeMap;

use super::sections::{Pages, Section};

type Keys = &'static [&'static str];

const TOP: Keys = &[
    "version",
    "requires",
    "include",
    "project",
    "aws",
    "accounts",
    "region_set",
    "target_set",
    "rollout",
    "defaults",
    "stackset",
    "removed",
    "protect",
    "guard",
    "freeze",
];
const AWS: Keys = &[
    "admin_account",
    "organization",
    "region",
    "call_as",
    "template_bucket",
];
const STACK_SET: Keys = &[
    "aws_name",
    "adopt",
    "description",
    "template",
    "targets",
    "regions",
    "deploy",
    "skip",
    "parameters",
    "override",
    "capabilities",
    "permission",
    "administration_role",
    "execution_role",
    "auto_deploy",
    "managed_execution",
    "depends_on",
    "rollout",
    "preferences",
    "on_leave",
    "tags",
    "allow",
];
const PART: Keys = &["name", "targets", "regions", "parameters", "reason"];
const PREFERENCES: Keys = &[
    "max_concurrent",
    "failure_tolerance",
    "concurrency_mode",
    "region_order",
    "create",
    "update",
    "delete",
    "drift",
];
const STAGE: Keys = &[
    "name",
    "targets",
    "max_concurrent",
    "failure_tolerance",
    "concurrency_mode",
    "region_order",
    "soak",
    "alarms",
    "approval",
];
const ROLLOUT: Keys = &["on_failure", "stage"];
const TARGET_SET: Keys = &["include", "exclude"];
const REMOVED: Keys = &["aws_name", "stacks", "reason"];
const PROTECT: Keys = &["delete", "shrink", "replace"];
const GUARD: Keys = &[
    "max_deleted_instances",
    "max_changed_instances",
    "max_changed_accounts",
    "require_committed",
    "policies",
];
const FREEZE: Keys = &["name", "from", "until", "targets"];
const AUTO_DEPLOY: Keys = &["new_accounts", "leaving_accounts"];
const TEMPLATE: Keys = &["s3", "sha256"];

/// The order of the keys below a header; none where people name the keys.
pub(super) fn of(path: &[&str]) -> Option<Keys> {
    Some(match path {
        [] => TOP,
        ["aws"] => AWS,
        ["defaults"] | ["stackset", _] => STACK_SET,
        ["defaults", "auto_deploy"] | ["stackset", _, "auto_deploy"] => AUTO_DEPLOY,
        ["defaults", "preferences", ..] | ["stackset", _, "preferences", ..] => PREFERENCES,
        ["stackset", _, "deploy" | "skip" | "override"] => PART,
        ["stackset", _, "template"] => TEMPLATE,
        ["rollout", _] => ROLLOUT,
        ["rollout", _, "stage"] => STAGE,
        ["target_set", _] => TARGET_SET,
        ["removed", _] => REMOVED,
        ["protect"] => PROTECT,
        ["guard"] => GUARD,
        ["freeze"] => FREEZE,
        _ => return None,
    })
}

fn rank(keys: Keys, key: &str) -> usize {
    keys.iter().position(|known| *known == key).unwrap_or(keys.len())
}

/// Puts sections and keys into their order; what has none stays as it is written.
pub(super) fn sort(pages: &mut Pages) {
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for section in &pages.sections {
        for names in [section.path.get(..1), Some(group(section))]
            .into_iter()
            .flatten()
        {
            let next = seen.len();
            seen.entry(names.to_vec()).or_insert(next);
        }
    }
    let since = |names: &[String]| seen.get(names).copied().unwrap_or_default();
    pages.sections.sort_by_key(|section| {
        let Some(first) = section.path.first() else {
            return (0, 0, 0);
        };
        let known = rank(TOP, first);
        let unknown = if known == TOP.len() {
            since(std::slice::from_ref(first))
        } else {
            0
        };
        // `[defaults]` stands above `[defaults.tags]`, and the tables of one StackSet stand together.
        let group = group(section);
        (
            known + 1,
            unknown,
            if group.len() == 1 { 0 } else { since(group) + 1 },
        )
    });
    for section in &mut pages.sections {
        let path: Vec<&str> = section.path.iter().map(String::as_str).collect();
        if let Some(keys) = of(&path) {
            section.entries.sort_by_key(|entry| rank(keys, &entry.first));
        }
    }
}

/// What a section belongs to: the first two names of its header, or one where a second is no name of its own.
fn group(section: &Section) -> &[String] {
    let names = if section.below_list { 1 } else { 2 };
    section.path.get(..names).unwrap_or(&section.path)
}
