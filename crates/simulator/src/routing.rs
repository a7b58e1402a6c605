//! Which service a request is for, who calls and in which Region: read from what every AWS client sends.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use model::ids::{AccountId, Region};

use crate::cloudformation::{self, Caller};
use crate::reply::{Reply, XML};
use crate::world::{ApiCall, Service, World};
use crate::{account, organizations, s3, ssm, sts};

/// Where calls go that carry no signature.
const DEFAULT_REGION: &str = "us-east-1";
/// Prefix of `X-Amz-Target` for Organizations (reference §10.2).
const ORGANIZATIONS_TARGET: &str = "AWSOrganizationsV20161128.";
/// Prefix of `X-Amz-Target` for Systems Manager.
const SSM_TARGET: &str = "AmazonSSM.";

/// The scope of a Signature Version 4 credential: `AKID/date/region/service/aws4_request`. The signature is not checked.
struct Scope<'a> {
    access_key: &'a str,
    region: &'a str,
    service: &'a str,
}

/// Takes a request apart.
pub(crate) fn read(world: &World, request: &Parts, body: &Bytes) -> ApiCall {
    let scope = scope(&request.headers);
    let service = service(request, body, scope.as_ref());
    let text = match service {
        // What a client puts into S3 is in the object.
        Service::S3 => String::new(),
        _ => String::from_utf8_lossy(body).into_owned(),
    };
    let (action, stack_set) = match service {
        Service::Organizations | Service::Ssm => (target(&request.headers).to_owned(), None),
        Service::Account => (account::action(request.uri.path()).to_owned(), None),
        Service::S3 => (s3::action(&request.method).to_owned(), None),
        Service::Sts | Service::CloudFormation => {
            let stack_set = form_value(body, "StackSetName");
            (
                form_value(body, "Action"),
                Some(stack_set).filter(|name| !name.is_empty()),
            )
        }
    };
    let named = scope.as_ref().and_then(|scope| Region::parse(scope.region).ok());
    ApiCall {
        service,
        caller: caller(world, scope.as_ref()),
        region: named,
        action,
        stack_set,
        body: text,
        object: (service == Service::S3).then(|| s3::read(request, body)),
    }
}

/// Answers one call.
pub(crate) fn answer(world: &mut World, call: &ApiCall) -> Reply {
    let named = call.region.clone();
    let Some(region) = named.or_else(|| Region::parse(DEFAULT_REGION).ok()) else {
        return Reply::new(500, "");
    };
    match call.service {
        Service::Organizations => {
            organizations::answer(world, &call.caller, &call.action, call.body.as_bytes())
        }
        Service::Sts => sts::answer(&world.partition, &call.caller, &call.action),
        Service::CloudFormation => cloudformation(world, call, &region),
        Service::S3 => s3::answer(world, call),
        Service::Ssm => ssm::answer(world, call, &region),
        Service::Account => account::answer(world, call),
    }
}

fn cloudformation(world: &mut World, call: &ApiCall, region: &Region) -> Reply {
    let caller = Caller {
        account: call.caller.clone(),
    };
    let answer = cloudformation::answer(world, &caller, region, call.body.as_bytes());
    Reply {
        stack_set: answer.stack_set,
        operation_id: answer.operation_id,
        error: answer.error,
        ..Reply::new(answer.status, &answer.action).with_body(XML, answer.body)
    }
}

fn service(request: &Parts, body: &[u8], scope: Option<&Scope<'_>>) -> Service {
    if let Some(target) = request.headers.get("x-amz-target") {
        return if target.as_bytes().starts_with(SSM_TARGET.as_bytes()) {
            Service::Ssm
        } else {
            Service::Organizations
        };
    }
    if request.method != Method::POST {
        return Service::S3;
    }
    match scope.map(|scope| scope.service) {
        Some("sts") => Service::Sts,
        Some("cloudformation") => Service::CloudFormation,
        Some("s3") => Service::S3,
        Some("account") => Service::Account,
        _ if account::action(request.uri.path()) != request.uri.path() => Service::Account,
        _ if form_value(body, "Version") == "2011-06-15"
            || form_value(body, "Action") == "GetCallerIdentity" =>
        {
            Service::Sts
        }
        _ => Service::CloudFormation,
    }
}

