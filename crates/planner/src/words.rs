//! Counts in messages.

/// `1 instance`, `2 instances`
pub(crate) fn count(n: u64, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_is_singular() {
        assert_eq!(
            [0, 1, 2].map(|n| super::count(n, "instance")),
            ["0 instances", "1 instance", "2 instances"]
        );
    }
}
