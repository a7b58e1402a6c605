//! Several plans as one document.

use model::plan::{Plan, PlanResult, Summary};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Document, FORMAT_VERSION, Flat, pretty};
use crate::plans::{PlanOf, Plans};

/// `plan -f json` of several manifests.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Together<'a> {
    /// The worst result of all; the exit code is of it.
    result: PlanResult,
    /// Counts of all plans together; an account, a unit or a Region that several touch counts once.
    summary: Summary,
    /// One for each manifest, in the order in which they were named.
    plans: Vec<One<'a>>,
}

/// What came of one manifest.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanOfManifest")]
struct One<'a> {
    /// As it was named.
    manifest: &'a str,
    /// `[project] name` in it.
    project: &'a str,
    /// What came out of it; `error` where there is no plan.
    result: PlanResult,
    /// The plan, as `plan -f json` of this manifest alone prints it.
    plan: Option<&'a Plan>,
    /// Why there is no plan. What a plan has to say is in the plan.
    diagnostics: Vec<Flat<'a>>,
}

impl<'a> One<'a> {
    fn of(one: &PlanOf<'a>) -> Self {
        Self {
            manifest: one.manifest,
            project: one.project,
            result: one.result(),
            plan: one.plan.ok(),
            diagnostics: one.plan.err().into_iter().flatten().map(Flat::of).collect(),
        }
    }
}

/// The plans of several manifests.
pub fn plans(plans: &Plans<'_>) -> String {
    pretty(&Document {
        format: "stackfleet.plans",
        format_version: FORMAT_VERSION,
        content: Together {
            result: plans.result(),
            summary: plans.summary(),
            plans: plans.each.iter().map(One::of).collect(),
        },
    })
}
