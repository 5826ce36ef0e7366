//! A zip that contains itself: its only entry inflates to the bytes of the zip, so a reader that opens nested zips
//! without a limit never finishes.
//!
//! Deflate has two instructions: print literal bytes, and repeat bytes that were printed. A program of these can print
//! itself with a prefix and a suffix, as Russ Cox showed (<https://research.swtch.com/zip>): the prefix is the local
//! header, and the suffix is the central directory. Both contain the checksum of the whole zip, which is found by
//! solving equations.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::findings_in;
use crate::support::zip_of;

const NAME: &[u8] = b"me.zip";

/// Bits, starting with the lowest bit of each byte.
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

    /// Appends a number. Deflate writes all but codes this way.
    fn number(&mut self, number: usize, bits: usize) {
        (0..bits).for_each(|bit| self.push(number >> bit & 1 == 1));
    }

    /// Appends a Huffman code.
    fn code(&mut self, code: usize, bits: usize) {
        (0..bits).rev().for_each(|bit| self.push(code >> bit & 1 == 1));
    }
}

/// The class of a number in deflate's tables, the count of extra bits, and their value. The class size doubles every `1
/// << fine` classes.
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

/// The instruction to print the `count` literal bytes that follow: a stored block.
fn print(count: usize) -> Vec<u8> {
    let count = two(count);
    [&[0][..], &count, &count.map(|byte| !byte)].concat()
}

/// The instruction to print nothing and end.
fn end() -> Vec<u8> {
    let mut end = print(0);
    end[0] = 1;
    end
}

/// The instruction to repeat the last `count` bytes, in `size` bytes: a block with fixed codes, empty blocks as
/// padding, and an empty stored block that ends at a byte boundary.
fn repeat(count: usize, size: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    let begin = |bits: &mut Bits| bits.number(0b010, 3);
    let finish = |bits: &mut Bits| bits.code(0, 7);
    begin(&mut bits);
    let (length, extra, rest) = class(count - 3, 2);
    // The codes of lengths 257 to 279.
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

/// Deflated bytes that inflate to `prefix`, themselves and `suffix`. The comment on each line states what it prints;
/// together, the lines print everything.
fn self_printing(prefix: &[u8], suffix: &[u8]) -> Vec<u8> {
    const FIRST_SIZE: usize = 25;
    const SECOND_SIZE: usize = 15;
    const LAST_SIZE: usize = 9;
    const BLOCK: usize = 2 * (SECOND_SIZE + 5);
    let start = print(prefix.len() + 5);
    let first = repeat(prefix.len() + 5, FIRST_SIZE);
    let print_first = print(FIRST_SIZE);
    let second = repeat(BLOCK, SECOND_SIZE);
    let rest = LAST_SIZE + 5 + suffix.len();
    let last = [repeat(rest, LAST_SIZE), end(), suffix.to_vec()].concat();
    let fill = print(0).repeat(4);
    let lines = [
        // The prefix and the first instruction.
        [start.clone(), prefix.to_vec(), start].concat(),
        // The bytes that were printed.
        first.clone(),
        // The line above.
        [print_first.clone(), first.clone()].concat(),
        // The instruction of the third line.
        [print(5), print_first.clone()].concat(),
        // Its bytes, the fourth line, and the instruction of this line.
        [print(BLOCK), first, print(5), print_first, print(BLOCK)].concat(),
        // Its bytes.
        second.clone(),
        // The line above, the instruction of this line, and half of its bytes.
        [print(BLOCK), second.clone(), print(BLOCK), second.clone(), print(BLOCK)].concat(),
        // The other half, this line, and the instruction of the next line.
        second.clone(),
        // Its own bytes.
        [print(BLOCK), second.clone(), fill.clone(), print(rest)].concat(),
        // This line, and the instruction of the last line.
        [second, fill].concat(),
        // Its own bytes.
        [print(rest), last.clone()].concat(),
        // The rest.
        last[..LAST_SIZE + 5].to_vec(),
    ];
    lines.concat()
}

/// The zip with this checksum in its headers.
fn zip_with(checksum: [u8; 4]) -> Vec<u8> {
    let (mut size, mut packed) = (0, 0);
    // The sizes are part of the bytes whose sizes they state, but always take four bytes, so they are right after one
    // round.
    loop {
        let version_flags_method_time = [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x50];
        let entry = [&version_flags_method_time[..], &checksum, &four(packed), &four(size)].concat();
        let name = [&two(NAME.len())[..], &two(0)].concat();
        let prefix = [b"PK\x03\x04", entry.as_slice(), &name, NAME].concat();
        let record = [b"PK\x01\x02\x14\x00", entry.as_slice(), &name, &[0; 14], NAME].concat();
        let suffix = |start: usize| {
            let counts = [&two(0)[..], &two(0), &two(1), &two(1)].concat();
            [&record[..], b"PK\x05\x06", &counts, &four(record.len()), &four(start), &two(0)].concat()
        };
        let program = self_printing(&prefix, &suffix(prefix.len() + packed));
        let zip = [prefix.clone(), program.clone(), suffix(prefix.len() + packed)].concat();
        if (size, packed) == (zip.len(), program.len()) {
            return zip;
        }
        (size, packed) = (zip.len(), program.len());
    }
}

/// The checksum that the writer of zips computes for some bytes.
fn checksum(bytes: &[u8]) -> u32 {
    let zip = zip_of([("a", bytes)]);
    u32::from_le_bytes(zip[14..18].try_into().expect("four bytes"))
}

/// The zip that contains its own checksum. Flipping a bit of the stored checksum always flips the same bits of the
/// computed one, whatever the other bits are. This gives 32 linear equations, which are solved by elimination.
fn quine() -> Vec<u8> {
    let of = |stored: u32| checksum(&zip_with(stored.to_le_bytes()));
    let none = of(0);
    // For each bit, which bits it flips, including itself, and which bits of the stored checksum cause this.
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
    let (left, stored) = equations.iter().fold((none, 0), |(left, stored), (value, by)| {
        if left ^ value < left { (left ^ value, stored ^ by) } else { (left, stored) }
    });
    assert_eq!(left, 0, "no checksum fits: change the name");
    zip_with(stored.to_le_bytes())
}

#[test]
fn a_zip_that_contains_itself_ends_at_the_nesting_limit() {
    let zip = quine();
    let mut inner = Vec::new();
    let mut archive = ZipArchive::new(Cursor::new(zip.clone())).expect("a zip");
    archive.by_index(0).expect("an entry").read_to_end(&mut inner).expect("sizes and checksum are right");
    assert_eq!(inner, zip);
    let found = findings_in("quine.zip", zip);
    let path = "quine.zip!me.zip!me.zip!me.zip!me.zip";
    let end = format!("`{path}` exceeds the limit of 3 nested zips (`--max-zip-depth`)");
    assert!(found.starts_with("refused: quine.zip: ") && found.contains(&end), "{found}");
}
