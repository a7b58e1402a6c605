//! A template that a manifest names by its address.

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use model::call::CallError;

use super::url;
use crate::Aws;
use crate::error::{call_error, invalid, malformed};
use crate::paging::twice;

const API: &str = "GetObject";
/// Bytes of a template in S3: 1 MB (reference §6.1).
const LONGEST: usize = 1024 * 1024;

/// The text behind an address. No more of it is taken in than a template may have.
pub(crate) async fn template(aws: &Aws, address: &str) -> Result<String, CallError> {
    tracing::debug!(api = API, template = address);
    let text = twice(|| read(aws, address)).await;
    // AWS's words do not name the object.
    text.map_err(|error| CallError {
        message: format!("{address}: {}", error.message),
        ..error
    })
}

async fn read(aws: &Aws, address: &str) -> Result<String, CallError> {
    let object = url::read(address).ok_or_else(|| invalid(API, "it is not the address of an S3 object"))?;
    let call = aws.s3.get_object().bucket(object.bucket).key(object.key);
    let mut call = call.set_version_id(object.version).customize();
    if let Some(region) = object.region {
        let region = aws_sdk_s3::config::Region::new(region.to_string());
        call = call.config_override(aws_sdk_s3::config::Builder::new().region(region));
    }
    let answer = call
        .send()
        .await
        .map_err(|error| super::elsewhere(call_error(API, &error)))?;
    text(answer).await
}

async fn text(mut answer: GetObjectOutput) -> Result<String, CallError> {
    let mut bytes = Vec::new();
    loop {
        let piece = answer.body.try_next().await;
        let piece = piece.map_err(|error| malformed(API, format!("the answer was cut off: {error}")))?;
        let Some(piece) = piece else { break };
        if bytes.len() + piece.len() > LONGEST {
            return Err(invalid(API, "it is longer than a template may be (1 MB)"));
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| invalid(API, "it is not a text"))
}
