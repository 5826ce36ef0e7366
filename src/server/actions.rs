//! Code actions: fixes of findings, and two ways to accept a finding with a reason.

use std::cell::Cell;
use std::collections::BTreeMap;

use lsp_types::{CodeAction, CodeActionKind, Range, TextEdit, WorkspaceEdit};

use super::client::Client;
use super::documents::Documents;
use super::rename::json_text;
use super::snapshot::{Snapshot, is_below};
use super::{diagnostics, edits};
use crate::analysis::Analysis;
use crate::config::{Config, FILE_NAME};
use crate::finding::Finding;
use crate::fix::{self, Applicability, resolve};
use crate::model::{Owner, step_title};
use crate::parse::locate;
use crate::report::fixes::{self, ShownFix};
use crate::source::{FileId, Json, Object, Sources, Span};
use crate::wording::capitalised;

/// What stands where users have to write their reason.
const REASON: &str = "TODO: say why";

/// The most findings with actions. A range may cover a whole file.
const MOST_FINDINGS: usize = 20;

/// The most findings that are fixed together.
const MOST_FIXED: usize = 100;

/// The most times that everything is checked again for a request.
const MOST_CHECKS: usize = 8;

/// The kind of the action that applies all safe fixes of a file.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.flowvet");

/// What actions are computed from.
pub(super) struct Request<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) analysis: &'a Analysis,
    pub(super) file: FileId,
    pub(super) path: &'a str,
    pub(super) documents: &'a Documents,
    pub(super) client: &'a Client,
    /// How often everything was checked again to answer it.
    pub(super) checks: Cell<usize>,
}

/// The actions for the findings that touch a range of a file.
pub(super) fn of_findings(request: &Request<'_>, range: Range) -> Vec<CodeAction> {
    let wanted = request.client.encoding.span(request.analysis.sources.get(request.file), range);
    let touches = |finding: &&Finding| {
        let place = finding.place();
        let span = locate(&request.analysis.sources, place);
        place.file == request.file && span.start <= wanted.end && wanted.start <= span.end
    };
    let findings = request.snapshot.findings.iter().enumerate();
    let findings = findings.filter(|(_, finding)| touches(finding)).take(MOST_FINDINGS);
    findings.flat_map(|(index, finding)| request.of(index, finding)).collect()
}

