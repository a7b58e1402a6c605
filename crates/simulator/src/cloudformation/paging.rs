//! Pages of lists (reference §1.7).

use super::Request;
use super::refusal::Refusal;
use super::xml::Xml;
use crate::world::{Pages, World};

/// Most items of a page.
const MOST: usize = 100;
/// Stands in front of a token that an empty page ended with.
const GAP: char = '~';

/// What page a call wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    /// Items at most.
    pub(super) size: usize,
    /// Where the page before ended, in the words of the list.
    pub(super) after: Option<String>,
    /// Whether the page has a token and nothing else, unless nothing follows.
    gap: bool,
}

impl Request<'_> {
    /// Reads `MaxResults` and `NextToken`.
    pub(super) fn page(&self) -> Result<Page, Refusal> {
        let asked = self.form.get("MaxResults").and_then(|text| text.parse().ok());
        let size = asked.unwrap_or(MOST);
        let after = self.form.get("NextToken").filter(|token| !token.is_empty());
        let after = after.map(decode).transpose()?;
        let behind_a_gap = after.as_deref().and_then(|after| after.strip_prefix(GAP));
        Ok(Page {
            size,
            gap: behind_a_gap.is_none() && self.world.knobs.pages == Pages::WithGaps,
            after: match behind_a_gap {
                Some("") => None,
                Some(rest) => Some(rest.to_owned()),
                None => after,
            },
        })
    }
}

impl Page {
    /// The rows of the page, and its token when more follow.
    pub(super) fn cut<T>(
        &self,
        mut items: impl Iterator<Item = T>,
        name: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        if self.gap {
            let after = self.after.as_deref().unwrap_or_default();
            let more = items.next().is_some();
            return (Vec::new(), more.then(|| encode(&format!("{GAP}{after}"))));
        }
        let rows: Vec<T> = items.by_ref().take(self.size).collect();
        let token = rows
            .last()
            .filter(|_| items.next().is_some())
            .map(|last| encode(&name(last)));
        (rows, token)
    }
}

/// A token that looks like none of the things it stands for, so that nobody builds one.
pub(super) fn encode(after: &str) -> String {
    let mut token = String::with_capacity(after.len() * 2);
    for byte in after.bytes() {
        for half in [byte >> 4, byte & 15] {
            token.extend(char::from_digit(half.into(), 16));
        }
    }
    token
}

fn decode(token: &str) -> Result<String, Refusal> {
    let invalid = || Refusal::validation("The NextToken is not valid");
    let pairs = token
        .as_bytes()
        .chunks(2)
        .map(|pair| str::from_utf8(pair).ok().filter(|pair| pair.len() == 2));
    let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    let bytes = bytes.ok_or_else(invalid)?;
    String::from_utf8(bytes).map_err(|_| invalid())
}

/// Writes `Summaries` and, when more follow, `NextToken`.
pub(super) fn write<T>(
    xml: &mut Xml,
    page: &Page,
    items: impl Iterator<Item = T>,
    name: impl Fn(&T) -> String,
    each: impl Fn(&mut Xml, &T),
) {
    let (rows, token) = page.cut(items, name);
    xml.list("Summaries", &rows, |xml, item| each(xml, item));
    xml.optional("NextToken", token.as_deref());
}

/// Rows in no order that means anything, but the same one for every page; those that come behind the last row of a page.
pub(super) fn shuffled<T>(
    world: &World,
    rows: impl Iterator<Item = T>,
    name: impl Fn(&T) -> String,
    after: Option<&str>,
) -> std::vec::IntoIter<T> {
    let place = |name: String| (world.rank(&name), name);
    let last = after.map(|after| place(after.to_owned()));
    let placed = rows.map(|row| (place(name(&row)), row));
    let mut rows: Vec<_> = placed
        .filter(|(place, _)| last.as_ref().is_none_or(|last| place > last))
        .collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let rows: Vec<T> = rows.into_iter().map(|(_, row)| row).collect();
    rows.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_as_they_were_and_others_are_refused() {
        assert_eq!(
            decode(&encode("111122223333/eu-west-1")).unwrap(),
            "111122223333/eu-west-1"
        );
        assert!(decode("1").is_err());
        assert!(decode("zz").is_err());
        assert!(decode("ff").is_err());
    }
}
