//! A test report in the JUnit format, with a suite for each flow and a case for each rule with findings in it. A case fails
//! if a finding is at or above `--fail-on`; otherwise it passes and its output has the findings. A flow without findings
//! has a case that passes.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::Report;
use super::text::clean;
use crate::finding::Finding;
use crate::model::FlowIx;
use crate::parse::location_in_text;
use crate::source::{FileName, Location};

/// Findings by rule.
type ByRule<'a> = BTreeMap<&'static str, Vec<&'a Finding>>;

/// The whole report as XML.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut of_flows: BTreeMap<FlowIx, ByRule<'_>> = BTreeMap::new();
    let mut of_files: BTreeMap<&FileName, ByRule<'_>> = BTreeMap::new();
    for finding in report.findings {
        let rules = match finding.flow {
            Some(flow) => of_flows.entry(flow).or_default(),
            None => of_files.entry(report.analysis.sources.get(finding.place().file).name()).or_default(),
        };
        rules.entry(finding.rule).or_default().push(finding);
    }
    let mut document = quick_junit::Report::new("flowvet");
    for (index, flow) in report.analysis.workspace.indexed() {
        let rules = of_flows.remove(&index).unwrap_or_default();
        let solution = report.analysis.workspace.solution_of(index);
        let class = format!("{}.{}", solution.name(), flow.name);
        document.add_test_suite(suite(report, &clean(&flow.name), &clean(&class), &rules));
    }
    for (file, rules) in of_files {
        document.add_test_suite(suite(report, &clean(file.as_str()), &clean(file.as_str()), &rules));
    }
    // Writing to a string cannot fail.
    document.to_string().unwrap_or_default()
}

fn suite(report: &Report<'_>, name: &str, class: &str, rules: &ByRule<'_>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    if rules.is_empty() {
        suite.add_test_case(case("nothing found", class, TestCaseStatus::success()));
    }
    for (rule, findings) in rules {
        let fails = findings.iter().any(|finding| report.fail_on.includes(finding.severity));
        let lines: Vec<String> = findings.iter().map(|finding| line(report, finding)).collect();
        let lines = lines.join("\n");
        let mut case = if fails {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(clean(&findings[0].message)).set_description(lines);
            status.set_type(findings[0].severity.as_str());
            case(rule, class, status)
        } else {
            let mut case = case(rule, class, TestCaseStatus::success());
            case.set_system_out(lines);
            case
        };
        case.add_property(("category", findings[0].category));
        suite.add_test_case(case);
    }
    suite
}

fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}

fn line(report: &Report<'_>, finding: &Finding) -> String {
    let Location { file, start, .. } = location_in_text(&report.analysis.sources, finding.place());
    let help = finding.help.as_deref();
    let help = help.map_or_else(String::new, |help| format!("\n  help: {}", clean(help)));
    let (severity, message) = (finding.severity.as_str(), clean(&finding.message));
    format!("{}:{}:{}: {severity}: {message}{help}", clean(file.as_str()), start.line, start.column)
}
