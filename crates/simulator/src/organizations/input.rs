//! The members of a request.

use model::ids::{AccountId, UnitId};
use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::world::Pages;

/// The most rows of a page, and as many as there are without `MaxResults` (reference §8.1).
const PAGE: usize = 20;
/// Front of the token that an empty page ends with.
const GAP: &str = "gap:";

/// A request's JSON object.
pub(super) struct Input {
    members: Map<String, Value>,
    /// Whether pages may be empty and still not be the last.
    gaps: bool,
}

impl Input {
    /// Reads the body; none at all is an empty object.
    pub(super) fn parse(body: &[u8], pages: Pages) -> Result<Self, Refusal> {
        let body = if body.is_empty() { b"{}" } else { body };
        let members = serde_json::from_slice(body)
            .map_err(|error| Refusal::new("SerializationException", error.to_string()))?;
        let gaps = pages == Pages::WithGaps;
        Ok(Self { members, gaps })
    }

    /// A member that may be left out.
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    /// A member that must be there and not be empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.optional(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::invalid("INPUT_REQUIRED", format!("{name} is required")))
    }

    /// A list that may be left out.
    pub(super) fn list(&self, name: &str) -> Result<&[Value], Refusal> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(Refusal::invalid("INVALID_PATTERN", format!("{name} is a list"))),
        }
    }

    /// A required account id.
    pub(super) fn account(&self, name: &str) -> Result<AccountId, Refusal> {
        AccountId::parse(self.required(name)?)
            .map_err(|error| Refusal::invalid("INVALID_PATTERN", error.to_string()))
    }

    /// A required id of a unit or root.
    pub(super) fn unit(&self, name: &str) -> Result<UnitId, Refusal> {
        UnitId::parse(self.required(name)?)
            .map_err(|error| Refusal::invalid("INVALID_PATTERN", error.to_string()))
    }

    /// A required id of a unit; the root is none.
    pub(super) fn unit_below_root(&self, name: &str) -> Result<UnitId, Refusal> {
        let id = self.unit(name)?;
        if id.is_root() {
            let message = format!("{name} is the id of an organizational unit");
            return Err(Refusal::invalid("INVALID_PATTERN", message));
        }
        Ok(id)
    }

    /// One page of rows that are sorted by key. The token is the key of the last row that was given, so that rows which come or go
    /// between two pages make no other row appear twice or never.
    pub(super) fn page<K: ToString, V>(
        &self,
        rows: impl Iterator<Item = (K, V)>,
    ) -> Result<(Vec<V>, Option<String>), Refusal> {
        let size = self.page_size()?;
        let (after, behind_a_gap) = match self.optional("NextToken") {
            None => (None, false),
            Some(token) => after(token)?,
        };
        let mut rows = rows
            .map(|(key, row)| (key.to_string(), row))
            .skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
        if self.gaps && !behind_a_gap {
            let token = rows.next().map(|_| format!("{GAP}{}", after.unwrap_or_default()));
            return Ok((Vec::new(), token));
        }
        let page: Vec<_> = rows.by_ref().take(size).collect();
        let last = page.last().map(|(key, _)| format!("after:{key}"));
        let token = last.filter(|_| rows.next().is_some());
        Ok((page.into_iter().map(|(_, row)| row).collect(), token))
    }

    fn page_size(&self) -> Result<usize, Refusal> {
        let Some(value) = self.members.get("MaxResults") else {
            return Ok(PAGE);
        };
        let size = value.as_u64().and_then(|size| usize::try_from(size).ok());
        match size {
            Some(size @ 1..=PAGE) => Ok(size),
            Some(0) => Err(Refusal::invalid("MIN_VALUE_EXCEEDED", "MaxResults is at least 1")),
            _ => Err(Refusal::invalid("MAX_VALUE_EXCEEDED", "MaxResults is at most 20")),
        }
    }
}

/// The key of the last row that was given, none before the first; and whether the page after it was given too, empty.
fn after(token: &str) -> Result<(Option<String>, bool), Refusal> {
    let parts = token.split_once(':');
    let (kind, key) = parts.unwrap_or_default();
    match kind {
        "after" => Ok((Some(key.to_owned()), false)),
        "gap" => Ok((Some(key.to_owned()).filter(|key| !key.is_empty()), true)),
        _ => Err(Refusal::invalid(
            "INVALID_NEXT_TOKEN",
            "You specified an invalid value for nextToken.",
        )),
    }
}
