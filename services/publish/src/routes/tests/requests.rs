//! The requests that the access tests send to every route.

/// The paths that need no token.
pub const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// The paths of all routes.
pub fn paths() -> Vec<String> {
    crate::openapi().paths.paths.into_keys().collect()
}

/// Requests to a route about either trust, with every parameter it takes, and mistakes whose answers list what exists. A
/// new route has to be added here; then the tests define what may be read on it.
pub fn requests(route: &str) -> Vec<String> {
    let with = |path: String, queries: &[&str]| {
        let addresses = queries.iter().map(move |query| format!("{path}{query}"));
        addresses.collect::<Vec<String>>()
    };
    let of_trusts = |queries: &[&str]| {
        let paths = ["alder", "birch"].map(|trust| route.replace("{trust}", trust));
        paths
            .into_iter()
            .flat_map(|path| with(path, queries))
            .collect()
    };
    let of_schools = |queries: &[&str]| {
        let paths =
            ["900011", "900021", "900022", "900031", "x"].map(|urn| route.replace("{urn}", urn));
        paths
            .into_iter()
            .flat_map(|path| with(path, queries))
            .collect()
    };
    let periods = [
        "",
        "?period=2024-25",
        "?period=trailing-12-months",
        "?period=1999-00",
    ];
    let lists = ["?q=alder", "?q=birch", "?page=2", "?page=x"];
    let parts = ["?limit=1", "?limit=1&after=alder", "?limit=1&after=900011"];
    match route {
        "/" => with(route.to_owned(), &[&periods[..], &lists].concat()),
        "/trusts/{trust}" | "/trusts/{trust}/scoreboard" => {
            of_trusts(&[&periods[..], &lists].concat())
        }
        "/api/v1/trusts/{trust}" => of_trusts(&[&periods[..], &parts].concat()),
        "/trusts/{trust}/secr"
        | "/api/v1/trusts/{trust}/scoreboard"
        | "/api/v1/trusts/{trust}/secr" => of_trusts(&periods),
        "/schools/{urn}" => of_schools(&[&periods[..], &["?grid=2025-03"]].concat()),
        "/schools/{urn}/tally" => of_schools(&["", "?classes=3A,3B"]),
        "/api/v1/trusts" => with(route.to_owned(), &[&[""][..], &parts].concat()),
        "/api/v1/schools" => with(
            route.to_owned(),
            &[
                "",
                "?trust=alder",
                "?trust=birch",
                "?period=2024-25",
                "?period=2024-25&trust=alder",
                "?period=x",
                "?period=2024-25&limit=1",
                "?period=2024-25&limit=1&after=alder/900011",
                "?limit=x",
            ],
        ),
        "/api/v1/schools/{urn}" => of_schools(&[""]),
        "/api/v1/schools/{urn}/half-hours" => of_schools(&["", "?days=31", "?days=x"]),
        "/api/v1/schools/{urn}/grid-intensity" => {
            of_schools(&["", "?month=2025-03", "?month=x", "?month=1999-01"])
        }
        "/schools/{urn}/explain" | "/api/v1/schools/{urn}/explain" => {
            let paths: Vec<String> = of_schools(&[""]);
            paths.iter().flat_map(|path| why_of(path)).collect()
        }
        "/metrics/trusts/{trust}" => of_trusts(&["", "%2F900011", "%2F900021"]),
        "/metrics" | "/metrics/targets" | "/healthz" | "/readyz" => vec![route.to_owned()],
        new => panic!("no test says what a reader may see on {new}: add it to these requests"),
    }
}

/// Explanations: every kind of figure, down to half-hours, and of things that do not exist.
pub fn why_of(path: &str) -> Vec<String> {
    let mut all = vec![path.to_owned()];
    let figures = [
        "intensity",
        "gross",
        "electricity",
        "gas",
        "pupils",
        "waste",
        "coverage",
        "minibus_diesel",
        "stars",
        "nothing",
    ];
    all.extend(figures.map(|figure| format!("{path}?period=2024-25&figure={figure}")));
    for meter in ["a1-electricity", "b1-electricity", "m-electricity"] {
        let meter = format!("{path}?period=2024-25&figure=electricity&meter=serial:{meter}");
        let down = ["", "&month=2025-03", "&day=2025-03-04", "&day=2025-03-06"];
        all.extend(down.map(|down| format!("{meter}{down}")));
    }
    all.extend(
        ["&month=2025-03", "&day=2025-03-06", "&month=x"]
            .map(|down| format!("{path}?period=2024-25&figure=gross{down}")),
    );
    all
}
