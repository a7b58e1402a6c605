//! HTML and XML: texts and quoted attributes.

use super::{escape, push};

/// A text for an element or for an attribute in double quotes, in HTML as in XML.
pub(crate) fn markup(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            c => push(&mut shown, c),
        }
    }
    shown
}

/// One word of a comment: nothing that could end it, and nothing that parts words.
pub(crate) fn comment_word(text: &str) -> String {
    let tame = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '_'
        }
    };
    let word: String = escape(text).chars().take(128).map(tame).collect();
    word.replace("--", "-_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_an_element_or_ends_an_attribute_or_a_comment() {
        assert_eq!(
            markup("<script>\"x\" & 'y'\u{0}"),
            "&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;\\u{0}"
        );
        assert_eq!(comment_word("a --> <b>"), "a_-____b_");
    }
}
