//! URL patterns of the catalog: `{name}` matches one or more characters other than `/` and `?`; `{name*}` matches any
//! characters, or none.

use crate::expression::{self, parse};

/// Replaces an expression in a URL. It matches like any other character.
const EXPRESSION: char = '\u{1}';

/// Whether a URL in a flow matches a pattern. The query string is ignored, and so is the case of scheme and host. A URL
/// with a syntax error does not match.
pub(super) fn fits(pattern: &str, address: &str) -> bool {
    // Few addresses are those of a provider, and to read their expressions takes long.
    let (start, address) = (pattern.split('{').next().unwrap_or_default(), address.trim());
    let own_start = address.as_bytes().get(..start.len());
    if own_start.is_none_or(|own| !own.eq_ignore_ascii_case(start.as_bytes())) {
        return false;
    }
    let Some(address) = without_expressions(address) else { return false };
    let address = address.split('?').next().unwrap_or_default();
    let address = address.strip_suffix('/').unwrap_or(address);
    matches(&parts(&lower_host(pattern)), &lower_host(address))
}

/// The URL with each expression replaced by one character.
fn without_expressions(address: &str) -> Option<String> {
    let mut out = String::with_capacity(address.len());
    for part in parse(address).ok()?.parts {
        match part {
            expression::TemplatePart::Literal(range) => out.push_str(&address[range]),
            expression::TemplatePart::Expression(_) => out.push(EXPRESSION),
        }
    }
    Some(out)
}

fn lower_host(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    format!("{}://{}{}", scheme.to_ascii_lowercase(), rest[..end].to_ascii_lowercase(), &rest[end..])
}

/// A piece of a pattern.
enum TemplatePart<'a> {
    Literal(&'a str),
    /// `{name}`
    Segment,
    /// `{name*}`
    Anything,
}

fn parts(pattern: &str) -> Vec<TemplatePart<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        parts.push(TemplatePart::Literal(literal));
        parts.push(if name.ends_with('*') { TemplatePart::Anything } else { TemplatePart::Segment });
        rest = tail;
    }
    parts.push(TemplatePart::Literal(rest));
    parts
}

/// Backtracks, but patterns have few parts and URLs are short.
fn matches(parts: &[TemplatePart<'_>], text: &str) -> bool {
    let Some((part, rest)) = parts.split_first() else { return text.is_empty() };
    let ends = |text: &str| -> Vec<usize> { text.char_indices().map(|(at, c)| at + c.len_utf8()).collect() };
    match part {
        TemplatePart::Literal(literal) => text.strip_prefix(literal).is_some_and(|text| matches(rest, text)),
        TemplatePart::Segment => {
            let length = text.find(['/', '?']).unwrap_or(text.len());
            ends(&text[..length]).into_iter().any(|end| matches(rest, &text[end..]))
        }
        TemplatePart::Anything => std::iter::once(0).chain(ends(text)).any(|end| matches(rest, &text[end..])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_fit_or_do_not() {
        const HOOKS: &str = "https://api.github.com/repos/{owner}/{repo}/hooks";
        const LISTS: &str = "https://{host}/{site*}_api/web/lists({list})/subscriptions";
        for (pattern, address, expected) in [
            (HOOKS, "https://api.github.com/repos/a/b/hooks", true),
            (HOOKS, "HTTPS://API.GitHub.com/repos/a/b/hooks?x=1", true),
            (HOOKS, "https://api.github.com/repos/a/b/hooks/", true),
            (HOOKS, "https://api.github.com/repos/@{variables('o')}/@{triggerBody()?['a/b']}/hooks", true),
            (HOOKS, "https://api.github.com/repos/a/hooks", false),
            (HOOKS, "https://api.github.com/repos/a/b/c/hooks", false),
            (HOOKS, "https://api.github.com/repos//b/hooks", false),
            (HOOKS, "https://api.github.com/REPOS/a/b/hooks", false),
            (HOOKS, "https://api.github.com/repos/a/b/hooks/7", false),
            (HOOKS, "@concat('https://api.github.com/repos/a/b/hooks')", false),
            (HOOKS, "https://api.github.com/repos/a/b@{/hooks", false),
            (HOOKS, "", false),
            (LISTS, "https://x.sharepoint.com/_api/web/lists(guid'1')/subscriptions", true),
            (LISTS, "https://x.sharepoint.com/sites/a/_api/web/lists(@{outputs('l')})/subscriptions", true),
            (LISTS, "https://x.sharepoint.com/sites/a/_api/web/lists/subscriptions", false),
        ] {
            assert_eq!(fits(pattern, address), expected, "{pattern} {address}");
        }
    }
}
