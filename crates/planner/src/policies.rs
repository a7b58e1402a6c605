//! Rego policies over the plan (ux §3.3): `deny` holds it, `warn` remarks.
//!
//! They see the plan's JSON as it is saved, and nothing else: built-in functions that would read a clock, a network or chance
//! are not compiled in, so calling one is an error of the policy and not an answer.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::Policy;
use model::diagnostic::{Diagnostic, Span};
use model::plan::{Hold, Plan, PolicyOutcome, PolicyResult};
use regorus::{Engine, Value};

/// What the policies make of a plan.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) results: Vec<PolicyResult>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Asks every package of the policies. One file that cannot be read makes the others count for nothing: they may need it.
pub(crate) fn judge(policies: &[Policy], plan: &Plan) -> Verdict {
    let mut verdict = Verdict::default();
    let (mut engine, packages) = match load(policies) {
        Ok(loaded) => loaded,
        Err(wrong) => {
            verdict.diagnostics = wrong;
            return verdict;
        }
    };
    let json = serde_json::to_value(plan).unwrap_or_default();
    engine.set_input(Value::from(json));
    for (name, files) in packages {
        match rules(&mut engine, &name) {
            Ok(rules) => verdict.package(plan, (&name, &files), &rules),
            Err(error) => {
                if let Some(file) = files.first() {
                    verdict.diagnostics.push(broken(file, &error));
                }
            }
        }
    }
    verdict
}

/// What is wrong in the files themselves, whatever plan they are to judge.
pub fn mistakes(policies: &[Policy]) -> Vec<Diagnostic> {
    load(policies).err().unwrap_or_default()
}

/// Packages by name, each with its files.
type Packages<'p> = BTreeMap<String, Vec<&'p Policy>>;

fn load(policies: &[Policy]) -> Result<(Engine, Packages<'_>), Vec<Diagnostic>> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    let mut packages = Packages::new();
    let mut wrong = Vec::new();
    for policy in policies {
        match engine.add_policy(policy.path.value.clone(), policy.text.clone()) {
            Ok(package) => packages.entry(package).or_default().push(policy),
            Err(error) => wrong.push(broken(policy, &error.to_string())),
        }
    }
    if wrong.is_empty() {
        Ok((engine, packages))
    } else {
        Err(wrong)
    }
}

/// What `deny` and `warn` of a package say.
struct Rules {
    deny: BTreeSet<String>,
    warn: BTreeSet<String>,
}

fn rules(engine: &mut Engine, package: &str) -> Result<Rules, String> {
    let found = engine
        .eval_query(package.to_owned(), false)
        .map_err(|error| error.to_string())?;
    let value = found
        .result
        .first()
        .and_then(|result| result.expressions.first())
        .map_or(Value::Undefined, |expression| expression.value.clone());
    let said = |rule: &str| messages(&value[rule]);
    Ok(Rules {
        deny: said("deny"),
        warn: said("warn"),
    })
}

/// A rule's words: texts, objects with a text as `msg`, or whatever it says as JSON. `true` and `false` are rules of the
/// other form, which say nothing but that.
fn messages(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Set(items) => items.iter().map(message).collect(),
        Value::Array(items) => items.iter().map(message).collect(),
        Value::Bool(true) => BTreeSet::from(["the policy says no".to_owned()]),
        _ => BTreeSet::new(),
    }
}

fn message(item: &Value) -> String {
    let text = match item {
        Value::Object(_) => item["msg"].as_string().ok().cloned(),
        _ => item.as_string().ok().cloned(),
    };
    text.map_or_else(|| item.to_string(), |text| text.to_string())
}

impl Verdict {
    fn package(&mut self, plan: &Plan, (name, files): (&str, &[&Policy]), rules: &Rules) {
        let source: Vec<&str> = files.iter().map(|file| file.path.value.as_str()).collect();
        let result = |outcome, message: &str| PolicyResult {
            name: name.strip_prefix("data.").unwrap_or(name).to_owned(),
            source: source.join(", "),
            outcome,
            message: message.to_owned(),
        };
        let Some(span) = files.first().map(|file| &file.path.span) else {
            return;
        };
        for message in &rules.deny {
            self.results.push(result(PolicyOutcome::Deny, message));
            self.hold(plan, span, &source.join(", "), message);
        }
        for message in &rules.warn {
            self.results.push(result(PolicyOutcome::Warn, message));
            self.diagnostics.push(
                Diagnostic::warning("W0521", format!("a policy remarks: {message}"))
                    .label(span, format!("said by {}", source.join(", "))),
            );
        }
        if rules.deny.is_empty() && rules.warn.is_empty() {
            self.results.push(result(PolicyOutcome::Pass, ""));
        }
    }

    fn hold(&mut self, plan: &Plan, span: &Span, source: &str, message: &str) {
        let code = format!("P{:04}", self.holds.len() + 1);
        let diagnostic = Diagnostic::error(&code, message)
            .label(span, format!("said by {source}"))
            .help("change what the plan does, or the policy where its owners see it");
        self.holds.push(Hold {
            diagnostic,
            stack_set: None,
            instances: plan.operations.iter().map(|operation| operation.instances).sum(),
        });
    }
}

fn broken(policy: &Policy, error: &str) -> Diagnostic {
    let message = format!("policy `{}` cannot be evaluated", policy.path.value);
    // The first lines show the place in the policy, the last one says what is wrong there.
    let lines = error
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty());
    let mut diagnostic =
        Diagnostic::error("E0520", message).label(&policy.path.span, "found by this pattern");
    for line in lines {
        diagnostic = diagnostic.note(line);
    }
    diagnostic.help("policies see only the plan: no clock, no network, no chance; try it with: opa check")
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "policies_vectors.rs"]
mod vectors;