/// The action that applies the safe fixes of a file. A fix that also changes another file is left out.
pub(super) fn fix_all(request: &Request<'_>) -> Option<CodeAction> {
    let is_safe_here = |finding: &&Finding| {
        finding.fix.as_ref().is_some_and(|fix| {
            fix.applicability == Applicability::Safe && fix.files().all(|file| file == request.file)
        })
    };
    let findings = request.snapshot.findings.iter().enumerate();
    let findings = findings.filter(|(_, finding)| is_safe_here(finding)).take(MOST_FIXED);
    let findings =
        findings.filter_map(|(index, finding)| Some((index, fixes::of(request.analysis, finding)?)));
    let findings: Vec<(usize, ShownFix<'_>)> = findings.collect();
    let all =
        || together(&request.analysis.sources, findings.iter().map(|(index, shown)| (*index, shown.fix)));
    let harmless = || {
        let alone = findings.iter().filter(|(index, shown)| request.is_harmless(&[*index], &shown.edits));
        together(&request.analysis.sources, alone.map(|(index, shown)| (*index, shown.fix)))
    };
    let is_harmless =
        |(fixed, edits): &(Vec<usize>, Edits)| !fixed.is_empty() && request.is_harmless(fixed, edits);
    let (_, edits) = Some(all()).filter(is_harmless).or_else(|| Some(harmless()).filter(is_harmless))?;
    let edit = request.workspace_edit(edits)?;
    Some(CodeAction {
        title: "Apply the safe fixes of this file".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(edit),
        ..CodeAction::default()
    })
}

/// Edits with their files.
type Edits = Vec<(FileId, fix::TextEdit)>;

/// The edits of the fixes of findings, and the indices of these. A fix that contradicts an earlier one is left out.
fn together<'a>(
    sources: &Sources,
    fixes: impl Iterator<Item = (usize, &'a fix::Fix)>,
) -> (Vec<usize>, Edits) {
    let (indices, fixes): (Vec<usize>, Vec<&fix::Fix>) = fixes.unzip();
    let all = |fixes: &[&fix::Fix]| {
        let edits = resolve(sources, fixes.iter().flat_map(|fix| fix.edits.iter()))?.into_iter();
        Some(edits.flat_map(|(file, edits)| edits.into_iter().map(move |edit| (file, edit))).collect())
    };
    if let Some(edits) = all(&fixes) {
        return (indices, edits);
    }
    let (mut chosen, mut used) = (Vec::new(), Vec::new());
    for (index, fix) in indices.into_iter().zip(fixes) {
        chosen.push(fix);
        if all(&chosen).is_none() {
            chosen.pop();
        } else {
            used.push(index);
        }
    }
    (used, all(&chosen).unwrap_or_default())
}

impl Request<'_> {
    fn of(&self, index: usize, finding: &Finding) -> Vec<CodeAction> {
        let diagnostic = diagnostics::of(self.analysis, finding, self.documents, self.client);
        let action = |(title, edit, is_preferred): (String, WorkspaceEdit, bool)| CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: Some(edit),
            is_preferred: is_preferred.then_some(true),
            ..CodeAction::default()
        };
        let ignores = [self.allow(finding), self.ignore(finding)].into_iter().flatten();
        let ignores = ignores.map(|(title, edit)| (title, edit, false));
        self.fix(index, finding).into_iter().chain(ignores).map(action).collect()
    }

    /// Whether edits are known to do no harm.
    fn is_harmless(&self, fixed: &[usize], edits: &[(FileId, fix::TextEdit)]) -> bool {
        self.snapshot.known_harmless(fixed).unwrap_or_else(|| {
            let checks = self.checks.get();
            self.checks.set(checks + 1);
            checks < MOST_CHECKS && self.snapshot.is_harmless(fixed, edits, self.documents)
        })
    }

    /// The fix of a finding, with its title and whether an editor may prefer it.
    fn fix(&self, index: usize, finding: &Finding) -> Option<(String, WorkspaceEdit, bool)> {
        let ShownFix { fix, edits } = fixes::of(self.analysis, finding)?;
        if fix.applicability == Applicability::Display || !self.is_harmless(&[index], &edits) {
            return None;
        }
        let title = capitalised(&diagnostics::line(&fix.title));
        let edit = || self.workspace_edit(edits);
        match fix.applicability {
            Applicability::Safe => Some((title, edit()?, true)),
            Applicability::Unsafe => Some((format!("{title} (unsafe)"), edit()?, false)),
            Applicability::Display => None,
        }
    }

    /// Edits of files, for the client. `None` if there are none, or if one of the files is in a zip.
    fn workspace_edit(&self, edits: Vec<(FileId, fix::TextEdit)>) -> Option<WorkspaceEdit> {
        let sources = &self.analysis.sources;
        let mut files: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
        for (file, fix::TextEdit { span, text }) in edits {
            let range = self.client.encoding.range(sources.get(file), span);
            files.entry(file).or_default().push(TextEdit { range, new_text: text });
        }
        if files.is_empty() || files.keys().any(|file| sources.get(*file).name().inside().is_some()) {
            return None;
        }
        let files = files.into_iter().map(|(file, edits)| (sources.get(file).name().as_str(), edits));
        edits::of_files(files, self.documents, self.client)
    }

    /// Accepts a finding in the description of its step.
    fn allow(&self, finding: &Finding) -> Option<(String, WorkspaceEdit)> {
        let flow = self.analysis.workspace.flow_in(self.file)?;
        let definition = &self.analysis.workspace.flow(flow).content.as_ref()?.definition;
        let route = finding.place().route()?;
        let actions = definition.indexed().map(|(index, _)| Owner::Action(index));
        let triggers = (0..definition.triggers().len()).map(Owner::Trigger);
        // Containers come before the actions in them, so the last step around the place is the innermost.
        let around = |owner: &Owner| route.starts_with(&definition.route_of(*owner));
        let owner = triggers.chain(actions).filter(around).last()?;
        let (body, name) = (definition.body_of(owner), definition.name_of(owner));
        let note = format!("flowvet: allow {} - {REASON}", finding.rule);
        let (span, new_text) = described(body, &note)?;
        let text = self.analysis.sources.get(self.file);
        let edit = TextEdit { range: self.client.encoding.range(text, span), new_text };
        let edit = edits::of_file(self.path, vec![edit], self.documents, self.client)?;
        let step = diagnostics::line(&step_title(name));
        Some((format!("Ignore `{}` in the note of `{step}`, with a reason", finding.rule), edit))
    }

    /// Accepts a finding in the configuration.
    fn ignore(&self, finding: &Finding) -> Option<(String, WorkspaceEdit)> {
        if finding.category == "config" {
            return None;
        }
        let flow = finding.flow.map(|flow| self.analysis.workspace.flow(flow));
        let is_in_flow = flow.is_some_and(|flow| flow.file == Some(finding.place().file));
        let pointer = finding.place().route().filter(|_| is_in_flow).map(|route| route.shown());
        let solution = self.analysis.workspace.solution_in(finding.place().file, &self.analysis.sources);
        let solution = solution.and_then(|solution| self.analysis.workspace.solution(solution).unique_name());
        let keys = [
            ("rule", Some(finding.rule)),
            ("flow", flow.map(|flow| flow.id.as_str())),
            ("solution", solution.filter(|_| flow.is_none())),
            ("at", pointer.as_deref()),
            ("reason", Some(REASON)),
        ];
        // What JSON escapes in a string means the same in TOML.
        let lines = keys
            .iter()
            .filter_map(|(key, value)| Some(format!("{key} = {}\n", serde_json::Value::from((*value)?))));
        let table = format!("[[ignore]]\n{}", lines.collect::<String>());
        let edit = self.appended(&table)?;
        Some((format!("Ignore `{}` in {FILE_NAME}, with a reason", finding.rule), edit))
    }

    /// Adds a table to the end of the configuration, which may not exist yet.
    fn appended(&self, table: &str) -> Option<WorkspaceEdit> {
        let Some(path) = &self.snapshot.group.config else {
            let folder = self.snapshot.group.folders.iter().find(|folder| is_below(self.path, folder))?;
            let path = format!("{}/{FILE_NAME}", folder.trim_end_matches('/'));
            return edits::creating(&path, table.to_owned(), self.client);
        };
        let text = self.analysis.sources.get(self.analysis.sources.named(path)?);
        let end = text.text().len();
        let gap = match text.text() {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        // Not after an inline list of ignores, for example.
        Config::from_toml(path.as_str(), &format!("{}{gap}{table}", text.text())).ok()?;
        let range = self.client.encoding.range(text, Span::new(end, end));
        let edit = TextEdit { range, new_text: format!("{gap}{table}") };
        edits::of_file(path, vec![edit], self.documents, self.client)
    }
}

