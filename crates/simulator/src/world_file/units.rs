//! `[[unit]]`: paths become a tree of ids.

use std::collections::BTreeMap;

use model::diagnostic::Diagnostic;
use model::digest::base32;
use model::ids::UnitId;
use toml::Spanned;

use super::format::Unit;
use super::parse::Mistakes;
use crate::world::UnitState;

/// The tree, with the way to it by path.
pub(super) struct Units {
    pub(super) root: UnitId,
    pub(super) states: BTreeMap<UnitId, UnitState>,
    by_path: BTreeMap<String, UnitId>,
}

/// A path without the root's name, which may be written as in a manifest or left out.
fn below_root(path: &str) -> &str {
    path.strip_prefix("Root/")
        .unwrap_or(if path == "Root" { "" } else { path })
}

impl Units {
    /// The units of a file.
    pub(super) fn read(written: &[Unit], root: UnitId, mistakes: &mut Mistakes<'_>) -> Self {
        let mut units = Self {
            root,
            states: BTreeMap::new(),
            by_path: BTreeMap::new(),
        };
        let mut sorted: Vec<&Unit> = written.iter().collect();
        // A unit comes after the ones above it, whatever the order in the file.
        sorted.sort_by_key(|unit| below_root(unit.path.get_ref()).matches('/').count());
        for unit in sorted {
            units.add(unit, mistakes);
        }
        units
    }

    /// The unit at a path.
    pub(super) fn at(&self, path: &str) -> Option<&UnitId> {
        match below_root(path) {
            "" => Some(&self.root),
            path => self.by_path.get(path),
        }
    }

    /// The paths of all units.
    pub(super) fn paths(&self) -> Vec<&str> {
        std::iter::once("Root")
            .chain(self.by_path.keys().map(String::as_str))
            .collect()
    }

    fn add(&mut self, unit: &Unit, mistakes: &mut Mistakes<'_>) {
        let path = below_root(unit.path.get_ref());
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name.is_empty() {
            mistakes.wrong(&unit.path, "E0251", "a unit's path is names joined by `/`");
        } else if self.by_path.contains_key(path) {
            mistakes.wrong(&unit.path, "E0253", &format!("the unit `{path}` is there twice"));
        } else {
            let parent = self.at(above).cloned().unwrap_or_else(|| {
                let message = format!("the unit `{path}` stands below `{above}`, which is not in the world");
                let help = format!("add: [[unit]]\npath = \"{above}\"");
                mistakes.add(unit.path.span(), Diagnostic::error("E0251", message).help(help));
                self.root.clone()
            });
            self.insert(
                unit,
                path,
                UnitState {
                    name: name.to_owned(),
                    parent,
                },
                mistakes,
            );
        }
    }

    fn insert(&mut self, unit: &Unit, path: &str, state: UnitState, mistakes: &mut Mistakes<'_>) {
        let written = unit.id.as_ref().map(|id| id.get_ref().clone());
        let Some(id) = written.or_else(|| self.derived(path)) else {
            return;
        };
        self.by_path.insert(path.to_owned(), id.clone());
        if id.is_root() || self.states.insert(id.clone(), state).is_some() {
            let range = unit.id.as_ref().map_or(unit.path.span(), Spanned::span);
            mistakes.add(
                range,
                Diagnostic::error("E0253", format!("the unit id `{id}` is taken")),
            );
        }
    }

    /// The same path has the same id in every run.
    fn derived(&self, path: &str) -> Option<UnitId> {
        let hash = base32(path.as_bytes());
        let root = self.root.as_str().trim_start_matches("r-");
        UnitId::parse(&format!("ou-{root}-{}", hash.get(..8)?)).ok()
    }
}
