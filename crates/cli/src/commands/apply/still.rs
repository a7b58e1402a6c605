//! Before somebody is asked about a saved plan: are its StackSets still as the plan found them.
//!
//! Nothing is refused here. The run looks again before each write, at accounts that joined or left too, and knows what a run of the
//! same plan has done already.

use aws::Operate;
use model::call::{Call, Reply};
use model::plan::{Plan, Precondition};
use tokio::task::JoinSet;

use crate::session::Session;
use crate::terminal::Terminal;

/// Says that the plan's StackSets are as it found them, or which are not. Says nothing when AWS cannot be read: the
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
    terminal.say(&told(all, &changed));
}

fn told(all: usize, changed: &[String]) -> String {
    match (changed, all) {
        ([], 1) => "1 StackSet is as the plan found it".to_owned(),
        ([], _) => format!("{all} StackSets are as the plan found them"),
        (changed, _) => format!("not as the plan found it: {}", changed.join(", ")),
    }
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

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use futures_util::FutureExt;
    use model::call::{CallError, Described};
    use model::definition::{Definition, Permission};
    use model::ids::{StackSetId, StackSetName};

    use super::*;

    /// An AWS with one StackSet that no operation has touched, or with none.
    struct Says(Option<Described>);

    impl Operate for Says {
        fn operate(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, CallError>> + Send + '_>> {
            let reply = match call {
                Call::Definition(_) => Reply::Definition(self.0.clone().map(Box::new)),
                _ => Reply::Operations(Vec::new()),
            };
            Box::pin(async { Ok(reply) })
        }
    }

    fn described(id: &str, template: &str) -> Described {
        Described {
            id: StackSetId::parse(id).unwrap(),
            definition: Definition {
                description: None,
                template: template.to_owned(),
                parameters: std::collections::BTreeMap::new(),
                tags: std::collections::BTreeMap::new(),
                capabilities: std::collections::BTreeSet::new(),
                permission: Permission::SelfManaged {
                    administration_role: None,
                    execution_role: None,
                },
                managed_execution: false,
            },
            drift: None,
        }
    }

    fn before(found: &Described) -> Precondition {
        Precondition {
            aws_name: StackSetName::parse("logs").unwrap(),
            id: Some(found.id.clone()),
            definition: Some(found.definition.fingerprint()),
            newest_operation: None,
            parts: found.definition.parts(),
        }
    }

    #[test]
    fn another_template_another_stack_set_and_none_are_not_as_before() {
        let logs = described("logs:1", "{}");
        let same = |now: Option<Described>| {
            let look = is_as_before(&Says(now), &before(&logs)).now_or_never();
            look.flatten().unwrap()
        };
        assert!(same(Some(logs.clone())));
        assert!(!same(Some(described("logs:1", "{\"Resources\": {}}"))));
        assert!(!same(Some(described("logs:2", "{}"))));
        assert!(!same(None));
        let mut later = before(&logs);
        later.newest_operation = Some(model::ids::OperationId::parse("op-1").unwrap());
        let look = is_as_before(&Says(Some(logs)), &later).now_or_never();
        assert_eq!(look.flatten(), Some(false));
    }

    #[test]
    fn what_changed_is_named() {
        assert_eq!(told(4, &[]), "4 StackSets are as the plan found them");
        assert_eq!(told(4, &["logs".to_owned()]), "not as the plan found it: logs");
    }
}
