//! Snapshots of every message of the parser, with the range that it points at.

use std::fmt::Write;

use crate::expression::parse;

/// The text, a line that marks the error (`^`) and the unclosed bracket (`~`), the message and the help.
fn report(text: &str) -> String {
    let error = parse(text).expect_err(text);
    let columns = |at: usize| text[..at].chars().count();
    let mut marks = vec![' '; columns(text.len()) + 1];
    if let Some(open) = &error.opened {
        marks[columns(open.start)..columns(open.end)].fill('~');
    }
    let (start, end) = (columns(error.range.start), columns(error.range.end));
    marks[start..end.max(start + 1)].fill('^');
    let marks: String = marks.into_iter().collect();
    let mut report = format!("{text}\n{}\n{error}\n", marks.trim_end());
    if let Some(help) = error.help {
        writeln!(report, "help: {help}").unwrap();
    }
    report
}

fn reports(texts: &[&str]) -> String {
    texts.iter().map(|text| report(text)).collect::<Vec<_>>().join("\n")
}

#[test]
fn unclosed_brackets_and_quotes() {
    insta::assert_snapshot!(reports(&[
        "x @{f()",
        "@{}",
        "@f(",
        "@f(1",
        "@f(g(1, 2)",
        "@f('it's')",
        "@f('a",
        "@f()['a'",
        "@f()[",
        "@{f('a}",
    ]), @r#"
    x @{f()
      ~~   ^
    found the end of the text, expected `}`

    @{}
      ^
    found `}`, expected a value or a function
    help: write an expression between the braces; to write `@{` as plain text, use `@@{`

    @f(
      ~^
    found the end of the text, expected a value or a function

    @f(1
      ~ ^
    found the end of the text, expected `,` or `)`

    @f(g(1, 2)
      ~       ^
    found the end of the text, expected `,` or `)`

    @f('it's')
      ~    ^
    found `s`, expected `,` or `)`
    help: write a quote inside a string twice: `''`

    @f('a
       ~ ^
    found the end of the text inside a string, expected `'`
    help: write a quote inside a string twice: `''`

    @f()['a'
        ~   ^
    found the end of the text, expected `]`

    @f()[
        ~^
    found the end of the text, expected a value or a function

    @{f('a}
        ~  ^
    found the end of the text inside a string, expected `'`
    help: write a quote inside a string twice: `''`
    "#);
}

#[test]
fn a_missing_value() {
    insta::assert_snapshot!(reports(&[
        "@{ }",
        "@f(,1)",
        "@f(1,)",
    ]), @r#"
    @{ }
       ^
    found `}`, expected a value or a function
    help: write an expression between the braces; to write `@{` as plain text, use `@@{`

    @f(,1)
       ^
    found `,`, expected a value or a function

    @f(1,)
         ^
    found `)`, expected a value or a function
    "#);
}

#[test]
fn a_name_instead_of_a_value() {
    insta::assert_snapshot!(reports(&[
        "@someone please",
        "@{name}",
        "$h = @{Name='x'}",
        "@f(name)",
    ]), @r#"
    @someone please
     ^^^^^^^
    found `someone`, expected a value or a function
    help: to call a function, write `(` after its name; to begin plain text with `@`, use `@@`

    @{name}
      ^^^^
    found `name`, expected a value or a function
    help: to call a function, write `(` after its name; to write `@{` as plain text, use `@@{`

    $h = @{Name='x'}
           ^^^^^
    found `Name=`, expected a value or a function
    help: to call a function, write `(` after its name; to write `@{` as plain text, use `@@{`

    @f(name)
       ^^^^
    found `name`, expected a value or a function
    help: to call a function, write `(` after its name; put text in single quotes
    "#);
}

#[test]
fn another_character_instead_of_a_value() {
    insta::assert_snapshot!(reports(&[
        "@f(\"a\")",
        "@f(‘a’)",
        "@f(@g())",
        "@(f())",
        "@f([1, 2])",
        "@f({})",
        "@f()[]",
        "@f(?)",
    ]), @r#"
    @f("a")
       ^^^
    found `"a"`, expected a value or a function
    help: put text in straight single quotes: `'text'`

    @f(‘a’)
       ^^^
    found `‘a’`, expected a value or a function
    help: put text in straight single quotes: `'text'`

    @f(@g())
       ^
    found `@`, expected a value or a function
    help: write functions inside an expression without `@`

    @(f())
     ^
    found `(`, expected a value or a function
    help: parentheses can only enclose the arguments of a function: write its name before them

    @f([1, 2])
       ^
    found `[`, expected a value or a function
    help: write an array as `createArray(...)`

    @f({})
       ^
    found `{`, expected a value or a function
    help: write an object as `json('{...}')`

    @f()[]
         ^
    found `]`, expected a value or a function

    @f(?)
       ^
    found `?`, expected a value or a function
    "#);
}

#[test]
fn invalid_numbers() {
    insta::assert_snapshot!(reports(&[
        "@f(1x)",
        "@f(1+2)",
        "@f(-)",
        "@f(1e)",
    ]), @r#"
    @f(1x)
       ^^
    found `1x`, expected a number

    @f(1+2)
       ^^^
    found `1+2`, expected a number
    help: there are no operators: use functions such as `add()`, `equals()` or `and()`

    @f(-)
       ^
    found `-`, expected a number

    @f(1e)
       ^^
    found `1e`, expected a number
    "#);
}

#[test]
fn unexpected_text_after_a_value() {
    insta::assert_snapshot!(reports(&[
        "@f())",
        "@f() g()",
        "@f() == 1",
        "@f(1 + 2)",
        "@f(1 2)",
        "@f('a' 'b')",
        "@{f() x}",
        "@f('a')}",
        "@'a'[0]",
    ]), @r#"
    @f())
        ^
    found `)`, expected the end of the text

    @f() g()
         ^
    found `g`, expected the end of the text

    @f() == 1
         ^^
    found `==`, expected the end of the text
    help: there are no operators: use functions such as `add()`, `equals()` or `and()`

    @f(1 + 2)
      ~  ^
    found `+`, expected `,` or `)`
    help: there are no operators: use functions such as `add()`, `equals()` or `and()`

    @f(1 2)
      ~  ^
    found `2`, expected `,` or `)`

    @f('a' 'b')
      ~    ^^^
    found `'b'`, expected `,` or `)`

    @{f() x}
    ~~    ^
    found `x`, expected `}`

    @f('a')}
           ^
    found `}`, expected the end of the text

    @'a'[0]
        ^
    found `[`, expected the end of the text
    help: only the result of a function can be followed by `[...]`
    "#);
}

#[test]
fn unexpected_text_after_a_question_mark_or_a_point() {
    insta::assert_snapshot!(reports(&[
        "@f()?",
        "@f()?x",
        "@f() ?? 'a'",
        "@f(g()?[''outputs''])",
        "@f().",
        "@f().'a'",
    ]), @r#"
    @f()?
         ^
    found the end of the text, expected `.` or `[` after `?`

    @f()?x
         ^
    found `x`, expected `.` or `[` after `?`

    @f() ?? 'a'
          ^
    found `?`, expected `.` or `[` after `?`
    help: there is no `??`: use `coalesce()`

    @f(g()?[''outputs''])
           ~  ^^^^^^^
    found `outputs`, expected `]`
    help: put text in single quotes, not in pairs of them: `'text'`

    @f().
         ^
    found the end of the text, expected a name after `.`

    @f().'a'
         ^^^
    found `'a'`, expected a name after `.`
    "#);
}

#[test]
fn unexpected_text_after_a_keyword_or_number() {
    insta::assert_snapshot!(reports(&[
        "@f(null())",
        "@f(1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)",
    ]), @r#"
    @f(null())
      ~    ^
    found `(`, expected `,` or `)`

    @f(1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)
      ~  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    found `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…`, expected `,` or `)`
    "#);
}

#[test]
fn invisible_characters_are_escaped() {
    let error = parse("@f(a\u{200b}b)").unwrap_err();
    assert_eq!(error.message, r"found `a\u{200b}b`, expected a value or a function");
}

#[test]
fn too_many_levels() {
    let text = "a(".repeat(300);
    let error = parse(&format!("@{text}")).unwrap_err();
    insta::assert_snapshot!(error.message, @r"the expression is nested more than 200 levels deep");
    assert_eq!(error.range, 401..402);
}
