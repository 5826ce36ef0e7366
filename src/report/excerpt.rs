//! The lines of a file that a report shows.
//!
//! A flow file may be a single line of half a megabyte. An excerpt contains the marked lines and the neighbours of the first,
//! without common indentation. Each line is cut to a window around its marks, made printable, and its secrets are masked.
//! Line numbers are those of the file.

use unicode_width::UnicodeWidthStr;

use super::masks;
use super::text::{clean, commands, printable};
use crate::finding::Label;
use crate::source::{Sources, Span, Target, Text, floor_char_boundary};

/// The fewest columns that a line is cut to.
const NARROWEST: usize = 24;

/// The most labels that are drawn. More would hide the text.
const MOST_LABELS: usize = 4;

/// The most indentation that is searched, because each finding in a line searches it.
const MOST_INDENT: usize = 4096;

/// The labels of a finding that an excerpt shows, with the text that they are in.
#[derive(Debug)]
pub(crate) struct Labelled<'a> {
    text: &'a Text,
    spans: Vec<Span>,
    labels: &'a [Label],
}

impl<'a> Labelled<'a> {
    /// `None` if the labels are about the file as a whole, or if the file is empty.
    pub(crate) fn of(sources: &'a Sources, labels: &'a [Label]) -> Option<Self> {
        let first = labels.first()?;
        let text = sources.get(first.place.file);
        if text.text().is_empty() || matches!(first.place.target, Target::File) {
            return None;
        }
        let drawn = labels.iter().take(MOST_LABELS);
        let spans = drawn.map(|label| crate::parse::locate(sources, &label.place)).collect();
        Some(Labelled { text, spans, labels })
    }

    /// The number of digits of the largest line number.
    pub(crate) fn digits(&self) -> usize {
        let lines = self.spans.iter().map(|span| self.text.line_index(span.start) + 2);
        lines.max().unwrap_or(1).to_string().len()
    }

    /// The excerpt, with lines of at most `columns`, and the message of each mark.
    pub(crate) fn excerpt(&self, columns: usize) -> (Excerpt, Vec<String>) {
        let excerpt = Excerpt::new(self.text, &self.spans, columns);
        let drawn = self.labels.iter().take(self.spans.len());
        let mut messages: Vec<String> = drawn.map(|label| clean(&label.message)).collect();
        let hidden = excerpt.hidden + self.labels.len() - self.spans.len();
        if let Some(first) = messages.first_mut().filter(|_| hidden > 0) {
            first.push_str(&format!(" (and {hidden} more, not shown)"));
            *first = first.trim_start().to_owned();
        }
        (excerpt, messages)
    }
}

/// An excerpt of a file.
#[derive(Debug)]
pub(crate) struct Excerpt {
    /// In the order of the file.
    pub(crate) lines: Vec<Line>,
    /// The number of marks that begin in a part of their line that is not shown.
    pub(crate) hidden: usize,
}

/// A line of an excerpt.
#[derive(Debug)]
pub(crate) struct Line {
    /// The line number in the file, from 1.
    pub(crate) number: usize,
    pub(crate) text: String,
    /// The marks, in the order of the spans.
    pub(crate) marks: Vec<Mark>,
}

/// A marked part of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// The index of its span.
    pub(crate) index: usize,
    /// Its range in the text of the line.
    pub(crate) span: Span,
}

impl Excerpt {
    /// Extracts the lines of spans, each cut to `columns`. A span over several lines is cut to its first line.
    pub(crate) fn new(source: &Text, spans: &[Span], columns: usize) -> Self {
        let line_of = |span: &Span| source.line_index(floor_char_boundary(source.text(), span.start));
        let marked: Vec<usize> = spans.iter().map(line_of).collect();
        // Only the first marked line gets neighbours.
        let neighbours = marked.iter().take(1).flat_map(|line| [line.saturating_sub(1), line + 1]);
        let neighbours = neighbours.filter(|line| indentation(source, *line).is_some());
        let mut shown: Vec<usize> = neighbours.chain(marked.iter().copied()).collect();
        shown.sort_unstable();
        shown.dedup();
        let indent = shown.iter().filter_map(|line| indentation(source, *line)).min().unwrap_or(0);
        let columns = columns.max(NARROWEST);
        let lines: Vec<Span> = shown.iter().map(|line| source.line_span(*line)).collect();
        let masks = masks::in_lines(source, &lines);
        let mut excerpt = Excerpt { lines: Vec::new(), hidden: 0 };
        for (index, mut line) in shown.into_iter().zip(lines.iter().copied()) {
            line.start += if line.end - line.start >= indent { indent } else { 0 };
            let in_line = (0..spans.len()).filter(|mark| marked[*mark] == index);
            let marks: Vec<Mark> = in_line.map(|index| Mark { index, span: spans[index] }).collect();
            let window = Window::of(source, &masks, line, &marks, columns);
            let (seen, unseen): (Vec<Mark>, Vec<Mark>) =
                marks.into_iter().partition(|mark| window.contains(mark.span.start));
            excerpt.hidden += unseen.len();
            excerpt.lines.push(window.line(index + 1, seen));
        }
        excerpt
    }
}

