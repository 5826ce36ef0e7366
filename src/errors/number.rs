//! Numbers of Dataverse errors. One number has several notations: `0x80048060`, `80048060`, `2147778656` and
//! `-2147188640` are the same.

/// The bit that every error number has.
const FAILURE: u32 = 0x8000_0000;

/// The number that a code of the catalog, or a whole argument, is written as.
pub(super) fn of_code(code: &str) -> Option<u32> {
    let code = code.trim();
    of_word(code.strip_prefix('-').unwrap_or(code), code.starts_with('-'))
}

/// The number that a word is, with the sign before it. `80040216` is hexadecimal: as a decimal it would be too short.
pub(super) fn of_word(word: &str, is_negative: bool) -> Option<u32> {
    let hexadecimal = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    let digits = hexadecimal.unwrap_or(word);
    let number = match digits.len() {
        8 if !is_negative => u32::from_str_radix(digits, 16).ok()?,
        10 if hexadecimal.is_none() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let number: i64 = digits.parse().ok()?;
            let number = if is_negative { (1 << 32) - number } else { number };
            u32::try_from(number).ok()?
        }
        _ => return None,
    };
    (number & FAILURE != 0).then_some(number)
}

/// Whether a word is written as only an error number is: `0x8…`.
pub(super) fn is_marked(word: &str) -> bool {
    word.len() == 10 && (word.starts_with("0x8") || word.starts_with("0X8")) && of_word(word, false).is_some()
}

/// Whether a word is written as the errors of Dataverse are: `0x8004…` to `0x8009…`.
pub(super) fn is_of_dataverse(word: &str) -> bool {
    is_marked(word) && word[3..].starts_with("00") && matches!(word.as_bytes()[5], b'4'..=b'9')
}

/// Every notation of a number that people look for: `0x80048539 (-2147187399)`.
pub(crate) fn notations(code: &str) -> Option<String> {
    let number = of_code(code)?;
    Some(format!("0x{number:08X} ({})", i64::from(number) - (1_i64 << 32)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_is_one_number() {
        for code in ["0x80048060", "80048060", "0X80048060", "2147778656", "-2147188640", " -2147188640 "] {
            assert_eq!(of_code(code), Some(0x8004_8060), "{code}");
        }
        for code in
            ["", "-", "0x", "12345678", "0x12345678", "2147483", "-80048060", "ChildFlow", "0x800480601"]
        {
            assert_eq!(of_code(code), None, "{code}");
        }
        assert!(is_marked("0x8004F036") && !is_marked("8004F036"));
        assert!(
            is_of_dataverse("0x80060467") && !is_of_dataverse("0x84be41de") && !is_of_dataverse("0x80131904")
        );
        assert_eq!(notations("-2147187399").as_deref(), Some("0x80048539 (-2147187399)"));
    }
}
