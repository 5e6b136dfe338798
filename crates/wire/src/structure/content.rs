//! The content of an element: which elements may stand in it, in which order and how often.
//!
//! A content is compiled into positions: for each element, which may follow it. XML Schema demands that
//! a reader always knows which declaration an element belongs to (unique particle attribution), so one
//! position and one count are all there is to remember.

/// How often something may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

impl Times {
    /// Exactly once.
    pub(crate) const ONCE: Times = Times { min: 1, max: 1 };
    /// No limit.
    pub(crate) const MANY: u32 = u32::MAX;

    /// Reads `1`, `?`, `*`, `+`, `2..4`, `1..`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "1" => Self::ONCE,
            "?" => Self { min: 0, max: 1 },
            "*" => Self { min: 0, max: Self::MANY },
            "+" => Self { min: 1, max: Self::MANY },
            _ => {
                let (min, max) = text.split_once("..")?;
                Self {
                    min: min.parse().ok()?,
                    max: if max.is_empty() { Self::MANY } else { max.parse().ok()? },
                }
            }
        })
    }
}

/// A part of a content.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// The element with this index.
    Element(usize, Times),
    /// All of them, one after another.
    Sequence(Vec<Part>, Times),
    /// One of them.
    Choice(Vec<Part>, Times),
}

/// A compiled content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    positions: Vec<Position>,
    /// The elements that may come first.
    first: Vec<u16>,
    /// Whether nothing at all is allowed.
    may_be_empty: bool,
}

#[derive(Debug, Clone)]
struct Position {
    times: Times,
    /// The elements that may come next.
    follow: Vec<u16>,
    /// Whether the content may end here.
    last: bool,
}

/// How far reading a content has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The element that came last, and how often in a row.
    at: Option<(u16, u32)>,
}

impl Cursor {
    /// How many of the same element came before the last one.
    pub(crate) fn nth(self) -> usize {
        self.at.map_or(0, |(_, count)| count.saturating_sub(1) as usize)
    }
}

/// What an element that came next means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// The one expected.
    InOrder,
    /// Allowed here only after the element with this index, which is missing.
    Without(usize),
    /// Its place was before.
    TooLate,
    /// Once more than allowed.
    TooOften,
}

