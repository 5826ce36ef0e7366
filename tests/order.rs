//! Properties of the activation order: children come before parents, and cycles are exactly those of the call graph.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use flowvet::verdict::{Cause, Outcome};
use flowvet::{Analysis, Input, Limits};
use proptest::prelude::*;
use support::{TestFlow, id, solution, solution_zip, zip_of};

/// The flows in cycles, computed in the simplest way: flows that can reach themselves.
fn in_cycles(calls: &BTreeMap<usize, BTreeSet<usize>>) -> BTreeSet<usize> {
    let reaches_itself = |start: &usize| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<usize> = calls[start].iter().copied().collect();
        while let Some(flow) = next.pop() {
            if seen.insert(flow) {
                next.extend(calls.get(&flow).into_iter().flatten());
            }
        }
        seen.contains(start)
    };
    calls.keys().copied().filter(reaches_itself).collect()
}

fn call_graph() -> impl Strategy<Value = BTreeMap<usize, BTreeSet<usize>>> {
    (2_usize..14).prop_flat_map(|count| {
        let callees = prop::collection::btree_set(0..count, 0..3);
        prop::collection::vec(callees, count).prop_map(|lists| lists.into_iter().enumerate().collect())
    })
}

proptest! {
    #[test]
    fn every_child_comes_before_its_parents(calls in call_graph()) {
        let flows: Vec<TestFlow> =
            calls.iter().map(|(flow, callees)| TestFlow::new(*flow, callees.iter().copied())).collect();
        let input = Input::Bytes { name: "random.zip".to_owned(), bytes: solution_zip("Random", &flows) };
        let analysis = Analysis::load(vec![input], Limits::default()).expect("a solution");
        let order = analysis.activation();
        let id_of = |flow| analysis.workspace.flow(flow).id.to_string();

        let in_cycle: BTreeSet<String> = order.cycles.iter().flatten().map(|flow| id_of(*flow)).collect();
        let expected: BTreeSet<String> = in_cycles(&calls).into_iter().map(id).collect();
        prop_assert_eq!(&in_cycle, &expected);

        let position: BTreeMap<String, usize> =
            order.flat().enumerate().map(|(at, flow)| (id_of(flow), at)).collect();
        prop_assert_eq!(position.len() + in_cycle.len(), calls.len(), "every flow has exactly one position");
        let wave: BTreeMap<String, usize> = order
            .waves
            .iter()
            .enumerate()
            .flat_map(|(at, flows)| flows.iter().map(move |flow| (*flow, at)))
            .map(|(flow, at)| (id_of(flow), at))
            .collect();
        for (parent, children) in &calls {
            for child in children {
                if let (Some(parent), Some(child)) = (wave.get(&id(*parent)), wave.get(&id(*child))) {
                    prop_assert!(child < parent);
                }
            }
        }
        // Each cycle is a single group whose members reach each other, not a union of several groups.
        for cycle in &order.cycles {
            let members: BTreeSet<String> = cycle.iter().map(|flow| id_of(*flow)).collect();
            prop_assert_eq!(members.len(), cycle.len());
        }
    }
}

proptest! {
    #[test]
    fn a_flow_turns_on_if_nothing_blocks_it_and_its_children_turn_on(
        calls in call_graph(),
        off in prop::collection::btree_set(0_usize..14, 0..4),
    ) {
        let flow = |(flow, callees): (&usize, &BTreeSet<usize>)| {
            TestFlow { is_on: !off.contains(flow), ..TestFlow::new(*flow, callees.iter().copied()) }
        };
        let flows: Vec<TestFlow> = calls.iter().map(flow).collect();
        let input = Input::Bytes { name: "random.zip".to_owned(), bytes: solution_zip("Random", &flows) };
        let analysis = Analysis::load(vec![input], Limits::default()).expect("a solution");
        let verdicts = analysis.verdicts(&analysis.check());

        let in_cycle = in_cycles(&calls);
        let mut on: BTreeSet<usize> =
            calls.keys().filter(|flow| !off.contains(flow) && !in_cycle.contains(flow)).copied().collect();
        // Compute the expected result in the simplest way: remove flows that call a flow that is not on, until nothing
        // changes.
        loop {
            let next: BTreeSet<usize> =
                on.iter().filter(|flow| calls[flow].iter().all(|child| on.contains(child))).copied().collect();
            if next == on {
                break;
            }
            on = next;
        }
        let expected: BTreeSet<String> = on.into_iter().map(id).collect();
        let turns_on = verdicts.iter().filter(|(_, verdict)| verdict.outcome == Outcome::TurnsOn);
        let turns_on: BTreeSet<String> =
            turns_on.map(|(flow, _)| analysis.workspace.flow(flow).id.to_string()).collect();
        prop_assert_eq!(turns_on, expected);

        let stays_off = verdicts.iter().filter(|(_, verdict)| verdict.outcome == Outcome::StaysOff).count();
        prop_assert_eq!(stays_off, calls.keys().filter(|flow| off.contains(flow)).count());
        for (flow, verdict) in verdicts.iter() {
            // Every chain of causes ends at a flow with a cause of its own.
            if let Outcome::Blocked(Cause::Child(_)) = verdict.outcome {
                let root = verdicts.root(&analysis.workspace, flow);
                let end = verdicts.get(&analysis.workspace, root).map(|verdict| &verdict.outcome);
                let is_end =
                    matches!(end, Some(Outcome::StaysOff | Outcome::Blocked(Cause::Rule(_) | Cause::Circle(_))));
                prop_assert!(is_end, "{end:?}");
            }
        }
    }
}

/// An import leaves out a flow without a record, so its callers cannot be turned on.
#[test]
fn a_flow_that_calls_a_flow_without_a_record_does_not_turn_on() {
    let child = TestFlow::new(2, []);
    let mut files = solution("Kit", &[TestFlow::new(1, [2]), TestFlow::new(3, [])]);
    files.push((child.file(), child.json().into_bytes()));
    let bytes = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let input = Input::Bytes { name: "kit.zip".to_owned(), bytes };
    let analysis = Analysis::load(vec![input], Limits::default()).expect("a solution");
    let verdicts = analysis.verdicts(&analysis.check());
    let outcomes: BTreeMap<String, Outcome> = verdicts
        .iter()
        .map(|(flow, verdict)| (analysis.workspace.flow(flow).id.to_string(), verdict.outcome.clone()))
        .collect();
    assert!(matches!(outcomes[&id(1)], Outcome::Blocked(Cause::Child(_))), "{outcomes:?}");
    assert_eq!((&outcomes[&id(2)], &outcomes[&id(3)]), (&Outcome::Unknown, &Outcome::TurnsOn));
}
