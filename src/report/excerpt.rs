//! The few lines of a file that a report shows, as a text of their own.
//!
//! miette would print whole lines, and a flow file may be one line of half a megabyte. An excerpt holds the labelled
//! lines and their neighbours, without common indentation, each cut to a window around its labels, printable and with
//! secrets masked. Line and column numbers stay those of the file.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::text::{mask_secrets, printable};
use crate::source::{Position, Span, Text, floor_char_boundary};

/// A window's widest line, in characters.
const WINDOW: usize = 96;
/// What is shown before the first label of a line that is cut.
const LEAD: usize = 24;

/// Blanks at the start of a line that are looked for: each of many findings in one line looks for them.
const MOST_INDENT: usize = 4096;

/// How far before a window a secret may begin that is still masked in it.
const LONGEST_SECRET: usize = 4096;

/// A cut-out of one file.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The labels, in the order they were given, as ranges of `text`.
    pub(crate) marks: Vec<Span>,
    positions: Vec<Position>,
}

#[derive(Debug)]
struct Line {
    /// From 0, in the file.
    index: usize,
    /// Where it starts in the excerpt's text.
    start: usize,
}

impl Excerpt {
    /// Cuts out the lines of `spans`. A span over several lines is cut to its first one.
    pub(crate) fn new(source: &Text, spans: &[Span]) -> Self {
        let mut excerpt = Excerpt {
            name: printable(source.name()).into_owned(),
            text: String::new(),
            lines: Vec::new(),
            marks: vec![Span::new(0, 0); spans.len()],
            positions: spans.iter().map(|span| source.position(span.start)).collect(),
        };
        let labelled: Vec<usize> =
            spans.iter().map(|span| source.line_index(clamp(source, span.start))).collect();
        let mut shown: Vec<usize> =
            labelled.iter().flat_map(|line| line.saturating_sub(1)..=line + 1).collect();
        shown.retain(|line| *line < source.line_starts().len());
        shown.sort_unstable();
        shown.dedup();
        let indent = shown.iter().filter_map(|line| indentation(source, *line)).min().unwrap_or(0);
        for line in shown {
            let marks: Vec<usize> = (0..spans.len()).filter(|mark| labelled[*mark] == line).collect();
            excerpt.push_line(source, line, indent, spans, &marks);
        }
        excerpt
    }

