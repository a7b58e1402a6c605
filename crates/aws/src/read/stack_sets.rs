//! Which StackSets are there, and may they work in the organization.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::types::{OrganizationStatus, StackSetStatus};
use model::call::CallError;
use model::ids::StackSetName;

use super::PAGE;
use crate::Aws;
use crate::convert::id;
use crate::error::call_error;
use crate::paging::{Page, every_page};

const LIST: &str = "ListStackSets";
const ACCESS: &str = "DescribeOrganizationsAccess";

/// Names of all StackSets that are not deleted, strongly consistent.
pub(crate) async fn names(aws: &Aws) -> Result<BTreeSet<StackSetName>, CallError> {
    tracing::debug!(api = LIST);
    let rows = every_page(LIST, |token| async move {
        let call = aws
            .cloudformation
            .list_stack_sets()
            .status(StackSetStatus::Active);
        let call = call.call_as(aws.call_as.clone()).max_results(PAGE);
        let answer = call.set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(LIST, &error))?;
        Ok(Page {
            items: answer.summaries.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    let rows = rows.await?;
    rows.iter()
        .map(|row| id(LIST, StackSetName::parse, row.stack_set_name()))
        .collect()
}

/// Whether trusted access is on.
pub(crate) async fn trusted_access(aws: &Aws) -> Result<bool, CallError> {
    tracing::debug!(api = ACCESS);
    let call = aws.cloudformation.describe_organizations_access();
    let answer = call.call_as(aws.call_as.clone()).send().await;
    let answer = answer.map_err(|error| call_error(ACCESS, &error))?;
    Ok(answer.status == Some(OrganizationStatus::Enabled))
}
