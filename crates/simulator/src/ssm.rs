//! Systems Manager, as much of it as values need: parameters are read, in the account and Region of the caller.
//!
//! Names, bounds and errors as in the API reference of `GetParameter` and `GetParameters`.

use model::digest::base32;
use model::ids::{AccountId, Region};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::organizations::seconds;
use crate::reply::{Reply, refused};
use crate::world::{ApiCall, SsmParameter, SsmType, World};

/// The most names of one `GetParameters`.
const MOST_NAMES: usize = 10;
/// Every parameter of the simulator has this version alone.
const VERSION: &str = "1";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    name: String,
    #[serde(default)]
    with_decryption: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Several {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: bool,
}

/// A code with its text.
type Refusal = (&'static str, String);

/// Whose parameters are read.
struct Place<'a> {
    world: &'a World,
    account: &'a AccountId,
    region: &'a Region,
}

/// Answers one call.
pub(crate) fn answer(world: &World, call: &ApiCall, region: &Region) -> Reply {
    let place = Place {
        world,
        account: &call.caller,
        region,
    };
    let answer = match call.action.as_str() {
        "GetParameter" => read(&call.body).and_then(|input| place.one(&input)),
        "GetParameters" => read(&call.body).and_then(|input| place.several(&input)),
        action => {
            let message = format!("the simulator does not know the call {action}");
            Err(("UnknownOperationException", message))
        }
    };
    match answer {
        Ok(value) => Reply::new(200, &call.action).with_body("application/x-amz-json-1.1", value.to_string()),
        Err((code, message)) => refused(call, 400, code, &message),
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(body).map_err(|error| ("ValidationException", error.to_string()))
}

impl Place<'_> {
    fn one(&self, input: &One) -> Result<Value, Refusal> {
        let (name, selector) = parts(&input.name);
        let found = self
            .find(name)
            .ok_or_else(|| ("ParameterNotFound", format!("Parameter {name} not found.")))?;
        if selector.is_some_and(|selector| selector != VERSION) {
            let message = format!("Systems Manager could not find version {} of {name}.", input.name);
            return Err(("ParameterVersionNotFound", message));
        }
        Ok(json!({ "Parameter": self.shape(found, selector, input.with_decryption) }))
    }

    /// Those that are there, and the names of those that are not.
    fn several(&self, input: &Several) -> Result<Value, Refusal> {
        if !(1..=MOST_NAMES).contains(&input.names.len()) {
            let message = format!(
                "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 \
                 and {MOST_NAMES}"
            );
            return Err(("ValidationException", message));
        }
        let (mut found, mut invalid) = (Vec::new(), Vec::new());
        for written in &input.names {
            let (name, selector) = parts(written);
            match self.find(name) {
                Some(parameter) if selector.is_none_or(|selector| selector == VERSION) => {
                    found.push(self.shape(parameter, selector, input.with_decryption));
                }
                _ => invalid.push(written),
            }
        }
        Ok(json!({ "Parameters": found, "InvalidParameters": invalid }))
    }

    fn find(&self, name: &str) -> Option<&SsmParameter> {
        self.world.parameter(name, self.account, self.region)
    }

    fn shape(&self, parameter: &SsmParameter, selector: Option<&str>, decrypted: bool) -> Value {
        let value = if parameter.kind == SsmType::SecureString && !decrypted {
            cipher_text(&parameter.value)
        } else {
            parameter.value.clone()
        };
        let (partition, region, account) = (&self.world.partition, self.region, self.account);
        let path = parameter.name.trim_start_matches('/');
        let mut shape = json!({
            "Name": parameter.name,
            "Type": parameter.kind.word(),
            "Value": value,
            "Version": 1,
            "LastModifiedDate": seconds(parameter.modified_at),
            "ARN": format!("arn:{partition}:ssm:{region}:{account}:parameter/{path}"),
            "DataType": "text",
        });
        if let (Some(selector), Some(members)) = (selector, shape.as_object_mut()) {
            members.insert("Selector".to_owned(), format!(":{selector}").into());
        }
        shape
    }
}

/// A name and the version or label behind it.
fn parts(written: &str) -> (&str, Option<&str>) {
    match written.split_once(':') {
        Some((name, selector)) => (name, Some(selector)),
        None => (written, None),
    }
}

/// What a value looks like to somebody who may not decrypt it.
fn cipher_text(value: &str) -> String {
    format!("AQICAH{}", base32(value.as_bytes()))
}

