//! The words that findings are about, marked within their text.

use std::ops::Range;

use maud::{Markup, Render, html};

use crate::checks::Finding;
use crate::report::escape;
use crate::report::flags;
use crate::text::place_of;

/// Which text of a pair is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Source,
    Target,
}

/// A part of `whole`, with the words marked that `findings` are about; each tells on hovering what is
/// wrong. If `part` is no slice of `whole`, nothing is marked.
pub(super) fn marked(part: &str, whole: &str, side: Side, findings: &[Finding]) -> Markup {
    let part = part.trim();
    let mut shown = 0;
    let mut pieces: Vec<(&str, Option<&Finding>)> = Vec::new();
    for (place, finding) in places(part, whole, side, findings) {
        // Words that overlap those before them are not marked again.
        if let (Some(before), Some(words)) = (part.get(shown..place.start), part.get(place.clone()))
        {
            pieces.extend([(before, None), (words, Some(finding))]);
            shown = place.end;
        }
    }
    pieces.push((part.get(shown..).unwrap_or_default(), None));
    html! {
        @for (text, finding) in pieces {
            @if let Some(finding) = finding {
                mark class={ "words " (flags::class(finding.check)) } title=(Verbatim(&finding.message)) {
                    (Verbatim(text))
                }
            } @else {
                (Verbatim(text))
            }
        }
    }
}

/// Where the words of findings are in `part`, a slice of `whole`, in their order.
fn places<'f>(
    part: &str,
    whole: &str,
    side: Side,
    findings: &'f [Finding],
) -> Vec<(Range<usize>, &'f Finding)> {
    let slice = place_of(part, whole);
    if whole.get(slice.clone()) != Some(part) {
        return Vec::new();
    }
    let mut places: Vec<(Range<usize>, &Finding)> = findings
        .iter()
        .filter(|finding| !finding.repaired)
        .filter_map(|finding| {
            let (start, end) = match side {
                Side::Source => finding.span.source,
                Side::Target => finding.span.target,
            }?;
            let start = start.checked_sub(slice.start)?;
            Some((start..end.checked_sub(slice.start)?, finding))
        })
        .collect();
    places.sort_by_key(|(place, _)| place.start);
    places
}

/// A piece of a text of a document, without characters that act; its spaces stay.
struct Verbatim<'a>(&'a str);

impl Render for Verbatim<'_> {
    fn render_to(&self, buffer: &mut String) {
        escape::without_controls_and_bidi(self.0).render_to(buffer);
    }
}
