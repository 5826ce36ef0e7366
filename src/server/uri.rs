//! Conversions between the URIs of the protocol and paths. A path is a text with `/` on every system, like the names of
//! files in reports.

use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const SCHEME: &str = "file://";

/// What editors encode in paths: everything but unreserved characters and the separators.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a URI; `None` for schemes other than `file`, such as `untitled`, and if the path is not UTF-8.
pub(super) fn path_of(uri: &Uri) -> Option<String> {
    let text = uri.as_str();
    let is_file = text.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME));
    let rest = text.get(SCHEME.len()..).filter(|_| is_file)?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode_str(rest).decode_utf8().ok()?;
    let path = match decoded.strip_prefix("localhost/") {
        Some(path) => format!("/{path}"),
        None if decoded.starts_with('/') => decoded.into_owned(),
        // A share: `file://server/share`.
        None => format!("//{decoded}"),
    };
    Some(normal(&path, cfg!(windows)))
}

/// The URI of a path. `None` if the path cannot be one, which no absolute path is.
pub(super) fn uri_of(path: &str) -> Option<Uri> {
    let encoded = utf8_percent_encode(path, ENCODED).to_string();
    let text = match encoded.strip_prefix("//") {
        Some(share) => format!("{SCHEME}{share}"),
        None if encoded.starts_with('/') => format!("{SCHEME}{encoded}"),
        None => format!("{SCHEME}/{encoded}"),
    };
    Uri::from_str(&text).ok()
}

/// A path without a trailing `/`, and with Windows drives in one spelling: clients send `/c:/x` and `/C:/x`.
fn normal(path: &str, is_windows: bool) -> String {
    let drive = path.strip_prefix('/').filter(|rest| rest.as_bytes().get(1) == Some(&b':') && is_windows);
    let path = match drive {
        Some(rest) => format!("{}{}", rest[..1].to_ascii_uppercase(), &rest[1..]),
        None => path.to_owned(),
    };
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() || trimmed.ends_with(':') { path } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(uri: &str) -> Option<String> {
        path_of(&Uri::from_str(uri).expect("a URI"))
    }

    #[test]
    fn paths_survive_both_conversions() {
        for name in ["/a/b.json", "/tmp/名前 ä/100%#?.json", "/a/[x]!@.json", "//server/share/x"] {
            let uri = uri_of(name).expect("a URI");
            assert_eq!(path_of(&uri).as_deref(), Some(name), "{}", uri.as_str());
        }
        assert_eq!(
            uri_of("C:/a b/x").map(|uri| uri.as_str().to_owned()),
            Some("file:///C%3A/a%20b/x".to_owned())
        );
    }

    #[test]
    fn only_files_have_paths() {
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("file:///a/b/"), Some("/a/b".to_owned()));
        assert_eq!(path("FILE://localhost/a"), Some("/a".to_owned()));
        assert_eq!(path("file:///a/%E5%90%8D.json"), Some("/a/名.json".to_owned()));
        assert_eq!(path("file:///a/%FF.json"), None);
        assert_eq!(path("file:///"), Some("/".to_owned()));
    }

    #[test]
    fn drives_have_one_spelling() {
        assert_eq!(normal("/c:/x/", true), "C:/x");
        assert_eq!(normal("/C:/", true), "C:/");
        assert_eq!(normal("/c:/x", false), "/c:/x");
    }
}
