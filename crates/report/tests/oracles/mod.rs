//! What each kind of report may hold, read with a parser that nobody here wrote.

#![allow(clippy::panic, reason = "a failed oracle fails the test")]

pub(crate) mod sinks;

use std::collections::BTreeSet;

use html5gum::{Token, Tokenizer};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::Value;

/// Where our own links lead.
pub(crate) const OURS: &str = "https://github.com/example/platform/";

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

/// No character that acts or hides.
fn nothing_hidden(text: &str, bad: &str) {
    for (at, c) in text.char_indices() {
        let hidden = (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{e0000}'..='\u{e0fff}');
        assert!(
            !hidden,
            "{c:?} at {at} of {:?} from {:?}",
            short(&text[at.saturating_sub(0)..]),
            short(bad)
        );
    }
}

/// No line that a job's runner obeys.
fn nothing_obeyed(text: &str, bad: &str) {
    for line in text.lines() {
        assert!(
            !line.trim_start().starts_with("::"),
            "{:?} from {:?}",
            short(line),
            short(bad)
        );
        for command in ["##[", "##vso["] {
            assert!(!line.contains(command), "{:?} from {:?}", short(line), short(bad));
        }
    }
}

/// A text of a terminal: our own colours, and nothing else that acts.
pub(crate) fn terminal(text: &str, bad: &str) {
    let mut plain = String::new();
    for (at, part) in text.split("\u{1b}[").enumerate() {
        if at == 0 {
            plain.push_str(part);
            continue;
        }
        let (numbers, rest) = part.split_once('m').unwrap_or(("not SGR", ""));
        assert!(
            numbers.chars().all(|c| c.is_ascii_digit() || c == ';'),
            "{numbers:?} from {:?}",
            short(bad)
        );
        plain.push_str(rest);
    }
    nothing_hidden(&plain, bad);
    nothing_obeyed(&plain, bad);
}

/// Only our own nodes, and no words that GitHub or GitLab would link.
pub(crate) fn markdown(text: &str, bad: &str) {
    markdown_of(text, 0, bad);
}

/// The same for a report that is made of so many others.
pub(crate) fn markdown_of(text: &str, members: u32, bad: &str) {
    nothing_hidden(text, bad);
    let mut options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    options |= Options::ENABLE_TASKLISTS | Options::ENABLE_MATH | Options::ENABLE_GFM;
    let mut reading = Reading {
        most: 1 + members,
        ..Reading::default()
    };
    for event in Parser::new_ext(text, options) {
        let foreign = reading.is_foreign(&event);
        assert!(!foreign, "{} from {:?}", short(&format!("{event:?}")), short(bad));
    }
    assert_eq!(reading.headings, reading.most, "from {:?}", short(bad));
}

/// What was seen of a Markdown text so far.
#[derive(Default)]
struct Reading {
    headings: u32,
    most: u32,
    in_code: u32,
    columns: usize,
    cells: usize,
}

impl Reading {
    fn is_foreign(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(tag) => self.is_foreign_tag(tag),
            Event::End(TagEnd::CodeBlock) => {
                self.in_code -= 1;
                false
            }
            Event::Text(words) => self.in_code == 0 && links(words),
            Event::Html(html) | Event::InlineHtml(html) => foreign_html(html),
            Event::End(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak => false,
            _ => true,
        }
    }

    fn is_foreign_tag(&mut self, tag: &Tag<'_>) -> bool {
        match tag {
            Tag::Heading { level, .. } => {
                let wanted = if self.headings == 0 {
                    HeadingLevel::H3
                } else {
                    HeadingLevel::H4
                };
                self.headings += 1;
                self.headings > self.most || *level != wanted
            }
            Tag::Table(alignments) => {
                self.columns = alignments.len();
                false
            }
            Tag::TableRow | Tag::TableHead => {
                self.cells = 0;
                false
            }
            Tag::TableCell => {
                self.cells += 1;
                self.cells > self.columns
            }
            Tag::CodeBlock(kind) => {
                self.in_code += 1;
                !matches!(kind, CodeBlockKind::Fenced(language) if &**language == "diff")
            }
            Tag::Link { dest_url, .. } => !dest_url.starts_with(OURS),
            Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::List(None)
            | Tag::Item
            | Tag::Strong
            | Tag::HtmlBlock => false,
            _ => true,
        }
    }
}

/// Words that GitHub or GitLab make a mention, a reference or a link.
fn links(words: &str) -> bool {
    let referred = |mark: char| {
        let mut rest = words.split(mark).skip(1);
        rest.any(|after| after.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    referred('@') || referred('#') || words.contains("://") || words.contains("www.")
}

fn foreign_html(html: &str) -> bool {
    let allowed = BTreeSet::from(["details", "summary", "b", "code", "a", "sub", "br"]);
    let ours = |tag: &html5gum::StartTag<()>| {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let plain = tag.attributes.iter().all(|(key, value)| {
            name == "a" && &**key == b"href" && String::from_utf8_lossy(value).starts_with(OURS)
        });
        allowed.contains(name.as_str()) && plain
    };
    Tokenizer::new(html).flatten().any(|token| match token {
        Token::StartTag(tag) => !ours(&tag),
        Token::EndTag(tag) => !allowed.contains(&*String::from_utf8_lossy(&tag.name)),
        Token::Comment(comment) => !comment.starts_with(b" stackfleet:"),
        Token::String(_) => false,
        _ => true,
    })
}

/// Elements of a page.
const ELEMENTS: &str = " html head meta title style body header h1 ul li main footer p code br strong span a div table thead tbody tr th td pre \
                        details summary figure figcaption svg rect line section h2 ";
/// Attributes of a page.
const ATTRIBUTES: &str = " lang charset http-equiv content name class scope role tabindex aria-label data-label open href viewbox preserveaspectratio x y \
                          title aria-hidden width height x1 x2 y1 y2 vector-effect ";

/// Elements and attributes of ours alone, nothing that runs and nothing that is fetched.
pub(crate) fn html(page: &str, bad: &str) {
    nothing_hidden(page, bad);
    let mut depth = 0_i64;
    for token in Tokenizer::new(page).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                assert!(
                    ELEMENTS.contains(&format!(" {name} ")),
                    "<{name}> from {:?}",
                    short(bad)
                );
                for (key, value) in &tag.attributes {
                    let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
                    assert!(
                        ATTRIBUTES.contains(&format!(" {key} ")),
                        "{key}= from {:?}",
                        short(bad)
                    );
                    assert!(
                        key != "href" || value.starts_with(OURS),
                        "{value} from {:?}",
                        short(bad)
                    );
                }
                depth += i64::from(!matches!(name.as_str(), "meta" | "br") && !tag.self_closing);
            }
            Token::EndTag(_) => depth -= 1,
            Token::Comment(_) => assert!(page.is_empty(), "a comment from {:?}", short(bad)),
            _ => {}
        }
    }
    assert_eq!(depth, 0, "elements are not closed, from {:?}", short(bad));
}

