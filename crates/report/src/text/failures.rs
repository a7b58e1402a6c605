//! Why instances failed: one reason with everybody whom it hit, the causes first and what only follows from them last.

use std::collections::BTreeMap;

use model::call::InstanceResult;

use crate::layout::{Line, Page};
use crate::style::Meaning;
use crate::terms::Names;
use crate::told::failures::{Failure, of_one, reason_in_words};

/// Failed and cancelled instances by reason.
pub(super) fn failures(page: &mut Page, failures: &BTreeMap<String, Vec<InstanceResult>>, names: &Names) {
    for one in of_one(failures) {
        failure(page, &one, names);
    }
}

/// One reason, accounts with the same Regions together.
fn failure(page: &mut Page, failure: &Failure<'_>, names: &Names) {
    let (word, meaning) = if failure.is_cancelled() {
        ("cancelled: ", Meaning::Aside)
    } else {
        ("", Meaning::Bad)
    };
    let start = Line::new().to(6).put(Meaning::Aside, word);
    page.hanging(start, meaning, &reason_in_words(failure.reason));
    for hit in failure.hits(names) {
        let start = Line::new().to(8).put(Meaning::Aside, &hit.start());
        page.items(start, &hit.named());
    }
    if failure.results.iter().any(|result| result.is_transient()) {
        let told = "transient: the next apply tries these again";
        page.line(&Line::new().to(8).put(Meaning::Aside, told));
    }
}
