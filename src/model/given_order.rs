//! Activation orders that users maintain themselves: lines with names or ids, a CSV file, the JSON of `flowvet order`, or
//! the `ActivateFlowConfiguration` of the ALM Accelerator.

use super::ids::FlowId;
use crate::characters::of_cell;
use crate::source::{FileId, Json, Place, Route, Span, Value};

/// An activation order from a file.
#[derive(Debug)]
pub struct GivenOrder {
    /// The file.
    pub file: FileId,
    /// How the file states the order.
    pub format: GivenFormat,
    /// The entries, in the order of the file.
    pub entries: Vec<GivenFlow>,
}

/// How a file states an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenFormat {
    /// A flow per line.
    Lines,
    /// A CSV file with a flow per row.
    Csv {
        /// The character between two cells.
        delimiter: u8,
        /// What is in each column.
        columns: Vec<GivenColumn>,
    },
    /// A JSON array of flows.
    List,
    /// The JSON of `flowvet order`, which states the order twice: as `waves` and as `order`.
    Printed,
    /// The section of `customDeploymentSettings.json`.
    Alm,
}

/// What is in a column of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenColumn {
    /// The id of the flow.
    Id,
    /// The name of the flow.
    Name,
    /// The position of the flow, which flowvet does not read: the order of the rows counts.
    Position,
    /// Anything else.
    Other,
}

/// A flow in a given order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenFlow {
    /// The id or the name, as written.
    pub wanted: String,
    /// The name next to an id, for messages.
    pub name: Option<String>,
    /// The position: flows with a smaller rank are turned on earlier. `None` means at the end, in unknown order.
    pub rank: Option<i64>,
    /// Whether the order states that the flow stays off.
    pub stays_off: bool,
    /// The place of the entry.
    pub place: Place,
}

/// The section of `customDeploymentSettings.json`.
pub(crate) const ALM_SECTION: &str = "ActivateFlowConfiguration";

/// Why a file is not an activation order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OrderError {
    pub(crate) message: String,
    pub(crate) offset: usize,
}

/// Reads an activation order in any supported format.
pub(crate) fn read(text: &str, file: FileId) -> Result<GivenOrder, OrderError> {
    let order = if text.trim_start().starts_with(['{', '[']) {
        return read_json(text, file);
    } else if first_line_is_a_header(text) {
        read_csv(text, file)?
    } else {
        GivenOrder { file, format: GivenFormat::Lines, entries: read_lines(text, file) }
    };
    if order.entries.is_empty() {
        return Err(OrderError { message: "contains no flows".to_owned(), offset: 0 });
    }
    Ok(order)
}

fn read_json(text: &str, file: FileId) -> Result<GivenOrder, OrderError> {
    let document = crate::parse::json::parse(text.into()).map_err(|error| OrderError {
        message: format!("is not valid JSON: {}", error.message),
        offset: error.offset,
    })?;
    let json = document.root();
    let from_list = || {
        let (list, route, format) = match json.as_array() {
            Some(list) => (list, Route::root(), GivenFormat::List),
            None => (json.get("order")?.as_array()?, Route::of(["order"]), GivenFormat::Printed),
        };
        let flows = list.iter().enumerate().filter_map(|(index, flow)| {
            Some(ranked(flow.as_str()?, index, Place::value(file, route.index(index))))
        });
        Some(GivenOrder { file, format, entries: flows.collect() })
    };
    read_alm(json, file).or_else(from_list).ok_or_else(|| OrderError {
        message: format!(
            "is not an activation order: expected `{ALM_SECTION}`, the JSON of `flowvet order`, or a list of flows"
        ),
        offset: 0,
    })
}

fn ranked(wanted: &str, rank: usize, place: Place) -> GivenFlow {
    let rank = i64::try_from(rank).ok();
    GivenFlow { wanted: wanted.to_owned(), name: None, rank, stays_off: false, place }
}