impl World {
    /// The value that a stack in an account and Region gets for a parameter's name, or why it gets none.
    pub(crate) fn looked_up(
        &self,
        name: &str,
        account: &AccountId,
        region: &Region,
    ) -> Result<String, String> {
        match self.parameter(name, account, region) {
            Some(found) if found.kind == SsmType::SecureString => Err(format!(
                "Parameters [{name}] referenced by template have types not supported by CloudFormation."
            )),
            Some(found) => Ok(found.value.clone()),
            None => Err(format!(
                "Unable to fetch parameters [{name}] from parameter store for this account."
            )),
        }
    }

    /// The parameter of a name in an account and Region.
    pub(crate) fn parameter(
        &self,
        name: &str,
        account: &AccountId,
        region: &Region,
    ) -> Option<&SsmParameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.is(name, account, region))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Service;
    use crate::world_file;

    const WORLD: &str = r#"
        [organization]
        management_account = "100000000000"
        [[account]]
        id = "100000000000"
        name = "management"
        [[parameter]]
        name = "/network/vpc"
        value = "vpc-here"
        account = "100000000000"
        region = "eu-west-1"
        [[parameter]]
        name = "/network/vpc"
        value = "vpc-anywhere"
        [[parameter]]
        name = "token"
        value = "s3cret"
        type = "SecureString"
    "#;

    fn call(region: &str, action: &str, input: &Value) -> (u16, Value) {
        let world = world_file::read(WORLD, "w", &mut |_| Err(String::new())).unwrap();
        let call = ApiCall {
            service: Service::Ssm,
            caller: AccountId::parse("100000000000").unwrap(),
            region: None,
            action: action.to_owned(),
            stack_set: None,
            body: input.to_string(),
            object: None,
        };
        let reply = answer(&world, &call, &Region::parse(region).unwrap());
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    #[test]
    fn the_first_parameter_that_fits_account_and_region_counts() {
        for (region, value) in [("eu-west-1", "vpc-here"), ("us-east-1", "vpc-anywhere")] {
            let (_, answer) = call(region, "GetParameter", &json!({ "Name": "/network/vpc" }));
            let parameter = &answer["Parameter"];
            assert_eq!(
                (&parameter["Value"], &parameter["Type"]),
                (&json!(value), &json!("String"))
            );
            let arn = format!("arn:aws:ssm:{region}:100000000000:parameter/network/vpc");
            assert_eq!(parameter["ARN"], arn);
        }
    }

    #[test]
    fn a_secret_is_told_only_to_who_asks_for_it_in_clear_text() {
        let value = |decrypted| {
            let input = json!({ "Name": "token", "WithDecryption": decrypted });
            call("us-east-1", "GetParameter", &input).1["Parameter"]["Value"].clone()
        };
        assert_eq!(value(true), "s3cret");
        let hidden = value(false);
        assert!(
            hidden.as_str().is_some_and(|text| text.starts_with("AQICAH")),
            "{hidden}"
        );
        assert!(!hidden.to_string().contains("s3cret"));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let (status, answer) = call("us-east-1", "GetParameter", &json!({ "Name": "/nope" }));
        assert_eq!((status, &answer["__type"]), (400, &json!("ParameterNotFound")));
        let (status, answer) = call("us-east-1", "GetParameter", &json!({ "Name": "token:7" }));
        assert_eq!(
            (status, &answer["__type"]),
            (400, &json!("ParameterVersionNotFound"))
        );
        let names = json!({ "Names": ["token:1", "/nope", "/network/vpc"], "WithDecryption": true });
        let (status, answer) = call("us-east-1", "GetParameters", &names);
        assert_eq!(status, 200);
        assert_eq!(answer["InvalidParameters"], json!(["/nope"]));
        let found: Vec<_> = answer["Parameters"].as_array().unwrap().iter().collect();
        assert_eq!((&found[0]["Selector"], found.len()), (&json!(":1"), 2));
    }

    #[test]
    fn more_names_than_ten_and_none_are_refused() {
        for count in [0, 11] {
            let names: Vec<String> = (0..count).map(|number| format!("n{number}")).collect();
            let (status, answer) = call("us-east-1", "GetParameters", &json!({ "Names": names }));
            assert_eq!((status, &answer["__type"]), (400, &json!("ValidationException")));
        }
        assert_eq!(call("us-east-1", "PutParameter", &json!({})).0, 400);
        assert_eq!(call("us-east-1", "GetParameter", &json!([])).0, 400);
    }
}
