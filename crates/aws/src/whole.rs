//! An answer that was cut off is no answer. The SDK reads XML as far as it goes, and takes what was cut off for absent: a list
//! would lose its rows, a StackSet its tags.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Refuses XML that does not end with the end of its outermost element.
#[derive(Debug)]
pub(crate) struct WholeAnswers;

/// The answer ends in its middle.
#[derive(Debug, thiserror::Error)]
#[error("the answer was cut off")]
pub(crate) struct CutOff;

impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "whole answers"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let body = response.body().bytes().unwrap_or_default();
        if response.status().is_success() && !is_whole(body) {
            return Err(CutOff.into());
        }
        Ok(())
    }
}

/// Whether the last thing in a text is the end of its first element. Calls that answer nothing may have an empty body.
fn is_whole(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    body.is_empty() || outermost(body).is_some_and(|name| ends_with_end_of(body, name))
}

fn ends_with_end_of(body: &[u8], name: &[u8]) -> bool {
    let rest = body
        .strip_suffix(b">")
        .and_then(|rest| rest.trim_ascii_end().strip_suffix(name));
    rest.is_some_and(|rest| rest.ends_with(b"</"))
}

/// The name of the first element, behind the declaration.
fn outermost(body: &[u8]) -> Option<&[u8]> {
    let mut starts = body.split(|byte| *byte == b'<');
    let start = starts.find(|start| start.first().is_some_and(u8::is_ascii_alphabetic))?;
    start
        .split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_of_an_answer_is_told_from_the_whole() {
        let whole = b"<?xml version=\"1.0\"?>\n<A xmlns=\"urn:a\"><B>1</B><A>2</A><C/></A>\n";
        assert!(is_whole(whole));
        assert!(is_whole(b""));
        let end = whole.len() - 1;
        for length in 1..end {
            let cut = whole.get(..length).unwrap();
            // An answer may hold an element of its own name; those of AWS do not.
            let inner = cut.ends_with(b"2</A>");
            assert_eq!(is_whole(cut), inner, "{}", String::from_utf8_lossy(cut));
        }
        assert!(!is_whole(b"no answer at all"));
    }
}
