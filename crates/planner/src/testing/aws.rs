//! AWS as the simulator has it, without a wire between: plans are carried out there at once, and what comes of it is observed.
//!
//! The simulator does not know the planner, so it judges each call by itself: what it refuses, AWS refuses (as far as the
//! reference knows).

mod form;
mod seen;
mod there;

use std::collections::BTreeSet;

use model::call::Write;
use model::ids::{AccountId, Region, StackSetName};
use model::instance::{InstanceKey, Rectangle};
use model::observed::Observed;
use model::plan::{Operation, OperationKind, Plan};
use simulator::cloudformation::{Caller, answer};
use simulator::operations::advance;
use simulator::world::{CellStatus, Knobs, StackSet, World};

/// A simulated AWS that was something else before.
#[derive(Debug, Clone)]
pub(crate) struct Aws {
    world: World,
    home: Region,
    caller: Caller,
    /// What is not in the world: the organization as it is read, secrets, the identity.
    around: Observed,
    sparing: bool,
    spoiled: bool,
}

/// What one operation did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) touched: BTreeSet<InstanceKey>,
    pub(crate) failed: BTreeSet<InstanceKey>,
}

impl Aws {
    /// A world in which everything is as observed, and nothing that AWS does not say is decided in an unusual way.
    pub(crate) fn of(observed: &Observed) -> Self {
        Self::with(observed, Knobs::default())
    }

    pub(crate) fn with(observed: &Observed, knobs: Knobs) -> Self {
        let mut around = observed.clone();
        let stack_sets = std::mem::take(&mut around.stack_sets);
        let mut aws = Self {
            world: there::organization(observed, knobs),
            home: Region::parse("eu-west-1").unwrap(),
            caller: Caller {
                account: observed.identity.account.clone(),
            },
            around,
            sparing: false,
            spoiled: false,
        };
        for (name, set) in &stack_sets {
            aws.put(name, set);
        }
        for (name, set) in &stack_sets {
            aws.depend(name, set);
        }
        aws
    }

    /// From now on overrides are read as sparingly as `aws::observe` reads them.
    pub(crate) fn sparing(mut self, sparing: bool) -> Self {
        self.sparing = sparing;
        self
    }

    /// Carries out the first operations of a plan and looks at each as it ends.
    pub(crate) fn carry_out(&mut self, plan: &Plan, operations: usize) {
        let always = plan.operations.iter().filter(|it| it.runs_if.is_always());
        for operation in always.take(operations) {
            let done = self.carry_out_of(plan, operation);
            self.check(operation, &done);
        }
    }

    /// Carries out one operation of a plan; what the plan does next anyway is not counted for it.
    pub(crate) fn carry_out_of(&mut self, plan: &Plan, operation: &Operation) -> Done {
        let mut done = self.carry_out_one(operation);
        if operation.kind == OperationKind::Create {
            done.touched = without_visits(plan, operation, &done.touched);
        }
        done
    }

    /// Carries out one operation, whatever it says about itself.
    pub(crate) fn carry_out_one(&mut self, operation: &Operation) -> Done {
        let stacks = self.with_stacks(&operation.aws_name);
        let sent = form::of(operation, &|name| self.arn(name));
        let answer = answer(&mut self.world, &self.caller, &self.home, sent.as_bytes());
        assert_eq!(
            answer.status, 200,
            "{} is refused: {}\n{sent}",
            operation.id, answer.body
        );
        let Some(id) = &operation.operation_id else {
            return Done::default();
        };
        while let Some(due) = self.world.agenda.first() {
            let at = due.at;
            advance(&mut self.world, at);
        }
        let stack_set = self.set(&operation.aws_name).unwrap();
        let over = stack_set.operation(id).unwrap();
        assert!(over.status.is_terminal(), "{} never ends", operation.id);
        let works = |key: &&InstanceKey| self.works(&key.account);
        let failed = over
            .cells
            .iter()
            .filter(|(_, cell)| cell.status != CellStatus::Succeeded);
        // An update that has no instance to name reaches those in accounts that AWS cannot work in, too.
        let spoiled = failed.clone().any(|(key, _)| !works(&key)) && operation.instances == 0;
        let failed = failed.filter(|(key, _)| operation.instances > 0 || works(key));
        let cells = over.cells.keys();
        let done = Done {
            failed: failed.map(|(key, _)| key.clone()).collect(),
            // StackSets skips what is in a suspover account (reference §2.8), and forgets what has no stack without a trace.
            touched: match operation.call {
                Write::DeleteStackInstances { .. } => cells
                    .filter(|key| works(key) || stacks.contains(*key))
                    .cloned()
                    .collect(),
                _ => cells.filter(works).cloned().collect(),
            },
        };
        self.spoiled |= spoiled;
        done
    }

    /// Whether an update reached instances that are only there for want of a way to leave them out: of a self-managed StackSet
    /// with none but those in accounts that AWS cannot work in. They fail, and the next plan forgets them.
    pub(crate) fn is_spoiled(&self) -> bool {
        self.spoiled
    }