    fn push_line(&mut self, source: &Text, index: usize, indent: usize, spans: &[Span], marks: &[usize]) {
        let whole = source.line_span(index);
        let text = source.text();
        let start = if whole.end - whole.start >= indent { whole.start + indent } else { whole.start };
        let first_mark = marks.iter().map(|mark| clamp(source, spans[*mark].start)).min().unwrap_or(start);
        let from = window_start(&text[start..whole.end], first_mark.saturating_sub(start)) + start;
        let to = nth_char(text, from, whole.end, WINDOW);
        self.lines.push(Line { index, start: self.text.len() });
        if from > start {
            self.text.push('…');
        }
        // Escaping changes lengths, so the line is put together piece by piece between the labels' ends.
        let mut cuts: Vec<usize> =
            marks.iter().flat_map(|mark| [spans[*mark].start, spans[*mark].end]).collect();
        cuts.extend([from, to]);
        cuts.iter_mut().for_each(|cut| *cut = floor_char_boundary(text, (*cut).clamp(from, to)));
        cuts.sort_unstable();
        cuts.dedup();
        // Masked before it is cut, so that a label inside a secret does not show it. A line may be megabytes long, a
        // secret is not.
        let near = floor_char_boundary(text, from.saturating_sub(LONGEST_SECRET)).max(whole.start);
        let masked = mask_secrets(&text[near..to]);
        let mut at = vec![(from, self.text.len())];
        for pair in cuts.windows(2) {
            let piece = &masked[pair[0] - near..pair[1] - near];
            self.text.push_str(&printable(piece));
            at.push((pair[1], self.text.len()));
        }
        let place = |offset: usize| {
            let offset = floor_char_boundary(text, offset.clamp(from, to));
            at.iter().find(|(cut, _)| *cut == offset).map_or(0, |(_, here)| *here)
        };
        for mark in marks {
            self.marks[*mark] = Span::new(place(spans[*mark].start), place(spans[*mark].end));
        }
        if to < whole.end {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }

    fn line_end(&self, line: usize) -> usize {
        self.lines.get(line + 1).map_or(self.text.len(), |next| next.start)
    }

    fn follows(&self, line: usize) -> bool {
        line > 0 && self.lines[line - 1].index + 1 == self.lines[line].index
    }
}

fn clamp(source: &Text, offset: usize) -> usize {
    floor_char_boundary(source.text(), offset)
}

/// The blanks at the start of a line; `None` for a line of nothing else.
fn indentation(source: &Text, line: usize) -> Option<usize> {
    let span = source.line_span(line);
    let text = &source.text()[span.start..span.end];
    let indent = text.bytes().take(MOST_INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (indent < text.len()).then_some(indent)
}

/// Where the window of a line starts so that the mark is in it; 0 for a line that fits.
fn window_start(line: &str, mark: usize) -> usize {
    let mark = floor_char_boundary(line, mark);
    let fits = line.char_indices().nth(WINDOW).is_none();
    if fits || line[..mark].chars().nth(WINDOW / 2).is_none() {
        return 0;
    }
    line[..mark].char_indices().rev().nth(LEAD - 1).map_or(0, |(at, _)| at)
}

fn nth_char(text: &str, from: usize, end: usize, count: usize) -> usize {
    text[from..end].char_indices().nth(count).map_or(end, |(at, _)| from + at)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        if self.lines.is_empty() || end > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let (mut first, mut last) = (self.line_at(start), self.line_at(end));
        // Two labels with lines between them that are not shown are two snippets.
        if (first + 1..=last).any(|line| !self.follows(line)) {
            return Err(MietteError::OutOfBounds);
        }
        let contents = |span: Span, line: usize, column: usize, count: usize| {
            let data = &self.text.as_bytes()[span.start..span.end];
            let span = SourceSpan::from((span.start, span.end - span.start));
            MietteSpanContents::new_named(self.name.clone(), data, span, line, column, count)
        };
        if context_lines_before == 0 && context_lines_after == 0 {
            let mark = self.marks.iter().position(|mark| mark.start == start);
            let column = mark.map_or(0, |mark| self.positions[mark].column - 1);
            return Ok(Box::new(contents(Span::new(start, end), self.lines[first].index, column, 1)));
        }
        for _ in 0..context_lines_before {
            first -= usize::from(self.follows(first));
        }
        for _ in 0..context_lines_after {
            last += usize::from(last + 1 < self.lines.len() && self.follows(last + 1));
        }
        let span = Span::new(self.lines[first].start, self.line_end(last));
        Ok(Box::new(contents(span, self.lines[first].index, 0, last - first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(excerpt: &Excerpt) -> Vec<&str> {
        excerpt.marks.iter().map(|mark| &excerpt.text[mark.start..mark.end]).collect()
    }

    #[test]
    fn a_long_line_is_cut_around_its_label() {
        let line = format!("{}\"名\":\"x\u{1b}y\"{}", "a".repeat(5000), "b".repeat(5000));
        let start = line.find('名').expect("there");
        let source = Text::new("f.json", line);
        let excerpt = Excerpt::new(&source, &[Span::new(start, start + 3)]);
        assert_eq!(marked(&excerpt), ["名"]);
        assert!(excerpt.text.chars().count() < WINDOW + 12, "{}", excerpt.text);
        assert!(excerpt.text.starts_with("…aaa") && excerpt.text.contains("x\\u{1b}y"));
        let span = SourceSpan::from((excerpt.marks[0].start, 3));
        let contents = excerpt.read_span(&span, 0, 0).expect("in bounds");
        assert_eq!((contents.line(), contents.column()), (0, 5001));
    }

    #[test]
    fn neighbours_are_shown_and_indentation_is_not() {
        let source =
            Text::new("f", "{\r\n    \"a\": 1,\r\n    \"b\": 2,\r\n    \"c\": 3,\r\n    \"d\": 4\r\n}");
        let at = |text: &str| source.text().find(text).map(|at| Span::new(at, at + 1)).expect("there");
        let excerpt = Excerpt::new(&source, &[at("b")]);
        assert_eq!(excerpt.text, "\"a\": 1,\n\"b\": 2,\n\"c\": 3,\n");
        assert_eq!(marked(&excerpt), ["b"]);
    }

    #[test]
    fn distant_labels_are_two_snippets() {
        let source = Text::new("f", "1\n2\n3\n4\n5\n6\n7\n8\n");
        let excerpt = Excerpt::new(&source, &[Span::new(0, 1), Span::new(12, 13)]);
        assert_eq!(excerpt.text, "1\n2\n6\n7\n8\n");
        let both = SourceSpan::from((0, excerpt.marks[1].end));
        assert!(excerpt.read_span(&both, 1, 1).is_err());
    }

    #[test]
    fn an_empty_file_has_an_excerpt() {
        let excerpt = Excerpt::new(&Text::new("f", ""), &[Span::new(0, 0)]);
        assert_eq!(excerpt.text, "\n");
    }
}
