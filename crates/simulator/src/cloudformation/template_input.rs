//! `TemplateBody` and `TemplateURL` (reference §6.1).

use super::Request;
use super::refusal::Refusal;

/// `TemplateBody` has so many bytes at most.
const MOST_INLINE: usize = 51_200;
/// An object has so many bytes at most.
const MOST_BY_URL: usize = 1_048_576;

impl Request<'_> {
    /// The text of the template in the call; none when there is none.
    pub(super) fn template_text(&self) -> Result<Option<String>, Refusal> {
        let body = self.form.get("TemplateBody");
        let url = self.form.get("TemplateURL");
        if let Some(body) = body {
            if url.is_some() && self.action != "ValidateTemplate" {
                return Err(Refusal::validation(
                    "You cannot specify both TemplateBody and TemplateURL",
                ));
            }
            return check_body(body).map(|body| Some(body.to_owned()));
        }
        url.map(|url| self.template_at(url)).transpose()
    }

    fn template_at(&self, url: &str) -> Result<String, Refusal> {
        let key =
            object_key(url).ok_or_else(|| Refusal::validation("TemplateURL must be a supported URL."))?;
        let object = self.world.objects.get(&key).ok_or_else(|| {
            Refusal::validation(format!("S3 error: The specified key does not exist: {key}"))
        })?;
        if object.text.len() > MOST_BY_URL {
            return Err(Refusal::validation(format!(
                "Template may not exceed {MOST_BY_URL} bytes in size."
            )));
        }
        Ok(object.text.clone())
    }
}

fn check_body(body: &str) -> Result<&str, Refusal> {
    if body.is_empty() {
        return Err(Refusal::validation(
            "1 validation error detected: Value '' at 'templateBody' failed to satisfy constraint: Member must have length \
             greater than or equal to 1",
        ));
    }
    if body.len() > MOST_INLINE {
        return Err(Refusal::validation(format!(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less \
             than or equal to {MOST_INLINE}"
        )));
    }
    Ok(body)
}

/// `bucket/key` of an object's URL: in the host or in the path, on S3 or on loopback.
pub(super) fn object_key(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = form_urlencoded::parse(format!("={}", path.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, path)| path.into_owned())?;
    let key = match scheme {
        "s3" => format!("{host}/{path}"),
        "http" if is_loopback(host) => path,
        "https" => {
            let service = host
                .strip_suffix(".amazonaws.com")
                .or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
            match service.rsplit_once(".s3") {
                Some((bucket, region)) if is_region_part(region) => format!("{bucket}/{path}"),
                _ if is_region_part(service.strip_prefix("s3")?) => path,
                _ => return None,
            }
        }
        _ => return None,
    };
    let (bucket, object) = key.split_once('/')?;
    (!bucket.is_empty() && !object.is_empty()).then_some(key)
}

/// What stands behind `s3`: nothing, or a Region after a dot or a hyphen.
fn is_region_part(text: &str) -> bool {
    text.is_empty() || text.starts_with('.') || text.starts_with('-')
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_object_is_the_same_key() {
        for url in [
            "https://bucket.s3.amazonaws.com/a/b.yaml",
            "https://bucket.s3.eu-west-1.amazonaws.com/a/b.yaml",
            "https://s3.amazonaws.com/bucket/a/b.yaml",
            "https://s3.eu-west-1.amazonaws.com/bucket/a/b.yaml",
            "http://127.0.0.1:4566/bucket/a/b.yaml",
            "s3://bucket/a/b.yaml",
            "https://bucket.s3.amazonaws.com/a%2Fb.yaml?versionId=1",
        ] {
            assert_eq!(object_key(url).as_deref(), Some("bucket/a/b.yaml"), "{url}");
        }
    }

    #[test]
    fn other_places_are_no_objects() {
        for url in [
            "http://example.com/b/k",
            "https://bucket.example.com/k",
            "https://s3.amazonaws.com/bucket",
            "b/k",
        ] {
            assert_eq!(object_key(url), None, "{url}");
        }
    }
}
