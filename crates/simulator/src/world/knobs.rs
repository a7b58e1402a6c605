//! What AWS does not say (reference §12.2, reliability §4.3), decided for one world. The tool must be right under every setting.

use serde::{Deserialize, Serialize};

use super::draw;

/// Keeps the draws of knobs apart from all others.
const CONCERN: u64 = 0x6b6e_6f62;

/// One setting for each open question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Knobs {
    /// What the replay of an operation id answers.
    pub replay: Replay,
    /// In which order lists of instances, results and operations come.
    pub list_order: ListOrder,
    /// Whether the filters of `ListStackInstances` can be trusted.
    pub filters: Filters,
    /// When `UpdateStackSet` marks all instances outdated (reference §2.3).
    pub update_marks_outdated: UpdateMarks,
    /// Which outdated instances an operation with a new id brings up to date besides its own (reference §1.6).
    pub new_operation_retries: Retries,
    /// What `CreateStackInstances` does with its overrides where an instance is already (reference §2.2).
    pub create_overrides: CreateOverrides,
    /// When a queued operation finds out which accounts are below its units (reference §2.7).
    pub queued_targets: QueuedTargets,
    /// Which operations managed execution keeps apart (reference §2.7).
    pub managed_conflict: ManagedConflict,
    /// What becomes of the instances at work when an operation is stopped.
    pub stopping_cells: StoppingCells,
    /// What a Region over its tolerance means for the others at work in parallel (reference §3.2).
    pub parallel_failure: ParallelFailure,
    /// How error codes are spelled on the wire (reference §1.5).
    pub error_codes: ErrorCodes,
    /// What deleting an instance that is not there answers.
    pub delete_absent: DeleteAbsent,
    /// What `DescribeStackSet` by name answers after the deletion.
    pub describe_deleted: DescribeDeleted,
    /// How long operations are known (reference §1.6).
    pub operation_history: OperationHistory,
    /// Which unit an instance shows that several targeted units contain (reference §2.2).
    pub instance_unit: InstanceUnit,
    /// In which order targets read back.
    pub targets_read_back: TargetsReadBack,
    /// Whether pages may be empty and still not be the last (reference §8.1).
    pub pages: Pages,
    /// What becomes of `DependsOn` when automatic deployment is given without it (reference §2.4).
    pub omitted_dependencies: OmittedDependencies,
}

/// An enum of settings, each with its word in a world file; the first one is the default.
macro_rules! setting {
    ($(#[$about:meta])* $name:ident { $($(#[$variant_about:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_about])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every setting, the default first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word for it in a world file.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn drawn(seed: u64, place: u64) -> Self {
                let count = (Self::ALL.len() as u64).max(1);
                let index = draw::apart(seed, CONCERN, place) % count;
                let index = usize::try_from(index).unwrap_or_default();
                Self::ALL.get(index).copied().unwrap_or_default()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                let [first, ..] = [$(Self::$variant,)+];
                first
            }
        }
    };
}

setting! {
    /// The answer to an operation id that was used before.
    Replay {
        /// 409 `OperationIdAlreadyExistsException`.
        AlreadyExists = "already_exists",
        /// 200 with the same id.
        SameAnswer = "same_answer",
        /// 409 `OperationInProgressException` while it runs, `OperationIdAlreadyExistsException` after.
        InProgress = "in_progress",
        /// 409 `StaleRequestException`.
        Stale = "stale",
    }
}

setting! {
    /// The order of lists.
    ListOrder {
        /// Operations newest first, everything else by account and Region.
        Sorted = "sorted",
        /// Any order; it stays the same while a list is paged through.
        Shuffled = "shuffled",
    }
}

setting! {
    /// What the filters of `ListStackInstances` go by.
    Filters {
        /// What is.
        Honoured = "honoured",
        /// Rows that no longer fit are listed, rows that have just begun to fit are missing, until their operation is over.
        Lagging = "lagging",
    }
}