/// Reads the `ActivateFlowConfiguration` of a settings file.
///
/// Entries are ranked by `sortOrder` as in `activate-flows.ps1` of the ALM Accelerator: values that are not numbers
/// come last, and a flow stays off only if `activate` is `false`, as text or as a boolean.
pub(crate) fn read_alm(json: Json<'_>, file: FileId) -> Option<GivenOrder> {
    let list = json.get(ALM_SECTION)?.as_array()?;
    let entries = list.iter().enumerate().filter_map(|(index, entry)| {
        let text = |key: &str| entry.get(key).and_then(Json::as_str).filter(|text| !text.trim().is_empty());
        let route = Route::of([ALM_SECTION]).index(index);
        let (key, wanted) = ["solutionComponentUniqueName", "solutionComponentName"]
            .into_iter()
            .find_map(|key| Some((key, text(key)?)))?;
        let rank = match entry.get("sortOrder").map(Json::value) {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        };
        let stays_off = match entry.get("activate").map(Json::value) {
            Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("false") && !is_token(text),
            Some(Value::Bool(activate)) => !activate,
            _ => false,
        };
        Some(GivenFlow {
            wanted: wanted.to_owned(),
            name: text("solutionComponentName").map(ToOwned::to_owned),
            rank,
            stays_off,
            place: Place::value(file, route.key(key)),
        })
    });
    Some(GivenOrder { file, format: GivenFormat::Alm, entries: entries.collect() })
}

/// Whether a text is a placeholder that a pipeline replaces: it contains `#{…}#`, as the ALM Accelerator and the task
/// Replace Tokens write it, or it is, as a whole, in one of the other forms of that task or a variable of a pipeline.
///
/// Source: qetza/replacetokens-task, README (token patterns); the documentation of Azure Pipelines and GitHub Actions.
pub(crate) fn is_token(text: &str) -> bool {
    const AROUND: [(&str, &str); 5] = [("$(", ")"), ("${", "}"), ("{{", "}}"), ("__", "__"), ("<", ">")];
    let inside = |(start, end): (&str, &str)| text.trim().strip_prefix(start)?.strip_suffix(end);
    text.split_once("#{").is_some_and(|(_, rest)| rest.contains("}#"))
        // Markup has more than one pair of brackets.
        || AROUND.into_iter().filter_map(inside).any(|name| !name.is_empty() && !name.contains(['<', '>', '/']))
}

/// Reads a flow per line. Skips blank lines and lines that start with `#`.
fn read_lines(text: &str, file: FileId) -> Vec<GivenFlow> {
    let mut entries = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let wanted = line.trim();
        if !wanted.is_empty() && !wanted.starts_with('#') {
            let at = start + (line.len() - line.trim_start().len());
            let place = Place::span(file, Span::new(at, at + wanted.len()));
            entries.push(ranked(wanted, entries.len(), place));
        }
        start += line.len();
    }
    entries
}

/// Names of CSV columns that may identify flows, most reliable first.
const COLUMNS: [&str; 9] = [
    "id",
    "flowid",
    "workflowid",
    "solutioncomponentuniquename",
    "flow",
    "name",
    "flowname",
    "displayname",
    "solutioncomponentname",
];

/// The number of those that contain ids.
const ID_COLUMNS: usize = 4;

/// Names of CSV columns that may number the flows.
const POSITIONS: [&str; 8] = ["position", "order", "sortorder", "number", "no", "nr", "wave", "step"];

fn column(header: &str) -> Option<usize> {
    let header = letters(header);
    COLUMNS.iter().position(|known| *known == header)
}

fn letters(header: &str) -> String {
    header.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

impl GivenColumn {
    fn of(header: &str) -> Self {
        match column(header) {
            Some(index) if index < ID_COLUMNS => GivenColumn::Id,
            Some(_) => GivenColumn::Name,
            None if header.trim() == "#" || POSITIONS.contains(&letters(header).as_str()) => {
                GivenColumn::Position
            }
            None => GivenColumn::Other,
        }
    }
}

fn first_line_is_a_header(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = delimiter(first);
    let headers: Vec<&str> = first.split(char::from(delimiter)).collect();
    headers.iter().any(|header| column(header.trim_matches('"')).is_some())
}

/// Excel writes semicolons if the locale uses the comma as decimal separator.
fn delimiter(header: &str) -> u8 {
    if header.contains(';') && !header.contains(',') { b';' } else { b',' }
}

fn read_csv(text: &str, file: FileId) -> Result<GivenOrder, OrderError> {
    let delimiter = delimiter(text.lines().next().unwrap_or_default());
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let not_readable = |error: csv::Error| OrderError {
        message: format!("is not a readable CSV: {error}"),
        offset: error.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0)),
    };
    let headers = reader.headers().map_err(not_readable)?.clone();
    let found = headers.iter().enumerate().filter_map(|(index, head)| Some((column(head)?, index))).min();
    let columns = headers.iter().map(GivenColumn::of).collect();
    let mut order = GivenOrder { file, format: GivenFormat::Csv { delimiter, columns }, entries: Vec::new() };
    let Some((_, index)) = found else { return Ok(order) };
    for record in reader.records() {
        let record = record.map_err(not_readable)?;
        let wanted = of_cell(record.get(index).unwrap_or_default().trim());
        let wanted = wanted.as_str();
        if wanted.is_empty() {
            continue;
        }
        let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0));
        order.entries.push(ranked(wanted, order.entries.len(), Place::span(file, line_at(text, start))));
    }
    Ok(order)
}

