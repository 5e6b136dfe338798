//! What a name says, and how much each part of it weighs.

use super::postings::Builder;
use super::{Entry, Node, run_below};
use crate::nomenclature::STEP;

/// The last step tells a code from its neighbours.
const LAST: f32 = 1.0;
const MIDDLE: f32 = 0.6;
/// A heading's name, said of all codes below it.
pub(super) const HEADING: f32 = 0.6;
const CHAPTER: f32 = 0.3;
/// The trade's words are chosen for a code, a name's words fall where they fall.
const TRADE: f32 = 1.3;

/// The weight of words of the trade: one of several says less than one alone («чайник электрический»).
pub(super) fn trade(words: &str) -> f32 {
    TRADE / (words.split_whitespace().count().max(1) as f32).sqrt()
}

/// The name of a heading.
pub(super) struct Heading<'a> {
    pub code: &'a str,
    pub name: &'a str,
}

/// The weight of a name that is no path, by the length of its code.
fn level(code: &str) -> f32 {
    match code.len() {
        0..=2 => CHAPTER,
        3..=4 => HEADING,
        5 => MIDDLE,
        _ => LAST,
    }
}

/// Says what an entry says of the codes at and below it.
pub(super) fn say(builder: &mut Builder, nodes: &[Node], entry: &Entry) {
    let run = run_below(nodes, entry.code);
    builder.say(entry.name_en, &run, level(entry.code));
    let steps = steps(entry.name_ru);
    let heading = heading_step(&steps);
    for (place, step) in steps.iter().enumerate() {
        let weight = if place + 1 == steps.len() {
            level(entry.code)
        } else if heading.is_some_and(|heading| place < heading) {
            CHAPTER
        } else if heading == Some(place) {
            HEADING
        } else {
            MIDDLE
        };
        builder.say(step, &run, weight);
    }
}

/// The names of headings as paths tell them.
///
/// In the published tables only some codes of a heading begin with its name, the others with a step below
/// it; a heading begins with a capital, a step does not.
pub(super) fn headings<'a>(entries: impl Iterator<Item = &'a Entry<'a>>) -> Vec<Heading<'a>> {
    let mut headings: Vec<Heading> = Vec::new();
    for entry in entries {
        let Some(code) = entry.code.get(..4) else { continue };
        let steps = steps(entry.name_ru);
        let name = heading_step(&steps).and_then(|place| steps.get(place).copied());
        if let Some(name) = name
            && headings.last().is_none_or(|last| (last.code, last.name) != (code, name))
        {
            headings.push(Heading { code, name });
        }
    }
    headings
}

/// The steps of a path, without the remark since when a step stands: «(с 01.01.2022)».
fn steps(name: &str) -> Vec<&str> {
    let steps = name.split(STEP).map(|step| {
        let step = step.trim();
        step.rfind("(с ")
            .filter(|_| step.ends_with(')'))
            .and_then(|remark| step.get(..remark))
            .unwrap_or(step)
    });
    steps.filter(|step| !step.is_empty()).collect()
}

/// The last of the leading steps that begin with a capital, in a name of at least two steps.
fn heading_step(steps: &[&str]) -> Option<usize> {
    let capitals = steps.iter().take_while(|step| step.starts_with(char::is_uppercase)).count();
    if steps.len() > 1 { capitals.checked_sub(1) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_its_heading_where_the_capitals_end() {
        let table = [
            ("", 0, None),
            ("Мясо крупного рогатого скота, код 0201 10 000 1", 1, None),
            ("лошади: 🠺 прочие: 🠺 убойные", 3, None),
            ("Лошади, ослы, мулы и лошаки живые: 🠺 ослы", 2, Some(0)),
            ("Мебель (гр. 94) 🠺 Матрацы: (с 01.01.2022) 🠺 прочие", 3, Some(1)),
            ("🠺 🠺", 0, None),
        ];
        for (name, count, heading) in table {
            let steps = steps(name);
            assert_eq!((steps.len(), heading_step(&steps)), (count, heading), "{name}");
        }
        assert_eq!(steps("Матрацы: (с 01.01.2022) 🠺 из резины")[0], "Матрацы: ");
    }
}
