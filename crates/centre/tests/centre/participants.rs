//! The electronic file of a participant: what is on file of declared marks, and who is linked by them.

use clearance::State;
use clearance::links::MarkKind;
use declaration::{Declaration, Leaf, Representative, Signatory, TaxNumber};
use greenlane_centre::{ParticipantAsk, ParticipantFile, Scope};
use wire::{Completion, Target};

use crate::{Bureau, TRADE};

/// The first declaration of each of some traders: they differ in everything that links.
fn of_different_traders(count: usize) -> Vec<(TaxNumber, Declaration)> {
    let mut found: Vec<(TaxNumber, Declaration)> = Vec::new();
    for nth in 0..1_000 {
        let made = TRADE.at(nth).unwrap();
        if found.iter().all(|(number, _)| *number != made.declarant) {
            let mut declaration = made.declaration;
            declaration.representative = None;
            found.push((made.declarant, declaration));
        }
        if found.len() == count {
            break;
        }
    }
    assert_eq!(found.len(), count);
    found
}

fn leaf<T: Leaf>(text: &str) -> Option<T> {
    T::parse(text).ok()
}

fn signed(declaration: &mut Declaration, phone: &str, (surname, name, middle): (&str, &str, &str)) {
    declaration.signatory = Some(Signatory {
        surname: leaf(surname),
        name: leaf(name),
        middle_name: leaf(middle),
        phone: leaf(phone),
        signed_on: declaration.created_at.map(|at| at.date()),
        ..Signatory::default()
    });
}

fn file(bureau: &Bureau, declaration: &Declaration) -> clearance::Case {
    let document_id = declaration.document_id.as_ref().unwrap().as_str().to_owned();
    let written_at = declaration.created_at.unwrap();
    let completion = Completion { document_id, written_at };
    let outcome = bureau.file(wire::write(declaration, Target::Album523, &completion).unwrap());
    assert_ne!(outcome.case.state, State::RegistrationRefused, "{:?}", outcome.findings);
    outcome.case
}

fn file_of(bureau: &Bureau, number: &TaxNumber, scope: Scope) -> ParticipantFile {
    bureau.centre.participant_file(number, scope).unwrap().unwrap()
}

#[test]
fn firms_of_one_telephone_and_one_signatory_are_linked_and_no_others() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let mut firms = of_different_traders(4);
    let person = ("Условнов", "Пример", "Образцович");
    signed(&mut firms[0].1, "+7 (495) 123-04-05", person);
    signed(&mut firms[1].1, "8 495 1230405 доб. 7", ("УСЛОВНОВ", "ПРИМЕР", "ОБРАЗЦОВИЧ"));
    // What names nobody: a telephone of zeroes, a name of two words.
    signed(&mut firms[2].1, "000-00-00", ("Условнов", "Пример", ""));
    signed(&mut firms[3].1, "000-00-00", ("Условнов", "Пример", ""));
    let cases: Vec<_> = firms.iter().map(|(_, declaration)| file(&bureau, declaration)).collect();
    let [first, second, third, _] = [0, 1, 2, 3].map(|nth: usize| firms[nth].0);

    let known = file_of(&bureau, &first, Scope::EVERYTHING);
    let links = known.links.unwrap();
    assert_eq!(links.iter().map(|link| link.number).collect::<Vec<_>>(), [second]);
    let kinds: Vec<MarkKind> = links[0].shared.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [MarkKind::Phone, MarkKind::Signatory]);
    assert_eq!(links[0].points, 50);
    assert_eq!(links[0].shared[0].text, "+7 (495) 123-04-05", "as this one wrote it");
    assert_eq!(links[0].name, cases[1].declarant);
    assert!(known.declared.iter().any(|one| one.kind == MarkKind::Name && one.case == cases[0].id));
    assert_eq!(file_of(&bureau, &third, Scope::EVERYTHING).links, Some(Vec::new()));

    // Whoever may not see them is not told, and nobody knows whom nobody knows.
    let own = Scope { looks: false, links: false, money: false };
    let own = file_of(&bureau, &first, own);
    assert_eq!((own.links, own.common, own.looks.is_none(), own.money.is_none()), (None, None, true, true));
    assert!(own.history.is_none());
    assert!(
        bureau.centre.participant_file(&"7799999999".parse().unwrap(), Scope::EVERYTHING).unwrap().is_none()
    );

    // Found by the telephone however it is written, and by the name.
    let numbers = |text: &str| -> Vec<TaxNumber> {
        let ask = ParticipantAsk { text: text.to_owned(), limit: 10, ..ParticipantAsk::default() };
        bureau.centre.participants(&ask).unwrap().0.into_iter().map(|row| row.number).collect()
    };
    let mut both = [first, second];
    both.sort();
    assert_eq!(numbers("+7 495 1230405"), both);
    assert_eq!(numbers("84951230405"), both);
    assert!(numbers(&cases[2].declarant.to_uppercase()).contains(&third));
    assert_eq!(numbers(third.as_str()), [third]);
    assert!(numbers("nobody of this name").is_empty());
    bureau.replays_without_a_difference();
}

