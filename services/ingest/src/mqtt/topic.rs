//! Topics and filters of topics, by section 4.7 of MQTT 3.1.1.

/// Whether text is a filter that a broker accepts.
pub(crate) fn is_filter(filter: &str) -> bool {
    let mut levels = filter.split('/').peekable();
    let mut fits = true;
    while let Some(level) = levels.next() {
        fits &= match level {
            "#" => levels.peek().is_none(),
            "+" => true,
            level => !level.contains(['+', '#', '\0']),
        };
    }
    fits && !filter.is_empty() && filter.len() <= usize::from(u16::MAX)
}

/// Whether a topic matches a filter.
pub(crate) fn matches(topic: &str, filter: &str) -> bool {
    // Topics of the broker itself are not meant by a wildcard.
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let (mut topic, mut filter) = (topic.split('/'), filter.split('/'));
    loop {
        match (topic.next(), filter.next()) {
            (_, Some("#")) | (None, None) => return true,
            (Some(_), Some("+")) => {}
            (Some(level), Some(wanted)) if level == wanted => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_matches_by_level() {
        let check = |filter: &str, topic: &str, wanted: bool| {
            assert!(is_filter(filter), "{filter}");
            assert_eq!(matches(topic, filter), wanted, "{filter} {topic}");
        };
        check("glow/+/SENSOR/+", "glow/4417/SENSOR/gasmeter", true);
        check("glow/+/SENSOR/+", "glow/4417/STATE", false);
        check("glow/#", "glow/4417/STATE", true);
        check("glow/#", "glow", true);
        check("glow/+", "glow", false);
        check("#", "é/1", true);
        check("#", "$SYS/broker", false);
        check("$SYS/#", "$SYS/broker", true);
        check("a//b", "a//b", true);
        check("a/+/b", "a//b", true);
        for wrong in ["", "a#", "#/a", "a/b+", "a/#/b"] {
            assert!(!is_filter(wrong), "{wrong}");
        }
    }
}
