//! The list of profiles: by number, narrowed by what is asked for.

use clearance::dossier::{Area, State};
use risk::ProfileKind;
use store::{ProfileFilter, ProfileHead};

use crate::Centre;
use crate::error::CentreError;

/// Profiles on one page at most.
pub const PROFILES_PAGE_MAX: usize = 500;
/// Heads read at a time.
const HEADS_AT_ONCE: usize = 1_000;

/// Which profiles are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileAsk {
    /// Only with a version that stands so.
    pub state: Option<State>,
    /// Only of this kind.
    pub kind: Option<ProfileKind>,
    /// Only with this in number, title or author, whatever the case of letters.
    pub text: String,
    /// Only what applies in this area, what is national included; everywhere: all.
    pub area: Area,
    /// Only numbers after this one: the next page.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// One page of profiles: of each the heads of note, by version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProfilePage {
    /// By number.
    pub profiles: Vec<Vec<ProfileHead>>,
    /// What to give as `after` for the next page.
    pub next: Option<String>,
}

impl Default for ProfileAsk {
    fn default() -> Self {
        Self { state: None, kind: None, text: String::new(), area: Area::EVERYWHERE, after: None, limit: 0 }
    }
}

impl ProfileAsk {
    fn wants(&self, heads: &[ProfileHead]) -> bool {
        let text = self.text.trim().to_lowercase();
        let says = |head: &ProfileHead| {
            let words = [&head.number, head.title.ru.as_ref(), head.title.en.as_ref(), &head.author];
            words.iter().any(|word| word.to_lowercase().contains(&text))
        };
        heads.iter().any(|head| {
            self.state.is_none_or(|state| head.state == state)
                && self.kind.is_none_or(|kind| head.kind == kind)
                && (text.is_empty() || says(head))
        })
    }
}

impl Centre {
    /// One page of the profiles asked for.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn profiles(&self, ask: &ProfileAsk) -> Result<ProfilePage, CentreError> {
        let wanted = ask.limit.clamp(1, PROFILES_PAGE_MAX);
        let mut page = ProfilePage::default();
        let mut after = ask.after.clone();
        loop {
            let heads = self
                .inner
                .store
                .profile_heads(&ProfileFilter { after: after.clone(), limit: HEADS_AT_ONCE })?;
            let whole = heads.len() < HEADS_AT_ONCE;
            let mut groups: Vec<&[ProfileHead]> =
                heads.chunk_by(|one, other| one.number == other.number).collect();
            // The last may go on with what was not read; a profile has two heads at most.
            if !whole && groups.len() > 1 {
                groups.pop();
            }
            for group in groups {
                let number = group.first().map(|head| head.number.clone());
                let reads =
                    || number.as_deref().map_or(Ok(false), |number| self.inner.reads(&ask.area, number));
                if ask.wants(group) && reads()? {
                    if page.profiles.len() == wanted {
                        page.next = after;
                        return Ok(page);
                    }
                    page.profiles.push(group.to_vec());
                }
                after = number;
            }
            if whole {
                return Ok(page);
            }
        }
    }
}
