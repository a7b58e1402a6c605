//! Calls as a client sends them, and what the world is after them.

mod access;
mod bounds;
mod definitions;
mod drift;
mod imports;
mod instances;
mod knobs;
mod limits;
mod line;
mod lists;
mod moves;
mod operations;
mod resources;
mod rules;
mod service_managed;
mod stacks;
mod templates;
mod tolerance;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use model::ids::{AccountId, OrganizationId, Region, UnitId};
use model::instance::InstanceKey;
use model::organization::AccountState;

use super::{Answer, Caller, answer};
use crate::operations::advance;
use crate::operations::auto_deployment::organization_changed;
use crate::world::{Failure, Knobs, MemberAccount, OrganizationState, Quotas, Timing, UnitState, World};

const MANAGEMENT: &str = "111111111111";
const ROOT: &str = "r-aaaa";
const PROD: &str = "ou-aaaa-11111111";
/// Below [`PROD`].
const CORE: &str = "ou-aaaa-22222222";
const DEV: &str = "ou-aaaa-33333333";
/// An account in [`PROD`].
const A: &str = "222222222222";
/// An account in [`CORE`].
const B: &str = "333333333333";
/// An account in [`DEV`].
const C: &str = "444444444444";
/// A suspended account in [`DEV`].
const S: &str = "555555555555";

const QUEUE: &str = "
Description: A queue
Parameters:
  Size: { Type: Number, Default: 1 }
  Secret: { Type: String, NoEcho: true, Default: hush }
Resources:
  Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: !Ref Size } }
";

const ROLE: &str = "
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: { RoleName: audit, AssumeRolePolicyDocument: {} }
";

/// A world and the one who calls in it.
struct Client {
    world: World,
    caller: String,
}

impl Client {
    fn new() -> Self {
        Self {
            world: world(),
            caller: MANAGEMENT.to_owned(),
        }
    }

    fn call(&mut self, action: &str, inputs: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action)
            .append_pair("Version", "2010-05-15")
            .extend_pairs(inputs);
        let caller = Caller {
            account: account(&self.caller),
        };
        answer(
            &mut self.world,
            &caller,
            &region("us-east-1"),
            form.finish().as_bytes(),
        )
    }

    /// The body of a call that must be answered.
    #[track_caller]
    fn ok(&mut self, action: &str, inputs: &[(&str, &str)]) -> String {
        let answer = self.call(action, inputs);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Code and message of a call that must be refused.
    #[track_caller]
    fn refused(&mut self, action: &str, inputs: &[(&str, &str)]) -> (String, String) {
        let answer = self.call(action, inputs);
        assert!(answer.status >= 400, "{}", answer.body);
        let message = text(&answer.body, "Message");
        let message = quick_xml::escape::unescape(&message).unwrap().into_owned();
        (answer.error.unwrap(), message)
    }

    fn pass(&mut self, seconds: i64) {
        let to = self.world.now + SignedDuration::from_secs(seconds);
        advance(&mut self.world, to);
    }

    /// A self-managed StackSet `web` with the template.
    #[track_caller]
    fn self_managed(&mut self, template: &str) {
        let inputs = [
            ("StackSetName", "web"),
            ("TemplateBody", template),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
            ("ExecutionRoleName", "OrganizationAccountAccessRole"),
        ];
        self.ok("CreateStackSet", &inputs);
    }

    /// A service-managed StackSet `web` with the template.
    #[track_caller]
    fn service_managed(&mut self, template: &str, auto: &str) {
        let inputs = [
            ("StackSetName", "web"),
            ("TemplateBody", template),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
            ("PermissionModel", "SERVICE_MANAGED"),
            ("AutoDeployment.Enabled", auto),
        ];
        self.ok("CreateStackSet", &inputs);
    }

    /// Instances of `web` in accounts and Regions; time passes until they are done.
    #[track_caller]
    fn deploy(&mut self, accounts: &[&str], regions: &[&str]) {
        let inputs = rectangle("Accounts", accounts, regions);
        self.ok("CreateStackInstances", &borrowed(&inputs));
        self.pass(10_000);
    }

    /// Instances of `web` below units; time passes until they are done.
    #[track_caller]
    fn deploy_units(&mut self, units: &[&str], regions: &[&str]) {
        let inputs = rectangle("DeploymentTargets.OrganizationalUnitIds", units, regions);
        self.ok("CreateStackInstances", &borrowed(&inputs));
        self.pass(10_000);
    }

    /// `account/Region STATUS DETAILED` of every instance of `web`.
    #[track_caller]
    fn instances(&mut self) -> Vec<String> {
        let body = self.ok("ListStackInstances", &[("StackSetName", "web")]);
        members(&body)
            .iter()
            .map(|row| {
                let part = |name| text(row, name);
                format!(
                    "{}/{} {} {}",
                    part("Account"),
                    part("Region"),
                    part("Status"),
                    part("DetailedStatus")
                )
            })
            .collect()
    }

    /// Status of an operation of `web`.
    #[track_caller]
    fn status(&mut self, operation: &str) -> String {
        let body = self.ok(
            "DescribeStackSetOperation",
            &[("StackSetName", "web"), ("OperationId", operation)],
        );
        text(&body, "Status")
    }

    /// `account/Region STATUS` of every result of an operation of `web`.
    #[track_caller]
    fn results(&mut self, operation: &str) -> Vec<String> {
        let body = self.ok(
            "ListStackSetOperationResults",
            &[("StackSetName", "web"), ("OperationId", operation)],
        );
        let row = |row: &String| {
            format!(
                "{}/{} {}",
                text(row, "Account"),
                text(row, "Region"),
                text(row, "Status")
            )
        };
        members(&body).iter().map(row).collect()
    }

    fn fail(&mut self, account_id: &str, times: Option<u32>) {
        self.world.failures.push(Failure {
            stack_set: None,
            account: Some(account(account_id)),
            region: None,
            action: None,
            reason: "out of luck".to_owned(),
            times,
        });
    }

    fn move_account(&mut self, id: &str, to: &str) {
        let account = account(id);
        let member = self.world.organization.accounts.get_mut(&account).unwrap();
        let from = std::mem::replace(&mut member.parent, unit(to));
        organization_changed(&mut self.world, &account, Some(&from), Some(&unit(to)));
    }
}

