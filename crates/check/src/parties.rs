//! Parties: names, addresses, and the numbers that identify them.

use declaration::{CountryCode, Kind, Party, TaxNumber};

use crate::control::Control;
use crate::numbers;
use crate::table::{CODE_106, Check, RULES, rows};

rows! {
    NAME = "GL-2201", Error, "2, 8, 9, 14, 50", CODE_106;
        "Не указано наименование лица", "The party's name is not stated";
        "Укажите наименование организации или фамилию и имя.", "State the organisation's name or the person's full name.";
    COUNTRY = "GL-2202", Error, "2, 8, 9, 14, 50", RULES;
        "Не указана страна лица", "The party's country is not stated";
        "Укажите код страны в адресе.", "State the country code in the address.";
    ADDRESS = "GL-2203", Warning, "2, 8, 9, 14, 50", RULES;
        "Не указан адрес лица", "The party's address is not stated";
        "Укажите населённый пункт, улицу и дом.", "State the town, the street and the house.";
    TAX_NUMBER = "GL-2204", Error, "8, 9, 2, 14", RULES;
        "У лица из страны … не указан номер налогоплательщика", "The party from … has no tax number";
        "Укажите номер налогоплательщика; физическому лицу достаточно документа, удостоверяющего личность.",
        "State the tax number; for a natural person an identity document will do.";
    INN = "GL-2205", Error, "2, 8, 9, 14, 50", "структура ИНН: 10 или 12 цифр, последние контрольные";
        "ИНН … не проходит проверку контрольных цифр", "The Russian tax number … fails its check digits";
        "Проверьте ИНН: у организации 10 цифр, у физического лица 12.",
        "Check the number: 10 digits for organisations, 12 for persons.";
    KPP = "GL-2206", Error, "2, 8, 9, 14, 50", "структура КПП: 9 знаков";
        "КПП … записан неверно", "The registration reason code … is malformed";
        "КПП состоит из 9 знаков: 4 цифры, 2 цифры или буквы, 3 цифры.",
        "It has 9 characters: 4 digits, 2 digits or letters, 3 digits.";
    OGRN = "GL-2207", Error, "2, 8, 9, 14, 50", "структура ОГРН и ОГРНИП: последняя цифра контрольная";
        "ОГРН … не проходит проверку контрольной цифры", "The state registration number … fails its check digit";
        "Проверьте номер: у организации 13 цифр, у предпринимателя 15.",
        "Check the number: 13 digits for organisations, 15 for sole traders.";
    BIN = "GL-2208", Error, "2, 8, 9, 14, 50", "структура БИН и ИИН: 12 цифр, последняя контрольная";
        "БИН или ИИН … не проходит проверку контрольной цифры", "The Kazakh number … fails its check digit";
        "Проверьте номер: в нём 12 цифр.", "Check the number: it has 12 digits.";
    UNP = "GL-2209", Error, "2, 8, 9, 14, 50", "структура УНП: 9 знаков, последний контрольный";
        "УНП … не проходит проверку контрольной цифры", "The Belarusian payer number … fails its check digit";
        "Проверьте номер: в нём 9 знаков.", "Check the number: it has 9 characters.";
    UNN = "GL-2210", Error, "2, 8, 9, 14, 50", "структура УНН: 8 цифр";
        "УНН … записан неверно", "The Armenian taxpayer number … is malformed";
        "УНН состоит из 8 цифр.", "It has 8 digits.";
    KG_INN = "GL-2211", Error, "2, 8, 9, 14, 50", "структура ИНН Кыргызской Республики: 14 цифр";
        "ИНН Кыргызстана … записан неверно", "The Kyrgyz tax number … is malformed";
        "ИНН состоит из 14 цифр.", "It has 14 digits.";
    NO_KPP = "GL-2212", Warning, "2, 8, 9, 14, 50", RULES;
        "У организации с ИНН … не указан КПП", "The organisation with tax number … has no registration reason code";
        "Укажите КПП через ИНН/КПП.", "State the code after the tax number.";
    NO_OGRN = "GL-2213", Warning, "14", RULES;
        "У декларанта с ИНН … не указан ОГРН", "The declarant with tax number … has no state registration number";
        "Укажите ОГРН организации или ОГРНИП предпринимателя.", "State the registration number.";
    INN_AND_OGRN = "GL-2214", Error, "2, 8, 9, 14, 50", "структура ИНН и ОГРН";
        "ИНН … и ОГРН … принадлежат лицам разного вида",
        "The tax number … and the registration number … belong to different kinds of persons";
        "ИНН из 10 цифр бывает с ОГРН из 13, ИНН из 12 цифр с ОГРНИП из 15: проверьте оба номера.",
        "10 digits go with 13, 12 digits with 15: check both numbers.";
    FOREIGN_NUMBER = "GL-2215", Warning, "2, 8, 9, 14, 50", RULES;
        "Номер … не того государства: страна лица …", "The number … is of another state: the party's country is …";
        "Проверьте страну лица и вид номера.", "Check the party's country and the kind of number.";
    ADDRESS_COUNTRY = "GL-2216", Warning, "2, 8, 9, 14, 50", RULES;
        "Страна в адресе (…) не совпадает со страной лица (…)",
        "The country of the address (…) is not that of the party (…)";
        "Приведите страну лица и страну адреса к одному коду.", "Make both countries the same.";
    DECLARANT_FOREIGN = "GL-2217", Warning, "14", "ТК ЕАЭС, статья 83";
        "Декларант из страны …, не входящей в союз", "The declarant is from …, outside the union";
        "Декларантом, как правило, является лицо государства-члена: проверьте графу 14 или приложите основание.",
        "As a rule the declarant is a person of a member state: check box 14 or state the ground.";
    SAME_PARTIES = "GL-2218", Hint, "8", "";
        "Отправитель и получатель — одно лицо: …", "Consignor and consignee are the same: …";
        "Проверьте графы 2 и 8, если товар не перемещается собственником.",
        "Check boxes 2 and 8 unless the owner moves own goods.";
    EMAIL = "GL-2219", Hint, "2, 8, 9, 14, 50", "";
        "Адрес электронной почты … записан неверно", "The e-mail address … is malformed";
        "Укажите адрес вида имя@домен.", "State an address such as name@domain.";
    IDENTITY_NUMBER = "GL-2220", Warning, "2, 8, 9, 14, 50", RULES;
        "Не указан номер документа, удостоверяющего личность", "The identity document has no number";
        "Укажите серию и номер документа.", "State the document's series and number.";
}

