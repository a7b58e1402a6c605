//! What the tour shows and says.

use std::path::{Path, PathBuf};

use model::diagnostic::{Diagnostic, Sources};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;

/// The first words.
pub(super) const WELCOME: &str = "\
A tour of stackfleet, without AWS. The built-in simulator plays an
organization with a management account, three organizational units and eight
member accounts, one of them suspended. Its time runs fast: an operation of
half an hour takes seconds.
";

/// Before the first act.
pub(super) const FIRST: &str = "
── 1. A new organization ─────────────────────────────────────────────────────
The manifest wants three StackSets: roles in every account, governance in
three Regions, and a role for auditors. Nothing is there yet.

$ stackfleet plan
";

/// Before the second act.
pub(super) const SECOND: &str = "
── 2. A stricter second version ──────────────────────────────────────────────
The governance template changes: a stricter password policy, encryption,
lifecycle rules. It goes out one Region after another, a quarter of the
accounts at a time: of seven accounts that is one.

$ stackfleet plan
";

/// Before the third act.
pub(super) const JOINS: &str = "
── 3. An account joins ───────────────────────────────────────────────────────
Somebody creates the account data-lake in Root/Workloads/Prod. AWS deploys the
service-managed StackSets to it by itself; the self-managed one is left to us.

$ stackfleet plan
";

/// Every file of the tour, as it is in `fixtures/demo`.
const FILES: [(&str, &str); 8] = [
    (
        "stackfleet.toml",
        include_str!("../../../../../fixtures/demo/stackfleet.toml"),
    ),
    (
        "templates/execution-roles.yaml",
        include_str!("../../../../../fixtures/demo/templates/execution-roles.yaml"),
    ),
    (
        "templates/org-governance.yaml",
        include_str!("../../../../../fixtures/demo/templates/org-governance.yaml"),
    ),
    (
        "templates/security-audit-role.yaml",
        include_str!("../../../../../fixtures/demo/templates/security-audit-role.yaml"),
    ),
    (
        "v2/stackfleet.toml",
        include_str!("../../../../../fixtures/demo/v2/stackfleet.toml"),
    ),
    (
        "v2/templates/execution-roles.yaml",
        include_str!("../../../../../fixtures/demo/v2/templates/execution-roles.yaml"),
    ),
    (
        "v2/templates/org-governance.yaml",
        include_str!("../../../../../fixtures/demo/v2/templates/org-governance.yaml"),
    ),
    (
        "v2/templates/security-audit-role.yaml",
        include_str!("../../../../../fixtures/demo/v2/templates/security-audit-role.yaml"),
    ),
];

/// The manifests on disk, as a user would have them.
#[derive(Debug)]
pub(super) struct Tour {
    /// The manifest of the first act.
    pub(super) first: PathBuf,
    /// The manifest of the other acts.
    pub(super) second: PathBuf,
    kept: Option<PathBuf>,
    /// Taken away with everything in it at the end.
    _thrown_away: Option<tempfile::TempDir>,
}

impl Tour {
    /// Writes the files where the user wants them, or where they disappear.
    pub(super) fn unpack(keep: Option<&Path>) -> Result<Self, Failure> {
        let failed =
            |error: std::io::Error| Failure::file("create", Path::new("a temporary directory"), &error);
        let temporary = if keep.is_none() {
            Some(tempfile::tempdir().map_err(failed)?)
        } else {
            None
        };
        let directory = match (keep, &temporary) {
            (Some(keep), _) => keep.to_owned(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => PathBuf::from("."),
        };
        for (name, text) in FILES {
            files::create(&directory.join(name), text)?;
        }
        // As a user stands in a repository: places read `stackfleet.toml:14`.
        std::env::set_current_dir(&directory).map_err(failed)?;
        Ok(Self {
            first: PathBuf::from("stackfleet.toml"),
            second: PathBuf::from("v2/stackfleet.toml"),
            kept: keep.map(Path::to_owned),
            _thrown_away: temporary,
        })
    }

    /// The last words.
    pub(super) fn farewell(&self) -> String {
        let files = match &self.kept {
            Some(directory) => format!(
                "The manifests and templates are in {}.\n",
                files::shown(directory)
            ),
            None => "See the files that this tour used: stackfleet demo --keep DIR\n".to_owned(),
        };
        format!(
            "\nThat was the tour. {files}\
             Your own manifest, still without AWS:  stackfleet init · stackfleet plan --simulate\n"
        )
    }
}

/// The tour's own promise did not hold.
pub(super) fn not_converged() -> Failure {
    Diagnostic::error("E0090", "the demo did not come to an empty plan")
        .help("this is a defect of stackfleet: please report it with the output above")
        .into()
}

/// The user left.
pub(super) fn left(exit: Exit) -> Failure {
    Failure::of_files(Vec::new(), Sources::new()).with_exit(exit)
}
