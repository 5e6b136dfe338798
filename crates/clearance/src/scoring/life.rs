//! The life of a model: proposed, watched in the shadow, live, withdrawn; every step a person's act.
//!
//! The rules stand in one table, [`ROWS`]. Nothing here reads a clock or a store. No row is the program's own but
//! [`Deed::Replace`], which follows from the act that puts another model in its place.

use std::str::FromStr;

use declaration::Text;
use score::Hindrance;
use serde::{Deserialize, Serialize};

use super::{Mode, Refusal};
use crate::dossier::{Hand, Right, words};
use crate::standing::says_enough;

words! {
    /// Where a model stands.
    State {
        Proposed "proposed" ["предложена", "proposed"] "Kept and checked; it does nothing.";
        Shadow "shadow" ["в тени", "in the shadow"] "It scores; its proposals are recorded and move nothing.";
        Live "live" ["действует", "live"] "Its proposals make lanes stricter.";
        Replaced "replaced" ["заменена", "replaced"] "Another took its place.";
        Withdrawn "withdrawn" ["отозвана", "withdrawn"] "Taken out of work, or given up.";
    }
}

words! {
    /// What is done to a model.
    Deed {
        Propose "propose" ["предложена", "proposed"] "Somebody proposed its file.";
        Shadow "shadow" ["поставлена в тень", "put into the shadow"] "A second person had it watch.";
        GoLive "go_live" ["введена в действие", "put live"] "A second person put it to work.";
        Replace "replace" ["заменена другой", "replaced by another"] "Another was put in its place.";
        Withdraw "withdraw" ["отозвана", "withdrawn"] "Somebody took it out of work, or gave it up.";
    }
}

impl State {
    /// The mode of a model that stands so.
    pub fn mode(self) -> Option<Mode> {
        match self {
            State::Shadow => Some(Mode::Shadow),
            State::Live => Some(Mode::Live),
            State::Proposed | State::Replaced | State::Withdrawn => None,
        }
    }
}

/// One row of the table: what moves a model from where to where, and who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What is done.
    pub deed: Deed,
    /// Where the model stands before; nowhere: it is new.
    pub from: Option<State>,
    /// Where it stands after.
    pub to: State,
    /// Any of these rights is enough; none: it follows from another act.
    pub rights: &'static [Right],
    /// Whether it must be somebody who did not propose it.
    pub second: bool,
}

const fn row(deed: Deed, from: Option<State>, to: State, rights: &'static [Right], second: bool) -> Row {
    Row { deed, from, to, rights, second }
}

/// The whole life of a model. What has no row is not possible. Every act has a reason.
pub const ROWS: &[Row] = {
    use {Right as R, State as S};
    &[
        row(Deed::Propose, None, S::Proposed, &[R::Write], false),
        row(Deed::Propose, Some(S::Replaced), S::Proposed, &[R::Write], false),
        row(Deed::Propose, Some(S::Withdrawn), S::Proposed, &[R::Write], false),
        row(Deed::Shadow, Some(S::Proposed), S::Shadow, &[R::Approve], true),
        row(Deed::Shadow, Some(S::Live), S::Shadow, &[R::Approve], true),
        row(Deed::GoLive, Some(S::Proposed), S::Live, &[R::Approve], true),
        row(Deed::GoLive, Some(S::Shadow), S::Live, &[R::Approve], true),
        row(Deed::Replace, Some(S::Shadow), S::Replaced, &[], false),
        row(Deed::Replace, Some(S::Live), S::Replaced, &[], false),
        row(Deed::Withdraw, Some(S::Proposed), S::Withdrawn, &[R::Write, R::Approve], false),
        row(Deed::Withdraw, Some(S::Shadow), S::Withdrawn, &[R::Approve], false),
        row(Deed::Withdraw, Some(S::Live), S::Withdrawn, &[R::Approve], false),
    ]
};

/// One act: what moved a model, by whom, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The version of the model.
    pub model: String,
    /// What was done.
    pub deed: Deed,
    /// Where the model stood; nowhere: it is new.
    pub from: Option<State>,
    /// Where it stands now.
    pub to: State,
    /// The login of whoever did it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Everything done to models, as far as the rules ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    models: Vec<(String, State, String)>,
}

