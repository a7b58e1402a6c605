use model::diagnostic::Spanned;
use model::plan::{Action, InstanceGroup, InstancesPlan, Reason, Risk, RiskLevel, RiskReason};

use super::*;
use crate::testing::world::*;

/// The policy that docs and the reference show.
const REFERENCE: &str = include_str!("../../../config/policy.rego");

fn policy(text: &str) -> Policy {
    Policy {
        path: Spanned {
            value: "policy/plan.rego".to_owned(),
            span: span(),
        },
        text: text.to_owned(),
    }
}

fn verdict(text: &str, plan: &Plan) -> Verdict {
    judge(&[policy(text)], plan)
}

fn denied(verdict: &Verdict) -> Vec<(String, String)> {
    let said = |hold: &Hold| (hold.diagnostic.code.clone(), hold.diagnostic.message.clone());
    verdict.holds.iter().map(said).collect()
}

/// A plan that updates a production unit after a canary.
fn production() -> Plan {
    let mut set = stack_set("net");
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    set.rollout = Some(crate::rollout::tests::careful());
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    let mut plan = plan_one(set, Some(live));
    plan.stack_sets[0].instances = InstancesPlan {
        groups: vec![InstanceGroup {
            unit: "Root/Workloads/Prod".to_owned(),
            ..plan.stack_sets[0].instances.groups[0].clone()
        }],
        ..InstancesPlan::default()
    };
    plan
}

#[test]
fn the_reference_policy_passes_a_plan_that_keeps_to_it() {
    let verdict = verdict(REFERENCE, &production());
    assert_eq!(denied(&verdict), []);
    assert_eq!(verdict.diagnostics, []);
    assert_eq!(verdict.results.len(), 1);
    assert_eq!(verdict.results[0].name, "stackfleet");
    assert_eq!(verdict.results[0].source, "policy/plan.rego");
    assert_eq!(verdict.results[0].outcome, PolicyOutcome::Pass);
}

#[test]
fn the_reference_policy_denies_three_plans_that_were_tampered_with() {
    let mut deleting = production();
    deleting.summary.instances.insert(Action::Delete, 11);
    let mut bold = production();
    for operation in &mut bold.operations {
        operation.stage = None;
    }
    let mut partial = production();
    partial.complete = false;
    let said = |plan: &Plan| denied(&verdict(REFERENCE, plan));
    let p1 = |text: &str| vec![("P0001".to_owned(), text.to_owned())];
    assert_eq!(said(&deleting), p1("11 instances would be deleted (limit 10)"));
    assert_eq!(said(&bold), p1("net updates production without a canary stage"));
    assert_eq!(said(&partial), p1("partial plans may not be merged"));
}

#[test]
fn an_action_that_a_policy_never_heard_of_is_denied() {
    let mut json = serde_json::to_value(production()).unwrap();
    json["stack_sets"][0]["action"] = "explode".into();
    let (mut engine, _) = load(std::slice::from_ref(&policy(REFERENCE))).unwrap();
    engine.set_input(Value::from(json));
    let rules = rules(&mut engine, "data.stackfleet").unwrap();
    assert_eq!(
        rules.deny.into_iter().collect::<Vec<_>>(),
        ["net: unknown action \"explode\""]
    );
}

#[test]
fn what_warns_is_a_warning_and_not_a_hold() {
    let mut plan = production();
    plan.risk = Risk {
        level: RiskLevel::High,
        reasons: vec![RiskReason {
            code: "R203".to_owned(),
            level: RiskLevel::High,
            message: "IAM permissions get broader".to_owned(),
        }],
    };
    let verdict = verdict(REFERENCE, &plan);
    assert!(verdict.holds.is_empty());
    assert_eq!(verdict.diagnostics[0].code, "W0521");
    assert_eq!(
        verdict.diagnostics[0].message,
        "a policy remarks: IAM permissions get broader"
    );
    assert_eq!(verdict.results[0].outcome, PolicyOutcome::Warn);
}

#[test]
fn a_clock_a_network_and_chance_are_errors() {
    for call in [
        "time.now_ns() > 0",
        "http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1\"}).status_code == 200",
        "rand.intn(\"a\", 2) == 0",
        "uuid.rfc4122(\"a\") != \"\"",
        "opa.runtime().env.HOME != \"\"",
        "net.lookup_ip_addr(\"localhost\") != set()",
    ] {
        let text = format!("package p\ndeny contains \"x\" if {{ {call} }}\n");
        let verdict = verdict(&text, &production());
        assert!(verdict.holds.is_empty(), "{call}");
        assert_eq!(verdict.diagnostics.len(), 1, "{call}");
        assert_eq!(verdict.diagnostics[0].code, "E0520", "{call}");
    }
}

#[test]
fn a_broken_policy_is_an_error_at_its_pattern() {
    let verdict = verdict("package p\ndeny contains if {", &production());
    assert_eq!(verdict.diagnostics[0].code, "E0520");
    assert_eq!(verdict.diagnostics[0].labels[0].span, span());
    assert!(verdict.results.is_empty());
}

#[test]
fn packages_are_judged_each_by_itself_and_files_of_one_together() {
    let one = policy("package a\nlimit := 3\n");
    let two = policy("package a\ndeny contains msg if { limit == 3; msg := \"three\" }\n");
    let three = policy("package b\ndeny contains {\"msg\": \"from b\"}\n");
    let verdict = judge(&[one, two, three], &production());
    assert_eq!(
        denied(&verdict),
        [
            ("P0001".to_owned(), "three".to_owned()),
            ("P0002".to_owned(), "from b".to_owned())
        ]
    );
    assert_eq!(verdict.results[0].source, "policy/plan.rego, policy/plan.rego");
}

#[test]
fn reasons_are_words_that_policies_can_compare() {
    let text = "package p\ndeny contains r if { some s in input.stack_sets; some r in s.reasons }\n";
    let verdict = verdict(text, &production());
    assert_eq!(verdict.holds[0].diagnostic.message, "template");
    assert_eq!(production().stack_sets[0].reasons, [Reason::Template]);
}
