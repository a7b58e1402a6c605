mod reads;
mod services;
mod tags;
mod units;
mod writes;

use std::borrow::Borrow;

use serde_json::{Value, json};

use super::*;
use crate::world_file;

/// The demo world: a management account, three units, eight members; no other service has trusted access.
fn demo() -> World {
    let mut world = world_file::fresh().unwrap();
    world.organization.service_access.clear();
    world
}

fn call_as(world: &mut World, caller: &str, action: &str, input: &Value) -> (u16, Value) {
    let caller = AccountId::parse(caller).unwrap();
    let reply = answer(world, &caller, action, input.to_string().as_bytes());
    assert_eq!(reply.error.is_some(), reply.is_refused());
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

fn call(world: &mut World, action: &str, input: impl Borrow<Value>) -> Value {
    let (status, answer) = call_as(world, "100000000000", action, input.borrow());
    assert_eq!(status, 200, "{action}: {answer}");
    answer
}

fn refusal(world: &mut World, action: &str, input: impl Borrow<Value>) -> String {
    let before = world.clone();
    let (status, answer) = call_as(world, "100000000000", action, input.borrow());
    assert_eq!((status, &before), (400, &*world), "{action}: {answer}");
    assert!(answer["Message"].is_string(), "{answer}");
    answer["__type"].as_str().unwrap().to_owned()
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item["Id"].as_str().unwrap())
        .collect()
}
