//! Intrinsic functions, as far as they can be known without the services behind the resources.

use std::collections::BTreeMap;

use model::digest::base32;
use model::instance::InstanceKey;
use serde_json::{Map, Value};

use crate::world::{Blueprint, ResourceModel, name_property, stack_name};

/// Deeper nesting than any real template has; a bound for conditions that name each other in a circle.
const DEEPEST: u8 = 20;

/// What functions are evaluated in: one stack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The template.
    pub(super) blueprint: &'a Blueprint,
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
        self.holds(self.blueprint.conditions.get(name)?, 0)
    }

    /// A value with every function worked out that can be; the others stay as they are written.
    pub(super) fn value(&self, value: &Value) -> Value {
        self.value_at(value, 0).unwrap_or(Value::Null)
    }

    /// The physical id of a resource: its name, or one made of the stack's name, as CloudFormation does.
    pub(super) fn physical_id(&self, logical_id: &str) -> Option<String> {
        self.physical_id_at(logical_id, 0)
    }

    /// Whether a resource is made: it has no condition, or one that holds.
    pub(super) fn makes(&self, resource: &ResourceModel) -> bool {
        let condition = resource.condition.as_deref();
        condition.is_none_or(|condition| self.condition(condition) == Some(true))
    }

    fn physical_id_at(&self, logical_id: &str, depth: u8) -> Option<String> {
        let resource = self.blueprint.resources.get(logical_id)?;
        let property = name_property(&resource.resource_type);
        let written = property.and_then(|property| resource.properties.get(property));
        if let Some(name) = written.and_then(|name| self.text_at(name, depth)) {
            return Some(name);
        }
        let hash = base32(format!("{} {logical_id}", self.stack_id).as_bytes()).to_uppercase();
        let hash = hash.get(..12).unwrap_or_default();
        Some(format!("{}-{logical_id}-{hash}", stack_name(self.stack_id)))
    }

    /// None for what `AWS::NoValue` takes away.
    fn value_at(&self, value: &Value, depth: u8) -> Option<Value> {
        let Some(depth) = deeper(depth) else {
            return Some(value.clone());
        };
        match value {
            Value::Array(items) => {
                let items = items.iter().filter_map(|item| self.value_at(item, depth));
                Some(items.collect())
            }
            Value::Object(object) => self.object_at(object, value, depth),
            _ => Some(value.clone()),
        }
    }

    fn object_at(&self, object: &Map<String, Value>, value: &Value, depth: u8) -> Option<Value> {
        if object.get("Ref").and_then(Value::as_str) == Some("AWS::NoValue") {
            return None;
        }
        if let Some(branch) = object.get("Fn::If").and_then(|argument| self.branch(argument)) {
            return self.value_at(branch, depth);
        }
        if let Some(text) = self.text_at(value, depth) {
            return Some(Value::String(text));
        }
        let members = object.iter();
        let members =
            members.filter_map(|(name, member)| Some((name.clone(), self.value_at(member, depth)?)));
        Some(Value::Object(members.collect()))
    }

    /// The branch that `Fn::If` takes.
    fn branch<'v>(&self, argument: &'v Value) -> Option<&'v Value> {
        let holds = self.condition(argument.get(0)?.as_str()?)?;
        argument.get(if holds { 1 } else { 2 })
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
            "Ref" => self.reference(argument.as_str()?, depth),
            "Fn::GetAtt" => self.attribute(argument, depth),
            "Fn::Sub" => self.substitute(argument, depth),
            "Fn::Join" => {
                let separator = argument.get(0)?.as_str()?;
                Some(self.items(argument.get(1)?, depth)?.join(separator))
            }
            "Fn::FindInMap" => {
                let map = self.text_at(argument.get(0)?, depth)?;
                let first = self.text_at(argument.get(1)?, depth)?;
                let second = self.text_at(argument.get(2)?, depth)?;
                self.text_at(self.blueprint.mappings.get(map)?.get(first)?.get(second)?, depth)
            }
            "Fn::If" => self.text_at(self.branch(argument)?, depth),
            "Fn::Select" => {
                let index: usize = self.text_at(argument.get(0)?, depth)?.parse().ok()?;
                self.items(argument.get(1)?, depth)?.into_iter().nth(index)
            }
            _ => None,
        }
    }

    /// A list of texts: written out, cut from one, or the value of a list parameter.
    fn items(&self, value: &Value, depth: u8) -> Option<Vec<String>> {
        if let Some(items) = value.as_array() {
            return items.iter().map(|item| self.text_at(item, depth)).collect();
        }
        let (text, separator) = match value.get("Fn::Split") {
            Some(split) => (self.text_at(split.get(1)?, depth)?, split.get(0)?.as_str()?),
            None => (self.text_at(value, depth)?, ","),
        };
        Some(text.split(separator).map(str::to_owned).collect())
    }

    /// An attribute of a resource: its ARN in the general form, and for others a text that no two resources share.
    fn attribute(&self, argument: &Value, depth: u8) -> Option<String> {
        let (logical_id, attribute) = match argument {
            Value::String(both) => both.split_once('.')?,
            _ => (argument.get(0)?.as_str()?, argument.get(1)?.as_str()?),
        };
        let physical_id = self.physical_id_at(logical_id, depth)?;
        if attribute != "Arn" {
            return Some(format!("{physical_id}.{attribute}"));
        }
        let resource_type = &self.blueprint.resources.get(logical_id)?.resource_type;
        let service = resource_type.split("::").nth(1)?.to_lowercase();
        let (partition, region, account) = (self.partition, &self.key.region, &self.key.account);
        Some(format!(
            "arn:{partition}:{service}:{region}:{account}:{physical_id}"
        ))
    }

    fn reference(&self, name: &str, depth: u8) -> Option<String> {
        Some(match name {
            "AWS::AccountId" => self.key.account.to_string(),
            "AWS::Region" => self.key.region.to_string(),
            "AWS::Partition" => self.partition.to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            "AWS::StackId" => self.stack_id.to_owned(),
            "AWS::StackName" => stack_name(self.stack_id).to_owned(),
            _ => match self.parameters.get(name) {
                Some(value) => value.clone(),
                None => self.physical_id_at(name, depth)?,
            },
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
                let value = match own {
                    Some(own) => self.text_at(own, depth),
                    None => self
                        .reference(name, depth)
                        .or_else(|| self.attribute(&Value::String(name.to_owned()), depth)),
                };
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
            "Condition" => self.holds(self.blueprint.conditions.get(argument.as_str()?)?, depth),
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
    use model::digest::Digest;
    use model::ids::{AccountId, Region};
    use serde_json::json;

    use super::*;

    fn with_scope<T>(check: impl FnOnce(Scope<'_>) -> T) -> T {
        let queue = |properties| ResourceModel {
            resource_type: "AWS::SQS::Queue".to_owned(),
            properties,
            condition: None,
            retained: false,
        };
        let blueprint = Blueprint {
            text: String::new(),
            content: Digest::of_bytes(b""),
            no_echo: false,
            resources: BTreeMap::from([
                ("Named".to_owned(), queue(json!({"QueueName": {"Ref": "Prefix"}}))),
                ("Unnamed".to_owned(), queue(json!({}))),
                (
                    "Circle".to_owned(),
                    queue(json!({"QueueName": {"Ref": "Circle"}})),
                ),
            ]),
            conditions: BTreeMap::from([
                (
                    "Home".to_owned(),
                    json!({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}),
                ),
                ("Away".to_owned(), json!({"Fn::Not": [{"Condition": "Home"}]})),
                ("Circle".to_owned(), json!({"Condition": "Circle"})),
            ]),
            mappings: json!({"Names": {"eu-west-1": {"Bucket": "logs"}}}),
        };
        let parameters = BTreeMap::from([("Prefix".to_owned(), "team".to_owned())]);
        let key = InstanceKey {
            account: AccountId::parse("111122223333").unwrap(),
            region: Region::parse("eu-west-1").unwrap(),
        };
        check(Scope {
            blueprint: &blueprint,
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
    fn a_reference_to_a_resource_is_its_physical_id() {
        with_scope(|scope| {
            assert_eq!(scope.text(&json!({"Ref": "Named"})).as_deref(), Some("team"));
            let arn = scope.text(&json!({"Fn::Sub": "${Named.Arn}"}));
            assert_eq!(arn.as_deref(), Some("arn:aws:sqs:eu-west-1:111122223333:team"));
            let unnamed = scope.text(&json!({"Ref": "Unnamed"})).unwrap();
            assert!(unnamed.starts_with("StackSet-a-1-Unnamed-"), "{unnamed}");
            assert!(scope.text(&json!({"Ref": "Circle"})).is_some());
        });
    }

    #[test]
    fn values_keep_their_form_and_lose_what_is_no_value() {
        with_scope(|scope| {
            let written = json!({
                "Tags": [{"Key": "team", "Value": {"Ref": "Prefix"}}, {"Ref": "AWS::NoValue"}],
                "Size": {"Fn::If": ["Home", {"Small": true}, {"Ref": "AWS::NoValue"}]},
                "Away": {"Fn::If": ["Away", 1, {"Ref": "AWS::NoValue"}]},
                "First": {"Fn::Select": ["1", {"Fn::Split": ["-", "a-b"]}]},
                "Unknown": {"Fn::ImportValue": {"Ref": "Prefix"}},
            });
            let value = json!({
                "Tags": [{"Key": "team", "Value": "team"}],
                "Size": {"Small": true},
                "First": "b",
                "Unknown": {"Fn::ImportValue": "team"},
            });
            assert_eq!(scope.value(&written), value);
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
