//! Every message of the parser, with the place it points at.

use std::fmt::Write;

use crate::expression::parse;

/// The text, a line under it that marks the place (`^`) and what was left open (`~`), the message, the help.
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
fn what_is_left_open() {
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
    help: there is nothing between the braces: text that holds `@{` is written with `@@{`

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
    help: a quote inside a string is written twice: `''`

    @f('a
       ~ ^
    found the end of the text inside a string, expected `'`
    help: a quote inside a string is written twice: `''`

    @f()['a'
        ~   ^
    found the end of the text, expected `]`

    @f()[
        ~^
    found the end of the text, expected a value or a function

    @{f('a}
        ~  ^
    found the end of the text inside a string, expected `'`
    help: a quote inside a string is written twice: `''`
    "#);
}

#[test]
fn nothing_stands_where_a_value_is_due() {
    insta::assert_snapshot!(reports(&[
        "@{ }",
        "@f(,1)",
        "@f(1,)",
    ]), @r#"
    @{ }
       ^
    found `}`, expected a value or a function
    help: there is nothing between the braces: text that holds `@{` is written with `@@{`

    @f(,1)
       ^
    found `,`, expected a value or a function

    @f(1,)
         ^
    found `)`, expected a value or a function
    "#);
}

#[test]
fn a_name_stands_where_a_value_is_due() {
    insta::assert_snapshot!(reports(&[
        "@someone please",
        "@{name}",
        "$h = @{Name='x'}",
        "@f(name)",
    ]), @r#"
    @someone please
     ^^^^^^^
    found `someone`, expected a value or a function
    help: text that begins with `@` is written with `@@`; a function is followed by `(`

    @{name}
      ^^^^
    found `name`, expected a value or a function
    help: text that holds `@{` is written with `@@{`; a function is followed by `(`

    $h = @{Name='x'}
           ^^^^^
    found `Name=`, expected a value or a function
    help: text that holds `@{` is written with `@@{`; a function is followed by `(`

    @f(name)
       ^^^^
    found `name`, expected a value or a function
    help: a function is followed by `(`, and a string stands in single quotes
    "#);
}

#[test]
fn another_sign_stands_where_a_value_is_due() {
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
    help: strings stand in straight single quotes: `'text'`

    @f(‘a’)
       ^^^
    found `‘a’`, expected a value or a function
    help: strings stand in straight single quotes: `'text'`

    @f(@g())
       ^
    found `@`, expected a value or a function
    help: inside an expression a function stands without `@`

    @(f())
     ^
    found `(`, expected a value or a function
    help: parentheses only hold the arguments of a function: there are no operators to group

    @f([1, 2])
       ^
    found `[`, expected a value or a function
    help: an array is written `createArray(...)`

    @f({})
       ^
    found `{`, expected a value or a function
    help: an object is written `json('{...}')`

    @f()[]
         ^
    found `]`, expected a value or a function

    @f(?)
       ^
    found `?`, expected a value or a function
    "#);
}

#[test]
fn no_number_stands_where_one_is_due() {
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
fn what_stands_behind_a_value() {
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
    help: only what a function gives can be looked into with `[...]`
    "#);
}

#[test]
fn what_stands_behind_a_question_mark_or_a_point() {
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
    help: strings stand in single quotes, each written once: `'text'`

    @f().
         ^
    found the end of the text, expected a name after `.`

    @f().'a'
         ^^^
    found `'a'`, expected a name after `.`
    "#);
}

#[test]
fn what_stands_behind_a_keyword_or_number() {
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
fn invisible_characters_are_shown() {
    let error = parse("@f(a\u{200b}b)").unwrap_err();
    assert_eq!(error.message, r"found `a\u{200b}b`, expected a value or a function");
}

#[test]
fn too_many_levels() {
    let text = "a(".repeat(300);
    let error = parse(&format!("@{text}")).unwrap_err();
    insta::assert_snapshot!(error.message, @r"the expression nests more than 200 levels");
    assert_eq!(error.range, 401..402);
}
