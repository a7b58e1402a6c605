//! Hostile texts.

/// What acts somewhere.
pub(crate) const ATOMS: [&str; 52] = [
    "\u{1b}[2J",
    "\u{1b}]52;c;YQ==\u{7}",
    "\u{1b}]8;;https://evil.example\u{1b}\\x",
    "\u{9b}31m",
    "\u{9d}0;x\u{9c}",
    "\u{202e}gnp.exe",
    "\u{2066}x",
    "\u{200b}",
    "\u{feff}",
    "\u{e0041}\u{e0042}",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{fffe}",
    "\r",
    "\n",
    "\t",
    "\u{8}\u{8}",
    "::error::x",
    "::set-output name=digest::0",
    "::stop-commands::x",
    "##[error]x",
    "##vso[task.complete result=Failed]x",
    "%0A::error::x",
    "```",
    "````\n# x",
    "~~~",
    "`x`",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "| a | b |",
    "---",
    "===",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "@octocat",
    "#1",
    "a@evil.example",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"x",
    "--> <b>x</b> <!--",
    "]]><x/>",
    "&lt;script&gt;",
    "&#60;b&#62;",
    "**x** _y_ ~~z~~ $x$ :x: [^1]",
];

/// Each alone, between words, at the start of a line, twice, and behind characters that could take their escapes away.
pub(crate) fn corpus() -> Vec<String> {
    let wrapped = |atom: &&str| {
        [
            (*atom).to_owned(),
            format!("a {atom} b"),
            format!("a\n{atom}\n{atom}"),
            format!("\\{atom}\\`{atom}`"),
            format!("|{atom}</code></summary></details>\n\n{atom}"),
        ]
    };
    ATOMS.iter().flat_map(wrapped).collect()
}
