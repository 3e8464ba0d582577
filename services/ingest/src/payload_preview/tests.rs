use super::*;

/// The parameters of a request.
type Parameters = Vec<(String, String)>;

/// The examples of the shipped services: the name of each, its service, the parameters and the payload.
fn examples() -> Vec<(String, String, Parameters, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/services/examples");
    let files = std::fs::read_dir(folder).unwrap();
    let payloads = files.map(|file| file.unwrap().path()).filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    let example = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = std::fs::read_to_string(path.with_extension("expected")).unwrap();
        let query = expected.lines().find_map(|line| line.strip_prefix("? "));
        let pairs = query.unwrap_or_default().split('&');
        let pairs = pairs.filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let service = name.strip_suffix("-gas").unwrap_or(&name).to_owned();
        (
            name,
            service,
            pairs.collect(),
            std::fs::read_to_string(&path).unwrap(),
        )
    };
    payloads.map(example).collect()
}

#[test]
fn every_example_is_read_and_has_the_shape_of_its_service_alone() {
    let services = Services::shipped().unwrap();
    for (name, service, parameters, text) in examples() {
        let (fitting, others) = services.fitting(&text);
        assert_eq!(fitting, [service.as_str()], "{name}");
        assert_eq!(
            others.len(),
            services.names().count() - 1,
            "{name}: {others:?}"
        );
        let preview = services.preview(&service, &parameters, &text).unwrap();
        assert!(
            preview.fits() && preview.refusals.is_empty(),
            "{name}: {preview:?}"
        );
        let known = preview
            .days
            .iter()
            .flat_map(|day| day.half_hours.iter().flatten());
        assert!(known.count() + preview.events.len() > 0, "{name}");
    }
}

#[test]
fn what_is_missing_in_the_address_is_named() {
    let services = Services::shipped().unwrap();
    let example = |wanted: &str| {
        examples()
            .into_iter()
            .find(|(name, ..)| name == wanted)
            .unwrap()
    };
    let (.., text) = example("octopus");
    let check = |service: &str, parameters: &[(&str, &str)], wanted: &str| {
        let pairs = parameters.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        match services.preview(service, &pairs, &text) {
            Err(PayloadFault::Request(why)) => assert!(why.contains(wanted), "{why}"),
            Err(PayloadFault::Refused(refusal)) => assert_eq!(wanted, refusal.rule.as_str()),
            Ok(preview) => panic!("{preview:?}"),
        }
    };
    check("octopus", &[], "?meter=");
    check("octopus", &[("metre", "mpan:1000148500113")], "?metre");
    check("octupus", &[], "there is no service octupus");
    check("perse", &[], "file-row");
}

#[test]
fn a_payload_of_no_service_says_why_for_each() {
    let services = Services::shipped().unwrap();
    let (fitting, others) = services.fitting(r#"{"hello": 1}"#);
    assert_eq!(fitting, Vec::<&str>::new());
    assert_eq!(others.len(), services.names().count());
    let (fitting, _) = services.fitting("hello");
    assert_eq!(fitting, Vec::<&str>::new());
}
