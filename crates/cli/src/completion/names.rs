//! The names that manifests have, as far as they can be known without AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::desired::Desired;
use model::ids::StackSetName;
use model::snapshot::Snapshot;

/// Bytes of a snapshot that is opened for the names in it: a larger one takes longer than somebody waits.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Names, without any that a shell would take for something else.
#[derive(Debug, Default)]
pub(super) struct Names {
    stack_sets: BTreeSet<String>,
    stages: BTreeSet<String>,
    regions: BTreeSet<String>,
    /// By name and by id.
    accounts: BTreeSet<String>,
    /// As `STACKSET:PARAMETER`.
    parameters: BTreeSet<String>,
    /// As `STACKSET:ACCOUNT/REGION`.
    instances: BTreeSet<String>,
    /// Names in manifests by those in AWS.
    in_aws: BTreeMap<StackSetName, String>,
}

impl Names {
    /// Of these manifests, and of what a snapshot knows besides. What cannot be read has no names.
    pub(super) fn of(manifests: &[PathBuf], snapshot: Option<&Path>) -> Self {
        let mut names = Self::default();
        for manifest in manifests {
            match manifest::read(manifest).desired {
                Some(desired) => names.desired(&desired),
                None => names.unfinished(manifest),
            }
        }
        if let Some(snapshot) = snapshot.and_then(opened) {
            names.organization(&snapshot);
        }
        for all in [
            &mut names.stack_sets,
            &mut names.stages,
            &mut names.regions,
            &mut names.accounts,
            &mut names.parameters,
            &mut names.instances,
        ] {
            all.retain(|name| is_plain(name));
        }
        names
    }

    /// Those of a kind, as the help calls it; none of a kind that nobody here knows.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<&str> {
        let found = match kind {
            "STACKSET" => &self.stack_sets,
            "STACKSET:PARAMETER" => &self.parameters,
            "STACKSET:ACCOUNT/REGION" => &self.instances,
            "STAGE" => &self.stages,
            "REGION" => &self.regions,
            "NAME|ID" => &self.accounts,
            _ => return Vec::new(),
        };
        found.iter().map(String::as_str).collect()
    }

    fn desired(&mut self, desired: &Desired) {
        let sets = &desired.stack_sets;
        self.stack_sets
            .extend(sets.keys().chain(desired.removed.keys()).cloned());
        self.accounts.extend(desired.accounts.keys().cloned());
        let pinned = desired.accounts.values();
        self.accounts.extend(pinned.map(|id| id.value.to_string()));
        for (name, set) in sets {
            self.in_aws.insert(set.aws_name.clone(), name.clone());
            let regions = set.deploy.iter().flat_map(|part| &part.regions);
            self.regions
                .extend(regions.map(|region| region.value.to_string()));
            let overridden = set.overrides.iter().flat_map(|one| one.parameters.keys());
            let parameters = set.parameters.keys().chain(overridden);
            self.parameters
                .extend(parameters.map(|parameter| format!("{name}:{parameter}")));
            if let Some(rollout) = &set.rollout {
                let stages = rollout.stages.iter().map(|stage| &stage.name.value);
                self.stages.extend(stages.cloned());
            }
        }
    }

    /// Of a manifest with mistakes: somebody is at work on it, and its StackSets have names already.
    fn unfinished(&mut self, manifest: &Path) {
        let text = std::fs::read_to_string(manifest).unwrap_or_default();
        let read: toml::Table = text.parse().unwrap_or_default();
        for table in ["stackset", "removed"] {
            let named = read.get(table).and_then(toml::Value::as_table);
            self.stack_sets
                .extend(named.into_iter().flat_map(toml::Table::keys).cloned());
        }
    }

    fn organization(&mut self, snapshot: &Snapshot) {
        let accounts = &snapshot.observed.organization.accounts;
        let named = accounts.values().map(|account| account.name.clone());
        self.accounts
            .extend(accounts.keys().map(ToString::to_string).chain(named));
        for (aws_name, name) in &self.in_aws {
            let set = snapshot.observed.stack_sets.get(aws_name);
            let keys = set.into_iter().flat_map(|set| set.instances.keys());
            let there = keys.map(|key| format!("{name}:{}/{}", key.account, key.region));
            self.instances.extend(there);
        }
    }
}

fn opened(file: &Path) -> Option<Snapshot> {
    let there = std::fs::metadata(file).ok()?;
    if !there.is_file() || there.len() > LARGEST {
        return None;
    }
    Snapshot::open(&std::fs::read_to_string(file).ok()?).ok()
}

/// No blank and nothing that a shell expands: shells put names into the line as they are.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+".contains(c);
    !name.is_empty() && !name.starts_with('-') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Names {
        let directory = tempfile::tempdir().unwrap();
        let manifest = directory.path().join("stackfleet.toml");
        std::fs::write(&manifest, text).unwrap();
        Names::of(&[manifest], None)
    }

    #[test]
    fn a_manifest_with_mistakes_has_names_and_none_that_a_shell_would_obey() {
        let names = names("[stackset.logs]\n[stackset.\"$(reboot)\"]\n[stackset.\"-x\"]\n[removed.old]\n");
        assert_eq!(names.stack_sets.into_iter().collect::<Vec<_>>(), ["logs", "old"]);
    }

    #[test]
    fn what_cannot_be_read_has_no_names() {
        assert!(names("[stackset").stack_sets.is_empty());
        assert!(
            Names::of(&[PathBuf::from("no/such.toml")], None)
                .stack_sets
                .is_empty()
        );
    }
}
