//! The order of the vertices in each column, so that few lines cross.
//!
//! Vertices are sorted by the mean position of their neighbours, column by column, to the right and back, and neighbours
//! change places where that helps (Gansner et al., "A Technique for Drawing Directed Graphs", 1993). The result depends on
//! where one starts, so there are several starts, within a budget.

use super::columns::Columns;
use super::crossings::{crossings, of_pair};

/// Orders the columns. Returns how many steps it took.
pub(super) fn order(columns: &mut Columns) -> u64 {
    /// Work that is always allowed, and more for each vertex and line.
    const BUDGET: u64 = 4_000_000;
    const BUDGET_EACH: u64 = 40;
    /// Starts from different orders.
    const STARTS: u64 = 10;
    let lines: usize = columns.after.iter().map(Vec::len).sum();
    let size = (columns.heights.len() + lines) as u64;
    let budget = BUDGET + BUDGET_EACH * size;
    let mut sorter = Sorter { position: vec![0; columns.heights.len()], size, work: 0, columns };
    let mut best: Option<(u64, Vec<Vec<usize>>)> = None;
    for start in 0..STARTS {
        match start {
            0 => sorter.depth_first(true),
            1 => sorter.depth_first(false),
            seed => sorter.shuffle(seed),
        }
        let (found, order) = sorter.improve(budget);
        if best.as_ref().is_none_or(|(least, _)| found < *least) {
            best = Some((found, order));
        }
        if sorter.work >= budget || best.as_ref().is_some_and(|(least, _)| *least == 0) {
            break;
        }
    }
    let work = sorter.work;
    if let Some((_, order)) = best {
        columns.order = order;
    }
    work
}

struct Sorter<'a> {
    columns: &'a mut Columns,
    position: Vec<usize>,
    /// The number of vertices and lines.
    size: u64,
    work: u64,
}

impl Sorter<'_> {
    /// An order in which connected vertices are near each other.
    fn depth_first(&mut self, to_right: bool) {
        let count = self.columns.heights.len();
        let mut starts: Vec<usize> = (0..count).collect();
        let last = self.columns.order.len();
        let column = |vertex: &usize| self.columns.column[*vertex];
        starts.sort_by_key(|vertex| if to_right { column(vertex) } else { last - column(vertex) });
        let mut is_seen = vec![false; count];
        let mut order = vec![Vec::new(); last];
        for start in starts {
            let mut stack = vec![start];
            while let Some(vertex) = stack.pop() {
                if std::mem::replace(&mut is_seen[vertex], true) {
                    continue;
                }
                order[self.columns.column[vertex]].push(vertex);
                let next = self.columns.neighbours(vertex, to_right).iter().rev();
                stack.extend(next.map(|(next, _)| *next).filter(|next| !is_seen[*next]));
            }
        }
        self.work += self.size;
        self.set(order);
    }

    /// An arbitrary order, which is the same in every run.
    fn shuffle(&mut self, seed: u64) {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut order = std::mem::take(&mut self.columns.order);
        for column in &mut order {
            for last in (1..column.len()).rev() {
                // xorshift64
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                column.swap(last, (state % (last as u64 + 1)) as usize);
            }
        }
        self.work += self.size;
        self.set(order);
    }

    fn set(&mut self, order: Vec<Vec<usize>>) {
        for column in &order {
            column.iter().enumerate().for_each(|(position, vertex)| self.position[*vertex] = position);
        }
        self.columns.order = order;
    }

    /// Sorts until that does not help any more, and returns the best order with its number of crossings.
    fn improve(&mut self, budget: u64) -> (u64, Vec<Vec<usize>>) {
        const SWEEPS: u64 = 40;
        const WITHOUT_GAIN: u64 = 6;
        let mut best = (self.crossings(), self.columns.order.clone());
        let mut without_gain = 0;
        for sweep in 0..SWEEPS {
            if best.0 == 0 || without_gain == WITHOUT_GAIN || self.work >= budget {
                break;
            }
            self.sweep(sweep & 1 == 0, sweep & 2 == 0);
            self.transpose(budget);
            let found = self.crossings();
            without_gain += 1;
            if found < best.0 {
                best = (found, self.columns.order.clone());
                without_gain = 0;
            }
        }
        best
    }

    fn crossings(&mut self) -> u64 {
        self.work += 8 * self.size;
        crossings(self.columns, &self.position)
    }

    /// Sorts each column by the neighbours in the column before it, or after it.
    fn sweep(&mut self, to_right: bool, keeps_ties: bool) {
        self.work += 8 * self.size;
        let count = self.columns.order.len();
        for step in 1..count {
            let index = if to_right { step } else { count - 1 - step };
            let mut column = std::mem::take(&mut self.columns.order[index]);
            let mean = |vertex: usize| {
                let neighbours = self.columns.neighbours(vertex, !to_right);
                let weight: u64 = neighbours.iter().map(|(_, weight)| weight).sum();
                let sum: u64 = neighbours.iter().map(|(at, weight)| self.position[*at] as u64 * weight).sum();
                // Vertices without neighbours stay where they are.
                if weight == 0 { self.position[vertex] as f64 } else { sum as f64 / weight as f64 }
            };
            if !keeps_ties {
                column.reverse();
            }
            let mut keyed: Vec<(f64, usize)> =
                column.into_iter().map(|vertex| (mean(vertex), vertex)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            let column: Vec<usize> = keyed.into_iter().map(|(_, vertex)| vertex).collect();
            column.iter().enumerate().for_each(|(position, vertex)| self.position[*vertex] = position);
            self.columns.order[index] = column;
        }
    }

    /// Lets neighbours change places while that removes crossings.
    fn transpose(&mut self, budget: u64) {
        const ROUNDS: usize = 8;
        for _ in 0..ROUNDS {
            let mut has_gained = false;
            for index in 0..self.columns.order.len() {
                if self.work >= budget {
                    return;
                }
                has_gained |= self.transpose_column(index);
            }
            if !has_gained {
                return;
            }
        }
    }

    fn transpose_column(&mut self, index: usize) -> bool {
        const PASSES: usize = 8;
        let mut column = std::mem::take(&mut self.columns.order[index]);
        // The neighbours are in other columns, so their positions stay.
        let ends = |vertex: usize, is_next: bool| {
            let neighbours = self.columns.neighbours(vertex, is_next).iter();
            let mut ends: Vec<(usize, u64)> =
                neighbours.map(|(at, weight)| (self.position[*at], *weight)).collect();
            ends.sort_unstable();
            ends
        };
        let mut ends: Vec<[Vec<(usize, u64)>; 2]> =
            column.iter().map(|vertex| [ends(*vertex, false), ends(*vertex, true)]).collect();
        let length = |ends: &[Vec<(usize, u64)>; 2]| (1 + ends[0].len() + ends[1].len()) as u64;
        let mut has_gained = false;
        for _ in 0..PASSES {
            let mut gains = false;
            for upper in 0..column.len().saturating_sub(1) {
                let lower = upper + 1;
                self.work += length(&ends[upper]) + length(&ends[lower]);
                let before = of_pair(&ends[upper][0], &ends[lower][0]);
                let after = of_pair(&ends[upper][1], &ends[lower][1]);
                if before.0 + after.0 > before.1 + after.1 {
                    column.swap(upper, lower);
                    ends.swap(upper, lower);
                    gains = true;
                }
            }
            has_gained |= gains;
            if !gains {
                break;
            }
        }
        column.iter().enumerate().for_each(|(position, vertex)| self.position[*vertex] = position);
        self.columns.order[index] = column;
        has_gained
    }
}
