//! What the ids say that this tool chooses: AWS keeps ids and shows them to whoever plans next, so they carry what nothing else at
//! AWS would tell after a run that ended early. They read `sf-ADDRESS` and then what they say, so that their beginning finds them.

use crate::digest::Digest;
use crate::ids::OperationId;

/// How ids begin that this tool chooses.
const OURS: &str = "sf-";
/// Some instances have values of their own.
const OWN_VALUES: &str = "own";
/// Values of new parameters are still to come.
const NEW_PARAMETERS: &str = "new";
/// Other calls bring the same definition to more instances. The tag of the definition follows.
const PART: &str = "part";
/// A rollback. The tag of the definition that it takes back follows.
const BACK: &str = "back";
/// Characters of the tag of a definition.
const TAG: usize = 8;

/// What an operation's id says besides its address.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks<'d> {
    /// Whether some instances of the StackSet have values of their own when the plan is done, or when its run ends here: who plans
    /// later without wanting any must know that there are some to look for.
    pub own_values: bool,
    /// Whether values of parameters that the plan brings come after this operation: they wait until every instance has the
    /// parameters (reference §2.5), and the StackSet does not tell which of its parameters are new.
    pub new_parameters: bool,
    /// The definition that later operations of the plan bring to more instances.
    pub part_of: Option<&'d Digest>,
    /// The definition that a rollback takes back, so that it is not sent again without anybody's asking (DESIGN §4).
    pub took_back: Option<&'d Digest>,
}

impl OperationId {
    /// An id that this tool chooses. None when the address has other characters than an id may have, or a hyphen.
    pub fn ours(address: &str, marks: &Marks<'_>) -> Option<Self> {
        if address.contains('-') {
            return None;
        }
        let mut text = format!("{OURS}{address}");
        let flags = [
            (marks.own_values, OWN_VALUES),
            (marks.new_parameters, NEW_PARAMETERS),
        ];
        for (_, flag) in flags.into_iter().filter(|(is_set, _)| *is_set) {
            text.extend(["-", flag]);
        }
        for (definition, mark) in [(marks.part_of, PART), (marks.took_back, BACK)] {
            if let Some(definition) = definition {
                text.extend(["-", mark, "-", tag(definition)]);
            }
        }
        Self::parse(&text).ok()
    }

    /// Whether this tool chose the id, for some plan of some project.
    pub fn is_ours(&self) -> bool {
        self.as_str().starts_with(OURS)
    }

    /// Whether this tool chose the id, for an operation after which some instances may have values of their own.
    pub fn leaves_own_values(&self) -> bool {
        self.marks().any(|mark| mark == OWN_VALUES)
    }

    /// Whether values of parameters that its plan brought were still to come after this operation.
    pub fn brings_parameters(&self) -> bool {
        self.marks().any(|mark| mark == NEW_PARAMETERS)
    }

    /// Whether this is one of the operations of a plan that bring this definition to some instances each, and not the last one.
    pub fn is_part_of(&self, definition: &Digest) -> bool {
        self.is_about(PART, definition)
    }

    /// Whether this is the rollback of a plan that set this definition.
    pub fn took_back(&self, definition: &Digest) -> bool {
        self.is_about(BACK, definition)
    }

    fn is_about(&self, mark: &str, definition: &Digest) -> bool {
        let mut marks = self.marks();
        let found = marks.find(|found| *found == mark).and_then(|_| marks.next());
        found == Some(tag(definition))
    }

    /// Everything after the address.
    fn marks(&self) -> impl Iterator<Item = &str> {
        let rest = self.as_str().strip_prefix(OURS).unwrap_or_default();
        rest.split('-').skip(1)
    }
}

fn tag(definition: &Digest) -> &str {
    definition.hex().get(..TAG).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_was_marked_and_nothing_else() {
        let (one, other) = (Digest::of_bytes(b"one"), Digest::of_bytes(b"other"));
        let plain = OperationId::ours("abc", &Marks::default()).unwrap();
        assert_eq!(plain.as_str(), "sf-abc");
        assert!(plain.is_ours() && !plain.leaves_own_values() && !plain.brings_parameters());
        assert!(!plain.is_part_of(&one) && !plain.took_back(&one));
        let all = Marks {
            own_values: true,
            new_parameters: true,
            part_of: Some(&one),
            took_back: Some(&other),
        };
        let all = OperationId::ours("abc", &all).unwrap();
        assert!(all.is_ours() && all.leaves_own_values() && all.brings_parameters());
        assert!(all.is_part_of(&one) && !all.is_part_of(&other));
        assert!(all.took_back(&other) && !all.took_back(&one));
    }

    #[test]
    fn ids_of_others_say_nothing() {
        for text in ["abc-own", "xsf-abc-own", "0f8fad5b-d9cb-469f-a165-70867728950e"] {
            let id = OperationId::parse(text).unwrap();
            assert!(
                !id.is_ours() && !id.leaves_own_values() && !id.brings_parameters(),
                "{text}"
            );
        }
        assert_eq!(OperationId::ours("abc-own", &Marks::default()), None);
    }
}
