//! The page `docs/categories.md`: printed from the packs and the tables of facts and refusals.

use std::fmt::Write;

use clearance::World;
use clearance::fact::{AmountKind, FactKind, Impossible};
use clearance::standing::StandingRefusal;
use jiff::civil::date;
use risk::{ByCategory, Category, Span, Threshold};

use crate::people::{Action, Identity};

const HEAD: &str = "\
# Categories of traders

Printed from the packs and the tables of the program; a test compares. A trader is of low, medium or high risk. The category follows
from facts, by criteria that are published here, and moves in the transaction of the fact that moved it. Whoever nobody knows is medium.

```text
facts of cases ──┐
                 ├─► facts, only ever added ─► what they come to on a day ─► criteria of the pack ─► category
facts officials ─┘            ▲                                                                      │ history, log
state                         └── an upheld appeal annuls one ◄──────────────── appeal ◄─────────────┘
```

## Facts

A fact is a dated row: whose, which day, what, how many or how much, the case or document that shows it, who stated it and why. None is
changed or deleted; a wrong one is annulled by a later row with a reason, and no longer counts. Facts of cases are written by settling,
in the transaction of the step; a look counts once for each ground of a case, and no longer when its result is recorded anew as nothing.
What counts for a time lapses by itself: declarations, corrections and refusals with their calendar month, offences to the day.

";

const RULES: &str = "\
## How the category follows

- Each threshold that is reached brings its points to the category it speaks for.
- **High** if a decisive threshold for high risk is reached, or the points for high risk are.
- **Low** if not high, every decisive threshold for low risk is reached, and the points for low risk are.
- **Medium** otherwise. A pack that names no points needs every threshold for low risk, and any for high.
- A threshold counts for high risk from the number of declarations on that stands beside it: a share of few says little.
- The explanation names each threshold with the value, reached or not, in one sentence.
- **Near a threshold** is who could cross it by one unit (of what is counted) or by the pack's percentage of it, if that alone would change
  the category. A value of zero that could not be better is not near anything.
- Where the pack says `automatic = false`, a change is proposed, and an official confirms it with a reason.
- A decision rests on the category of its moment, which stands in the record of the filing; a replay asks nothing of later facts.
- Every change is kept with from, to, the fact that caused it and all thresholds, and is a leaf of the log. The leaf shows the categories;
  whose and why stands behind a salted hash. `greenlane replay` compares.

";

const APPEAL: &str = "\
## Appeal

A trader appeals against a fact or against the category, on its page or through the API, in 3 to 2000 characters. One appeal against the
same waits at a time. The last day for deciding it is shown; the term is the pack's. Whoever stated the fact does not decide. Upheld, the
fact is annulled and the category follows; or, where the appeal was against the category, it is another one until a day, at most two years
on, and facts do not move it before. All of it stands in the history, each act with its leaf.

";

const COMMANDS: &str = "\
## Where

- The trader: `/account/category`. Officials: `/participants/{number}/category`, appeals that wait: `/appeals`. The API has the same under
  `/api/v1/participants/{number}/` and `/api/v1/appeals`.
- Commands: `greenlane participant facts | annul | category | appeal | appeals | decide | confirm | recompute`. A register from elsewhere
  comes in with `greenlane participants FILE`: its figures become facts of the day.
- Facts that name what is looked for (a profile fired, a look found something) are shown to officials only and bear on no category.
- A trader is told on its page and in the API; notices go with cases, and a category has none.

";

/// The page.
pub fn categories_page(world: &World) -> String {
    let mut page = HEAD.to_owned();
    // Writing to a text cannot fail.
    let _ = write_all(&mut page, world);
    page
}

