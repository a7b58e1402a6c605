//! Diagnostics with their places.

mod values;

use model::diagnostic::{Diagnostic, Position, Sources, Span};
use report::WIDEST;
use report::text::diagnostics;
use values::strip;

const MANIFEST: &str = "\
version = 1
[stackset.security-baseline]
targets  = [\"Root/Security\", \"Root/Workloads/Prodution\"]
parameters = { LogRetentionDays = 360 }
";
const TEMPLATE: &str = "\
Parameters:
  LogRetentionDays:
    Type: Number
    AllowedValues: [30, 90, 180, 365, 2555]
";

fn sources() -> Sources {
    [("stackfleet.toml", MANIFEST), ("templates/base.yaml", TEMPLATE)]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

fn at(file: &str, text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap_or_default();
    Span::of_range(file, text, start..start + part.len())
}

fn wrong_unit() -> Diagnostic {
    let here = at("stackfleet.toml", MANIFEST, "Prodution");
    Diagnostic::error("E0201", "no unit `Prodution` under `Root/Workloads`")
        .label(&here, "not in organization o-a1b2c3d4e5")
        .note("`Root/Workloads` has 3 units below it: Dev (38 accounts), Prod (58), Staging (31)")
        .replace("did you mean `Root/Workloads/Prod`?", &here, "Prod")
}

fn wrong_value() -> Diagnostic {
    let here = at("stackfleet.toml", MANIFEST, "360");
    let there = at("templates/base.yaml", TEMPLATE, "[30, 90, 180, 365, 2555]");
    Diagnostic::error("E0303", "`360` is not allowed for parameter `LogRetentionDays`")
        .label(&here, "would fail in 174 stacks: 58 accounts × 3 Regions")
        .label(&there, "allowed values")
        .replace("the nearest allowed value", &here, "365")
        .help("or add the value to the template")
}

#[test]
fn an_error_shows_the_place_its_other_side_and_an_edit() {
    let text = strip(&diagnostics(&[wrong_unit(), wrong_value()], &sources(), WIDEST));
    insta::assert_snapshot!(text);
}

#[test]
fn an_error_without_a_place_still_has_notes_and_help() {
    let busy = Diagnostic::error("E0702", "`security-baseline` has an operation in progress")
        .note("UPDATE b3c0… started at 10:12 UTC, 34 min ago; managed execution is off, so AWS will not queue ours behind it")
        .help("wait for it:   stackfleet apply --wait 2h\nlook at it:    stackfleet status");
    insta::assert_snapshot!(strip(&diagnostics(&[busy], &Sources::new(), WIDEST)));
}

#[test]
fn a_place_in_an_unknown_file_is_told_by_line_and_column() {
    let text = strip(&diagnostics(&[wrong_value()], &Sources::new(), WIDEST));
    assert!(text.contains("stackfleet.toml:4:35"), "{text}");
    assert!(text.contains("templates/base.yaml:4:20"), "{text}");
    assert!(text.contains("the nearest allowed value: `365`"), "{text}");
}

#[test]
fn errors_come_before_warnings_and_beyond_twenty_they_are_counted() {
    let mut many = vec![Diagnostic::warning(
        "W0304",
        "this will run 1 account at a time, not 20",
    )];
    many.extend((0..23).map(|n| Diagnostic::error("E0101", format!("unknown key `k{n}`"))));
    let text = strip(&diagnostics(&many, &Sources::new(), WIDEST));
    assert_eq!(text.matches("error[E0101]").count(), 20, "{text}");
    assert!(text.find("W0304") > text.find("`k19`"), "{text}");
    assert!(text.ends_with("and 3 more errors\n"), "{text}");
}

#[test]
fn an_insertion_at_the_end_of_a_file_is_shown() {
    let end = Span {
        file: "stackfleet.toml".to_owned(),
        start: Position::at(MANIFEST, MANIFEST.len()),
        end: Position::at(MANIFEST, MANIFEST.len()),
    };
    let one = Diagnostic::error("E0103", "`regions` is missing").replace(
        "add it",
        &end,
        "regions = [\"eu-west-1\"]\n",
    );
    let text = strip(&diagnostics(&[one], &sources(), WIDEST));
    assert!(text.contains("+ regions = [\"eu-west-1\"]"), "{text}");
}

#[test]
fn bytes_that_act_on_a_terminal_are_shown_and_the_mark_stays_below_its_place() {
    let file = "a = \"\u{202e}\u{1b}[31m\" # \u{200b}\nkey = 1\n";
    let hostile: Sources = [("f\u{7}.toml".to_owned(), file.to_owned())].into();
    let one = Diagnostic::error("E0101", "bad \u{1b}]0;title\u{7} key")
        .label(&at("f\u{7}.toml", file, "\u{1b}[31m"), "here \u{202e}");
    insta::assert_snapshot!(strip(&diagnostics(&[one], &hostile, WIDEST)));
}
