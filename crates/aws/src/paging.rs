//! Every page, or a refusal.

use std::collections::BTreeSet;
use std::future::Future;

use model::call::CallError;

use crate::error::malformed;

/// One page. It may be empty and still have a successor; an empty token ends the list (reference §1.7, §8.1).
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

/// The items of all pages, in the order of the pages.
pub(crate) async fn every_page<T, Answer>(
    api: &'static str,
    fetch: impl FnMut(Option<String>) -> Answer,
) -> Result<Vec<T>, CallError>
where
    Answer: Future<Output = Result<Page<T>, CallError>>,
{
    pages_while(api, fetch, |_| true).await
}

/// The items of the first pages, as long as the items so far ask for more.
pub(crate) async fn pages_while<T, Answer>(
    api: &'static str,
    mut fetch: impl FnMut(Option<String>) -> Answer,
    more: impl Fn(&[T]) -> bool,
) -> Result<Vec<T>, CallError>
where
    Answer: Future<Output = Result<Page<T>, CallError>>,
{
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    let mut token = None;
    loop {
        let page = fetch(token).await?;
        items.extend(page.items);
        let Some(next) = page.next.filter(|next| !next.is_empty()) else {
            return Ok(items);
        };
        if !more(&items) {
            return Ok(items);
        }
        // A token that comes back would turn the list into a circle.
        if !seen.insert(next.clone()) {
            return Err(malformed(
                api,
                "a page names a page that was read before as its next one",
            ));
        }
        token = Some(next);
    }
}
