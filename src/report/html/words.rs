//! Small pieces that every part of the report uses: names in messages, severities, icons, links to flows.

use maud::{Markup, html};

use crate::analysis::Analysis;
use crate::finding::Severity;
use crate::model::FlowIx;
use crate::report::text::{clean, words_and_names};
use crate::wording::{capitalised, plural};

/// A text of flowvet's own with names in backticks. The names become code.
pub(super) fn prose(text: &str) -> Markup {
    cleaned(&clean(text))
}

/// Like [`prose`], for a text that is safe to print already.
pub(super) fn cleaned(text: &str) -> Markup {
    let parts = words_and_names(text).unwrap_or_else(|| vec![text]);
    html! {
        @for (index, part) in parts.into_iter().enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// Like [`prose`], as a sentence: it begins with a capital letter.
pub(super) fn sentence(text: &str) -> Markup {
    cleaned(&capitalised(&clean(text)))
}

/// A name in backticks, for [`cleaned`].
pub(super) fn ticked(name: &str) -> String {
    format!("`{}`", clean(name).replace('`', "'"))
}

/// A name that people gave.
pub(super) fn name(name: &str) -> String {
    let name = clean(name.trim());
    if name.is_empty() { "(no name)".to_owned() } else { name }
}

/// One of the icons that the shell of the page defines. It repeats what a text next to it says.
pub(super) fn icon(name: &str) -> Markup {
    html! {
        svg.icon aria-hidden="true" viewBox="0 0 16 16" width="16" height="16" { use href={ "#icon-" (name) } {} }
    }
}

/// A severity as icon, text and colour.
pub(super) fn badge(severity: Severity) -> Markup {
    let word = severity.as_str();
    html! { span class={ "badge " (word) } { (icon(word)) (word) } }
}

/// The heading of the findings of a severity, and its number: `Errors`.
pub(super) fn severities(severity: Severity, number: usize) -> String {
    plural(number, severity.as_str())
}

/// The number that scripts know a flow by. A flow that several inputs contain has one.
pub(super) fn flow_number(analysis: &Analysis, flow: FlowIx) -> usize {
    analysis.workspace.representative(flow).get()
}

/// The id of a flow's row. It is the flow's GUID, or its number if the package has another id.
pub(super) fn flow_anchor(analysis: &Analysis, flow: FlowIx) -> String {
    let flow = analysis.workspace.representative(flow);
    let id = &analysis.workspace.flow(flow).id;
    if id.is_guid() { format!("flow-{}", id.as_str()) } else { format!("flow-n{}", flow.get()) }
}

/// The name of a flow as a link to its row.
pub(super) fn flow_link(analysis: &Analysis, flow: FlowIx) -> Markup {
    let text = name(&analysis.workspace.flow(flow).name);
    html! { a.flow href={ "#" (flow_anchor(analysis, flow)) } { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_code_and_nothing_in_them_is_markup() {
        assert_eq!(prose("`a<b>` calls `c`").into_string(), "<code>a&lt;b&gt;</code> calls <code>c</code>");
        assert_eq!(prose("an ` alone").into_string(), "an ` alone");
        assert_eq!(sentence("the flow").into_string(), "The flow");
        assert_eq!(ticked("a`b"), "`a'b`");
    }
}
