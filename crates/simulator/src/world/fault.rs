//! What goes wrong between a client and AWS (reliability §3.2, §3.3).

use jiff::Timestamp;
use model::ids::AccountId;
use serde::{Deserialize, Serialize};

use super::{ApiCall, draw};

/// Keeps the draws of faults apart from all others.
const CONCERN: u64 = 0x6661_756c;

/// A fault that hits some of the calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Only this service: `cloudformation`, `organizations`, `sts`, `s3`.
    pub service: Option<String>,
    /// Only this API call.
    pub action: Option<String>,
    /// Only calls that name this StackSet, by name or id.
    pub stack_set: Option<String>,
    /// Only calls of this account.
    pub account: Option<AccountId>,
    /// Only from this moment on.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub until: Option<Timestamp>,
    /// Calls that fit and are left alone before the first is hit.
    pub after: u64,
    /// How often it still happens; none for ever.
    pub times: Option<u64>,
    /// The chance that a call that fits is hit, from 0 to 1; drawn from the world's seed.
    pub probability: Option<f64>,
    /// Calls that fitted so far.
    pub seen: u64,
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// 400 `Throttling`; nothing is done.
    Throttle,
    /// 503 `ServiceUnavailable`; nothing is done.
    ErrorBefore,
    /// The call is carried out, then 500 `InternalFailure`.
    ErrorAfter,
    /// The call is carried out, and the connection ends without an answer.
    LostResponse,
    /// The connection ends, and nothing is done.
    LostRequest,
    /// The connection ends, and the call is carried out later.
    DelayedRequest {
        /// Seconds of world time until it arrives.
        seconds: u64,
    },
    /// A list is answered from the world as it was.
    StaleList {
        /// Seconds of world time that it is behind.
        seconds: u64,
    },
    /// 403 `ExpiredToken`.
    ExpiredCredentials,
    /// 403 `AccessDenied`.
    AccessDenied,
    /// The call is carried out, and the answer is held back.
    Hang {
        /// Seconds of world time until the answer comes; none for never.
        seconds: Option<u64>,
    },
    /// The call is carried out, and the answer's body is no XML or JSON.
    MalformedBody,
    /// The call is carried out, and the answer's body ends in its middle.
    TruncatedBody,
}

impl FaultKind {
    /// The word for it in a world file.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::ErrorBefore => "error_before",
            Self::ErrorAfter => "error_after",
            Self::LostResponse => "lost_response",
            Self::LostRequest => "lost_request",
            Self::DelayedRequest { .. } => "delayed_request",
            Self::StaleList { .. } => "stale_list",
            Self::ExpiredCredentials => "expired_credentials",
            Self::AccessDenied => "access_denied",
            Self::Hang { .. } => "hang",
            Self::MalformedBody => "malformed_body",
            Self::TruncatedBody => "truncated_body",
        }
    }
}

impl Fault {
    /// A fault that hits every call.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            service: None,
            action: None,
            stack_set: None,
            account: None,
            from: None,
            until: None,
            after: 0,
            times: None,
            probability: None,
            seen: 0,
        }
    }

    /// Whether the fault may be about a call at a moment.
    pub fn fits(&self, call: &ApiCall, now: Timestamp) -> bool {
        let named = |wanted: &Option<String>, found: &str| {
            wanted
                .as_deref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(found))
        };
        let stack_set = call.stack_set.as_deref().unwrap_or_default();
        let name = stack_set.split(':').next().unwrap_or_default();
        let stack_set = self
            .stack_set
            .as_deref()
            .is_none_or(|wanted| wanted == stack_set || wanted == name);
        let listed = !matches!(self.kind, FaultKind::StaleList { .. }) || call.is_list();
        stack_set
            && listed
            && named(&self.service, call.service.name())
            && named(&self.action, &call.action)
            && self.account.as_ref().is_none_or(|wanted| *wanted == call.caller)
            && self.from.is_none_or(|from| now >= from)
            && self.until.is_none_or(|until| now < until)
            && self.times != Some(0)
    }

    /// Counts a call that fits; whether it is hit. `index` is the fault's place among the world's.
    pub fn strikes(&mut self, seed: u64, index: u64) -> bool {
        self.seen = self.seen.saturating_add(1);
        if self.seen <= self.after {
            return false;
        }
        let place = index.wrapping_mul(1 << 32).wrapping_add(self.seen);
        let hit = self.probability.is_none_or(|chance| {
            // 2^53 is the largest count that is still exact; more than the draw has to give is not needed.
            let drawn = draw::apart(seed, CONCERN, place) >> 11;
            #[expect(clippy::cast_precision_loss, reason = "a number of 53 bits is exact")]
            let part = drawn as f64 / (1_u64 << 53) as f64;
            part < chance
        });
        if hit {
            self.times = self.times.map(|times| times.saturating_sub(1));
        }
        hit
    }
}
