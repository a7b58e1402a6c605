//! The world's own door, for tests and rehearsals: `POST /_stackfleet/…` with JSON (`docs/worlds.md`).
//!
//! It is served on loopback only, as everything is. The content type must be said, which a web page of another origin cannot do
//! without being asked about it first.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};
use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::operations;
use crate::simulator::State;
use crate::world::{AccountGate, Drift, Failure, Knobs, World};
use crate::world_file::{ActorEntry, FaultEntry};

/// The front of every path; no bucket's name starts with an underscore.
const PREFIX: &str = "/_stackfleet/";
const JSON: &str = "application/json";

/// `{"seconds": 60}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u32,
}

/// `{"after": 10}`: without the first calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Log {
    after: usize,
}

/// `{}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Whether a request is for this door.
pub(crate) fn is_meant(uri: &Uri) -> bool {
    uri.path().starts_with(PREFIX)
}

/// Answers a request for this door.
pub(crate) fn answer(state: &mut State, request: &Request<Bytes>) -> Response<Bytes> {
    let json = request.headers().get(CONTENT_TYPE).is_some_and(|content| {
        content
            .as_bytes()
            .get(..JSON.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(JSON.as_bytes()))
    });
    let path = request.uri().path();
    let what = path.strip_prefix(PREFIX).unwrap_or_default();
    let (status, value) = if *request.method() != Method::POST || !json {
        let message = "send POST with the header `content-type: application/json`";
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, json!({ "error": message }))
    } else {
        match dispatch(state, what, request.body()) {
            Some(Ok(value)) => (StatusCode::OK, value),
            Some(Err(message)) => (StatusCode::BAD_REQUEST, json!({ "error": message })),
            None => (
                StatusCode::NOT_FOUND,
                json!({ "error": format!("there is no {path}") }),
            ),
        }
    };
    let mut response = Response::new(Bytes::from(value.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

fn dispatch(state: &mut State, what: &str, body: &[u8]) -> Option<Result<Value, String>> {
    Some(match what {
        "advance" => advance(state, body),
        "failure" => read::<Failure>(body).map(|failure| {
            state.world.failures.push(failure);
            done(state)
        }),
        "fault" => read::<FaultEntry>(body).and_then(|entry| {
            state.world.add_fault(&entry)?;
            Ok(done(state))
        }),
        "actor" => read::<ActorEntry>(body).and_then(|entry| {
            state.world.add_actor(&entry)?;
            Ok(done(state))
        }),
        "drift" => read::<Drift>(body).and_then(|drift| {
            operations::drift_now(&mut state.world, &drift)?;
            Ok(done(state))
        }),
        "account_gate" => read::<AccountGate>(body).map(|gate| {
            state.world.account_gates.insert(0, gate);
            done(state)
        }),
        "knobs" => read::<Knobs>(body).map(|knobs| {
            state.world.knobs = knobs;
            done(state)
        }),
        "calm" => read::<Nothing>(body).map(|_| {
            calm(&mut state.world);
            done(state)
        }),
        "log" => read::<Log>(body).and_then(|log| {
            let calls = state.world.log.get(log.after..).unwrap_or_default();
            serde_json::to_value(calls).map_err(|error| error.to_string())
        }),
        "world" => read::<Nothing>(body)
            .and_then(|_| serde_json::to_value(&state.world).map_err(|error| error.to_string())),
        _ => return None,
    })
}

fn calm(world: &mut World) {
    world.failures.clear();
    world.faults.clear();
    world.actors.clear();
    world.account_gates.clear();
    world.drifts.clear();
}

/// What is due at once happens, and the moment that it is.
fn done(state: &mut State) -> Value {
    let now = state.world.now;
    state.pass(now);
    state.changed_by_hand();
    json!({ "now": now })
}

fn advance(state: &mut State, body: &[u8]) -> Result<Value, String> {
    let seconds = read::<Advance>(body)?.seconds;
    let step = SignedDuration::from_secs(seconds.into());
    let too_far = "that is too far away in time";
    let to = state.world.now.checked_add(step).map_err(|_| too_far)?;
    state.skipped = state.skipped.checked_add(step).ok_or(too_far)?;
    state.pass(to);
    state.changed_by_hand();
    Ok(json!({ "now": state.world.now }))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
