//! The points as a picture: meter-days a second over the size of the topic, and over the number of schools.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::{METER_DAYS, Point, SCHOOLS};

const SIZE: (u32, u32) = (900, 340);

/// The speed of one program.
struct Line {
    name: &'static str,
    colour: RGBColor,
    speed: fn(&Point) -> f64,
}

const LINES: [Line; 2] = [
    Line {
        name: "floor",
        colour: RGBColor(120, 120, 120),
        speed: |point| point.floor,
    },
    Line {
        name: "aggregate",
        colour: RGBColor(22, 118, 72),
        speed: |point| point.aggregate,
    },
];

/// One of the two charts.
struct Chart<'a> {
    title: String,
    axis: &'a str,
    points: Vec<&'a Point>,
    size: fn(&Point) -> f64,
}

/// Writes the picture to `file`.
pub(super) fn draw(points: &[Point], file: &Path) {
    drawn(points, file).expect("a picture");
}

fn drawn(points: &[Point], file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let halves = area.split_evenly((1, 2));
    let charts = [
        Chart {
            title: format!("{} schools", thousands(f64::from(SCHOOLS))),
            axis: "meter-days in the topic",
            points: points
                .iter()
                .filter(|point| point.schools == SCHOOLS)
                .collect(),
            size: |point| point.meter_days as f64,
        },
        Chart {
            title: format!("{} meter-days", thousands(METER_DAYS as f64)),
            axis: "schools",
            points: points
                .iter()
                .filter(|point| point.meter_days == METER_DAYS)
                .collect(),
            size: |point| f64::from(point.schools),
        },
    ];
    let fastest = points.iter().map(|point| point.floor.max(point.aggregate));
    let top = fastest.fold(0.0, f64::max) * 1.1;
    for (half, chart) in halves.iter().zip(&charts) {
        chart.draw(half, top)?;
    }
    area.present()?;
    Ok(())
}

impl Chart<'_> {
    /// The sizes on the axis, with room on both sides.
    fn sizes(&self) -> Range<f64> {
        let sizes = || self.points.iter().map(|point| (self.size)(point));
        let (least, most) = (
            sizes().fold(f64::INFINITY, f64::min),
            sizes().fold(0.0, f64::max),
        );
        least * 0.7..most * 1.4
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Shift>,
        top: f64,
    ) -> Result<(), Box<dyn Error>> {
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 16))
            .margin(14)
            .x_label_area_size(40)
            .y_label_area_size(64)
            .build_cartesian_2d(self.sizes().log_scale(), 0.0..top)?;
        chart
            .configure_mesh()
            .x_desc(self.axis)
            .y_desc("meter-days a second")
            .x_label_formatter(&|size| thousands(*size))
            .y_label_formatter(&|speed| thousands(*speed))
            .light_line_style(TRANSPARENT)
            .draw()?;
        for Line {
            name,
            colour,
            speed,
        } in LINES
        {
            let at: Vec<(f64, f64)> = self
                .points
                .iter()
                .map(|point| ((self.size)(point), speed(point)))
                .collect();
            let line = LineSeries::new(at, colour.stroke_width(2)).point_size(4);
            chart.draw_series(line)?.label(name).legend(move |(x, y)| {
                Rectangle::new([(x, y - 2), (x + 16, y + 2)], colour.filled())
            });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerLeft)
            .border_style(TRANSPARENT)
            .draw()?;
        Ok(())
    }
}

/// A number with its thousands apart.
fn thousands(number: f64) -> String {
    let mut digits = format!("{number:.0}");
    let mut at = digits.len();
    while at > 3 {
        at -= 3;
        digits.insert(at, ',');
    }
    digits
}
