//! Texts of `Fn::Sub`.

/// A part of a text of `Fn::Sub`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// Text that stays; `${!Name}` stays as `${Name}`, which is not told apart here.
    Text(&'t str),
    /// What stands between `${` and `}`, without the spaces around it.
    Variable(&'t str),
}

/// The parts of a text, in order. A `${` that is never closed is text.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((inside, behind)) = after.split_once('}') else {
            break;
        };
        parts.push(Part::Text(before));
        parts.push(part(inside));
        rest = behind;
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| *part != Part::Text(""));
    parts
}

fn part(inside: &str) -> Part<'_> {
    let name = inside.trim();
    if name.is_empty() || name.starts_with('!') {
        Part::Text(inside)
    } else {
        Part::Variable(name)
    }
}

/// Whether CloudFormation takes a variable's name: "variable names in Fn::Sub syntax must contain only alphanumeric
/// characters, underscores, periods, and colons", says the service.
pub(crate) fn is_name(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_text_and_variables() {
        use Part::{Text, Variable};
        assert_eq!(
            parts("a-${AWS::Region}${B.Arn}-${!C}-$D ${"),
            [
                Text("a-"),
                Variable("AWS::Region"),
                Variable("B.Arn"),
                Text("-"),
                Text("!C"),
                Text("-$D ${")
            ]
        );
        assert_eq!(parts("${ A }"), [Variable("A")]);
        assert_eq!(parts(""), []);
    }
}
