//! Looks for the seed that finds a defect.

use std::fmt::Write;

use super::Entry;
use crate::seen::Seen;
use crate::walk::{Desk, Trial, walk, walk_with};

/// How a defect was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catch {
    /// The seed.
    pub seed: u64,
    /// The invariant that broke.
    pub invariant: String,
    /// What was said, in one line.
    pub what: String,
}

/// The first of some seeds on which an invariant breaks that the defect is about, and that holds without it.
///
/// The only difference between the two walks is the defect, so it is what broke it.
pub fn hunt(entry: &Entry, seeds: impl IntoIterator<Item = u64>, desk: &Desk) -> Option<Catch> {
    seeds.into_iter().find_map(|seed| find(entry, seed, desk))
}

fn find(entry: &Entry, seed: u64, desk: &Desk) -> Option<Catch> {
    let trial = Trial::draw(seed);
    let what = walk_with(Some(entry.defect), &trial, desk, &mut Seen::default()).err()?;
    let what = what.lines().next().unwrap_or_default().to_owned();
    let invariant = invariant(&what)?;
    let meant = entry.breaks.split(' ').any(|it| it == invariant);
    let holds = || walk(&trial, desk, &mut Seen::default()).is_ok();
    (meant && holds()).then_some(Catch {
        seed,
        invariant,
        what,
    })
}

/// The name of the invariant in what was said: a word such as `S11:`.
fn invariant(what: &str) -> Option<String> {
    let mut words = what.split(' ').filter_map(|word| word.strip_suffix(':'));
    let named = |word: &&str| {
        let digits = word.strip_prefix(['S', 'L', 'P', 'R']).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.find(named).map(str::to_owned)
}

/// Looks for some defects within so many seeds each; the table in Markdown, and how many of the reference's list were found.
pub fn table(
    entries: impl IntoIterator<Item = &'static Entry>,
    within: u64,
    desk: &Desk,
    mut tell: impl FnMut(&str),
) -> usize {
    tell("| no. | defect | caught at seed | by |\n|---|---|---|---|");
    let mut caught = 0;
    for entry in entries {
        let mut line = format!("| {} | {} |", entry.number, entry.words);
        match hunt(entry, 0..within, desk) {
            Some(found) => {
                caught += usize::from(entry.number > 0);
                let said: String = found.what.chars().take(100).collect();
                let _ = write!(line, " {} | {} ({said}) |", found.seed, found.invariant);
            }
            None => {
                let _ = write!(line, " not within {within} | |");
            }
        }
        tell(&line);
    }
    caught
}
