//! Names of zip entries: bytes in one of three encodings.
//!
//! A flag of the entry announces UTF-8, but common writers omit it, so the bytes decide. Older tools write other
//! encodings: Info-ZIP adds the name in UTF-8 as an extra field, and otherwise the zip specification (appendix D) requires
//! code page 437.

use rawzip::ZipFileHeaderRecord;
use rawzip::extra_fields::ExtraFieldId;

/// The characters of code page 437 from byte 0x80 on.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧\
     ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// The path of an entry, always with `/`.
pub(super) fn path(record: &ZipFileHeaderRecord<'_>) -> String {
    let name = record.file_path();
    let name = match std::str::from_utf8(name.as_bytes()) {
        Ok(name) => name.to_owned(),
        Err(_) => unicode_path(record).unwrap_or_else(|| code_page_437(name.as_bytes())),
    };
    name.replace('\\', "/")
}

/// The name in Info-ZIP's extra field 0x7075: a version, the checksum of the name that it replaces, and the name.
fn unicode_path(record: &ZipFileHeaderRecord<'_>) -> Option<String> {
    let (_, field) = record.extra_fields().find(|(id, _)| *id == ExtraFieldId::INFO_ZIP_UNICODE_PATH)?;
    let (checksum, name) = field.strip_prefix(&[1])?.split_first_chunk()?;
    let is_current = u32::from_le_bytes(*checksum) == rawzip::crc32(record.file_path().as_bytes());
    String::from_utf8(name.to_vec()).ok().filter(|_| is_current)
}

fn code_page_437(bytes: &[u8]) -> String {
    let high: Vec<char> = CODE_PAGE_437.chars().collect();
    let character = |byte: &u8| match byte.checked_sub(0x80) {
        Some(at) => high.get(usize::from(at)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        None => char::from(*byte),
    };
    bytes.iter().map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rawzip::{Header, ZipArchive, ZipArchiveWriter};

    /// The path of an entry with this name and, in its extra field, another one.
    fn path_of(name: &[u8], unicode: Option<(&[u8], &str)>) -> String {
        let mut bytes = Vec::new();
        let mut zip = ZipArchiveWriter::new(&mut bytes);
        // The writer accepts only UTF-8, so it writes a placeholder with the same length.
        let placeholder = "x".repeat(name.len());
        let mut file = zip.new_file(&placeholder);
        if let Some((replaced, unicode)) = unicode {
            let checksum = rawzip::crc32(replaced).to_le_bytes();
            let field = [&[1], checksum.as_slice(), unicode.as_bytes()].concat();
            file = file
                .extra_field(ExtraFieldId::INFO_ZIP_UNICODE_PATH, &field, Header::CENTRAL)
                .expect("a short field");
        }
        let (entry, config) = file.start().expect("a name");
        let (entry, descriptor) = config.wrap(entry).finish().expect("in memory");
        entry.finish(descriptor).expect("in memory");
        zip.finish().expect("in memory");
        let at = bytes.windows(4).position(|four| four == b"PK\x01\x02").expect("a directory") + 46;
        bytes[at..at + name.len()].copy_from_slice(name);
        let zip = ZipArchive::from_slice(bytes).expect("a zip");
        let record = zip.entries().next().expect("an entry").expect("a record");
        path(&record)
    }

    #[test]
    fn names_are_utf8_or_what_older_tools_write() {
        assert_eq!(path_of("Workflows\\Übung.json".as_bytes(), None), "Workflows/Übung.json");
        assert_eq!(path_of(b"\x9Abung \xE1\xFF.json", None), "Übung ß\u{A0}.json");
        let unicode = Some((&b"\x9Abung.json"[..], "Übung…/a.json"));
        assert_eq!(path_of(b"\x9Abung.json", unicode), "Übung…/a.json");
        // The field belongs to another name, or the name does not need it.
        assert_eq!(path_of(b"\x99bung.json", unicode), "Öbung.json");
        assert_eq!(path_of(b"solution.xml", Some((b"solution.xml", "other.xml"))), "solution.xml");
    }

    #[test]
    fn every_byte_has_a_character() {
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
    }
}
