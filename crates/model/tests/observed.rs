//! An observation is data: it can be written down, read again and addressed by its content.

#![allow(clippy::unwrap_used, missing_docs)]

use model::digest::Digest;
use model::observed::Observed;
use serde_json::{Value, json};

fn observation(status: &str) -> Value {
    json!({
        "taken_at": "2026-01-01T00:00:00Z",
        "identity": { "account": "100000000000", "arn": "arn:aws:iam::100000000000:role/plan" },
        "organization": {
            "id": "o-exampleorg0", "root": "r-ab12", "management_account": "100000000000",
            "units": {}, "accounts": {},
        },
        "trusted_access": true,
        "stack_sets": { "audit": {
            "id": "audit:0ab1",
            "definition": {
                "description": null, "template": "{}", "parameters": {}, "tags": {}, "capabilities": [],
                "permission": { "model": "self-managed", "administration_role": null, "execution_role": null },
                "managed_execution": false,
            },
            "instances": { "200000000001/eu-west-1": {
                "status": status, "detailed": "succeeded", "reason": null, "unit": null,
                "last_operation": null, "overrides": null,
            } },
            "registered": {}, "newest_operation": null, "running": [], "history": [],
        } },
        "others": {}, "environment": {}, "secrets": [], "ssm": {}, "templates": {}, "disabled_regions": {}, "git": null,
    })
}

#[test]
fn an_observation_is_written_as_json_and_read_again() {
    let written = observation("current");
    let observed: Observed = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&observed).unwrap(), written);
}

#[test]
fn an_instance_is_keyed_by_its_account_and_its_region() {
    let text = observation("current").to_string();
    let wrong = text.replace("200000000001/eu-west-1", "200000000001");
    let error = serde_json::from_str::<Observed>(&wrong).unwrap_err();
    assert!(
        error.to_string().contains("`200000000001` is not account/Region"),
        "{error}"
    );
}

#[test]
fn different_observations_have_different_digests() {
    let digest = |status| Digest::of(&serde_json::from_value::<Observed>(observation(status)).unwrap());
    assert_eq!(digest("current"), digest("current"));
    assert_ne!(digest("current"), digest("outdated"));
}
