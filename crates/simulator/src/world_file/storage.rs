//! `[[bucket]]`, `[objects]` and `[[parameter]]`: what S3 and Systems Manager keep.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::ids::AccountId;

use super::format::{Object, WorldFile};
use super::parse::Mistakes;
use crate::world::{Bucket, SsmParameter, StoredObject};

/// The buckets; one that names no account is the management account's.
pub(super) fn buckets(
    file: &WorldFile,
    management_account: &AccountId,
    mistakes: &mut Mistakes<'_>,
) -> BTreeMap<String, Bucket> {
    let mut buckets = BTreeMap::new();
    for written in &file.buckets.right {
        let name = written.name.get_ref();
        let bucket = Bucket {
            account: written
                .account
                .clone()
                .unwrap_or_else(|| management_account.clone()),
            encryption_required: written.encryption_required,
        };
        if buckets.insert(name.clone(), bucket).is_some() {
            mistakes.wrong(
                &written.name,
                "E0253",
                &format!("the bucket `{name}` is there twice"),
            );
        }
    }
    buckets
}

/// The objects, with the texts of the files that they name.
pub(super) fn objects(
    file: &WorldFile,
    mistakes: &mut Mistakes<'_>,
    load: &mut dyn FnMut(&str) -> Result<String, String>,
) -> BTreeMap<String, StoredObject> {
    let mut objects = BTreeMap::new();
    for (name, object) in &file.objects {
        if !name
            .get_ref()
            .split_once('/')
            .is_some_and(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
        {
            mistakes.wrong(name, "E0151", &format!("`{}` is not bucket/key", name.get_ref()));
        }
        let text = match object.get_ref() {
            Object::Text(text) => Ok(text.clone()),
            Object::File(from) => load(&from.file),
        };
        match text {
            Ok(text) => {
                objects.insert(name.get_ref().clone(), StoredObject::new(text));
            }
            Err(reason) => mistakes.wrong(
                object,
                "E0151",
                &format!("the object's file cannot be read: {reason}"),
            ),
        }
    }
    objects
}

/// The parameters in the order of the file.
pub(super) fn parameters(file: &WorldFile, now: Timestamp) -> Vec<SsmParameter> {
    let written = file.parameters.right.iter();
    let parameter = |written: &super::format::Parameter| SsmParameter {
        name: written.name.clone(),
        value: written.value.clone(),
        kind: written.kind,
        account: written.account.clone(),
        region: written.region.clone(),
        modified_at: now,
    };
    written.map(parameter).collect()
}
