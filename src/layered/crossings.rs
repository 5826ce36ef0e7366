//! Counts how often lines cross.

use super::columns::Columns;

/// How many pairs of edges cross between neighbouring columns.
pub(super) fn crossings(columns: &Columns, position: &[usize]) -> u64 {
    let mut total: u64 = 0;
    for (index, order) in columns.order.iter().enumerate().skip(1) {
        let mut lines: Vec<(usize, usize, u64)> = Vec::new();
        for right in order {
            let before = columns.before[*right].iter();
            lines.extend(before.map(|(left, weight)| (position[*left], position[*right], *weight)));
        }
        lines.sort_unstable();
        let mut ends = Sums::new(columns.order[index].len());
        for (_, right, weight) in lines {
            // The lines that begin higher up and end further down cross this one.
            total = total.saturating_add(weight.saturating_mul(ends.above(right)));
            ends.add(right, weight);
        }
    }
    total
}

/// How many pairs of edges of two neighbouring vertices cross: as they are, and if the vertices change places. Each list has
/// the positions at the other end, in ascending order, and the number of edges.
pub(super) fn of_pair(upper: &[(usize, u64)], lower: &[(usize, u64)]) -> (u64, u64) {
    (inversions(upper, lower), inversions(lower, upper))
}

/// The number of pairs in which the first is at a higher position than the second.
fn inversions(first: &[(usize, u64)], second: &[(usize, u64)]) -> u64 {
    let (mut sum, mut total, mut next) = (0_u64, 0_u64, 0);
    for (at, weight) in first {
        while let Some((_, other)) = second.get(next).filter(|(other, _)| other < at) {
            sum += other;
            next += 1;
        }
        total = total.saturating_add(weight.saturating_mul(sum));
    }
    total
}

/// Sums of the values at and after a position (a Fenwick tree).
struct Sums(Vec<u64>);

impl Sums {
    fn new(positions: usize) -> Self {
        Sums(vec![0; positions + 1])
    }

    fn add(&mut self, position: usize, value: u64) {
        let mut at = position + 1;
        while at > 0 {
            self.0[at] += value;
            at &= at - 1;
        }
    }

    /// The sum of the values at later positions.
    fn above(&self, position: usize) -> u64 {
        let (mut at, mut sum) = (position + 2, 0);
        while at < self.0.len() {
            sum += self.0[at];
            at += at & at.wrapping_neg();
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_of_later_positions() {
        let mut sums = Sums::new(9);
        let values = [3, 0, 4, 1, 0, 2, 7, 5, 6];
        values.iter().enumerate().for_each(|(position, value)| sums.add(position, *value));
        for position in 0..values.len() {
            assert_eq!(sums.above(position), values[position + 1..].iter().sum::<u64>(), "{position}");
        }
    }

    #[test]
    fn pairs_are_counted_with_their_weights() {
        assert_eq!(of_pair(&[(2, 1)], &[(1, 1)]), (1, 0));
        assert_eq!(of_pair(&[(1, 2), (5, 1)], &[(1, 3), (3, 4)]), (7, 8));
    }
}
