//! The members of a request.

use model::ids::{AccountId, UnitId};
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The most rows of a page, and as many as there are without `MaxResults` (reference §8.1).
const PAGE: usize = 20;

/// A request's JSON object.
pub(super) struct Input(Map<String, Value>);

impl Input {
    /// Reads the body; none at all is an empty object.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        let object = serde_json::from_slice(body);
        object
            .map(Self)
            .map_err(|error| Refusal::new("SerializationException", error.to_string()))
    }

    /// A member that may be left out.
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A member that must be there and not be empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.optional(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::invalid("INPUT_REQUIRED", format!("{name} is required")))
    }

    /// A list that may be left out.
    pub(super) fn list(&self, name: &str) -> Result<&[Value], Refusal> {
        match self.0.get(name) {
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
        let after = self.optional("NextToken").map(after).transpose()?;
        let mut rows = rows
            .map(|(key, row)| (key.to_string(), row))
            .skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
        let page: Vec<_> = rows.by_ref().take(size).collect();
        let last = page.last().map(|(key, _)| format!("after:{key}"));
        let token = last.filter(|_| rows.next().is_some());
        Ok((page.into_iter().map(|(_, row)| row).collect(), token))
    }

    fn page_size(&self) -> Result<usize, Refusal> {
        let Some(value) = self.0.get("MaxResults") else {
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

fn after(token: &str) -> Result<String, Refusal> {
    let key = token.strip_prefix("after:");
    key.map(str::to_owned).ok_or_else(|| {
        Refusal::invalid(
            "INVALID_NEXT_TOKEN",
            "You specified an invalid value for nextToken.",
        )
    })
}
