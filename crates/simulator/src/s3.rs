//! S3, as much of it as templates need: objects are put, read and asked about.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method};
use model::digest::Digest;

use crate::reply::{Reply, s3_error};

/// Answers a call on one object.
pub(crate) fn answer(objects: &mut BTreeMap<String, String>, request: &Parts, body: &[u8]) -> Reply {
    let action = action(&request.method);
    if !["GetObject", "HeadObject", "PutObject"].contains(&action) {
        return s3_error(501, action, "NotImplemented", "the simulator knows only objects");
    }
    let Some(object) = object_name(request) else {
        return s3_error(
            501,
            action,
            "NotImplemented",
            "the simulator knows objects, not whole buckets",
        );
    };
    match action {
        "PutObject" => put(objects, object, request, body),
        "HeadObject" => head(objects.get(&object)),
        _ => get(objects.get(&object)),
    }
}

/// The call that a method stands for, or the method's own name.
pub(crate) fn action(method: &Method) -> &str {
    match *method {
        Method::GET => "GetObject",
        Method::HEAD => "HeadObject",
        Method::PUT => "PutObject",
        _ => method.as_str(),
    }
}

fn get(object: Option<&String>) -> Reply {
    let Some(text) = object else {
        return s3_error(404, "GetObject", "NoSuchKey", "The specified key does not exist.");
    };
    let content = Bytes::copy_from_slice(text.as_bytes());
    Reply {
        entity_tag: Some(entity_tag(text)),
        ..Reply::new(200, "GetObject")
    }
    .with_body("binary/octet-stream", content)
}

/// A `HEAD` has no body, so a refusal is its status alone.
fn head(object: Option<&String>) -> Reply {
    let Some(text) = object else {
        return Reply {
            error: Some("NotFound".to_owned()),
            ..Reply::new(404, "HeadObject")
        };
    };
    Reply {
        announced_length: Some(text.len()),
        entity_tag: Some(entity_tag(text)),
        ..Reply::new(200, "HeadObject").with_body("binary/octet-stream", Bytes::new())
    }
}

fn put(objects: &mut BTreeMap<String, String>, object: String, request: &Parts, body: &[u8]) -> Reply {
    let encoding = request
        .headers
        .get(http::header::CONTENT_ENCODING)
        .map(HeaderValue::as_bytes);
    if encoding.is_some_and(|encoding| encoding.starts_with(b"aws-chunked")) {
        return s3_error(
            501,
            "PutObject",
            "NotImplemented",
            "the simulator takes bodies in one piece only",
        );
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return s3_error(
            400,
            "PutObject",
            "InvalidRequest",
            "the simulator keeps only objects that are UTF-8 text",
        );
    };
    let tag = entity_tag(text);
    objects.insert(object, text.to_owned());
    Reply {
        entity_tag: Some(tag),
        ..Reply::new(200, "PutObject")
    }
}

fn entity_tag(text: &str) -> String {
    let digest = Digest::of_bytes(text.as_bytes());
    format!("\"{}\"", digest.short())
}

/// `bucket/key`, from the host (`bucket.s3.…`) or from the path.
fn object_name(request: &Parts) -> Option<String> {
    let path = decode_path(request.uri.path().trim_start_matches('/'))?;
    let host = request
        .headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri.host()).unwrap_or_default();
    let bucket = host
        .find(".s3.")
        .or_else(|| host.find(".s3-"))
        .and_then(|at| host.get(..at));
    let name = match bucket {
        Some(bucket) => format!("{bucket}/{path}"),
        None => path,
    };
    let (bucket, key) = name.split_once('/')?;
    (!bucket.is_empty() && !key.is_empty()).then_some(name)
}

/// A path is decoded like a form's value but for `+` and `&`, which stand for themselves in it.
fn decode_path(path: &str) -> Option<String> {
    let form = format!("p={}", path.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(form.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(
        method: &str,
        uri: &str,
        host: &str,
        body: &[u8],
        objects: &mut BTreeMap<String, String>,
    ) -> Reply {
        let request = http::Request::builder()
            .method(method)
            .uri(uri)
            .header("host", host)
            .body(())
            .unwrap();
        answer(objects, &request.into_parts().0, body)
    }

    #[test]
    fn an_object_put_by_path_is_read_by_virtual_host() {
        let mut objects = BTreeMap::new();
        let put = call(
            "PUT",
            "/templates/a%20b/c+d.yaml",
            "127.0.0.1:9",
            b"Resources: {}",
            &mut objects,
        );
        assert_eq!(put.status, 200);
        assert!(objects.contains_key("templates/a b/c+d.yaml"));
        let host = "templates.s3.eu-west-1.amazonaws.com";
        let get = call("GET", "/a%20b/c+d.yaml?versionId=1", host, b"", &mut objects);
        assert_eq!((get.status, &get.body[..]), (200, &b"Resources: {}"[..]));
        assert_eq!(get.entity_tag, put.entity_tag);
    }

    #[test]
    fn a_head_announces_the_length_and_sends_nothing() {
        let mut objects = BTreeMap::from([("b/k".to_owned(), "12345".to_owned())]);
        let head = call("HEAD", "/b/k", "s3.amazonaws.com", b"", &mut objects);
        let response = head.into_response("r");
        assert_eq!(response.headers()["content-length"], "5");
        assert!(response.body().is_empty());
    }

    #[test]
    fn what_is_not_there_or_not_text_is_refused() {
        let mut objects = BTreeMap::new();
        let missing = call("GET", "/b/k", "localhost", b"", &mut objects);
        assert_eq!(
            (missing.status, missing.error.as_deref()),
            (404, Some("NoSuchKey"))
        );
        assert_eq!(call("HEAD", "/b/k", "localhost", b"", &mut objects).status, 404);
        assert_eq!(
            call("PUT", "/b/k", "localhost", b"\xff", &mut objects).status,
            400
        );
        assert_eq!(call("GET", "/b", "localhost", b"", &mut objects).status, 501);
        assert_eq!(call("DELETE", "/b/k", "localhost", b"", &mut objects).status, 501);
        assert!(objects.is_empty());
    }
}
