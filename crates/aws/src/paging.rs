//! Every page, or a refusal.

use std::collections::BTreeSet;
use std::future::Future;

use model::call::{CallError, CallErrorKind};

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
    let all = pages_while(api, None, fetch, |_| true).await?;
    Ok(all.items)
}

/// The items of some pages, from a token on, as long as the items so far ask for more. The result's token is that of the page
/// after the last one.
pub(crate) async fn pages_while<T, Answer>(
    api: &'static str,
    from: Option<String>,
    mut fetch: impl FnMut(Option<String>) -> Answer,
    more: impl Fn(&[T]) -> bool,
) -> Result<Page<T>, CallError>
where
    Answer: Future<Output = Result<Page<T>, CallError>>,
{
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    let mut token = from;
    loop {
        let page = twice(|| fetch(token.clone())).await?;
        items.extend(page.items);
        let Some(next) = page.next.filter(|next| !next.is_empty()) else {
            return Ok(Page { items, next: None });
        };
        if !more(&items) {
            let next = Some(next);
            return Ok(Page { items, next });
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

/// A question that is asked once more when the answer cannot be understood: an answer that was cut off is whole the next time,
/// and the SDK does not ask again by itself. For reads only.
pub(crate) async fn twice<T, Answer>(mut ask: impl FnMut() -> Answer) -> Result<T, CallError>
where
    Answer: Future<Output = Result<T, CallError>>,
{
    match ask().await {
        Err(error) if error.kind == CallErrorKind::Malformed => ask().await,
        answer => answer,
    }
}
