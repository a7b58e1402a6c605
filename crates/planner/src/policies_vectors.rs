//! The meaning of Rego as Open Policy Agent 1.x documents it (<https://www.openpolicyagent.org/docs/policy-language>), line by
//! line: what a file denies there it denies here. Each vector is the rules of a policy, its input, and what comes of them.

use std::collections::BTreeSet;

use super::*;
use crate::testing::world::at;

/// What a policy comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Deny(&'static [&'static str]),
    Warn(&'static [&'static str]),
    Nothing,
    /// It cannot be read or carried out.
    Broken,
}

use Says::{Broken, Deny, Nothing, Warn};

/// Rules, input, verdict.
type Vector = (&'static str, &'static str, Says);

/// What is not there is neither true nor false, and its negation is true.
const UNDEFINED: &[Vector] = &[
    ("deny contains \"x\" if input.missing > 3", "{}", Nothing),
    (
        "deny contains \"x\" if input.missing == input.other",
        "{}",
        Nothing,
    ),
    ("deny contains \"x\" if input.missing != 3", "{}", Nothing),
    ("deny contains \"x\" if not input.missing", "{}", Deny(&["x"])),
    (
        "deny contains \"x\" if not input.owner",
        "{\"owner\": \"us\"}",
        Nothing,
    ),
    (
        "deny contains \"x\" if not input.owner",
        "{\"owner\": false}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if input.owner",
        "{\"owner\": null}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if input.owner",
        "{\"owner\": \"\"}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if input.owner",
        "{\"owner\": 0}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if not input.a.b.c.d > 1",
        "{\"a\": {}}",
        Deny(&["x"]),
    ),
    (
        "deny contains msg if { msg := sprintf(\"%d\", [input.missing]) }",
        "{}",
        Nothing,
    ),
    ("deny contains \"x\" if count(input.missing) == 0", "{}", Nothing),
    (
        "f(x) := 1 if x > 10\ndeny contains \"x\" if not f(3)",
        "{}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if input.list[7] == 1",
        "{\"list\": [1]}",
        Nothing,
    ),
];

/// Each solution adds to a set; the same twice is once; several rules of a name are one set.
const PARTIAL_SETS: &[Vector] = &[
    (
        "deny contains x if some x in input.l",
        "{\"l\": [\"b\", \"a\", \"b\"]}",
        Deny(&["a", "b"]),
    ),
    (
        "deny contains \"a\" if input.a\ndeny contains \"b\" if input.b",
        "{\"a\": true, \"b\": true}",
        Deny(&["a", "b"]),
    ),
    (
        "deny contains \"a\" if input.a\ndeny contains \"b\" if input.b",
        "{\"b\": true}",
        Deny(&["b"]),
    ),
    ("warn contains \"w\" if true", "{}", Warn(&["w"])),
    (
        "names contains n if some n in input.l\ndeny contains \"many\" if count(names) > 1",
        "{\"l\": [\"a\", \"a\"]}",
        Nothing,
    ),
    (
        "deny contains {\"msg\": m} if some m in input.l",
        "{\"l\": [\"a\"]}",
        Deny(&["a"]),
    ),
    ("deny contains x if some x in []", "{}", Nothing),
];

/// `every` holds for nothing at all; `in` is membership; `some` tries each.
const QUANTIFIERS: &[Vector] = &[
    (
        "deny contains \"x\" if { every n in input.l { n > 1 } }",
        "{\"l\": [2, 3]}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if { every n in input.l { n > 1 } }",
        "{\"l\": [2, 1]}",
        Nothing,
    ),
    (
        "deny contains \"x\" if { every n in input.l { n > 1 } }",
        "{\"l\": []}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if { every k, v in input.o { startswith(k, v) } }",
        "{\"o\": {\"ab\": \"a\"}}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if not 3 in input.l",
        "{\"l\": [1, 2]}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if \"v\" in input.o",
        "{\"o\": {\"k\": \"v\"}}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if \"k\" in input.o",
        "{\"o\": {\"k\": \"v\"}}",
        Nothing,
    ),
    (
        "deny contains k if some k, v in input.o; v > 1",
        "{\"o\": {\"a\": 1, \"b\": 2}}",
        Broken,
    ),
    (
        "deny contains k if { some k, v in input.o; v > 1 }",
        "{\"o\": {\"a\": 1, \"b\": 2}}",
        Deny(&["b"]),
    ),
    (
        "deny contains x if { some i; x := input.l[i]; i > 0 }",
        "{\"l\": [\"a\", \"b\"]}",
        Deny(&["b"]),
    ),
    (
        "deny contains \"x\" if { not any_big }\nany_big if { some n in input.l; n > 9 }",
        "{\"l\": [1]}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if { some n in input.l; not n > 9 }",
        "{\"l\": [1, 10]}",
        Deny(&["x"]),
    ),
];

