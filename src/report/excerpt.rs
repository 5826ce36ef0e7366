//! The few lines of a file that a report shows, as a text of their own.
//!
//! miette would print whole lines, and a flow file may be one line of half a megabyte. An excerpt holds the labelled
//! lines and their neighbours, without common indentation, each cut to a window around its labels, printable and with
//! secrets masked. Line and column numbers stay those of the file.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::masks;
use super::text::{clean, commands, printable};
use crate::source::{Position, Span, Text, floor_char_boundary};

/// What miette puts beside the number of a line: ` 12 | `.
const GUTTER: usize = 4;

/// The fewest columns that a line is cut to: less cannot be read.
const NARROWEST: usize = 24;

/// What miette puts between the middle of a mark and what is said of it: `` `-- ``.
const POINTER: usize = 4;

/// The most columns that stay before a mark when a line gives way to what is said of it.
const BEFORE: usize = 8;

/// Blanks at the start of a line that are looked for: each of many findings in one line looks for them.
const MOST_INDENT: usize = 4096;

/// A cut-out of one file.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The marks, in the order they were given, as ranges of `text`.
    pub(crate) marks: Vec<Span>,
    /// Whether each of them begins in the part of its line that is shown.
    pub(crate) in_sight: Vec<bool>,
    positions: Vec<Position>,
}

/// A part of the file that something is said of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Highlight {
    pub(crate) span: Span,
    /// How many columns it takes to say it.
    pub(crate) said: usize,
}

#[derive(Debug)]
struct Line {
    /// From 0, in the file.
    index: usize,
    /// Where it starts in the excerpt's text.
    start: usize,
}