/// The indentation of a line; `None` for a blank line, or after the last line.
fn indentation(source: &Text, line: usize) -> Option<usize> {
    if line >= source.line_count() {
        return None;
    }
    let span = source.line_span(line);
    let text = &source.text()[span.start..span.end];
    let indent = text.bytes().take(MOST_INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (indent < text.len()).then_some(indent)
}

/// The part of a line that is shown.
struct Window<'a> {
    text: &'a str,
    /// The ranges of the file that are masked.
    masks: &'a [Span],
    line: Span,
    from: usize,
    to: usize,
}

impl<'a> Window<'a> {
    /// The part of a line that contains the first mark, at most `columns` wide. The first mark is the most important one. A
    /// line that fits is shown completely.
    fn of(source: &'a Text, masks: &'a [Span], line: Span, marks: &[Mark], columns: usize) -> Self {
        let mut window = Window { text: source.text(), masks, line, from: line.start, to: line.end };
        // Marks shortly before the first one are shown, too.
        let main = marks.first().map_or(line.start, |mark| window.in_line(mark.span.start));
        let starts = marks.iter().map(|mark| window.in_line(mark.span.start));
        let near = window.backward(main, columns / 2)..=main;
        let first = starts.filter(|start| near.contains(start)).min().unwrap_or(main);
        if window.forward(line.start, columns) < line.end {
            window.center(first, columns);
            if !window.contains(main) {
                window.center(main, columns);
            }
        }
        window
    }

    /// Moves the window so that an offset is in its first half.
    fn center(&mut self, at: usize, columns: usize) {
        let half = self.forward(self.line.start, columns / 2);
        self.from = if at > half { self.backward(at, columns / 4) } else { self.line.start };
        // Leaves space for the ellipses before and after.
        let sign = usize::from(self.from > self.line.start);
        self.to = self.forward(self.from, columns.saturating_sub(sign));
        if self.to < self.line.end {
            self.to = self.forward(self.from, columns.saturating_sub(sign + 1));
        }
    }

    /// The printable part, with the positions of the marks in it.
    fn line(&self, number: usize, mut marks: Vec<Mark>) -> Line {
        let Window { text, from, to, .. } = *self;
        // Escaping changes lengths, so the ends of marks are mapped to the output.
        let inside = |offset: usize| floor_char_boundary(text, offset.clamp(from, to));
        let ends: Vec<(usize, usize)> =
            marks.iter().map(|mark| (inside(mark.span.start), inside(mark.span.end))).collect();
        let mut place = |at: usize, shown: usize| {
            for (mark, (start, end)) in marks.iter_mut().zip(&ends) {
                mark.span.start = if *start == at { shown } else { mark.span.start };
                mark.span.end = if *end == at { shown } else { mark.span.end };
            }
        };
        let mut out = String::new();
        if from > self.line.start {
            out.push('…');
        }
        let broken = commands(&text[from..to]);
        for (at, character) in text[from..to].char_indices() {
            if broken.binary_search(&at).is_ok() {
                out.push(' ');
            }
            place(from + at, out.len());
            self.push(&mut out, from + at, character);
        }
        place(to, out.len());
        if to < self.line.end {
            out.push('…');
        }
        Line { number, text: out, marks }
    }

    /// The offset in the line that is nearest to `offset`, which may be in the indentation or the line break.
    fn in_line(&self, offset: usize) -> usize {
        floor_char_boundary(self.text, offset.clamp(self.line.start, self.line.end))
    }

    /// Whether an offset is in the window.
    fn contains(&self, offset: usize) -> bool {
        let at = self.in_line(offset);
        at >= self.from && (at < self.to || self.to == self.line.end)
    }

