//! What is a secret and what is none.

use super::*;

fn sure_at(around: &str, key: &str, value: &str) -> bool {
    find(ValueContext { around, key }, value).iter().any(|secret| secret.is_sure)
}

fn sure(key: &str, value: &str) -> bool {
    sure_at("body", key, value)
}

/// The text as a report shows it, with a star for each secret.
fn masked(text: &str) -> String {
    let mut out = text.to_owned();
    let mut found: Vec<_> = ranges(text).collect();
    found.sort_by_key(|range| std::cmp::Reverse(range.start));
    found.into_iter().for_each(|range| out.replace_range(range, "*"));
    out
}

#[test]
fn what_is_a_secret() {
    for (key, value) in [
        ("password", "tr0ub4dor"),
        ("password", "hlb-Lighthouse-42"),
        ("item/api-key", "9f8a7b6c5d"),
        ("secret", "tr0ub4dor"),
        ("x-api-key", "9f8a7b6c5d"),
        ("Authorization", "Basic aGxiOnNlY3JldA=="),
        ("uri", "https://x/y?sp=%2F&sig=abcdefghijklmnop1234"),
        ("value", "Bearer abcdefghijklmnop1234"),
        ("value", "@concat('Bearer ', 'abcdefghijklmnop1234')"),
        ("value", "Server=x;\nPassword=tr0ub4dor;"),
        ("uri", "https://x/?access_token=abcdefghijklmnop1234"),
        ("uri", "https://x/?api_key=abcdefghijklmnop1234"),
        ("uri", "https://user:tr0ub4dor@x/"),
        ("uri", "https://f.azurewebsites.net/api/x?code=0123456789abcdefghij0123456789abcdefghijklmn=="),
        ("passphrase", "tr0ub4dor"),
        ("privateKey", "9f8a7b6c5d"),
        ("userPassword", "tr0ub4dor"),
        ("hlb_ApiKey", "9f8a7b6c5d"),
        ("X-Auth-Token", "9f8a7b6c5d"),
        ("Proxy-Authorization", "Basic aGxiOnNlY3JldA=="),
    ] {
        assert!(sure(key, value), "{key}: {value}");
    }
    // Where a password is used as one, it may be a word.
    for (around, key, value) in [
        ("authentication", "password", "correcthorse"),
        ("authentication", "value", "Basic aGxiOnNlY3JldA=="),
        ("authentication", "pfx", "MIIJqQIBAzCCCW8GCSqGSIb3DQEHAaCCCWAE"),
        ("headers", "x-api-key", "correcthorse"),
    ] {
        assert!(sure_at(around, key, value), "{key}: {value}");
    }
}

/// What a reviewer found reported as an error.
#[test]
fn labels_placeholders_and_names_are_no_secrets() {
    for (key, value) in [
        ("password", "@parameters('p')"),
        ("password", "@{variables('p')}"),
        ("password", "<password>"),
        ("password", "your password"),
        ("password", "******"),
        ("password", ""),
        ("password", "string"),
        ("password", "to be set later"),
        ("password", "Kennwort"),
        ("password", "Contraseña"),
        ("password", "falsch"),
        ("password", "not used"),
        ("password", "00000000-0000-0000-0000-000000000000"),
        ("accessToken", "Zugriffstoken"),
        ("accessToken", "access_token"),
        ("apiKey", "X-API-Key"),
        ("apiKey", "optional"),
        ("subscriptionKey", "Ocp-Apim-Subscription-Key"),
        ("secret", "client_secret_post"),
        ("secret", "contoso-kv-secret-name"),
        ("resetPassword", "https://x.example/reset1234"),
        ("Authorization", "Bearer"),
        ("Authorization", "Bearer {token1234567}"),
        ("Authorization", "Bearer <access-token1>"),
        ("Authorization", "Basic YOUR_CREDENTIALS1"),
        ("Authorization", "Basic authentication"),
        ("uri", "https://x/reset?password=required&lang=de"),
        ("uri", "https://x/?design=abcdefghijklmnop1234"),
        ("uri", "https://x/?password=true"),
        ("uri", "https://@{variables('u')}:443/a@b"),
        ("uri", "https://f.azurewebsites.net/api/x?code=@{variables('c')}"),
        ("value", "Bearer @{body('t')}"),
        ("value", "the bearer responsibilities"),
        ("secretName", "tr0ub4dor"),
        ("token", "tr0ub4dor"),
    ] {
        assert!(!sure(key, value), "{key}: {value}");
        assert!(
            !sure_at("headers", key, value)
                || ["falsch", "Kennwort", "Contraseña", "Zugriffstoken"].contains(&value)
                || value.starts_with("contoso"),
            "{key}: {value}"
        );
    }
}

