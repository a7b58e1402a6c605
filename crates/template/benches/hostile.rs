//! How long a template takes to be read, or refused, and how much memory at most: `cargo bench -p stackfleet-template`.
//! "max alloc" is the peak above what was there before. Each stays under 50 ms and 64 MiB.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark")]

use divan::{AllocProfiler, Bencher};

#[global_allocator]
static PEAK: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// As large as a template may be.
const WHOLE: usize = template::MAX_BYTES;

/// A name, and what makes the text.
type Made = (&'static str, fn() -> String);

/// Texts that were made to hurt, or that just are large, by name.
const TEXTS: &[Made] = &[
    ("alias bomb of 1 KB", alias_bomb),
    ("a line of 10 MB", || {
        format!("Resources: \"{}\"", "x".repeat(10_000_000))
    }),
    ("a line of 1 MB", || filled("Resources: \"", "x", "\"")),
    ("brackets in brackets", || filled("Resources: ", "[", "")),
    ("braces in braces", || filled("{\"Resources\":", "{\"a\":", "")),
    ("lists in lists", || filled("Resources:\n", "- ", "")),
    ("keys in keys", || filled("Resources:\n", "? ", "")),
    ("one key again and again", || {
        filled("Resources:\n", "  A: 1\n", "")
    }),
    ("one key again and again, in JSON", || {
        filled("{\"Resources\":{\"A\":1", ",\"A\":1", "}}")
    }),
    ("small values", || filled("Resources: [", "1,", "]")),
    ("empty values", || filled("Resources:\n", "- \n", "")),
    ("anchors", || filled("Resources:\n", "- &a 1\n", "")),
    ("tags", || filled("Resources:\n", "- !Ref a\n", "")),
    ("tags in angles", || filled("Resources:\n", "- !<!Sub> a\n", "")),
    ("comments", || filled("", "# a comment\n", "Resources: {}\n")),
    ("spaces", || filled("Resources:", " ", "{}")),
    ("empty lines", || filled("Resources:", "\n", " {}")),
    ("a text over many lines", || filled("Resources: a\n", "  b\n", "")),
    ("a block of text", || filled("Resources: |\n", "  b\n", "")),
    ("escapes", || filled("Resources: \"", "\\u0041", "\"")),
    ("quotes", || filled("Resources: '", "''", "'")),
    ("umlauts", || filled("Resources: [", "ä,", "]")),
    ("pairs in a list", || filled("Resources: [", "a: 1,", "]")),
    ("a long key", || filled("{Resources: {", "a", ": 1}}")),
    ("quoted keys in a line", || {
        filled("{Resources: {", "\"a\" : {}, ", "}}")
    }),
    ("documents", || filled("", "---\n", "Resources: {}\n")),
    ("directives", || filled("", "%TAG ! a\n", "---\nResources: {}\n")),
    ("a block that is blank", || {
        filled("Resources: |\n", " \n  \n", "")
    }),
    ("tabs", || filled("Resources:", "\t", " {}\n")),
    ("returns", || filled("Resources:", "\r", " {}\n")),
    ("colons", || filled("Resources: ", ":", "")),
    ("a list that goes in and out", || {
        filled("Resources:\n", "- - a\n", "")
    }),
    ("dynamic references", || property("\"", "{{resolve:ssm:a}}", "\"")),
    ("variables", || property("!Sub \"", "${A}", "\"")),
    ("variables that are given", || given_variables()),
    ("joins", || property("[", "!Join [a,[b]],", "]")),
    ("unknown names", || property("[", "!Ref Abc,", "]")),
    ("one key per line in one line of JSON", json_in_a_line),
    ("JSON without an end", || {
        filled("{\"Resources\":{", "\"A\":1,\"B\":{},", "")
    }),
    ("conditions in a chain", conditions),
    ("resources as many as allowed", resources),
];

fn filled(before: &str, again: &str, after: &str) -> String {
    let times = (WHOLE - before.len() - after.len()) / again.len();
    format!("{before}{}{after}", again.repeat(times))
}

fn property(before: &str, again: &str, after: &str) -> String {
    let head = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      P: ";
    filled(&format!("{head}{before}"), again, &format!("{after}\n"))
}

fn alias_bomb() -> String {
    let level = |n: u32| {
        format!(
            "l{n}: &l{n} [{}]\n",
            vec![format!("*l{}", n.saturating_sub(1)); 9].join(",")
        )
    };
    (1..20).fold("l0: &l0 [x]\n".to_owned(), |text, n| text + &level(n))
}

fn given_variables() -> String {
    let names = (0..25_000).map(|n| format!("V{n}"));
    let text: Vec<_> = names.clone().map(|name| format!("${{{name}}}")).collect();
    let given: Vec<_> = names.map(|name| format!("{name}: a")).collect();
    let head = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      P: !Sub";
    format!("{head} [\"{}\", {{ {} }}]\n", text.concat(), given.join(", "))
}

fn json_in_a_line() -> String {
    let key = |n: usize| format!("\"K{n}\":{{\"Ref\":\"AWS::Region\"}},");
    let keys: String = (0..28_000).fold(String::new(), |text, n| text + &key(n));
    format!("{{\"Resources\":{{\"A\":{{\"Type\":\"AWS::SNS::Topic\",\"Properties\":{{{keys}\"Z\":1}}}}}}}}")
}

fn conditions() -> String {
    let condition = |n: usize| format!("  C{n}: !Not [Condition: C{}]\n", n + 1);
    let chain = (0..28_000).fold("Conditions:\n".to_owned(), |text, n| text + &condition(n));
    format!("{chain}  C28000: !Equals [a, b]\nResources: {{ A: {{ Type: AWS::SNS::Topic }} }}\n")
}

fn resources() -> String {
    let resource = |n: usize| {
        let tags = "        - { Key: owner, Value: !Sub '${AWS::Region}-team' }\n".repeat(30);
        format!("  R{n}:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags:\n{tags}")
    };
    (0..500).fold("Resources:\n".to_owned(), |text, n| text + &resource(n))
}

#[divan::bench(args = TEXTS.iter().map(|(name, _)| *name), sample_count = 5, sample_size = 1)]
fn read(bencher: Bencher, name: &str) {
    let (_, text) = TEXTS.iter().find(|(found, _)| *found == name).expect("a name");
    let text = text();
    bencher.bench_local(|| template::read("t.yaml", divan::black_box(&text)).is_ok());
}

/// A template against itself with another value in every resource.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn difference(bencher: Bencher) {
    let text = resources();
    let one = template::read("t.yaml", &text).expect("a template");
    let two = template::read("t.yaml", &text.replace("-team", "-crew")).expect("a template");
    bencher.bench_local(|| template::diff(Some(divan::black_box(&one)), divan::black_box(&two)).len());
}

/// Texts of many lines that repeat, none of them at its place.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn difference_of_texts(bencher: Bencher) {
    let text = |odd: u32| {
        (0..20_000_u32).map(move |n| {
            if n.wrapping_mul(2_654_435_761) >> 7 & odd == 0 {
                "a\n"
            } else {
                "b\n"
            }
        })
    };
    let (one, two): (String, String) = (text(1).collect(), text(2).collect());
    bencher.bench_local(|| template::text_diff(divan::black_box(&one), divan::black_box(&two)).added);
}
