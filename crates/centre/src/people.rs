//! People: accounts, sessions, what each role may do, and who read what.

use std::collections::HashMap;
use std::sync::Mutex;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use clearance::dossier::{Area, Right, STARTER};
use clearance::{Case, CaseId, Officer, OfficerId};
use data_encoding::BASE64URL_NOPAD;
use declaration::TaxNumber;
use jiff::{SignedDuration, Timestamp};
use log::Hash;
use store::{CaseFilter, ReadRecord, Role, User};

use crate::Centre;
use crate::error::CentreError;
use crate::secrets::random;

/// The shortest password.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest password: hashing a longer one is an attack.
const PASSWORD_CHARS_MAX: usize = 256;
/// How long a session lasts.
const SESSION_HOURS: i64 = 12;
/// Failed logins of one account before it has to wait.
const LOGIN_FAILURES_MAX: u32 = 10;
/// How long it has to wait.
const LOGIN_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// Accounts whose failures are remembered.
const LOGINS_KNOWN_MAX: usize = 10_000;

/// Who somebody is, once logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The login.
    pub login: String,
    /// The name to show.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The participant they file for.
    pub participant: Option<TaxNumber>,
    /// Where they have a hand in risk profiles.
    pub area: Area,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// File a declaration.
    File,
    /// See the live board.
    Board,
    /// List and see cases; which ones is a question of [`Centre::sees`].
    SeeCases,
    /// Decide cases assigned to them.
    Decide,
    /// Begin and end a shift.
    Shift,
    /// Change reference data.
    ChangeRules,
    /// See risk profiles, their conditions included; what they may do with them is [`Identity::rights`].
    SeeProfiles,
    /// See who read what.
    SeeReads,
    /// See how traders stand: facts, category, history; traders see their own whatever their role.
    SeeStandings,
    /// State facts about traders, annul them, decide appeals and confirm categories.
    JudgeTraders,
    /// See the accounts and guarantees of any payer; payers see their own whatever their role.
    SeeAccounts,
    /// Manage users and accounts of payers.
    Administer,
}

impl Identity {
    /// Whether the role allows it. Denied unless listed.
    pub fn may(&self, action: Action) -> bool {
        use Action::{
            Administer, Board, ChangeRules, Decide, File, JudgeTraders, SeeAccounts, SeeCases, SeeProfiles,
            SeeReads, SeeStandings, Shift,
        };
        let allowed: &[Action] = match self.role {
            Role::Declarant => &[File, SeeCases],
            Role::Officer => &[Board, SeeCases, SeeStandings, Decide, Shift],
            Role::Analyst => &[Board, SeeCases, SeeStandings, ChangeRules, SeeProfiles],
            // More than one role: whoever stated a fact does not decide the appeal against it.
            Role::RiskChief => &[Board, SeeCases, SeeStandings, JudgeTraders, SeeProfiles],
            Role::Duty => &[Board, SeeCases, SeeStandings, JudgeTraders, SeeAccounts],
            Role::Auditor => &[Board, SeeCases, SeeStandings, SeeReads, SeeProfiles, SeeAccounts],
            Role::Administrator => &[
                File,
                Board,
                SeeCases,
                SeeStandings,
                JudgeTraders,
                ChangeRules,
                SeeReads,
                SeeProfiles,
                SeeAccounts,
                Administer,
            ],
        };
        allowed.contains(&action)
    }

    /// What the role may do with risk profiles.
    pub fn rights(&self) -> &'static [Right] {
        rights_of(self.role)
    }
}

/// What a role may do with risk profiles. Denied unless listed.
pub(crate) fn rights_of(role: Role) -> &'static [Right] {
    match role {
        Role::Analyst => &[Right::Write, Right::Agree],
        Role::RiskChief => &[Right::Approve],
        Role::Declarant | Role::Officer | Role::Duty | Role::Auditor | Role::Administrator => &[],
    }
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Login or password are wrong; which one is not said.
    #[error("login or password is wrong")]
    Wrong,
    /// Too many failures; wait.
    #[error("too many failed logins for this account; wait five minutes")]
    TooMany,
    /// The store failed.
    #[error("{0}")]
    Unavailable(String),
}