#[test]
fn a_text_is_masked_by_what_stands_before() {
    for (text, expected) in [
        (
            r#"  "user": "a", "password": "p\"ss123", "x": {"x-api-key":"0123"}"#,
            r#"  "user": "a", "password": "*", "x": {"x-api-key":"*"}"#,
        ),
        // A window of a line may begin inside a string, and end inside one.
        (r#"b": "c", "password":"tr0ub"#, r#"b": "c", "password":"*"#),
        ("\"password\"\n:\n \"tr0ub4dor\"", "\"password\"\n:\n \"*\""),
        (r#"{"password":["tr0ub4dor"]}"#, r#"{"password":["*"]}"#),
        (r#"{\"password\":\"tr0ub4dor\"}"#, r#"{\"password\":\"*\"}"#),
        (r#""password":"@{variables('x')}tr0ub4dor""#, r#""password":"@{variables('x')}*""#),
        ("setProperty(a, 'password', 'tr0ub4dor')", "setProperty(a, 'password', '*')"),
        ("concat('&sig=', variables('x'))", "concat('&sig=', variables('x'))"),
        ("concat('&sig=','aB9')", "concat('&sig=','*')"),
        ("concat('Bearer ','eyJ0')", "concat('Bearer ','*')"),
        (r"a\u0026password=x y", r"a\u0026password=* y"),
        (r"Server=x\npassword=y", r"Server=x\npassword=*"),
        ("%3Fpassword%3Dx", "%3Fpassword%3D*"),
        ("hlb_sig=aB9", "hlb_sig=*"),
        ("?sig=aB9/password: tr0ub4dor", "?sig=* *"),
        ("<Password>tr0ub4dor</Password>", "<Password>*</Password>"),
        (
            r#"<v schemaname="hlb_ApiKey"><defaultvalue>x1</defaultvalue></v>"#,
            r#"<v schemaname="hlb_ApiKey"><defaultvalue>*</defaultvalue></v>"#,
        ),
        (r#"{"SchemaName":"hlb_ApiKey","Value":"x1y"}"#, r#"{"SchemaName":"hlb_ApiKey","Value":"*"}"#),
        ("password = \"x\"", "password = \"*\""),
        ("Authorization: Basic eDp5MQ==", "Authorization: Basic *"),
        ("`sig=aB9`, which", "`sig=*`, which"),
        (
            "Basic information: password reset, bearer of news; Password=…",
            "Basic information: password reset, bearer of news; Password=…",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn a_hostile_text_takes_no_longer() {
    for part in [
        "code=",
        "password=",
        "sig=@",
        "pwd:'",
        "name=",
        "\"password\":\"@",
        "://a:",
        "bearer '",
        "<pwd>",
        "xpassword=",
        "token:",
        "password : [",
        "%3dsig",
    ] {
        let text = part.repeat(1_000_000 / part.len());
        let started = std::time::Instant::now();
        let _ = ranges(&text).count();
        let _ = has_user_and_password(&text);
        let _ = find(ValueContext { around: "", key: "password" }, &text);
        assert!(started.elapsed().as_secs() < 20, "{part}");
    }
}
