//! Random worlds with faults and others who act, and random calls, all of them from a seed.

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use model::clock::Clock;
use simulator::world::World;
use simulator::world_file;

const ACTIONS: [&str; 14] = [
    "CreateStackSet",
    "UpdateStackSet",
    "DeleteStackSet",
    "CreateStackInstances",
    "UpdateStackInstances",
    "DeleteStackInstances",
    "StopStackSetOperation",
    "DetectStackSetDrift",
    "DescribeStackSet",
    "ListStackSets",
    "ListStackInstances",
    "ListStackSetOperations",
    "DescribeStackSetOperation",
    "ListStackSetOperationResults",
];

/// Stands still until it is told.
#[derive(Debug)]
pub(crate) struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Timestamp::UNIX_EPOCH)))
    }

    pub(crate) fn pass(&self, seconds: u64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds.try_into().unwrap());
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.pass(duration.as_secs());
        Box::pin(std::future::ready(()))
    }
}

/// SplitMix64: what the script draws, apart from what the world draws.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % most
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

/// A world with faults and others who act, all of them drawn.
pub(crate) fn world(seed: u64) -> World {
    world_file::read(&text(seed), "w", &mut |_| Err("none".to_owned())).unwrap()
}

fn text(seed: u64) -> String {
    let mut draws = Draws(seed);
    let mut text = format!(
        "seed = {seed}\nknobs = \"drawn\"\n[organization]\nmanagement_account = \"100000000000\"\n\
         [[account]]\nid = \"100000000000\"\nname = \"management\"\n"
    );
    for unit in ["Prod", "Dev"] {
        write!(text, "[[unit]]\npath = \"{unit}\"\nid = \"{}\"\n", unit_id(unit)).unwrap();
    }
    for number in 1..=6 {
        let unit = draws.one(&["Prod", "Dev"]);
        write!(
            text,
            "[[account]]\nid = \"20000000000{number}\"\nname = \"a{number}\"\nunit = \"{unit}\"\n"
        )
        .unwrap();
    }
    text.push_str("[[failure]]\naccount = \"200000000002\"\nreason = \"no\"\ntimes = 3\n");
    text.push_str(&faults(&mut draws));
    text.push_str(&actors(&mut draws));
    text
}

fn faults(draws: &mut Draws) -> String {
    let kinds = [
        "throttle",
        "error_after",
        "lost_response",
        "lost_request",
        "malformed_body",
        "hang",
    ];
    let mut text = String::new();
    for kind in kinds {
        let chance = draws.below(10);
        write!(text, "[[fault]]\nkind = \"{kind}\"\nprobability = 0.0{chance}\n").unwrap();
    }
    for kind in ["delayed_request", "stale_list"] {
        let seconds = draws.below(300);
        write!(
            text,
            "[[fault]]\nkind = \"{kind}\"\nseconds = {seconds}\nprobability = 0.1\n"
        )
        .unwrap();
    }
    text
}

fn actors(draws: &mut Draws) -> String {
    let at = draws.below(900);
    format!(
        "[[actor]]\nat = {at}\ndoes = \"move_account\"\naccount = \"200000000001\"\nto = \"Dev\"\n\
         [[actor]]\nat = 400\nevery = 333\ntimes = 5\ndoes = \"call\"\naction = \"DetectStackSetDrift\"\n\
         stack_set = \"net\"\n"
    )
}

fn unit_id(name: &str) -> &'static str {
    if name == "Prod" {
        "ou-sim0-prod0000"
    } else {
        "ou-sim0-dev00000"
    }
}

/// A call that may or may not make sense.
pub(crate) fn call(draws: &mut Draws) -> Request<Bytes> {
    let organizations = draws.below(8) == 0;
    if organizations {
        let (action, body) = match draws.below(3) {
            0 => ("ListAccounts", "{}".to_owned()),
            1 => (
                "CreateAccount",
                format!(
                    r#"{{"AccountName": "new", "Email": "n{}@example.com"}}"#,
                    draws.below(5)
                ),
            ),
            _ => {
                let (from, to) = (
                    draws.one(&["ou-sim0-prod0000", "r-sim0"]),
                    draws.one(&["ou-sim0-dev00000", "r-sim0"]),
                );
                let account = draws.below(6) + 1;
                (
                    "MoveAccount",
                    format!(
                        r#"{{"AccountId": "20000000000{account}", "SourceParentId": "{from}", "DestinationParentId": "{to}"}}"#
                    ),
                )
            }
        };
        let request =
            Request::post("/").header("x-amz-target", format!("AWSOrganizationsV20161128.{action}"));
        return request.body(Bytes::from(body)).unwrap();
    }
    Request::post("/").body(Bytes::from(form(draws))).unwrap()
}

fn form(draws: &mut Draws) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let action = draws.one(&ACTIONS);
    form.append_pair("Action", action)
        .append_pair("StackSetName", draws.one(&["net", "web"]));
    if action == "CreateStackSet" || draws.below(3) == 0 {
        let size = draws.below(3);
        let template = format!(
            "Parameters: {{ Size: {{ Type: Number, Default: {size} }} }}\nResources: {{ T: {{ Type: 'AWS::SNS::Topic' }} }}"
        );
        form.append_pair("TemplateBody", &template);
    } else {
        form.append_pair("UsePreviousTemplate", "true");
    }
    if action == "CreateStackSet" {
        form.append_pair("PermissionModel", "SERVICE_MANAGED")
            .append_pair("AutoDeployment.Enabled", draws.one(&["true", "false"]))
            .append_pair("ManagedExecution.Active", draws.one(&["true", "false"]));
    }
    if action.ends_with("Instances") || draws.below(2) == 0 {
        form.append_pair(
            "DeploymentTargets.OrganizationalUnitIds.member.1",
            unit_id(draws.one(&["Prod", "Dev"])),
        )
        .append_pair("Regions.member.1", draws.one(&["eu-west-1", "us-east-1"]))
        .append_pair("RetainStacks", draws.one(&["true", "false"]));
    }
    form.append_pair("OperationId", &format!("op-{}", draws.below(20)));
    form.finish()
}
