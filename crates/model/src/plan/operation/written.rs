//! An operation as plan files and policies have it: its exact inputs, and beside them what a reader would work out.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::stage::stage_name;
use super::{Operation, OperationKind, RunsIf};
use crate::call::Write;
use crate::digest::Digest;
use crate::ids::{AccountId, OperationId, Region, StackSetName};
use crate::instance::Rectangle;
use crate::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};

/// Reading takes what it needs of it: `api`, `stage`, `accounts`, `regions` and `preferences` follow from the rest.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Operation")]
pub(crate) struct Written {
    id: String,
    step: u32,
    stack_set: String,
    aws_name: StackSetName,
    kind: OperationKind,
    api: &'static str,
    stage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage_id: Option<String>,
    #[serde(skip_serializing_if = "RunsIf::is_always")]
    runs_if: RunsIf,
    operation_id: Option<OperationId>,
    accounts: usize,
    instances: u64,
    regions: Vec<Region>,
    depends_on: Vec<String>,
    preferences: Option<Preferences>,
    effective_concurrency: u64,
    call: Write,
    touches: Vec<Rectangle>,
    definition_after: Option<Digest>,
}

/// Preferences in the manifest's words.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Preferences")]
struct Preferences {
    max_concurrent: Number,
    failure_tolerance: Number,
    concurrency_mode: &'static str,
    region_order: &'static str,
}

/// `10` or `"10%"`.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Number {
    Count(u32),
    Share(String),
}

impl From<Operation> for Written {
    fn from(operation: Operation) -> Self {
        let touched = || operation.touches.iter();
        let accounts: BTreeSet<&AccountId> = touched().flat_map(|part| &part.accounts).collect();
        let regions: BTreeSet<&Region> = touched().flat_map(|part| &part.regions).collect();
        let regions: Vec<Region> = regions.into_iter().cloned().collect();
        Self {
            api: operation.call.api(),
            stage: operation.stage.as_deref().map(stage_name).map(str::to_owned),
            accounts: accounts.len(),
            regions,
            preferences: operation.call.preferences().map(Preferences::of),
            id: operation.id,
            step: operation.step,
            stack_set: operation.stack_set,
            aws_name: operation.aws_name,
            kind: operation.kind,
            stage_id: operation.stage,
            runs_if: operation.runs_if,
            operation_id: operation.operation_id,
            instances: operation.instances,
            depends_on: operation.depends_on,
            effective_concurrency: operation.effective_concurrency,
            call: operation.call,
            touches: operation.touches,
            definition_after: operation.definition_after,
        }
    }
}

impl Preferences {
    fn of(preferences: &OperationPreferences) -> Self {
        let number = |amount: Amount| match amount {
            Amount::Count(count) => Number::Count(count),
            Amount::Percent(share) => Number::Share(format!("{share}%")),
        };
        Self {
            max_concurrent: match preferences.max_concurrent {
                Amount::Count(0) => Number::Count(1),
                given => number(given),
            },
            failure_tolerance: number(preferences.failure_tolerance),
            concurrency_mode: match preferences.concurrency_mode {
                ConcurrencyMode::Strict => "strict",
                ConcurrencyMode::Soft => "soft",
            },
            region_order: match preferences.region_concurrency {
                RegionConcurrency::Sequential => "sequential",
                RegionConcurrency::Parallel => "parallel",
            },
        }
    }
}
