//! The table of routes: who may ask for what.

use affiant_guard::{BUILT_IN, Permissions, Scope};

use crate::access::Access;
use crate::router::{Route, routes};

/// Whether somebody who is signed in with these permissions, or nobody, may ask for a route. Keys
/// and links are looked at by what they open.
fn may(access: Access, permissions: Option<Permissions>) -> &'static str {
    let allowed = match access {
        Access::Anybody | Access::Reporting => true,
        Access::Holder | Access::HolderOr(_) | Access::Link => return "key",
        Access::Program(Scope::May(it)) => permissions.is_some_and(|all| all.allows(it)),
        Access::Program(_) => permissions.is_some(),
        Access::Author => return "dev",
        Access::Person | Access::Securing => permissions.is_some(),
        Access::May(it) => permissions.is_some_and(|all| all.allows(it)),
    };
    if allowed { "yes" } else { "–" }
}

fn row(route: &Route) -> String {
    let roles = BUILT_IN.iter().rev().map(|it| may(route.access, Some(it.permissions)));
    let cells: Vec<&str> = std::iter::once(may(route.access, None)).chain(roles).collect();
    let (method, path) = (route.method, route.path);
    let proof = if route.is_grave { "; who shows to be there" } else { "" };
    format!("| {method} | `{path}` | {}{proof} | {} |", route.access.word(), cells.join(" | "))
}

#[test]
fn who_may_ask_for_which_route_is_written_down() {
    let roles: Vec<&str> = BUILT_IN.iter().rev().map(|it| it.name).collect();
    let head = format!("| Method | Route | Who may | nobody | {} |", roles.join(" | "));
    let line = format!("|{}", "---|".repeat(4 + roles.len()));
    let rows = routes().iter().map(row).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("routes", format!("{head}\n{line}\n{rows}"));
}

#[tokio::test]
async fn the_api_describes_each_of_its_routes_and_no_other() {
    let described = serde_json::to_value(&crate::api::description().await).unwrap();
    let mut told: Vec<String> = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys();
        told.extend(methods.map(|it| format!("{} {path}", it.to_uppercase())));
    }
    let all = routes();
    let api = all.iter().filter(|it| it.path.starts_with(crate::api::ROOT));
    let mut there: Vec<String> = api.map(|it| format!("{} {}", it.method, it.path)).collect();
    there.retain(|it| !it.ends_with("/openapi.json"));
    told.sort();
    there.sort();
    assert_eq!(told, there);
}

#[test]
fn no_route_is_there_twice_and_none_that_shows_something_changes_it() {
    let all = routes();
    for (index, route) in all.iter().enumerate() {
        assert!(["GET", "POST", "DELETE"].contains(&route.method));
        let twice =
            all[..index].iter().any(|it| (it.method, it.path) == (route.method, route.path));
        assert!(!twice, "{} {}", route.method, route.path);
    }
}