setting! {
    /// When `UpdateStackSet` marks instances outdated.
    UpdateMarks {
        /// When template or parameters are in the call.
        WhenPresent = "when_present",
        /// When they differ from what was stored.
        WhenDifferent = "when_different",
    }
}

setting! {
    /// Which outdated instances an operation with a new id retries.
    Retries {
        /// Those that its targets name.
        Targeted = "targeted",
        /// Every outdated instance of the StackSet.
        All = "all",
    }
}

setting! {
    /// Overrides of `CreateStackInstances` where an instance is already.
    CreateOverrides {
        /// Applied where the instance is outdated, ignored where it is current.
        WhenOutdated = "when_outdated",
        /// Ignored.
        Ignored = "ignored",
        /// Applied to all that are named.
        Applied = "applied",
    }
}

setting! {
    /// When a queued operation finds its accounts.
    QueuedTargets {
        /// When it is accepted.
        AtEnqueue = "at_enqueue",
        /// When it starts.
        AtStart = "at_start",
    }
}

setting! {
    /// Which operations are in each other's way under managed execution.
    ManagedConflict {
        /// Those that share an instance or change the whole StackSet.
        SharedCells = "shared_cells",
        /// All.
        Any = "any",
    }
}

setting! {
    /// The instances at work when an operation is stopped.
    StoppingCells {
        /// They end as they would have.
        Finish = "finish",
        /// They are cancelled at once.
        Cancel = "cancel",
    }
}

setting! {
    /// A Region over its tolerance among Regions at work in parallel.
    ParallelFailure {
        /// What waits in the other Regions is cancelled too.
        CancelsOthers = "cancels_others",
        /// The other Regions go on.
        GoesOn = "goes_on",
    }
}

setting! {
    /// The spelling of error codes.
    ErrorCodes {
        /// `StackSetNotFoundException`
        WithException = "with_exception",
        /// `StackSetNotFound`
        Without = "without",
    }
}

setting! {
    /// Deleting an instance that is not there.
    DeleteAbsent {
        /// An operation that has nothing to do there.
        Succeeds = "succeeds",
        /// 404 `StackInstanceNotFoundException`, when accounts are named.
        NotFound = "not_found",
    }
}

setting! {
    /// A deleted StackSet described by name.
    DescribeDeleted {
        /// 404 `StackSetNotFoundException`.
        NotFound = "not_found",
        /// The StackSet with the status `DELETED`.
        Deleted = "deleted",
    }
}

setting! {
    /// How long an operation is known after its end.
    OperationHistory {
        /// For ever.
        Kept = "kept",
        /// Seven days.
        Week = "week",
        /// Until a hundred others of its StackSet came after it.
        Hundred = "hundred",
    }
}

setting! {
    /// The unit of an instance whose account is below several targeted units.
    InstanceUnit {
        /// The one nearest to the account.
        Nearest = "nearest",
        /// The one that the call names first.
        FirstMatch = "first_match",
    }
}

setting! {
    /// The accounts and units of an operation when it is described.
    TargetsReadBack {
        /// In the order of the call, each once.
        AsSent = "as_sent",
        /// In the order of their ids.
        Sorted = "sorted",
    }
}

setting! {
    /// Pages of lists.
    Pages {
        /// A page with a token has rows.
        Full = "full",
        /// Every other page has none, and a token.
        WithGaps = "with_gaps",
    }
}

setting! {
    /// `AutoDeployment` without `DependsOn`.
    OmittedDependencies {
        /// Nothing is depended on any more.
        Cleared = "cleared",
        /// What was depended on stays.
        Kept = "kept",
    }
}

impl ErrorCodes {
    /// A code as it is spelled here.
    pub fn spell(self, code: &str) -> &str {
        match self {
            Self::WithException => code,
            Self::Without => code.strip_suffix("Exception").unwrap_or(code),
        }
    }
}