impl Content {
    /// Compiles a content of `count` elements.
    pub(crate) fn of(part: &Part, count: usize) -> Result<Self, &'static str> {
        let blank = Position { times: Times::ONCE, follow: Vec::new(), last: false };
        let mut content = Self { positions: vec![blank; count], ..Self::default() };
        let ends = content.add(part)?;
        content.first = ends.first;
        content.may_be_empty = ends.may_be_empty;
        for at in ends.last {
            if let Some(position) = content.positions.get_mut(usize::from(at)) {
                position.last = true;
            }
        }
        for position in &mut content.positions {
            position.follow.sort_unstable();
            position.follow.dedup();
        }
        Ok(content)
    }

    fn add(&mut self, part: &Part) -> Result<Ends, &'static str> {
        let mut ends = match part {
            Part::Element(at, times) => {
                let position = self.positions.get_mut(*at).ok_or("an element beyond the count")?;
                position.times = *times;
                let at = u16::try_from(*at).map_err(|_| "too many elements")?;
                return Ok(Ends { first: vec![at], last: vec![at], may_be_empty: times.min == 0 });
            }
            Part::Sequence(parts, _) => {
                let mut all = Ends { first: Vec::new(), last: Vec::new(), may_be_empty: true };
                for part in parts {
                    let next = self.add(part)?;
                    self.join(&all.last, &next.first);
                    if all.may_be_empty {
                        all.first.extend(&next.first);
                    }
                    if next.may_be_empty {
                        all.last.extend(&next.last);
                    } else {
                        all.last = next.last;
                    }
                    all.may_be_empty &= next.may_be_empty;
                }
                all
            }
            Part::Choice(parts, _) => {
                let mut all = Ends { first: Vec::new(), last: Vec::new(), may_be_empty: false };
                for part in parts {
                    let next = self.add(part)?;
                    all.first.extend(&next.first);
                    all.last.extend(&next.last);
                    all.may_be_empty |= next.may_be_empty;
                }
                all
            }
        };
        let (Part::Sequence(_, times) | Part::Choice(_, times) | Part::Element(_, times)) = part;
        match (times.min, times.max) {
            (1, 1) => {}
            (0, 1) => ends.may_be_empty = true,
            (min, Times::MANY) => {
                self.join(&ends.last, &ends.first);
                ends.may_be_empty |= min == 0;
            }
            _ => return Err("a group with a count"),
        }
        Ok(ends)
    }

    fn join(&mut self, last: &[u16], first: &[u16]) {
        for at in last {
            if let Some(position) = self.positions.get_mut(usize::from(*at)) {
                position.follow.extend(first);
            }
        }
    }

    /// The elements that may come where the cursor stands, besides the one it stands on.
    fn next(&self, cursor: Cursor) -> &[u16] {
        match cursor.at {
            None => &self.first,
            Some((at, _)) => self.positions.get(usize::from(at)).map_or(&[], |position| &position.follow),
        }
    }

    /// The index of the element that comes next by `is`, if one such may.
    #[inline]
    pub(crate) fn find(&self, cursor: Cursor, is: impl Fn(usize) -> bool) -> Option<usize> {
        if let Some((at, count)) = cursor.at
            && let Some(position) = self.positions.get(usize::from(at))
        {
            if count < position.times.max && is(usize::from(at)) {
                return Some(usize::from(at));
            }
            if count < position.times.min {
                return None;
            }
        }
        self.next(cursor).iter().map(|at| usize::from(*at)).find(|at| is(*at))
    }

    /// Moves the cursor to an element that [`Content::find`] gave.
    #[inline]
    pub(crate) fn advance(&self, cursor: &mut Cursor, to: usize) {
        let Ok(next) = u16::try_from(to) else { return };
        cursor.at = match cursor.at {
            Some((at, count)) if at == next => Some((at, count + 1)),
            _ => Some((next, 1)),
        };
    }

    /// What it means that the element `to` comes although [`Content::find`] does not give it.
    pub(crate) fn misplaced(&self, cursor: Cursor, to: usize) -> Came {
        if let Some((at, count)) = cursor.at
            && usize::from(at) == to
        {
            let max = self.positions.get(to).map_or(1, |position| position.times.max);
            return if count >= max { Came::TooOften } else { Came::InOrder };
        }
        if let Some((at, count)) = cursor.at
            && self.positions.get(usize::from(at)).is_some_and(|position| count < position.times.min)
        {
            return Came::Without(usize::from(at));
        }
        match self.path(cursor, |position, _| position == to) {
            Some(path) => path.first().map_or(Came::InOrder, |missing| Came::Without(usize::from(*missing))),
            None => Came::TooLate,
        }
    }

    /// The elements that must still come before the content may end, by the shortest way.
    pub(crate) fn missing(&self, cursor: Cursor) -> Vec<usize> {
        match cursor.at {
            Some((at, count)) => match self.positions.get(usize::from(at)) {
                Some(position) if count < position.times.min => return vec![usize::from(at)],
                Some(position) if !position.last => {}
                _ => return Vec::new(),
            },
            None if self.may_be_empty => return Vec::new(),
            None => {}
        }
        let path = self.path(cursor, |_, last| last).unwrap_or_default();
        path.into_iter().map(usize::from).collect()
    }

    /// The shortest way from the cursor to an element that `is` wanted: the elements on it, without the
    /// last where that is the wanted one itself.
    fn path(&self, cursor: Cursor, is: impl Fn(usize, bool) -> bool) -> Option<Vec<u16>> {
        let mut from: Vec<Option<u16>> = vec![None; self.positions.len()];
        let mut seen = vec![false; self.positions.len()];
        let mut queue = std::collections::VecDeque::new();
        let mut found = None;
        for at in self.next(cursor) {
            if !std::mem::replace(seen.get_mut(usize::from(*at))?, true) {
                queue.push_back(*at);
            }
        }
        while let Some(at) = queue.pop_front() {
            let position = self.positions.get(usize::from(at))?;
            if is(usize::from(at), position.last) {
                found = Some(at);
                break;
            }
            for next in &position.follow {
                if !std::mem::replace(seen.get_mut(usize::from(*next))?, true) {
                    *from.get_mut(usize::from(*next))? = Some(at);
                    queue.push_back(*next);
                }
            }
        }
        let found = found?;
        let mut path = vec![found];
        while let Some(Some(before)) = path.last().and_then(|at| from.get(usize::from(*at))) {
            path.push(*before);
        }
        path.reverse();
        Some(path)
    }
}

