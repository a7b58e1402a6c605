//! What messages say of a text that somebody wrote.

/// Characters of a manifest's text that a message repeats.
const MOST_SHOWN: usize = 80;

/// A text of the manifest as a message repeats it.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(MOST_SHOWN) {
        match c {
            // Quotes are not what hides or acts.
            '"' | '\'' | '\\' => shown.push(c),
            c => shown.extend(c.escape_debug()),
        }
    }
    if text.chars().nth(MOST_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The name that was probably meant.
pub(crate) fn similar<'n>(text: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if text.len() > MOST_SHOWN {
        return None;
    }
    let most = 1 + text.chars().count() / 4;
    let lower = text.to_lowercase();
    let near = known.map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &lower), name));
    near.min()
        .filter(|(edits, _)| *edits <= most)
        .map(|(_, name)| name)
}
