//! Which texts are secrets and which are not.

mod notations;

use super::*;

fn sure_at(around: &str, key: &str, value: &str) -> bool {
    find(ValueContext { around, key }, value).iter().any(|secret| secret.is_certain)
}

fn sure(key: &str, value: &str) -> bool {
    sure_at("body", key, value)
}

/// The text as a report shows it, with a star for each secret.
fn starred(text: &str) -> String {
    let mut found: Vec<_> = ranges(text);
    found.sort_by_key(|range| (range.start, range.end));
    let (mut out, mut at) = (String::new(), 0);
    for range in found {
        // What several readings show is masked once.
        if range.start > at || at == 0 {
            out.push_str(&text[at..range.start]);
            out.push('*');
        }
        at = at.max(range.end);
    }
    out + &text[at..]
}

/// Keys and values that are secrets.
const SECRETS: &[(&str, &str)] = &[
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
    ("passwd", "tr0ub4dor"),
    ("passcode", "tr0ub4dor"),
    ("X-Auth-Key", "9f8a7b6c5d"),
    ("encryptionKey", "9f8a7b6c5d"),
    ("signingKey", "9f8a7b6c5d"),
    ("PRIVATE-TOKEN", "9f8a7b6c5d"),
    ("uri", "https://f.azurewebsites.net/api/x?code=0123456789abcdefghij0123456789abcdefghijklmn%3D%3D"),
    ("uri", "https://f.azurewebsites.net/api/x?code=0123456789abcdefghij0123456789abcdefghijklmn%3d%3d&a=1"),
    (
        "uri",
        "https://api.harbour.example/api/x?code=0123456789abcdefghij0123456789abcdefghij0123456789abcdeF==",
    ),
    ("uri", "@{outputs('Host')}/api/x?code=0123456789abcdefghij0123456789abcdefghij0123456789abcdeF%3D%3D"),
    (
        "uri",
        "https://F.AZUREWEBSITES.NET/x?CODE=0123456789abcdefghij0123456789abcdefghij0123456789abcdeF%253D%253D",
    ),
    (
        "uri",
        "@concat('https://f.azurewebsites.us/api/x?code=','0123456789abcdefghij0123456789abcdefghij0123456789abcdeF==')",
    ),
    ("secretKey", "6uniiFw152cTe8r0khCEr7n1"),
    ("text", "aws_secret_access_key=Y96vwfRE5e32A8Yb3FKaNQyyLaMeffOhq4AUvy7V"),
    ("text", "host=h user=u password=tr0ub4dor"),
    ("passwort", "tr0ub4dor"),
];

#[test]
fn what_is_a_secret() {
    for (key, value) in SECRETS {
        assert!(sure(key, value), "{key}: {value}");
    }
    // A value that is used as a password may be a word.
    for (around, key, value) in [
        ("authentication", "password", "correcthorse"),
        ("authentication", "value", "Basic aGxiOnNlY3JldA=="),
        ("authentication", "pfx", "MIIJqQIBAzCCCW8GCSqGSIb3DQEHAaCCCWAE"),
        ("headers", "x-api-key", "correcthorse"),
        ("headers", "X-Gitlab-Token", "uCL1mHoOsFaQfDPrAJ71"),
        ("headers", "token", "va9AW7hipTgadDZFlRJmCGmUXiAPyhzA"),
        ("headers", "aeg-sas-key", "nar3ZLt4bnlz2MPKgcjnCqaXNv1syeefnLOpaMxxNDi="),
        ("queries", "code", "0123456789abcdefghij0123456789abcdefghij0123456789abcdeF=="),
        ("headers", "Cookie", "theme=dark; session=9f8a7b6c5d9f8a7b6c5d"),
    ] {
        assert!(sure_at(around, key, value), "{key}: {value}");
    }
}

