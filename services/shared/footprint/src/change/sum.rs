//! Changes of several schools added up.

use std::iter::Sum;
use std::ops::AddAssign;

use super::{Change, HalfHours, ItemChange, Side};

use crate::item::Item;

impl AddAssign<&Change> for Change {
    fn add_assign(&mut self, other: &Change) {
        self.prior += other.prior;
        self.current += other.current;
        self.activity += other.activity;
        self.method += other.method;
        self.uncompared += other.uncompared;
        self.joined.extend(other.joined.iter().cloned());
        self.left.extend(other.left.iter().cloned());
        self.part_members.extend(other.part_members.iter().cloned());
        for item in &other.by_item {
            self.add_item(item.clone());
        }
        let aside = other.not_comparable.iter().cloned();
        self.not_comparable.extend(aside);
        self.prior_half_hours.add(other.prior_half_hours);
        self.current_half_hours.add(other.current_half_hours);
    }
}

impl<'a> Sum<&'a Change> for Change {
    fn sum<I: Iterator<Item = &'a Change>>(changes: I) -> Self {
        let mut sum = Change::default();
        for change in changes {
            sum += change;
        }
        sum
    }
}

impl Change {
    /// Inserts an item, or adds it to the existing one.
    pub(super) fn add_item(&mut self, item: ItemChange) {
        fn key(item: &ItemChange) -> (u8, Item, &str) {
            (item.scope, item.item, &item.unit)
        }
        let found = self
            .by_item
            .binary_search_by(|known| key(known).cmp(&key(&item)));
        match found {
            Ok(place) => self.by_item[place].add(&item),
            Err(place) => self.by_item.insert(place, item),
        }
    }
}

impl ItemChange {
    fn add(&mut self, other: &ItemChange) {
        self.activity += other.activity;
        self.method += other.method;
        add_side(&mut self.prior, other.prior.as_ref());
        add_side(&mut self.current, other.current.as_ref());
    }
}

fn add_side(sum: &mut Option<Side>, other: Option<&Side>) {
    let Some(other) = other else { return };
    let Some(side) = sum else {
        *sum = Some(other.clone());
        return;
    };
    side.quantity += other.quantity;
    side.co2e += other.co2e;
    side.factor = side.factor.filter(|factor| other.factor == Some(*factor));
    side.factor_years.extend(&other.factor_years);
    side.factor_years.sort_unstable();
    side.factor_years.dedup();
}

impl HalfHours {
    fn add(&mut self, other: HalfHours) {
        self.expected += other.expected;
        self.present += other.present;
    }
}
