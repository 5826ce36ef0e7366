//! Renames a step or a variable with all its mentions in the flow.

use lsp_types::TextEdit;

use super::client::Client;
use super::occurrences::{Mention, in_flow};
use super::symbol::{Named, Symbol};
use crate::analysis::Analysis;
use crate::model::{FlowContent, FlowIx, Owner, compare, fold_case};
use crate::parse::locate;
use crate::source::FileId;

/// The most characters of a name.
///
/// Source: power-automate-docs, articles/limits-and-config.md.
const LONGEST_NAME: usize = 80;

/// The name of triggers that people, apps and flows run. The platform expects it.
const GIVEN_NAME: &str = "manual";

/// The name that is edited, if the symbol can be renamed.
pub(super) fn current<'a>(analysis: &'a Analysis, named: &'a Named) -> Result<&'a str, String> {
    match &named.symbol {
        Symbol::Step(flow, owner) => {
            let content = content(analysis, *flow)?;
            let name = match owner {
                Owner::Trigger(index) => content.definition.trigger(*index).map(|trigger| trigger.name),
                Owner::Action(index) => Some(content.definition.action(*index).name),
            };
            let name = name.ok_or("the step is gone")?;
            if name == GIVEN_NAME && matches!(owner, Owner::Trigger(_)) {
                return Err(format!("callers expect the trigger to have the name `{GIVEN_NAME}`"));
            }
            let alike = content.definition.actions().filter(|action| compare(action.name, name).is_eq());
            match alike.count() {
                0 | 1 => Ok(name),
                _ => Err(format!("several steps have the name `{name}`, so its mentions are ambiguous")),
            }
        }
        Symbol::Variable(_, name) => Ok(name),
        Symbol::Flow(_)
        | Symbol::UnknownFlow(_)
        | Symbol::Parameter(..)
        | Symbol::Function(..)
        | Symbol::Connection(..)
        | Symbol::Reference(_)
        | Symbol::EnvironmentVariable(..) => Err("only steps and variables can be renamed".to_owned()),
    }
}

/// The edits that rename a symbol, and the file that they are for.
pub(super) fn edits(
    analysis: &Analysis,
    named: &Named,
    new_name: &str,
    client: &Client,
) -> Result<(FileId, Vec<TextEdit>), String> {
    let old_name = current(analysis, named)?;
    let (flow, new_name) = match &named.symbol {
        Symbol::Step(flow, owner) => (*flow, step_name(content(analysis, *flow)?, *owner, new_name)?),
        Symbol::Variable(flow, _) => (*flow, variable_name(content(analysis, *flow)?, old_name, new_name)?),
        _ => return Err("only steps and variables can be renamed".to_owned()),
    };
    let flow = analysis.workspace.flow(flow);
    let (Some(file), Some(content)) = (flow.file, &flow.content) else {
        return Err("the flow has no file".to_owned());
    };
    let text = analysis.sources.get(file);
    let edit = |mention: &Mention| {
        let place = mention.place(flow)?;
        let range = client.encoding.range(text, locate(&analysis.sources, &place));
        let in_literal = mention.literal.is_some();
        let written = if in_literal { new_name.replace('\'', "''") } else { new_name.clone() };
        Some(TextEdit { range, new_text: json_text(&written) })
    };
    let edits = in_flow(content, &named.symbol).iter().filter_map(edit).collect();
    Ok((file, edits))
}

/// A text as it stands between the quotes of a JSON string.
pub(super) fn json_text(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).to_owned()
}

fn content(analysis: &Analysis, flow: FlowIx) -> Result<&FlowContent, String> {
    analysis.workspace.flow(flow).content.as_ref().ok_or_else(|| "the flow cannot be read".to_owned())
}

/// The key of a step with this name. The designer shows the underscores of keys as spaces.
fn step_name(content: &FlowContent, owner: Owner, name: &str) -> Result<String, String> {
    let name = usable(name)?.replace(' ', "_");
    let is_taken = content
        .definition
        .indexed()
        .any(|(index, action)| owner != Owner::Action(index) && compare(action.name, &name).is_eq());
    let is_trigger = content
        .definition
        .triggers()
        .enumerate()
        .any(|(index, trigger)| owner != Owner::Trigger(index) && compare(trigger.name, &name).is_eq());
    if is_taken || is_trigger { Err(format!("the flow already has a step `{name}`")) } else { Ok(name) }
}

fn variable_name(content: &FlowContent, old_name: &str, name: &str) -> Result<String, String> {
    let name = usable(name)?;
    let declared = content.definition.actions().filter_map(|action| action.initialised_variables());
    let declared = declared.flatten().filter_map(|entry| entry.get("name")?.as_str());
    let folded = fold_case(name);
    let is_taken = declared.into_iter().any(|other| fold_case(other) == folded);
    if is_taken && fold_case(old_name) != folded {
        return Err(format!("the flow already has a variable `{name}`"));
    }
    Ok(name.to_owned())
}

fn usable(name: &str) -> Result<&str, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("a name cannot be empty".to_owned());
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(format!("a name has at most {LONGEST_NAME} characters"));
    }
    // In some places, a text with `@` is an expression.
    match name.chars().find(|c| c.is_control() || *c == '@') {
        Some(c) => Err(format!("a name cannot contain `{}`", c.escape_debug())),
        None => Ok(name),
    }
}
