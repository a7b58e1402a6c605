//! `regions`, in the order of the rollout.

use model::diagnostic::Spanned;
use model::ids::Region;

use crate::reader::Reader;
use crate::targets::{empty, in_a_set, names, twice};
use crate::tree::{Place, Table};
use crate::vocabulary::{REGION_SETS, look_up};
use crate::words::shown;

const EXAMPLE: &str = "regions = [\"eu-west-1\", \"us-east-1\"]";

/// `regions`: Regions and sets of them. One of a set has its place in the set, where it can be changed.
pub(crate) fn regions(reader: &mut Reader, table: &Table) -> Vec<Spanned<Region>> {
    let written = names(reader, table, "regions", EXAMPLE);
    empty(reader, table, "regions");
    let mut found: Vec<Spanned<Region>> = Vec::new();
    let mut places = Vec::new();
    for (text, at) in &written {
        let more = match text.strip_prefix('@') {
            Some(name) => look_up(reader, &REGION_SETS, name, *at).unwrap_or_default(),
            None => region(reader, text, *at).into_iter().collect(),
        };
        places.extend(more.iter().map(|region| (region.value.to_string(), *at)));
        found.extend(more);
    }
    twice(reader, &places, "Region");
    found
}

/// The Regions of a set.
pub(crate) fn plain_regions(reader: &mut Reader, table: &Table, key: &str) -> Vec<Spanned<Region>> {
    let written = names(reader, table, key, "core = [\"eu-west-1\", \"us-east-1\"]");
    empty(reader, table, key);
    twice(reader, &written, "Region");
    let read = |(text, at): &(String, Place)| match text.strip_prefix('@') {
        Some(name) => {
            in_a_set(reader, name, *at);
            None
        }
        None => region(reader, text, *at),
    };
    written.iter().filter_map(read).collect()
}

/// A Region of AWS's form; which ones there are changes every few months, so no list is kept.
pub(crate) fn region(reader: &mut Reader, text: &str, at: Place) -> Option<Spanned<Region>> {
    let parts: Vec<&str> = text.split('-').collect();
    let well_formed = match parts.as_slice() {
        [area, middle @ .., number] => {
            let letters = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
            letters(area) && !middle.is_empty() && middle.iter().all(letters) && number.parse::<u8>().is_ok()
        }
        _ => false,
    };
    let parsed = Region::parse(text).ok().filter(|_| well_formed);
    if parsed.is_none() {
        let message = format!("`{}` is not a Region", shown(text));
        let help = if reader.vocabulary.region_sets.contains_key(text) {
            format!("a set of Regions has that name: \"@{text}\"")
        } else {
            "correct it, for example \"eu-west-1\"".to_owned()
        };
        reader.bad(at, message, "a Region looks like eu-west-1", help);
    }
    parsed.map(|value| reader.spanned(value, at))
}