/// A party by the name of its field.
fn parties<'a>(control: &Control<'a>) -> [(&'static str, Option<&'a Party>); 7] {
    let declaration = control.declaration;
    [
        ("consignor", declaration.consignor.as_ref()),
        ("consignee", declaration.consignee.as_ref()),
        ("financial_party", declaration.financial_party.as_ref()),
        ("declarant", declaration.declarant.as_ref()),
        ("carrier", declaration.carrier.as_ref()),
        ("exporter", declaration.exporter.as_ref()),
        ("importer", declaration.importer.as_ref()),
    ]
}

pub(crate) fn check(control: &mut Control<'_>) {
    for (field, party) in parties(control) {
        let Some(party) = party else { continue };
        // «См. графу 14»: everything is stated there.
        if party.same_as_declarant == Some(true) && field != "declarant" {
            continue;
        }
        identity(control, field, party);
        address(control, field, party);
        registered_numbers(control, field, party);
        national_numbers(control, field, party);
    }
    together(control);
}

fn identity(control: &mut Control<'_>, field: &str, party: &Party) {
    // Who has such a number is in the register of the customs services, with name and address.
    if party.display_name().is_none() && party.eori.is_none() {
        control.find(&NAME, format!("{field}/name"), &[]);
    }
    for (nth, email) in party.emails.iter().enumerate() {
        let well_formed = email
            .as_str()
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.') && !domain.contains('@'));
        if !well_formed {
            control.find(&EMAIL, format!("{field}/emails/{}", nth + 1), &[&email.as_str()]);
        }
    }
    if party.identity_card.as_ref().is_some_and(|card| card.number.is_none()) {
        control.find(&IDENTITY_NUMBER, format!("{field}/identity_card/number"), &[]);
    }
}

