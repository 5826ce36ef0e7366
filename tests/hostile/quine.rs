//! A zip that holds itself: its one entry inflates to the very bytes of the zip, so that whoever opens every zip in a
//! zip never comes to an end.
//!
//! Deflate knows two orders: print the bytes that follow, and repeat what was printed last. A program of these can print
//! itself with something before and behind it, as Russ Cox showed (<https://research.swtch.com/zip>): before it the header
//! of the entry, behind it the directory. Both hold the checksum of the whole, which is found by solving for it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::findings_in;
use crate::support::zip_of;

const NAME: &[u8] = b"me.zip";

/// Bits from the lowest one of each byte on.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.count % 8 == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.count % 8);
        }
        self.count += 1;
    }

    /// A number, as deflate writes all but codes.
    fn number(&mut self, number: usize, bits: usize) {
        (0..bits).for_each(|bit| self.push(number >> bit & 1 == 1));
    }

    /// A Huffman code.
    fn code(&mut self, code: usize, bits: usize) {
        (0..bits).rev().for_each(|bit| self.push(code >> bit & 1 == 1));
    }
}

/// Which class of deflate's table a number falls into, how many bits tell the rest, and the rest: the classes grow by a
/// factor of two every `1 << fine` of them.
fn class(number: usize, fine: usize) -> (usize, usize, usize) {
    let extra = (usize::BITS - 1 - (number >> fine).max(1).leading_zeros()) as usize;
    let top = number >> extra;
    (extra * (1 << fine) + top, extra, number - (top << extra))
}

fn two(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("small").to_le_bytes()
}

fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("small").to_le_bytes()
}

/// The order to print the `count` bytes that follow: a stored block.
fn print(count: usize) -> Vec<u8> {
    let count = two(count);
    [&[0][..], &count, &count.map(|byte| !byte)].concat()
}

/// The order to print nothing, and to end.
fn end() -> Vec<u8> {
    let mut end = print(0);
    end[0] = 1;
    end
}

/// The order to print the last `count` bytes again, in so many bytes: a block of fixed codes, empty ones to fill up, and
/// an empty stored one that ends at a byte.
fn repeat(count: usize, size: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    let begin = |bits: &mut Bits| bits.number(0b010, 3);
    let finish = |bits: &mut Bits| bits.code(0, 7);
    begin(&mut bits);
    let (length, extra, rest) = class(count - 3, 2);
    // The codes of 257 to 279.
    assert!(length < 23, "{count} is too long");
    bits.code(length + 1, 7);
    bits.number(rest, extra);
    let (distance, extra, rest) = class(count - 1, 1);
    bits.code(distance, 5);
    bits.number(rest, extra);
    finish(&mut bits);
    while (bits.count + 3).div_ceil(8) + 4 < size {
        begin(&mut bits);
        finish(&mut bits);
    }
    let mut bytes = bits.bytes;
    if !matches!(bits.count % 8, 1..=5) {
        bytes.push(0);
    }
    bytes.extend([0, 0, 0xFF, 0xFF]);
    assert_eq!(bytes.len(), size, "{count}");
    bytes
}

/// Deflated bytes that inflate to `before`, themselves and `behind`. Each line prints what its remark names; together
/// that is the whole.
fn printing_itself(before: &[u8], behind: &[u8]) -> Vec<u8> {
    const SIZE_OF_FIRST: usize = 25;
    const SIZE_OF_SECOND: usize = 15;
    const SIZE_OF_LAST: usize = 9;
    const BLOCK: usize = 2 * (SIZE_OF_SECOND + 5);
    let start = print(before.len() + 5);
    let first = repeat(before.len() + 5, SIZE_OF_FIRST);
    let print_first = print(SIZE_OF_FIRST);
    let second = repeat(BLOCK, SIZE_OF_SECOND);
    let rest = SIZE_OF_LAST + 5 + behind.len();
    let last = [repeat(rest, SIZE_OF_LAST), end(), behind.to_vec()].concat();
    let fill = print(0).repeat(4);
    let lines = [
        // What is before, and the first order.
        [start.clone(), before.to_vec(), start].concat(),
        // The bytes that it printed.
        first.clone(),
        // The line above.
        [print_first.clone(), first.clone()].concat(),
        // The order of the third line.
        [print(5), print_first.clone()].concat(),
        // Its bytes, the fourth line, and the order of this one.
        [print(BLOCK), first, print(5), print_first, print(BLOCK)].concat(),
        // Its bytes.
        second.clone(),
        // The line above, the order of this one, and half of its bytes.
        [print(BLOCK), second.clone(), print(BLOCK), second.clone(), print(BLOCK)].concat(),
        // The other half, this line, and the order of the next one.
        second.clone(),
        // Its own bytes.
        [print(BLOCK), second.clone(), fill.clone(), print(rest)].concat(),
        // This line, and the order of the last one.
        [second, fill].concat(),
        // Its own bytes.
        [print(rest), last.clone()].concat(),
        // What is left.
        last[..SIZE_OF_LAST + 5].to_vec(),
    ];
    lines.concat()
}

