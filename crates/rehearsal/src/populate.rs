//! Who is there before the first declaration: participants with their categories, money on accounts,
//! officers on shift, and one user for each role.

use centre::Centre;
use clearance::dossier::OPERATOR;
use clearance::{Officer, OfficerId};
use data_encoding::BASE32_NOPAD;
use declaration::{CountryCode, Kind, OfficeCode, TaxNumber};
use reference::Dated;
use risk::Lane;
use rust_decimal::Decimal;
use store::Role;

use crate::error::RehearsalError;
use crate::traders::Trader;

/// Who shall be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// The pack.
    pub jurisdiction: String,
    /// How many firms have a record and an account; the first ones of the population.
    pub traders: u32,
    /// The password of every user; none for one of its own for each.
    pub password: Option<String>,
    /// Whether there are users that log in. Password hashes take a tenth of a second each.
    pub users: bool,
}

/// A user that can log in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Login {
    /// What they may do.
    pub role: Role,
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
}

/// The officer that a person plays in a demonstration: nobody decides for this one.
pub const HUMAN_OFFICER: &str = "officer";
/// Officers that decide by themselves.
const OFFICERS: u32 = 9;
/// Firms stored with one sync.
const AT_ONCE: usize = 2_000;

/// Brings in participants, accounts, officers and users; returns who can log in.
///
/// # Errors
/// Where the pack is unknown or the store fails.
pub fn populate(centre: &Centre, population: &Population) -> Result<Vec<Login>, RehearsalError> {
    let world = centre.world();
    let unknown = || RehearsalError::Invalid(format!("there is no pack {}", population.jurisdiction));
    let pack = world.reference().pack(&population.jurisdiction).ok_or_else(unknown)?;
    let traders = (0..u64::from(population.traders)).filter_map(|index| Trader::at(index, pack.country));
    let traders: Vec<Trader> = traders.collect();
    enrol(centre, &population.jurisdiction, &traders)?;
    let offices = world.reference().offices(pack).into_iter().flat_map(Dated::rows);
    let centres = offices.filter_map(|office| office.value.centre);
    let mut centres: Vec<OfficeCode> = centres.collect();
    centres.sort_unstable();
    centres.dedup();
    for officer in officers(&centres) {
        centre.put_officer(&officer)?;
    }
    if population.users { users(centre, population, pack.country) } else { Ok(Vec::new()) }
}

/// Registers firms with the facts their category follows from, and credits their accounts.
///
/// # Errors
/// Where the pack is unknown or the store fails.
pub fn enrol(centre: &Centre, jurisdiction: &str, traders: &[Trader]) -> Result<(), RehearsalError> {
    let world = centre.world();
    let unknown = || RehearsalError::Invalid(format!("there is no pack {jurisdiction}"));
    let pack = world.reference().pack(jurisdiction).ok_or_else(unknown)?;
    for some in traders.chunks(AT_ONCE) {
        let row = |trader: &Trader| (trader.number, trader.name.clone(), trader.facts());
        let rows: Vec<_> = some.iter().map(row).collect();
        let enrolled = centre.enrol_participants(jurisdiction, OPERATOR, &rows);
        enrolled.map_err(|why| RehearsalError::Invalid(why.to_string()))?;
        let funds: Vec<(TaxNumber, Decimal)> =
            some.iter().map(|trader| (trader.number, trader.funds())).collect();
        centre.credit_many(&funds, pack.currency.as_str(), "Платёжное поручение (учебное)")?;
    }
    Ok(())
}

/// Officers of different competence: some for one office, some for imports or exports, few for every lane.
fn officers(centres: &[OfficeCode]) -> Vec<Officer> {
    let officer = |login: String, offices: Vec<OfficeCode>, kinds: Vec<Kind>, lane_max| Officer {
        id: OfficerId(login),
        offices,
        kinds,
        lane_max,
        on_shift: true,
        load: 0,
    };
    let mut officers = vec![officer(HUMAN_OFFICER.to_owned(), Vec::new(), Vec::new(), Lane::Red)];
    for nth in 1..=OFFICERS {
        let login = format!("inspector{nth}");
        let half = |first: bool| {
            let parts = centres.iter().enumerate().filter(|(place, _)| (place % 2 == 0) == first);
            parts.map(|(_, code)| *code).collect::<Vec<_>>()
        };
        officers.push(match nth % 4 {
            0 => officer(login, Vec::new(), Vec::new(), Lane::Red),
            1 => officer(login, half(true), Vec::new(), Lane::Yellow),
            2 => officer(login, half(false), vec![Kind::Import], Lane::Red),
            _ => officer(login, Vec::new(), vec![Kind::Export, Kind::Import], Lane::Yellow),
        });
    }
    officers
}

fn users(
    centre: &Centre,
    population: &Population,
    country: CountryCode,
) -> Result<Vec<Login>, RehearsalError> {
    let mut logins = Vec::new();
    let first = Trader::at(0, country);
    for role in Role::ALL {
        let login = if role == Role::Officer { HUMAN_OFFICER } else { role.as_str() };
        let password = match &population.password {
            Some(password) => password.clone(),
            None => password()?,
        };
        let participant = first.as_ref().filter(|_| role == Role::Declarant);
        let name = match (role, participant) {
            (_, Some(trader)) => trader.name.clone(),
            (Role::Declarant, None) => "Декларант".to_owned(),
            (Role::Officer, _) => "Инспектор на смене".to_owned(),
            (Role::Analyst, _) => "Аналитик управления рисками".to_owned(),
            (Role::RiskChief, _) => "Руководитель подразделения рисков".to_owned(),
            (Role::Duty, _) => "Дежурный по центру".to_owned(),
            (Role::Auditor, _) => "Аудитор".to_owned(),
            (Role::Administrator, _) => "Администратор".to_owned(),
        };
        centre.put_user(login, &name, role, &password, participant.map(|trader| trader.number))?;
        logins.push(Login { role, login: login.to_owned(), password });
    }
    Ok(logins)
}

/// A password nobody has chosen: 80 bits.
fn password() -> Result<String, RehearsalError> {
    use aws_lc_rs::rand::SecureRandom;
    let mut bytes = [0; 10];
    let none = |_| RehearsalError::Invalid("the system gives no randomness".to_owned());
    aws_lc_rs::rand::SystemRandom::new().fill(&mut bytes).map_err(none)?;
    Ok(BASE32_NOPAD.encode(&bytes).to_lowercase())
}
