//! What changes from one manifest to the next.

use super::scenario::{Edit, StackSetSpec};

/// Changes the StackSets. A change that means nothing is left out.
pub fn apply(sets: &mut [StackSetSpec], edit: &Edit) {
    let Some(set) = chosen(sets, edit) else { return };
    match edit {
        Edit::Template(_, template) => set.template = *template,
        Edit::Level(_, level) => set.level = *level,
        Edit::Tag(_, key, Some(value)) => {
            set.tags.insert(*key, *value);
        }
        Edit::Tag(_, key, None) => {
            set.tags.remove(key);
        }
        Edit::Description(_, text) => set.description = Some(*text),
        Edit::AddTarget(_, target) => set.targets.push(*target),
        Edit::DropTarget(_, target) => {
            if set.targets.len() > 1 {
                let at = usize::from(*target) % set.targets.len();
                set.targets.remove(at);
            }
        }
        Edit::Regions(_, regions) => set.regions.clone_from(regions),
        Edit::AutoDeploy(_, state) => set.auto_deploy = *state,
        Edit::ManagedExecution(_) => set.managed_execution = !set.managed_execution,
        Edit::OnLeave(_) => set.deletes = !set.deletes,
        Edit::Override(_, account, Some(level)) => {
            set.overrides.insert(*account, *level);
        }
        Edit::Override(_, account, None) => {
            set.overrides.remove(account);
        }
        Edit::Preferences(_, preferences) => set.preferences = *preferences,
        Edit::Remove(_, deletes) => set.removed = Some(*deletes),
        Edit::Restore(_) => set.removed = None,
    }
}

fn chosen<'s>(sets: &'s mut [StackSetSpec], edit: &Edit) -> Option<&'s mut StackSetSpec> {
    let (Edit::Template(number, _)
    | Edit::Level(number, _)
    | Edit::Tag(number, _, _)
    | Edit::Description(number, _)
    | Edit::AddTarget(number, _)
    | Edit::DropTarget(number, _)
    | Edit::Regions(number, _)
    | Edit::AutoDeploy(number, _)
    | Edit::ManagedExecution(number)
    | Edit::OnLeave(number)
    | Edit::Override(number, _, _)
    | Edit::Preferences(number, _)
    | Edit::Remove(number, _)
    | Edit::Restore(number)) = edit;
    let count = sets.len();
    sets.get_mut(usize::from(*number) % count)
}