/// Complete rules, defaults, else, functions, comprehensions, `with`.
const RULES: &[Vector] = &[
    (
        "default fine := false\nfine if input.a\ndeny contains \"x\" if not fine",
        "{}",
        Deny(&["x"]),
    ),
    (
        "default fine := false\nfine if input.a\ndeny contains \"x\" if not fine",
        "{\"a\": true}",
        Nothing,
    ),
    (
        "size := \"big\" if { input.n > 9 } else := \"small\"\ndeny contains size",
        "{\"n\": 3}",
        Deny(&["small"]),
    ),
    (
        "limit := 1 if input.a\nlimit := 2 if input.b\ndeny contains \"x\" if limit > 0",
        "{\"a\": true, \"b\": true}",
        Broken,
    ),
    (
        "limit := 1 if input.a\nlimit := 1 if input.b\ndeny contains \"x\" if limit > 0",
        "{\"a\": true, \"b\": true}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if count({n | some n in input.l; n > 1}) == 2",
        "{\"l\": [1, 2, 3, 3]}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if count([n | some n in input.l; n > 1]) == 3",
        "{\"l\": [1, 2, 3, 3]}",
        Deny(&["x"]),
    ),
    (
        "p if input.n > 1\ndeny contains \"x\" if p with input.n as 5",
        "{\"n\": 0}",
        Deny(&["x"]),
    ),
    ("deny if input.n > 1", "{\"n\": 2}", Deny(&["the policy says no"])),
    ("deny if input.n > 1", "{\"n\": 1}", Nothing),
    ("deny := false", "{}", Nothing),
    (
        "deny contains \"x\" if {1, 2} & {2, 3} == {2}",
        "{}",
        Deny(&["x"]),
    ),
    ("deny contains \"x\" if {1, 2} - {2} == {1}", "{}", Deny(&["x"])),
    (
        "deny contains \"x\" if object.get(input, \"a\", 7) == 7",
        "{}",
        Deny(&["x"]),
    ),
    ("deny contains \"x\" if 1 == 1.0", "{}", Deny(&["x"])),
    ("deny contains \"x\" if \"10\" < \"9\"", "{}", Deny(&["x"])),
    (
        "deny contains sprintf(\"%s %d %v\", [\"a\", 3, true])",
        "{}",
        Deny(&["a 3 true"]),
    ),
    (
        "deny contains concat(\",\", sort(input.l))",
        "{\"l\": [\"b\", \"a\"]}",
        Deny(&["a,b"]),
    ),
    (
        "deny contains \"x\" if regex.match(`^Root/Prod(/|$)`, input.ou)",
        "{\"ou\": \"Root/Prod/Shop\"}",
        Deny(&["x"]),
    ),
    (
        "deny contains \"x\" if glob.match(\"Root/*\", [\"/\"], input.ou)",
        "{\"ou\": \"Root/Prod\"}",
        Deny(&["x"]),
    ),
    ("import rego.v1\ndeny contains \"x\" if true", "{}", Deny(&["x"])),
];

/// What OPA refuses is refused, with the code of a policy that cannot be evaluated.
const REFUSED: &[Vector] = &[
    ("deny[msg] { msg := \"x\" }", "{}", Broken),
    ("deny contains x if true", "{}", Broken),
    ("deny contains \"x\" if nobody(3)", "{}", Broken),
    ("deny contains \"x\" if data.p.deny", "{}", Broken),
    ("deny contains \"x\" if {", "{}", Broken),
    ("deny contains \"x\" if time.now_ns() > 0", "{}", Broken),
    (
        "deny contains \"x\" if http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1\"}).status_code == 200",
        "{}",
        Broken,
    ),
    ("deny contains \"x\" if rand.intn(\"a\", 2) == 0", "{}", Broken),
    ("deny contains \"x\" if opa.runtime().env.HOME", "{}", Broken),
    // As with `opa eval --strict-builtin-errors`: a policy that went wrong has not agreed.
    (
        "deny contains \"x\" if to_number(input.n) > 1",
        "{\"n\": \"many\"}",
        Broken,
    ),
];

/// What `deny` and `warn` say.
fn said(rules: &str, input: &str) -> Result<(BTreeSet<String>, BTreeSet<String>), String> {
    let policy = Policy {
        path: at("policy.rego".to_owned()),
        text: format!("package p\n{rules}\n"),
    };
    let (mut engine, _) = load(std::slice::from_ref(&policy)).map_err(|wrong| wrong[0].code.clone())?;
    engine.set_input(Value::from_json_str(input).unwrap());
    let rules = super::rules(&mut engine, "data.p")?;
    Ok((rules.deny, rules.warn))
}

#[test]
fn a_policy_means_what_it_means_to_open_policy_agent() {
    let mut wrong = Vec::new();
    let all = [UNDEFINED, PARTIAL_SETS, QUANTIFIERS, RULES, REFUSED].concat();
    for (rules, input, says) in &all {
        let set = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<BTreeSet<_>>()
        };
        let wanted = match says {
            Deny(words) => Ok((set(words), BTreeSet::new())),
            Warn(words) => Ok((BTreeSet::new(), set(words))),
            Nothing => Ok((BTreeSet::new(), BTreeSet::new())),
            Broken => Err(()),
        };
        let found = said(rules, input).map_err(|_| ());
        if found != wanted {
            wrong.push(format!("{rules}\n  with {input}\n  {found:?} and not {wanted:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        all.len(),
        wrong.join("\n")
    );
}
