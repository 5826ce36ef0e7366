//! The width of text, and its lines.
//!
//! The font is that of the reader's system, so widths are estimates: those of a wide font (DejaVu Sans) for ASCII, and more
//! than usual for other scripts. A text may take less space than this, but rarely more.

use unicode_linebreak::linebreaks;
use unicode_width::UnicodeWidthChar;

/// The widths of the characters from `' '` to `'~'`, in thousandths of the font size.
const ASCII: [u16; 95] = [
    318, 401, 460, 838, 636, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637,
    637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295,
    295, 656, 558, 863, 749, 788, 604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838,
    500, 500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521,
    393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838,
];
/// The widths of other characters that take one column or two.
const NARROW: u64 = 700;
const WIDE: u64 = 1000;

/// The width of a text, in pixels, rounded up.
pub(super) fn width(text: &str, size: u64) -> i64 {
    let thousandths: u64 = text.chars().map(of_char).sum();
    i64::try_from((thousandths * size).div_ceil(1000)).unwrap_or(i64::MAX)
}

fn of_char(character: char) -> u64 {
    let index =
        u32::from(character).checked_sub(u32::from(' ')).and_then(|index| usize::try_from(index).ok());
    if let Some(width) = index.and_then(|index| ASCII.get(index)) {
        return u64::from(*width);
    }
    match character.width() {
        None | Some(0) => 0,
        Some(1) => NARROW,
        Some(_) => WIDE,
    }
}

/// The lines of a text: as few as fit into `widest`, about equally long. Together they are the whole text.
pub(super) fn wrapped(text: &str, size: u64, widest: i64) -> Vec<&str> {
    let pieces = pieces(text, size, widest);
    let most = lines(text, &pieces, size, widest).len();
    // The least width with as many lines.
    let (mut too_narrow, mut enough) = (0, widest);
    while too_narrow + 1 < enough {
        let middle = (too_narrow + enough) / 2;
        let fits = |line: &&str| width(line.trim_end(), size) <= middle;
        let lines = lines(text, &pieces, size, middle);
        if lines.len() <= most && lines.iter().all(fits) {
            enough = middle;
        } else {
            too_narrow = middle;
        }
    }
    lines(text, &pieces, size, enough)
}

/// The ends of the parts that are not broken: words, and the parts of words that are too long.
fn pieces(text: &str, size: u64, widest: i64) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = 0;
    // The opportunities include the end of the text. Line breaks were escaped before.
    for (end, _) in linebreaks(text) {
        if width(text[start..end].trim_end(), size) > widest {
            long_word(&text[start..end], size, widest, |at| ends.push(start + at));
        }
        ends.push(end);
        start = end;
    }
    ends
}

/// Breaks a long word behind punctuation and before capitals, or anywhere if that is not enough.
fn long_word(word: &str, size: u64, widest: i64, mut push: impl FnMut(usize)) {
    let widest = u64::try_from(widest).unwrap_or(0) * 1000;
    let (mut used, mut before) = (0, ' ');
    for (at, character) in word.char_indices() {
        let is_camel = before.is_lowercase() && character.is_uppercase();
        let is_behind = "_-./\\|:;,+&=?".contains(before) && at > 0;
        let own = of_char(character) * size;
        if own > 0 && at > 0 && (is_camel || is_behind || used + own > widest) {
            push(at);
            used = 0;
        }
        used += own;
        before = character;
    }
}

/// Puts as many pieces as fit on each line.
fn lines<'a>(text: &'a str, ends: &[usize], size: u64, widest: i64) -> Vec<&'a str> {
    let mut lines = Vec::new();
    let (mut start, mut last) = (0, 0);
    for end in ends {
        if last > start && width(text[start..*end].trim_end(), size) > widest {
            lines.push(&text[start..last]);
            start = last;
        }
        last = *end;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_whole_text() {
        let long = "n".repeat(500);
        for text in [
            "",
            "Short",
            "Admin | Sync Template v4 (Desktop flow usage)",
            "hlb_shared_common_data_service_for_apps_4d057_really_long",
            "注文を受け取ったら在庫を確認して担当者に通知する（毎日）",
            "e\u{301}\u{301}\u{301} 👩\u{200D}👩\u{200D}👧 family",
            &long,
        ] {
            let lines = wrapped(text, 13, 180);
            assert_eq!(lines.concat(), text);
            for line in &lines {
                assert!(width(line.trim_end(), 13) <= 180, "{line}");
                assert!(!line.starts_with('\u{301}'), "{line}");
            }
        }
    }

    #[test]
    fn lines_are_about_equally_long() {
        assert_eq!(
            wrapped("Admin | Sync Template v4 (Desktop flow usage)", 13, 200),
            ["Admin | Sync Template ", "v4 (Desktop flow usage)"]
        );
        assert_eq!(
            wrapped("注文を受け取ったら在庫を確認して担当者に通知する（毎日）", 13, 200),
            ["注文を受け取ったら在庫を確認", "して担当者に通知する（毎日）"]
        );
    }

    #[test]
    fn a_long_text_takes_linear_time() {
        let text = "word ".repeat(800);
        assert!(wrapped(&text, 13, 200).len() > 100);
    }
}
