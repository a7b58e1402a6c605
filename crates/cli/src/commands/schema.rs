//! `stackfleet schema`: the JSON Schema of a manifest and of everything that is written for programs.

use crate::args::{self, Global, SchemaOf};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline;
use crate::terminal::Terminal;

/// Prints the schema. With the organization, the manifest says where it is.
pub(crate) async fn run(args: &args::Schema, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let schema = match (args.of, args.with_organization) {
        (SchemaOf::Manifest, false) => manifest::schema(),
        (SchemaOf::Manifest, true) => with_organization(global, terminal).await?,
        (SchemaOf::Events, _) => return published(report::schema::EVENTS, terminal),
        (SchemaOf::Apply, _) => return published(report::schema::APPLY, terminal),
        (SchemaOf::Operations, _) => return published(report::schema::OPERATIONS, terminal),
        (SchemaOf::Operation, _) => return published(report::schema::OPERATION, terminal),
        (SchemaOf::Plan, _) => model::schema::plan(),
        (SchemaOf::Plans, _) => report::schema::plans(),
        (SchemaOf::Snapshot, _) => model::schema::snapshot(),
        (SchemaOf::Status, _) => report::schema::status(),
        (SchemaOf::Drift, _) => report::schema::drift(),
        (SchemaOf::Targets, _) => report::schema::targets(),
        (SchemaOf::Diagnostics, _) => report::schema::diagnostics(),
        (SchemaOf::Codes, _) => report::schema::codes(),
        (SchemaOf::Graph, _) => report::schema::graph(),
        (SchemaOf::Notes, _) => report::schema::notes(),
    };
    terminal.result(&format!("{schema:#}"))?;
    Ok(Exit::Done)
}

/// A schema as it is published.
fn published(schema: &str, terminal: Terminal) -> Result<Exit, Failure> {
    terminal.result(schema)?;
    Ok(Exit::Done)
}

async fn with_organization(global: &Global, terminal: Terminal) -> Result<serde_json::Value, Failure> {
    let (read, session) = pipeline::open(global, terminal).await?;
    let observed = pipeline::observe(&read, &session).await?;
    session.close()?;
    Ok(manifest::schema_with(&observed.organization))
}
