use super::*;

#[test]
fn a_description_of_registers_says_what_is_wrong_with_it() {
    let check = |keys: &str, wanted: Option<&str>| {
        let part: RegisterPart = toml::from_str(keys).unwrap();
        let found = part.wrong();
        let begins = found
            .as_deref()
            .zip(wanted)
            .is_some_and(|(found, wanted)| found.starts_with(wanted));
        assert!(begins || found.as_deref() == wanted, "{keys}: {found:?}");
    };
    let read = "[read]\nmeter = \"mpan:2200012767323\"\nunit = \"kWh\"\nvalue = \"/v\"";
    check(&format!("{read}\ntime = \"/t\""), None);
    check(read, Some("time: "));
    let by_topic = read.replace("meter = \"mpan:2200012767323\"", "meter_level = 2");
    check(&by_topic, Some("meter_level: "));
    check(
        &format!("where = \"hall\"\n{read}\ntime = \"/t\""),
        Some("where: "),
    );
    check(
        &format!("{read}\ntime = \"/t\"\nunit_pointer = \"/u\""),
        Some("exactly one of unit"),
    );
}
