//! The Query protocol's input: a form with flattened names (reference §10.1).

use std::collections::BTreeMap;

/// A form. An absent list and an empty one are two things: `Tags=` is a list without members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form {
    fields: BTreeMap<String, String>,
}

impl Form {
    /// Reads a form-encoded body; of a name that comes twice, the last value counts.
    pub(super) fn read(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { fields }
    }

    /// A scalar, none when absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Every field, by name.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The members of a list, none when absent.
    pub(super) fn count(&self, name: &str) -> Option<usize> {
        self.structures(name).map(|members| members.len())
    }

    /// Whether anything of this name or below it was sent.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name) || self.below(&format!("{name}.")).next().is_some()
    }

    /// A list of scalars, none when absent.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let prefix = format!("{name}.member.");
        let mut members: Vec<(u32, &str)> = self
            .below(&prefix)
            .filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?.parse().ok()?, value)))
            .collect();
        members.sort_unstable_by_key(|(index, _)| *index);
        let sent = self.fields.contains_key(name) || !members.is_empty();
        sent.then(|| members.into_iter().map(|(_, value)| value).collect())
    }

    /// A list of structures, each as the prefix of its members with the dot; none when absent.
    pub(super) fn structures(&self, name: &str) -> Option<Vec<String>> {
        let prefix = format!("{name}.member.");
        let mut indexes: Vec<u32> = self
            .below(&prefix)
            .filter_map(|(key, _)| key.strip_prefix(&prefix)?.split('.').next()?.parse().ok())
            .collect();
        indexes.sort_unstable();
        indexes.dedup();
        let sent = self.fields.contains_key(name) || !indexes.is_empty();
        sent.then(|| {
            indexes
                .into_iter()
                .map(|index| format!("{prefix}{index}."))
                .collect()
        })
    }

    fn below<'a>(&'a self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let prefix = prefix.to_owned();
        self.fields
            .range(prefix.clone()..)
            .take_while(move |(key, _)| key.starts_with(&prefix))
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_is_not_an_absent_one() {
        let form = Form::read(b"Tags=&Regions.member.2=eu-west-1&Regions.member.1=us-east-1");
        assert_eq!(form.list("Tags"), Some(vec![]));
        assert_eq!(form.structures("Tags"), Some(vec![]));
        assert_eq!(form.list("Parameters"), None);
        assert_eq!(form.list("Regions"), Some(vec!["us-east-1", "eu-west-1"]));
    }

    #[test]
    fn members_are_in_the_order_of_their_numbers() {
        let members: Vec<String> = (1..=12).rev().map(|n| format!("A.member.{n}={n}")).collect();
        let form = Form::read(members.join("&").as_bytes());
        assert_eq!(form.list("A").unwrap().join(","), "1,2,3,4,5,6,7,8,9,10,11,12");
    }

    #[test]
    fn spaces_come_in_both_encodings() {
        let form = Form::read(b"Description=a+b%20c");
        assert_eq!(form.get("Description"), Some("a b c"));
    }
}
