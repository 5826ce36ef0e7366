//! The notations of a secret: encoded, with invisible characters, and in paths.

use super::super::*;
use super::starred;

/// Addresses with a user and a password or a token, and their masked forms.
const ADDRESSES: &[(&str, &str)] = &[
    ("https://user:tr0ub4dor@host/x@y", "https://user:*@host/x@y"),
    ("https://tok3n1a2b3c:x-oauth-basic@host", "https://*:x-oauth-basic@host"),
    ("https://x-access-token:tok3n@host", "https://x-access-token:*@host"),
    ("https://a1b2c3d4e5f6a7b8c9@host/x", "https://*@host/x"),
    ("https://a1b2c3d4e5f6a7b8c9:@host/x", "https://*:@host/x"),
    ("https://user%3Atr0ub4dor@host", "https://user%3A*@host"),
    ("https://user%3a12%2F34@host", "https://user%3a*@host"),
    ("https:%2F%2Fuser:tr0ub4dor%40host", "https:%2F%2Fuser:*%40host"),
    ("https%3A%2F%2Fuser%3Atr0%2Fub4dor%40host%2Fx", "https%3A%2F%2Fuser%3A*%40host%2Fx"),
    ("https%3A%2F%2Fuser%3Atr0%252Fub4dor%40host%2Fx", "https%3A%2F%2Fuser%3A*%40host%2Fx"),
    ("https%253A%252F%252Fuser%253Atr0ub4dor%2540host", "https%253A%252F%252Fuser%253A*%2540host"),
    ("?to=https%3A%2F%2Fuser%3Atr0ub4dor%40host&x=1", "?to=https%3A%2F%2Fuser%3A*%40host&x=1"),
    (r"https:\/\/user:tr0ub4dor@host", r"https:\/\/user:*@host"),
    (r"https:\\user:tr0ub4dor@host", r"https:\\user:*@host"),
    (r"https\u003a//user\u003atr0ub4dor\u0040host", r"https\u003a//user\u003a*\u0040host"),
    ("https&#58;//user&#x3A;tr0ub4dor&#64;host", "https&#58;//user&#x3A;*&#64;host"),
    ("https:/user:tr0ub4dor@host", "https:/user:*@host"),
    ("//user:tr0ub4dor@host", "//user:*@host"),
    ("to '//user:tr0ub4dor@host'", "to '//user:*@host'"),
    ("https://user:tr0/ub4?d#or@host/x@y", "https://user:*@host/x@y"),
    ("https://user:tr0@ub4dor@host", "https://user:*@host"),
    ("https://user:tr0ub4dor@@{variables('h')}/x", "https://user:*@@{variables('h')}/x"),
    ("https:/\u{200D}/us\u{200B}er\u{2060}:tr0ub4dor@host", "https:/\u{200D}/us\u{200B}er\u{2060}:*@host"),
    ("ｈttps：／／user：tr0ub4dor＠host", "ｈttps：／／user：*＠host"),
];

/// Texts that resemble addresses with a password.
const NO_PASSWORDS: &[&str] = &[
    "a:b@c",
    "mail user@host or a.b%40c.example, see a:b@c",
    "mailto:user@host",
    "git@github.com:contoso/flows.git",
    "ssh://git@github.com/contoso/flows.git",
    "https://user@host/x",
    "https://contosodevelopment2024@dev.azure.com/contosodevelopment2024/_git/flows",
    "https://firstname.lastname2024@host",
    "https://john%40contoso.com@host",
    "https://host:443/x@y",
    "https://host:8080/a:b@c",
    "https://host:port/a@b",
    "http://[::1]:80/a:b@c",
    "https://host/a:b@c",
    "https://host?mail=a%3Ab%40c",
    "https://host:@{variables('port')}/a@b",
    "https://@{variables('u')}:443/a@b",
    "https://user:@{variables('p')}@host",
    "https://%7Buser%7D:%7Bpassword%7D/a@b",
    "// note: ask a:b@c",
    "x//a:b@c",
    "https://host//a:b@c",
    "npm://@scope/x",
    "C:\\http:\\new@x",
    "//server/share a:b@c",
];

