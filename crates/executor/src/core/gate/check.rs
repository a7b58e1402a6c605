//! Is a stage healthy.

use std::collections::{BTreeMap, BTreeSet};

use model::call::AlarmState;
use model::instance::{InstanceKey, InstanceStatus, Rectangle};
use model::observed::ObservedInstance;
use model::plan::{Plan, Stage};

use crate::core::line::is_current;

/// The instances of a StackSet that a stage and the stages before it cover.
pub(super) fn wanted(plan: &Plan, stage: Option<&Stage>, set: &str) -> BTreeSet<InstanceKey> {
    let stages = so_far(plan, stage);
    let covers = stages.iter().filter_map(|stage| stage.covers.get(set)).flatten();
    covers.flat_map(Rectangle::keys).collect()
}

/// StackSets that a stage and the stages before it cover.
pub(super) fn stack_sets<'p>(plan: &'p Plan, stage: Option<&'p Stage>) -> BTreeSet<&'p str> {
    let stages = so_far(plan, stage);
    stages
        .iter()
        .flat_map(|stage| stage.covers.keys())
        .map(String::as_str)
        .collect()
}

/// A stage and all before it. A plan whose stages go in a circle is refused before; the bound ends it all the same.
fn so_far<'p>(plan: &'p Plan, stage: Option<&'p Stage>) -> Vec<&'p Stage> {
    let before = |stage: &&'p Stage| {
        let after = stage.after.as_deref()?;
        plan.stages.iter().find(|other| other.id == after)
    };
    std::iter::successors(stage, before)
        .take(plan.stages.len())
        .collect()
}

/// What is wrong with instances; none when every wanted one is CURRENT.
pub(super) fn instances(
    set: &str,
    wanted: &BTreeSet<InstanceKey>,
    found: &BTreeMap<InstanceKey, ObservedInstance>,
) -> Option<String> {
    let mut bad = wanted.iter().filter(|key| !is_current(found.get(*key)));
    let first = bad.next()?;
    let state = match found.get(first) {
        None => "is not there".to_owned(),
        Some(found) => {
            let reason = found.reason.as_ref().map(|reason| format!(": {reason}"));
            format!("{}{}", in_words(&found.status), reason.unwrap_or_default())
        }
    };
    Some(format!(
        "{} of {} instances of StackSet `{set}` are not CURRENT; {first} {state}",
        bad.count() + 1,
        wanted.len()
    ))
}

fn in_words(status: &InstanceStatus) -> &str {
    match status {
        InstanceStatus::Current => "is CURRENT",
        InstanceStatus::Outdated => "is OUTDATED",
        InstanceStatus::Inoperable => "is INOPERABLE",
        InstanceStatus::Other(other) => other,
    }
}

/// What alarms say together.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Alarms {
    /// Every one is OK.
    Ok,
    /// At least one is on.
    On(String),
    /// None is on, and of at least one nothing good is known.
    Unknown(String),
}

/// Whether every alarm is OK.
pub(super) fn alarms(wanted: &BTreeSet<String>, found: &BTreeMap<String, AlarmState>) -> Alarms {
    if let Some(on) = wanted
        .iter()
        .find(|arn| found.get(*arn) == Some(&AlarmState::Alarm))
    {
        return Alarms::On(format!("alarm {on} is on"));
    }
    let is_bad = |arn: &&String| found.get(*arn) != Some(&AlarmState::Ok);
    match wanted.iter().find(is_bad) {
        None => Alarms::Ok,
        Some(arn) => {
            let state = match found.get(arn) {
                None => "does not exist".to_owned(),
                Some(AlarmState::InsufficientData) => "has too little data".to_owned(),
                Some(other) => format!("is {other:?}"),
            };
            Alarms::Unknown(format!("alarm {arn} {state}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(states: &[(&str, AlarmState)]) -> Alarms {
        let wanted = ["a", "b"].map(str::to_owned).into();
        let found = states
            .iter()
            .map(|(arn, state)| ((*arn).to_owned(), state.clone()));
        alarms(&wanted, &found.collect())
    }

    #[test]
    fn only_ok_is_ok_and_an_alarm_that_is_on_counts_most() {
        use AlarmState::{Alarm, InsufficientData, Ok, Other};
        assert_eq!(judged(&[("a", Ok), ("b", Ok)]), Alarms::Ok);
        assert!(matches!(
            judged(&[("a", InsufficientData), ("b", Alarm)]),
            Alarms::On(_)
        ));
        assert!(matches!(judged(&[("a", Ok)]), Alarms::Unknown(_)));
        assert!(matches!(
            judged(&[("a", Ok), ("b", InsufficientData)]),
            Alarms::Unknown(_)
        ));
        let new = Other("PAUSED".to_owned());
        assert!(matches!(judged(&[("a", Ok), ("b", new)]), Alarms::Unknown(_)));
    }
}
