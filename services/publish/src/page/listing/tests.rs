use super::*;

const LIST: List<'_> = List {
    path: "/trusts/region",
    period: Some("2025-26"),
    id: "schools",
    row: "school",
};

/// 250 schools; every tenth is a St Mary's.
fn schools() -> Vec<(u32, String)> {
    let name = |number| match number % 10 {
        0 => format!("St Mary\u{2019}s {number}"),
        _ => format!("Moorside {number}"),
    };
    (0..250).map(|number| (number, name(number))).collect()
}

fn shown<'a>(search: &'a str, page: usize) -> Shown<'a, (u32, String)> {
    let wanted = Wanted { search, page };
    Shown::of(schools(), wanted, |(number, name)| {
        [name.clone(), (900_000 + number).to_string()]
    })
}

fn numbers(shown: &Shown<'_, (u32, String)>) -> Vec<u32> {
    shown.rows.iter().map(|(number, _)| *number).collect()
}

/// The addresses of the links, by what they lead to.
fn links(shown: &Shown<'_, (u32, String)>) -> Vec<(String, String)> {
    let links = shown.links(&LIST).0;
    let links = links.split("<a rel=\"").skip(1);
    let quoted = |link: &str| {
        let mut parts = link.split('"');
        let (leads_to, address) = (parts.next().unwrap(), parts.nth(1).unwrap());
        (leads_to.to_owned(), address.to_owned())
    };
    links.map(quoted).collect()
}

#[test]
fn a_hundred_rows_are_shown_and_links_lead_to_all_others() {
    let address = |page: usize| format!("/trusts/region?period=2025-26&amp;page={page}#schools");
    let (previous, next) = (
        |page| ("prev".to_owned(), address(page)),
        |page| ("next".to_owned(), address(page)),
    );
    for page in [0, 1] {
        let first = shown("", page);
        assert_eq!(numbers(&first), (0..100).collect::<Vec<_>>());
        assert_eq!(links(&first), [next(2)]);
    }
    let second = shown("", 2);
    assert_eq!(numbers(&second), (100..200).collect::<Vec<_>>());
    assert_eq!(links(&second), [previous(1), next(3)]);
    for page in [3, 4, usize::MAX] {
        let last = shown("", page);
        assert_eq!(numbers(&last), (200..250).collect::<Vec<_>>());
        assert_eq!(links(&last), [previous(2)]);
    }
}

#[test]
fn a_search_finds_rows_with_all_words_in_any_name_and_in_any_case() {
    let found = |search: &str| numbers(&shown(search, 1));
    let of_mary: Vec<u32> = (0..25).map(|tenth| tenth * 10).collect();
    assert_eq!(found("MARY st"), of_mary);
    assert_eq!(found("900021"), [21]);
    assert_eq!(found("moorside 9000421"), Vec::<u32>::new());
    assert_eq!(found("mary 90012"), [120]);
    assert!(links(&shown("mary", 1)).is_empty());
}

#[test]
fn links_keep_the_search_whatever_is_in_it() {
    let search = "9 0&page=1\"\u{2019}#";
    let wanted = Wanted { search, page: 1 };
    let rows = vec![(); MOST_ROWS + 1];
    let shown = Shown::of(rows, wanted, |()| [search.to_owned(), String::new()]);
    let escaped = "q=9%200%26page%3D1%22%E2%80%99%23&amp;page=2#schools";
    assert!(shown.links(&LIST).0.contains(escaped));
    let form = shown.search(&LIST).0;
    assert!(form.contains("value=\"9 0&amp;page=1&quot;\u{2019}#\""));
    assert!(form.contains("name=\"period\" value=\"2025-26\""));
}

#[test]
fn of_a_list_without_a_search_the_first_rows_are_shown() {
    let rows: Vec<usize> = (0..MOST_ROWS + 1).collect();
    let (all, nothing) = first(&rows[..MOST_ROWS]);
    assert_eq!((all.len(), nothing.0.is_empty()), (MOST_ROWS, true));
    let (shown, more) = first(&rows);
    assert_eq!((shown, more.0.is_empty()), (&rows[..MOST_ROWS], false));
}
