//! Addresses of objects, as `TemplateURL` takes them (reference §1.1).

use model::ids::Region;

/// An object in S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    /// Its bucket.
    pub(crate) bucket: String,
    /// Its key.
    pub(crate) key: String,
    /// The Region that its address names.
    pub(crate) region: Option<Region>,
    /// The version that its address names.
    pub(crate) version: Option<String>,
}

/// The address of an object in a Region.
pub(crate) fn of_object(region: &Region, bucket: &str, key: &str) -> String {
    let china = if region.as_str().starts_with("cn-") {
        ".cn"
    } else {
        ""
    };
    format!("https://{bucket}.s3.{region}.amazonaws.com{china}/{key}")
}

/// Reads an address in any of the forms that S3 has had: the bucket in the host or in the path, the Region behind `s3.` or
/// `s3-`, or none. None for other addresses, website endpoints among them.
pub(crate) fn read(url: &str) -> Option<Object> {
    let rest = url.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    let host = host.to_ascii_lowercase();
    let host = host
        .strip_suffix(".amazonaws.com.cn")
        .or_else(|| host.strip_suffix(".amazonaws.com"))?;
    let path = decoded(path)?;
    let (bucket, endpoint) = in_host(host)?;
    let region = region(endpoint)?;
    let whole = match bucket {
        Some(bucket) => format!("{bucket}/{path}"),
        None => path,
    };
    let (bucket, key) = whole.split_once('/')?;
    let version = query.map(version);
    if bucket.is_empty() || key.is_empty() || version == Some(None) {
        return None;
    }
    Some(Object {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        region,
        version: version.flatten(),
    })
}

/// The bucket, when the host names it, and what comes behind `s3`.
fn in_host(host: &str) -> Option<(Option<&str>, &str)> {
    if let Some(endpoint) = host.strip_prefix("s3") {
        return Some((None, endpoint));
    }
    // A bucket's name may itself have `.s3.` in it, so the last one counts.
    let at = host.rfind(".s3.").or_else(|| host.rfind(".s3-"));
    match at {
        Some(at) => Some((Some(host.get(..at)?), host.get(at + 3..)?)),
        None => Some((Some(host.strip_suffix(".s3")?), "")),
    }
}

/// The Region in what comes behind `s3`: outer none when it is no Region, inner none when there is none.
#[expect(clippy::option_option, reason = "no address, and an address without a Region")]
fn region(endpoint: &str) -> Option<Option<Region>> {
    if endpoint.is_empty() {
        return Some(None);
    }
    let name = endpoint.strip_prefix(".dualstack").unwrap_or(endpoint);
    let name = name.strip_prefix('.').or_else(|| name.strip_prefix('-'))?;
    let plain = !name.starts_with("website") && !name.contains('.');
    let region = Region::parse(name).ok().filter(|_| plain)?;
    Some(Some(region))
}

fn version(query: &str) -> Option<String> {
    let value = query.strip_prefix("versionId=")?;
    decoded(value).filter(|value| !value.is_empty() && !value.contains('&'))
}

/// Percent signs taken out; none when what they stand for is no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let value = digit(rest.next())? * 16 + digit(rest.next())?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        let Some(object) = read(url) else {
            return "none".to_owned();
        };
        let region = object
            .region
            .map_or_else(|| "-".to_owned(), |region| region.to_string());
        let version = object.version.unwrap_or_else(|| "-".to_owned());
        format!("{} {} {region} {version}", object.bucket, object.key)
    }

    #[test]
    fn every_form_of_an_address_is_read() {
        for (url, expected) in [
            (
                "https://b.s3.eu-west-1.amazonaws.com/a/t.yaml",
                "b a/t.yaml eu-west-1 -",
            ),
            ("https://b.s3.amazonaws.com/t.yaml", "b t.yaml - -"),
            (
                "https://b.s3-eu-west-1.amazonaws.com/t.yaml",
                "b t.yaml eu-west-1 -",
            ),
            (
                "https://s3.eu-west-1.amazonaws.com/b/t.yaml",
                "b t.yaml eu-west-1 -",
            ),
            (
                "https://s3-eu-west-1.amazonaws.com/b/t.yaml",
                "b t.yaml eu-west-1 -",
            ),
            ("https://s3.amazonaws.com/b/a/t.yaml", "b a/t.yaml - -"),
            ("https://S3.amazonaws.com/b/T.yaml", "b T.yaml - -"),
            ("https://a.b.s3.eu-west-1.amazonaws.com/t", "a.b t eu-west-1 -"),
            (
                "https://b.s3.dualstack.eu-west-1.amazonaws.com/t",
                "b t eu-west-1 -",
            ),
            ("https://b.s3.cn-north-1.amazonaws.com.cn/t", "b t cn-north-1 -"),
            (
                "https://b.s3.eu-west-1.amazonaws.com/a%20b/t?versionId=v%2B1",
                "b a b/t eu-west-1 v+1",
            ),
        ] {
            assert_eq!(shown(url), expected, "{url}");
        }
    }

    #[test]
    fn other_addresses_are_none() {
        for url in [
            "http://b.s3.amazonaws.com/t",
            "https://b.s3-website-eu-west-1.amazonaws.com/t",
            "https://b.s3-website.eu-west-1.amazonaws.com/t",
            "https://example.com/t",
            "https://b.s3.amazonaws.com.example.com/t",
            "https://s3.amazonaws.com/b",
            "https://b.s3.amazonaws.com/",
            "https://b.s3.amazonaws.com/t?acl",
            "https://b.s3.amazonaws.com/%zz",
            "s3://b/t",
        ] {
            assert_eq!(shown(url), "none", "{url}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let region = Region::parse("eu-west-1").unwrap();
        let url = of_object(&region, "b", "stackfleet/templates/x.template");
        assert_eq!(shown(&url), "b stackfleet/templates/x.template eu-west-1 -");
    }
}