fn address(control: &mut Control<'_>, field: &str, party: &Party) {
    let Some(country) = party.country() else {
        if party.eori.is_none() {
            control.find(&COUNTRY, format!("{field}/country"), &[]);
        }
        return;
    };
    let located = party.address.iter().any(|address| {
        address.text.is_some()
            || address.city.is_some()
            || address.town.is_some()
            || address.street_house.is_some()
    });
    if !located && party.eori.is_none() {
        control.find(&ADDRESS, format!("{field}/address"), &[]);
    }
    for (nth, address) in party.address.iter().enumerate() {
        if let (Some(stated), Some(of_address)) = (party.country, address.country)
            && stated != of_address
        {
            let path = format!("{field}/address/{}/country", nth + 1);
            control.find(&ADDRESS_COUNTRY, path, &[&of_address, &stated]);
        }
    }
    if field == "declarant" && !control.is_transit() && !control.is_member(country) {
        control.find(&DECLARANT_FOREIGN, "declarant/country", &[&country]);
    }
}

/// A kind of registered number: its field, the number, the state that gives it, its proof.
type Registered = (&'static str, Option<TaxNumber>, &'static str, fn(&str) -> bool, &'static Check);

/// Check digits and forms, and whether the number is of the party's own state.
fn registered_numbers(control: &mut Control<'_>, field: &str, party: &Party) {
    let numbers: [Registered; 8] = [
        ("ogrn", party.ogrn, "RU", numbers::is_ogrn, &OGRN),
        ("inn", party.inn, "RU", numbers::is_inn, &INN),
        ("kpp", party.kpp, "RU", numbers::is_kpp, &KPP),
        ("bin", party.bin, "KZ", numbers::is_bin, &BIN),
        ("iin", party.iin, "KZ", numbers::is_bin, &BIN),
        ("unp", party.unp, "BY", numbers::is_unp, &UNP),
        ("unn", party.unn, "AM", numbers::is_unn, &UNN),
        ("kg_inn", party.kg_inn, "KG", numbers::is_kg_inn, &KG_INN),
    ];
    for (name, number, state, proves, check) in numbers {
        let Some(number) = number else { continue };
        if !proves(number.as_str()) {
            control.find(check, format!("{field}/{name}"), &[&number]);
        }
        if let Some(country) = party.country()
            && country != state
        {
            control.find(&FOREIGN_NUMBER, format!("{field}/{name}"), &[&number, &country]);
        }
    }
    if let (Some(inn), Some(ogrn)) = (party.inn, party.ogrn) {
        let organisation = inn.as_str().len() == 10;
        if organisation != (ogrn.as_str().len() == 13) {
            control.find(&INN_AND_OGRN, format!("{field}/ogrn"), &[&inn, &ogrn]);
        }
    }
}

/// What a party of the customs service's own country must state about itself.
fn national_numbers(control: &mut Control<'_>, field: &str, party: &Party) {
    let Some(country) = party.country() else { return };
    if country != control.pack.country || control.is_transit() {
        return;
    }
    let answers = match field {
        "declarant" | "financial_party" => true,
        "consignee" | "importer" => control.kind == Some(Kind::Import),
        "consignor" | "exporter" => control.kind == Some(Kind::Export),
        _ => false,
    };
    let person = party.identity_card.is_some() || party.person_number.is_some();
    if answers && !person && party.tax_number().is_none() {
        control.find(&TAX_NUMBER, field, &[&country]);
    }
    let Some(inn) = party.inn else { return };
    if inn.as_str().len() == 10 && party.kpp.is_none() {
        control.find(&NO_KPP, format!("{field}/kpp"), &[&inn]);
    }
    if field == "declarant" && party.ogrn.is_none() && !person {
        control.find(&NO_OGRN, "declarant/ogrn", &[&inn]);
    }
}

/// What two parties say together.
fn together(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let (Some(consignor), Some(consignee)) = (&declaration.consignor, &declaration.consignee) else { return };
    if consignor.same_as_declarant == Some(true) || consignee.same_as_declarant == Some(true) {
        return;
    }
    let (Some(from), Some(to)) = (consignor.display_name(), consignee.display_name()) else { return };
    if from == to && countries_agree(consignor.country(), consignee.country()) {
        control.find(&SAME_PARTIES, "consignee/name", &[&to]);
    }
}

/// Namesakes in two countries are two parties.
fn countries_agree(one: Option<CountryCode>, other: Option<CountryCode>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
