//! What is left when an approval is missing or operations failed, as a plan of its own: its digest is what can be approved next.

use std::path::Path;

use model::plan::{Plan, PlanResult};

use crate::pipeline;
use crate::session::Session;

/// A fresh plan of the same manifest; none when the manifest is not there, changed its project, or AWS cannot be
/// read: an apply that is over does not fail for it.
pub(super) async fn plan(plan: &Plan, deep: bool, session: &Session) -> Option<Plan> {
    let manifest = Path::new(&plan.source.manifest).to_owned();
    let mut read = pipeline::read(Some(&manifest)).ok()?;
    read.request.deep = deep;
    let observed = pipeline::observe(&read, session).await.ok()?;
    let rest = pipeline::plan(&read, &observed);
    let same = rest.scope == plan.scope && rest.source.project == plan.source.project;
    (same && rest.result == PlanResult::Changes).then_some(rest)
}
