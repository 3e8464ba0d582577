//! The formats of suppliers' files. A new format with a known layout needs one entry here.

use events::{Channel, Quality, Sent};

/// A supplier's format. Columns are found by their names in the header, wherever they stand.
#[derive(Debug)]
pub(crate) struct Format {
    /// Its name in the address of the request.
    pub(crate) name: &'static str,
    /// The column with the meter's number.
    pub(crate) meter: &'static str,
    /// What is measured.
    pub(crate) channel: Channel,
    /// The unit of every value.
    pub(crate) unit: Sent,
    /// The column that says how values came about; without one all are actual.
    pub(crate) status: Option<Status>,
    /// How times and values are laid out.
    pub(crate) layout: Layout,
}

/// A column that says how a row's values came about.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) column: &'static str,
    /// A code in it, and its meaning.
    pub(crate) flags: &'static [(&'static str, Quality)],
}

/// How times and values are laid out.
#[derive(Debug)]
pub(crate) enum Layout {
    /// A row for each meter and day, a column for each half-hour.
    DayRows {
        date: &'static str,
        /// In the notation of strftime.
        date_format: &'static str,
        /// The names of the values' columns are this and a number from 1.
        values: &'static str,
        count: usize,
    },
    /// A row for each half-hour, stamped with local time.
    HalfHourRows {
        at: &'static str,
        /// In the notation of strftime.
        at_format: &'static str,
        value: &'static str,
        /// The stamp is so long after the half-hour began: 30 where it is labelled with its end.
        label_minutes: i64,
    },
}

/// Every format there is.
pub(crate) static FORMATS: [Format; 2] = [
    // Its reactive columns, kVArh_1 to kVArh_48, are left alone: they are never to be added to energy.
    Format {
        name: "day-rows-kwh48",
        meter: "MPAN",
        channel: Channel::AI,
        unit: Sent::KWh,
        status: None,
        layout: Layout::DayRows {
            date: "ConsumptionDate",
            date_format: "%d/%m/%Y",
            values: "kWh_",
            count: 48,
        },
    },
    Format {
        name: "row-per-half-hour-end",
        meter: "MPR",
        channel: Channel::AI,
        unit: Sent::KWh,
        status: Some(Status {
            column: "ReadType",
            flags: &[
                ("Actual", Quality::Actual),
                ("A", Quality::Actual),
                ("Estimated", Quality::Estimated),
                ("Estimate", Quality::Estimated),
                ("E", Quality::Estimated),
                // Codes of half-hourly data collectors: the settlement flag, then how the value came about. A1 and AAE1
                // (of exports) were measured without a check meter, A2 by the check meter; A3 was interpolated and scaled
                // to what a register counted; EA1 was interpolated without such a total; EAE3 is of exports and not the
                // meter's own. Source: Itron, "Validation and estimation for UK Advanced Data Service".
                ("A1", Quality::Actual),
                ("AAE1", Quality::Actual),
                ("A2", Quality::Actual),
                ("A3", Quality::Spread),
                ("EA1", Quality::Estimated),
                ("EAE3", Quality::Estimated),
            ],
        }),
        layout: Layout::HalfHourRows {
            at: "ReadDatetime",
            at_format: "%d %b %Y %H:%M:%S",
            value: "kWh",
            label_minutes: 30,
        },
    },
];

/// The format with this name.
pub(crate) fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The names of all formats.
pub(crate) fn names() -> String {
    let names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    names.join(", ")
}
