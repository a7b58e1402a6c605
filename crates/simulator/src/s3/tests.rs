use model::ids::AccountId;

use super::*;
use crate::world::{Bucket, Service};
use crate::world_file;

const KMS: &str = "arn:aws:kms:eu-west-1:100000000000:key/1";

fn sent(world: &mut World, method: &str, uri: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let parts = request.body(()).unwrap().into_parts().0;
    let call = ApiCall {
        service: Service::S3,
        caller: AccountId::parse("100000000000").unwrap(),
        region: None,
        action: action(&parts.method).to_owned(),
        stack_set: None,
        body: String::new(),
        object: Some(read(&parts, body)),
    };
    answer(world, &call)
}

fn fresh() -> World {
    world_file::fresh().unwrap()
}

/// A world with the bucket `templates` of the management account.
fn with_bucket(encryption_required: bool) -> World {
    let mut world = fresh();
    let bucket = Bucket {
        account: world.organization.management_account.clone(),
        encryption_required,
    };
    world.buckets.insert("templates".to_owned(), bucket);
    world
}

fn status_and_code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.error.as_deref().unwrap_or_default())
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    let found = reply.headers.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.as_str())
}

#[test]
fn an_object_put_by_path_is_read_by_virtual_host() {
    let mut world = fresh();
    let local = [("host", "127.0.0.1:9")];
    let put = sent(
        &mut world,
        "PUT",
        "/templates/a%20b/c+d.yaml",
        &local,
        b"Resources: {}",
    );
    assert_eq!(put.status, 200);
    assert!(world.objects.contains_key("templates/a b/c+d.yaml"));
    let host = [("host", "templates.s3.eu-west-1.amazonaws.com")];
    let get = sent(&mut world, "GET", "/a%20b/c+d.yaml?versionId=1", &host, b"");
    assert_eq!((get.status, &get.body[..]), (200, &b"Resources: {}"[..]));
    assert_eq!(header(&get, "etag"), header(&put, "etag"));
    assert_eq!(header(&get, ENCRYPTION), Some("AES256"));
}

#[test]
fn a_head_announces_the_length_and_sends_nothing() {
    let mut world = fresh();
    world.objects.insert("b/k".to_owned(), StoredObject::new("12345"));
    let head = sent(&mut world, "HEAD", "/b/k", &[("host", "s3.amazonaws.com")], b"");
    let response = head.into_response("r");
    assert_eq!(response.headers()["content-length"], "5");
    assert_eq!(response.headers()[ENCRYPTION], "AES256");
    assert!(response.body().is_empty());
}

#[test]
fn what_is_not_there_or_not_text_is_refused() {
    let mut world = fresh();
    let mut of = |method, uri, body: &[u8]| sent(&mut world, method, uri, &[], body);
    assert_eq!(status_and_code(&of("GET", "/b/k", b"")), (404, "NoSuchKey"));
    assert_eq!(status_and_code(&of("HEAD", "/b/k", b"")), (404, "NotFound"));
    assert_eq!(
        status_and_code(&of("PUT", "/b/k", b"\xff")),
        (400, "InvalidRequest")
    );
    assert_eq!(status_and_code(&of("GET", "/b", b"")), (501, "NotImplemented"));
    assert_eq!(
        status_and_code(&of("DELETE", "/b/k", b"")),
        (501, "NotImplemented")
    );
    assert!(world.objects.is_empty());
}

#[test]
fn a_key_is_never_overwritten_by_who_says_so() {
    let mut world = fresh();
    let only_new = [("if-none-match", "*")];
    assert_eq!(sent(&mut world, "PUT", "/b/k", &only_new, b"one").status, 200);
    let second = sent(&mut world, "PUT", "/b/k", &only_new, b"two");
    assert_eq!(status_and_code(&second), (412, "PreconditionFailed"));
    assert_eq!(world.objects["b/k"].text, "one");
    assert_eq!(sent(&mut world, "PUT", "/b/k", &[], b"two").status, 200);
    assert_eq!(world.objects["b/k"].text, "two");
    let other = sent(
        &mut world,
        "PUT",
        "/b/k",
        &[("if-none-match", "\"tag\"")],
        b"three",
    );
    assert_eq!(status_and_code(&other), (501, "NotImplemented"));
}

#[test]
fn an_object_reads_back_how_it_is_encrypted() {
    let mut world = fresh();
    let wish = [(ENCRYPTION, "aws:kms"), (KMS_KEY, KMS)];
    let put = sent(&mut world, "PUT", "/b/k", &wish, b"x");
    let get = sent(&mut world, "GET", "/b/k", &[], b"");
    for reply in [&put, &get] {
        assert_eq!(header(reply, ENCRYPTION), Some("aws:kms"));
        assert_eq!(header(reply, KMS_KEY), Some(KMS));
    }
    let unknown = sent(&mut world, "PUT", "/b/k", &[(ENCRYPTION, "rot13")], b"x");
    assert_eq!(
        status_and_code(&unknown),
        (400, "InvalidEncryptionAlgorithmError")
    );
}

#[test]
fn a_bucket_may_turn_away_what_does_not_ask_for_encryption() {
    let mut world = with_bucket(true);
    let bare = sent(&mut world, "PUT", "/templates/k", &[], b"x");
    assert_eq!(status_and_code(&bare), (403, "AccessDenied"));
    let wish = [(ENCRYPTION, "AES256")];
    assert_eq!(sent(&mut world, "PUT", "/templates/k", &wish, b"x").status, 200);
}

#[test]
fn with_buckets_in_the_world_there_are_no_others() {
    let mut world = with_bucket(false);
    let elsewhere = sent(&mut world, "PUT", "/other/k", &[], b"x");
    assert_eq!(status_and_code(&elsewhere), (404, "NoSuchBucket"));
    assert_eq!(sent(&mut world, "PUT", "/templates/k", &[], b"x").status, 200);
}

#[test]
fn a_bucket_of_somebody_else_is_told_apart() {
    let mut world = with_bucket(false);
    let mut of = |owner| {
        let reply = sent(
            &mut world,
            "PUT",
            "/templates/k",
            &[(EXPECTED_OWNER, owner)],
            b"x",
        );
        reply.status
    };
    assert_eq!((of("200000000001"), of("100000000000")), (403, 200));
}

#[test]
fn a_body_in_pieces_is_put_together_and_half_of_one_is_refused() {
    let mut world = fresh();
    let pieces = [("content-encoding", "aws-chunked")];
    let body = b"5;chunk-signature=ab\r\nResou\r\n8\r\nrces: {}\r\n0\r\nx-amz-checksum-crc32:aaa=\r\n\r\n";
    assert_eq!(sent(&mut world, "PUT", "/b/k", &pieces, body).status, 200);
    assert_eq!(world.objects["b/k"].text, "Resources: {}");
    for broken in [
        &b""[..],
        b"5\r\nabc",
        b"zz\r\n",
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\n",
    ] {
        assert_eq!(sent(&mut world, "PUT", "/b/k2", &pieces, broken).status, 400);
    }
}
