//! What kinds of document are called, for people.

use declaration::Text;

/// Stable name, in Russian, in English.
const TITLES: &[(&str, &str, &str)] = &[
    ("declaration", "Декларация", "Declaration"),
    ("correction", "Корректировка декларации", "Correction of a declaration"),
    ("change_request", "Обращение об изменении декларации", "Request to change a declaration"),
    ("change_decision", "Решение об изменении декларации", "Decision on a change"),
    ("withdrawal", "Обращение об отзыве декларации", "Request to withdraw a declaration"),
    ("customs_value", "Декларация таможенной стоимости", "Customs value declaration"),
    ("eec_value", "Декларация таможенной стоимости (R.038)", "Customs value declaration (R.038)"),
    ("eec_goods", "Декларация на товары (R.055)", "Declaration on goods (R.055)"),
    ("eec_transit", "Транзитная декларация (R.048)", "Declaration for transit (R.048)"),
    ("parcels", "Реестр экспресс-грузов", "Register of express parcels"),
    ("preliminary_road", "Предварительная информация, автотранспорт", "Preliminary information, road"),
    ("preliminary_air", "Предварительная информация, авиатранспорт", "Preliminary information, air"),
    ("preliminary_rail", "Предварительная информация, железная дорога", "Preliminary information, rail"),
    ("preliminary_sea", "Предварительная информация, водный транспорт", "Preliminary information, sea"),
    ("container", "Пакет документов", "Package of documents"),
    ("inventory", "Опись документов", "List of documents"),
    ("registered", "Уведомление о регистрации", "Notice of registration"),
    ("errors", "Результат контроля: ошибки", "Result of the control: errors"),
    ("decision", "Решение по декларации", "Decision on a declaration"),
    ("papers_wanted", "Требование документов на бумаге", "Request for documents on paper"),
    ("documents_wanted", "Запрос документов", "Request for documents"),
    ("examination_start", "Начало досмотра", "Beginning of the examination"),
    ("examination_finish", "Окончание досмотра", "End of the examination"),
    ("instruction", "Решение должностного лица", "Decision of an official"),
    ("transit_arrival", "Уведомление о прибытии транзита", "Notice of the arrival of a transit"),
    ("wco_message", "Сообщение модели данных ВТамО", "Message of the WCO data model"),
    ("wco_declaration", "Декларация модели данных ВТамО", "Declaration of the WCO data model"),
    ("wco_response", "Ответ модели данных ВТамО", "Response of the WCO data model"),
];

/// What a kind of document is called; an unknown one is called by its name.
pub fn kind_title(kind: &str) -> Text {
    match TITLES.iter().find(|(name, ..)| *name == kind) {
        Some((_, ru, en)) => Text::new(*ru, *en),
        None => Text::new(kind.to_owned(), kind.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_kind_has_a_title() {
        for (kind, ..) in crate::kinds() {
            assert!(super::TITLES.iter().any(|(name, ..)| *name == kind), "{kind}");
        }
    }
}
