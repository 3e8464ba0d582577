//! A day by half-hours: the values that count as a line, the values that yielded to them as dots.

use std::fmt::Write;

use maud::{Markup, html};

use super::{Axis, BOTTOM, HEIGHT, LEFT, WIDTH};
use crate::explain::{HalfHourAnswer, Revision};
use crate::format;

/// The chart of a day; empty if no event had a value for it.
pub(in crate::page) fn revisions(half_hours: &[HalfHourAnswer], class: &str, id: &str) -> Markup {
    let all = || half_hours.iter().flat_map(|half_hour| &half_hour.revisions);
    let Some(greatest) = all().map(|revision| revision.value).max() else {
        return html! {};
    };
    let axis = Axis::up_to(greatest.decimal());
    let width = (WIDTH - LEFT) / half_hours.len().max(1) as f64;
    let x = |slot: usize| LEFT + width * slot as f64;
    let yielded = all().filter(|revision| !revision.stands).count();
    let unit = all().next().map_or("", |revision| revision.unit.as_str());
    html! {
        figure .day {
            figcaption {
                b { "The value that counts, and replaced values" }
                small .soft { (unit) " per half-hour; a dot is a replaced value, a lighter step an estimate" }
            }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(format!("{id}-t {id}-d")) {
                title id=(format!("{id}-t")) { "The half-hours of the day and their revisions" }
                desc id=(format!("{id}-d")) { (described(half_hours, unit, yielded)) }
                (axis.grid())
                @for (slot, half_hour) in half_hours.iter().enumerate() {
                    @if half_hour.value.is_none() {
                        rect .gap x=(format!("{:.1}", x(slot))) width=(format!("{width:.1}")) y="8" height="142" {}
                    }
                    @if half_hour.clock.starts_with("00:00") || is_sixth_hour(&half_hour.clock) {
                        text x=(format!("{:.1}", x(slot))) y="170" text-anchor="start" aria-hidden="true" { (&half_hour.clock[..5]) }
                    }
                }
                g class=(class) {
                    @for (slot, half_hour) in half_hours.iter().enumerate() {
                        @if let Some(value) = half_hour.value {
                            @let y = axis.y(value.decimal());
                            @let estimated = half_hour.quality == Some("estimated");
                            rect .under x=(format!("{:.1}", x(slot))) y=(format!("{y:.1}")) width=(format!("{width:.1}"))
                                height=(format!("{:.1}", (BOTTOM - y).max(0.0))) .faint[estimated] {}
                        }
                    }
                    path .curve d=(steps(half_hours, &axis, &x)) {}
                }
                @for (slot, half_hour) in half_hours.iter().enumerate() {
                    @for revision in half_hour.revisions.iter().filter(|revision| !revision.stands) {
                        (dot(x(slot) + width / 2.0, half_hour, revision, &axis))
                    }
                }
            }
        }
    }
}

fn is_sixth_hour(clock: &str) -> bool {
    ["06:00", "12:00", "18:00"]
        .iter()
        .any(|hour| clock.starts_with(hour))
}

/// Steps, each a half-hour wide, with a gap where no value counts.
fn steps(half_hours: &[HalfHourAnswer], axis: &Axis, x: &impl Fn(usize) -> f64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (slot, half_hour) in half_hours.iter().enumerate() {
        let Some(value) = half_hour.value else {
            drawing = false;
            continue;
        };
        let y = axis.y(value.decimal());
        // Writing to a string cannot fail.
        let _ok = match drawing {
            true => write!(path, "V{y:.1}"),
            false => write!(path, "M{:.1} {y:.1}", x(slot)),
        };
        let _ok = write!(path, "H{:.1}", x(slot + 1));
        drawing = true;
    }
    path
}

/// A value that yielded, on a stalk to the value that counts.
fn dot(x: f64, half_hour: &HalfHourAnswer, revision: &Revision, axis: &Axis) -> Markup {
    let y = axis.y(revision.value.decimal());
    let (x, at) = (format!("{x:.1}"), format!("{y:.1}"));
    html! {
        @if let Some(value) = half_hour.value {
            line .stalk x1=(x) x2=(x) y1=(at) y2=(format!("{:.1}", axis.y(value.decimal()))) {}
        }
        circle .yielded cx=(x) cy=(at) r="2.6" {
            title {
                (half_hour.clock) ": " (format::decimal(revision.value.decimal(), 3)) ", " (revision.event.id) "; "
                (revision.because)
            }
        }
    }
}

fn described(half_hours: &[HalfHourAnswer], unit: &str, yielded: usize) -> String {
    let present = half_hours
        .iter()
        .filter(|half_hour| half_hour.value.is_some())
        .count();
    let most = half_hours
        .iter()
        .filter_map(|half_hour| Some((half_hour.value?, &half_hour.clock)))
        .max_by_key(|(value, _)| *value);
    let most = most.map_or_else(String::new, |(value, clock)| {
        format!(
            ", at most {} {unit} at {clock}",
            format::decimal(value.decimal(), 3)
        )
    });
    format!(
        "{present} of {} half-hours have a value{most}; {yielded} values were replaced.",
        half_hours.len()
    )
}
