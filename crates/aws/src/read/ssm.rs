//! Parameters of Systems Manager that values come from.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ssm::types::{Parameter, ParameterType};
use model::call::CallError;
use model::observed::SsmParameter;
use model::secrets::Secrets;

use crate::Aws;
use crate::error::call_error;
use crate::paging::twice;

const API: &str = "GetParameters";
/// Names in a call (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>).
const NAMES: usize = 10;

/// The parameters that exist, by the name that was asked for. The value of a `SecureString` stays encrypted and is dropped.
pub(crate) async fn parameters(
    aws: &Aws,
    names: &BTreeSet<String>,
) -> Result<BTreeMap<String, SsmParameter>, CallError> {
    let mut found = BTreeMap::new();
    for (name, row) in rows(aws, names, false).await? {
        let value = match row.r#type {
            Some(ParameterType::SecureString) => SsmParameter::Secure,
            _ => SsmParameter::Plain(row.value.unwrap_or_default()),
        };
        found.insert(name, value);
    }
    Ok(found)
}

/// The names behind references `ssm:NAME`.
pub(crate) fn names(references: &BTreeSet<String>) -> BTreeSet<String> {
    let named = references
        .iter()
        .filter_map(|reference| reference.strip_prefix("ssm:"));
    named.map(str::to_owned).collect()
}

/// The values behind references `ssm:NAME`, decrypted; other references are left out, and names that do not exist.
pub(crate) async fn secrets(aws: &Aws, names: &BTreeSet<String>) -> Result<Secrets, CallError> {
    let mut secrets = Secrets::default();
    for (name, row) in rows(aws, names, true).await? {
        secrets.insert(format!("ssm:{name}"), row.value.unwrap_or_default());
    }
    Ok(secrets)
}

async fn rows(
    aws: &Aws,
    names: &BTreeSet<String>,
    decrypt: bool,
) -> Result<Vec<(String, Parameter)>, CallError> {
    let mut found = Vec::new();
    let names: Vec<String> = names.iter().cloned().collect();
    for names in names.chunks(NAMES) {
        tracing::debug!(api = API, parameters = names.len());
        let answer = twice(|| async move {
            let call = aws.ssm.get_parameters().set_names(Some(names.to_vec()));
            let answer = call.with_decryption(decrypt).send().await;
            answer.map_err(|error| call_error(API, &error))
        });
        for row in answer.await?.parameters.unwrap_or_default() {
            let asked = names.iter().find(|name| is_named(&row, name));
            if let Some(name) = asked {
                found.push((name.clone(), row));
            }
        }
    }
    Ok(found)
}

/// A parameter may be asked for by its name, with a version or label behind it, or by its ARN.
fn is_named(row: &Parameter, asked: &str) -> bool {
    let name = row.name().unwrap_or_default();
    let selected = row.selector().unwrap_or_default();
    asked == name || asked.strip_prefix(name) == Some(selected) || row.arn() == Some(asked)
}
