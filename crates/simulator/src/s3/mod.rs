//! S3, as much of it as templates need: objects are put, read and asked about.
//!
//! `request` is what a client sent, `mod.rs` what becomes of it.

mod request;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bytes::Bytes;

pub(crate) use self::request::{action, read};
use crate::reply::{Reply, refused};
use crate::world::{ApiCall, Encryption, ObjectCall, StoredObject, World};

const ENCRYPTION: &str = "x-amz-server-side-encryption";
const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const EXPECTED_OWNER: &str = "x-amz-expected-bucket-owner";
const IF_NONE_MATCH: &str = "if-none-match";

/// Headers that decide what becomes of a call.
const HEADERS: [&str; 4] = [ENCRYPTION, KMS_KEY, EXPECTED_OWNER, IF_NONE_MATCH];

/// Why a call came to nothing: status, code, text.
type Refusal = (u16, &'static str, &'static str);

/// Answers a call on one object.
pub(crate) fn answer(world: &mut World, call: &ApiCall) -> Reply {
    let nothing = ObjectCall::default();
    let about = call.object.as_ref().unwrap_or(&nothing);
    let done = object_name(call, about).and_then(|name| {
        check_bucket(world, about, name)?;
        match call.action.as_str() {
            "PutObject" => put(world, about, name),
            action => get(&world.objects, action, name),
        }
    });
    match done {
        Ok(reply) => reply,
        // A `HEAD` has no body, so a refusal is its status alone.
        Err((status, ..)) if call.action == "HeadObject" => Reply {
            error: Some(if status == 404 { "NotFound" } else { "Forbidden" }.to_owned()),
            ..Reply::new(status, "HeadObject")
        },
        Err((status, code, message)) => refused(call, status, code, message),
    }
}

fn object_name<'a>(call: &ApiCall, about: &'a ObjectCall) -> Result<&'a str, Refusal> {
    let known = ["GetObject", "HeadObject", "PutObject"].contains(&call.action.as_str());
    let name = about.name.as_deref().filter(|_| known);
    name.ok_or((
        501,
        "NotImplemented",
        "the simulator puts, reads and describes objects, and nothing else of S3",
    ))
}

/// The bucket must be there, and be whose the caller thinks it is. In a world without buckets every name is one.
fn check_bucket(world: &World, about: &ObjectCall, name: &str) -> Result<(), Refusal> {
    if world.buckets.is_empty() {
        return Ok(());
    }
    let bucket = name
        .split_once('/')
        .and_then(|(bucket, _)| world.buckets.get(bucket));
    let bucket = bucket.ok_or((404, "NoSuchBucket", "The specified bucket does not exist"))?;
    let expected = about.headers.get(EXPECTED_OWNER);
    if expected.is_some_and(|expected| *expected != bucket.account.as_str()) {
        return Err(DENIED);
    }
    Ok(())
}

const DENIED: Refusal = (403, "AccessDenied", "Access Denied");

fn get(objects: &BTreeMap<String, StoredObject>, action: &str, name: &str) -> Result<Reply, Refusal> {
    let object = objects
        .get(name)
        .ok_or((404, "NoSuchKey", "The specified key does not exist."))?;
    let reply = described(Reply::new(200, action), object);
    Ok(if action == "HeadObject" {
        Reply {
            announced_length: Some(object.text.len()),
            ..reply.with_body("binary/octet-stream", Bytes::new())
        }
    } else {
        reply.with_body("binary/octet-stream", object.text.clone())
    })
}

/// Puts an object, over another one of its name unless `If-None-Match: *` forbids it.
fn put(world: &mut World, about: &ObjectCall, name: &str) -> Result<Reply, Refusal> {
    match about.headers.get(IF_NONE_MATCH).map(String::as_str) {
        Some("*") if world.objects.contains_key(name) => {
            let message = "At least one of the pre-conditions you specified did not hold";
            return Err((412, "PreconditionFailed", message));
        }
        None | Some("*") => {}
        Some(_) => {
            let message = "A header you provided implies functionality that is not implemented";
            return Err((501, "NotImplemented", message));
        }
    }
    let (encryption, kms_key) = encryption(world, about, name)?;
    let text = about.text.clone().ok_or((
        400,
        "InvalidRequest",
        "the simulator keeps only objects that are UTF-8 text",
    ))?;
    let object = StoredObject {
        text,
        encryption,
        kms_key,
    };
    let reply = described(Reply::new(200, "PutObject"), &object);
    world.objects.insert(name.to_owned(), object);
    Ok(reply)
}

/// How the object is to be encrypted, with the key if the call names one.
fn encryption(
    world: &World,
    about: &ObjectCall,
    name: &str,
) -> Result<(Encryption, Option<String>), Refusal> {
    let bucket = name
        .split_once('/')
        .and_then(|(bucket, _)| world.buckets.get(bucket));
    let Some(wanted) = about.headers.get(ENCRYPTION) else {
        let required = bucket.is_some_and(|bucket| bucket.encryption_required);
        return if required {
            Err(DENIED)
        } else {
            Ok((Encryption::default(), None))
        };
    };
    let found = Encryption::ALL.into_iter().find(|known| known.word() == wanted);
    let message = "The encryption request you specified is not valid. The valid value is AES256.";
    let encryption = found.ok_or((400, "InvalidEncryptionAlgorithmError", message))?;
    let key = about.headers.get(KMS_KEY).cloned();
    Ok((encryption, key.filter(|_| encryption != Encryption::S3)))
}

/// The headers that every answer about an object has.
fn described(reply: Reply, object: &StoredObject) -> Reply {
    let tag = model::digest::Digest::of_bytes(object.text.as_bytes());
    let reply = reply
        .with_header("etag", format!("\"{}\"", tag.short()))
        .with_header(ENCRYPTION, object.encryption.word());
    match &object.kms_key {
        Some(key) => reply.with_header(KMS_KEY, key),
        None => reply,
    }
}
