//! Properties of all drawings.

use proptest::prelude::*;

use super::*;

fn sized(sizes: Vec<(i64, i64)>, edges: &[(usize, usize, u8)]) -> Graph {
    let edge = |(from, to, group): &(usize, usize, u8)| {
        let label = (group & 2 == 0).then_some(60 + i64::from(*group));
        Edge { from: *from, to: *to, group: *group, label }
    };
    Graph {
        sizes: sizes.into_iter().map(|(width, height)| Size { width, height }).collect(),
        edges: edges.iter().map(edge).collect(),
    }
}

/// A graph with boxes of one size.
fn plain(nodes: usize, edges: &[(usize, usize)]) -> Graph {
    let edges: Vec<(usize, usize, u8)> = edges.iter().map(|(from, to)| (*from, *to, 0)).collect();
    sized(vec![(120, 40); nodes], &edges)
}

fn graph() -> impl Strategy<Value = Graph> {
    (1_usize..40).prop_flat_map(|nodes| {
        let sizes = prop::collection::vec((20_i64..300, 11_i64..120), nodes);
        let edges = prop::collection::vec((0..nodes, 0..nodes, 0_u8..4), 0..nodes * 2);
        (sizes, edges).prop_map(|(sizes, edges)| sized(sizes, &edges))
    })
}

fn overlaps(a: &Area, b: &Area) -> bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/// The rectangles that contain a route.
fn pieces(route: &Route) -> impl Iterator<Item = Area> {
    route.points.windows(2).map(|pair| {
        let (x, y) = (pair[0].x.min(pair[1].x), pair[0].y.min(pair[1].y));
        Area { x, y, width: (pair[0].x - pair[1].x).abs(), height: (pair[0].y - pair[1].y).abs() + 1 }
    })
}

/// Whether a point is on the left or right side of a box.
fn is_on_side(area: &Area, point: Point, is_right: bool) -> bool {
    let x = if is_right { area.x + area.width } else { area.x };
    point.x == x && (area.y..=area.y + area.height).contains(&point.y)
}

