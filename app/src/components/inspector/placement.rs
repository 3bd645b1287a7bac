//! "Why this node?": how the scheduler rated the nodes for a pod, and why it passed over the others.
//!
//! A bar a node, made of what each plugin gave; the numbers stand beside it, so that nothing is said by colour or length
//! alone.

use view::{Placement, RatedNode};

use crate::components::icon;
use crate::components::markup::Html;

/// Nodes that are shown; what comes behind them is counted.
const NODES: usize = 8;

/// Writes it.
pub(super) fn write(html: &mut Html, placement: &Placement) {
    html.raw("<section class=\"placement\"><h3>");
    match &placement.chosen {
        Some(node) => html.raw("Why ").text(node).raw("?"),
        None => html.raw("Why on no node?"),
    };
    html.raw("</h3><p>");
    verdict(html, placement);
    html.raw("</p>");
    if let Some(node) = &placement.nominated {
        html.raw("<p>It gets ").text(node);
        html.raw(" once these have left: ");
        html.text(&placement.victims.join(", ")).raw("</p>");
    }
    let best = placement.fitting.iter().map(|node| node.total).max();
    let shown = placement.fitting.iter().take(NODES);
    html.raw("<ul>");
    for node in shown {
        let chosen = placement.chosen.as_deref() == Some(node.node.as_str());
        rated(html, node, chosen, best.unwrap_or(0).max(1));
    }
    for (node, plugin, reason) in placement.refused.iter().take(NODES) {
        html.raw("<li class=\"refused\"><b>").icon(icon::CLOSE);
        html.text(node).raw("</b><span>");
        html.text(reason).raw(" <i class=\"mono\">");
        html.text(plugin).raw("</i></span></li>");
    }
    let all = placement.fitting.len() + placement.refused.len();
    let shown = placement.fitting.len().min(NODES) + placement.refused.len().min(NODES);
    if all > shown {
        html.raw("<li>and ").number((all - shown) as i64);
        html.raw(" more nodes</li>");
    }
    html.raw("</ul></section>");
}

fn verdict(html: &mut Html, placement: &Placement) {
    let (nodes, fitted) = (placement.nodes.into(), placement.feasible.into());
    if placement.chosen.is_none() && !placement.message.is_empty() {
        html.text(&placement.message);
        return;
    }
    html.raw("Of ").number(nodes).raw(" nodes, ");
    html.number(fitted).raw(" could take it. ");
    html.raw(match fitted {
        0 => "",
        1 => "There was nothing to choose.",
        _ => "The plugins rated them; among equals, chance decides.",
    });
}

fn rated(html: &mut Html, node: &RatedNode, chosen: bool, best: i64) {
    html.open("li", if chosen { "chosen" } else { "" });
    html.raw("<b>");
    if chosen {
        html.icon(icon::CHECK);
    }
    html.text(&node.node).raw("</b>");
    if node.scores.is_empty() {
        html.raw("<span>fits</span></li>");
        return;
    }
    html.raw("<span class=\"rating\" aria-hidden=\"true\">");
    for (_, score) in &node.scores {
        html.raw("<i style=\"width:")
            .number(score * 100 / best)
            .raw("%\"></i>");
    }
    html.raw("</span><span class=\"mono\">").number(node.total);
    html.raw("</span><small>");
    let given = node.scores.iter().filter(|(_, score)| *score != 0);
    for (number, (plugin, score)) in given.enumerate() {
        html.raw(if number > 0 { " · " } else { "" });
        html.text(plugin).raw(" ").number(*score);
    }
    html.raw("</small></li>");
}
