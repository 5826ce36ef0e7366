//! The places of several drawings in one.

use super::shape::{Drawing, Point};

/// The space between drawings.
const SPACE: i64 = 36;
/// The width in which drawings are put, unless one of them is wider.
const WIDTH: (i64, i64) = (900, 1600);

/// The top left corner of each drawing. The highest come first, in rows; lower ones are put below each other in a row.
pub(super) fn pack(parts: &[Drawing]) -> Vec<Point> {
    let area: i64 = parts.iter().map(|part| (part.width + SPACE).saturating_mul(part.height + SPACE)).sum();
    // A little wider than high.
    let wanted = (area as f64 * 1.6).sqrt() as i64;
    let widest = parts.iter().map(|part| part.width).max().unwrap_or(0);
    let limit = wanted.clamp(WIDTH.0, WIDTH.1).max(widest);
    let mut sorted: Vec<usize> = (0..parts.len()).collect();
    sorted.sort_by_key(|index| std::cmp::Reverse((parts[*index].height, parts[*index].width)));
    let mut corners = vec![Point { x: 0, y: 0 }; parts.len()];
    let mut row = Row::default();
    for index in sorted {
        let part = &parts[index];
        let corner = row.take(part, limit).or_else(|| {
            row =
                Row { top: row.top + if row.height > 0 { row.height + SPACE } else { 0 }, ..Row::default() };
            row.take(part, i64::MAX)
        });
        corners[index] = corner.unwrap_or(Point { x: 0, y: row.top });
    }
    corners
}

/// Drawings next to each other. The last ones are below each other.
#[derive(Debug, Default)]
struct Row {
    top: i64,
    /// The height of the first drawing, which no other exceeds.
    height: i64,
    /// The left end, width and height of the last stack.
    stack: Option<(i64, i64, i64)>,
}

impl Row {
    /// A place for a drawing; `None` if there is none in the row.
    fn take(&mut self, part: &Drawing, limit: i64) -> Option<Point> {
        let Some((left, width, height)) = self.stack else {
            self.height = part.height;
            self.stack = Some((0, part.width, part.height));
            return Some(Point { x: 0, y: self.top });
        };
        let below = height + SPACE;
        if below + part.height <= self.height && left + part.width.max(width) <= limit {
            self.stack = Some((left, width.max(part.width), below + part.height));
            return Some(Point { x: left, y: self.top + below });
        }
        let left = left + width + SPACE;
        if left + part.width > limit {
            return None;
        }
        self.stack = Some((left, part.width, part.height));
        Some(Point { x: left, y: self.top })
    }
}
