//! The waste of a made-up school.

use events::Grams;
use footprint::{SimplerRecycling, Verdict, WasteFigures, WasteStream};

/// Of school 9 nothing is known.
pub fn waste(n: usize) -> WasteFigures {
    let simpler_recycling = simpler_recycling(n);
    if n == 9 {
        return WasteFigures {
            simpler_recycling,
            ..WasteFigures::default()
        };
    }
    let lifts = n as u32 % 4;
    let n = n as i64;
    let stream = |stream: &str, route: &str, kg: i64| WasteStream {
        stream: stream.into(),
        route: route.into(),
        weight: Grams(kg * 1000),
        collections: 38,
    };
    let mut streams = vec![
        stream("food", "anaerobic_digestion", 900 + 31 * n),
        stream("paper_and_card", "recycling", 2_100 + 97 * n),
        stream("residual", "energy_from_waste", 3_900 - 40 * n),
        stream("residual", "landfill", 310),
    ];
    if n == 5 {
        streams.push(stream("residual", "unknown", 400));
    }
    WasteFigures {
        total: streams.iter().map(|s| s.weight).sum(),
        recycled: streams[0].weight + streams[1].weight,
        landfill: Grams(310_000),
        unknown_route: Grams(if n == 5 { 400_000 } else { 0 }),
        estimated: Grams(1_200_000),
        hazardous: Grams(if n == 2 { 14_500 } else { 0 }),
        dry_recycling: streams[1].weight,
        inspected: Grams(if n == 4 { 0 } else { 2_000_000 }),
        contaminated: Grams(if n == 4 { 0 } else { 40_000 * (1 + n % 3) }),
        rejected_loads: lifts / 3,
        heavy_loads: u32::from(n == 2),
        missed_lifts: lifts,
        simpler_recycling,
        streams,
    }
}

fn simpler_recycling(n: usize) -> SimplerRecycling {
    let (verdict, missing) = match n {
        6 => (
            Verdict::NotMet,
            "no food waste was collected separately in the 92 days to 22 November 2026",
        ),
        9 => (
            Verdict::NotEvidenced,
            "no collection is known in the 92 days to 22 November 2026",
        ),
        _ => (Verdict::Met, ""),
    };
    SimplerRecycling {
        verdict: Some(verdict),
        missing: [missing]
            .into_iter()
            .filter(|missing| !missing.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}
