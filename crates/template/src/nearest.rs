//! "Did you mean": names that differ little.

/// Longer names are not compared: the cost grows with the product of the lengths.
const MAX_LENGTH: usize = 255;
/// More candidates than this are not compared.
const MAX_CANDIDATES: usize = 1000;

/// The candidate with the fewest edits, when these are at most `within`.
pub(crate) fn nearest<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    within: usize,
) -> Option<&'c str> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let close = candidates
        .into_iter()
        .take(MAX_CANDIDATES)
        .filter(|known| known.len().abs_diff(name.len()) <= within * 4 && known.len() <= MAX_LENGTH);
    close
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .filter(|(edits, _)| *edits <= within)
        .min()
        .map(|(_, known)| known)
}