/// The line that starts at `start`, without surrounding whitespace.
fn line_at(text: &str, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    let skipped = rest.len() - rest.trim_start().len();
    let line = rest.trim_start().lines().next().unwrap_or_default().trim_end();
    Span::new(start + skipped, start + skipped + line.len())
}

impl GivenFlow {
    /// The id, if the entry identifies its flow by id.
    pub fn id(&self) -> Option<FlowId> {
        FlowId::parse(&self.wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    fn shown(text: &str) -> Vec<String> {
        let file = Sources::default().add(Text::new("order", text));
        match read(text, file) {
            Err(error) => vec![format!("{} at {}", error.message, error.offset)],
            Ok(order) => order
                .entries
                .iter()
                .map(|entry| {
                    let off = if entry.stays_off { " stays off" } else { "" };
                    format!("{} {:?}{off}", entry.wanted, entry.rank)
                })
                .collect(),
        }
    }

    #[test]
    fn placeholders_of_pipelines_are_tokens() {
        for token in
            ["#{Id}#", "x-#{Id}#", "$(Id)", "${{ secrets.ID }}", " {{id}} ", "__Id__", "<connection id>"]
        {
            assert!(is_token(token), "{token}");
        }
        for value in ["", "shared-1", "{\"a\": {}}", "<p>x</p>", "<br/>", "____", "$()", "a $(b)"] {
            assert!(!is_token(value), "{value}");
        }
    }

    #[test]
    fn every_format_is_read() {
        assert_eq!(shown("# by hand\r\n B \r\n\r\nA"), ["B Some(0)", "A Some(1)"]);
        assert_eq!(shown("owner,Flow Name\nme,\"B, then C\"\n,A\n"), ["B, then C Some(0)", "A Some(1)"]);
        assert_eq!(shown("name\n'=B\n'A\n"), ["=B Some(0)", "'A Some(1)"]);
        assert_eq!(shown("id;name\n1;B\n2;A\n"), ["1 Some(0)", "2 Some(1)"]);
        assert_eq!(shown(r#"{"version": 1, "order": ["b", "a"]}"#), ["b Some(0)", "a Some(1)"]);
        assert_eq!(shown(r#"["b", "a"]"#), ["b Some(0)", "a Some(1)"]);
        let alm = r##"{"ActivateFlowConfiguration": [
            {"solutionComponentUniqueName": "1", "sortOrder": "7", "activate": "False"},
            {"solutionComponentUniqueName": "2", "sortOrder": "#{x}#", "activate": "#{false}#"},
            {"solutionComponentUniqueName": "3", "sortOrder": 2, "activate": ""},
            {"solutionComponentName": "4", "activateAsUser": "x"}]}"##;
        assert_eq!(shown(alm), ["1 Some(7) stays off", "2 None", "3 Some(2)", "4 None"]);
    }

    #[test]
    fn other_content_is_refused_with_a_reason() {
        assert_eq!(shown("\n\n"), ["contains no flows at 0"]);
        assert_eq!(shown("{\"a\": }"), ["is not valid JSON: expected value at 6"]);
        assert!(
            shown("{}")[0].starts_with("is not an activation order: expected `ActivateFlowConfiguration`")
        );
    }

    #[test]
    fn the_place_of_a_csv_entry_is_its_line() {
        let text = "flow,owner\n\"A, B\",x\r\nC,y\n";
        let file = Sources::default().add(Text::new("order.csv", text));
        let order = read(text, file).expect("a CSV");
        let lines: Vec<&str> = order
            .entries
            .iter()
            .map(|entry| match &entry.place.target {
                crate::source::Target::Span(span) => &text[span.start..span.end],
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(lines, ["\"A, B\",x", "C,y"]);
    }
}
