//! Powers of attorney, from the sealed document to the decision that rests on it.

use clearance::power::{Named, Person, Power, PowerAct, PowerNumber, Revocation, ValueLimit};
use declaration::TaxNumber;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rehearsal::Generated;
use seal::{Algorithm, Authority, Credential};
use store::PowerFilter;

use super::*;
use crate::forms::{Correction, between, withdrawal};

const BROKER: &str = "7800000015";
const CLERK: &str = "7800000099";

/// An office that trusts an authority, and the authority.
struct Trusting {
    bureau: Bureau,
    authority: Authority,
}

fn credential(authority: &Authority, name: &str, number: Option<&str>) -> Credential {
    let (now, year) = (Timestamp::now(), SignedDuration::from_hours(24 * 365));
    authority.issue(name, None, number, Algorithm::EcdsaP256Sha256, (now - year, now + year)).unwrap()
}

impl Trusting {
    fn open() -> Self {
        let authority = Authority::generate("Test authority").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(dir.path()).unwrap());
        let anchors_pem = authority.certificate_pem();
        let centre =
            Centre::open(store, Options { housekeeping: false, anchors_pem, ..Options::default() }).unwrap();
        for (jurisdiction, pack) in PACKS {
            let (kind, content) = (DatasetKind::Pack, nothing_by_chance(pack).into_bytes());
            let (jurisdiction, source) = (jurisdiction.to_owned(), "pack.toml".to_owned());
            centre.import(Dataset::new(kind, jurisdiction, source, content)).unwrap();
        }
        Self { bureau: Bureau { centre, dir }, authority }
    }

    fn seal(&self, number: &str, bytes: &[u8]) -> Vec<u8> {
        let own = credential(&self.authority, &format!("Подписант {number}"), Some(number));
        seal::seal(bytes, &own).unwrap().to_text().into_bytes()
    }

    /// Files a declaration under somebody's seal.
    fn file(&self, number: &str, xml: &str) -> Outcome {
        let seal = Some(self.seal(number, xml.as_bytes()));
        let (account, standing) = (centre::NOBODY.to_owned(), Standing::Unknown);
        self.bureau.centre.submit(Submission { bytes: xml.into(), seal, account, standing }).unwrap()
    }

    fn paper(&self, number: &str, xml: &str) -> Result<PaperOutcome, SubmitError> {
        let seal = Some(self.seal(number, xml.as_bytes()));
        let (account, standing) = (centre::NOBODY.to_owned(), Standing::Unknown);
        self.bureau.centre.file_paper(Submission { bytes: xml.into(), seal, account, standing })
    }

    fn try_power(&self, sealed_by: &str, power: &Power) -> Result<centre::PowerOutcome, SubmitError> {
        let text = power.to_text();
        let seal = self.seal(sealed_by, text.as_bytes());
        self.bureau.centre.file_power(text.as_bytes(), Some(&seal), "local")
    }

    /// Files a power under its principal's seal.
    fn power(&self, power: &Power) -> centre::PowerOutcome {
        self.try_power(power.principal.tax_number.as_str(), power).unwrap()
    }

    fn revoke(&self, sealed_by: &str, number: &PowerNumber) -> Result<centre::PowerOutcome, SubmitError> {
        let text = Revocation::new(number.clone(), "договор расторгнут").unwrap().to_text();
        let seal = self.seal(sealed_by, text.as_bytes());
        self.bureau.centre.revoke_power(text.as_bytes(), Some(&seal), "local")
    }
}

fn person(name: &str, number: &str) -> Person {
    Person { name: name.parse().unwrap(), tax_number: number.parse().unwrap() }
}

fn power(called: &str, from: &str, to: &str) -> Power {
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    Power {
        number: called.parse().unwrap(),
        principal: person("ООО «Доверитель»", from),
        attorney: person("ООО «Брокер»", to),
        acts: PowerAct::ALL.into(),
        procedures: Named::All,
        offices: Named::All,
        value_limit: None,
        valid_from: today.checked_sub(30.days()).unwrap(),
        valid_to: today.checked_add(30.days()).unwrap(),
        may_delegate: false,
        delegates: None,
    }
}

/// A declaration with something to pay, and the number of its declarant.
fn trade(nth: u32) -> (Generated, String) {
    let generated = TRADE.at(u64::from(payable(nth))).unwrap();
    let declarant = generated.declarant.to_string();
    (generated, declarant)
}

fn errors(outcome: &Outcome) -> Vec<&str> {
    let errors = outcome.findings.iter().filter(|finding| finding.severity == declaration::Severity::Error);
    errors.map(|finding| finding.code.as_ref()).collect()
}

