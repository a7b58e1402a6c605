//! Operations over time, as a chart that is as wide as the page and that a reader of the screen can tell.

use super::blocks::class;
use super::text;
use crate::document::{Lane, Timeline};
use crate::words::{joined, list};

/// A lane for each StackSet. Lengths are in ticks, so the chart fits any width without a script.
pub(super) fn timeline(chart: &Timeline) -> String {
    let lanes = joined(chart.lanes.iter().map(|one| lane(chart, one)));
    format!(
        "<figure class=\"chart\">\n{lanes}<figcaption><span>start</span><span>{}</span></figcaption>\n{}</figure>\n",
        text(&chart.scale),
        legend(chart)
    )
}

/// What colours mean, what their absence means, and what stops.
fn legend(chart: &Timeline) -> String {
    let item = |square: &str, words: &str| {
        format!(
            "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\">{square}</svg> {}</li>\n",
            text(words)
        )
    };
    let colours = joined(chart.legend.iter().map(|(meaning, words)| {
        let square = format!(
            "<rect class=\"{}\" x=\"0\" y=\"0\" width=\"10\" height=\"10\"/>",
            class(*meaning)
        );
        item(&square, words)
    }));
    let empty = item("", "nothing of the StackSet runs");
    let stop = "<line x1=\"5\" x2=\"5\" y1=\"0\" y2=\"10\" vector-effect=\"non-scaling-stroke\"/>";
    let approvals = chart.approvals.iter();
    let approvals = joined(approvals.map(|(_, what)| item(stop, &format!("{what}: apply stops here"))));
    format!("<ul class=\"legend\">\n{colours}{empty}{approvals}</ul>\n")
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
