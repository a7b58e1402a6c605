//! Changes of the organization, made as any client would: through the Organizations API of the simulator.

use bytes::Bytes;
use http::Request;
use model::diagnostic::Diagnostic;
use serde_json::{Value, json};
use simulator::Simulator;

use crate::failure::Failure;

/// Creates an account and moves it into a unit.
pub(super) fn new_account(simulator: &Simulator, name: &str, path: &str) -> Result<(), Failure> {
    let email = format!("{name}@example.com");
    let created = call(
        simulator,
        "CreateAccount",
        &json!({ "AccountName": name, "Email": email }),
    )?;
    let account = text(&created, "/CreateAccountStatus/AccountId")?;
    let roots = call(simulator, "ListRoots", &json!({}))?;
    let root = text(&roots, "/Roots/0/Id")?;
    let unit = path
        .split('/')
        .skip(1)
        .try_fold(root.clone(), |parent, unit| child(simulator, &parent, unit))?;
    let mv = json!({ "AccountId": account, "SourceParentId": root, "DestinationParentId": unit });
    call(simulator, "MoveAccount", &mv).map(drop)
}

fn child(simulator: &Simulator, parent: &str, name: &str) -> Result<String, Failure> {
    let answer = call(
        simulator,
        "ListOrganizationalUnitsForParent",
        &json!({ "ParentId": parent }),
    )?;
    let units = answer.get("OrganizationalUnits").and_then(Value::as_array);
    let unit = units
        .into_iter()
        .flatten()
        .find(|unit| unit.get("Name").and_then(Value::as_str) == Some(name));
    text(unit.unwrap_or(&Value::Null), "/Id")
}

fn call(simulator: &Simulator, action: &str, input: &Value) -> Result<Value, Failure> {
    let request = Request::post("http://localhost/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSOrganizationsV20161128.{action}"))
        .body(Bytes::from(input.to_string()))
        .map_err(|error| refused(action, &error.to_string()))?;
    let response = simulator.handle(request);
    let body: Value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    if response.status().is_success() {
        Ok(body)
    } else {
        Err(refused(action, &body.to_string()))
    }
}

fn text(value: &Value, pointer: &str) -> Result<String, Failure> {
    let found = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| refused("the organization", &format!("{pointer} is missing")))
}

fn refused(what: &str, why: &str) -> Failure {
    Diagnostic::error("E0091", format!("the simulator refused {what}"))
        .note(why)
        .into()
}