#[test]
fn a_mark_is_written_once_a_month_and_made_again_from_the_cases() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let (number, declaration) = of_different_traders(1).remove(0);
    let first = file(&bureau, &declaration);
    let marks = bureau.centre.store().marks_of(&number, 10).unwrap();
    assert!(!marks.is_empty() && marks.iter().all(|mark| mark.first == first.id && mark.last == first.id));
    let mut again = declaration.clone();
    again.document_id = leaf("00000000-0000-4000-8000-000000000001");
    let later = file(&bureau, &again);
    assert_ne!(later.id, first.id);
    assert_eq!(bureau.centre.store().marks_of(&number, 10).unwrap(), marks, "known for the month");
    // After a restart nothing is remembered, and what is there is kept.
    let bureau = bureau.reopen();
    again.document_id = leaf("00000000-0000-4000-8000-000000000002");
    let last = file(&bureau, &again);
    let grown = bureau.centre.store().marks_of(&number, 10).unwrap();
    assert_eq!(grown.len(), marks.len());
    assert!(grown.iter().all(|mark| mark.first == first.id && mark.last == last.id));

    let (cases, written) = bureau.centre.link_participants().unwrap();
    assert_eq!((cases, written), (3, marks.len() as u64));
    assert_eq!(bureau.centre.store().marks_of(&number, 10).unwrap(), grown, "made again, they are the same");
}

#[test]
fn a_representative_of_very_many_links_nobody() {
    let bureau = Bureau::open();
    bureau.officer("tern");
    let mut firms = of_different_traders(2);
    for (_, declaration) in &mut firms {
        declaration.representative = Some(Representative {
            registry_number: leaf("0123/00"),
            contract_number: leaf("ТП-7"),
            contract_date: declaration.created_at.map(|at| at.date()),
            ..Representative::default()
        });
        // The representative's own clerk.
        let person = ("Условнов", "Пример", "Образцович");
        let day = declaration.created_at.map(|at| at.date());
        signed(declaration, "+7 495 1230405", person);
        if let Some(signatory) = &mut declaration.signatory {
            signatory.signed_on = day;
        }
        file(&bureau, declaration);
    }
    let links = file_of(&bureau, &firms[0].0, Scope::EVERYTHING).links.unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].shared.len(), 1, "not by the clerk: {links:?}");
    assert_eq!((links[0].shared[0].kind, links[0].points), (MarkKind::Representative, 6));

    // Fifty others with the same representative.
    let mark = bureau.centre.store().marks_of(&firms[0].0, 10).unwrap();
    let mark = *mark.iter().find(|mark| mark.kind == MarkKind::Representative).unwrap();
    let many: Vec<store::ParticipantMark> = (0..50)
        .map(|nth| store::ParticipantMark { number: format!("78{nth:08}").parse().unwrap(), ..mark })
        .collect();
    bureau.centre.store().transact(&mut |tx| tx.put_marks(&many)).unwrap();
    let known = file_of(&bureau, &firms[0].0, Scope::EVERYTHING);
    assert_eq!(known.links, Some(Vec::new()));
    let common = known.common.unwrap();
    assert_eq!(
        common.iter().map(|one| (one.kind, one.text.as_str())).collect::<Vec<_>>(),
        [(MarkKind::Representative, "0123/00")]
    );
}
