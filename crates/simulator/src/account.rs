//! Account Management, as much of it as opt-in Regions need: which Regions an account can be used in.
//!
//! Paths, bounds and errors as in the API reference of `ListRegions` and `GetRegionOptStatus`.

use model::ids::{AccountId, Region};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reply::{Reply, refused};
use crate::world::{ApiCall, World, is_opt_in, known_regions};

/// The principal of Account Management, which needs trusted access for calls about other accounts.
pub(crate) const PRINCIPAL: &str = "account.amazonaws.com";
/// The most rows of a page, and as many as there are without `MaxResults`.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    account_id: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
    region_opt_status_contains: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Get {
    account_id: Option<String>,
    region_name: String,
}

/// Status, code, text.
type Refusal = (u16, &'static str, String);

/// The call that a path stands for, or the path itself.
pub(crate) fn action(path: &str) -> &str {
    match path {
        "/listRegions" => "ListRegions",
        "/getRegionOptStatus" => "GetRegionOptStatus",
        other => other,
    }
}

/// Answers one call.
pub(crate) fn answer(world: &World, call: &ApiCall) -> Reply {
    let answer = match call.action.as_str() {
        "ListRegions" => read(&call.body).and_then(|input| list(world, call, &input)),
        "GetRegionOptStatus" => read(&call.body).and_then(|input| get(world, call, &input)),
        action => {
            let message = format!("the simulator does not know the call {action}");
            Err((404, "UnknownOperationException", message))
        }
    };
    match answer {
        Ok(value) => Reply::new(200, &call.action).with_body("application/json", value.to_string()),
        Err((status, code, message)) => refused(call, status, code, &message),
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Refusal> {
    let body = if body.is_empty() { "{}" } else { body };
    serde_json::from_str(body).map_err(|error| invalid(error.to_string()))
}

fn list(world: &World, call: &ApiCall, input: &List) -> Result<Value, Refusal> {
    let account = account(world, call, input.account_id.as_deref())?;
    let size = input.max_results.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&size) {
        return Err(invalid(format!("maxResults is from 1 to {PAGE}")));
    }
    let after = input.next_token.as_deref().unwrap_or_default();
    let wanted = |status: &str| {
        let statuses = input.region_opt_status_contains.as_ref();
        statuses.is_none_or(|statuses| statuses.iter().any(|one| one == status))
    };
    let mut rows = known_regions()
        .into_iter()
        .map(|region| (region, status(world, &account, region)))
        .filter(|(region, status)| *region > after && wanted(status));
    let page: Vec<_> = rows.by_ref().take(size).collect();
    let last = page.last().map(|(region, _)| *region);
    let token = last.filter(|_| rows.next().is_some());
    let shapes: Vec<Value> = page
        .into_iter()
        .map(|(region, status)| shape(region, status))
        .collect();
    Ok(match token {
        Some(token) => json!({ "Regions": shapes, "NextToken": token }),
        None => json!({ "Regions": shapes }),
    })
}

fn get(world: &World, call: &ApiCall, input: &Get) -> Result<Value, Refusal> {
    let account = account(world, call, input.account_id.as_deref())?;
    let known = known_regions()
        .into_iter()
        .find(|known| *known == input.region_name);
    let region = known.ok_or_else(|| invalid(format!("{} is not a Region", input.region_name)))?;
    Ok(shape(region, status(world, &account, region)))
}

fn shape(region: &str, status: &str) -> Value {
    json!({ "RegionName": region, "RegionOptStatus": status })
}

/// `RegionOptStatus`; switching a Region on or off takes no time here.
fn status(world: &World, account: &AccountId, region: &str) -> &'static str {
    let on = Region::parse(region).is_ok_and(|region| world.region_is_on(account, &region));
    match (is_opt_in(region), on) {
        (false, _) => "ENABLED_BY_DEFAULT",
        (true, true) => "ENABLED",
        (true, false) => "DISABLED",
    }
}

/// The account that a call is about: the caller's own, or a member that the management account or a delegated administrator names.
fn account(world: &World, call: &ApiCall, named: Option<&str>) -> Result<AccountId, Refusal> {
    let Some(named) = named else {
        return Ok(call.caller.clone());
    };
    let account = AccountId::parse(named).map_err(|error| invalid(error.to_string()))?;
    let organization = &world.organization;
    let management = &organization.management_account;
    let why = if call.caller != *management && !world.delegated_administrators.contains(&call.caller) {
        "The request must be made by the management account or a delegated administrator"
    } else if account == *management {
        "The management account can only be managed using the standalone context from the management account"
    } else if !organization.service_access.contains_key(PRINCIPAL) {
        "Your organization must first enable trusted access with AWS Account Management"
    } else if !organization.accounts.contains_key(&account) {
        "The account is not a member of the organization"
    } else {
        return Ok(account);
    };
    let message = format!(
        "User: arn:{}:sts::{}:assumed-role/SimulatedAdministrator/simulated is not authorized to perform: account:{} ({why})",
        world.partition, call.caller, call.action
    );
    Err((403, "AccessDeniedException", message))
}

fn invalid(message: String) -> Refusal {
    (400, "ValidationException", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Service;
    use crate::world_file;

    const WORLD: &str = r#"
        opt_in_regions = ["eu-south-1"]
        delegated_administrators = ["200000000001"]
        [organization]
        management_account = "100000000000"
        [[account]]
        id = "100000000000"
        name = "management"
        [[account]]
        id = "200000000001"
        name = "tooling"
        [[account]]
        id = "300000000001"
        name = "orders"
        opt_in_regions = ["af-south-1", "mx-central-1"]
    "#;

    fn call_in(text: &str, caller: &str, action: &str, input: &Value) -> (u16, Value) {
        let world = world_file::read(text, "w", &mut |_| Err(String::new())).unwrap();
        let call = ApiCall {
            service: Service::Account,
            caller: AccountId::parse(caller).unwrap(),
            region: None,
            action: action.to_owned(),
            stack_set: None,
            body: input.to_string(),
            object: None,
        };
        let reply = answer(&world, &call);
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    fn call(caller: &str, action: &str, input: &Value) -> (u16, Value) {
        call_in(WORLD, caller, action, input)
    }

    fn enabled(caller: &str, account: Option<&str>) -> Vec<String> {
        let mut input = json!({ "RegionOptStatusContains": ["ENABLED"] });
        if let Some(account) = account {
            input["AccountId"] = account.into();
        }
        let (status, answer) = call(caller, "ListRegions", &input);
        assert_eq!(status, 200, "{answer}");
        let regions = answer["Regions"].as_array().unwrap().iter();
        regions
            .map(|row| row["RegionName"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn an_account_has_the_opt_in_regions_that_it_says_or_those_of_the_world() {
        assert_eq!(enabled("100000000000", None), ["eu-south-1"]);
        let orders = Some("300000000001");
        for caller in ["100000000000", "200000000001"] {
            assert_eq!(enabled(caller, orders), ["af-south-1", "mx-central-1"]);
        }
    }

    #[test]
    fn all_regions_come_over_the_pages() {
        let (mut seen, mut token) = (Vec::new(), Value::Null);
        loop {
            let input = json!({ "MaxResults": 7, "NextToken": token });
            let (_, answer) = call("100000000000", "ListRegions", &input);
            let rows = answer["Regions"].as_array().unwrap();
            seen.extend(
                rows.iter()
                    .map(|row| row["RegionName"].as_str().unwrap().to_owned()),
            );
            token = answer["NextToken"].clone();
            if token.is_null() {
                break;
            }
        }
        assert_eq!(seen, known_regions());
        let (status, _) = call("100000000000", "ListRegions", &json!({ "MaxResults": 51 }));
        assert_eq!(status, 400);
    }

    #[test]
    fn one_region_has_its_status() {
        let of = |region: &str| {
            let input = json!({ "AccountId": "300000000001", "RegionName": region });
            call("100000000000", "GetRegionOptStatus", &input)
        };
        assert_eq!(of("eu-west-1").1["RegionOptStatus"], "ENABLED_BY_DEFAULT");
        assert_eq!(of("af-south-1").1["RegionOptStatus"], "ENABLED");
        assert_eq!(of("eu-south-1").1["RegionOptStatus"], "DISABLED");
        assert_eq!(of("moon-1").0, 400);
    }

    #[test]
    fn who_may_not_ask_about_an_account_is_told_why() {
        let refused = |text: &str, caller: &str, account: &str| {
            let (status, answer) = call_in(text, caller, "ListRegions", &json!({ "AccountId": account }));
            assert_eq!(
                (status, &answer["__type"]),
                (403, &json!("AccessDeniedException"))
            );
            answer["message"].as_str().unwrap().to_owned()
        };
        assert!(refused(WORLD, "100000000000", "100000000000").contains("standalone context"));
        assert!(refused(WORLD, "300000000001", "200000000001").contains("delegated administrator"));
        assert!(refused(WORLD, "100000000000", "999999999999").contains("not a member"));
        let without = format!("service_access = []\n{WORLD}");
        assert!(refused(&without, "100000000000", "300000000001").contains("trusted access"));
    }
}
