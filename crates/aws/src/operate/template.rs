//! The template of a write: inside the call, or where AWS fetches it from.

use model::call::{CallError, TemplateAt};
use model::definition::Definition;

use crate::Aws;
use crate::error::invalid;
use crate::s3;

/// `TemplateBody` and `TemplateURL` of a call; one of them is none.
pub(super) struct Sent {
    pub(super) body: Option<String>,
    pub(super) url: Option<String>,
}

/// How the template goes to AWS; a long one is put into its bucket first.
pub(super) async fn sent(
    aws: &Aws,
    definition: &Definition,
    at: Option<&TemplateAt>,
) -> Result<Sent, CallError> {
    let url = match at {
        None => None,
        Some(TemplateAt::Url(url)) => Some(unchanged(aws, definition, url).await?),
        Some(TemplateAt::Upload { bucket, key }) => {
            Some(s3::upload(aws, bucket, key, &definition.template).await?)
        }
    };
    let body = url.is_none().then(|| definition.template.clone());
    Ok(Sent { body, url })
}

/// The address of a template that still says what the plan shows: somebody may have put another one there since.
async fn unchanged(aws: &Aws, definition: &Definition, url: &str) -> Result<String, CallError> {
    if s3::template(aws, url).await? == definition.template {
        return Ok(url.to_owned());
    }
    Err(invalid(
        "GetObject",
        format!("{url} is not the template of the plan any more"),
    ))
}