impl Excerpt {
    /// Cuts out the lines of marks, so that with their numbers in front they take no more than `width` columns; nor does
    /// what is said below a line, where that can be. A mark over several lines is cut to its first one.
    pub(crate) fn new(source: &Text, marked: &[Highlight], width: usize) -> Self {
        let spans: Vec<Span> = marked.iter().map(|mark| mark.span).collect();
        let mut excerpt = Excerpt {
            name: clean(source.name().as_str()),
            text: String::new(),
            lines: Vec::new(),
            marks: vec![Span::new(0, 0); spans.len()],
            in_sight: vec![false; spans.len()],
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
        let numbers = shown.last().map_or(1, |line| (line + 1).to_string().len()) + GUTTER;
        let columns = width.saturating_sub(numbers).max(NARROWEST);
        for line in shown {
            let marks: Vec<usize> = (0..spans.len()).filter(|mark| labelled[*mark] == line).collect();
            let mut span = source.line_span(line);
            span.start += if span.end - span.start >= indent { indent } else { 0 };
            excerpt.lines.push(Line { index: line, start: excerpt.text.len() });
            let in_line: Vec<Highlight> = marks.iter().map(|mark| marked[*mark]).collect();
            let window = Window::of(source, span, &in_line, columns);
            marks.iter().for_each(|mark| excerpt.in_sight[*mark] = window.holds(spans[*mark].start));
            excerpt.push_window(&window, &spans, &marks);
        }
        excerpt
    }

    /// How many marks are not in sight.
    pub(crate) fn hidden(&self) -> usize {
        self.in_sight.iter().filter(|is_in_sight| !**is_in_sight).count()
    }

    fn push_window(&mut self, window: &Window<'_>, spans: &[Span], marks: &[usize]) {
        let Window { text, from, to, .. } = *window;
        if from > window.line.start {
            self.text.push('…');
        }
        // Escaping changes lengths, so it is noted where the labels' ends come to stand.
        let inside = |offset: usize| floor_char_boundary(text, offset.clamp(from, to));
        let place = |mark: usize, here: (usize, usize), marks: &mut [Span]| {
            let (at, shown) = here;
            marks[mark].start = if inside(spans[mark].start) == at { shown } else { marks[mark].start };
            marks[mark].end = if inside(spans[mark].end) == at { shown } else { marks[mark].end };
        };
        let broken = commands(&text[from..to]);
        for (at, character) in text[from..to].char_indices() {
            if broken.binary_search(&at).is_ok() {
                self.text.push(' ');
            }
            marks.iter().for_each(|mark| place(*mark, (from + at, self.text.len()), &mut self.marks));
            self.text.push_str(&window.shown(from + at, character));
        }
        marks.iter().for_each(|mark| place(*mark, (to, self.text.len()), &mut self.marks));
        if to < window.line.end {
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

/// The part of a line that is shown.
struct Window<'a> {
    text: &'a str,
    /// What of the file is masked.
    masks: &'a [Span],
    line: Span,
    from: usize,
    to: usize,
}

impl<'a> Window<'a> {
    /// The part of a line of so many columns that the first of the marks is in: the one that the others go with. A line
    /// that fits is shown whole.
    fn of(source: &'a Text, line: Span, marks: &[Highlight], columns: usize) -> Self {
        let masks = masks::of(source);
        let mut window = Window { text: source.text(), masks, line, from: line.start, to: line.end };
        // What stands a little before the mark that matters is shown too.
        let main = marks.first().map_or(line.start, |mark| window.in_line(mark.span.start));
        let starts = marks.iter().map(|mark| window.in_line(mark.span.start));
        let near = window.backward(main, columns / 2)..=main;
        let mut first = starts.filter(|start| near.contains(start)).min().unwrap_or(main);
        if window.forward(line.start, columns) < line.end {
            window.center(first, columns);
            if !window.holds(main) {
                first = main;
                window.center(main, columns);
            }
        }
        let reach = marks.iter().map(|mark| window.reach(*mark)).max().unwrap_or(0);
        if reach > columns {
            // Where the beginning is cut off already, its sign stays where it is.
            let sign = usize::from(window.from == line.start);
            let from = window.forward(window.from, reach - columns + sign);
            window.begin(from.min(window.backward(first, BEFORE)).max(window.from), columns);
        }
        window
    }

    /// Moves to the part that has a byte in its first half.
    fn center(&mut self, at: usize, columns: usize) {
        let half = self.forward(self.line.start, columns / 2);
        let from = if at > half { self.backward(at, columns / 4) } else { self.line.start };
        self.begin(from, columns);
    }

    /// Begins the part at a byte, with room for the signs that something is left out before and behind.
    fn begin(&mut self, from: usize, columns: usize) {
        let sign = usize::from(from > self.line.start);
        self.from = from;
        self.to = self.forward(from, columns.saturating_sub(sign));
        if self.to < self.line.end {
            self.to = self.forward(from, columns.saturating_sub(sign + 1));
        }
    }

    /// The byte of the line that is nearest to an offset, which may be in the indentation or the line break.
    fn in_line(&self, offset: usize) -> usize {
        floor_char_boundary(self.text, offset.clamp(self.line.start, self.line.end))
    }

    /// Whether what begins at an offset begins in this part.
    fn holds(&self, offset: usize) -> bool {
        let at = self.in_line(offset);
        at >= self.from && (at < self.to || self.to == self.line.end)
    }

    /// The column up to which that goes which is said of a mark: it hangs from the mark's middle.
    fn reach(&self, mark: Highlight) -> usize {
        if mark.said == 0 || !self.holds(mark.span.start) {
            return 0;
        }
        let start = self.in_line(mark.span.start);
        let end = self.in_line(mark.span.end).clamp(start, self.to);
        let columns = |from: usize, to: usize| {
            let characters = self.text[from..to].char_indices();
            characters.map(|(at, character)| self.width(from + at, character)).sum::<usize>()
        };
        let sign = usize::from(self.from > self.line.start);
        sign + columns(self.from, start) + columns(start, end) / 2 + POINTER + mark.said
    }

    /// How a character of the text is shown.
    fn shown(&self, at: usize, character: char) -> String {
        let next = self.masks.partition_point(|mask| mask.end <= at);
        if self.masks.get(next).is_some_and(|mask| mask.start <= at) {
            return "*".to_owned();
        }
        printable(character.encode_utf8(&mut [0; 4])).into_owned()
    }

    fn width(&self, at: usize, character: char) -> usize {
        // Accents take none, but a line of nothing else has to end too.
        textwrap::core::display_width(&self.shown(at, character)).max(1)
    }

    /// The byte up to which the text takes no more than so many columns.
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

    /// The byte from which on the text before `to` takes no more than so many columns.
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
            let mut marks = self.marks.iter().zip(&self.in_sight);
            let mark = marks.position(|(mark, is_in_sight)| *is_in_sight && mark.start == start);
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

    fn marks(spans: &[Span]) -> Vec<Highlight> {
        spans.iter().map(|span| Highlight { span: *span, said: 0 }).collect()
    }

    fn marked(excerpt: &Excerpt) -> Vec<&str> {
        excerpt.marks.iter().map(|mark| &excerpt.text[mark.start..mark.end]).collect()
    }

    #[test]
    fn a_long_line_is_cut_around_its_label() {
        let line = format!("{}\"名\":\"x\u{1b}y\"{}", "a".repeat(5000), "b".repeat(5000));
        let start = line.find('名').expect("there");
        let source = Text::new("f.json", line);
        let excerpt = Excerpt::new(&source, &marks(&[Span::new(start, start + 3)]), 80);
        assert_eq!(marked(&excerpt), ["名"]);
        assert_eq!(
            textwrap::core::display_width(excerpt.text.trim_end()),
            80 - 1 - GUTTER,
            "{}",
            excerpt.text
        );
        assert!(excerpt.text.starts_with("…aaa") && excerpt.text.contains("x\\u{1b}y"));
        let span = SourceSpan::from((excerpt.marks[0].start, 3));
        let contents = excerpt.read_span(&span, 0, 0).expect("in bounds");
        assert_eq!((contents.line(), contents.column()), (0, 5001));
    }

    #[test]
    fn a_line_gives_way_to_what_is_said() {
        let line = format!("{}\"name\": 1", "a".repeat(50));
        let source = Text::new("f.json", line.clone());
        let span = Span::new(51, 55);
        let shown = |said: usize, width: usize| {
            let excerpt = Excerpt::new(&source, &[Highlight { span, said }], width);
            assert_eq!(marked(&excerpt), ["name"]);
            excerpt.text.trim_end().to_owned()
        };
        // The middle stands at column 53, the pointer takes 4, the number of the line 5.
        assert_eq!((shown(0, 80), shown(18, 80)), (line.clone(), line));
        assert_eq!(shown(19, 80), format!("…{}\"name\": 1", "a".repeat(48)));
        assert_eq!(shown(200, 80), "…aaaaaaa\"name\": 1");
        // A line that is cut anyway gives way from where it is cut.
        assert_eq!(shown(35, 60), format!("…{}\"name\": 1", "a".repeat(12)));
        assert_eq!(shown(38, 60), format!("…{}\"name\": 1", "a".repeat(9)));
    }

    #[test]
    fn of_a_long_line_the_part_around_the_first_mark_is_shown() {
        let source = Text::new("f.json", format!("{}\"name\": 1{}", "a".repeat(500), "b".repeat(500)));
        let at = |start: usize| Span::new(start, start + 4);
        // The first one given, one a little before it, and two elsewhere.
        let spans = [at(501), at(480), at(10), at(900)];
        let excerpt = Excerpt::new(&source, &marks(&spans), 80);
        assert_eq!(excerpt.in_sight, [true, true, false, false]);
        assert_eq!((excerpt.hidden(), &marked(&excerpt)[..2]), (2, &["name", "aaaa"][..]));
        // What is said of a mark elsewhere moves nothing.
        let far = Highlight { span: at(900), said: 500 };
        let mark = Highlight { span: at(501), said: 10 };
        assert_eq!(Excerpt::new(&source, &[mark, far], 80).text, Excerpt::new(&source, &[mark], 80).text);
    }

    #[test]
    fn neighbours_are_shown_and_indentation_is_not() {
        let source =
            Text::new("f", "{\r\n    \"a\": 1,\r\n    \"b\": 2,\r\n    \"c\": 3,\r\n    \"d\": 4\r\n}");
        let at = |text: &str| source.text().find(text).map(|at| Span::new(at, at + 1)).expect("there");
        let excerpt = Excerpt::new(&source, &marks(&[at("b")]), 80);
        assert_eq!(excerpt.text, "\"a\": 1,\n\"b\": 2,\n\"c\": 3,\n");
        assert_eq!(marked(&excerpt), ["b"]);
    }

    #[test]
    fn a_mark_may_be_in_what_is_not_shown() {
        let line = format!("    {}", "a".repeat(200));
        for (text, spans) in [
            // In the indentation, in the line break, behind the end.
            (line.clone(), [0, 3]),
            (format!("{line}\r\n{line}\r\n"), [204, 205]),
            (format!("{line}\n"), [204, 300]),
        ] {
            let source = Text::new("f", text);
            for said in [0, 10, 100] {
                let marks = spans.map(|start| Highlight { span: Span::new(start, start + 1), said });
                let excerpt = Excerpt::new(&source, &marks, 40);
                assert!(excerpt.in_sight[0], "{spans:?}");
                let mark = excerpt.marks[0];
                assert!(mark.start <= mark.end && mark.end <= excerpt.text.len(), "{mark:?}");
            }
        }
    }

    #[test]
    fn distant_labels_are_two_snippets() {
        let source = Text::new("f", "1\n2\n3\n4\n5\n6\n7\n8\n");
        let excerpt = Excerpt::new(&source, &marks(&[Span::new(0, 1), Span::new(12, 13)]), 80);
        assert_eq!(excerpt.text, "1\n2\n6\n7\n8\n");
        let both = SourceSpan::from((0, excerpt.marks[1].end));
        assert!(excerpt.read_span(&both, 1, 1).is_err());
    }

    #[test]
    fn an_empty_file_has_an_excerpt() {
        let excerpt = Excerpt::new(&Text::new("f", ""), &marks(&[Span::new(0, 0)]), 80);
        assert_eq!(excerpt.text, "\n");
    }
    #[test]
    fn what_takes_two_columns_counts_as_two() {
        let source = Text::new("f.json", format!("{{\"{}\": 1}}", "毎日の売上報告".repeat(40)));
        for mark in [0, 2, 200] {
            let excerpt = Excerpt::new(&source, &marks(&[Span::new(mark, mark + 3)]), 60);
            let width = textwrap::core::display_width(excerpt.text.trim_end());
            assert!((50..=60 - 1 - GUTTER).contains(&width), "{width}: {}", excerpt.text);
        }
    }

    /// What a reviewer found in reports: a window of a line begins and ends inside of strings.
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
            // Broken, it is masked by what stands before.
            for json in [json.clone(), json[..json.find(secret).expect("there") + 20].to_owned()] {
                let source = Text::new("f.json", json);
                let is_broken = !source.text().ends_with('}');
                for mark in 0..source.text().len() {
                    let excerpt = Excerpt::new(&source, &marks(&[Span::new(mark, mark + 1)]), 40);
                    let is_shown = (0..secret.len() - 5).any(|at| excerpt.text.contains(&secret[at..at + 5]));
                    let is_told_elsewhere = ["SchemaName", "Secure", "Raw", "u0073", "ApiKey"];
                    let is_lost = is_broken && is_told_elsewhere.iter().any(|part| value.contains(part));
                    assert!(!is_shown || is_lost, "{}", excerpt.text);
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn the_first_mark_is_in_sight(
            text in "[ a名\\n\\r\u{1b}]{0,300}",
            at in proptest::collection::vec((0_usize..320, 0_usize..30, 0_usize..90), 1..6),
            width in 0_usize..100,
        ) {
            let source = Text::new("f", text);
            let mark = |(start, length, said)| Highlight { span: Span::new(start, start + length), said };
            let marks: Vec<Highlight> = at.into_iter().map(mark).collect();
            let excerpt = Excerpt::new(&source, &marks, width);
            proptest::prop_assert!(excerpt.in_sight[0]);
            for mark in &excerpt.marks {
                proptest::prop_assert!(excerpt.text.get(mark.start..mark.end).is_some(), "{mark:?}");
            }
        }
    }
}
