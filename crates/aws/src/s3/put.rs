//! A template that is too long for a call: it is put into the manifest's bucket first, under the hash of what it says.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use model::call::{CallError, CallErrorKind};
use model::digest::Digest;

use super::url;
use crate::Aws;
use crate::error::{call_error, invalid};

const PUT: &str = "PutObject";
const HEAD: &str = "HeadObject";

/// Puts a template unless it is there, and tells its address. What is there is never overwritten: the key is the hash of the
/// content, so the same key is the same content.
pub(crate) async fn upload(aws: &Aws, bucket: &str, key: &str, template: &str) -> Result<String, CallError> {
    let digest = Digest::of_bytes(template.as_bytes());
    let hash = digest.as_str().trim_start_matches("sha256:");
    if !key.contains(hash) {
        return Err(invalid(PUT, format!("`{key}` is not the key of this template")));
    }
    tracing::info!(api = PUT, bucket, key);
    let call = aws.s3.put_object().bucket(bucket).key(key);
    let call = call
        .if_none_match("*")
        .server_side_encryption(ServerSideEncryption::Aes256)
        .content_type("text/plain; charset=utf-8")
        .body(ByteStream::from(template.as_bytes().to_vec()));
    match call.send().await.map_err(|error| call_error(PUT, &error)) {
        Ok(_) => {}
        Err(error) if is_there(&error) => check(aws, bucket, key, template.len()).await?,
        Err(error) => return Err(resolved(error)),
    }
    Ok(url::of_object(&aws.region, bucket, key))
}

/// Somebody put it before, or is putting it right now.
fn is_there(error: &CallError) -> bool {
    matches!(
        error.code.as_deref(),
        Some("PreconditionFailed" | "ConditionalRequestConflict")
    )
}

/// An object of another length under this key was not put by us.
async fn check(aws: &Aws, bucket: &str, key: &str, length: usize) -> Result<(), CallError> {
    let answer = aws.s3.head_object().bucket(bucket).key(key).send().await;
    let answer = answer.map_err(|error| resolved(call_error(HEAD, &error)))?;
    let found = answer.content_length().unwrap_or_default();
    if usize::try_from(found) == Ok(length) {
        return Ok(());
    }
    Err(invalid(
        HEAD,
        format!(
            "s3://{bucket}/{key} has {found} bytes and not the {length} of the template; somebody changed it"
        ),
    ))
}

/// The write that the template is for was not sent, so nothing about it is in doubt: either it may be tried again, or it is
/// refused.
fn resolved(error: CallError) -> CallError {
    let kind = match error.kind {
        CallErrorKind::Denied | CallErrorKind::Credentials => error.kind,
        CallErrorKind::Unavailable | CallErrorKind::Unanswered | CallErrorKind::Malformed => {
            CallErrorKind::Unavailable
        }
        _ => CallErrorKind::Invalid,
    };
    super::elsewhere(CallError { kind, ..error })
}