#[cfg(test)]
impl Content {
    /// Some elements in an order the content allows; `often` of 100 optional ones are there.
    pub(crate) fn sample(&self, dice: &mut crate::dice::Dice, often: usize) -> Vec<usize> {
        let (mut cursor, mut taken) = (Cursor::default(), Vec::new());
        loop {
            let wanted: Vec<usize> = (0..self.positions.len())
                .filter(|at| self.find(cursor, |position| position == *at).is_some())
                .filter(|at| cursor.at.is_none_or(|(here, count)| usize::from(here) != *at || count < 3))
                .filter(|_| dice.below(100) < often)
                .collect();
            // The nearest, mostly: so that what comes later still can.
            let next = match (wanted.is_empty(), self.missing(cursor).first().copied()) {
                (true, None) => return taken,
                (true, Some(missing)) => missing,
                (false, missing) => {
                    let at = wanted[if dice.below(4) == 0 { dice.below(wanted.len()) } else { 0 }];
                    if missing.is_some() && self.find(cursor, |position| position == at).is_none() {
                        continue;
                    } else {
                        at
                    }
                }
            };
            self.advance(&mut cursor, next);
            taken.push(next);
            if taken.len() > 400 {
                while let Some(missing) = self.missing(cursor).first().copied() {
                    self.advance(&mut cursor, missing);
                    taken.push(missing);
                }
                return taken;
            }
        }
    }
}

struct Ends {
    first: Vec<u16>,
    last: Vec<u16>,
    may_be_empty: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a, b?, (c | d)?, e+, f{0..2}
    fn content() -> Content {
        let once = Times::ONCE;
        let times = |text| Times::parse(text).unwrap();
        let part = Part::Sequence(
            vec![
                Part::Element(0, once),
                Part::Element(1, times("?")),
                Part::Choice(vec![Part::Element(2, once), Part::Element(3, once)], times("?")),
                Part::Element(4, times("+")),
                Part::Element(5, times("0..2")),
            ],
            once,
        );
        Content::of(&part, 6).unwrap()
    }

    fn verdict(text: &str) -> String {
        let content = content();
        let mut cursor = Cursor::default();
        let mut said = String::new();
        for letter in text.bytes() {
            let wanted = usize::from(letter - b'a');
            match content.find(cursor, |at| at == wanted) {
                Some(at) => content.advance(&mut cursor, at),
                None => {
                    let came = content.misplaced(cursor, wanted);
                    said.push_str(&format!("{came:?} "));
                    if let Came::Without(_) = came {
                        content.advance(&mut cursor, wanted);
                    }
                }
            }
        }
        if let Some(missing) = content.missing(cursor).first() {
            said.push_str(&format!("lacks {}", char::from(b'a' + *missing as u8)));
        }
        said.trim().to_owned()
    }

    #[test]
    fn order_and_number_are_as_the_content_says() {
        for (text, said) in [
            ("ae", ""),
            ("abceee", ""),
            ("adeff", ""),
            ("", "lacks a"),
            ("ab", "lacks e"),
            ("e", "Without(0)"),
            ("aeb", "TooLate"),
            ("aabe", "TooOften"),
            ("acde", "TooLate"),
            ("aefff", "TooOften"),
            ("af", "Without(4)"),
        ] {
            assert_eq!(verdict(text), said, "{text}");
        }
    }
}
