//! Every input of a call is held against its bounds before anything else, and every mistake is told in one answer, as the service
//! does it.

use std::collections::BTreeMap;

use super::bounds::{self, Rule};
use super::form::Form;
use super::refusal::Refusal;

/// Refuses a call with inputs that are missing or out of bounds.
pub(super) fn check(action: &str, form: &Form) -> Result<(), Refusal> {
    let mut mistakes = missing(action, form);
    mistakes.extend(sizes(action, form));
    let mut lists: BTreeMap<String, &'static [Rule]> = BTreeMap::new();
    for (name, value) in form.fields() {
        let input = without_numbers(name);
        let rules = bounds::rules(action, &input);
        let broken: Vec<&Rule> = rules.iter().filter(|rule| !holds(rule, value)).collect();
        match input.strip_suffix(".*") {
            Some(_) if !broken.is_empty() => {
                let list = name.rsplit_once(".member.").map_or(name, |(list, _)| list);
                lists.insert(list.to_owned(), rules);
            }
            Some(_) => {}
            None => mistakes.extend(broken.into_iter().map(|rule| mistake(value, name, &words(rule)))),
        }
    }
    mistakes.extend(
        lists
            .into_iter()
            .map(|(name, rules)| list_mistake(form, &name, rules)),
    );
    match mistakes.len() {
        0 => Ok(()),
        1 => Err(told(&mistakes, "1 validation error")),
        count => Err(told(&mistakes, &format!("{count} validation errors"))),
    }
}

fn told(mistakes: &[String], count: &str) -> Refusal {
    Refusal::validation(format!("{count} detected: {}", mistakes.join("; ")))
}

fn missing(action: &str, form: &Form) -> Vec<String> {
    let required = bounds::required(action).iter();
    let absent = required.filter(|name| !form.has(name));
    absent
        .map(|name| {
            format!(
                "Value null at '{}' failed to satisfy constraint: Member must not be null",
                told_as(name)
            )
        })
        .collect()
}

fn sizes(action: &str, form: &Form) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (name, least, most) in bounds::members(action) {
        let Some(count) = form.count(name) else { continue };
        let rule = match count {
            _ if count < *least => Rule::Shortest(*least),
            _ if count > *most => Rule::Longest(*most),
            _ => continue,
        };
        mistakes.push(mistake(&format!("[{count} members]"), name, &words(&rule)));
    }
    mistakes
}

fn mistake(value: &str, name: &str, words: &str) -> String {
    format!(
        "Value '{value}' at '{}' failed to satisfy constraint: {words}",
        told_as(name)
    )
}

/// Of a list the whole value is told, and all that each of its members must be.
fn list_mistake(form: &Form, name: &str, rules: &[Rule]) -> String {
    let members = form.list(name).unwrap_or_default().join(", ");
    let rules: Vec<String> = rules.iter().map(words).collect();
    let all = format!("Member must satisfy constraint: [{}]", rules.join(", "));
    mistake(&format!("[{members}]"), name, &all)
}

fn holds(rule: &Rule, value: &str) -> bool {
    let number = || value.parse::<i64>().ok();
    match rule {
        Rule::Shortest(least) => value.chars().count() >= *least,
        Rule::Longest(most) => value.chars().count() <= *most,
        Rule::Form(_, has_form) => has_form(value),
        Rule::OneOf(values) => values.contains(&value),
        Rule::From(least) => number().is_some_and(|number| number >= *least),
        Rule::To(most) => number().is_some_and(|number| number <= *most),
        Rule::Flag => matches!(value, "true" | "false" | "True" | "False" | "1" | "0"),
    }
}

fn words(rule: &Rule) -> String {
    match rule {
        Rule::Shortest(least) => format!("Member must have length greater than or equal to {least}"),
        Rule::Longest(most) => format!("Member must have length less than or equal to {most}"),
        Rule::Form(pattern, _) => format!("Member must satisfy regular expression pattern: {pattern}"),
        Rule::OneOf(values) => format!("Member must satisfy enum value set: [{}]", values.join(", ")),
        Rule::From(least) => format!("Member must have value greater than or equal to {least}"),
        Rule::To(most) => format!("Member must have value less than or equal to {most}"),
        Rule::Flag => "Member must be a boolean".to_owned(),
    }
}

/// `Tags.member.1.Key` as `Tags.*.Key`.
fn without_numbers(name: &str) -> String {
    let mut parts = Vec::new();
    let mut rest = name.split('.');
    while let Some(part) = rest.next() {
        if part == "member" {
            rest.next();
            parts.push("*");
        } else {
            parts.push(part);
        }
    }
    parts.join(".")
}

/// `Tags.member.1.Key` as the service tells it: `tags.1.member.key`.
pub(super) fn told_as(name: &str) -> String {
    let mut parts = Vec::new();
    let mut rest = name.split('.').filter(|part| !part.is_empty());
    while let Some(part) = rest.next() {
        if part == "member" {
            parts.extend(rest.next().map(str::to_owned));
            parts.push("member".to_owned());
        } else {
            let mut letters = part.chars();
            let first = letters.next().map(|first| first.to_ascii_lowercase());
            parts.push(first.into_iter().chain(letters).collect());
        }
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_told_as_the_service_tells_them() {
        assert_eq!(told_as("StackSetName"), "stackSetName");
        assert_eq!(told_as("Tags.member.2.Key"), "tags.2.member.key");
        assert_eq!(
            told_as("OperationPreferences.MaxConcurrentCount"),
            "operationPreferences.maxConcurrentCount"
        );
        assert_eq!(without_numbers("Tags.member.2.Key"), "Tags.*.Key");
        assert_eq!(without_numbers("Regions.member.11"), "Regions.*");
    }
}