/// The zip with this checksum in it.
fn zip_with(checksum: [u8; 4]) -> Vec<u8> {
    let (mut size, mut packed) = (0, 0);
    // The sizes stand in what they are the sizes of, in four bytes each: after one round they are right.
    loop {
        let version_flags_method_time = [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x50];
        let entry = [&version_flags_method_time[..], &checksum, &four(packed), &four(size)].concat();
        let name = [&two(NAME.len())[..], &two(0)].concat();
        let before = [b"PK\x03\x04", entry.as_slice(), &name, NAME].concat();
        let record = [b"PK\x01\x02\x14\x00", entry.as_slice(), &name, &[0; 14], NAME].concat();
        let behind = |start: usize| {
            let counts = [&two(0)[..], &two(0), &two(1), &two(1)].concat();
            [&record[..], b"PK\x05\x06", &counts, &four(record.len()), &four(start), &two(0)].concat()
        };
        let program = printing_itself(&before, &behind(before.len() + packed));
        let zip = [before.clone(), program.clone(), behind(before.len() + packed)].concat();
        if (size, packed) == (zip.len(), program.len()) {
            return zip;
        }
        (size, packed) = (zip.len(), program.len());
    }
}

/// The checksum that the writer of zips gives some bytes.
fn checksum(bytes: &[u8]) -> u32 {
    let zip = zip_of([("a", bytes)]);
    u32::from_le_bytes(zip[14..18].try_into().expect("four bytes"))
}

/// The zip whose checksum stands in it. Each bit of what stands there turns the same bits of the checksum over, whatever
/// the others are: 32 equations, solved as one learns them in school.
fn quine() -> Vec<u8> {
    let of = |told: u32| checksum(&zip_with(told.to_le_bytes()));
    let none = of(0);
    // What is turned over by each bit, with the bit itself, and by which bits.
    let mut equations: Vec<(u32, u32)> = Vec::new();
    for bit in (0..32).map(|bit| 1_u32 << bit) {
        let reduced = equations.iter().fold((of(bit) ^ none ^ bit, bit), |(value, bits), (other, by)| {
            if value ^ other < value { (value ^ other, bits ^ by) } else { (value, bits) }
        });
        if reduced.0 != 0 {
            equations.push(reduced);
            equations.sort_by(|a, b| b.cmp(a));
        }
    }
    let (left, told) = equations.iter().fold((none, 0), |(left, told), (value, by)| {
        if left ^ value < left { (left ^ value, told ^ by) } else { (left, told) }
    });
    assert_eq!(left, 0, "no checksum fits: change the name");
    zip_with(told.to_le_bytes())
}

#[test]
fn a_zip_that_holds_itself_ends_at_the_nesting_limit() {
    let zip = quine();
    let mut inner = Vec::new();
    let mut archive = ZipArchive::new(Cursor::new(zip.clone())).expect("a zip");
    archive.by_index(0).expect("an entry").read_to_end(&mut inner).expect("sizes and checksum are right");
    assert_eq!(inner, zip);
    let found = findings_in("quine.zip", zip);
    let path = "quine.zip!me.zip!me.zip!me.zip!me.zip";
    let end = format!("`{path}` is nested beyond the limit of 3 zips (`--max-zip-depth`)");
    assert!(found.starts_with("refused: quine.zip: ") && found.contains(&end), "{found}");
}