/// `StackSetName=web` with targets and Regions.
fn rectangle(name: &str, targets: &[&str], regions: &[&str]) -> Vec<(String, String)> {
    let mut inputs = vec![("StackSetName".to_owned(), "web".to_owned())];
    for (index, target) in targets.iter().enumerate() {
        inputs.push((format!("{name}.member.{}", index + 1), (*target).to_owned()));
    }
    for (index, region) in regions.iter().enumerate() {
        inputs.push((format!("Regions.member.{}", index + 1), (*region).to_owned()));
    }
    inputs
}

fn borrowed(inputs: &[(String, String)]) -> Vec<(&str, &str)> {
    inputs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// The rectangle with more inputs.
fn with<'a>(inputs: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = borrowed(inputs);
    all.extend(more);
    all
}

/// The first element of a name; empty when there is none.
fn text(body: &str, name: &str) -> String {
    let found = body
        .split_once(&format!("<{name}>"))
        .and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
    found.map(|(text, _)| text.to_owned()).unwrap_or_default()
}

/// The rows of `Summaries`.
fn members(body: &str) -> Vec<String> {
    let summaries = text(body, "Summaries");
    let mut rows = Vec::new();
    let (mut depth, mut row) = (0, String::new());
    for part in summaries.split_inclusive('>') {
        if part.ends_with("</member>") {
            depth -= 1;
            if depth == 0 {
                rows.push(std::mem::take(&mut row));
            }
        }
        if depth > 0 {
            row.push_str(part);
        }
        if part.ends_with("<member>") {
            depth += 1;
        }
    }
    rows
}

fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

fn unit(id: &str) -> UnitId {
    UnitId::parse(id).unwrap()
}

fn organization(now: Timestamp) -> OrganizationState {
    let member = |name: &str, parent: &str, state| MemberAccount {
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        state,
        parent: unit(parent),
        joined_at: now,
    };
    let below = |name: &str, parent: &str| UnitState {
        name: name.to_owned(),
        parent: unit(parent),
    };
    let units = [
        (PROD, below("Prod", ROOT)),
        (CORE, below("Core", PROD)),
        (DEV, below("Dev", ROOT)),
    ];
    let accounts = [
        (MANAGEMENT, member("management", PROD, AccountState::Active)),
        (A, member("a", PROD, AccountState::Active)),
        (B, member("b", CORE, AccountState::Active)),
        (C, member("c", DEV, AccountState::Active)),
        (S, member("s", DEV, AccountState::Suspended)),
    ];
    OrganizationState {
        id: OrganizationId::parse("o-aaaaaaaaaa").unwrap(),
        root: unit(ROOT),
        management_account: account(MANAGEMENT),
        units: units.map(|(id, found)| (unit(id), found)).into(),
        accounts: accounts.map(|(id, found)| (account(id), found)).into(),
        service_access: BTreeMap::new(),
        in_creation: BTreeMap::new(),
        tags: BTreeMap::new(),
    }
}

/// What Organizations makes in members, and what an administrator has made in the management account.
fn roles(members: &[&str]) -> BTreeMap<AccountId, BTreeSet<String>> {
    let of = |id: &str, role: &str| (account(id), BTreeSet::from([role.to_owned()]));
    let administrator = of(MANAGEMENT, "AWSCloudFormationStackSetAdministrationRole");
    let members = members.iter().map(|id| of(id, "OrganizationAccountAccessRole"));
    members.chain([administrator]).collect()
}

fn world() -> World {
    let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    World {
        now,
        seed: 1,
        draws: 0,
        partition: "aws".to_owned(),
        caller: account(MANAGEMENT),
        organization: organization(now),
        organizations_access: true,
        delegated_administrators: BTreeSet::new(),
        stack_sets: BTreeMap::new(),
        stacks: BTreeMap::new(),
        taken_names: BTreeMap::new(),
        templates: BTreeMap::new(),
        account_gates: Vec::new(),
        drifts: Vec::new(),
        roles: roles(&[A, B, C, S]),
        opt_in_regions: BTreeMap::new(),
        buckets: BTreeMap::new(),
        objects: BTreeMap::new(),
        parameters: Vec::new(),
        failures: Vec::new(),
        faults: Vec::new(),
        delayed: Vec::new(),
        actors: Vec::new(),
        timing: Timing {
            instance_least: 10,
            instance_most: 10,
            operation_start: 1,
            auto_deployment_delay: 100,
            ..Timing::default()
        },
        quotas: Quotas::default(),
        at_work: BTreeMap::new(),
        knobs: Knobs::default(),
        agenda: BTreeSet::new(),
        log: Vec::new(),
    }
}
