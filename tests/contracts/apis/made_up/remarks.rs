//! Every note, finding and estimate that a footprint can carry.

use super::*;

pub(super) fn notes() -> Vec<Note> {
    let days = Days {
        from: day(2026, 9, 1),
        to: day(2026, 9, 30),
    };
    vec![
        Note::StandInFactor {
            item: Item::parse("gas").expect("an item"),
            year: 2026,
            factor_year: 2025,
            of_a_blend: false,
        },
        Note::StandInContent {
            item: Item::parse("minibus_diesel").expect("an item"),
            year: 2026,
            factor_year: 2025,
        },
        Note::ProvisionalFactors {
            factor_year: 2026,
            items: vec![Item::Gas],
        },
        Note::OwnFactor {
            item: Item::parse("lpg").expect("an item"),
            counts: Counts::Emissions,
            source: FactorSource::Own("a statement".into()),
        },
        Note::BlendedFactors {
            years: vec![2025, 2026],
        },
        Note::UnreadGeneration {
            days: 4,
            exported: MICRO,
        },
        Note::ExportOverGeneration { excess: MICRO },
        Note::PartMembership {
            member: days,
            of_days: 365,
        },
        Note::DisputedMembership {
            days,
            counts_here: true,
        },
        Note::OtherCensus {
            date: day(2025, 10, 2),
            source: "autumn census".into(),
            wanted: "autumn".into(),
            year: Some(AcademicYear::beginning(2026)),
        },
        Note::Commuting {
            audience: events::Audience::Staff,
            percent: 30,
            days_a_year: 195,
        },
        Note::SharedCars,
        Note::ParkAndStride,
        Note::GroupRolls {
            doubt: footprint::RollDoubt::Groups {
                pupils: 201,
                school_pupils: 200,
                census_date: day(2026, 10, 1),
            },
        },
    ]
}

pub(super) fn recycling() -> Vec<RecyclingLack> {
    let judged = Days {
        from: day(2026, 9, 1),
        to: day(2026, 11, 22),
    };
    vec![
        RecyclingLack::AnyCollection { judged },
        RecyclingLack::Collection {
            of: Fraction::Food,
            judged,
            long_enough: true,
        },
        RecyclingLack::PaperAssessment,
        RecyclingLack::Residual { judged },
        RecyclingLack::PlasticFilm {
            since: day(2027, 3, 31),
            target: 6,
        },
    ]
}

pub(super) fn findings() -> Vec<Finding> {
    let days = Days {
        from: day(2026, 3, 3),
        to: day(2026, 3, 6),
    };
    let moved = |to| Odd::Moved {
        to,
        counted_here: true,
    };
    let all = [
        Odd::Stuck {
            value: 1_500_000,
            unit: Unit::KilowattHours,
            run: days,
        },
        Odd::Zero {
            fuel: Fuel::Gas,
            run: days,
        },
        Odd::LevelShift {
            among: DayKind::WeekdaysInTerm,
            level: 330 * MICRO,
            before: 100 * MICRO,
        },
        moved(Some(MovedTo {
            urn: 107_514.try_into().expect("a URN"),
            from: day(2026, 3, 7),
        })),
        moved(None),
        Odd::Contradiction(contradicted()),
        Odd::ZeroStands(contradicted()),
        Odd::RegisterDisagrees {
            contradicted: contradicted(),
            register_stands: true,
            ratio: RegisterRatio::Double,
            run: days,
        },
        Odd::AbovePastYear {
            energy: 520 * MICRO,
            reference: 104 * MICRO,
        },
        Odd::Silent {
            since: day(2026, 3, 3),
            sent_before: true,
        },
    ];
    all.map(|what| Finding {
        meter: "mpan:1710035168313".parse().expect("a meter"),
        days,
        what,
    })
    .into()
}

fn contradicted() -> Contradicted {
    let event = |id: &str| EventName {
        source: "urn:bridge".into(),
        id: id.into(),
    };
    Contradicted {
        stands: event("later"),
        against: event("earlier"),
        half_hours: 3,
        stands_energy: 4_000_000,
        against_energy: 5_500_000,
    }
}

pub(super) fn estimates() -> Vec<GapEstimate> {
    let of = |(half_hours, left, energy, co2e)| GapEstimate {
        meter: "mprn:3938424403".parse().expect("a meter"),
        fuel: Fuel::Gas,
        methods: vec![GapMethod {
            basis: EstimateBasis::DegreeDayLine,
            days: 2,
            fewest: 10,
            most: 14,
        }],
        half_hours,
        left,
        energy,
        co2e,
        factor_by_year: [(2025, 0.18296), (2026, 0.18231)].into(),
    };
    let priced = Some(MilligramsCo2e(182_310));
    vec![of((48, 2, MICRO, priced)), of((0, 48, 0, None))]
}
