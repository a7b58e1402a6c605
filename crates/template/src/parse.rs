//! Text to tree, inside budgets, short-form functions written out.

use std::collections::BTreeMap;
use std::ops::Range;

use model::diagnostic::Diagnostic;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use crate::json;
use crate::node::{Key, Kind, Node};
use model::source::Source;

mod tags;

pub(crate) use tags::rain;

/// Deeper templates are refused; CloudFormation's own parsers give up far earlier.
const MAX_DEPTH: usize = 100;
/// A value takes some bytes of text but many of memory; no template that anybody wrote comes near.
const MAX_NODES: usize = 150_000;
/// A reader of a message needs no more than this.
pub(crate) const MAX_WRONG: usize = 100;

/// Reads YAML, or JSON, into a tree.
pub(crate) fn parse(source: &Source) -> Result<Node, Vec<Diagnostic>> {
    if !json::looks_like_json(source.text) {
        return yaml(source);
    }
    match json::form(source) {
        json::Form::Json => json(source),
        json::Form::CutOff(complaint) => Err(vec![complaint]),
        // What looks like JSON may be YAML's flow style. Where it is neither, it was meant to be JSON.
        json::Form::Other(complaint) => match yaml(source) {
            Err(wrong) if wrong.iter().all(|d| d.code == "E0330") => Err(vec![complaint]),
            result => result,
        },
    }
}

/// A mapping or list that is not complete yet.
struct Open {
    start: usize,
    tag: Option<(String, Range<usize>)>,
    kind: Kind,
    key: Option<Key>,
    seen: BTreeMap<String, Range<usize>>,
}

struct Loader<'s, 'a> {
    source: &'s Source<'a>,
    offsets: Option<Vec<usize>>,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
    wrong: Vec<Diagnostic>,
}

fn yaml(source: &Source) -> Result<Node, Vec<Diagnostic>> {
    let text = source.text;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - body.len();
    let ends = || {
        body.char_indices()
            .map(|(at, _)| at + skipped)
            .chain([text.len()])
    };
    let mut loader = Loader::new(source, (!text.is_ascii()).then(|| ends().collect()));
    for event in Parser::new_from_str(body) {
        let step = match event {
            Ok((event, span)) => loader.take(event, span),
            Err(error) => syntax(source, loader.offset(error.marker()), error.info()),
        };
        loader.step(step)?;
    }
    loader.root()
}

fn json(source: &Source) -> Result<Node, Vec<Diagnostic>> {
    let mut loader = Loader::new(source, None);
    for token in json::Tokens::of(source) {
        let step = token.and_then(|(token, range)| loader.json(token, range));
        loader.step(step)?;
    }
    loader.root()
}

fn syntax<T>(source: &Source, at: usize, words: &str) -> Result<T, Box<Diagnostic>> {
    let diagnostic = Diagnostic::error("E0330", "the template is not valid YAML")
        .label(&source.span(&(at..at)), words)
        .help("correct the text there; cfn-lint checks a whole template against the service's schemas");
    Err(Box::new(diagnostic))
}

fn over<T>(source: &Source, range: Range<usize>, words: &str) -> Result<T, Box<Diagnostic>> {
    let diagnostic = Diagnostic::error("E0331", "the template is too large to be read safely")
        .label(&source.span(&range), words)
        .help("split the template");
    Err(Box::new(diagnostic))
}

/// A text that is not looked at.
pub(crate) fn too_large(file: &str) -> Diagnostic {
    let start = Source::new(file, "").span(&(0..0));
    Diagnostic::error("E0331", "the template is too large to be read safely")
        .label(&start, "it has more than 1 MiB")
        .help("split the template: CloudFormation takes 1 MB, from S3")
}

impl<'s, 'a> Loader<'s, 'a> {
    fn new(source: &'s Source<'a>, offsets: Option<Vec<usize>>) -> Self {
        Self {
            source,
            offsets,
            open: Vec::new(),
            root: None,
            documents: 0,
            nodes: 0,
            wrong: Vec::new(),
        }
    }

    /// Goes on, unless nothing behind a mistake can be understood or there are too many of them.
    fn step(&mut self, step: Result<(), Box<Diagnostic>>) -> Result<(), Vec<Diagnostic>> {
        let stops = step.is_err();
        self.wrong.extend(step.err().map(|diagnostic| *diagnostic));
        if stops || self.wrong.len() >= MAX_WRONG {
            return Err(std::mem::take(&mut self.wrong));
        }
        Ok(())
    }

    fn root(self) -> Result<Node, Vec<Diagnostic>> {
        match self.root {
            Some(root) if self.wrong.is_empty() => Ok(root),
            None if self.wrong.is_empty() => {
                syntax(self.source, 0, "there is nothing in it").map_err(|refusal| vec![*refusal])
            }
            _ => Err(self.wrong),
        }
    }

    fn json(&mut self, token: json::Token, range: Range<usize>) -> Result<(), Box<Diagnostic>> {
        let scalar = |text, plain| Kind::Scalar { text, plain };
        let kind = match token {
            json::Token::Map => return self.open(Kind::Map(Vec::new()), None, range),
            json::Token::List => return self.open(Kind::List(Vec::new()), None, range),
            json::Token::End => return self.close(range),
            json::Token::Text(text) => scalar(text, false),
            json::Token::Word(text) => scalar(text, true),
        };
        self.complete(Node { range, kind }, None)
    }

