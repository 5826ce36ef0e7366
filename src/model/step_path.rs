//! The names of the steps that contain a place in a flow, computed from its route. This opens no documents, because reports
//! need it for every finding.

use crate::secrets::masked;
use crate::source::{Route, Step};

/// The keys in a route: of a trigger, or of an action and its containers, the outermost first. Empty outside of steps.
pub(crate) fn step_path(route: &Route) -> Vec<&str> {
    let keys: Vec<&str> = route.steps().iter().map_while(Step::key).collect();
    let ["properties", "definition", rest @ ..] = keys.as_slice() else { return Vec::new() };
    if let ["triggers", name, ..] = rest {
        return vec![name];
    }
    let (mut names, mut rest) = (Vec::new(), rest);
    while let (["actions", name, inside @ ..], _)
    | (["else" | "default", "actions", name, inside @ ..], 1..)
    | (["cases", _, "actions", name, inside @ ..], 1..) = (rest, names.len())
    {
        names.push(*name);
        rest = inside;
    }
    names
}

/// The name of a step as the designer shows it. In keys, underscores replace spaces. Secrets are masked first, because
/// `ghp_…` cannot be recognised without its underscore.
pub(crate) fn step_title(key: &str) -> String {
    masked(key).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_titles_are_masked() {
        assert_eq!(step_title("Get_a_row_(2)"), "Get a row (2)");
        let token = format!("ghp_{}", "aB3dE6gH9jK2".repeat(3));
        assert!(!step_title(&format!("Send_{token}")).contains("aB3dE6"), "{}", step_title(&token));
        assert_eq!(step_title("x_api_key=aB3dE6gH9jK2"), "x api key=************");
    }

    #[test]
    fn a_route_tells_its_step() {
        let at = |keys: &str| step_path(&Route::of(keys.split('/'))).join(" > ");
        let steps = [
            ("actions/Go/inputs/actions/x", "Go"),
            ("actions/If/actions/Go/type", "If > Go"),
            ("actions/If/else/actions/Go/runAfter/actions", "If > Go"),
            ("actions/If/else", "If"),
            ("actions/Switch/cases/One/actions/Go", "Switch > Go"),
            ("actions/Switch/default/actions/actions/actions/Go", "Switch > actions > Go"),
            ("triggers/manual/inputs", "manual"),
            ("actions", ""),
            ("else/actions/Go", ""),
        ];
        for (route, names) in steps {
            assert_eq!(at(&format!("properties/definition/{route}")), names, "{route}");
        }
        assert_eq!(at("properties/connectionReferences/actions/Go"), "");
    }
}
