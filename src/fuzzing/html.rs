//! The law of every HTML report: its markup is flowvet's own, so that no text of the input became markup.

/// The elements of a report, and the attributes of each. All elements may have `class`, `id`, `data-*` and `aria-*`.
pub const ELEMENTS: &[(&str, &[&str])] = &[
    ("a", &["href", "rel", "target"]),
    ("article", &[]),
    ("b", &[]),
    ("body", &[]),
    ("br", &[]),
    ("button", &["type"]),
    ("code", &[]),
    ("details", &["open"]),
    ("div", &["role", "hidden", "tabindex"]),
    ("em", &[]),
    ("fieldset", &[]),
    ("footer", &[]),
    ("g", &["transform"]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("head", &[]),
    ("header", &[]),
    ("html", &["lang"]),
    ("input", &["type", "name", "value", "checked", "autocomplete", "spellcheck"]),
    ("label", &["for"]),
    ("legend", &[]),
    ("li", &[]),
    ("main", &["tabindex"]),
    ("mark", &[]),
    ("meta", &["charset", "http-equiv", "content", "name"]),
    ("nav", &[]),
    ("ol", &[]),
    ("option", &["value"]),
    ("p", &["role"]),
    ("path", &["fill", "d"]),
    ("pre", &[]),
    ("rect", &["x", "y", "width", "height", "rx"]),
    ("script", &[]),
    ("section", &[]),
    ("select", &[]),
    ("span", &["role", "title"]),
    ("strong", &[]),
    ("style", &[]),
    ("summary", &[]),
    ("svg", &["viewBox", "width", "height", "preserveAspectRatio", "xmlns", "role"]),
    ("symbol", &["viewBox"]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["colspan"]),
    ("th", &["scope"]),
    ("thead", &[]),
    ("title", &[]),
    ("tr", &[]),
    ("ul", &[]),
    ("use", &["href"]),
    // The picture of the flows.
    ("defs", &[]),
    ("line", &[]),
    ("marker", &[]),
    ("polygon", &[]),
    ("text", &["x", "y"]),
    ("tspan", &["x", "y", "dy"]),
    ("circle", &["cx", "cy", "r"]),
    ("small", &[]),
];

/// Elements without an end.
const VOID: [&str; 3] = ["br", "input", "meta"];

/// Checks that a report has only known elements, properly nested, with known attributes and links, and that texts contain
/// neither `<` nor `>` nor an `&` without a meaning.
pub(super) fn assert_html(page: &str) {
    let Some(mut rest) = page.strip_prefix("<!DOCTYPE html>") else { panic!("no HTML: {page:?}") };
    let mut open = Vec::new();
    while let Some((text, after)) = rest.split_once('<') {
        assert_text(text);
        let Some((tag, after)) = after.split_once('>') else { panic!("a tag does not end: {after:?}") };
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "the end of an element before {after:?}");
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = assert_tag(tag);
        match name {
            // Their texts are flowvet's own, and the policy has their hashes.
            "script" | "style" => {
                let Some((_, after)) = rest.split_once(&format!("</{name}>")) else {
                    panic!("a {name} does not end")
                };
                rest = after;
            }
            _ if is_empty || VOID.contains(&name) => {}
            _ => open.push(name),
        }
    }
    assert_text(rest);
    assert!(open.is_empty(), "elements that do not end: {open:?}");
}

/// Checks the start of an element, such as `a class="flow" href="#flow-1"`, and returns its name.
fn assert_tag(tag: &str) -> &str {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let Some((_, known)) = ELEMENTS.iter().find(|(known, _)| *known == name) else {
        panic!("the element {tag:?}")
    };
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let attribute = &rest[..end];
        let is_general = ["class", "id"].contains(&attribute)
            || attribute.starts_with("data-")
            || attribute.starts_with("aria-");
        assert!(is_general || known.contains(&attribute), "the attribute {attribute:?} in {tag:?}");
        rest = &rest[end..];
        let Some(value) = rest.strip_prefix("=\"") else { continue };
        let Some((value, after)) = value.split_once('"') else { panic!("no value in {tag:?}") };
        assert_text(value);
        let is_link = value.starts_with('#') || value.starts_with("https://");
        assert!(attribute != "href" || is_link, "a link to {value:?}");
        rest = after;
    }
    name
}

fn assert_text(text: &str) {
    assert!(!text.contains(['<', '>']), "markup in {text:?}");
    for (at, _) in text.match_indices('&') {
        let is_known =
            ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].iter().any(|one| text[at..].starts_with(one));
        assert!(is_known, "an `&` in {text:?}");
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::assert_html;

    #[test]
    fn markup_of_the_input_is_noticed() {
        let page =
            |content: &str| format!("<!DOCTYPE html><html lang=\"en\"><body>{content}</body></html>\n");
        let good = "<p class=\"a\">1 &lt; 2<br></p><input type=\"checkbox\" checked><a href=\"#b\">c</a>";
        assert_html(&page(good));
        for bad in [
            "<img src=\"x\">",
            "<p onclick=\"x\"></p>",
            "<p class=\"a\"b\"></p>",
            "<a href=\"javascript:x\"></a>",
            "a < b",
            "a > b",
            "a & b",
            "<p>",
            "</p>",
            "<!-- a -->",
        ] {
            assert!(catch_unwind(|| assert_html(&page(bad))).is_err(), "{bad}");
        }
    }
}
