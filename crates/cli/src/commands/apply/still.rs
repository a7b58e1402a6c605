//! Before somebody is asked about a saved plan: is everything still as the plan found it.
//!
//! Nothing is refused here. The run looks again before each write, and knows what a run of the same plan has done already.

use aws::Operate;
use model::call::{Call, Reply};
use model::plan::{Plan, Precondition};
use tokio::task::JoinSet;

use crate::session::Session;
use crate::terminal::Terminal;

/// Says that the plan still holds, or which of its StackSets are not as it found them. Says nothing when AWS cannot be read: the
/// run will say it.
pub(super) async fn tell(plan: &Plan, session: &Session, terminal: Terminal) {
    let mut looks = JoinSet::new();
    for (name, before) in plan.preconditions.stack_sets.clone() {
        let aws = session.aws.clone();
        looks.spawn(async move { is_as_before(aws.as_ref(), &before).await.map(|same| (name, same)) });
    }
    let all = plan.preconditions.stack_sets.len();
    let mut changed = Vec::new();
    while let Some(look) = looks.join_next().await {
        match look {
            Ok(Some((_, true))) => {}
            Ok(Some((name, false))) => changed.push(name),
            Ok(None) | Err(_) => return,
        }
    }
    changed.sort();
    let noun = if all == 1 { "StackSet" } else { "StackSets" };
    terminal.say(&if changed.is_empty() {
        format!("the plan still holds: {all} {noun} checked")
    } else {
        format!("not as the plan found it: {}", changed.join(", "))
    });
}

async fn is_as_before(aws: &impl Operate, before: &Precondition) -> Option<bool> {
    let Reply::Definition(found) = aws
        .operate(Call::Definition(before.aws_name.clone()))
        .await
        .ok()?
    else {
        return None;
    };
    let Some(found) = found else {
        return Some(before.id.is_none());
    };
    if before.id.as_ref() != Some(&found.id) || before.definition != Some(found.definition.fingerprint()) {
        return Some(false);
    }
    let Reply::Operations(list) = aws.operate(Call::Operations(found.id)).await.ok()? else {
        return None;
    };
    Some(list.first().map(|newest| &newest.id) == before.newest_operation.as_ref())
}
