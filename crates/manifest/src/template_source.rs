//! `template`: a file, or an object of S3 that is pinned by its hash.

use std::rc::Rc;

use model::desired::DesiredTemplate;
use model::diagnostic::{Diagnostic, Spanned};
use model::digest::Digest;

use crate::files::{Loaded, MAX_INLINE};
use crate::reader::Reader;
use crate::tree::{Place, Table, Value};
use crate::words::shown;

pub(crate) const KEYS: &[&str] = &["s3", "sha256"];
const FILE: &str = "template = \"templates/NAME.yaml\"";
const S3: &str = "template = { s3 = \"https://BUCKET.s3.eu-west-1.amazonaws.com/KEY\", sha256 = \"64 hexadecimal digits\" }";

/// The template, and its text when it is a file. What cannot be taken has been reported.
pub(crate) fn read(
    reader: &mut Reader,
    table: &Table,
    has_bucket: bool,
) -> Option<(DesiredTemplate, Option<Rc<Loaded>>)> {
    let item = table.get("template")?;
    if let Value::Table(keys) = &item.value {
        return Some((object(reader, keys, item.at)?, None));
    }
    let (written, at) = reader.text(table, "template", FILE)?;
    let loaded = match reader.files.template(&written) {
        Ok(loaded) => loaded,
        Err(refused) => {
            let message = format!("cannot take the template `{}`: {}", shown(&written), refused.why);
            let diagnostic = Diagnostic::error("E0306", message)
                .label(&reader.span(at), "not taken")
                .help(refused.help);
            reader.report(diagnostic);
            return None;
        }
    };
    let span = reader.span(at);
    for diagnostic in loaded.template.as_ref().err().into_iter().flatten() {
        reader.report(diagnostic.clone().label(&span, "this template"));
    }
    if loaded.body.len() > MAX_INLINE && !has_bucket {
        too_long(reader, loaded.body.len(), at);
    }
    let source = DesiredTemplate::File {
        path: Spanned { value: written, span },
        body: loaded.body.clone(),
    };
    Some((source, Some(loaded)))
}

/// E0340: a template that only S3 can hand over.
fn too_long(reader: &mut Reader, length: usize, at: Place) {
    let message = format!("this template has {length} bytes, and a call takes {MAX_INLINE}");
    let diagnostic = Diagnostic::error("E0340", message)
        .label(&reader.span(at), "too long to be sent with a call")
        .note("a longer one is read by AWS from S3: up to 1 MB")
        .help("name a bucket to put it in, below `[aws]`:\ntemplate_bucket = \"BUCKET\"");
    reader.report(diagnostic);
}

/// `{ s3 = "https://…", sha256 = "…" }`
fn object(reader: &mut Reader, keys: &Table, at: Place) -> Option<DesiredTemplate> {
    reader.keys(keys, "a template in S3", KEYS);
    for key in KEYS.iter().filter(|key| !keys.contains_key(**key)) {
        let diagnostic = Diagnostic::error("E0104", format!("the template has no `{key}`"))
            .label(&reader.span(at), format!("`{key}` is missing here"))
            .note("the hash makes sure that what is planned is what is deployed")
            .help(format!("for example: {S3}"));
        reader.report(diagnostic);
    }
    let url = url(reader, keys);
    let sha256 = hash(reader, keys);
    Some(DesiredTemplate::S3 {
        url: url?,
        sha256: sha256?,
    })
}

/// `TemplateURL`: https, of S3 and not of a website (reference §1.1).
fn url(reader: &mut Reader, keys: &Table) -> Option<Spanned<String>> {
    let (text, at) = reader.text(keys, "s3", S3)?;
    let rest = text.strip_prefix("https://").unwrap_or_default();
    let (host, key) = rest.split_once('/').unwrap_or_default();
    let of_aws = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    let of_s3 = host
        .split('.')
        .any(|part| part == "s3" || part.starts_with("s3-"));
    let plain = text.bytes().all(|b| b.is_ascii_graphic()) && !host.contains(['@', ':']);
    if of_aws && of_s3 && plain && !key.is_empty() && text.len() <= 5120 && !host.contains("s3-website") {
        return Some(reader.spanned(text, at));
    }
    let message = format!("`{}` is not the URL of an object in S3", shown(&text));
    reader.bad(
        at,
        message,
        "https, a bucket and a key",
        format!("for example: {S3}"),
    );
    None
}

fn hash(reader: &mut Reader, keys: &Table) -> Option<Digest> {
    let (text, at) = reader.text(keys, "sha256", "sha256 = \"64 hexadecimal digits\"")?;
    let found = Digest::parse(&text);
    if found.is_none() {
        let help = "write what `sha256sum FILE` prints for the template";
        reader.bad(
            at,
            format!("`{}` is not a SHA-256", shown(&text)),
            "not 64 hexadecimal digits",
            help,
        );
    }
    found
}
