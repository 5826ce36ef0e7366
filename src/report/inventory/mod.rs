//! The inventory: what packages contain, as tables for databases and spreadsheets.
//!
//! Tables are joined by `package` (the path of a package) and `flow_id`. A column keeps its meaning within a version, and
//! `docs/tenant.md` describes each of them.

mod components;
mod findings;
mod flows;
mod steps;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::spreadsheet;
use super::to_json::to_json_line;
use crate::analysis::Analysis;
use crate::finding::Finding;

/// A table, with one cell per column in each row.
#[derive(Debug)]
pub(crate) struct Table {
    /// The name, which is also the name of its file.
    pub(crate) name: &'static str,
    /// The names of the columns.
    pub(crate) columns: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

/// A value in a table.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Text(String),
    Number(usize),
    Flag(bool),
    /// Absent or unknown: `null` in JSON, empty in CSV.
    Null,
}

/// The name of each table.
pub(crate) const TABLES: [&str; 14] = [
    "packages",
    "flows",
    "triggers",
    "steps",
    "calls",
    "connections",
    "connection_references",
    "variables",
    "variable_uses",
    "http_requests",
    "premium_steps",
    "webhooks",
    "import_order",
    "findings",
];

/// Whether a table shows what rules find. All others need no check.
pub(crate) fn needs_check(table: &str) -> bool {
    matches!(table, "flows" | "findings")
}

/// What the tables are made from.
pub(crate) struct Inventory<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) findings: &'a [Finding],
    /// The findings that decide what will happen to flows.
    pub(crate) blocking: &'a [Finding],
    /// A fingerprint for each finding.
    pub(crate) fingerprints: &'a [String],
}

impl Inventory<'_> {
    /// A table by name; `None` if there is no such table. Each is made by itself, so that only one has to be in memory.
    pub(crate) fn table(&self, name: &str) -> Option<Table> {
        let analysis = self.analysis;
        Some(match name {
            "packages" => components::packages(analysis),
            "flows" => flows::flows(analysis, self.findings, self.blocking),
            "triggers" => flows::triggers(analysis),
            "steps" => steps::steps(analysis),
            "calls" => flows::calls(analysis),
            "connections" => steps::connections(analysis),
            "connection_references" => components::references(analysis),
            "variables" => components::variables(analysis),
            "variable_uses" => flows::variable_uses(analysis),
            "http_requests" => steps::http_requests(analysis),
            "premium_steps" => steps::premium(analysis),
            "webhooks" => flows::webhooks(analysis),
            "import_order" => components::import_order(analysis),
            "findings" => findings::findings(analysis, self.findings, self.fingerprints),
            _ => return None,
        })
    }
}

impl Table {
    fn new(name: &'static str, columns: &'static [&'static str]) -> Self {
        Table { name, columns, rows: Vec::new() }
    }

    /// Adds a row. The number of cells is that of the columns.
    fn push<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len(), "{}", self.name);
        self.rows.push(cells.into());
    }

    /// Adds a row of which only these columns are known.
    fn push_some<const N: usize>(&mut self, known: [(&str, Cell); N]) {
        let mut row = vec![Cell::Null; self.columns.len()];
        for (column, cell) in known {
            let at = self.columns.iter().position(|name| *name == column);
            debug_assert!(at.is_some(), "{} has no column {column}", self.name);
            if let Some(at) = at {
                row[at] = cell;
            }
        }
        self.rows.push(row);
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// One JSON object per row. With `is_named`, each begins with the name of the table.
    pub(crate) fn json_lines(&self, is_named: bool) -> String {
        let line =
            |row| to_json_line(&Row { table: is_named.then_some(self.name), columns: self.columns, row });
        self.rows.iter().map(line).collect()
    }

    /// CSV with a header.
    pub(crate) fn csv(&self) -> Result<String, csv::Error> {
        spreadsheet::csv_rows(self.columns, self.rows.iter().map(|row| row.iter().map(Cell::text)))
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Null => String::new(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Number(number) => number.serialize(serializer),
            Cell::Flag(flag) => serializer.serialize_bool(*flag),
            Cell::Null => serializer.serialize_none(),
        }
    }
}

/// A row as a JSON object with its columns in order.
struct Row<'a> {
    table: Option<&'static str>,
    columns: &'static [&'static str],
    row: &'a Vec<Cell>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(table) = self.table {
            map.serialize_entry("table", table)?;
        }
        for (column, cell) in self.columns.iter().zip(self.row) {
            map.serialize_entry(column, cell)?;
        }
        map.end()
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Cell::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Cell::Flag(flag)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

/// A text, or nothing if it is empty.
fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
