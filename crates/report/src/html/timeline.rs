//! Operations over time, as a chart that is as wide as the page and that a reader of the screen can tell.

use super::blocks::class;
use super::text;
use crate::document::{Lane, Timeline};
use crate::words::{joined, list};

/// A lane for each StackSet. Lengths are in ticks, so the chart fits any width without a script.
pub(super) fn timeline(chart: &Timeline) -> String {
    let lanes = joined(chart.lanes.iter().map(|one| lane(chart, one)));
    let approvals = joined(chart.approvals.iter().map(|(_, what)| {
        format!(
            "<li><span class=\"attention\">┆</span> {}: apply stops here</li>",
            text(what)
        )
    }));
    let approvals = if approvals.is_empty() {
        approvals
    } else {
        format!("<ul class=\"approvals\">{approvals}</ul>\n")
    };
    format!(
        "<figure class=\"chart\">\n{lanes}<figcaption><span>start</span><span>{}</span></figcaption>\n{approvals}</figure>\n",
        text(&chart.scale)
    )
}

fn lane(chart: &Timeline, lane: &Lane) -> String {
    let bars = joined(lane.bars.iter().map(|bar| {
        format!(
            "<rect class=\"{}\" x=\"{}\" y=\"1\" width=\"{}\" height=\"8\"><title>{}</title></rect>",
            class(bar.meaning),
            bar.start,
            bar.end - bar.start,
            text(&bar.text)
        )
    }));
    let gates = joined(chart.approvals.iter().map(|(at, _)| {
        format!("<line x1=\"{at}\" x2=\"{at}\" y1=\"0\" y2=\"10\" vector-effect=\"non-scaling-stroke\"/>")
    }));
    let told: Vec<&str> = lane.bars.iter().map(|bar| bar.text.as_str()).collect();
    let name = text(&lane.name);
    format!(
        "<div class=\"lane\"><span class=\"name\">{name}</span>\
         <svg viewBox=\"0 0 {} 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{name}: {}\">{bars}{gates}</svg></div>\n",
        chart.ticks,
        text(&list(&told))
    )
}
