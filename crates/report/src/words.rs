//! Counts, durations and lists in words: the one place that knows about plurals.

/// `1 account`, `2 accounts`, `1,234 accounts`.
pub(crate) fn count(n: u64, noun: &str) -> String {
    format!("{} {}", number(n), plural(n, noun))
}

/// The noun in the number that goes with `n`.
pub(crate) fn plural(n: u64, noun: &str) -> String {
    if n == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

/// Digits in groups of three.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// How long something took: `41 s`, `1 m 52 s`, `3 h 10 m`.
pub(crate) fn duration(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} m {} s", seconds % 60),
        _ => format!("{hours} h {} m", minutes % 60),
    }
}

/// How long something is likely to take: `41 s`, `2 m`, `3 h 10 m`.
pub(crate) fn roughly(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} m", seconds.div_ceil(60)),
        _ => duration(seconds),
    }
}

/// How long something may take, in a unit that suits both ends: `41–90 s`, `75–130 min`, `5–8 h`. Parts of it count as whole.
pub(crate) fn from_to(low: u64, high: u64) -> String {
    let (unit, seconds) = match high {
        0..120 => ("s", 1),
        120..18_000 => ("min", 60),
        _ => ("h", 3600),
    };
    let (low, high) = (low.div_ceil(seconds), high.div_ceil(seconds));
    if low >= high {
        format!("{} {unit}", number(high))
    } else {
        format!("{}–{} {unit}", number(low), number(high))
    }
}

/// A time that somebody set, exactly: `45 s`, `15 min`, `90 s`, `2 h`.
pub(crate) fn exactly(seconds: u64) -> String {
    match seconds {
        0 => "0 s".to_owned(),
        n if n.is_multiple_of(3600) => format!("{} h", number(n / 3600)),
        n if n.is_multiple_of(60) => format!("{} min", number(n / 60)),
        n => format!("{} s", number(n)),
    }
}

/// How long ago something was, in its largest unit: `6 min`, `2 h`, `12 d`.
pub(crate) fn age(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Parts one after the other.
pub(crate) fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().fold(String::new(), |mut all, part| {
        all.push_str(&part);
        all
    })
}

/// What names are ordered by, so that `team-2` is before `team-10`: words, and numbers by their value.
pub(crate) fn natural(name: &str) -> Vec<(Option<u64>, String)> {
    let mut parts: Vec<String> = Vec::new();
    for c in name.chars() {
        let digit = |c: char| c.is_ascii_digit();
        match parts.last_mut() {
            Some(last) if last.ends_with(digit) == digit(c) => last.push(c),
            _ => parts.push(c.to_string()),
        }
    }
    parts.into_iter().map(|part| (part.parse().ok(), part)).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// The same with at most `most` items named: `a, b and 7 more`.
pub(crate) fn short_list<T: AsRef<str>>(items: &[T], most: usize) -> String {
    if items.len() <= most {
        return list(items);
    }
    let mut named: Vec<String> = items
        .iter()
        .take(most)
        .map(|item| item.as_ref().to_owned())
        .collect();
    named.push(format!("{} more", items.len() - named.len()));
    list(&named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(count(1, "StackSet"), "1 StackSet");
        assert_eq!(count(0, "StackSet"), "0 StackSets");
        assert_eq!(count(1_234_567, "instance"), "1,234,567 instances");
    }

    #[test]
    fn durations_show_two_units_and_ages_one() {
        assert_eq!(
            [41, 112, 11_405].map(duration),
            ["41 s", "1 m 52 s", "3 h 10 m"].map(str::to_owned)
        );
        assert_eq!(
            [0, 360, 90_000, 1_036_800].map(age),
            ["0 s", "6 min", "25 h", "12 d"].map(str::to_owned)
        );
    }

    #[test]
    fn expected_times_have_one_unit_and_set_ones_are_exact() {
        assert_eq!(
            [
                from_to(41, 90),
                from_to(4440, 7800),
                from_to(60, 20_000),
                from_to(300, 300)
            ],
            ["41–90 s", "74–130 min", "1–6 h", "5 min"].map(str::to_owned)
        );
        assert_eq!(
            [900, 90, 7200, 0].map(exactly),
            ["15 min", "90 s", "2 h", "0 s"].map(str::to_owned)
        );
    }

    #[test]
    fn names_are_ordered_by_the_numbers_in_them() {
        let mut names = ["team-10", "team-2-dev", "team-2", "b", "7 b", "07"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["b", "team-2", "team-2-dev", "team-10", "07", "7 b"]);
    }

    #[test]
    fn long_lists_say_how_many_more() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(short_list(&["a", "b", "c", "d"], 2), "a, b and 2 more");
    }
}
