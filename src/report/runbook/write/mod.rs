//! The runbook as Markdown or as plain text, with boxes to tick.

mod after;
mod appendix;
mod before;
mod bind;
mod page;
mod turn_on;

use super::Runbook;
use super::markup::Markup;
use page::Page;

/// The whole runbook.
pub(super) fn text(runbook: &Runbook<'_>, markup: Markup) -> String {
    let page = written(runbook, markup);
    let mut head = Page::new(markup);
    top(&mut head, runbook, page.has_marks);
    head.out + &page.out
}

/// The nine parts and the appendices.
pub(super) fn parts(runbook: &Runbook<'_>, markup: Markup) -> String {
    written(runbook, markup).out
}

fn written(runbook: &Runbook<'_>, markup: Markup) -> Page {
    let mut page = Page::new(markup);
    before::before(&mut page, runbook);
    before::import(&mut page, runbook);
    bind::references(&mut page, runbook);
    bind::values(&mut page, runbook);
    bind::run_only(&mut page, runbook);
    let folds = turn_on::Folds::of(runbook);
    turn_on::turn_on(&mut page, runbook, &folds);
    after::registrations(&mut page, runbook);
    after::checks(&mut page, runbook);
    after::outside(&mut page, runbook);
    appendix::waves(&mut page, runbook, &folds);
    appendix::premium(&mut page, runbook);
    appendix::steps(&mut page, runbook);
    appendix::sources(&mut page, runbook);
    page
}

fn top(page: &mut Page, runbook: &Runbook<'_>, has_marks: bool) {
    let names = runbook.solutions.iter().map(|solution| {
        let version = solution.version.filter(|version| !version.is_empty());
        let version = version.map(|version| format!(" {}", page.markup.text(version))).unwrap_or_default();
        format!("{}{version}", page.markup.code(solution.name))
    });
    let names: Vec<String> = names.collect();
    let sign = if page.markup == Markup::Markdown { "# " } else { "" };
    page.intro(&format!("{sign}Import of {}", names.join(", ")));
    let summary = runbook.summary.as_ref().map(|summary| format!(" On import: {summary}."));
    let marks = if has_marks {
        format!(
            " A rule in parentheses marks a step that may fail: {} shows where, and {} says how to fix it.",
            page.markup.command("flowvet check"),
            page.markup.command("flowvet explain RULE"),
        )
    } else {
        String::new()
    };
    let summary = summary.unwrap_or_default();
    page.line(&format!("Follow the nine parts in order, and tick each box.{summary}{marks}"));
    if !runbook.complete {
        let check = page.markup.command("flowvet check");
        page.line(&format!(
            "\nflowvet could not read all files of the package, so steps may be missing: {check} shows which."
        ));
    }
}