impl Standing {
    /// Where acts, in order, lead to.
    pub fn of<'a>(acts: impl IntoIterator<Item = &'a Act>) -> Self {
        let mut standing = Self::default();
        acts.into_iter().for_each(|act| standing.take(act));
        standing
    }

    /// Takes one more act.
    pub fn take(&mut self, act: &Act) {
        let proposer = |before: &str| match act.deed {
            Deed::Propose => act.by.clone(),
            Deed::Shadow | Deed::GoLive | Deed::Replace | Deed::Withdraw => before.to_owned(),
        };
        match self.models.iter_mut().find(|(model, ..)| *model == act.model) {
            Some((_, state, by)) => (*state, *by) = (act.to, proposer(by)),
            None => self.models.push((act.model.clone(), act.to, proposer(""))),
        }
    }

    /// Where a model stands.
    pub fn state(&self, model: &str) -> Option<State> {
        self.models.iter().find(|(known, ..)| known == model).map(|(_, state, _)| *state)
    }

    fn proposer(&self, model: &str) -> &str {
        self.models.iter().find(|(known, ..)| known == model).map_or("", |(_, _, by)| by)
    }

    /// The model of a mode.
    pub fn in_force(&self, mode: Mode) -> Option<&str> {
        let found = self.models.iter().find(|(_, state, _)| state.mode() == Some(mode));
        found.map(|(model, ..)| model.as_str())
    }
}

/// What somebody wants of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// That it be considered.
    Propose,
    /// To put it into a mode.
    Approve(Mode),
    /// To take it out of work, or give it up.
    Withdraw,
}

impl Wish {
    /// The deed that is wanted.
    pub fn deed(self) -> Deed {
        match self {
            Wish::Propose => Deed::Propose,
            Wish::Approve(Mode::Shadow) => Deed::Shadow,
            Wish::Approve(Mode::Live) => Deed::GoLive,
            Wish::Withdraw => Deed::Withdraw,
        }
    }
}

