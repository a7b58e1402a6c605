//! A transport that answers by the name of the call, and remembers what it was asked.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws::{Aws, Connection, CredentialSource, Endpoint, Transport};
use bytes::Bytes;
use model::Timestamp;
use model::clock::Clock;
use model::desired::{CallAs, Request};
use model::ids::{AccountId, Region, StackSetName};

pub(crate) const ADMIN: &str = "111122223333";
pub(crate) const SET_ID: &str = "net:00000000-0000-0000-0000-000000000001";

/// tokio's clock, paused by the tests.
#[derive(Debug)]
struct Paused;

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The API call.
    pub(crate) action: String,
    /// Its inputs: form fields, or the JSON body's members.
    pub(crate) inputs: BTreeMap<String, String>,
    /// Form fields in the order of the wire, one a line; of S3 the body.
    pub(crate) form: String,
}

#[derive(Default)]
struct State {
    answers: BTreeMap<String, VecDeque<Option<(u16, Bytes)>>>,
    seen: Vec<Seen>,
}

/// Answers by the name of the call, or by name and what it is about, such as `ListAccountsForParent r-ab12`.
#[derive(Clone, Default)]
pub(crate) struct Server(Arc<Mutex<State>>);

impl Server {
    /// Adds an answer. Answers to one call are given in turn, the last one again and again.
    pub(crate) fn on(self, call: &str, status: u16, body: impl Into<Bytes>) -> Self {
        self.push(call, Some((status, body.into())))
    }

    /// Adds a request that is never answered.
    pub(crate) fn silent(self, call: &str) -> Self {
        self.push(call, None)
    }

    /// Adds an answer of CloudFormation or STS: the content of its result element.
    pub(crate) fn xml(self, call: &str, result: &str) -> Self {
        let action = call.split(' ').next().unwrap();
        let body = format!(
            "<{action}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><{action}Result>{result}\
             </{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
        );
        self.on(call, 200, body)
    }

    /// Adds a refusal of CloudFormation.
    pub(crate) fn refuse(self, action: &str, status: u16, code: &str, message: &str) -> Self {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>r</RequestId></ErrorResponse>"
        );
        self.on(action, status, body)
    }

    fn push(self, call: &str, answer: Option<(u16, Bytes)>) -> Self {
        let mut state = self.0.lock().unwrap();
        state
            .answers
            .entry(call.to_owned())
            .or_default()
            .push_back(answer);
        drop(state);
        self
    }

    /// What was asked so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    /// The names of the calls so far.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.action).collect()
    }

    /// How often a call was sent.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.actions().iter().filter(|seen| *seen == action).count()
    }

    /// A connection to this server.
    pub(crate) async fn connect(&self) -> Aws {
        let connection = Connection {
            region: Region::parse("eu-west-1").unwrap(),
            call_as: CallAs::Myself,
            endpoint: Endpoint::InProcess(self.transport()),
            credentials: CredentialSource::Environment,
            clock: Arc::new(Paused),
        };
        Aws::connect(connection).await.unwrap()
    }

    fn transport(&self) -> Transport {
        let server = self.clone();
        Arc::new(move |request| {
            let answer = server.answer(&request);
            Box::pin(async move {
                match answer {
                    Some(response) => Ok(response),
                    None => std::future::pending().await,
                }
            })
        })
    }

    fn answer(&self, request: &http::Request<Bytes>) -> Option<http::Response<Bytes>> {
        let seen = read(request);
        let keys = [
            "ParentId",
            "ResourceId",
            "AccountId",
            "StackInstanceRegion",
            "Filters.member.1.Values",
        ];
        let parent = keys.iter().find_map(|key| seen.inputs.get(*key).cloned());
        let parent = parent.unwrap_or_default();
        let mut state = self.0.lock().unwrap();
        let exact = format!("{} {parent}", seen.action);
        let key = if state.answers.contains_key(&exact) {
            exact
        } else {
            seen.action.clone()
        };
        state.seen.push(seen);
        let Some(queue) = state.answers.get_mut(&key) else {
            let body = format!(
                "<ErrorResponse><Error><Code>UnexpectedCall</Code><Message>{key}</Message></Error></ErrorResponse>"
            );
            return Some(response(400, body.into()));
        };
        let answer = if queue.len() > 1 {
            queue.pop_front().unwrap()
        } else {
            queue.front().unwrap().clone()
        };
        answer.map(|(status, body)| response(status, body))
    }
}

fn response(status: u16, body: Bytes) -> http::Response<Bytes> {
    let cbor = std::str::from_utf8(&body).is_err();
    let mut response = http::Response::builder()
        .status(status)
        .header("content-length", body.len());
    if cbor {
        response = response.header("smithy-protocol", "rpc-v2-cbor");
    }
    response.body(body).unwrap()
}