/// Keys and values that look like secrets but are not.
const HARMLESS: &[(&str, &str)] = &[
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
    ("pin", "483920a1"),
    ("clientSecret", "https://hlb-kv1.vault.azure.net/secrets/Client1/0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
    ("secret", "/subscriptions/0a1b/resourceGroups/r1/providers/Microsoft.KeyVault/vaults/v1/secrets/s1"),
    ("privateKey", "/etc/keys/client1.pem"),
    ("privateKey", "C:\\keys\\client1.pem"),
    ("privateKey", "client1.pem"),
    ("secret", "kv-prod01/secret-name1"),
    ("password", "****1234"),
    ("password", "xxxxxxx1"),
    ("apiKey", "ab12xxxxxxxxxxxx"),
    ("apiKey", "TODO-1234-ask"),
    ("clientSecret", "todo: 1a2b3c4d"),
    ("apiKey", "enter-key-1234"),
    ("apiKey", "change_me_1234"),
    ("password", "2024-01-31T08:00:00Z"),
    ("password", "31.12.2024 08:00"),
    ("signingKey", "RS256"),
    ("encryptionKey", "AES-256-GCM"),
    ("Cookie", "consent=yes"),
    ("Cookie", "https://kv1.vault.azure.net/secrets/t1"),
    (
        "apiKey",
        "/subscriptions/0a1b/resourceGroups/r1/providers/Microsoft.KeyVault/vaults/v1/secrets/authKey1",
    ),
    ("apiKey", "kv.vault.azure.net/secrets/ApiKey2"),
    ("apiKey", "../Keys/App1"),
    ("apiKey", "folder1\\Key2"),
    ("apiKey", "20240531T101010Z"),
    ("apiKey", "31-May-2024"),
    ("apiKey", "***Abc123***"),
    ("apiKey", "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9"),
    ("apiKey", "hlb_ApiKey1"),
    ("apiKey", "REDACTED1"),
    ("apiKey", "__ApiKey1__"),
    ("apiKey", "~ApiKey1~"),
    ("apiKey", "key-{{token1}}"),
    ("apiKey", "prefix-#{token1}#"),
    ("Authorization", "Bearer {{token1}}"),
    ("Authorization", "Basic base64(user1:pass1)"),
    ("Authorization", "OAuth oauth_token={{t1}}"),
    ("x-ms-continuation-token", "va9AW7hipTgadDZFlRJmCGmUXiAPyhzA"),
    ("text", "The Password=field1 is required"),
    ("uri", "https://api.harbour.example/api/x?code=0123456789abcdefghij=="),
];

/// False errors that a reviewer found.
#[test]
fn labels_placeholders_and_names_are_no_secrets() {
    for (key, value) in HARMLESS {
        assert!(!sure(key, value), "{key}: {value}");
        assert!(
            !sure_at("headers", key, value)
                || ["falsch", "Kennwort", "Contraseña", "Zugriffstoken", "kv-prod01/secret-name1"]
                    .contains(value)
                || value.starts_with("contoso"),
            "{key}: {value}"
        );
    }
}

/// Texts, and their masked forms.
const MASKED: &[(&str, &str)] = &[
    (
        r#"  "user": "a", "password": "p\"ss123", "x": {"x-api-key":"0123"}"#,
        r#"  "user": "a", "password": "*", "x": {"x-api-key":"*"}"#,
    ),
    // A part of a line may begin and end inside a string.
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
        r#"<wsse:Password Type="x">correct horse</wsse:Password>"#,
        r#"<wsse:Password Type="x">*</wsse:Password>"#,
    ),
    ("<a:ApiKey><![CDATA[x<1]]></a:ApiKey>", "<a:ApiKey><![CDATA[*]]></a:ApiKey>"),
    (
        "&lt;o:Password o:T=\"x\"&gt;correct&lt;/o:Password&gt;",
        "&lt;o:Password o:T=\"x\"&gt;*&lt;/o:Password&gt;",
    ),
    (r"\u003cPassword\u003ecorrect\u003c/Password\u003e", r"\u003cPassword\u003e*\u003c/Password\u003e"),
    ("<description>a <b>password</b> > 8</description>", "<description>a <b>password</b> > 8</description>"),
    ("Cookie: a=x1; session=\"y\"", "Cookie: a=*; session=\"y\""),
    (r#""Cookie": "theme=dark; session=x y z""#, r#""Cookie": "theme=*; session=*""#),
    ("the cookie: a story; pin: it", "the cookie: a story; pin: it"),
    ("pin=1234&spin=1", "pin=*&spin=1"),
    (r#"{"key":"ApiKey","value":"x1"}"#, r#"{"key":"ApiKey","value":"*"}"#),
    (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----*-----END RSA PRIVATE KEY-----",
    ),
    (
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    ),
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
];

#[test]
fn a_text_is_masked_by_what_stands_before() {
    for (text, expected) in MASKED {
        assert_eq!(starred(text), *expected, "{text}");
    }
}

/// Texts that a hostile text may repeat.
const HOSTILE: &[&str] = &[
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
    "ghp_",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN ",
    ":AA",
    "1234567890:AA",
    "eyJ",
    "8Q~",
    "cookie:",
    "cookie:a=",
    "<pwd><![CDATA[",
    "&gt;",
    "\\u003e",
    "<name a=''>",
    "//a:b",
    "//a:b ",
    "https:/",
    "http://a:b/",
    "://a:b@",
    "://@{",
    "a://a%3a",
    "%",
    "%25",
    "%2525",
    "%40",
    "%2f%2fa%3ab",
    "\\",
    r"\/",
    r"\u0025",
    "&#",
    "&#37;",
    "\u{200D}",
    "=\u{A0}",
    "//a:b%2fc",
    "://a:b/@",
    "://a:b/c@{",
];

/// The time grows with the text, not with its square: eight times the text would take 64 times as long then. The slack is
/// for a machine with other work.
#[test]
fn a_hostile_text_takes_no_longer() {
    let search = |text: &str| {
        let started = std::time::Instant::now();
        let _ = ranges(text);
        let _ = has_user_and_password(text);
        let _ = find(ValueContext { around: "", key: "password" }, text);
        let _ = find(ValueContext { around: "headers", key: "Cookie" }, text);
        let _ = has_shape(text);
        started.elapsed()
    };
    for part in HOSTILE {
        let [short, long] = [12_500, 100_000].map(|length| part.repeat(length / part.len()));
        let is_linear = |_| {
            let slack = std::time::Duration::from_millis(200);
            search(&long) < 24 * search(&short) + slack
        };
        assert!((0..5).any(is_linear), "{part}");
    }
}

/// Tokens of services, composed at run time so that scanners do not report this file.
#[test]
fn tokens_of_services_are_known_by_their_form() {
    let generated = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0xR";
    let of = |length: usize| generated.chars().cycle().take(length).collect::<String>();
    for (before, token, behind) in [
        ("", format!("ghp_{}", of(36)), ""),
        ("token is ", format!("github_pat_{}_{}", of(22), of(59)), "."),
        ("x\\n", format!("glpat-{}", of(20)), "\\n"),
        ("'", format!("AKIA{}", of(16).to_uppercase()), "'"),
        ("key=", format!("sk_live_{}", of(24)), "&"),
        ("", format!("xoxb-123456789012-{}", of(24)), ""),
        ("https://", format!("hooks.slack.com/services/T0{}/B0{}/{}", of(8), of(8), of(24)), ""),
        ("https://discord.com", format!("/api/webhooks/123456789012345678/{}", of(68)), ""),
        ("https://discord.com", format!("/api/v10/webhooks/123456789012345678/{}", of(68)), ""),
        ("key=", format!("rk_test_{}", of(24)), "&"),
        ("https://api.telegram.org/bot", format!("1234567890:AA{}", of(33)), "/sendMessage"),
        ("", format!("SG.{}.{}", of(22), of(43)), ""),
        ("", format!("AIza{}", of(35)), ""),
        ("", format!("sk-proj-{}", of(48)), ""),
        ("", format!("abc8Q~{}", of(34)), ""),
        ("", format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", of(64)), ""),
    ] {
        let text = format!("{before}{token}{behind}");
        let secrets = find(ValueContext { around: "body", key: "text" }, &text);
        let [secret] = secrets.as_slice() else { panic!("{text}: {secrets:?}") };
        assert!(secret.is_certain && has_shape(&text), "{text}");
        assert!(
            secret.range.start >= before.len() && secret.range.end <= text.len() - behind.len(),
            "{text}: {secret:?}"
        );
        assert!(!masked(&text).contains(&of(16)[..8].to_uppercase()), "{}", masked(&text));
        assert!(!masked(&text).contains(&of(16)[..8]), "{}", masked(&text));
    }
    for text in [
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_your-token-here",
        "AKIAIOSFODNN7EXAMPLE",
        "sk-learn is a library, task-1 too",
        "https://discord.com/api/webhooks/1/x",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "12:AA",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\n@{variables('key')}\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    ] {
        assert!(!sure("text", text) && !has_sure_shape(text), "{text}");
    }
}

fn has_sure_shape(text: &str) -> bool {
    shapes::secrets(text).iter().any(|secret| secret.is_certain)
}

proptest::proptest! {
    #[test]
    fn short_words_are_no_secrets(
        words in proptest::collection::vec("(?i)bearer|basic|sharedkey|[a-z]{16,19}|[a-zA-Z0-9_()-]{0,20}|[=:/]", 0..4),
    ) {
        let text = words.join(" ");
        if has_only_short_words(&text) {
            let found = scan::secrets(&text).into_iter().chain(shapes::secrets(&text)).count();
            proptest::prop_assert_eq!((found, in_readings(&text).len()), (0, 0), "{}", text);
        }
    }
}