fn target(headers: &HeaderMap) -> &str {
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let prefixes = [ORGANIZATIONS_TARGET, SSM_TARGET];
    let action = prefixes.iter().find_map(|prefix| target.strip_prefix(prefix));
    action.unwrap_or(target)
}

fn scope(headers: &HeaderMap) -> Option<Scope<'_>> {
    let text = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (_, credential) = text.split_once("Credential=")?;
    let mut parts = credential.split([',', ' ']).next()?.split('/');
    let access_key = parts.next()?;
    let (_date, region, service) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Scope {
        access_key,
        region,
        service,
    })
}

/// The access key names the account: twelve digits, alone or after four letters such as `AKIA`.
fn caller(world: &World, scope: Option<&Scope<'_>>) -> AccountId {
    let key = scope.map(|scope| scope.access_key).unwrap_or_default();
    let embedded = key
        .get(4..)
        .filter(|_| key.starts_with(|c: char| c.is_ascii_alphabetic()));
    let account = AccountId::parse(embedded.unwrap_or(key));
    account.unwrap_or_else(|_| world.caller.clone())
}

fn form_value(body: &[u8], name: &str) -> String {
    let found = form_urlencoded::parse(body).find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_file;

    fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn signed(service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKIA222222222222/20260101/eu-west-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0"
        )
    }

    fn routed(method: &str, headers: &[(&str, &str)], body: &str) -> Service {
        let request = parts(method, headers);
        service(&request, body.as_bytes(), scope(&request.headers).as_ref())
    }

    #[test]
    fn the_service_is_the_one_that_the_request_was_signed_for() {
        let listing = "Action=ListStackSets&Version=2010-05-15";
        assert_eq!(
            routed("POST", &[("authorization", &signed("cloudformation"))], listing),
            Service::CloudFormation
        );
        let identity = "Action=GetCallerIdentity&Version=2011-06-15";
        assert_eq!(
            routed("POST", &[("authorization", &signed("sts"))], identity),
            Service::Sts
        );
        let target = [("x-amz-target", "AWSOrganizationsV20161128.ListRoots")];
        assert_eq!(routed("POST", &target, "{}"), Service::Organizations);
        let target = [("x-amz-target", "AmazonSSM.GetParameter")];
        assert_eq!(routed("POST", &target, "{}"), Service::Ssm);
        let account = [("authorization", &*signed("account"))];
        assert_eq!(routed("POST", &account, "{}"), Service::Account);
        assert_eq!(routed("GET", &[], ""), Service::S3);
    }

    #[test]
    fn an_unsigned_form_is_routed_by_what_it_asks() {
        assert_eq!(routed("POST", &[], "Action=GetCallerIdentity"), Service::Sts);
        assert_eq!(
            routed("POST", &[], "Action=ListStackSets"),
            Service::CloudFormation
        );
        assert_eq!(routed("POST", &[], ""), Service::CloudFormation);
    }

    #[test]
    fn the_access_key_picks_the_account_and_anything_else_is_the_worlds_caller() {
        let world = world_file::fresh().unwrap();
        let of = |key: &str| {
            let scope = Scope {
                access_key: key,
                region: "r",
                service: "s",
            };
            caller(&world, Some(&scope)).to_string()
        };
        assert_eq!(of("AKIA222222222222"), "222222222222");
        assert_eq!(of("222222222222"), "222222222222");
        for other in ["AKIAIOSFODNN7EXAMPLE", "", "äöü", "123"] {
            assert_eq!(of(other), world.caller.as_str());
        }
        assert_eq!(caller(&world, None), world.caller);
    }

    #[test]
    fn a_broken_authorization_is_no_scope() {
        for broken in [
            "",
            "AWS4-HMAC-SHA256",
            "Credential=",
            "Credential=a/b/c",
            "AWS4 Credential=a, Signature=b/c/d",
        ] {
            let request = parts("POST", &[("authorization", broken)]);
            assert!(scope(&request.headers).is_none(), "{broken}");
        }
    }
}