fn write_all(page: &mut String, world: &World) -> std::fmt::Result {
    writeln!(
        page,
        "| kind | in Russian | what | amount | stated by | shown to the trader |\n|---|---|---|---|---|---|"
    )?;
    for kind in FactKind::ALL {
        let title = kind.title();
        let amount = match kind.amount() {
            AmountKind::None => "",
            AmountKind::Count => "how many, 1 if left out",
            AmountKind::Money => "money",
        };
        let by = match (kind, kind.is_stated()) {
            (FactKind::Annulled, _) => "officials; cases",
            (FactKind::Registered | FactKind::Corrected | FactKind::Stopped, true) => "cases; officials",
            (_, true) => "officials",
            (_, false) => "cases",
        };
        let shown = if kind.is_withheld() { "no" } else { "yes" };
        writeln!(page, "| `{}` | {} | {} | {amount} | {by} | {shown} |", kind.as_str(), title.ru, title.en)?;
    }
    let roles: Vec<&str> =
        store::Role::ALL.into_iter().filter(|role| may_judge(*role)).map(store::Role::as_str).collect();
    writeln!(
        page,
        "\nWho may state facts, annul them, decide appeals and confirm categories: {}. More than one role, so that\n\
         somebody else decides than stated.\n",
        roles.join(", ")
    )?;
    page.push_str(RULES);
    for pack in world.reference().packs() {
        let Some(jurisdiction) = world.jurisdiction(pack) else { continue };
        let criteria = &jurisdiction.categories;
        writeln!(page, "## Criteria of `{}`\n", pack.name)?;
        writeln!(
            page,
            "The numbers are our own starting point; the pack says where they come from. Money in {}.\n",
            pack.currency.as_str()
        )?;
        writeln!(
            page,
            "| criterion | counted over | points | low risk | high risk |\n|---|---|---|---|---|"
        )?;
        for row in &criteria.criteria {
            let over = match row.span() {
                None => "as of the day",
                Some(Span::Year) => "a year",
                Some(Span::TwoYears) => "two years",
            };
            let told = |threshold: Option<Threshold>, decisive: bool| match threshold {
                None => String::new(),
                Some(threshold) => {
                    let decisive = if decisive { ", decisive" } else { "" };
                    format!("{}{decisive}", threshold.words().en)
                }
            };
            let mut high = told(row.high, row.high_knock_out);
            if row.declarations_min > 0 && row.high.is_some() {
                write!(high, ", from {} declarations on", row.declarations_min)?;
            }
            let (title, low) = (row.indicator.title_over(row.over), told(row.low, row.low_knock_out));
            writeln!(page, "| {} ({}) | {over} | {} | {low} | {high} |", title.en, title.ru, row.weight)?;
        }
        let points = |points: Option<u32>, all: &str| {
            points.map_or(all.to_owned(), |points| format!("{points} points"))
        };
        let moves = if criteria.automatic { "by themselves" } else { "when an official confirms it" };
        writeln!(
            page,
            "\nLow risk: {}; high risk: {}. Categories move {moves}; near is within {} percent; an appeal is decided within {} \
             days.\n",
            points(criteria.low_points, "every threshold"),
            points(criteria.high_points, "any threshold"),
            criteria.near_percent,
            criteria.appeal_days
        )?;
        writeln!(page, "| what differs | low risk | medium risk | high risk |\n|---|---|---|---|")?;
        if criteria.publish_rates {
            let rates = &jurisdiction.lanes.random_rate;
            let percent = |of: &dyn Fn(Category) -> risk::Share| {
                [Category::Low, Category::Medium, Category::High]
                    .map(|category| of(category).percent())
                    .map(|p| p.normalize())
            };
            let rate = |category| ByCategory::of(rates, category);
            let [low, medium, high] = percent(&|category| rate(category).yellow);
            writeln!(page, "| documents checked by chance, % | {low} | {medium} | {high} |")?;
            let [low, medium, high] = percent(&|category| rate(category).red);
            writeln!(page, "| goods inspected by chance, % | {low} | {medium} | {high} |")?;
            let [low, medium, high] = percent(&|_| jurisdiction.lanes.audit_rate);
            writeln!(page, "| audited by chance after release, % | {low} | {medium} | {high} |")?;
        }
        let released = if pack.automatic.release { "the same conditions" } else { "none" };
        writeln!(page, "| automatic release | {released} | {released} | {released} |")?;
        let untold = "may differ, not published";
        writeln!(page, "| risk profiles | {untold} | {untold} | {untold} |\n")?;
    }
    page.push_str(
        "A good category counts only where the participant files, or somebody with its power of attorney. Strata of a pack\n\
         may raise rates of chance, for any category.\n\n",
    );
    page.push_str(APPEAL);
    page.push_str(COMMANDS);
    writeln!(page, "## What is refused\n\n| code | place | what cures it |\n|---|---|---|")?;
    let day = date(2026, 1, 1);
    for why in [
        Impossible::Kind,
        Impossible::Day { day, today: day },
        Impossible::Amount,
        Impossible::Reason,
        Impossible::Document,
        Impossible::Percent { place: "corrections_percent" },
    ] {
        let words = match why {
            Impossible::Day { .. } => "the day of a fact lies between 1993-01-01 and today".to_owned(),
            _ => why.text().en.into_owned(),
        };
        writeln!(page, "| {} | `{}` | {words} |", why.code(), why.place())?;
    }
    use StandingRefusal as R;
    for why in [
        R::NoParticipant,
        R::NoFact,
        R::AnnulledBefore,
        R::Text,
        R::Pending,
        R::NoAppeal,
        R::DecidedBefore,
        R::OwnStatement,
        R::Until,
        R::NothingProposed,
        R::Repeated { before: 17 },
        R::Name,
    ] {
        let words = why.to_string();
        let place = words.split(": ").nth(1).unwrap_or_default().to_owned();
        writeln!(page, "| {} | `{place}` | {} |", why.code(), why.text().en)?;
    }
    Ok(())
}

fn may_judge(role: store::Role) -> bool {
    let who = Identity {
        login: String::new(),
        name: String::new(),
        role,
        participant: None,
        area: clearance::dossier::Area::EVERYWHERE,
    };
    who.may(Action::JudgeTraders)
}
