//! How long to wait: growing intervals, spread by a hash instead of chance, so that a run can be repeated exactly.

use std::time::Duration;

const FIRST_POLL: u64 = 5_000;
const LONGEST: u64 = 60_000;
/// Looks after which an operation is known to be a long one: about a quarter of an hour.
const SHORT: u32 = 20;

/// Before the `n`-th look at an operation, from 0: 5 s growing by half up to 60 s, after a quarter of an hour 120 s, up to a tenth
/// shorter.
///
/// An operation of an hour is looked at about 45 times. The budget is 130 for the operation, whoever looks: two runs of one plan may
/// look at it at once, and a run that was killed begins with short intervals again.
pub(crate) fn poll(n: u32, seed: &str) -> Duration {
    let mut millis = FIRST_POLL;
    for _ in 0..n.min(16) {
        millis = (millis + millis / 2).min(LONGEST);
    }
    if n >= SHORT {
        millis *= 2;
    }
    let spread = millis / 10;
    Duration::from_millis(millis - hash(seed, n) % (spread + 1))
}

/// Before the `n`-th repetition, from 1: 2 s, doubled up to 60 s.
pub(crate) fn again(n: u32) -> Duration {
    Duration::from_millis((1_000_u64 << n.min(6)).min(LONGEST))
}

/// FNV-1a: different operations are looked at at different moments.
fn hash(seed: &str, n: u32) -> u64 {
    let bytes = seed.bytes().chain(n.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(within: Duration) -> u32 {
        let (mut elapsed, mut looks) = (Duration::ZERO, 0);
        while elapsed < within {
            elapsed += poll(looks, "sf-abc");
            looks += 1;
        }
        looks
    }

    #[test]
    fn two_runs_together_look_at_an_operation_of_an_hour_less_than_130_times() {
        let looks = looks(Duration::from_hours(1));
        assert!((35..=55).contains(&looks), "{looks} looks");
    }

    #[test]
    fn three_runs_together_look_at_an_operation_of_half_a_day_less_than_130_times_an_hour() {
        let looks = looks(Duration::from_hours(12));
        assert!(3 * looks <= 12 * 130, "{looks} looks");
    }

    #[test]
    fn waits_grow_and_stay_bounded() {
        assert_eq!(again(1), Duration::from_secs(2));
        assert_eq!(again(99), Duration::from_mins(1));
        assert!(poll(SHORT - 1, "x") <= Duration::from_mins(1));
        assert!(poll(99, "x") <= Duration::from_mins(2));
        assert!(poll(0, "x") >= Duration::from_millis(4_500));
    }
}