/// Checks everything that holds for each drawing.
fn check(graph: &Graph, drawing: &Drawing) {
    let whole = Area { x: 0, y: 0, width: drawing.width, height: drawing.height };
    let is_inside = |area: &Area| {
        area.x >= 0
            && area.y >= 0
            && area.x + area.width <= whole.width
            && area.y + area.height <= whole.height
    };
    for (index, area) in drawing.areas.iter().enumerate() {
        assert!(is_inside(area), "{index} is outside: {area:?}");
        assert!(area.width >= graph.sizes[index].width && area.height == graph.sizes[index].height);
        for (other, with) in drawing.areas.iter().enumerate().skip(index + 1) {
            assert!(!overlaps(area, with), "{index} and {other} overlap: {area:?} {with:?}");
        }
    }
    assert_eq!(drawing.routes.len(), graph.edges.len());
    for (edge, route) in graph.edges.iter().zip(&drawing.routes) {
        if edge.from == edge.to {
            assert!(route.points.is_empty());
            continue;
        }
        let (first, last) = (route.points[0], route.points[route.points.len() - 1]);
        assert!(is_on_side(&drawing.areas[edge.from], first, !route.is_reversed), "{edge:?} {route:?}");
        assert!(is_on_side(&drawing.areas[edge.to], last, route.is_reversed), "{edge:?} {route:?}");
        for piece in pieces(route) {
            assert!(is_inside(&piece), "{edge:?} leaves the drawing: {piece:?}");
            for (node, area) in drawing.areas.iter().enumerate() {
                assert!(!overlaps(&piece, area), "{edge:?} runs through {node}: {piece:?} {area:?}");
            }
        }
        if let (Some(at), Some(width)) = (route.label, edge.label) {
            let label = Area { x: at.x - width / 2, y: at.y - 11, width, height: 11 };
            let crosses = drawing.routes.iter().filter(|other| *other != route);
            let crosses = crosses.flat_map(pieces).filter(|piece| piece.height == 1);
            assert!(
                !crosses.into_iter().any(|piece| overlaps(&piece, &label)),
                "a line through the label of {edge:?}"
            );
            assert!(
                !drawing.areas.iter().any(|area| overlaps(area, &label)),
                "a box on the label of {edge:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_overlaps_and_every_edge_is_drawn(graph in graph()) {
        let drawing = draw(&graph);
        check(&graph, &drawing);
        prop_assert_eq!(draw(&graph), drawing, "the same graph gives another drawing");
    }

    #[test]
    fn edges_go_right_unless_they_close_a_cycle(graph in graph()) {
        let drawing = draw(&graph);
        for (edge, route) in graph.edges.iter().zip(&drawing.routes).filter(|(edge, _)| edge.from != edge.to) {
            let (from, to) = (drawing.areas[edge.from], drawing.areas[edge.to]);
            prop_assert_eq!(route.is_reversed, from.x > to.x);
            if route.is_reversed {
                prop_assert!(leads_to(&graph, edge.to, edge.from), "{:?} is in no cycle", edge);
            }
        }
    }
}

fn leads_to(graph: &Graph, from: usize, to: usize) -> bool {
    let mut seen = vec![false; graph.sizes.len()];
    let mut next = vec![from];
    while let Some(node) = next.pop() {
        if node == to {
            return true;
        }
        if !std::mem::replace(&mut seen[node], true) {
            next.extend(graph.edges.iter().filter(|edge| edge.from == node).map(|edge| edge.to));
        }
    }
    false
}

#[test]
fn nothing_is_drawn_of_nothing() {
    assert_eq!(draw(&Graph::default()), Drawing::default());
}

#[test]
fn long_edges_are_straight() {
    // 0 -> 1 -> 2 -> 3, and 0 -> 3.
    let drawing = draw(&plain(4, &[(0, 1), (1, 2), (2, 3), (0, 3)]));
    let turns = drawing.routes[3].points.windows(2).filter(|pair| pair[0].y != pair[1].y).count();
    assert_eq!(turns, 2, "{:?}", drawing.routes[3]);
}

#[test]
fn a_tree_has_no_crossings_and_parents_are_in_the_middle() {
    let edges: Vec<(usize, usize)> = (1..40).map(|node| ((node - 1) / 3, node)).collect();
    let drawing = draw(&plain(40, &edges));
    for parent in 0..13 {
        let children: Vec<i64> = (1..=3).map(|child| drawing.areas[3 * parent + child].y).collect();
        let (least, most) = (children.iter().min().copied(), children.iter().max().copied());
        let (Some(least), Some(most)) = (least, most) else { panic!("no children") };
        assert!((least..=most).contains(&drawing.areas[parent].y));
    }
}

/// The number of steps for each node and edge.
fn work_each(graph: &Graph, drawing: &Drawing) -> u64 {
    drawing.work / (graph.sizes.len() + graph.edges.len()) as u64
}

#[test]
fn a_long_chain_is_drawn() {
    let edges: Vec<(usize, usize)> = (1..10_000).map(|node| (node - 1, node)).collect();
    let graph = plain(10_000, &edges);
    let drawing = draw(&graph);
    assert_eq!(drawing.height, 40);
    assert!(work_each(&graph, &drawing) < 1000);
}

#[test]
fn a_graph_of_ten_thousand_nodes_takes_bounded_work() {
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    let edges: Vec<(usize, usize)> =
        (1..10_000).flat_map(|node| [(next(node), node), (next(10_000), node)]).collect();
    let graph = plain(10_000, &edges);
    let drawing = draw(&graph);
    assert!(work_each(&graph, &drawing) < 2000, "{}", work_each(&graph, &drawing));
    let points: usize = drawing.routes.iter().map(|route| route.points.len()).sum();
    assert!(points < 100 * graph.edges.len(), "{points}");
}

#[test]
fn a_complete_graph_takes_bounded_work() {
    let edges: Vec<(usize, usize)> =
        (0..200).flat_map(|from| (from + 1..200).map(move |to| (from, to))).collect();
    let graph = plain(200, &edges);
    let drawing = draw(&graph);
    assert!(work_each(&graph, &drawing) < 2000, "{}", work_each(&graph, &drawing));
    let points: usize = drawing.routes.iter().map(|route| route.points.len()).sum();
    assert!(points < 20 * graph.edges.len(), "{points}");
}

#[test]
fn a_node_with_five_thousand_targets_is_drawn() {
    let edges: Vec<(usize, usize)> = (1..=5000).map(|to| (0, to)).collect();
    let graph = plain(5001, &edges);
    let drawing = draw(&graph);
    assert!(work_each(&graph, &drawing) < 2000);
    assert!(drawing.height < 5001 * 60);
}

#[test]
fn a_cycle_of_everything_is_drawn() {
    let edges: Vec<(usize, usize)> = (0..12).flat_map(|from| (0..12).map(move |to| (from, to))).collect();
    let graph = plain(12, &edges);
    check(&graph, &draw(&graph));
}