    fn offset(&self, marker: &Marker) -> usize {
        let end = self.source.text.len();
        match &self.offsets {
            Some(offsets) => offsets.get(marker.index()).copied().unwrap_or(end),
            None => marker.index().min(end),
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.offset(&span.start)..self.offset(&span.end)
    }

    fn take(&mut self, event: Event, span: Span) -> Result<(), Box<Diagnostic>> {
        let range = self.range(span);
        match event {
            Event::DocumentStart(_) => self.document(range),
            Event::MappingStart(_, tag) => self.open(Kind::Map(Vec::new()), tag.as_deref(), range),
            Event::SequenceStart(_, tag) => self.open(Kind::List(Vec::new()), tag.as_deref(), range),
            Event::MappingEnd | Event::SequenceEnd => self.close(range),
            Event::Scalar(text, style, _, tag) => {
                let core = tag.as_deref().filter(|tag| tag.is_yaml_core_schema());
                let plain = style == ScalarStyle::Plain && core.is_none_or(|tag| tag.suffix != "str");
                let text = text.into_owned();
                let kind = Kind::Scalar { text, plain };
                let tag = self.function(tag.as_deref(), &range);
                self.complete(
                    Node {
                        range: self.source.trimmed(range),
                        kind,
                    },
                    tag,
                )
            }
            Event::Alias(_) => self.alias(range),
            _ => Ok(()),
        }
    }

    fn document(&mut self, range: Range<usize>) -> Result<(), Box<Diagnostic>> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        syntax(self.source, range.start, "a second document begins here")
    }

    fn open(&mut self, kind: Kind, tag: Option<&Tag>, range: Range<usize>) -> Result<(), Box<Diagnostic>> {
        if self.open.len() >= MAX_DEPTH {
            return over(self.source, range, "it is nested more than 100 deep here");
        }
        let tag = self.function(tag, &range);
        let seen = BTreeMap::new();
        self.open.push(Open {
            start: range.start,
            tag,
            kind,
            key: None,
            seen,
        });
        Ok(())
    }

    /// A block collection's end has no text of its own: it ends with its last item.
    fn close(&mut self, range: Range<usize>) -> Result<(), Box<Diagnostic>> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let last = match &open.kind {
            Kind::List(items) => items.last(),
            Kind::Map(entries) => entries.last().map(|(_, node)| node),
            Kind::Scalar { .. } => None,
        };
        let end = if range.is_empty() {
            last.map_or(range.end, |node| node.range.end)
        } else {
            range.end
        };
        let node = Node {
            range: open.start..end.max(open.start),
            kind: open.kind,
        };
        self.complete(node, open.tag)
    }

    fn complete(&mut self, node: Node, tag: Option<(String, Range<usize>)>) -> Result<(), Box<Diagnostic>> {
        self.nodes += 1;
        let range = node.range.clone();
        if self.nodes > MAX_NODES {
            return over(
                self.source,
                range,
                "so far it has more values than a template may have",
            );
        }
        let node = match tag {
            None => node,
            Some((text, at)) => {
                let range = at.start.min(range.start)..range.end;
                let key = Key { range: at, text };
                Node {
                    range,
                    kind: Kind::Map(vec![(key, node)]),
                }
            }
        };
        self.place(node)
    }

    /// The service refuses aliases (and `aws cloudformation package` writes them out), so nothing is repeated here.
    fn alias(&mut self, range: Range<usize>) -> Result<(), Box<Diagnostic>> {
        self.wrong.push(tags::alias(self.source, &range));
        let kind = Kind::Scalar {
            text: String::new(),
            plain: true,
        };
        self.complete(Node { range, kind }, None)
    }

    fn place(&mut self, node: Node) -> Result<(), Box<Diagnostic>> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.kind {
            Kind::List(items) => items.push(node),
            Kind::Map(entries) => match open.key.take() {
                Some(key) => entries.push((key, node)),
                None => return self.key(node),
            },
            Kind::Scalar { .. } => {}
        }
        Ok(())
    }

    fn key(&mut self, node: Node) -> Result<(), Box<Diagnostic>> {
        let Kind::Scalar { text, plain } = node.kind else {
            return syntax(self.source, node.range.start, "a key must be a text");
        };
        if plain && text == "<<" {
            self.wrong.push(tags::hash_merge(self.source, &node.range));
        }
        if text.starts_with("Rain::") {
            self.wrong.push(rain(self.source, &text, &node.range));
        }
        let key = Key {
            range: node.range,
            text,
        };
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        if let Some(first) = open.seen.insert(key.text.clone(), key.range.clone()) {
            let message = format!("`{}` is written twice in the template", key.text);
            self.wrong.push(
                Diagnostic::error("E0332", message)
                    .label(&self.source.span(&key.range), "a second time")
                    .label(&self.source.span(&first), "first here")
                    .help("delete one of them: the service would silently use one"),
            );
        }
        open.key = Some(key);
        Ok(())
    }

    fn function(&mut self, tag: Option<&Tag>, range: &Range<usize>) -> Option<(String, Range<usize>)> {
        let tag = tag.filter(|tag| !tag.is_yaml_core_schema())?;
        let written = tags::place(self.source.text, range.start, &tag.suffix);
        match tags::function(self.source, &tag.suffix, &written) {
            Ok(name) => name.map(|name| (name, written)),
            Err(diagnostic) => {
                self.wrong.push(*diagnostic);
                None
            }
        }
    }
}
