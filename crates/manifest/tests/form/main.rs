//! The canonical form of a manifest.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod generate;
#[path = "../support/mod.rs"]
mod support;

use support::Repository;

fn formatted(text: &str) -> String {
    let once = manifest::format("stackfleet.toml", text).unwrap();
    let twice = manifest::format("stackfleet.toml", &once).unwrap();
    assert_eq!(once, twice, "formatting again changes it");
    once
}

#[test]
fn tables_and_keys_are_ordered_and_aligned_and_comments_stay_with_them() {
    insta::assert_snapshot!(formatted(
        r##"# about the whole

# about the version
version=1   # one


project.name = 'platform'
# the freeze
[[freeze]]   # twice a year
until = 2027-01-04T08:00:00Z
from = 2026-12-18T17:00:00Z
name = "year end"
# below the freeze

# ── StackSets ──
[stackset.b]
targets = [ "Root/A" , 'Root/B' ]
template="b.yaml"#tight
# why these
regions = [ # two
  "eu-west-1", # Ireland
  # Virginia
  "us-east-1"
  # no more
]


tags = { "a b" = 'it"s', owner='x' }


[stackset.a.parameters]
Zebra = 1
Ape = """two
lines"""    # behind
[[stackset.b.override]]
parameters = {A=1}
name = "one"
[stackset.a]
template = "a.yaml"
depends_on = ["a-stackset-with-a-long-name", "a-second-one-with-a-long-name", "a-third-one-with-a-long-name"]
mystery = true
[aws]
region = "eu-west-1"
admin_account = "222233334444"
# the end

# really"##
    ));
}

#[test]
fn the_manifest_to_copy_is_in_canonical_form() {
    let page = include_str!("../../../../config/stackfleet.toml");
    assert_eq!(formatted(page), page);
}

#[test]
fn what_is_not_toml_is_not_touched() {
    let mistakes = manifest::format("stackfleet.toml", "version = \n[aws\n").unwrap_err();
    assert!(
        mistakes.iter().all(|mistake| mistake.code == "E0100"),
        "{mistakes:?}"
    );
    assert_eq!(mistakes[0].labels[0].span.file, "stackfleet.toml");
}

#[test]
fn odd_files_have_a_form_too() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n\n"), "");
    assert_eq!(formatted("# alone"), "# alone\n");
    assert_eq!(
        formatted("\r\na = 1\r\n\r\n\r\n[b]\r\n# c\r\n"),
        "a = 1\n\n[b]\n# c\n"
    );
    assert_eq!(
        formatted("a = [[1,2],[ 3 ]]\nb.\"c d\" = {}\n"),
        "a       = [[1, 2], [3]]\nb.\"c d\" = {}\n"
    );
}

/// What is wanted, without places.
fn meaning(repository: &Repository, text: &str) -> serde_json::Value {
    repository.write("stackfleet.toml", text);
    let reading = repository.read();
    let errors: Vec<_> = reading.diagnostics.iter().filter(|one| one.is_error()).collect();
    assert_eq!(errors, Vec::<&model::diagnostic::Diagnostic>::new(), "{text}");
    let mut value = serde_json::to_value(reading.desired.unwrap()).unwrap();
    forget_places(&mut value);
    value
}

fn forget_places(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(entries) if entries.contains_key("start") => {
            *value = serde_json::Value::Null;
        }
        serde_json::Value::Object(entries) => entries.values_mut().for_each(forget_places),
        serde_json::Value::Array(items) => items.iter_mut().for_each(forget_places),
        _ => {}
    }
}

#[test]
fn a_thousand_manifests_keep_their_meaning_and_their_comments() {
    let repository = Repository::new("");
    for name in ["a", "b", "c"] {
        repository.write(&format!("templates/{name}.yaml"), generate::TEMPLATE);
    }
    let mut comments = 0;
    for seed in 0..1000 {
        let manifest = generate::manifest(seed);
        let form = formatted(&manifest.text);
        assert_eq!(
            meaning(&repository, &manifest.text),
            meaning(&repository, &form),
            "{seed}:\n{}\n→\n{form}",
            manifest.text
        );
        for comment in &manifest.comments {
            let times = form.matches(comment.as_str()).count();
            assert_eq!(times, 1, "{seed}: {comment}\n{}\n→\n{form}", manifest.text);
        }
        comments += manifest.comments.len();
    }
    assert!(comments > 10_000, "only {comments} comments");
}