/// The edit that adds a line to the description of a step.
fn described(body: Object<'_>, note: &str) -> Option<(Span, String)> {
    if let Some(description) = body.get("description") {
        let text = description.as_str()?;
        let end = description.span().end;
        let line = if text.is_empty() { note.to_owned() } else { format!("\n{note}") };
        return Some((Span::new(end, end), json_text(&line)));
    }
    let start = body.json().span().start + 1;
    let raw: &str = after_brace(body.json());
    let gap = &raw[..raw.len() - raw.trim_start().len()];
    let is_empty = raw.trim_start().starts_with('}');
    let colon = if gap.is_empty() { ":" } else { ": " };
    let comma = if is_empty { "" } else { "," };
    let gap = if is_empty { "" } else { gap };
    Some((Span::new(start, start), format!("{gap}\"description\"{colon}\"{}\"{comma}", json_text(note))))
}

/// The text of an object after its opening brace.
fn after_brace(object: Json<'_>) -> &str {
    object.raw().strip_prefix('{').unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of an object with a note, in the style of the text.
    fn noted(text: &str) -> String {
        let document = crate::parse::json::parse(text.into()).expect("JSON");
        let (span, new_text) = described(Object::of(document.root()), "a \"b\"").expect("an edit");
        format!("{}{new_text}{}", &text[..span.start], &text[span.end..])
    }

    #[test]
    fn a_note_is_added_in_the_style_of_the_object() {
        assert_eq!(noted("{}"), r#"{"description":"a \"b\""}"#);
        assert_eq!(noted(r#"{"type":"x"}"#), r#"{"description":"a \"b\"","type":"x"}"#);
        assert_eq!(
            noted("{\r\n  \"type\": \"x\"\r\n}"),
            "{\r\n  \"description\": \"a \\\"b\\\"\",\r\n  \"type\": \"x\"\r\n}"
        );
        assert_eq!(noted(r#"{"description": "x"}"#), r#"{"description": "x\na \"b\""}"#);
        assert_eq!(noted(r#"{"description": ""}"#), r#"{"description": "a \"b\""}"#);
    }
}