/// Which acts a wish leads to, in order. `hindrances` is what its card says against going live.
///
/// # Errors
/// A [`Refusal`] where it leads to none; then nothing changes.
pub fn decide(
    standing: &Standing,
    model: &str,
    wish: Wish,
    hand: &Hand<'_>,
    reason: &str,
    hindrances: &[Hindrance],
) -> Result<Vec<Act>, Refusal> {
    let deed = wish.deed();
    // Whoever is no person puts no model anywhere.
    let Hand::Person { login, rights, area } = hand else { return Err(Refusal::NoRight { deed }) };
    let state = standing.state(model);
    let of_deed = || ROWS.iter().filter(|row| row.deed == deed);
    let row = of_deed().find(|row| row.from == state);
    let has = |row: &Row| row.rights.iter().any(|right| rights.contains(right));
    // Whoever has no right to the deed at all learns that before how things stand.
    if !of_deed().any(has) || row.is_some_and(|row| !has(row)) {
        return Err(Refusal::NoRight { deed });
    }
    // A model scores declarations of every office.
    if !area.is_everywhere() {
        return Err(Refusal::OutsideArea { area: (*area).clone() });
    }
    let row = match (row, state) {
        (Some(row), _) => row,
        (None, None) => return Err(Refusal::NoModel),
        (None, Some(state)) => return Err(Refusal::NotNow { state }),
    };
    if row.second && standing.proposer(model) == *login {
        return Err(Refusal::SamePerson);
    }
    let reason = reason.trim();
    if !says_enough(reason) {
        return Err(Refusal::ReasonMissing);
    }
    if row.to == State::Live && !hindrances.is_empty() {
        return Err(Refusal::Hindered { hindrances: hindrances.to_vec() });
    }
    let act = |model: &str, deed, from, to| Act {
        model: model.to_owned(),
        deed,
        from,
        to,
        by: (*login).to_owned(),
        reason: reason.to_owned(),
    };
    let leaving = row.to.mode().and_then(|mode| standing.in_force(mode)).filter(|other| *other != model);
    let leaving = leaving.map(|other| act(other, Deed::Replace, standing.state(other), State::Replaced));
    Ok(leaving.into_iter().chain([act(model, deed, row.from, row.to)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::Area;

    const ANALYST: &[Right] = &[Right::Write, Right::Agree];
    const CHIEF: &[Right] = &[Right::Approve];
    const BOTH: &[Right] = &[Right::Write, Right::Approve];

    fn person<'a>(login: &'a str, rights: &'a [Right], area: &'a Area) -> Hand<'a> {
        Hand::Person { login, rights, area }
    }

    struct Office {
        standing: Standing,
        acts: Vec<Act>,
    }

    impl Office {
        fn wishes(&mut self, login: &str, rights: &[Right], model: &str, wish: Wish) -> Result<(), Refusal> {
            let acts = decide(
                &self.standing,
                model,
                wish,
                &person(login, rights, &Area::EVERYWHERE),
                "because",
                &[],
            )?;
            acts.iter().for_each(|act| self.standing.take(act));
            self.acts.extend(acts);
            Ok(())
        }
    }

    fn office() -> Office {
        Office { standing: Standing::default(), acts: Vec::new() }
    }

    #[test]
    fn a_second_person_puts_a_model_to_work_and_another_takes_its_place() {
        let mut office = office();
        office.wishes("anna", ANALYST, "one", Wish::Propose).unwrap();
        office.wishes("carl", CHIEF, "one", Wish::Approve(Mode::Shadow)).unwrap();
        office.wishes("carl", CHIEF, "one", Wish::Approve(Mode::Live)).unwrap();
        assert_eq!(office.standing.in_force(Mode::Live), Some("one"));
        assert_eq!(office.standing.in_force(Mode::Shadow), None, "it is in one place");
        office.wishes("anna", ANALYST, "two", Wish::Propose).unwrap();
        office.wishes("carl", CHIEF, "two", Wish::Approve(Mode::Live)).unwrap();
        assert_eq!(office.standing.in_force(Mode::Live), Some("two"));
        assert_eq!(office.standing.state("one"), Some(State::Replaced));
        let deeds: Vec<&str> = office.acts.iter().map(|act| act.deed.as_str()).collect();
        assert_eq!(deeds, ["propose", "shadow", "go_live", "propose", "replace", "go_live"]);
        office.wishes("carl", CHIEF, "two", Wish::Withdraw).unwrap();
        assert_eq!(office.standing.in_force(Mode::Live), None);
        // What was replaced may be considered again: by a person, and approved by a second one.
        office.wishes("anna", ANALYST, "one", Wish::Propose).unwrap();
        assert_eq!(Standing::of(&office.acts), office.standing);
    }

    #[test]
    fn who_may_do_what_is_asked_at_each_step() {
        let mut office = office();
        let no = |outcome: Result<(), Refusal>| outcome.unwrap_err().code();
        assert_eq!(no(office.wishes("olga", &[], "one", Wish::Propose)), "GL-R62");
        assert_eq!(no(office.wishes("carl", CHIEF, "one", Wish::Propose)), "GL-R62");
        assert_eq!(no(office.wishes("carl", CHIEF, "one", Wish::Approve(Mode::Live))), "GL-R60", "none yet");
        office.wishes("bea", BOTH, "one", Wish::Propose).unwrap();
        assert_eq!(no(office.wishes("bea", BOTH, "one", Wish::Approve(Mode::Shadow))), "GL-R64");
        assert_eq!(no(office.wishes("bea", BOTH, "one", Wish::Approve(Mode::Live))), "GL-R64");
        assert_eq!(no(office.wishes("anna", ANALYST, "one", Wish::Approve(Mode::Live))), "GL-R62");
        assert_eq!(no(office.wishes("anna", ANALYST, "one", Wish::Propose)), "GL-R61");
        office.wishes("carl", CHIEF, "one", Wish::Approve(Mode::Shadow)).unwrap();
        assert_eq!(no(office.wishes("anna", ANALYST, "one", Wish::Withdraw)), "GL-R62", "it is at work");
        assert_eq!(no(office.wishes("carl", CHIEF, "one", Wish::Approve(Mode::Shadow))), "GL-R61");
        office.wishes("carl", CHIEF, "one", Wish::Withdraw).unwrap();
        assert_eq!(no(office.wishes("carl", CHIEF, "one", Wish::Withdraw)), "GL-R61");
    }

    #[test]
    fn neither_program_nor_operator_nor_somebody_of_one_area_puts_a_model_anywhere() {
        let mut office = office();
        office.wishes("anna", ANALYST, "one", Wish::Propose).unwrap();
        for hand in [Hand::Program, Hand::Operator] {
            for wish in
                [Wish::Propose, Wish::Approve(Mode::Live), Wish::Approve(Mode::Shadow), Wish::Withdraw]
            {
                let refusal = decide(&office.standing, "one", wish, &hand, "because", &[]).unwrap_err();
                assert_eq!(refusal.code(), "GL-R62");
            }
        }
        let area: Area = "1013".parse().unwrap();
        let wish = Wish::Approve(Mode::Live);
        let refused = decide(&office.standing, "one", wish, &person("carl", CHIEF, &area), "because", &[]);
        assert_eq!(refused.unwrap_err().code(), "GL-R63");
    }

    #[test]
    fn what_its_card_says_against_it_keeps_it_from_going_live_and_not_from_the_shadow() {
        let mut office = office();
        office.wishes("anna", ANALYST, "one", Wish::Propose).unwrap();
        let area = Area::EVERYWHERE;
        let chief = person("carl", CHIEF, &area);
        let hindrances = [Hindrance::NotMeasured];
        let go =
            |mode, reason| decide(&office.standing, "one", Wish::Approve(mode), &chief, reason, &hindrances);
        let refusal = go(Mode::Live, "because").unwrap_err();
        assert_eq!(refusal.code(), "GL-R66");
        assert!(refusal.to_string().contains("measured on no rows"), "{refusal}");
        assert!(go(Mode::Shadow, "because").is_ok());
        assert_eq!(go(Mode::Shadow, " x ").unwrap_err().code(), "GL-R65");
    }
}
