//! The intrinsic functions that names and conditions use, as far as they can be known before anything is made.

use std::collections::BTreeMap;

use model::instance::InstanceKey;
use serde_json::Value;

use crate::world::TemplateFacts;

/// Deeper nesting than any real template has; a bound for conditions that name each other in a circle.
const DEEPEST: u8 = 20;

/// What functions are evaluated in: one stack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The template.
    pub(super) facts: &'a TemplateFacts,
    /// Values of the stack's parameters.
    pub(super) parameters: &'a BTreeMap<String, String>,
    /// Its account and Region.
    pub(super) key: &'a InstanceKey,
    /// Its ARN.
    pub(super) stack_id: &'a str,
    /// The partition.
    pub(super) partition: &'a str,
}

impl Scope<'_> {
    /// The text that a value comes to, when it can be known.
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        self.text_at(value, 0)
    }

    /// Whether a condition holds, when it can be known.
    pub(super) fn condition(&self, name: &str) -> Option<bool> {
        self.holds(self.facts.conditions.get(name)?, 0)
    }

    fn text_at(&self, value: &Value, depth: u8) -> Option<String> {
        let depth = deeper(depth)?;
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Object(object) if object.len() == 1 => {
                let (function, argument) = object.iter().next()?;
                self.function(function, argument, depth)
            }
            _ => None,
        }
    }

    fn function(&self, function: &str, argument: &Value, depth: u8) -> Option<String> {
        match function {
            "Ref" => self.reference(argument.as_str()?),
            "Fn::Sub" => self.substitute(argument, depth),
            "Fn::Join" => {
                let separator = argument.get(0)?.as_str()?;
                let parts = argument.get(1)?.as_array()?;
                let texts: Option<Vec<_>> = parts.iter().map(|part| self.text_at(part, depth)).collect();
                Some(texts?.join(separator))
            }
            "Fn::FindInMap" => {
                let map = self.text_at(argument.get(0)?, depth)?;
                let first = self.text_at(argument.get(1)?, depth)?;
                let second = self.text_at(argument.get(2)?, depth)?;
                self.text_at(self.facts.mappings.get(map)?.get(first)?.get(second)?, depth)
            }
            "Fn::If" => {
                let branch = if self.condition(argument.get(0)?.as_str()?)? {
                    1
                } else {
                    2
                };
                self.text_at(argument.get(branch)?, depth)
            }
            _ => None,
        }
    }

    fn reference(&self, name: &str) -> Option<String> {
        Some(match name {
            "AWS::AccountId" => self.key.account.to_string(),
            "AWS::Region" => self.key.region.to_string(),
            "AWS::Partition" => self.partition.to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            "AWS::StackId" => self.stack_id.to_owned(),
            "AWS::StackName" => self.stack_id.split('/').nth(1)?.to_owned(),
            _ => self.parameters.get(name)?.clone(),
        })
    }

    fn substitute(&self, argument: &Value, depth: u8) -> Option<String> {
        let (pattern, names) = match argument {
            Value::String(pattern) => (pattern.as_str(), None),
            _ => (argument.get(0)?.as_str()?, argument.get(1)),
        };
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            text.push_str(before);
            let (name, behind) = after.split_once('}')?;
            if let Some(literal) = name.strip_prefix('!') {
                text.extend(["${", literal, "}"]);
            } else {
                let own = names.and_then(|names| names.get(name));
                let value = own.map_or_else(|| self.reference(name), |own| self.text_at(own, depth));
                text.push_str(&value?);
            }
            rest = behind;
        }
        text.push_str(rest);
        Some(text)
    }

    fn holds(&self, value: &Value, depth: u8) -> Option<bool> {
        let depth = deeper(depth)?;
        let object = value.as_object()?;
        let (function, argument) = object.iter().next()?;
        let all = || {
            argument
                .as_array()
                .map(|parts| parts.iter().map(|part| self.holds(part, depth)))
        };
        match function.as_str() {
            "Condition" => self.holds(self.facts.conditions.get(argument.as_str()?)?, depth),
            "Fn::Equals" => {
                Some(self.text_at(argument.get(0)?, depth)? == self.text_at(argument.get(1)?, depth)?)
            }
            "Fn::Not" => self.holds(argument.get(0)?, depth).map(|holds| !holds),
            "Fn::And" => all()?.try_fold(true, |so_far, holds| Some(so_far & holds?)),
            "Fn::Or" => all()?.try_fold(false, |so_far, holds| Some(so_far | holds?)),
            _ => None,
        }
    }
}

fn deeper(depth: u8) -> Option<u8> {
    (depth < DEEPEST).then_some(depth + 1)
}

#[cfg(test)]
mod tests {
    use model::ids::{AccountId, Region};
    use serde_json::json;

    use super::*;

    fn with_scope<T>(check: impl FnOnce(Scope<'_>) -> T) -> T {
        let facts = TemplateFacts {
            conditions: BTreeMap::from([
                (
                    "Home".to_owned(),
                    json!({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}),
                ),
                ("Away".to_owned(), json!({"Fn::Not": [{"Condition": "Home"}]})),
                ("Circle".to_owned(), json!({"Condition": "Circle"})),
            ]),
            mappings: json!({"Names": {"eu-west-1": {"Bucket": "logs"}}}),
            ..TemplateFacts::default()
        };
        let parameters = BTreeMap::from([("Prefix".to_owned(), "team".to_owned())]);
        let key = InstanceKey {
            account: AccountId::parse("111122223333").unwrap(),
            region: Region::parse("eu-west-1").unwrap(),
        };
        check(Scope {
            facts: &facts,
            parameters: &parameters,
            key: &key,
            stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/StackSet-a-1/2",
            partition: "aws",
        })
    }

    #[test]
    fn names_are_put_together_from_parameters_and_pseudo_parameters() {
        with_scope(|scope| {
            let sub = json!({"Fn::Sub": "${Prefix}-${AWS::AccountId}-${!literal}"});
            assert_eq!(scope.text(&sub).as_deref(), Some("team-111122223333-${literal}"));
            let join = json!({"Fn::Join": ["-", [{"Ref": "Prefix"}, {"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "Bucket"]}]]});
            assert_eq!(scope.text(&join).as_deref(), Some("team-logs"));
            assert_eq!(scope.text(&json!({"Fn::GetAtt": ["Other", "Arn"]})), None);
        });
    }

    #[test]
    fn conditions_are_evaluated_and_circles_are_unknown() {
        with_scope(|scope| {
            assert_eq!(scope.condition("Home"), Some(true));
            assert_eq!(scope.condition("Away"), Some(false));
            assert_eq!(scope.condition("Circle"), None);
            assert_eq!(scope.condition("Missing"), None);
        });
    }
}
