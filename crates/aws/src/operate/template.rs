//! The template of a write: inside the call, or where AWS fetches it from.

use model::call::{CallError, TemplateAt};
use model::definition::Definition;

use crate::Aws;
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
        Some(TemplateAt::Url(url)) => Some(url.clone()),
        Some(TemplateAt::Upload { bucket, key }) => {
            Some(s3::upload(aws, bucket, key, &definition.template).await?)
        }
    };
    let body = url.is_none().then(|| definition.template.clone());
    Ok(Sent { body, url })
}