fn read(request: &http::Request<Bytes>) -> Seen {
    let path = request.uri().path();
    if let Some((_, action)) = path.rsplit_once("/operation/") {
        return of_headers(action, request);
    }
    if path == "/listRegions" {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let account = body["AccountId"].as_str().unwrap_or("own").to_owned();
        let mut seen = of_headers("ListRegions", request);
        seen.inputs.insert("AccountId".to_owned(), account);
        return seen;
    }
    if request.method() != http::Method::POST {
        let action = format!("{}Object", request.method());
        return of_headers(&action, request);
    }
    if let Some(target) = request.headers().get("x-amz-target") {
        let action = target.to_str().unwrap().rsplit('.').next().unwrap().to_owned();
        let body: BTreeMap<String, serde_json::Value> = serde_json::from_slice(request.body()).unwrap();
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let inputs = body.into_iter().map(|(key, value)| (key, text(value))).collect();
        return Seen {
            action,
            inputs,
            form: String::new(),
        };
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
    let lines: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("{key}={value}\n"))
        .collect();
    let form = lines.concat();
    let inputs: BTreeMap<String, String> = fields.into_iter().collect();
    Seen {
        action: inputs.get("Action").cloned().unwrap_or_default(),
        inputs,
        form,
    }
}

/// A request whose inputs are in its address and headers.
fn of_headers(action: &str, request: &http::Request<Bytes>) -> Seen {
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap_or_default().to_owned())
    };
    let mut inputs: BTreeMap<_, _> = request.headers().iter().map(header).collect();
    inputs.insert("uri".to_owned(), request.uri().to_string());
    Seen {
        action: action.to_owned(),
        inputs,
        form: String::from_utf8_lossy(request.body()).into_owned(),
    }
}

/// What a manifest of the administrator with these StackSets asks for.
pub(crate) fn request(stack_sets: &[&str]) -> Request {
    Request {
        project: "platform".to_owned(),
        admin_account: AccountId::parse(ADMIN).unwrap(),
        organization: None,
        region: Region::parse("eu-west-1").unwrap(),
        call_as: CallAs::Myself,
        stack_sets: stack_sets
            .iter()
            .map(|name| StackSetName::parse(name).unwrap())
            .collect(),
        overrides: BTreeSet::new(),
        deep: false,
        ssm: BTreeSet::new(),
        templates: BTreeSet::new(),
        account_tags: false,
        regions: BTreeSet::new(),
    }
}

/// Lets the guards pass, and answers nothing else.
pub(crate) fn guarded() -> Server {
    let organization = r#"{"Organization":{"Id":"o-abcdefghij","MasterAccountId":"111122223333"}}"#;
    Server::default()
        .xml("GetCallerIdentity", &identity(ADMIN))
        .on("DescribeOrganization", 200, organization)
}

/// An organization with a management account in every unit that has no answers of its own, and nothing else.
pub(crate) fn organization() -> Server {
    let management = r#"{"Accounts":[{"Id":"111122223333","Name":"management","Status":"ACTIVE"}]}"#;
    guarded()
        .on("ListRoots", 200, r#"{"Roots":[{"Id":"r-ab12","Name":"Root"}]}"#)
        .on("ListOrganizationalUnitsForParent", 200, "{}")
        .on("ListAccountsForParent", 200, management)
        .xml("DescribeOrganizationsAccess", "<Status>ENABLED</Status>")
}

/// The same with the StackSet `net`, described with some more elements; instances and operations are still to be answered.
pub(crate) fn one_stack_set(more: &str) -> Server {
    organization()
        .xml(
            "ListStackSets",
            &format!("<Summaries>{}</Summaries>", summary("net")),
        )
        .xml("DescribeStackSet", &stack_set(more))
}

/// The result of `GetCallerIdentity` for an account.
pub(crate) fn identity(account: &str) -> String {
    format!(
        "<Arn>arn:aws:sts::{account}:assumed-role/admin/me</Arn><UserId>u</UserId><Account>{account}</Account>"
    )
}

/// One StackSet in a list.
pub(crate) fn summary(name: &str) -> String {
    format!(
        "<member><StackSetName>{name}</StackSetName><StackSetId>{name}:1</StackSetId><Status>ACTIVE</Status></member>"
    )
}

/// The result of `DescribeStackSet`, with some more elements in it.
pub(crate) fn stack_set(more: &str) -> String {
    format!(
        "<StackSet><StackSetName>net</StackSetName><StackSetId>{SET_ID}</StackSetId><Status>ACTIVE</Status>\
         <TemplateBody>Resources: {{}}</TemplateBody>{more}</StackSet>"
    )
}
