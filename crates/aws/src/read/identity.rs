//! Who are we.

use model::call::CallError;
use model::ids::AccountId;
use model::observed::Identity;

use crate::Aws;
use crate::convert::id;
use crate::error::call_error;

const API: &str = "GetCallerIdentity";

/// The account and principal of the credentials; needs no permission.
pub(crate) async fn identity(aws: &Aws) -> Result<Identity, CallError> {
    tracing::debug!(api = API);
    let answer = aws.sts.get_caller_identity().send().await;
    let answer = answer.map_err(|error| call_error(API, &error))?;
    Ok(Identity {
        account: id(API, AccountId::parse, answer.account())?,
        arn: answer.arn.unwrap_or_default(),
    })
}