    /// Adds a character of the text as it is printed.
    fn push(&self, out: &mut String, at: usize, character: char) {
        match character {
            _ if self.masks(at) => out.push('*'),
            ' '..='~' => out.push(character),
            other => out.push_str(&printable(other.encode_utf8(&mut [0; 4]))),
        }
    }

    fn width(&self, at: usize, character: char) -> usize {
        match character {
            _ if self.masks(at) => 1,
            ' '..='~' => 1,
            // At least 1 even for combining characters, so that a line of them is cut, too.
            other => printable(other.encode_utf8(&mut [0; 4])).width().max(1),
        }
    }

    /// Whether the character at an offset is masked.
    fn masks(&self, at: usize) -> bool {
        let next = self.masks.partition_point(|mask| mask.end <= at);
        self.masks.get(next).is_some_and(|mask| mask.start <= at)
    }

    /// The largest end of a text from `from` that is at most `columns` wide.
    fn forward(&self, from: usize, columns: usize) -> usize {
        let mut used = 0;
        for (at, character) in self.text[from..self.line.end].char_indices() {
            used += self.width(from + at, character);
            if used > columns {
                return from + at;
            }
        }
        self.line.end
    }

    /// The smallest start of a text up to `to` that is at most `columns` wide.
    fn backward(&self, to: usize, columns: usize) -> usize {
        let (mut used, mut from) = (0, to);
        for (at, character) in self.text[self.line.start..to].char_indices().rev() {
            let at = self.line.start + at;
            used += self.width(at, character);
            if used > columns {
                break;
            }
            from = at;
        }
        from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(excerpt: &Excerpt) -> String {
        let lines: Vec<&str> = excerpt.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }

    /// The marked texts, in the order of the spans.
    fn marked(excerpt: &Excerpt) -> Vec<&str> {
        let marks = excerpt.lines.iter().flat_map(|line| line.marks.iter().map(move |mark| (line, mark)));
        let mut marks: Vec<_> = marks.collect();
        marks.sort_by_key(|(_, mark)| mark.index);
        marks.into_iter().map(|(line, mark)| &line.text[mark.span.start..mark.span.end]).collect()
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let line = format!("{}\"名\":\"x\u{1b}y\"{}", "a".repeat(5000), "b".repeat(5000));
        let start = line.find('名').expect("there");
        let excerpt = Excerpt::new(&Text::new("f.json", line), &[Span::new(start, start + 3)], 75);
        assert_eq!((marked(&excerpt), excerpt.lines.len()), (vec!["名"], 1));
        let shown = text(&excerpt);
        assert_eq!(shown.width(), 75, "{shown}");
        assert!(shown.starts_with("…aaa") && shown.contains("x\\u{1b}y"));
    }

    #[test]
    fn the_window_of_a_long_line_contains_the_first_mark() {
        let source = Text::new("f.json", format!("{}\"name\": 1{}", "a".repeat(500), "b".repeat(500)));
        let at = |start: usize| Span::new(start, start + 4);
        // The first mark, another shortly before it, and two elsewhere.
        let excerpt = Excerpt::new(&source, &[at(501), at(480), at(10), at(900)], 75);
        assert_eq!((excerpt.hidden, marked(&excerpt)), (2, vec!["name", "aaaa"]));
    }

    #[test]
    fn neighbours_are_shown_and_indentation_is_not() {
        let source =
            Text::new("f", "{\r\n    \"a\": 1,\r\n    \"b\": 2,\r\n    \"c\": 3,\r\n    \"d\": 4\r\n}");
        let at = |text: &str| source.text().find(text).map(|at| Span::new(at, at + 1)).expect("there");
        let excerpt = Excerpt::new(&source, &[at("b")], 80);
        assert_eq!(text(&excerpt), "\"a\": 1,\n\"b\": 2,\n\"c\": 3,");
        assert_eq!((marked(&excerpt), excerpt.lines[0].number), (vec!["b"], 2));
    }

    #[test]
    fn a_mark_may_be_outside_the_shown_text() {
        let line = format!("    {}", "a".repeat(200));
        for (text, spans) in [
            // In the indentation, in the line break, after the end.
            (line.clone(), [0, 3]),
            (format!("{line}\r\n{line}\r\n"), [204, 205]),
            (format!("{line}\n"), [204, 300]),
        ] {
            let marks = spans.map(|start| Span::new(start, start + 1));
            let excerpt = Excerpt::new(&Text::new("f", text), &marks, 40);
            assert!(marked(&excerpt)[0].len() <= 1, "{spans:?}");
        }
    }

    #[test]
    fn only_the_first_mark_has_neighbours() {
        let source = Text::new("f", "1\n2\n3\n4\n5\n6\n7\n8\n");
        let excerpt = Excerpt::new(&source, &[Span::new(12, 13), Span::new(2, 3)], 80);
        assert_eq!((text(&excerpt).as_str(), marked(&excerpt)), ("2\n6\n7\n8", vec!["7", "2"]));
        let numbers: Vec<usize> = excerpt.lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [2, 6, 7, 8]);
    }

