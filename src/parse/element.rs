//! Elements of the files that describe a solution, in XML or YAML. In YAML, an attribute `x` is the key `@x`, a child element
//! is a key, and several elements with the same name are a list.

use super::{xml, yaml};
use crate::source::Span;

/// An element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Element<'a> {
    /// An element of an XML text.
    Xml(xml::Node<'a>),
    /// An element of a YAML text: the span of its key, and its value.
    Yaml(Span, yaml::Value<'a>),
}

impl<'a> Element<'a> {
    /// The parent of the root element of an XML text.
    pub(crate) fn of_xml(document: &'a xml::Document<'a>) -> Self {
        Element::Xml(document.root())
    }

    /// The parent of the top-level elements of a YAML text.
    pub(crate) fn of_yaml(document: &'a yaml::Document) -> Self {
        Element::Yaml(Span::new(0, 0), document.root())
    }

    /// The value of an attribute.
    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        match self {
            Element::Xml(node) => node.attribute(name),
            Element::Yaml(_, value) => attribute_of(value, name)?.text(),
        }
    }

    /// The span of an attribute's value, or else of the element's name.
    pub(crate) fn attribute_span(self, name: &str) -> Span {
        match self {
            Element::Xml(node) => node.attribute_span(name),
            Element::Yaml(_, value) => {
                attribute_of(value, name).map_or_else(|| self.name_span(), yaml::Value::span)
            }
        }
    }

    /// The span of the element's name.
    pub(crate) fn name_span(self) -> Span {
        match self {
            Element::Xml(node) => node.name_span(),
            Element::Yaml(span, ..) => span,
        }
    }

    /// The span of the text in an element, or else of its name.
    pub(crate) fn text_span(self) -> Span {
        match self {
            Element::Xml(node) => node.text_span(),
            Element::Yaml(span, value) => value.text().map_or(span, |_| value.span()),
        }
    }

    /// The child elements with this name, ignoring case.
    pub(crate) fn children(self, name: &'a str) -> impl Iterator<Item = Element<'a>> {
        let (of_xml, of_yaml) = match self {
            Element::Xml(node) => (Some(xml::children(node, name).map(Element::Xml)), None),
            Element::Yaml(_, value) => (None, Some(named(value, name))),
        };
        of_xml.into_iter().flatten().chain(of_yaml.into_iter().flatten())
    }

    /// The first child element with this name, ignoring case.
    pub(crate) fn child(self, name: &'a str) -> Option<Element<'a>> {
        self.children(name).next()
    }

    /// The trimmed text of a child element; `None` if it is absent or blank.
    pub(crate) fn child_text(self, name: &'a str) -> Option<&'a str> {
        match self {
            Element::Xml(node) => xml::child_text(node, name),
            Element::Yaml(..) => {
                let text = match self.child(name)? {
                    Element::Yaml(_, value) => value.text()?,
                    Element::Xml(_) => return None,
                };
                Some(text.trim()).filter(|text| !text.is_empty())
            }
        }
    }

    /// The elements at any depth below this one with this name, ignoring case.
    pub(crate) fn descendants(self, name: &'a str) -> Vec<Element<'a>> {
        match self {
            Element::Xml(node) => xml::descendants(node, name).map(Element::Xml).collect(),
            Element::Yaml(_, value) => {
                let (mut open, mut found) = (vec![value], Vec::new());
                while let Some(next) = open.pop() {
                    found.extend(named(next, name));
                    open.extend(next.members().flat_map(|(_, _, value)| value.elements()));
                }
                found
            }
        }
    }
}

fn attribute_of<'a>(value: yaml::Value<'a>, name: &str) -> Option<yaml::Value<'a>> {
    let is_it = |key: &str| key.strip_prefix('@').is_some_and(|key| key == name);
    value.members().find(|(_, key, _)| is_it(key)).map(|(.., value)| value)
}

/// The elements of every key with this name. The value of a key is an element or a list of elements.
fn named<'a>(value: yaml::Value<'a>, name: &'a str) -> impl Iterator<Item = Element<'a>> {
    let members = value.members().filter(move |(_, key, _)| key.eq_ignore_ascii_case(name));
    members.flat_map(|(span, _, value)| value.elements().map(move |one| Element::Yaml(span, one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the results for both formats.
    fn shown(root: Element<'_>) -> Vec<String> {
        let list = root.child("ROOT").and_then(|root| root.child("List")).expect("a list");
        let items = list.children("item").map(|item| item.attribute("id").unwrap_or("none").to_owned());
        let text = root.child("root").and_then(|root| root.child_text("Text"));
        let below = root.descendants("item").len();
        items.chain([text.unwrap_or("none").to_owned(), below.to_string()]).collect()
    }

    #[test]
    fn both_formats_are_read_alike() {
        let xml = "<Root><Text> a </Text><List><Item id='1'/><Item id='x'/></List></Root>";
        let document = xml::parse(xml).expect("XML");
        let expected = shown(Element::of_xml(&document));
        assert_eq!(expected, ["1", "x", "a", "2"]);
        let texts = [
            "Root:\n  Text: a\n  List:\n    Item:\n    - '@id': 1\n    - '@id': x\n",
            "Root: {Text: a, List: {Item: [{'@id': '1'}, {'@id': x}]}}",
        ];
        for text in texts {
            let document = yaml::parse(text).expect("YAML");
            assert_eq!(shown(Element::of_yaml(&document)), expected);
        }
        let document = yaml::parse("Root:\n  List:\n    Item:\n      '@id': 7\n").expect("YAML");
        assert_eq!(shown(Element::of_yaml(&document)), ["7", "none", "1"], "one element is no list");
    }
}