/// Failed logins by account.
#[derive(Default)]
pub(crate) struct Logins {
    failures: Mutex<HashMap<String, (u32, Timestamp)>>,
}

impl Logins {
    fn must_wait(&self, login: &str, now: Timestamp) -> bool {
        let Ok(mut failures) = self.failures.lock() else { return true };
        match failures.get(login) {
            Some((_, last)) if now.duration_since(*last) > LOGIN_WAIT => {
                failures.remove(login);
                false
            }
            Some((count, _)) => *count >= LOGIN_FAILURES_MAX,
            None => false,
        }
    }

    fn failed(&self, login: &str, now: Timestamp) {
        let Ok(mut failures) = self.failures.lock() else { return };
        if failures.len() >= LOGINS_KNOWN_MAX {
            failures.retain(|_, (_, last)| now.duration_since(*last) <= LOGIN_WAIT);
        }
        let entry = failures.entry(login.to_owned()).or_insert((0, now));
        *entry = (entry.0 + 1, now);
    }

    fn succeeded(&self, login: &str) {
        if let Ok(mut failures) = self.failures.lock() {
            failures.remove(login);
        }
    }
}

fn hash_password(password: &str) -> Result<String, CentreError> {
    let length = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&length) {
        return Err(CentreError::Invalid(format!(
            "a password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters"
        )));
    }
    let salt = random::<16>()?;
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hashed.map(|hash| hash.to_string()).map_err(|why| CentreError::Invalid(format!("password: {why}")))
}

impl Centre {
    /// Adds a user, or replaces one of the same login.
    ///
    /// # Errors
    /// Where the password is too short or long, or the store fails.
    pub fn put_user(
        &self,
        login: &str,
        name: &str,
        role: Role,
        password: &str,
        participant: Option<TaxNumber>,
    ) -> Result<(), CentreError> {
        self.put_user_of_area(login, name, role, password, participant, Area::EVERYWHERE)
    }

    /// Adds a user whose hand in risk profiles is bound to an area, or replaces one of the same login.
    ///
    /// # Errors
    /// As of [`Centre::put_user`].
    pub fn put_user_of_area(
        &self,
        login: &str,
        name: &str,
        role: Role,
        password: &str,
        participant: Option<TaxNumber>,
        area: Area,
    ) -> Result<(), CentreError> {
        // What is no login stands for the program itself in records of who did what.
        if login.is_empty() || login.contains(':') || login == STARTER {
            return Err(CentreError::Invalid(
                "a login is not empty, has no colon and is not `starter`".to_owned(),
            ));
        }
        let user = User {
            login: login.to_owned(),
            name: name.to_owned(),
            role,
            password_hash: hash_password(password)?,
            participant,
            area,
        };
        self.inner.store.transact(&mut |tx| tx.put_user(&user))?;
        Ok(())
    }

    /// Logs somebody in; the token is shown once and kept only as its hash.
    ///
    /// # Errors
    /// [`LoginError`].
    pub fn login(&self, login: &str, password: &str) -> Result<(String, Identity), LoginError> {
        let unavailable = |why: &dyn std::fmt::Display| LoginError::Unavailable(why.to_string());
        let now = self.inner.now();
        if self.inner.logins.must_wait(login, now) {
            return Err(LoginError::TooMany);
        }
        let user = self.inner.store.user(login).map_err(|why| unavailable(&why))?;
        // An unknown login costs the same work, so that time does not tell who exists.
        let stored = user.as_ref().map_or(NOBODY, |user| user.password_hash.as_str());
        let matches = password.chars().count() <= PASSWORD_CHARS_MAX
            && PasswordHash::new(stored)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        let Some(user) = user.filter(|_| matches) else {
            self.inner.logins.failed(login, now);
            return Err(LoginError::Wrong);
        };
        self.inner.logins.succeeded(login);
        let token = BASE64URL_NOPAD.encode(&random::<32>().map_err(|why| unavailable(&why))?);
        let hash = Hash::of(token.as_bytes());
        let until = now.checked_add(SignedDuration::from_hours(SESSION_HOURS)).unwrap_or(now);
        let kept = self.inner.store.transact(&mut |tx| tx.put_session(&hash, &user.login, until));
        kept.map_err(|why| unavailable(&why))?;
        Ok((token, identity_of(user)))
    }

