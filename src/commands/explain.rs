//! `flowvet explain`: a rule's page, or what a platform error means.

use super::{CLEAN, Outcome};
use crate::cli::ExplainArgs;
use crate::errors;
use crate::report::rules::{explain_error, explain_rule};
use crate::rules;

pub(super) fn run(args: &ExplainArgs) -> Outcome {
    let what = args.what.join(" ");
    if let Some(entry) = rules::find(what.trim()) {
        return Outcome::output(explain_rule(entry), CLEAN);
    }
    let found = errors::in_message(&what);
    if found.is_empty() {
        return Outcome::failure(
            &format!("`{}` is no rule, and holds no platform error code that flowvet knows", what.trim()),
            Some(&nearest(what.trim())),
        );
    }
    let texts: Vec<String> = found.into_iter().map(explain_error).collect();
    Outcome::output(texts.join("\n"), CLEAN)
}

fn nearest(what: &str) -> String {
    let ids = rules::all().iter().map(|entry| entry.meta.id.as_str());
    let codes = errors::all().iter().map(|error| error.code.as_str());
    match crate::suggest::nearest(what, ids.chain(codes)) {
        Some(near) => format!("did you mean `{near}`? `flowvet rules` lists the rules"),
        None => "`flowvet rules` lists the rules".to_owned(),
    }
}
