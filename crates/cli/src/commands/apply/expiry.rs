//! Credentials that are known to expire before the estimated end: said before the first write (fault 30).

use std::time::Duration;

use jiff::Timestamp;
use model::diagnostic::{Diagnostic, Sources};
use model::plan::{Estimate, Plan};

use crate::session::Session;
use crate::terminal::Terminal;

/// Says so, when both are known.
pub(super) async fn tell(plan: &Plan, session: &Session, terminal: Terminal) {
    let Some(estimate) = &plan.estimate else { return };
    let Some(expires) = session.aws.credentials_expire().await else {
        return;
    };
    if let Some(warning) = warning(estimate, expires, session.clock.now()) {
        let width = terminal.width_of_talk();
        terminal.say(&report::text::diagnostics(&[warning], &Sources::new(), width));
    }
}

fn warning(estimate: &Estimate, expires: Timestamp, now: Timestamp) -> Option<Diagnostic> {
    let most = estimate.high_seconds.saturating_add(estimate.soak_seconds);
    let end = now
        .checked_add(Duration::from_secs(most))
        .unwrap_or(Timestamp::MAX);
    if expires >= end {
        return None;
    }
    let minutes = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let message = format!(
        "the credentials expire at {}, and the apply may take until {}",
        minutes(expires),
        minutes(end)
    );
    Some(
        Diagnostic::warning("W0726", message)
            .note("when they expire, new ones are asked for once where these came from")
            .help("if there are none, run the same command again with new ones: it goes on where it stopped"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_credentials_that_expire_before_the_longest_end_are_told() {
        let estimate = Estimate {
            low_seconds: 60,
            high_seconds: 600,
            soak_seconds: 300,
            basis: String::new(),
        };
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let at = |minutes: u64| now + Duration::from_mins(minutes);
        assert_eq!(warning(&estimate, at(15), now), None);
        let told = warning(&estimate, at(14), now).unwrap();
        assert_eq!(
            (told.code.as_str(), told.message.as_str()),
            (
                "W0726",
                "the credentials expire at 2026-03-02 09:14 UTC, and the apply may take until 2026-03-02 09:15 UTC"
            )
        );
        assert!(warning(&estimate, now - Duration::from_mins(1), now).is_some());
    }
}
