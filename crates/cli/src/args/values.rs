//! Values as they are typed.

use std::time::Duration;

use model::ids::AccountId;

/// How fast simulated time runs when nobody says: half an hour in seven seconds.
pub(crate) const SPEED: f64 = 240.0;

/// Reads a factor above zero.
pub(super) fn speed(text: &str) -> Result<f64, String> {
    let factor = text
        .parse::<f64>()
        .ok()
        .filter(|factor| factor.is_finite() && *factor > 0.0);
    factor.ok_or_else(|| format!("`{text}` is not a factor above zero"))
}

/// An AWS profile, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The administrator account whose manifests it is for; every manifest when there is none.
    pub(crate) account: Option<AccountId>,
    /// The name in the AWS configuration files.
    pub(crate) name: String,
}

/// Reads `platform` or `222233334444=platform`.
pub(super) fn profile(text: &str) -> Result<Profile, String> {
    let (account, name) = match text.split_once('=') {
        Some((account, name)) => {
            let known = AccountId::parse(account);
            let known =
                known.map_err(|_| format!("`{account}` is not an account: write its twelve digits"))?;
            (Some(known), name)
        }
        None => (None, text),
    };
    if name.is_empty() {
        return Err("name a profile, for example 222233334444=platform".to_owned());
    }
    let name = name.to_owned();
    Ok(Profile { account, name })
}

/// A stack instance as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance {
    /// The StackSet's name in the manifest.
    pub(crate) stack_set: String,
    /// The account's name or id.
    pub(crate) account: String,
    pub(crate) region: String,
}

/// Reads `net-baseline:payments-prod/eu-west-1`. Names of accounts may have colons and slashes, those of StackSets and Regions not.
pub(super) fn instance(text: &str) -> Result<Instance, String> {
    let parts = text
        .split_once(':')
        .and_then(|(stack_set, rest)| Some((stack_set, rest.rsplit_once('/')?)));
    match parts {
        Some((stack_set, (account, region))) if ![stack_set, account, region].contains(&"") => Ok(Instance {
            stack_set: stack_set.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
        }),
        _ => Err(
            "write it as STACKSET:ACCOUNT/REGION, for example net-baseline:111122223333/eu-west-1".to_owned(),
        ),
    }
}

/// Reads a digest or its first digits: enough of them that no other plan can be meant.
pub(super) fn digest(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let is_digest = (12..=64).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_digest
        .then(|| digits.to_ascii_lowercase())
        .ok_or_else(|| format!("`{text}` is not a digest: give 12 to 64 hexadecimal digits"))
}

/// Reads a reason: something that somebody can look up later.
pub(super) fn reason(text: &str) -> Result<String, String> {
    let reason = text.trim();
    if reason.is_empty() {
        return Err("give a reason, for example the number of the incident".to_owned());
    }
    Ok(reason.to_owned())
}

/// Reads `90s`, `15m`, `2h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration: write 90s, 15m or 2h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(wrong()),
    };
    let number: u64 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    number
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or_else(wrong)
}

/// A duration as it is typed.
pub(crate) fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds > 0 && seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds > 0 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_above_zero() {
        assert_eq!(speed("60"), Ok(60.0));
        for wrong in ["0", "-1", "NaN", "inf", "fast"] {
            assert!(speed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_profile_is_for_all_or_for_one_account() {
        let of = |text: &str| profile(text).map(|one| (one.account.map(|id| id.to_string()), one.name));
        assert_eq!(of("platform"), Ok((None, "platform".to_owned())));
        let one = Some("222233334444".to_owned());
        assert_eq!(of("222233334444=platform"), Ok((one, "platform".to_owned())));
        for wrong in [
            "",
            "=",
            "222233334444=",
            "22223333444=platform",
            "platform=222233334444",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_instance_has_three_parts() {
        let of = |text: &str| instance(text).map(|one| [one.stack_set, one.account, one.region]);
        let parts = |parts: [&str; 3]| Ok(parts.map(str::to_owned));
        assert_eq!(of("net:1001/eu-west-1"), parts(["net", "1001", "eu-west-1"]));
        let odd = parts(["net", "Team A: web/mobile", "eu-west-1"]);
        assert_eq!(of("net:Team A: web/mobile/eu-west-1"), odd);
        for wrong in [
            "",
            "net",
            "net:1001",
            "1001/eu-west-1",
            ":1001/eu-west-1",
            "net:/eu-west-1",
            "net:1001/",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_digest_is_long_enough_to_mean_one_plan() {
        assert_eq!(digest("sha256:B84376e320de"), Ok("b84376e320de".to_owned()));
        for wrong in ["", "abc", "b84376e320d", "b84376e320dx"] {
            assert!(digest(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Ok(Duration::from_hours(2)));
        for typed in ["0s", "90s", "15m", "2h"] {
            assert_eq!(duration(typed).map(in_words), Ok(typed.to_owned()));
        }
        assert!(duration("15").is_err());
        assert!(duration("").is_err());
        assert!(duration("999999999999999999h").is_err());
    }
}
