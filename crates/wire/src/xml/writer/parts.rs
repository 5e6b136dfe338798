//! A record seen in part: one value of a list, or the entries that one of several elements has.

use super::*;

/// A record of which one list shows a single entry.
pub(super) struct OneOf<'r> {
    pub(super) record: &'r dyn Record,
    pub(super) field: usize,
    pub(super) nth: usize,
}

impl Record for OneOf<'_> {
    fn fields(&self) -> &'static [declaration::Field] {
        self.record.fields()
    }
    fn count(&self, field: usize) -> usize {
        if field == self.field { 1 } else { 0 }
    }
    fn value(&self, field: usize, nth: usize) -> Option<declaration::Value<'_>> {
        if field == self.field && nth == 0 { self.record.value(field, self.nth) } else { None }
    }
    fn set(&mut self, _: usize, _: &str) -> Result<(), declaration::Malformed> {
        Ok(())
    }
    fn record(&self, _: usize, _: usize) -> Option<&dyn Record> {
        None
    }
    fn open(&mut self, _: usize) -> Option<&mut dyn Record> {
        None
    }
    fn record_mut(&mut self, _: usize, _: usize) -> Option<&mut dyn Record> {
        None
    }
    fn clear(&mut self, _: usize) {}
    fn further(&self) -> Option<&Form> {
        None
    }
    fn further_mut(&mut self) -> Option<&mut Option<Box<Form>>> {
        None
    }
}

/// The place that the field `number` of an entry says, counted from 1; the first where it says none.
pub(super) fn place_of(entry: &dyn Record, number: &str) -> usize {
    let place = entry.index_of(number).and_then(|field| text_of(entry, field, 0));
    place.and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// A record as one of several elements has it that share its list: the first has all its fields, the
/// others only their entries.
pub(super) struct PartOf<'r> {
    pub(super) record: &'r dyn Record,
    pub(super) list: usize,
    pub(super) number: &'static str,
    pub(super) nth: usize,
}

impl Record for PartOf<'_> {
    fn fields(&self) -> &'static [declaration::Field] {
        self.record.fields()
    }
    fn count(&self, field: usize) -> usize {
        if field == self.list || self.nth == 0 { self.record.count(field) } else { 0 }
    }
    fn value(&self, field: usize, nth: usize) -> Option<declaration::Value<'_>> {
        if self.nth == 0 { self.record.value(field, nth) } else { None }
    }
    fn set(&mut self, _: usize, _: &str) -> Result<(), declaration::Malformed> {
        Ok(())
    }
    fn record(&self, field: usize, nth: usize) -> Option<&dyn Record> {
        let found = self.record.record(field, nth)?;
        let here =
            if field == self.list { place_of(found, self.number) == self.nth + 1 } else { self.nth == 0 };
        here.then_some(found)
    }
    fn open(&mut self, _: usize) -> Option<&mut dyn Record> {
        None
    }
    fn record_mut(&mut self, _: usize, _: usize) -> Option<&mut dyn Record> {
        None
    }
    fn clear(&mut self, _: usize) {}
    fn further(&self) -> Option<&Form> {
        None
    }
    fn further_mut(&mut self) -> Option<&mut Option<Box<Form>>> {
        None
    }
}
