//! Markdown that flowvet itself writes, as elements: the pages of rules, and the runbook, whose boxes can be ticked.
//!
//! Only the elements below are ever made, and every text in them is escaped. So a name that slips through as markup can at
//! most look different.

use std::collections::BTreeSet;

use maud::{Markup, html};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

/// How deep elements are nested. What is deeper is text.
const DEEPEST: usize = 24;

/// What names in code lead to.
pub(super) struct Links {
    /// The rules with a page in the report.
    pub(super) rules: BTreeSet<&'static str>,
}

/// Which heading a heading of the second level becomes. The title of a text is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Top {
    H3,
    H4,
}

/// The elements of a text.
pub(super) fn render(text: &str, top: Top, links: &Links) -> Markup {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS);
    Reader { events: events.into_iter(), top, links, depth: 0, boxes: 0 }.until_end()
}

struct Reader<'a, I> {
    events: I,
    top: Top,
    links: &'a Links,
    depth: usize,
    /// The number of boxes so far.
    boxes: usize,
}

impl<'a, I: Iterator<Item = Event<'a>>> Reader<'_, I> {
    /// What comes before the end of the current element.
    fn until_end(&mut self) -> Markup {
        self.depth += 1;
        let mut parts = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::End(_) => break,
                Event::Start(tag) if self.depth < DEEPEST => parts.push(self.element(&tag)),
                Event::Start(_) => parts.push(self.flat()),
                other => parts.push(self.text(&other)),
            }
        }
        self.depth -= 1;
        html! { @for part in &parts { (part) } }
    }

    /// The text of an element that is nested too deeply, without the elements in it.
    fn flat(&mut self) -> Markup {
        let mut open = 1;
        let mut parts = Vec::new();
        while open > 0 {
            match self.events.next() {
                Some(Event::Start(_)) => open += 1,
                Some(Event::End(_)) => open -= 1,
                Some(other) => parts.push(self.text(&other)),
                None => break,
            }
        }
        html! { @for part in &parts { (part) } }
    }

    fn element(&mut self, tag: &Tag<'_>) -> Markup {
        match tag {
            Tag::Item => return self.item(),
            Tag::Heading { level: HeadingLevel::H1, .. } => {
                self.until_end();
                return html! {};
            }
            _ => {}
        }
        let inner = self.until_end();
        match tag {
            Tag::Paragraph => html! { p { (inner) } },
            Tag::Heading { level, .. } => match (self.top, level) {
                (Top::H3, HeadingLevel::H2) => html! { h3 { (inner) } },
                (Top::H4, HeadingLevel::H2) | (Top::H3, _) => html! { h4 { (inner) } },
                (Top::H4, _) => html! { h5 { (inner) } },
            },
            Tag::CodeBlock(_) => html! { pre { code { (inner) } } },
            Tag::List(Some(_)) => html! { ol { (inner) } },
            Tag::List(None) => html! { ul { (inner) } },
            Tag::Emphasis => html! { em { (inner) } },
            Tag::Strong => html! { strong { (inner) } },
            Tag::Link { dest_url, .. } if dest_url.starts_with("https://") => {
                // In a new tab: here it would replace ticked boxes, and a frame around the report refuses it.
                html! { a href=(dest_url) rel="noreferrer noopener" target="_blank" { (inner) } }
            }
            Tag::Table(_) => html! { table { (inner) } },
            Tag::TableHead | Tag::TableRow => html! { tr { (inner) } },
            Tag::TableCell => html! { td { (inner) } },
            _ => inner,
        }
    }

    /// An item of a list, with a box if it is something to do. The label of the box ends before a list inside the item.
    fn item(&mut self) -> Markup {
        self.depth += 1;
        let (mut line, mut below) = (Vec::new(), Vec::new());
        let mut is_task = false;
        while let Some(event) = self.events.next() {
            match event {
                Event::End(_) => break,
                Event::TaskListMarker(_) => is_task = true,
                Event::Start(Tag::Paragraph) => line.push(self.until_end()),
                Event::Start(tag @ (Tag::List(_) | Tag::CodeBlock(_))) if self.depth < DEEPEST => {
                    below.push(self.element(&tag));
                }
                Event::Start(tag) if self.depth < DEEPEST => line.push(self.element(&tag)),
                Event::Start(_) => line.push(self.flat()),
                other => line.push(self.text(&other)),
            }
        }
        self.depth -= 1;
        let line = html! { @for part in &line { (part) } };
        let below = html! { @for part in &below { (part) } };
        if !is_task {
            return html! { li { (line) (below) } };
        }
        self.boxes += 1;
        let id = format!("step-{}", self.boxes);
        html! {
            li.task { input type="checkbox" id=(id); label for=(id) { (line) } (below) }
        }
    }

    fn text(&self, event: &Event<'_>) -> Markup {
        match event {
            Event::Text(text) => html! { (text) },
            Event::Code(code) => match self.links.rules.get(code.as_ref()) {
                Some(rule) => html! { a href={ "#rule-" (rule) } { code { (code) } } },
                None => html! { code { (code) } },
            },
            Event::SoftBreak => html! { " " },
            Event::HardBreak => html! { br; },
            // The mark of a name that something on other pages could read as a command.
            Event::InlineHtml(tag) if tag.as_ref() == "<wbr>" => html! {},
            Event::Html(text) | Event::InlineHtml(text) => html! { (text) },
            _ => html! {},
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> String {
        render(text, Top::H4, &Links { rules: BTreeSet::from(["call-cycle"]) }).into_string()
    }

    #[test]
    fn boxes_have_labels_that_end_before_details() {
        assert_eq!(
            rendered("# Title\n\n## 1. Part\n- [ ] Run **A** [[1]](https://x.example)\n  - detail\n"),
            "<h4>1. Part</h4><ul><li class=\"task\"><input type=\"checkbox\" id=\"step-1\"><label for=\"step-1\">Run \
             <strong>A</strong> <a href=\"https://x.example\" rel=\"noreferrer noopener\" target=\"_blank\">[1]</a></label>\
             <ul><li>detail</li></ul></li></ul>"
        );
    }

    #[test]
    fn only_known_elements_are_made() {
        assert_eq!(
            rendered(
                "<script>alert(1)</script>\n\n[a](javascript:x) ![i](https://x.example/i.png) <b>c</b>&#60;<wbr>"
            ),
            "&lt;script&gt;alert(1)&lt;/script&gt;\n<p>a i &lt;b&gt;c&lt;/b&gt;&lt;</p>"
        );
        assert_eq!(
            rendered("`call-cycle` `x`"),
            "<p><a href=\"#rule-call-cycle\"><code>call-cycle</code></a> <code>x</code></p>"
        );
        let deep = rendered(&"> ".repeat(5000));
        assert!(deep.len() < 10_000, "{}", deep.len());
    }
}