    fn with_stacks(&self, name: &StackSetName) -> BTreeSet<InstanceKey> {
        let instances = self.set(name).into_iter().flat_map(|set| &set.instances);
        let deployed = instances.filter(|(_, instance)| instance.stack_id.is_some());
        deployed.map(|(key, _)| key.clone()).collect()
    }

    /// It touched what the operation says, each instance once, and left the definition that the operation says.
    fn check(&self, operation: &Operation, done: &Done) {
        let said: Vec<InstanceKey> = operation.touches.iter().flat_map(Rectangle::keys).collect();
        let unique: BTreeSet<_> = said.iter().cloned().collect();
        let id = &operation.id;
        assert_eq!(unique.len(), said.len(), "{id} says an instance twice");
        assert_eq!(
            unique, done.touched,
            "{id} {:?} touches others than it says",
            operation.kind
        );
        assert_eq!(operation.instances, said.len() as u64);
        assert_eq!(done.failed, BTreeSet::new(), "{id} {:?} fails", operation.kind);
        let after = self
            .set(&operation.aws_name)
            .map(|set| seen::definition(set).fingerprint());
        assert_eq!(
            after, operation.definition_after,
            "{id} leaves another definition"
        );
    }

    fn works(&self, account: &AccountId) -> bool {
        let member = self.world.organization.accounts.get(account);
        member.is_none_or(|member| member.state.is_active())
    }

    /// A StackSet that is not deleted.
    pub(crate) fn set(&self, name: &StackSetName) -> Option<&StackSet> {
        let sets = self.world.stack_sets.get(&self.home)?.values();
        sets.filter(|set| !set.deleted)
            .find(|set| set.name() == name.as_str())
    }

    /// Of one that is not there it leads nowhere, and what depends on it is refused.
    fn arn(&self, name: &StackSetName) -> String {
        let id = self.set(name).map_or(name.as_str(), |set| set.id.as_str());
        let account = &self.caller.account;
        format!("arn:aws:cloudformation:{}:{account}:stackset/{id}", self.home)
    }

    fn set_mut(&mut self, name: &StackSetName) -> Option<&mut StackSet> {
        let sets = self.world.stack_sets.get_mut(&self.home)?.values_mut();
        sets.filter(|set| !set.deleted)
            .find(|set| set.name() == name.as_str())
    }

    /// Somebody changes a StackSet behind our back.
    pub(crate) fn change(&mut self, name: &StackSetName, change: impl FnOnce(&mut StackSet)) {
        change(self.set_mut(name).unwrap());
    }

    /// What a complete read of it gives.
    pub(crate) fn seen(&self) -> Observed {
        let sets = self.world.stack_sets.get(&self.home);
        let living = sets
            .into_iter()
            .flat_map(|sets| sets.values())
            .filter(|set| !set.deleted);
        let mut observed = self.around.clone();
        observed.taken_at = self.world.now;
        for set in living {
            let name = StackSetName::parse(set.name()).unwrap();
            observed
                .stack_sets
                .insert(name, seen::stack_set(set, self.sparing));
        }
        observed
    }

    /// Whether a stack of a StackSet is left in an account and Region.
    pub(crate) fn has_stack(&self, set: &str, key: &InstanceKey) -> bool {
        let stacks = self.world.stacks.get(key);
        stacks.is_some_and(|stacks| {
            stacks
                .keys()
                .any(|name| name.starts_with(&format!("StackSet-{set}-")))
        })
    }
}

/// A unit is registered by creating in it, and that brings instances up to date that are behind: no harm where the same plan
/// does so next.
fn without_visits(plan: &Plan, create: &Operation, touched: &BTreeSet<InstanceKey>) -> BTreeSet<InstanceKey> {
    let keys = |it: &Operation| -> Vec<InstanceKey> { it.touches.iter().flat_map(Rectangle::keys).collect() };
    let same = plan
        .operations
        .iter()
        .filter(|it| it.stack_set == create.stack_set && it.runs_if.is_always());
    let later = same.skip_while(|it| it.id != create.id).skip(1);
    let updates = later.filter(|it| it.kind == OperationKind::Update);
    let next: BTreeSet<InstanceKey> = updates.flat_map(keys).collect();
    let said = keys(create);
    let visited = |key: &&InstanceKey| next.contains(*key) && !said.contains(key);
    touched.iter().filter(|key| !visited(key)).cloned().collect()
}

/// What an operation sends, but for ids and tokens.
pub(crate) fn inputs(operation: &Operation) -> String {
    form::inputs(operation, &StackSetName::to_string)
}

/// Carries out the first operations of a plan on what was observed; whether it went well everywhere.
pub(crate) fn obey(plan: &Plan, observed: &mut Observed, operations: usize) -> bool {
    let mut aws = Aws::of(observed);
    aws.carry_out(plan, operations);
    *observed = aws.seen();
    !aws.is_spoiled()
}
