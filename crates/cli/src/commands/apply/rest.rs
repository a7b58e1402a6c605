//! What is left when an approval is missing, as a plan of its own: its digest is what can be approved next.

use std::path::Path;

use model::digest::Digest;
use model::plan::{Plan, PlanResult};

use crate::pipeline;
use crate::session::Session;

/// The digest of a fresh plan of the same manifest; none when the manifest is not there, changed its project, or AWS cannot be
/// read: an apply that is over does not fail for it.
pub(super) async fn digest(plan: &Plan, deep: bool, session: &Session) -> Option<Digest> {
    let manifest = Path::new(&plan.source.manifest).to_owned();
    let mut read = pipeline::read(Some(&manifest)).ok()?;
    read.request.deep = deep;
    let observed = pipeline::observe(&read, session).await.ok()?;
    let rest = pipeline::plan(&read, &observed);
    let same = rest.scope == plan.scope && rest.source.project == plan.source.project;
    (same && rest.result == PlanResult::Changes).then_some(rest.digest)
}