fn faults(refused: Result<impl std::fmt::Debug, SubmitError>) -> Vec<String> {
    match refused.unwrap_err() {
        SubmitError::Faulty { findings, .. } => {
            for finding in &findings {
                assert!(finding.text.ru.ends_with('.') && finding.text.en.ends_with('.'), "{finding:?}");
            }
            findings.into_iter().map(|finding| finding.code.into_owned()).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn today() -> jiff::civil::Date {
    Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[test]
fn who_has_a_power_speaks_for_the_declarant() {
    let house = Trusting::open();
    let (goods, declarant) = trade(1);
    let payer: TaxNumber = declarant.parse().unwrap();
    house.bureau.centre.credit(payer, "RUB", Decimal::from(900_000_000), "PP 1").unwrap();

    // Nothing shows that the broker may: refused, with who signed, for whom, and the cure.
    let refused = house.file(BROKER, &goods.xml);
    assert_eq!((refused.case.state, errors(&refused)), (State::RegistrationRefused, vec!["GL-3031"]));
    let text = &refused.findings.iter().find(|finding| finding.code == "GL-3031").unwrap().text;
    for said in [BROKER, &declarant] {
        assert!(text.ru.contains(said) && text.en.contains(said), "{text:?}");
    }

    // The power cures it without a byte of the declaration being changed.
    let filed = house.power(&power("p-1", &declarant, BROKER));
    assert!(!filed.repeated);
    let outcome = house.file(BROKER, &goods.xml);
    assert_eq!(outcome.case.state, State::Released, "{:?}", outcome.findings);
    assert!(!outcome.repeated && outcome.case.id != refused.case.id);
    assert!(house.file(BROKER, &goods.xml).repeated);
    house.bureau.balance_sums_are_zero();

    let view = house.bureau.centre.view(outcome.case.id).unwrap();
    let shown = view.filing.power.as_deref().unwrap();
    let held = shown.power.as_deref().unwrap();
    assert_eq!(held.power, filed.view.power);
    assert_eq!(held.sha256, filed.view.stored.sha256.to_string());

    // What becomes of the power later changes nothing of what was decided.
    house.revoke(&declarant, &held.power.number).unwrap();
    house.bureau.replays_without_a_difference();
    house.bureau.is_proven(outcome.case.id);
    let (other, _) = (2..).map(trade).find(|(_, number)| *number == declarant).unwrap();
    assert_eq!(errors(&house.file(BROKER, &other.xml)), ["GL-3034"]);
    let again = house.file(BROKER, &goods.xml);
    assert_eq!((again.repeated, again.case.id, again.case.state), (true, outcome.case.id, State::Released));

    // Whoever declares for itself needs no power, and the seal of nobody in particular is looked at.
    assert_eq!(house.file(&declarant, &other.xml).case.state, State::Released);
    let (third, _) = trade(20);
    let nobody = credential(&house.authority, "Без номера", None);
    let seal = Some(seal::seal(third.xml.as_bytes(), &nobody).unwrap().to_text().into_bytes());
    let (account, standing) = (centre::NOBODY.to_owned(), Standing::Unknown);
    let bytes = third.xml.into_bytes();
    let looked_at = house.bureau.centre.submit(Submission { bytes, seal, account, standing }).unwrap();
    assert_eq!(looked_at.case.state, State::UnderControl);
    house.bureau.replays_without_a_difference();
}

#[test]
fn what_a_power_does_not_allow_is_refused_by_its_reason() {
    let house = Trusting::open();
    type Change = fn(&mut Power);
    let rows: [(Change, &str); 6] = [
        (|power| power.valid_from = today().checked_add(2.days()).unwrap(), "GL-3032"),
        (|power| power.acts = [PowerAct::Correct].into(), "GL-3036"),
        (|power| power.procedures = Named::Only(["77".parse().unwrap()].into()), "GL-3037"),
        (|power| power.offices = Named::Only(["10999999".parse().unwrap()].into()), "GL-3038"),
        (
            |power| {
                let (amount, currency) = ("0.01".parse().unwrap(), "RUB".parse().unwrap());
                power.value_limit = Some(ValueLimit { amount, currency });
            },
            "GL-3039",
        ),
        (
            |power| {
                let (amount, currency) = ("9000000000".parse().unwrap(), "EUR".parse().unwrap());
                power.value_limit = Some(ValueLimit { amount, currency });
            },
            "GL-3039",
        ),
    ];
    for (nth, (change, code)) in (0_u32..).zip(rows) {
        let (goods, declarant) = trade(nth * 3 + 1);
        let broker = format!("78000001{nth:02}");
        let mut given = power(&format!("p-{nth}"), &declarant, &broker);
        change(&mut given);
        house.power(&given);
        let outcome = house.file(&broker, &goods.xml);
        assert_eq!((outcome.case.state, errors(&outcome)), (State::RegistrationRefused, vec![code]));
        assert!(house.file(&broker, &goods.xml).repeated, "the same refusal is one case");
    }
    house.bureau.replays_without_a_difference();
}

#[test]
fn a_power_is_passed_on_once() {
    let house = Trusting::open();
    let (goods, declarant) = trade(1);
    let given = Power { may_delegate: true, ..power("given", &declarant, BROKER) };
    let passed_on = Power { delegates: Some(given.number.clone()), ..power("passed-on", BROKER, CLERK) };
    assert_eq!(faults(house.try_power(BROKER, &passed_on)), ["GL-3046"], "there is nothing to pass on yet");
    house.power(&given);
    let wider = Power { valid_to: given.valid_to.tomorrow().unwrap(), ..passed_on.clone() };
    assert_eq!(faults(house.try_power(BROKER, &wider)), ["GL-3046"]);
    let stolen = Power { principal: person("Чужой", "7800000077"), ..passed_on.clone() };
    assert_eq!(faults(house.try_power("7800000077", &stolen)), ["GL-3046"]);
    house.power(&passed_on);
    let again = Power { delegates: Some(passed_on.number.clone()), ..power("again", CLERK, "7800000088") };
    assert_eq!(faults(house.try_power(CLERK, &again)), ["GL-3046"]);
    let closed = power("closed", &declarant, "7800000044");
    house.power(&closed);
    let from_closed =
        Power { delegates: Some(closed.number.clone()), ..power("from-closed", "7800000044", CLERK) };
    assert_eq!(faults(house.try_power("7800000044", &from_closed)), ["GL-3046"]);

    let outcome = house.file(CLERK, &goods.xml);
    assert!(outcome.case.number.is_some(), "{:?}", outcome.findings);
    let view = house.bureau.centre.view(outcome.case.id).unwrap();
    let held = view.filing.power.unwrap().power.unwrap();
    assert_eq!(
        held.chain().map(|held| held.power.number.as_str()).collect::<Vec<_>>(),
        ["passed-on", "given"]
    );

    // The declarant ends what was passed on of its own; the broker's power goes on.
    assert_eq!(faults(house.revoke("7800000077", &passed_on.number)), ["GL-3048"]);
    house.revoke(&declarant, &passed_on.number).unwrap();
    let (next, _) = (2..).map(trade).find(|(_, number)| *number == declarant).unwrap();
    assert_eq!(errors(&house.file(CLERK, &next.xml)), ["GL-3034"]);
    assert!(house.file(BROKER, &next.xml).case.number.is_some());
    house.bureau.replays_without_a_difference();
}

#[test]
fn filing_a_power_says_what_is_wrong_with_it() {
    let house = Trusting::open();
    let centre = &house.bureau.centre;
    let given = power("p-1", "7700000016", BROKER);
    let text = given.to_text();
    assert_eq!(faults(centre.file_power(b"{}", None, "local")), ["GL-3041"]);
    assert_eq!(faults(centre.file_power(text.as_bytes(), None, "local")), ["GL-3042"]);
    let nobody = credential(&house.authority, "Без номера", None);
    let numberless = seal::seal(text.as_bytes(), &nobody).unwrap().to_text().into_bytes();
    assert_eq!(faults(centre.file_power(text.as_bytes(), Some(&numberless), "local")), ["GL-3042"]);
    assert_eq!(faults(house.try_power(BROKER, &given)), ["GL-3043"], "the attorney gives itself nothing");
    let forged = house.seal("7700000016", b"something else");
    let refused = centre.file_power(text.as_bytes(), Some(&forged), "local").unwrap_err();
    assert_eq!(refused.code(), "GL-3013");

    assert!(!house.power(&given).repeated);
    assert!(house.power(&given).repeated);
    let other = Power { may_delegate: true, ..given.clone() };
    assert_eq!(faults(house.try_power("7700000016", &other)), ["GL-3044"]);
    let mut over = power("p-2", "7700000016", BROKER);
    over.valid_to = today().checked_sub(2.days()).unwrap();
    assert_eq!(faults(house.try_power("7700000016", &over)), ["GL-3045"]);

    assert_eq!(faults(house.revoke("7700000016", &"p-9".parse().unwrap())), ["GL-3047"]);
    assert_eq!(faults(house.revoke(BROKER, &given.number)), ["GL-3048"], "nor does it take itself off");
    let revoked = house.revoke("7700000016", &given.number).unwrap();
    assert!(!revoked.repeated && revoked.view.stored.revoked_at.is_some());
    assert_eq!(revoked.view.revocation.as_ref().unwrap().reason, "договор расторгнут");
    let again = house.revoke("7700000016", &given.number).unwrap();
    assert!(again.repeated);
    assert_eq!(again.view, revoked.view);
    assert_eq!(centre.power(&given.number).unwrap(), Some(revoked.view));
    assert_eq!(centre.power(&"p-9".parse().unwrap()).unwrap(), None);
    let attorney = Some(BROKER.parse().unwrap());
    let listed = centre.powers(&PowerFilter { attorney, limit: 10, ..PowerFilter::default() }).unwrap();
    assert_eq!(listed.len(), 1);
    house.bureau.replays_without_a_difference();
}

#[test]
fn an_account_with_a_power_needs_no_official() {
    let house = Trusting::open();
    let (goods, declarant) = trade(1);
    let standing = Standing::Participant(BROKER.parse().unwrap());
    let file = |xml: &str, account: &str| {
        let (bytes, account) = (xml.as_bytes().to_vec(), account.to_owned());
        house.bureau.centre.submit(Submission { bytes, seal: None, account, standing }).unwrap()
    };
    let looked_at = file(&goods.xml, "login:broker");
    let state = looked_at.case.state;
    assert_eq!(state, State::UnderControl, "without a power an official looks, as ever");
    let payer: TaxNumber = declarant.parse().unwrap();
    house.bureau.centre.credit(payer, "RUB", Decimal::from(900_000_000), "PP 1").unwrap();
    house.power(&power("p-1", &declarant, BROKER));
    let (next, _) = (2..).map(trade).find(|(_, number)| *number == declarant).unwrap();
    let released = file(&next.xml, "login:broker");
    assert_eq!(released.case.state, State::Released, "{:?}", released.findings);
    house.bureau.replays_without_a_difference();
}

#[test]
fn corrections_and_withdrawals_need_their_acts() {
    let house = Trusting::open();
    house.bureau.centre.add_profile(EVERYTHING).unwrap();
    let (goods, declarant) = trade(1);
    let filed = house.file(&declarant, &goods.xml);
    assert_eq!(filed.case.state, State::UnderControl, "{:?}", filed.findings);
    let number = filed.case.number.unwrap();
    let declared: Decimal = between(&goods.xml, "<catESAD_cu:GrossWeightQuantity>", "<").parse().unwrap();
    let mass = declared + Decimal::ONE;
    let of = goods.xml.as_str();
    let heavier = format!("<catESAD_cu:GrossWeightQuantity>{mass}</catESAD_cu:GrossWeightQuantity>");
    let (totals, beside) = (String::new(), String::new());
    let correction = Correction { of, number, totals, goods: heavier, beside }.text(1);
    let withdrawal = withdrawal(2, number, "ошибка");

    // Who has nothing to do with the declarant learns nothing of its case.
    assert_eq!(faults(house.paper(BROKER, &correction)), ["GL-6101"]);
    assert_eq!(faults(house.paper(BROKER, &withdrawal)), ["GL-6101"]);
    house.power(&Power { acts: [PowerAct::File].into(), ..power("files", &declarant, BROKER) });
    assert_eq!(faults(house.paper(BROKER, &correction)), ["GL-3036"]);
    assert_eq!(faults(house.paper(BROKER, &withdrawal)), ["GL-3036"]);
    house.power(&Power { acts: [PowerAct::Correct].into(), ..power("corrects", &declarant, BROKER) });
    let corrected = house.paper(BROKER, &correction).unwrap();
    assert_eq!(corrected.case.unwrap().version, 2, "{:?}", corrected.findings);
    assert_eq!(faults(house.paper(BROKER, &withdrawal)), ["GL-3036"]);
    house.power(&Power { acts: [PowerAct::Withdraw].into(), ..power("withdraws", &declarant, BROKER) });
    let withdrawn = house.paper(BROKER, &withdrawal).unwrap();
    assert_eq!(withdrawn.case.unwrap().state, State::Withdrawn);
    let steps = house.bureau.centre.view(filed.case.id).unwrap().steps;
    let by = steps.iter().find_map(|(_, record)| match &record.input {
        Input::Withdraw { power, .. } => {
            power.as_ref()?.power.as_ref().map(|held| held.power.number.to_string())
        }
        _ => None,
    });
    assert_eq!(by.as_deref(), Some("withdraws"));
    house.bureau.replays_without_a_difference();
}