/// JSON, exact when it is read back.
pub(crate) fn json(text: &str, whole: Option<&Value>, bad: &str) {
    nothing_hidden(text, bad);
    nothing_obeyed(text, bad);
    let read: Value = serde_json::from_str(text).unwrap();
    assert!(
        whole.is_none_or(|whole| *whole == read),
        "not exact: {:?}",
        short(bad)
    );
}

/// Elements of ours alone.
pub(crate) fn xml(text: &str, bad: &str) {
    nothing_hidden(text, bad);
    let allowed = BTreeSet::from(["testsuites", "testsuite", "testcase", "failure", "skipped"]);
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => break,
            Ok(quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag)) => {
                let name = tag.name().as_ref().to_owned();
                assert!(allowed.contains(name.as_str()), "<{name}> from {:?}", short(bad));
                assert!(tag.attributes().all(|one| one.is_ok()), "from {:?}", short(bad));
            }
            Ok(
                quick_xml::events::Event::End(_)
                | quick_xml::events::Event::Text(_)
                | quick_xml::events::Event::Decl(_)
                | quick_xml::events::Event::GeneralRef(_),
            ) => {}
            other => panic!("{other:?} from {:?}", short(bad)),
        }
    }
}

/// Commands of ours alone, one in a line.
pub(crate) fn annotations(text: &str, bad: &str) {
    nothing_hidden(text, bad);
    for line in text.lines() {
        let ours = ["::error ", "::error::", "::warning ", "::warning::"];
        assert!(
            ours.iter().any(|start| line.starts_with(start)),
            "{:?} from {:?}",
            short(line),
            short(bad)
        );
        let (properties, _) = line.trim_start_matches(':').split_once("::").unwrap();
        let names = properties.split_once(' ').map_or("", |(_, names)| names);
        for property in names.split(',').filter(|one| !one.is_empty()) {
            let (name, _) = property.split_once('=').unwrap();
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            assert!(known.contains(&name), "{name} from {:?}", short(bad));
        }
    }
}

/// Outputs of ours alone.
pub(crate) fn outputs(text: &str, delimiter: &str, bad: &str) {
    nothing_hidden(text, bad);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, mark) = line.split_once("<<").unwrap();
        assert_eq!(mark, delimiter, "from {:?}", short(bad));
        assert!(
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{name} from {:?}",
            short(bad)
        );
        lines.next();
        assert_eq!(lines.next(), Some(delimiter), "from {:?}", short(bad));
    }
}