    #[test]
    fn an_empty_file_has_an_excerpt() {
        let excerpt = Excerpt::new(&Text::new("f", ""), &[Span::new(0, 0)], 80);
        assert_eq!((text(&excerpt), marked(&excerpt)), (String::new(), vec![""]));
    }

    #[test]
    fn wide_characters_count_as_two_columns() {
        let source = Text::new("f.json", format!("{{\"{}\": 1}}", "毎日の売上報告".repeat(40)));
        for mark in [0, 2, 200] {
            let excerpt = Excerpt::new(&source, &[Span::new(mark, mark + 3)], 55);
            let width = text(&excerpt).width();
            assert!((50..=55).contains(&width), "{width}: {}", text(&excerpt));
        }
    }

    /// A window may begin and end inside strings.
    #[test]
    fn a_secret_is_masked_wherever_the_window_is_cut() {
        let secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
        for value in [
            format!(r#""password":"{secret}""#),
            format!(r#""x":"a=b\u0026password={secret}""#),
            format!(r#""x":"Server=x\npassword={secret}""#),
            format!(r#""x":"x:y\nBearer {secret}""#),
            format!(r#""x":"password\u003d{secret}""#),
            format!(r#""x":"Bearer\u0020{secret}""#),
            format!(r#""pa\u0073sword":"{secret}""#),
            format!("\"password\"\n:\n\"{secret}\""),
            format!(r#""password":["{secret}"]"#),
            format!(r#""password":"@{{variables('x')}}{secret}""#),
            format!(r#""x":"{{\"password\":\"{secret}\"}}""#),
            format!(r#""x":"@setProperty(a,'password','{secret}')""#),
            format!(r#""hlb_ApiKey":{{"defaultValue":"{secret}","type":"String"}}"#),
            format!(r#""x":{{"type":"SecureString","defaultValue":"{secret}"}}"#),
            format!(r#""x":[{{"Value":"{secret}","SchemaName":"hlb_ApiKey"}}]"#),
            format!(r#""authentication":{{"type":"Raw","value":"{secret}"}}"#),
            format!(r#""password":"{secret}","password":"x""#),
            format!(r#""?sig={secret}":1"#),
        ] {
            let json = format!(r#"{{"k":"a, \"b\": c",{value},"z":"{}"}}"#, "z\\\"".repeat(40));
            // In invalid JSON, only the text before the value shows that it is a secret.
            for json in [json.clone(), json[..json.find(secret).expect("there") + 20].to_owned()] {
                let source = Text::new("f.json", json);
                let is_broken = !source.text().ends_with('}');
                for mark in 0..source.text().len() {
                    let shown = text(&Excerpt::new(&source, &[Span::new(mark, mark + 1)], 40));
                    let is_shown = (0..secret.len() - 5).any(|at| shown.contains(&secret[at..at + 5]));
                    let is_found_by_context = ["SchemaName", "Secure", "Raw", "u0073", "ApiKey"];
                    let is_lost = is_broken && is_found_by_context.iter().any(|part| value.contains(part));
                    assert!(!is_shown || is_lost, "{shown}");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn the_first_mark_is_always_shown(
            text in "[ a名\\n\\r\u{1b}]{0,300}",
            at in proptest::collection::vec((0_usize..320, 0_usize..30), 1..6),
            columns in 0_usize..100,
        ) {
            let spans: Vec<Span> = at.into_iter().map(|(start, length)| Span::new(start, start + length)).collect();
            let excerpt = Excerpt::new(&Text::new("f", text), &spans, columns);
            let marks = || excerpt.lines.iter().flat_map(|line| line.marks.iter().map(move |mark| (line, mark)));
            proptest::prop_assert!(marks().any(|(_, mark)| mark.index == 0));
            proptest::prop_assert_eq!(marks().count() + excerpt.hidden, spans.len());
            for (line, mark) in marks() {
                proptest::prop_assert!(line.text.get(mark.span.start..mark.span.end).is_some(), "{mark:?}");
            }
        }
    }
}
