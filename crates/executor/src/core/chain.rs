//! The chain of preconditions: which operation of a StackSet is the plan's base, which are the plan's own, which are foreign.

use std::collections::BTreeSet;

use model::ids::OperationId;
use model::observed::OperationSummary;

/// What a list of operations says about a StackSet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chain<'a> {
    /// Nothing but the plan's base and the plan's own.
    Clear,
    /// Somebody else's operation holds the StackSet or waits for it.
    Held(&'a OperationSummary),
    /// Somebody else's operation came after the plan.
    Foreign(&'a OperationSummary),
    /// The plan's base, or an operation that was waited for, is not in the list: the list lags behind, or is longer than a page.
    Unclear,
}

/// Where the chain stands.
#[derive(Debug)]
pub(super) struct Link<'a> {
    /// The newest operation when the plan was made.
    pub(super) base: Option<&'a OperationId>,
    /// Ids of the plan on this StackSet.
    pub(super) ours: &'a BTreeSet<&'a OperationId>,
    /// Operations that a strong read showed to be over, whatever the list says.
    pub(super) over: &'a BTreeSet<OperationId>,
}

impl Link<'_> {
    /// Reads a list, which is eventually consistent: new operations may be missing, old ones may look unfinished.
    pub(super) fn read<'l>(&self, list: &'l [OperationSummary]) -> Chain<'l> {
        let mut newest_first: Vec<&OperationSummary> = list.iter().collect();
        if list.iter().all(|operation| operation.created_at.is_some()) {
            // Newest first is what AWS does and does not promise (reference §1.7).
            newest_first.sort_by_key(|operation| std::cmp::Reverse(operation.created_at));
        }
        let is_foreign = |operation: &&&OperationSummary| !self.ours.contains(&operation.id);
        let holds = |operation: &&&OperationSummary| {
            !operation.status.is_terminal() && !self.over.contains(&operation.id)
        };
        if let Some(holder) = newest_first.iter().filter(is_foreign).find(holds) {
            return Chain::Held(holder);
        }
        // Whoever was waited for is in every list that is not older than the wait.
        let is_missing = |id: &&OperationId| Some(*id) != self.base && !list.iter().any(|it| it.id == **id);
        if self.over.iter().any(|id| is_missing(&id)) {
            return Chain::Unclear;
        }
        let Some(base) = self.base else {
            let foreign = newest_first.iter().find(is_foreign);
            return foreign.map_or(Chain::Clear, |operation| Chain::Foreign(operation));
        };
        let listed = list.iter().find(|operation| operation.id == *base);
        // Automatic deployment may start two at one moment, and the list has them in any order.
        let moment = listed.and_then(|base| base.created_at);
        let is_later = |operation: &&&OperationSummary| {
            operation.id != *base && (moment.is_none() || operation.created_at != moment)
        };
        let mut later = newest_first.iter().take_while(is_later);
        let listed = listed.is_some();
        match later.find(is_foreign) {
            Some(foreign) if listed => Chain::Foreign(foreign),
            None if listed => Chain::Clear,
            _ if newest_first
                .first()
                .is_some_and(|newest| self.ours.contains(&newest.id)) =>
            {
                Chain::Clear
            }
            _ => Chain::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::observed::{OperationAction, OperationStatus};

    use super::*;

    fn id(text: &str) -> OperationId {
        OperationId::parse(text).unwrap()
    }

    fn operation(name: &str, second: i64, status: OperationStatus) -> OperationSummary {
        OperationSummary {
            id: id(name),
            action: OperationAction::Update,
            status,
            reason: None,
            created_at: Some(Timestamp::from_second(second).unwrap()),
            ended_at: None,
            failed_instances: 0,
            preferences: None,
        }
    }

    fn read(base: Option<&str>, list: &[(&str, i64, OperationStatus)]) -> String {
        told(base, list, &BTreeSet::new())
    }

    /// After one operation was waited for.
    fn read_after(base: Option<&str>, list: &[(&str, i64, OperationStatus)], over: &str) -> String {
        told(base, list, &BTreeSet::from([id(over)]))
    }

    fn told(
        base: Option<&str>,
        list: &[(&str, i64, OperationStatus)],
        over: &BTreeSet<OperationId>,
    ) -> String {
        let base = base.map(id);
        let own = [id("sf-1"), id("sf-2")];
        let ours = own.iter().collect();
        let list: Vec<_> = list
            .iter()
            .map(|(n, s, status)| operation(n, *s, status.clone()))
            .collect();
        let link = Link {
            base: base.as_ref(),
            ours: &ours,
            over,
        };
        match link.read(&list) {
            Chain::Clear => "clear".to_owned(),
            Chain::Held(operation) => format!("held by {}", operation.id),
            Chain::Foreign(operation) => format!("foreign {}", operation.id),
            Chain::Unclear => "unclear".to_owned(),
        }
    }

    use OperationStatus::{Queued, Running, Succeeded};

    #[test]
    fn the_base_and_our_own_operations_are_no_surprise() {
        assert_eq!(read(None, &[]), "clear");
        assert_eq!(read(Some("base"), &[("base", 1, Succeeded)]), "clear");
        let list = [
            ("sf-2", 3, Running),
            ("sf-1", 2, Succeeded),
            ("base", 1, Succeeded),
            ("old", 0, Succeeded),
        ];
        assert_eq!(read(Some("base"), &list), "clear");
    }

    #[test]
    fn a_foreign_operation_is_found_also_between_ours() {
        let list = [
            ("sf-1", 3, Succeeded),
            ("x", 2, Succeeded),
            ("base", 1, Succeeded),
        ];
        assert_eq!(read(Some("base"), &list), "foreign x");
        assert_eq!(read(None, &[("x", 2, Succeeded)]), "foreign x");
        let shuffled = [("base", 1, Succeeded), ("x", 2, Succeeded)];
        assert_eq!(read(Some("base"), &shuffled), "foreign x");
    }

    #[test]
    fn an_operation_of_the_same_moment_as_the_base_is_not_later_in_any_order() {
        let (x, base) = (("x", 1, Succeeded), ("base", 1, Succeeded));
        assert_eq!(read(Some("base"), &[x.clone(), base.clone()]), "clear");
        assert_eq!(read(Some("base"), &[base, x]), "clear");
    }

    #[test]
    fn an_unfinished_operation_holds_unless_it_is_known_to_be_over() {
        assert_eq!(read(Some("base"), &[("base", 1, Running)]), "held by base");
        assert_eq!(
            read(Some("base"), &[("x", 2, Queued), ("base", 1, Succeeded)]),
            "held by x"
        );
        assert_eq!(read_after(Some("over"), &[("over", 1, Running)], "over"), "clear");
        let unknown = OperationStatus::Other("PAUSED".to_owned());
        assert_eq!(read(Some("base"), &[("base", 1, unknown)]), "held by base");
    }

    #[test]
    fn a_list_without_an_operation_that_was_waited_for_is_not_believed() {
        assert_eq!(
            read_after(Some("base"), &[("base", 1, Succeeded)], "x"),
            "unclear"
        );
        assert_eq!(read_after(None, &[], "x"), "unclear");
        assert_eq!(
            read_after(Some("base"), &[("base", 1, Succeeded)], "base"),
            "clear"
        );
        let list = [("x", 2, Succeeded), ("base", 1, Succeeded)];
        assert_eq!(read_after(Some("base"), &list, "x"), "foreign x");
    }

    #[test]
    fn a_list_without_the_base_is_not_believed() {
        assert_eq!(read(Some("base"), &[("old", 0, Succeeded)]), "unclear");
        assert_eq!(read(Some("base"), &[]), "unclear");
        assert_eq!(read(Some("base"), &[("sf-1", 2, Succeeded)]), "clear");
    }
}
