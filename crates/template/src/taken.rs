//! Whether a StackSet takes a template: what must be acknowledged, and what no acknowledgement helps with.

use std::collections::BTreeSet;

use model::definition::Capability;
use model::diagnostic::Spanned;

use crate::{RequiredCapability, Template};

/// Something that a StackSet does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTaken {
    /// A transform's name, or a logical id.
    pub found: Spanned<String>,
    /// What is wrong, as a sentence without a full stop.
    pub message: &'static str,
    /// The way on.
    pub help: String,
}

impl Template {
    /// The capabilities that are required and not acknowledged: the strongest about IAM, which covers the others, and the one
    /// about transforms where any are taken.
    pub fn unacknowledged(
        &self,
        given: &BTreeSet<Capability>,
        service_managed: bool,
    ) -> Vec<RequiredCapability> {
        let covered = |wanted: Capability| {
            given.contains(&wanted) || (wanted == Capability::Iam && given.contains(&Capability::NamedIam))
        };
        let required = self.required_capabilities();
        let missing = |capability| {
            let asks = |found: &&RequiredCapability| found.capability == capability && !covered(capability);
            required.iter().find(asks)
        };
        let iam = missing(Capability::NamedIam).or_else(|| missing(Capability::Iam));
        let expand = missing(Capability::AutoExpand).filter(|_| !service_managed);
        iam.into_iter().chain(expand).cloned().collect()
    }

    /// Transforms and nested stacks in a service-managed StackSet, StackSets in any (reference §6.3).
    pub fn not_taken(&self, service_managed: bool) -> Vec<NotTaken> {
        let own = "or manage the roles yourself: permission = \"self-managed\"";
        let mut not_taken = Vec::new();
        let mut refuse = |found: Vec<Spanned<String>>, message, help: &str| {
            not_taken.extend(found.into_iter().map(|found| NotTaken {
                found,
                message,
                help: help.to_owned(),
            }));
        };
        if service_managed {
            let help = format!(
                "expand it before, for example with: aws cloudformation get-template --template-stage Processed\n{own}"
            );
            let message = "a service-managed StackSet takes no transforms";
            refuse(self.transforms().to_vec(), message, &help);
            let help =
                format!("put its resources into this template, or into a StackSet of their own\n{own}");
            let message = "a service-managed StackSet takes no nested stacks";
            refuse(self.nested_stacks(), message, &help);
        }
        let help = "make it a table [stackset.NAME] of this manifest";
        refuse(
            self.nested_stack_sets(),
            "a StackSet cannot contain a StackSet",
            help,
        );
        not_taken
    }
}
