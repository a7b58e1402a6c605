//! Texts that are JSON.
//!
//! JSON's own parser says whether a text is JSON; then its tokens are read off with their places.

use std::ops::Range;

use model::diagnostic::Diagnostic;
use model::source::Source;
use serde::de::IgnoredAny;

/// A token of a text that is known to be JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// `{`
    Map,
    /// `[`
    List,
    /// `}` or `]`
    End,
    /// A text with its escapes resolved.
    Text(String),
    /// A number, `true`, `false` or `null`, as written.
    Word(String),
}

/// How a text and JSON go together.
pub(crate) enum Form {
    /// It is JSON.
    Json,
    /// It is JSON as far as it goes, and then it ends.
    CutOff(Diagnostic),
    /// It is not JSON; the flow style of YAML looks alike.
    Other(Diagnostic),
}

/// Whether a text sets out to be JSON.
pub(crate) fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// What JSON's own parser says of a text.
pub(crate) fn form(source: &Source) -> Form {
    let body = source.text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<IgnoredAny>(body) {
        Ok(_) => Form::Json,
        Err(error) if error.is_eof() => Form::CutOff(complaint(source, &error)),
        Err(error) => Form::Other(complaint(source, &error)),
    }
}

fn complaint(source: &Source, error: &serde_json::Error) -> Diagnostic {
    let line_start = source
        .text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let at = (line_start + error.column().saturating_sub(1)).min(source.text.len());
    let full = error.to_string();
    wrong(source, at..at, full.split(" at line ").next().unwrap_or_default())
}

fn wrong(source: &Source, range: Range<usize>, words: &str) -> Diagnostic {
    Diagnostic::error("E0330", "the template is not valid JSON")
        .label(&source.span(&range), words)
        .help("correct the text there; cfn-lint checks a whole template against the service's schemas")
}

/// The tokens of a text that is JSON, with their places.
pub(crate) struct Tokens<'s, 'a> {
    source: &'s Source<'a>,
    at: usize,
}

impl<'s, 'a> Tokens<'s, 'a> {
    /// From the start of a text.
    pub(crate) fn of(source: &'s Source<'a>) -> Self {
        let body = source.text.trim_start_matches('\u{feff}');
        Self {
            source,
            at: source.text.len() - body.len(),
        }
    }

    /// A text from its opening quote.
    fn text(&mut self, start: usize) -> Result<Token, Box<Diagnostic>> {
        let bytes = self.source.text.as_bytes();
        let mut end = start + 1;
        while let Some(byte) = bytes.get(end).filter(|byte| **byte != b'"') {
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        self.at = end + 1;
        let written = self.source.text.get(start..self.at).unwrap_or_default();
        let text = serde_json::from_str(written);
        // Half of a pair of surrogates is the one mistake that is not seen before.
        let text = text.map_err(|_| Box::new(wrong(self.source, start..self.at, "no such character")));
        text.map(Token::Text)
    }

    fn word(&mut self, start: usize) -> Token {
        let rest = self.source.text.get(start..).unwrap_or_default();
        let word = rest.split([',', ']', '}', ' ', '\t', '\r', '\n']).next();
        let word = word.unwrap_or(rest);
        self.at = start + word.len().max(1);
        Token::Word(word.to_owned())
    }
}

impl Iterator for Tokens<'_, '_> {
    type Item = Result<(Token, Range<usize>), Box<Diagnostic>>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.source.text.as_bytes();
        while bytes.get(self.at).is_some_and(|byte| b" \t\r\n,:".contains(byte)) {
            self.at += 1;
        }
        let start = self.at;
        let byte = bytes.get(start)?;
        self.at += 1;
        let token = match byte {
            b'{' => Token::Map,
            b'[' => Token::List,
            b'}' | b']' => Token::End,
            b'"' => match self.text(start) {
                Ok(token) => token,
                Err(diagnostic) => return Some(Err(diagnostic)),
            },
            _ => self.word(start),
        };
        Some(Ok((token, start..self.at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_their_places() {
        let source = Source::new("t", "\u{feff}{ \"a\\\"\u{e4}\" : [1e3,true] }");
        let found: Vec<_> = Tokens::of(&source).map(Result::unwrap).collect();
        let word = |text: &str| Token::Word(text.to_owned());
        assert_eq!(
            found,
            [
                (Token::Map, 3..4),
                (Token::Text("a\"ä".to_owned()), 5..12),
                (Token::List, 15..16),
                (word("1e3"), 16..19),
                (word("true"), 20..24),
                (Token::End, 24..25),
                (Token::End, 26..27)
            ]
        );
    }
}
