//! Examples of a type with hostile texts in them.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Type, chosen};

/// Examples of a type, and the places in them that take a hostile text.
pub(crate) struct Victim<T> {
    kind: Type,
    /// Each with the places that it has.
    values: Vec<(Value, BTreeSet<String>)>,
    /// The places.
    pub(crate) fields: BTreeSet<String>,
    what: PhantomData<T>,
}

impl<T: JsonSchema + Serialize + DeserializeOwned> Victim<T> {
    /// The type's own examples, and these.
    pub(crate) fn new(more: &[T]) -> Self {
        let kind = Type::of::<T>();
        let more = more
            .iter()
            .map(|one| serde_json::to_value(one).unwrap_or_default());
        let values: Vec<Value> = kind.values::<T>().into_iter().chain(more).collect();
        let values: Vec<(Value, BTreeSet<String>)> =
            values.into_iter().map(|value| kind.with_places(value)).collect();
        let fields: BTreeSet<String> = values.iter().flat_map(|(_, places)| places).cloned().collect();
        let missing: Vec<String> = kind.places().difference(&fields).cloned().collect();
        assert!(missing.is_empty(), "no example has {missing:#?}");
        let mut victim = Self {
            kind,
            values,
            fields,
            what: PhantomData,
        };
        // The same field is of the same type in every example.
        let takes = |place: &&String| {
            let only = BTreeSet::from([(*place).clone()]);
            victim
                .example_with(place)
                .is_some_and(|(value, _)| victim.poisoned(value, &only, "\u{1b}[2J<x>", false).is_ok())
        };
        let fields: BTreeSet<String> = victim.fields.iter().filter(takes).cloned().collect();
        victim.fields = fields;
        victim
    }

    /// With a text in some places, everywhere or once in each.
    fn poisoned(
        &self,
        value: &Value,
        places: &BTreeSet<String>,
        bad: &str,
        once: bool,
    ) -> serde_json::Result<T> {
        let (mut value, mut done) = (value.clone(), BTreeSet::new());
        self.kind.visit(&mut value, &mut |place, text| {
            if places.contains(place) && !(done.contains(place) && once) {
                bad.clone_into(text);
                done.insert(place.to_owned());
            }
        });
        serde_json::from_value(value)
    }

    /// What somebody wrote by hand comes last and has the most to tell.
    fn example_with(&self, field: &str) -> Option<&(Value, BTreeSet<String>)> {
        self.values
            .iter()
            .rev()
            .find(|(_, places)| places.contains(field))
    }

    fn number(&self, number: usize) -> &Value {
        &chosen(&self.values, number).0
    }

    /// An example as it is.
    pub(crate) fn plain(&self, number: usize) -> T {
        self.poisoned(self.number(number), &BTreeSet::new(), "", false)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// An example with a text in all of its fields.
    pub(crate) fn all(&self, number: usize, bad: &str) -> T {
        self.poisoned(self.number(number), &self.fields, bad, false)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// For each field an example with a text in it, wherever it is.
    pub(crate) fn each(&self, bad: &str, mut look: impl FnMut(T, &str)) {
        for field in &self.fields {
            let only = BTreeSet::from([field.clone()]);
            let (value, _) = self
                .example_with(field)
                .unwrap_or_else(|| panic!("no example has {field}"));
            let victim = self.poisoned(value, &only, bad, false);
            look(victim.unwrap_or_else(|error| panic!("{field}: {error}")), field);
        }
    }

    /// An example with a text in the first place of each of a few fields, until every field that is wanted had it.
    pub(crate) fn each_few(
        &self,
        (few, wanted): (usize, fn(&str) -> bool),
        bad: &str,
        mut look: impl FnMut(T, &str),
    ) {
        let mut left: Vec<&String> = self.fields.iter().filter(|field| wanted(field)).collect();
        while let Some(first) = left.first() {
            let (value, places) = self
                .example_with(first)
                .unwrap_or_else(|| panic!("no example has {first}"));
            let taken: BTreeSet<String> = left
                .iter()
                .filter(|field| places.contains(**field))
                .take(few)
                .map(|field| (*field).clone())
                .collect();
            left.retain(|field| !taken.contains(*field));
            let victim = self.poisoned(value, &taken, bad, true);
            look(
                victim.unwrap_or_else(|error| panic!("{taken:?}: {error}")),
                &format!("{taken:?}"),
            );
        }
    }
}
