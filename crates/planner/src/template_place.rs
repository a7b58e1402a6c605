//! Where AWS fetches a template from that is too long to be sent with a call.

use model::call::{TemplateAt, Write};
use model::definition::Definition;
use model::desired::{DesiredStackSet, DesiredTemplate};
use model::digest::Digest;

use crate::context::Context;

/// `TemplateBody` takes at most so many bytes (reference §6.1).
const MOST_INLINE: usize = 51_200;

/// Whether a template goes with a call.
pub(crate) fn is_inline(template: &str) -> bool {
    template.len() <= MOST_INLINE
}

/// Gives a write its place, when it sends a template that is too long for it.
pub(crate) fn place(context: &Context<'_>, set: &DesiredStackSet, write: &mut Write) {
    match write {
        Write::CreateStackSet {
            definition,
            template_at,
            ..
        } => *template_at = place_of(context, set, definition),
        Write::UpdateStackSet(update) if update.content => {
            update.template_at = place_of(context, set, &update.definition);
        }
        _ => {}
    }
}

/// An object that the manifest names stays where it is; every other text goes into the bucket, under its own hash.
fn place_of(context: &Context<'_>, set: &DesiredStackSet, definition: &Definition) -> Option<TemplateAt> {
    let text = &definition.template;
    if is_inline(text) {
        return None;
    }
    if let DesiredTemplate::S3 { url, .. } = &set.template
        && context.observed.templates.get(&url.value) == Some(text)
    {
        return Some(TemplateAt::Url(url.value.clone()));
    }
    let bucket = context.desired.aws.template_bucket.as_ref()?;
    Some(TemplateAt::Upload {
        bucket: bucket.value.clone(),
        key: format!(
            "stackfleet/templates/{}.template",
            Digest::of_bytes(text.as_bytes()).hex()
        ),
    })
}
