//! XML answers.

use std::io::Write as _;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

const NAMESPACE: &str = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/// An answer in the making.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    fn new() -> Self {
        Self {
            writer: Writer::new(Vec::new()),
        }
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.nest(name, |xml| {
            let escaped = escape(value);
            xml.event(Event::Text(BytesText::from_escaped(escaped)));
        });
    }

    /// An element with a text, when there is one.
    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &str, value: bool) {
        self.text(name, if value { "true" } else { "false" });
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str, value: u64) {
        self.text(name, &value.to_string());
    }

    /// A moment, with milliseconds and `Z`.
    pub(super) fn moment(&mut self, name: &str, value: jiff::Timestamp) {
        self.text(name, &format!("{value:.3}"));
    }

    /// An element with elements.
    pub(super) fn nest(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.event(Event::Start(BytesStart::new(name)));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// A list of elements named `member`.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        each: impl Fn(&mut Self, T),
    ) {
        self.nest(name, |xml| {
            for item in items {
                xml.nest("member", |xml| each(xml, item));
            }
        });
    }

    /// A list of texts.
    pub(super) fn texts<T: ToString>(&mut self, name: &str, items: impl IntoIterator<Item = T>) {
        self.nest(name, |xml| {
            for item in items {
                xml.text("member", &item.to_string());
            }
        });
    }

    fn root(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.event(Event::Start(
            BytesStart::new(name).with_attributes([("xmlns", NAMESPACE)]),
        ));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    // Writing to memory cannot fail; a body that were cut off would be refused by every client all the same.
    fn event(&mut self, event: Event<'_>) {
        let _ = self.writer.write_event(event);
    }

    fn finish(mut self) -> String {
        let _ = self.writer.get_mut().flush();
        String::from_utf8(self.writer.into_inner()).unwrap_or_default()
    }
}

/// The envelope of a result.
pub(super) fn result(action: &str, request_id: &str, inside: impl FnOnce(&mut Xml)) -> String {
    let mut xml = Xml::new();
    xml.root(&format!("{action}Response"), |xml| {
        xml.nest(&format!("{action}Result"), inside);
        xml.nest("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
    xml.finish()
}

/// The envelope of an error.
pub(super) fn error(status: u16, code: &str, message: &str, request_id: &str) -> String {
    let mut xml = Xml::new();
    xml.root("ErrorResponse", |xml| {
        xml.nest("Error", |xml| {
            xml.text("Type", if status < 500 { "Sender" } else { "Receiver" });
            xml.text("Code", code);
            xml.text("Message", message);
        });
        xml.text("RequestId", request_id);
    });
    xml.finish()
}

/// Escapes a text so that a parser gives back the same characters: a bare carriage return would be read as a line feed, and
/// control characters are not allowed in XML at all.
fn escape(text: &str) -> String {
    let escaped = quick_xml::escape::escape(text);
    let mut safe = String::with_capacity(escaped.len());
    for character in escaped.chars() {
        match character {
            '\r' => safe.push_str("&#13;"),
            '\n' | '\t' => safe.push(character),
            '\u{FFFE}' | '\u{FFFF}' => safe.push('\u{FFFD}'),
            _ if character.is_ascii_control() && character != '\u{7f}' => safe.push('\u{FFFD}'),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_element() {
        let body = error(400, "ValidationError", "<b>&\"'\r\u{1}", "1");
        assert!(
            body.contains("<Message>&lt;b&gt;&amp;&quot;&apos;&#13;\u{FFFD}</Message>"),
            "{body}"
        );
    }
}