impl Knobs {
    /// Every knob drawn from a seed.
    pub fn drawn(seed: u64) -> Self {
        Self {
            replay: Replay::drawn(seed, 0),
            list_order: ListOrder::drawn(seed, 1),
            filters: Filters::drawn(seed, 2),
            update_marks_outdated: UpdateMarks::drawn(seed, 3),
            new_operation_retries: Retries::drawn(seed, 4),
            create_overrides: CreateOverrides::drawn(seed, 5),
            queued_targets: QueuedTargets::drawn(seed, 6),
            managed_conflict: ManagedConflict::drawn(seed, 7),
            stopping_cells: StoppingCells::drawn(seed, 8),
            parallel_failure: ParallelFailure::drawn(seed, 9),
            error_codes: ErrorCodes::drawn(seed, 10),
            delete_absent: DeleteAbsent::drawn(seed, 11),
            describe_deleted: DescribeDeleted::drawn(seed, 12),
            operation_history: OperationHistory::drawn(seed, 13),
            instance_unit: InstanceUnit::drawn(seed, 14),
            targets_read_back: TargetsReadBack::drawn(seed, 15),
            pages: Pages::drawn(seed, 16),
            omitted_dependencies: OmittedDependencies::drawn(seed, 17),
        }
    }

    /// Every knob with the word for its setting, in a fixed order.
    pub fn words(&self) -> [(&'static str, &'static str); 18] {
        [
            ("replay", self.replay.word()),
            ("list_order", self.list_order.word()),
            ("filters", self.filters.word()),
            ("update_marks_outdated", self.update_marks_outdated.word()),
            ("new_operation_retries", self.new_operation_retries.word()),
            ("create_overrides", self.create_overrides.word()),
            ("queued_targets", self.queued_targets.word()),
            ("managed_conflict", self.managed_conflict.word()),
            ("stopping_cells", self.stopping_cells.word()),
            ("parallel_failure", self.parallel_failure.word()),
            ("error_codes", self.error_codes.word()),
            ("delete_absent", self.delete_absent.word()),
            ("describe_deleted", self.describe_deleted.word()),
            ("operation_history", self.operation_history.word()),
            ("instance_unit", self.instance_unit.word()),
            ("targets_read_back", self.targets_read_back.word()),
            ("pages", self.pages.word()),
            ("omitted_dependencies", self.omitted_dependencies.word()),
        ]
    }

    /// The knobs that are not at their default, as `name=word` apart by spaces; empty when all are.
    pub fn unusual(&self) -> String {
        let usual = Self::default();
        if *self == usual {
            return String::new();
        }
        let pairs = self.words().into_iter().zip(usual.words());
        let differing = pairs.filter(|(mine, default)| mine != default);
        let texts: Vec<String> = differing
            .map(|((name, word), _)| format!("{name}={word}"))
            .collect();
        texts.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_setting_of_every_knob_is_drawn_by_some_seed() {
        let drawn = |seed| Knobs::drawn(seed).words();
        let seen: BTreeSet<_> = (0..200).flat_map(drawn).collect();
        assert_eq!(seen.len(), 4 + 2 * 15 + 3 * 2, "{seen:?}");
        assert_eq!(Knobs::drawn(7), Knobs::drawn(7));
    }

    #[test]
    fn a_knob_is_told_when_it_is_not_at_its_default() {
        assert_eq!(Knobs::default().unusual(), "");
        let knobs = Knobs {
            replay: Replay::Stale,
            error_codes: ErrorCodes::Without,
            ..Knobs::default()
        };
        assert_eq!(knobs.unusual(), "replay=stale error_codes=without");
    }

    #[test]
    fn every_word_of_a_knob_is_what_a_world_file_says() {
        let knobs = Knobs::drawn(3);
        let json = serde_json::to_value(knobs).unwrap();
        for (name, word) in knobs.words() {
            assert_eq!(json[name], word);
        }
    }
}
