//! Workflow commands of GitHub Actions (docs.github.com, "Workflow commands"): percent signs and line breaks end or change one.

use super::escape;

/// What a command says, after its second `::`. Line breaks stay line breaks for the reader.
pub(crate) fn command_data(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| escape(line).replace('%', "%25"))
        .collect();
    lines.join("%0A")
}

/// The value of a command's property; a colon or a comma would end it.
pub(crate) fn command_property(text: &str) -> String {
    let text = command_data(text);
    text.replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_or_begins_another() {
        let bad = "100%\r\n::error::x, y: z\u{1b}[2J";
        assert_eq!(command_data(bad), "100%25\\r%0A::error::x, y: z\\u{1b}[2J");
        assert_eq!(
            command_property(bad),
            "100%25\\r%0A%3A%3Aerror%3A%3Ax%2C y%3A z\\u{1b}[2J"
        );
    }
}
