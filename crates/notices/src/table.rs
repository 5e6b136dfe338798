//! The one table: for each event and each act, who may see it and which document tells of it.

use crate::album::Decision;
use crate::wco::Function;

/// Who may see a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Whoever filed the declaration and the declarant.
    Declarant,
    /// These, and the payer: it is about the payer's money.
    DeclarantAndPayer,
    /// Nobody outside the service: it would show what is looked for, or how work is shared out.
    Nobody,
}

impl Audience {
    /// `declarant`, `declarant_and_payer` or `nobody`.
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Declarant => "declarant",
            Audience::DeclarantAndPayer => "declarant_and_payer",
            Audience::Nobody => "nobody",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name of the event or act, and the kind of the notice.
    pub name: &'static str,
    /// What it says, in Russian.
    pub ru: &'static str,
    /// What it says, in English.
    pub en: &'static str,
    /// Who may see it.
    pub audience: Audience,
    /// The kind of paper of the album of formats, empty where there is none.
    pub album: &'static str,
    /// The decisions that paper may carry.
    pub decisions: &'static [Decision],
    /// The function of the response of the WCO's data model.
    pub wco: Option<Function>,
}

impl Row {
    /// The type of the CloudEvents envelope: `greenlane.case.registered`.
    pub fn cloud_event_type(&self) -> String {
        format!("greenlane.case.{}", self.name)
    }
}

const fn told(name: &'static str, ru: &'static str, en: &'static str) -> Row {
    Row { name, ru, en, audience: Audience::Declarant, album: "", decisions: &[], wco: None }
}

impl Row {
    const fn to_payer(self) -> Self {
        Self { audience: Audience::DeclarantAndPayer, ..self }
    }
    const fn withheld(self) -> Self {
        Self { audience: Audience::Nobody, ..self }
    }
    const fn album(self, album: &'static str) -> Self {
        Self { album, ..self }
    }
    const fn decided(self, decisions: &'static [Decision]) -> Self {
        Self { album: "decision", decisions, ..self }
    }
    const fn wco(self, function: Function) -> Self {
        Self { wco: Some(function), ..self }
    }
}

/// The row of an event or act. What has none is told to nobody.
pub fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

/// The table: events in the order of a case's way, then acts.
pub static ROWS: &[Row] = &[
    told("filed", "Декларация принята к рассмотрению", "The declaration came in"),
    told("controlled", "Контроль проведён", "The control looked at it"),
    told("assessed", "Платежи исчислены", "Payments were computed"),
    told("selected", "Отобрана для контроля", "Selected for control").withheld(),
    told("registration_refused", "В регистрации отказано", "Registration is refused")
        .album("errors")
        .wco(Function::Rejected),
    told("registered", "Зарегистрирована", "Registered").album("registered").wco(Function::Accepted),
    told("payment_reserved", "Платежи зарезервированы", "Payments were set aside")
        .to_payer()
        .wco(Function::Taxed),
    told("payment_awaited", "Ожидается уплата", "Payment is awaited")
        .to_payer()
        .decided(&[Decision::PaymentRequired])
        .wco(Function::Taxed),
    told("payment_posted", "Платежи списаны", "Payments were taken").to_payer().wco(Function::Taxed),
    told("payment_returned", "Резерв возвращён", "What was set aside is free again").to_payer(),
    told("routed", "Требуется таможенный контроль", "Customs control is needed")
        .decided(&[Decision::ControlNeeded])
        .wco(Function::Controlled),
    told("assigned", "Назначено должностное лицо", "An official was chosen").withheld(),
    told("overdue", "Срок решения истёк", "The time for a decision has passed"),
    told("released", "Выпущена", "Released")
        .decided(&[Decision::ReleasedUnpaid, Decision::ReleasedPaid])
        .wco(Function::Cleared),
    told("refused", "В выпуске отказано", "Release is refused")
        .decided(&[Decision::ReleaseRefused])
        .wco(Function::Rejected),
    told("withdrawn", "Отозвана", "Withdrawn")
        .decided(&[Decision::WithdrawalAllowed])
        .wco(Function::Invalidated),
    told("corrected", "Декларация исправлена", "The declaration was corrected")
        .album("change_decision")
        .wco(Function::Amended),
    told("correction_refused", "Корректировка не принята", "The correction was not taken")
        .album("instruction")
        .wco(Function::Rejected),
    told("paper_attached", "Получен документ к декларации", "A document came to the declaration")
        .wco(Function::Received),
    told("documents_wanted", "Запрошены документы", "Documents are wanted")
        .album("documents_wanted")
        .wco(Function::DocumentsWanted),
    told("papers_wanted", "Запрошены документы на бумаге", "Documents are wanted on paper")
        .album("papers_wanted")
        .wco(Function::DocumentsWanted),
    told("examination_started", "Начата проверка", "The examination began")
        .album("examination_start")
        .wco(Function::Controlled),
    told("examination_finished", "Проверка завершена", "The examination ended").album("examination_finish"),
    told("instructed", "Решение должностного лица", "Decision of an official").album("instruction"),
    told("change_refused", "В изменении отказано", "The change is refused")
        .album("instruction")
        .wco(Function::RequestAnswered),
    told("transit_arrived", "Транзит прибыл", "The transit arrived").album("transit_arrival"),
    told("measure_ordered", "Назначены меры без профиля", "Measures were ordered without a profile")
        .withheld(),
];