#[test]
fn passwords_of_addresses_are_masked_in_any_notation() {
    for (text, expected) in ADDRESSES {
        assert_eq!(starred(text), *expected, "{text}");
    }
    for text in NO_PASSWORDS {
        assert_eq!(starred(text), *text);
    }
}

#[test]
fn only_the_secret_in_a_path_is_masked() {
    for (text, expected) in [
        ("in/Password=tr0ub4dor/deep/file.json: no such file", "in/Password=*/deep/file.json: no such file"),
        (r"C:\in\Password=tr0ub4dor\deep\file.json", r"C:\in\Password=*\deep\file.json"),
        ("Password=tr0ub4dor/file.json: no such file", "Password=*/file.json: no such file"),
        ("Password=tr0ub4dor/in: no such file", "Password=*/in: no such file"),
        ("Password=tr0ub4dor.zip!Workflows/a.json: x", "Password=*!Workflows/a.json: x"),
        ("in/Password=tr0ub4dor: is a folder", "in/Password=*: is a folder"),
        ("in/Password%3Dtr0ub4dor/deep/a.json", "in/Password%3D*/deep/a.json"),
        ("in/my password: tr0ub4dor/a.json", "in/my password: */a.json"),
        ("/properties/actions/hlb_ApiKey=x1/inputs", "/properties/actions/hlb_ApiKey=*/inputs"),
        // In any other text, a slash may be a part of the secret.
        ("?sig=aB/9+c%3D", "?sig=*"),
        ("Server=x;Password=tr0/ub4", "Server=x;Password=*"),
    ] {
        assert_eq!(starred(text), expected, "{text}");
    }
}

#[test]
fn a_password_is_masked_behind_a_name_that_only_looks_like_one() {
    for (text, expected) in [
        ("Password\u{A0}=tr0ub4dor", "Password\u{A0}=*"),
        ("Pass\u{200D}word=tr0ub4dor", "Pass\u{200D}word=*"),
        (
            "P\u{AD}a\u{200B}ssword\u{FEFF}\u{2003}:\u{202F}tr0ub4dor",
            "P\u{AD}a\u{200B}ssword\u{FEFF}\u{2003}:\u{202F}*",
        ),
        ("Password＝tr0ub4dor", "Password＝*"),
        ("Ｐａｓｓｗｏｒｄ：　tr0ub4dor", "Ｐａｓｓｗｏｒｄ：　*"),
        ("P%61ssword%3dtr0ub4dor%26x%3d1", "P%61ssword%3d*%26x%3d1"),
        ("Bearer\u{A0}abcdefghijklmnop1234", "Bearer\u{A0}*"),
        ("Client\u{200C}Secret=tr0ub4dor;x", "Client\u{200C}Secret=*;x"),
        (r"\\u0050assword=tr0ub4dor", r"\\u0050assword=*"),
        ("<Pass\u{200D}word>tr0ub4dor</Pass\u{200D}word>", "<Pass\u{200D}word>*</Pass\u{200D}word>"),
        ("{\\\"password\\\":\\\"tr0ub4dor\\\"}", "{\\\"password\\\":\\\"*\\\"}"),
    ] {
        assert_eq!(starred(text), expected, "{text}");
    }
    for text in [
        "名前：　田中　パスワード",
        "Pass\u{A0}the\u{A0}word = 5",
        "100 % a:b",
        "a\u{A0}: b",
        r"C:\new\users\ubuntu",
    ] {
        assert_eq!(starred(text), text);
    }
    let key = "Pass\u{200D}word";
    let found = find(ValueContext { around: "", key }, "tr0ub4dor");
    assert!(found.iter().any(|secret| secret.range == (0..9)), "{found:?}");
    assert!(hides_number(key) && suggests_secret(key));
}