    /// Who a live token belongs to.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn session(&self, token: &str) -> Result<Option<Identity>, CentreError> {
        let hash = Hash::of(token.as_bytes());
        let Some(login) = self.inner.store.session(&hash, self.inner.now())? else { return Ok(None) };
        Ok(self.inner.store.user(&login)?.map(identity_of))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn logout(&self, token: &str) -> Result<(), CentreError> {
        let hash = Hash::of(token.as_bytes());
        self.inner.store.transact(&mut |tx| tx.end_session(&hash))?;
        Ok(())
    }

    /// Whether somebody may see a case: their own as a declarant, those of their offices as an
    /// officer, any as analyst, duty officer, auditor or administrator.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn sees(&self, who: &Identity, case: &Case, filer: &str) -> Result<bool, CentreError> {
        if !who.may(Action::SeeCases) {
            return Ok(false);
        }
        Ok(match who.role {
            Role::Declarant => {
                let own = who.participant.is_some() && who.participant == case.declarant_number;
                own || filer == account_of(&who.login)
            }
            Role::Officer => {
                let officers = self.inner.store.officers()?;
                let officer = officers.iter().find(|officer| officer.id.0 == who.login);
                officer.is_some_and(|officer| {
                    officer.offices.is_empty()
                        || case.office.is_some_and(|office| officer.offices.contains(&office))
                })
            }
            Role::Analyst | Role::RiskChief | Role::Duty | Role::Auditor | Role::Administrator => true,
        })
    }

    /// Narrows a filter to what somebody may see.
    pub fn narrow(&self, who: &Identity, mut filter: CaseFilter) -> CaseFilter {
        if who.role == Role::Declarant {
            filter.visible_to = Some((account_of(&who.login), who.participant));
        }
        filter
    }

    /// Records that somebody read a case.
    ///
    /// # Errors
    /// Where the store fails; then nothing may be shown.
    pub fn record_read(&self, who: &Identity, case: CaseId, what: &str) -> Result<(), CentreError> {
        let read = ReadRecord { at: self.inner.now(), login: who.login.clone(), case, what: what.to_owned() };
        self.inner.store.transact(&mut |tx| tx.add_read(&read))?;
        Ok(())
    }

    /// Adds an officer to the roster, or replaces their competence.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn put_officer(&self, officer: &Officer) -> Result<(), CentreError> {
        self.inner.store.transact(&mut |tx| tx.put_officer(officer))?;
        Ok(())
    }

    /// Begins or ends an officer's shift.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn set_shift(&self, login: &str, on_shift: bool) -> Result<(), CentreError> {
        let officer = OfficerId(login.to_owned());
        self.inner.store.transact(&mut |tx| tx.set_shift(&officer, on_shift))?;
        Ok(())
    }
}

/// The hash of a password nobody has, for logins nobody has.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2E$S3u3Yb9V7p1sYb0gQ0Yb8cFjF7qT0mYvR1p0aQb7q5E";

/// The name under which an account files.
pub fn account_of(login: &str) -> String {
    format!("login:{login}")
}

impl Centre {
    /// Who an account is, for the operator who acts in its name.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn identity(&self, login: &str) -> Result<Option<Identity>, CentreError> {
        self.identity_of(login)
    }

    /// Who an account is.
    pub(crate) fn identity_of(&self, login: &str) -> Result<Option<Identity>, CentreError> {
        Ok(self.inner.store.user(login)?.map(identity_of))
    }
}

fn identity_of(user: User) -> Identity {
    let User { login, name, role, participant, area, .. } = user;
    Identity { login, name, role, participant, area }
}
