//! Which object a request is about, and what it wants with it.

use http::request::Parts;
use http::{HeaderMap, Method};

use super::HEADERS;
use crate::world::ObjectCall;

/// The call that a method stands for, or the method's own name.
pub(crate) fn action(method: &Method) -> &str {
    match *method {
        Method::GET => "GetObject",
        Method::HEAD => "HeadObject",
        Method::PUT => "PutObject",
        _ => method.as_str(),
    }
}

/// Takes a request apart.
pub(crate) fn read(request: &Parts, body: &[u8]) -> ObjectCall {
    let header = |name: &&str| Some(((*name).to_owned(), text(&request.headers, name)?.to_owned()));
    let chunked = text(&request.headers, "content-encoding")
        .is_some_and(|encoding| encoding.split(',').any(|one| one.trim() == "aws-chunked"));
    let content = if chunked {
        unchunked(body)
    } else {
        Some(body.to_vec())
    };
    ObjectCall {
        name: object_name(request),
        headers: HEADERS.iter().filter_map(header).collect(),
        text: content.and_then(|content| String::from_utf8(content).ok()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// `bucket/key`, from the host (`bucket.s3.…`) or from the path.
fn object_name(request: &Parts) -> Option<String> {
    let path = decode_path(request.uri.path().trim_start_matches('/'))?;
    let host = text(&request.headers, "host").or_else(|| request.uri.host());
    let host = host.unwrap_or_default();
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

/// The content of an `aws-chunked` body: pieces, each after its length in hexadecimal digits and whatever else its line says, up to
/// the piece of length 0. What comes after that, checksums and signatures, is not looked at. None when it is not whole.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let end = body.windows(2).position(|pair| pair == b"\r\n")?;
        let line = std::str::from_utf8(body.get(..end)?).ok()?;
        let length = usize::from_str_radix(line.split(';').next()?, 16).ok()?;
        if length == 0 {
            return Some(content);
        }
        let rest = body.get(end.checked_add(2)?..)?;
        content.extend_from_slice(rest.get(..length)?);
        body = rest.get(length..)?.strip_prefix(b"\r\n")?;
    }
}
