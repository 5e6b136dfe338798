//! Every text of the pages, in both languages: one row each. A template that names a row which does not
//! exist, and a row without a language, do not compile.

use clearance::dossier::{OPERATOR, STARTER};
use clearance::look::Outcome;
use clearance::{Ground, State};
use declaration::{Kind, Severity};
use reference::DatasetKind;
use risk::{Category, Lane};
use store::{Purpose, Role};

use crate::language::Language;

macro_rules! texts {
    ($($name:ident: $ru:literal, $en:literal;)+) => {
        /// The texts of one language.
        #[derive(Debug)]
        pub(crate) struct Texts {
            $(#[doc = $en] pub(crate) $name: &'static str,)+
        }

        static RU: Texts = Texts { $($name: $ru,)+ };
        static EN: Texts = Texts { $($name: $en,)+ };

        #[cfg(test)]
        const ROWS: &[(&str, &str, &str)] = &[$((stringify!($name), $ru, $en),)+];
    };
}

texts! {
    // Around every page.
    skip: "К содержанию", "Skip to content";
    navigation: "Разделы", "Sections";
    find: "Найти", "Find";
    find_label: "Найти декларацию по номеру", "Find a declaration by number";
    find_hint: "Номер декларации", "Declaration number";
    logout: "Выйти", "Log out";
    other_language: "English", "Русский";
    other_language_code: "en", "ru";
    times_are: "Время:", "Times:";
    log_link: "Журнал прозрачности", "Transparency log";
    keys: "Клавиши", "Keys";
    key_first_error: "К первому замечанию", "To the first finding";
    key_rows: "Строка вниз, вверх", "Row down, up";
    code: "Код", "Code";
    to_start: "На главную", "To the start page";
    board: "Табло", "Board";
    declarations: "Декларации", "Declarations";
    file: "Подача", "File";
    account: "Счёт", "Account";
    reads: "Обращения", "Reads";
    powers: "Доверенности", "Powers of attorney";
    time: "Время", "Time";
    count: "Число", "Count";
    currency: "Валюта", "Currency";
    open: "Открыть", "Open";
    nothing_yet: "Пока ничего нет", "Nothing yet";
    yes: "да", "yes";
    no: "нет", "no";

    // How a trader stands.
    appeals: "Возражения", "Appeals";
    appeals_note: "Возражения участников, по которым ещё нет решения. Решает тот, кто не вносил оспариваемый факт.", "Appeals of participants that are not decided yet. Whoever stated the fact does not decide.";
    appeals_none: "Возражений нет", "No appeals";
    standing_as_of: "на", "as of";
    standing_held: "по решению, до", "by decision, until";
    standing_proposed: "Предложено:", "Proposed:";
    standing_leads_to: "По критериям сейчас получается:", "The criteria lead to";
    standing_near: "Близко к порогу", "Near a threshold";
    standing_for_low: "Пороги низкого риска", "Thresholds for low risk";
    standing_for_high: "Пороги высокого риска", "Thresholds for high risk";
    standing_of: "из", "of";
    standing_points: "нужных баллов", "points needed";
    standing_criterion: "Критерий", "Criterion";
    standing_value: "Значение", "Value";
    standing_threshold: "Порог", "Threshold";
    standing_weight: "Баллы", "Points";
    standing_knock_out: "обязательный", "decisive";
    standing_met: "достигнут", "reached";
    standing_not_met: "не достигнут", "not reached";
    standing_differs: "Что различается по категориям", "What differs by category";
    standing_differs_note: "Хорошая категория действует, только когда подаёт сам участник или тот, у кого есть его доверенность.", "A good category counts only where the participant files, or somebody with its power of attorney.";
    standing_rates_untold: "Доли случайного отбора не публикуются.", "The shares that chance selects are not published.";
    standing_random_documents: "Случайная проверка документов", "Documents checked by chance";
    standing_random_goods: "Случайный досмотр товаров", "Goods inspected by chance";
    standing_audit: "Случайная проверка после выпуска", "Audited by chance after release";
    standing_automatic: "Автоматический выпуск", "Automatic release";
    standing_same: "условия одни и те же", "the same conditions";
    standing_profiles: "Профили риска", "Risk profiles";
    standing_not_told: "могут различаться, не публикуется", "may differ, not published";
    standing_facts: "Факты", "Facts";
    standing_fact: "Факт", "Fact";
    standing_day: "День", "Day";
    standing_amount: "Сколько", "How much";
    standing_how_many: "можно указать число", "a number may be given";
    standing_how_much: "нужна сумма", "an amount is needed";
    standing_source: "Основание", "Source";
    standing_document: "Документ", "Document";
    standing_annulled: "отменён", "annulled by";
    standing_appeal: "Возразить", "Appeal";
    standing_appeal_note: "Решает должностное лицо, которое факт не вносило. Срок в днях:", "An official who did not state the fact decides. Days for that:";
    standing_against: "Против", "Against";
    standing_against_category: "категории", "the category";
    standing_appeal_text: "Что неверно", "What is wrong";
    standing_appeal_send: "Подать возражение", "File the appeal";
    standing_due: "Решить до", "To be decided by";
    standing_late: "срок прошёл", "late";
    standing_outcome: "Решение", "Decision";
    standing_upheld: "удовлетворить", "uphold";
    standing_dismissed: "отказать", "dismiss";
    standing_set_category: "Категория, если удовлетворить", "Category, if upheld";
    standing_set_until: "По какой день", "Until which day";
    standing_reason: "Почему", "Why";
    standing_decide: "Решить", "Decide";
    standing_confirm: "Подтвердить", "Confirm";
    standing_state: "Внести факт", "State a fact";
    standing_state_send: "Внести", "State";
    standing_annul: "Отменить факт", "Annul a fact";
    standing_history: "История", "History";
    standing_done_state: "Факт внесён.", "The fact is stated.";
    standing_done_annul: "Факт отменён.", "The fact is annulled.";
    standing_done_appeal: "Возражение подано.", "The appeal is filed.";
    standing_done_decide: "Решение принято.", "The appeal is decided.";
    standing_done_confirm: "Категория подтверждена.", "The category is confirmed.";

    // Login and people.
    login: "Войти", "Log in";
    login_title: "Вход", "Log in";
    login_label: "Логин", "Login";
    password: "Пароль", "Password";
    demo_title: "Учётные записи демонстрации", "Accounts of the demonstration";
    demo_note: "Данные вымышлены; войти можно одним нажатием.", "The data are invented; one press logs you in.";
    role_label: "Роль", "Role";
    role_declarant: "Декларант", "Declarant";
    role_officer: "Должностное лицо", "Officer";
    role_analyst: "Аналитик рисков", "Risk analyst";
    role_risk_chief: "Руководитель подразделения рисков", "Head of the risk unit";
    role_duty: "Дежурный", "Duty officer";
    role_auditor: "Аудитор", "Auditor";
    role_administrator: "Администратор", "Administrator";
    participant: "Номер налогоплательщика", "Tax number";
    category: "Категория риска", "Risk category";
    category_why: "Почему эта категория: опубликованные критерии", "Why this category: the published criteria";
    category_low: "низкий риск", "low risk";
    category_medium: "средний риск", "medium risk";
    category_high: "высокий риск", "high risk";
    shift: "Смена", "Shift";
    on_shift: "на смене", "on shift";
    off_shift: "не на смене", "off shift";
    begin_shift: "Начать смену", "Begin the shift";
    end_shift: "Закончить смену", "End the shift";
    load: "Нагрузка", "Load";
    offices: "Органы", "Offices";
    all_offices: "все", "all";
    lane_max: "До коридора", "Up to the lane";
    balance: "Авансовые платежи", "Advance payments";
    available: "Доступно", "Available";
    reserved: "Зарезервировано", "Set aside";
    no_money: "Поступлений не было", "No money has come in";
    postings: "Движение средств", "Postings";
    posting_what: "Основание", "What for";
    arrived: "Поступило", "In";
    left: "Списано", "Out";
    guarantees: "Обеспечение уплаты", "Guarantees";
    guarantee_number: "Номер в реестре", "Number in the register";
    guarantee_days: "Действует", "Valid";
    guarantee_amount: "Сумма обеспечения", "Amount of the guarantee";
    guarantee_covers: "Использовано", "In use";
    guarantee_single: "разовое", "single";
    guarantee_general: "генеральное", "general";
    guarantee_ended: "прекращено", "ended";
    opening: "Остаток на начало", "Opening balance";
    closing: "Остаток на конец", "Closing balance";
    purpose_received: "Поступление аванса", "Advance received";
    purpose_refunded: "Возврат аванса", "Advance refunded";
    purpose_overpaid: "Возврат излишне уплаченного", "Overpaid sum returned";
    purpose_guarantee_given: "Денежный залог", "Money deposit";
    purpose_guarantee_ended: "Возврат денежного залога", "Money deposit returned";
    no_postings: "Движения не было", "No postings";
    declaration_word: "Декларация", "Declaration";
    reads_title: "Кто что читал", "Who read what";
    reads_note: "Последние обращения к делам. Каждое записывается до того, как что-либо показано.", "The latest reads of cases. Each is recorded before anything is shown.";
    who: "Кто", "Who";
    read_how: "Как", "How";
    read_page: "страница", "page";
    read_api: "программный доступ", "API";
    read_receipt: "квитанция", "receipt";
    read_evidence: "доказательства", "evidence";
    read_document: "исходный документ", "original document";
    read_other: "иное", "other";

    // The board.
    as_of: "на", "as of";
    chart_title: "Решения по минутам за последний час", "Decisions per minute over the last hour";
    outcomes_title: "Исходы и коридоры за час", "Outcomes and lanes of the hour";
    states_title: "Состояния всех дел", "States of all cases";
    officers_title: "Должностные лица", "Officers";
    latest: "Последние декларации", "Latest declarations";
    outcome_word: "Исход", "Outcome";
    outcomes_word: "исходов", "outcomes";
    mean_time: "В среднем", "Mean";
    per_minute: "За минуту", "Per minute";
    this_minute: "в текущую", "this minute";
    last_hour: "За час", "In an hour";
    automatically: "Автоматически", "Automatically";
    of_last_hour: "исходов за час", "of the hour's outcomes";
    mean_automatic: "Автоматическое решение", "Automatic decision";
    from_filing: "в среднем от подачи", "mean, from filing";
    open_cases: "Открытых дел", "Open cases";
    intake_waiting: "ждут приёма", "waiting for intake";
    no_officers: "Никого нет в списке", "Nobody is on the roster";

    // The list.
    tabs: "Вкладки", "Tabs";
    tab_mine: "Мои в работе", "Mine, open";
    tab_open: "Все в работе", "All open";
    tab_all: "Все", "All";
    number: "Номер", "Number";
    filed: "Подана", "Filed";
    decided: "Решение", "Decided";
    state_label: "Состояние", "State";
    lane_label: "Коридор", "Lane";
    deadline: "Срок", "Deadline";
    overdue: "просрочено", "overdue";
    declarant: "Декларант", "Declarant";
    procedure: "Процедура", "Procedure";
    kind: "Направление", "Direction";
    office: "Таможенный орган", "Office";
    goods_lines: "Товаров", "Goods";
    findings: "Замечания", "Findings";
    payable: "К уплате", "Payable";
    officer: "Должностное лицо", "Officer";
    any: "любое", "any";
    from: "С", "From";
    to: "По", "To";
    apply: "Показать", "Show";
    clear: "Сбросить", "Clear";
    export: "Выгрузить CSV", "Export CSV";
    no_rows: "Деклараций с такими условиями нет", "No declarations match";
    pages: "Страницы", "Pages";
    newest: "К новым", "Newest";
    older: "Более ранние", "Older";
    errors_short: "ош.", "err.";
    warnings_short: "пред.", "warn.";
    not_registered: "Не зарегистрирована", "Not registered";
    nobody_yet: "пока никто", "nobody yet";

    // States, outcomes, lanes, directions.
    state_new: "новая", "new";
    state_registration_refused: "отказано в регистрации", "registration refused";
    state_waiting_for_payment: "ожидает уплаты", "waiting for payment";
    state_under_control: "на контроле", "under control";
    state_released: "выпущена", "released";
    state_released_conditionally: "выпущена условно", "released conditionally";
    state_release_refused: "отказано в выпуске", "release refused";
    state_withdrawn: "отозвана", "withdrawn";
    outcome_refused: "отказ в регистрации", "refused";
    outcome_released: "выпуск", "released";
    outcome_routed: "на контроль", "routed";
    outcome_waiting: "ожидание", "waiting";
    outcome_release_refused: "отказ в выпуске", "release refused";
    outcome_withdrawn: "отзыв", "withdrawn";
    lane_green: "зелёный", "green";
    lane_blue: "синий", "blue";
    lane_yellow: "жёлтый", "yellow";
    lane_red: "красный", "red";
    kind_import: "импорт", "import";
    kind_export: "экспорт", "export";
    kind_transit: "транзит", "transit";
    automatic: "автоматически", "automatically";
    by_officer: "должностным лицом", "by an officer";

    // One declaration.
    errors: "ошибок", "errors";
    warnings: "предупреждений", "warnings";
    hints: "подсказок", "hints";
    severity_error: "Ошибка", "Error";
    severity_warning: "Предупреждение", "Warning";
    severity_hint: "Подсказка", "Hint";
    declaration_whole: "Декларация в целом", "The declaration as a whole";
    item: "Товар", "Item";
    box_word: "графа", "box";
    parties: "Стороны", "Parties";
    shipment: "Партия", "Shipment";
    goods: "Товары", "Goods";
    commodity_code: "Код товара", "Commodity code";
    description: "Описание", "Description";
    origin: "Страна", "Origin";
    gross: "Брутто, кг", "Gross, kg";
    net: "Нетто, кг", "Net, kg";
    customs_value: "Таможенная стоимость", "Customs value";
    payments_word: "Платежи", "Payments";
    previous: "Предыдущие", "Previous";
    next: "Следующие", "Next";
    of: "из", "of";
    until: "до", "until";
    documents_count: "документов", "documents";
    sealed_by: "Подписано", "Sealed by";
    profile: "Профиль", "Profile";
    profiles: "профили", "profiles";
    random_selection: "Случайный отбор", "Random selection";
    risk_title: "Почему на контроле и что сделать", "Why it is under control and what to do";
    routed_because: "Направлена должностному лицу", "Routed to an officer";
    decision_title: "Решение", "Decision";
    decision_reason: "Причина", "Reason";
    decision_note: "Для отказа обязательна; декларант её прочтёт.", "Required for a refusal; the declarant will read it.";
    release: "Выпустить", "Release";
    refuse: "Отказать в выпуске", "Refuse release";
    acts_title: "Запросить, досмотреть, предписать", "Request, examine, instruct";
    acts_text: "Документы или текст для декларанта", "Documents, or a text for the declarant";
    acts_note: "Запрос документов: каждый с новой строки, сначала код вида (графа 44), затем название. Декларант получит извещение.", "For a request: one document on each line: the code of its kind (box 44), then its name. The declarant gets a notice.";
    want_documents: "Запросить документы", "Request documents";
    want_papers: "Запросить на бумаге", "Request on paper";
    start_examination: "Начать проверку", "Begin the examination";
    finish_examination: "Завершить проверку", "End the examination";
    instruct: "Направить решение", "Send the instruction";
    refuse_change: "Отказать в изменении", "Refuse the change";
    arrival_title: "Транзит прибыл", "The transit arrived";
    arrival_office: "Таможенный орган назначения", "Office of destination";
    arrival_means: "Транспортные средства, каждое с новой строки", "Means of transport, one on each line";
    arrival_confirm: "Подтвердить прибытие", "Confirm the arrival";
    measures_title: "Назначить меры без профиля", "Order measures without a profile";
    measures_item: "Товар, если не вся декларация", "Item, if not the whole declaration";
    measures_note: "Обязательна. Декларант её не увидит.", "Required. The declarant does not see it.";
    measures_order: "Назначить меры", "Order the measures";
    measures_ordered: "Назначено без профиля", "Ordered without a profile";
    done_measures: "Меры назначены.", "The measures are ordered.";
    done_act: "Записано; декларант получит извещение.", "Recorded; the declarant gets a notice.";
    withdraw_title: "Отозвать декларацию", "Withdraw the declaration";
    withdraw_reason: "Причина отзыва", "Reason for the withdrawal";
    withdraw: "Отозвать", "Withdraw";
    done_filed: "Декларация принята и зарегистрирована.", "The declaration was taken and registered.";
    done_again: "Этот документ уже подан: вот его дело.", "This document had been filed before: this is its case.";
    done_refused: "В регистрации отказано. Исправьте ошибки и подайте снова.", "Registration was refused. Correct the errors and file again.";
    done_release: "Решение о выпуске записано.", "The release is recorded.";
    done_refuse: "Отказ в выпуске записан.", "The refusal is recorded.";
    done_withdraw: "Декларация отозвана.", "The declaration is withdrawn.";

    // Participants.
    participants: "Участники", "Participants";
    participants_note: "Все, кто зарегистрирован или подавал декларации. Просмотры записываются.", "Everybody who is registered or has declared. Looks are recorded.";
    participants_find: "Номер, название, телефон или почта", "Number, name, telephone or e-mail";
    participants_none: "Участников с такими условиями нет", "No participants match";
    participants_list: "список участников", "list of participants";
    participant_name: "Наименование", "Name";
    participant_unregistered: "по декларациям", "from declarations";
    participant_year: "Деклараций за год", "Declarations in a year";
    participant_hits_year: "С профилем за год", "Profile fired, in a year";
    participant_findings_year: "Находок за год", "Findings in a year";
    participant_days_since: "Дней с последней", "Days since the last";
    participant_authorised: "уполномоченный оператор", "authorised operator";
    participant_first: "Первая декларация", "First declaration";
    participant_last: "Последняя декларация", "Last declaration";
    participant_total: "Деклараций всего", "Declarations in all";
    participant_flow: "Декларации по месяцам", "Declarations by month";
    participant_by_lane: "По коридорам", "By lane";
    participant_by_outcome: "По исходам", "By outcome";
    participant_no_lane: "без коридора", "no lane";
    participant_open: "в работе", "open";
    participant_looks: "Проверки за тринадцать месяцев", "Looks of thirteen months";
    participant_no_looks: "Поводов для проверки не было", "There was no ground for a look";
    participant_last_case: "Последняя", "Last";
    participant_stopped: "Отказы и отзывы", "Refused and withdrawn";
    participant_all_cases: "Все декларации", "All declarations";
    participant_authorisations: "Доверенности и сертификаты", "Powers of attorney and certificates";
    participant_power_side: "Кто кому", "Who to whom";
    participant_gave: "выдал(а):", "gave to";
    participant_holds: "имеет от:", "holds from";
    participant_certificates: "Зарегистрированные сертификаты", "Registered certificates";
    participant_money: "Счёт и обеспечение", "Account and guarantees";
    participant_awaited: "Ожидают уплаты", "Waiting for payment";
    participant_file: "Моё досье участника", "My participant's file";
    participant_of: "Досье участника", "File of the participant";
    standing_acts: "Как менялось", "How it changed";
    standing_act: "Что произошло", "What happened";
    standing_why: "Почему", "Why";
    standing_shown_by: "Чем показан", "Shown by";
    links_title: "Связи с другими участниками", "Links to other participants";
    links_note: "Общие адреса, телефоны, почта, подписанты и представители. Чем больше участников делит признак, тем меньше он значит.", "Shared addresses, telephones, mailboxes, signatories and representatives. The more participants share a mark, the less it says.";
    links_none: "Общих признаков с другими нет", "No marks are shared with others";
    links_points: "Баллы", "Points";
    links_shared: "Что общее", "What is shared";
    links_holders: "участников с этим признаком:", "participants with this mark:";
    links_common: "Ничего не значит, потому что участников с этим больше чем", "Says nothing, because participants that have it are more than";
    declared_title: "Как заявлялось", "As declared";
    declared_what: "Что", "What";
    declared_text: "Значение", "Value";
    declared_first: "Впервые", "First";
    declared_last: "В последний раз", "Last";
    mark_name: "Наименование участника", "Name of the participant";
    mark_address: "Адрес", "Address";
    mark_phone: "Телефон", "Telephone";
    mark_email: "Почта", "E-mail";
    mark_signatory: "Подписант", "Signatory";
    mark_representative: "Представитель", "Representative";
    chart_numbers: "В числах", "In numbers";
    to_beginning: "К началу", "To the beginning";
    next_page: "Дальше", "Next page";
    reads_participants: "Кто открывал досье участников", "Who read participants' files";

    // Prices.
    prices: "Цены", "Prices";
    price_title: "Обычная цена", "Usual price";
    prices_note: "Что обычно стоит единица товара: по коду, стране и единице, из выпущенных импортных деклараций. Цены ориентировочные: платежей по ним не исчисляют.", "What a unit of goods usually costs: by code, origin and unit, from released imports. Prices are indicative: no payment follows from them.";
    prices_none: "Цен с такими условиями нет", "No prices match";
    prices_not_loaded: "Цены не загружены: greenlane prices compute, затем reference import prices", "No prices are loaded: greenlane prices compute, then reference import prices";
    price_origin: "Страна, или all", "Origin, or all";
    price_all_origins: "все страны", "all origins";
    price_kilogram: "кг нетто", "kg net";
    price_unit: "ед.", "unit";
    price_per: "За", "Per";
    price_low: "Мало (10 %)", "Low (10%)";
    price_median: "Обычно (медиана)", "Usual (median)";
    price_high: "Много (90 %)", "High (90%)";
    price_sample: "Выборка, строк", "Sample, lines";
    price_since: "Действует с", "Holds from";
    price_source: "Источник", "Source";
    price_which: "Страна и единица", "Origin and unit";
    price_not_now: "На этот день цены нет.", "There is no price on this day.";
    price_periods: "По периодам", "By period";
    price_from_to: "от мало до много", "from low to high";
    price_trend: "К прежней", "To the one before";
    price_index_title: "Индекс и ложные срабатывания", "Index and false alarms";
    price_index_note: "price.index: 0 — обычная цена, −1 — ниже неё лежит десятая часть, −2 — вдвое дальше от обычной, и так для любых товаров. Сколько честных строк выборки лежит ещё ниже:", "price.index: 0 is the usual price, a tenth lies below −1, −2 is twice as far from the usual one, and so for all goods. How many lines of the sample lie further below:";
    price_of_sample: "строк выборки", "of the sample";
    price_sample_below: "в выборке ниже", "of the sample below";
    price_lines: "Строки деклараций вне границ", "Lines of declarations outside the bounds";
    price_lines_read: "Просмотрено новейших деклараций:", "Newest declarations looked through:";
    price_lines_none: "Среди них таких строк нет", "No such lines among them";
    price_lines_ask: "Найти строки", "Find lines";
    price_lines_note: "Просматриваются новейшие декларации из тех, что вам видны.", "The newest declarations of those you may see are looked through.";
    price_declared: "Цена единицы", "Price of the unit";
    price_index: "Индекс", "Index";
    price_levels: "Цены выше и ниже по дереву", "Prices above and below in the tree";
    price_of_usual: "обычной", "of the usual";
    price_by_level: "по", "by";
    price_digits: "знакам", "digits";
    decisions_title: "Предварительные решения о таможенной стоимости", "Preliminary decisions on customs value";
    decisions_note: "Решения, принятые до подачи декларации. На решение ссылаются номером среди документов графы 44; в деле видно, по праву ли.", "Decisions made before a declaration. A declaration refers to one by its number among the documents of box 44; its case shows whether rightly.";
    decision_says: "Что решено", "What it says";
    decision_not_now: "не действует", "not in force";
    decision_method: "метод", "method";
    decision_new: "Записать решение", "Record a decision";
    decision_record: "Записать", "Record";
    decision_amount: "Сумма или номер метода", "Amount, or number of the method";
    decision_per_kilogram: "стоимость кг нетто", "value of a kg net";
    decision_per_unit: "стоимость дополнительной единицы", "value of a supplementary unit";
    decision_by_method: "метод определения", "method of valuation";
    decision_bad_number: "Номер решения: от 4 до 50 букв, цифр и знаков / - . _; номер участника — цифры.", "Number of the decision: 4 to 50 letters, digits and / - . _; number of the participant: digits.";
    decision_bad_code: "Код товара: от 4 до 10 цифр; страна: две буквы.", "Commodity code: 4 to 10 digits; origin: two letters.";
    decision_bad_basis: "Сумма больше нуля, до 6 знаков после точки, или номер метода от 1 до 6.", "An amount above zero, to 6 decimals, or a method from 1 to 6.";
    decision_bad_days: "Последний день не раньше первого и не позже трёх лет после него.", "The last day is not before the first, and at most three years after it.";
    decision_bad_reason: "Назовите причину: от 3 до 2000 знаков.", "Say why, in 3 to 2000 characters.";
    decision_taken: "Решение с таким номером уже записано.", "There is a decision of this number already.";
    decision_bad_pack: "Пакет юрисдикции неизвестен.", "The pack is unknown.";
    decisions_named: "Предварительные решения о стоимости", "Preliminary value decisions";
    price_value_request: "Запросить документы о стоимости", "Request documents on the value";

    // Powers of attorney.
    power: "Доверенность", "Power of attorney";
    powers_note: "Кто вправе подавать, исправлять и отзывать декларации за другого. Каждая доверенность подписана доверителем.", "Who may file, correct and withdraw declarations for another. Each is sealed by its principal.";
    power_principal: "Доверитель", "Principal";
    power_attorney: "Представитель", "Attorney";
    power_principal_number: "Номер доверителя", "Tax number of the principal";
    power_attorney_number: "Номер представителя", "Tax number of the attorney";
    power_from: "Действует с", "Valid from";
    power_to: "Действует до", "Valid to";
    power_in_force: "действует", "in force";
    power_not_yet: "ещё не действует", "not yet in force";
    power_over: "срок истёк", "over";
    power_revoked: "отозвана", "revoked";
    power_revoked_at: "Отозвана", "Revoked";
    power_revoked_because: "Причина отзыва доверенности", "Why it was revoked";
    power_scope: "Что разрешено", "What it allows";
    power_procedures: "Таможенные процедуры", "Procedures";
    power_offices: "Таможенные органы", "Offices";
    power_limit: "Предел таможенной стоимости одной декларации", "Highest customs value of one declaration";
    power_no_limit: "не ограничена", "no limit";
    power_may_delegate: "Передоверие", "May be delegated";
    power_delegates: "Передаёт доверенность", "Passes on the power";
    power_proof: "Текст доверенности и подпись под ним хранятся целиком: их можно проверить и без этой системы.", "The text of the power and the seal over it are kept whole: they can be verified without this system.";
    power_whole: "Текст и подпись", "Text and seal";
    no_powers: "Доверенностей нет", "No powers of attorney";
    seal_title: "Подпись", "Seal";
    seal_holds: "верна", "holds";
    seal_fails: "не верна", "does not hold";
    seal_none: "Подана без электронной подписи, по учётной записи.", "Filed without a seal, through an account.";
    seal_signed_by: "Подписал", "Signed by";
    seal_form: "Вид подписи", "Form";
    seal_valid: "Сертификат действует", "Certificate valid";
    seal_issued_by: "Сертификат выдал", "Certificate issued by";
    seal_revocation: "Отзыв", "Revocation";
    seal_as_of: "Проверена на момент", "Judged as of";
    seal_stamped: "Метка времени", "Time-stamp";
    seal_claimed: "Подписано, по словам подписанта", "Signed, as the signer says";
    seal_certificate: "SHA-256 сертификата", "SHA-256 of the certificate";
    seal_step_unknown: "неизвестно", "not known";
    seal_step_not_reached: "не проверялось", "not looked at";
    seal_evidence: "Доказательства одним файлом", "Evidence in one file";
    seal_how: "Проверить их на своём компьютере, хоть через десять лет:", "To verify it on your own machine, even in ten years:";
    acted_title: "Кто действовал за декларанта", "Who acted for the declarant";
    power_signed: "Подписано", "Signed by";
    power_filed: "Подано", "Filed by";
    power_corrected: "Исправлено", "Corrected by";
    power_withdrew: "Отозвано", "Withdrawn by";
    power_by: "по доверенности", "under power of attorney";
    power_passed_on: "в порядке передоверия по доверенности", "which passes on power of attorney";
    power_given_by: "от", "from";
    power_valid_until: "действует до", "valid to";
    power_missing: "доверенности декларанта нет", "there is no power of attorney of the declarant";

    // Payments.
    payments: "Таможенные платежи", "Customs payments";
    payments_computed: "Исчисленные платежи", "Payments computed";
    pay_kind: "Вид", "Kind";
    pay_base: "Основа", "Base";
    pay_rate: "Ставка", "Rate";
    pay_amount: "Сумма", "Amount";
    pay_working: "Расчёт", "Working";
    pay_show_working: "как получено", "how it comes";
    fee_working: "Расчёт сбора", "Working of the fee";
    pay_incomplete: "Не все платежи удалось исчислить: смотрите подсказки.", "Not every payment could be computed: see the hints.";
    pay_fee: "таможенный сбор", "customs fee";
    pay_duty: "ввозная пошлина", "import duty";
    pay_export_duty: "вывозная пошлина", "export duty";
    pay_excise: "акциз", "excise";
    pay_antidumping: "антидемпинговая пошлина", "anti-dumping duty";
    pay_countervailing: "компенсационная пошлина", "countervailing duty";
    pay_special: "специальная пошлина", "special duty";
    pay_vat: "НДС", "VAT";
    pay_payable: "к уплате", "payable";
    pay_conditional: "условно", "conditional";
    pay_none: "не исчисляется", "not computed";
    shortfall: "Не хватает на счёте", "Missing on the account";
    sheet: "Расчёт таможенных платежей", "Calculation of customs payments";
    sheet_open: "Расчёт для печати", "Calculation to print";
    sheet_day: "Исчислено по состоянию на", "Computed as of";
    sheet_rules: "Правила", "Rules";
    sheet_of_declaration: "По декларации в целом", "For the declaration as a whole";
    sheet_totals: "Итого по видам платежей", "Totals by kind of payment";
    sheet_result: "Итог", "Result";
    sheet_step: "Действие", "Step";
    sheet_formula: "Формула", "Formula";
    sheet_norm: "Основание", "Norm";
    sheet_goods_none: "Платежей по этому товару нет.", "No payments for these goods.";
    sheet_rounding: "≈ перед формулой: результат округлён.", "≈ before a formula: the result is rounded.";

    // The tariff.
    tariff: "Тариф", "Tariff";
    tariff_title: "Товарная номенклатура и ставки", "Commodity nomenclature and rates";
    tariff_find: "Код товара или слова", "Commodity code or words";
    tariff_example: "Например: 8517 13, смартфоны, кофе молотый. Опечатки прощаются; находятся и прежние коды.", "Such as 8517 13, smartphones, ground coffee. Typing errors are forgiven; former codes are found, too.";
    tariff_day: "На день", "On the day";
    tariff_jurisdiction: "Ставки юрисдикции", "Rates of the jurisdiction";
    tariff_found: "Найдено", "Found";
    tariff_none: "Ничего не найдено.", "Nothing found.";
    tariff_none_cure: "Проверьте код, попробуйте другое слово или идите по разделам.", "Check the code, try another word, or go by the sections.";
    tariff_more: "Ещё", "More";
    tariff_excerpt: "Загружена только выборка кодов: чего здесь нет, то может существовать.", "Only an excerpt of the codes is loaded: what is not here may exist.";
    tariff_whole: "Загружены все коды на этот день.", "Every code of this day is loaded.";
    tariff_loaded: "Загружено", "Loaded";
    tariff_since: "с", "from";
    tariff_to_sections: "Все разделы", "All sections";
    tariff_currencies: "Курсы валют", "Currency rates";
    tariff_section: "Раздел", "Section";
    tariff_chapter: "Группа", "Chapter";
    tariff_heading: "Позиция", "Heading";
    tariff_subheading: "Субпозиция", "Subheading";
    tariff_code: "Код", "Code";
    tariff_name: "Наименование", "Name";
    tariff_no_name: "без названия в загруженных данных", "no name in the data loaded";
    tariff_name_en: "Наименование по-английски", "Name in English";
    tariff_duty: "Ввозная пошлина", "Import duty";
    tariff_until: "действовал до", "in force until";
    tariff_from: "будет действовать с", "in force from";
    tariff_not_then: "на этот день нет", "not on this day";
    tariff_now: "Теперь похожие коды:", "Similar codes now:";
    tariff_missing: "Такого кода нет", "There is no such code";
    tariff_missing_note: "В загруженной номенклатуре его нет и не было. Найдите товар по словам или по началу кода.", "It is not in the nomenclature loaded, nor was it. Find the goods by words or by how the code begins.";
    tariff_breadcrumb: "Путь по номенклатуре", "Path in the nomenclature";
    tariff_below: "Что входит", "What is in it";
    tariff_note_section: "Примечания к разделу", "Notes to the section";
    tariff_note_chapter: "Примечания к группе", "Notes to the chapter";
    tariff_rates: "Ставки на день", "Rates on the day";
    tariff_rates_note: "Из подходящих товару строк применяется самая точная: сначала по длине кода, потом по условиям. Ставка номенклатуры — если не подходит ни одна из таблиц.", "Of the rows that fit the goods the closest stands: by the length of the code, then by the conditions. The rate of the nomenclature stands where none of the tables fits.";
    tariff_no_rates: "На этот день ставок нет", "There are no rates on this day";
    tariff_other_duties: "Пошлины этой юрисдикции — из её собственного тарифа, не из этой номенклатуры.", "Duties of this jurisdiction are those of its own tariff, not of this nomenclature.";
    tariff_rate: "Ставка", "Rate";
    tariff_for: "Для кого и когда", "For whom and when";
    tariff_for_all: "для всех", "for all";
    tariff_for_code: "по коду", "by code";
    tariff_manufacturer: "производитель", "manufacturer";
    tariff_quota_in: "в пределах тарифной квоты", "within the tariff quota";
    tariff_quota_over: "сверх тарифной квоты", "over the tariff quota";
    tariff_each_year: "каждый год", "every year";
    tariff_days: "Действует", "In force";
    tariff_always: "без срока", "no limit";
    tariff_source: "Источник", "Source";
    tariff_of_nomenclature: "номенклатура", "nomenclature";
    tariff_excise: "Акциз", "Excise";
    tariff_excise_yes: "подакцизный", "excisable";
    tariff_excise_no: "ставок акциза нет", "no rates of excise";
    tariff_history: "История", "History";
    tariff_what: "Что", "What";
    tariff_said: "Было сказано", "What was said";
    currency_units: "Единиц", "Units";
    currency_rate: "Курс", "Rate";
    currency_set_for: "Установлен на", "Set for";
    currency_into: "в валюте", "in";
    currency_example: "пример", "example";
    currency_example_note: "Примеры никем не установлены: они для демонстрации. Загрузите курсы банка.", "Examples were set by nobody: they are for demonstrations. Import the bank's rates.";
    currency_note: "На каждый день действует последний курс, установленный на этот день или раньше.", "On each day the last rate set for that day or before holds.";
    no_currencies: "На этот день курсов нет", "There are no rates for this day";

    // Risk profiles.
    risk_profiles: "Профили риска", "Risk profiles";
    profiles_note: "Что ищет контроль и что делать, если найдено. Каждая версия и каждое действие хранятся; просмотры записываются.", "What control looks for and what to do when it is found. Every version and act is kept; looks are recorded.";
    profiles_none: "Профилей с такими условиями нет", "No profiles match";
    profile_new: "Новый профиль", "New profile";
    profile_find: "Номер, название или автор", "Number, title or author";
    profile_title: "Название", "Title";
    profile_kind: "Вид", "Kind";
    profile_national: "национальный", "national";
    profile_regional: "региональный", "regional";
    profile_zonal: "зональный", "zonal";
    profile_target: "целевой", "target";
    profile_author: "Автор версии", "Author of the version";
    profile_since: "С какого времени", "Since";
    profile_by_day: "наступил день", "its day came";
    profile_by_starter: "исходный набор", "starter set";
    profile_by_operator: "оператор", "operator";
    profile_will_from: "вступит в силу", "in force from";
    profile_stage: "Стадия", "Stage";
    stage_declaration: "до выпуска", "before release";
    stage_after_release: "после выпуска", "after release";
    profile_valid: "Срок действия", "Valid";
    profile_share: "Доля срабатываний", "Share";
    profile_everything: "все", "all";
    profile_offices: "Таможенные органы профиля", "Offices of the profile";
    profile_says: "О чём говорит", "What it says";
    profile_area: "Область риска", "Area of risk";
    profile_exclusions: "Исключения", "Exclusions";
    profile_measures: "Меры", "Measures";
    profile_instruction: "Инструкция должностному лицу", "Instruction to the officer";
    profile_categories: "Иначе для категорий", "Otherwise for categories";
    profile_not_applied: "не применяется", "does not apply";
    profile_document: "Документ целиком", "The whole document";
    profile_version: "Версия", "Version";
    profile_versions: "Версии", "Versions";
    profile_history: "Что с ним делали", "What was done";
    profile_changes: "Что изменилось", "What changed";
    profile_against: "по сравнению с версией", "against version";
    profile_no_changes: "Тексты совпадают.", "The texts are the same.";
    profile_actions: "Действия", "Actions";
    profile_nothing_to_do: "Сейчас вам нечего делать с этим профилем.", "There is nothing for you to do with this profile now.";
    profile_act_agree: "Согласовать", "Agree";
    profile_act_return: "Вернуть в черновики", "Return to draft";
    profile_act_approve: "Утвердить", "Approve";
    profile_act_cancel: "Отменить", "Cancel";
    profile_act_write: "Изменить", "Change";
    profile_reason: "Причина", "Reason";
    profile_reason_note: "Обязательна; останется в истории.", "Required; it stays in the history.";
    profile_from: "Действует с", "In force from";
    profile_from_note: "Сегодня — вступит в силу сразу.", "Today: it comes into force at once.";
    profile_edit: "Изменение профиля", "Change the profile";
    profile_text: "Документ профиля, TOML", "The profile's document, TOML";
    profile_text_note: "Имена полей подсказываются при вводе; Ctrl+Пробел показывает все. Esc закрывает подсказку.", "Names of fields are offered as you type; Ctrl+Space shows all. Esc closes the list.";
    profile_why: "Что изменено и почему", "What changed and why";
    profile_save: "Записать версию", "Write the version";
    profile_check: "Проверить", "Check";
    profile_advice: "На что обратить внимание", "What you may want to know";
    profile_ok: "Ошибок нет.", "No errors.";
    profile_errors: "Профиль не записан", "The profile was not written";
    profile_place: "строка {line}, столбец {column}", "line {line}, column {column}";
    profile_names: "Имена и слова, которые можно использовать", "Names and words that can be used";
    profile_name: "Имя", "Name";
    profile_meaning: "Что это", "What it is";
    profile_filter_names: "Отобрать имена", "Filter names";
    profile_done_write: "Версия записана как черновик.", "The version was written as a draft.";
    profile_done_agree: "Согласовано.", "Agreed.";
    profile_done_return: "Возвращено в черновики.", "Returned to draft.";
    profile_done_approve: "Утверждено.", "Approved.";
    profile_done_cancel: "Отменено.", "Cancelled.";
    reads_profiles: "Профили риска: кто смотрел", "Risk profiles: who looked";
    read_csv: "выгрузка CSV", "CSV export";
    profile_list: "список", "the list";

    // Imports of reference data.
    imports: "Журнал загрузок", "Journal of imports";
    imports_note: "Каждая загрузка вступает в силу целиком и может быть снята; дела помнят, по каким данным решены.", "Each import takes force whole and can be taken back; cases remember by which data they were decided.";
    imports_now: "Действующие наборы", "Sets in force";
    imports_world: "Мир, в котором сейчас принимаются решения", "The world decisions are made in now";
    import_kind: "Что", "What";
    import_jurisdiction: "Юрисдикция", "Jurisdiction";
    import_first_day: "С какого дня", "First day";
    import_source: "Источник", "Source";
    import_hash: "Хеш", "Hash";
    import_in_force: "действует", "in force";
    import_hidden: "перекрыта", "superseded";
    import_taken_back: "снята загрузкой", "taken back by";
    import_takes_back: "снимает загрузку", "takes back";
    import_all_days: "все дни", "all days";
    import_changes: "Что изменила", "What it changed";
    set_pack: "пакет юрисдикции", "jurisdiction pack";
    set_commodities: "выборка номенклатуры", "excerpt of the nomenclature";
    set_chapters: "разделы и группы", "sections and chapters";
    set_hs: "Гармонизированная система", "Harmonized System";
    set_tnved: "номенклатура", "nomenclature";
    set_rates: "ставки", "rates";
    set_exchange: "курсы валют", "currency rates";
    set_countries: "страны", "countries";
    set_currencies: "валюты", "currencies";
    set_offices: "таможенные органы", "customs offices";
    set_classifiers: "классификаторы", "classifiers";
    set_prices: "цены", "prices";
    set_anchors: "удостоверяющие центры", "authorities";
    set_revocation: "отозванные сертификаты", "revoked certificates";
    set_certificates: "сертификаты участников", "certificates of participants";
    diff: "Сравнение миров", "Worlds compared";
    diff_note: "Мир — всё, по чему решают: справочники и правила. Назовите его первыми знаками хеша, моментом (2026-03-29T12:00:00Z) или словом now.", "A world is all that decisions rest on: reference data and rules. Name it by the first digits of its hash, by a moment (2026-03-29T12:00:00Z), or by the word now.";
    diff_before: "Было", "Before";
    diff_after: "Стало", "After";
    diff_compare: "Сравнить", "Compare";
    diff_same: "В справочниках различий нет.", "The reference data do not differ.";
    diff_table: "Таблица", "Table";
    diff_added: "Появилось", "Added";
    diff_ended: "Исчезло", "Ended";
    diff_changed: "Изменилось", "Changed";
    diff_key: "О чём", "About";
    diff_names: "наименования", "names";
    diff_names_en: "наименования по-английски", "names in English";
    diff_duties: "пошлины", "duties";
    diff_sets: "наборы целиком", "whole sets";
    diff_more_rows: "и ещё строк:", "and more rows:";
    diff_cases: "Открытые дела, которых это касается", "Open cases that it touches";
    diff_cases_cut: "Просмотрены не все открытые дела.", "Not all open cases were looked at.";
    diff_no_cases: "Ни одного.", "None.";
    diff_cases_others: "из них вам видны не все", "not all of them are for your eyes";
    diff_profiles: "Профили риска", "Risk profiles";
    diff_profiles_touched: "Касается профилей", "Touches profiles";
    diff_profiles_before: "Только в первом мире или иначе", "Only in the first world, or otherwise";
    diff_profiles_after: "Только во втором мире или иначе", "Only in the second world, or otherwise";

    // What happened.
    timeline: "Ход дела", "Timeline";
    step: "шаг", "step";
    leaf: "запись", "leaf";
    event_filed: "Подана", "Filed";
    event_controlled: "Проведён контроль", "Controlled";
    event_assessed: "Исчислены платежи, оценён риск", "Payments computed, risk assessed";
    event_selected: "Выбрана для контроля", "Selected for control";
    event_scored: "Оценена моделью", "Scored by a model";
    models: "Модели", "Models";
    model: "Модель", "Model";
    models_note: "Модель оценивает каждую поданную декларацию и может сделать коридор строже, но не мягче. Предлагает аналитик, утверждает и отзывает второй человек; сама модель в действие не вступает.", "A model scores every declaration that is filed and can make its lane stricter, never milder. An analyst proposes, a second person approves and withdraws; no model goes live by itself.";
    models_none: "Моделей пока нет.", "No models yet.";
    model_version: "Версия", "Version";
    model_since: "С какого времени", "Since";
    model_by: "Кто", "By";
    model_proposer: "Кто предложил", "Proposed by";
    model_propose_title: "Предложить модель", "Propose a model";
    model_file: "Файл модели", "File of the model";
    model_file_note: "Файл, который записала команда greenlane risk train, без изменений, не больше 32 МБ.", "The file that greenlane risk train wrote, unchanged, at most 32 MB.";
    model_act_propose: "Предложить", "Propose";
    model_act_shadow: "Поставить в тень", "Put into the shadow";
    model_act_live: "Ввести в действие", "Put live";
    model_act_withdraw: "Отозвать", "Withdraw";
    model_done_propose: "Модель предложена. Утвердить её должен другой сотрудник.", "The model is proposed. Somebody else has to approve it.";
    model_done_shadow: "Модель в тени: её оценки записываются и ни на что не влияют.", "The model is in the shadow: its scores are recorded and move nothing.";
    model_done_live: "Модель действует.", "The model is live.";
    model_done_withdraw: "Модель отозвана.", "The model is withdrawn.";
    model_note_proposed: "Предложена и ничего не делает, пока её не утвердит второй человек.", "Proposed; it does nothing until a second person approves it.";
    model_note_shadow: "Оценивает каждую декларацию; оценки записываются и не меняют ни коридоров, ни решений.", "Scores every declaration; scores are recorded and change neither lanes nor decisions.";
    model_note_live: "Оценивает каждую декларацию и делает коридор строже, если оценка или доля разведки этого требует.", "Scores every declaration, and makes the lane stricter where its score or the share of exploration asks for it.";
    model_note_gone: "Больше не оценивает. Файл и все действия сохраняются, чтобы прежние решения можно было повторить.", "Scores no more. File and acts are kept, so that earlier decisions can be made again.";
    model_history: "Что с ней делали", "What was done with it";
    model_more: "ещё признаков", "more features";
    model_actions: "Что можно сделать", "What can be done";
    model_nothing_to_do: "Вам с этой моделью сейчас делать нечего.", "There is nothing for you to do with this model now.";
    model_reason_note: "Сохраняется вместе с вашим именем и временем; не меньше трёх знаков.", "Kept with your name and the time; at least three characters.";
    model_may_go_live: "Карточка не возражает против ввода в действие", "Its card says nothing against going live";
    model_may_not_go_live: "Ввести в действие нельзя", "It may not go live";
    model_foreign: "Сделана для других признаков", "Made for other features";
    model_trained: "Обучена", "Trained";
    model_learned: "На чём училась", "Learned from";
    model_measured: "На чём измерена", "Measured on";
    model_not_measured: "Не измерена на строках, которых не видела.", "Not measured on rows of its own.";
    model_rows: "строк", "rows";
    model_found: "выявлено", "found";
    model_trees: "Деревьев", "Trees";
    model_keys: "Разных строк в обучении", "Different rows learned from";
    model_rank: "Ранжирует", "Ranks";
    model_rank_probability: "по вероятности", "by probability";
    model_rank_duty: "по вероятности, умноженной на платежи", "by probability times duty";
    model_plan: "Доли и случайность", "Shares and chance";
    model_plan_red: "В красный коридор", "Into the red lane";
    model_plan_yellow: "В жёлтый коридор", "Into the yellow lane";
    model_plan_explored: "Из них случайно, для разведки", "Of these by chance, to explore";
    model_quality: "Качество", "Quality";
    model_chart_note: "Доля выявленного среди десятой части строк с наибольшей оценкой, по месяцам.", "Share with something found in the tenth of rows with the highest scores, month by month.";
    model_precision_5: "Точность, 5 %", "Precision at 5 %";
    model_precision_10: "Точность, 10 %", "Precision at 10 %";
    model_recall_10: "Полнота, 10 %", "Recall at 10 %";
    model_comparisons: "Рядом с тем, что отбирает без неё", "Beside what selects without it";
    model_of_rows: "Строки", "Rows";
    model_all_rows: "все", "all";
    model_novel_rows: "новые", "novel";
    model_beside: "Рядом", "Beside";
    model_beside_rules: "правила", "the rules";
    model_beside_look_up: "таблица прежних результатов", "the look-up table";
    model_inspected: "Проверок", "Inspected";
    model_finds: "Находит модель", "Found by the model";
    model_other_finds: "Находит другое", "Found by the other";
    model_features: "Признаки и их вес", "Features and their weight";
    model_feature: "Признак", "Feature";
    model_drift: "Похожи ли новые декларации на прежние", "Do declarations still look like those learned from";
    model_drift_of: "Деклараций", "Declarations";
    model_drift_note: "Ниже 0,1 — без изменений, от 0,25 — другая совокупность: пора обучать заново. Само по себе это ничего не меняет.", "Below 0.1 steady, from 0.25 on another population: time to train anew. It changes nothing by itself.";
    model_drift_index: "Индекс", "Index";
    model_drift_unknown: "Неизвестных", "Unknown";
    model_drift_score: "Оценка", "Score";
    model_drift_steady: "без изменений", "steady";
    model_drift_shifted: "сдвиг", "shifted";
    model_drift_other: "другая совокупность", "another population";
    model_drift_none: "Ещё не сравнивалось. Модели в действии и в тени сравниваются раз в сутки.", "Not compared yet. Models that are live or in the shadow are compared once a day.";
    scored_title: "Оценка моделью", "Scored by a model";
    scored_line: "товар", "line";
    scored_probability: "вероятность нарушения", "probability that something is found";
    scored_by_score: "по оценке", "by its score";
    scored_by_chance: "случайно, для разведки", "by chance, to explore";
    scored_by_nothing: "не выбрана", "not selected";
    scored_shadow: "в тени: ни на что не влияет", "in the shadow: it moves nothing";
    scored_reasons: "Что повлияло сильнее всего", "What weighed most";
    scored_reasons_note: "Плюс говорит за проверку, минус против. Это то, на что смотрела модель, а не причина нарушения.", "Plus speaks for a look, minus against. It is what the model looked at, not what causes anything.";
    scored_unknown: "такого значения модель не видела", "the model has not seen this value";
    effects_title: "Результативность контроля", "What looking brings";
    effects_note: "Доля проверок, в которых что-то выявлено, с интервалом, в котором она лежит с вероятностью 95 %. Случайный отбор — точка отсчёта: профиль должен находить больше.", "The share of looks that found something, with the interval it lies in with 95 % confidence. Chance is the base line: a profile has to find more.";
    effects_from: "С", "From";
    effects_to: "По", "To";
    effect_fired: "Сработало", "Fired";
    effect_looked: "Проверено", "Looked at";
    effect_rate: "Выявляемость", "Hit rate";
    effect_lift: "К случайному", "Over chance";
    effect_hourly: "За час", "An hour";
    effect_open: "Без решения", "Open";
    effect_proposal: "Предложение", "Proposal";
    effect_month: "Месяц", "Month";
    effect_version: "Версия", "Version";
    effect_before_versions: "до учёта версий", "before versions were kept";
    effect_in_force_since: "действует с", "in force since";
    effect_why_not: "Почему меры не применялись", "Why measures were not applied";
    event_results_recorded: "Записан результат контроля", "Result of the look recorded";
    looks_title: "Результаты контроля", "What came of the look";
    looks_note: "По каждому основанию укажите, что выявлено. Если мера не применялась, укажите почему. Декларант этого не видит.", "Say for each ground what was found, or why the measure was not applied. The declarant does not see this.";
    looks_none: "Результатов пока нет.", "No results yet.";
    look_ground: "Основание", "Ground";
    look_chance: "случайный отбор", "chance";
    look_model: "оценка модели", "score of the model";
    look_exploration: "случайный отбор модели", "exploration beside the model";
    look_officer: "по решению должностного лица", "officer's own";
    look_measure: "Мера", "Measure";
    look_outcome: "Результат", "Result";
    look_kind: "Что выявлено", "What was found";
    look_amount: "Сумма", "Amount";
    look_minutes: "Минут", "Minutes";
    look_remark: "Примечание", "Remark";
    look_by: "Кто записал", "Recorded by";
    look_not_yet: "— не указан —", "— not yet —";
    look_unstated: "не указан", "not stated";
    look_not_applied: "мера не применена", "not applied";
    look_nothing: "нарушений нет", "nothing found";
    look_found: "выявлено", "found";
    look_record: "Записать результаты", "Record results";
    looks_recorded: "Результаты записаны.", "The results are recorded.";
    event_registration_refused: "Отказано в регистрации", "Registration refused";
    event_registered: "Зарегистрирована", "Registered";
    event_payment_reserved: "Средства зарезервированы", "Money set aside";
    event_payment_awaited: "Ожидается уплата", "Payment awaited";
    event_security_taken: "Обеспечение принято", "Security taken";
    event_security_awaited: "Ожидается обеспечение", "Security awaited";
    event_security_freed: "Обеспечение освобождено", "Security freed";
    security_missing: "Не обеспечено", "Not secured";
    security_word: "Обеспечение", "Security";
    security_demanded: "Требуется обеспечить", "To be secured";
    security_covers: "Обеспечено", "Secured by";
    payers_word: "Плательщики", "Payers";
    share_word: "Часть", "Share";
    payer_number: "Номер плательщика", "Payer's number";
    short_word: "Не хватает", "Short";
    event_payment_posted: "Платежи списаны", "Payments posted";
    event_payment_returned: "Средства возвращены", "Money returned";
    event_routed: "Направлена на контроль", "Routed to control";
    event_assigned: "Назначено должностное лицо", "Officer assigned";
    event_overdue: "Срок прошёл", "Deadline passed";
    event_released: "Выпущена", "Released";
    event_released_conditionally: "Выпущена условно", "Released conditionally";
    event_refused: "Отказано в выпуске", "Release refused";
    event_withdrawn: "Отозвана", "Withdrawn";
    event_corrected: "Исправлена", "Corrected";
    event_correction_refused: "Корректировка не принята", "Correction not taken";
    event_paper_attached: "Получен документ", "Document received";
    field_word: "Поле", "Field";
    versions: "Изменения декларации", "Changes of the declaration";
    was: "Было", "Was";
    is_now: "Стало", "Is now";
    and_more: "и ещё полей:", "and more fields:";
    papers: "Документы к декларации", "Documents to the declaration";
    paper_received: "Документ принят.", "The document was taken.";
    version_word: "версия", "version";
    changes_word: "изменено полей", "fields changed";

    // Proof.
    proof: "Доказательство", "Proof";
    proof_note: "Каждый шаг этого дела — запись в журнале, который только растёт. Квитанция доказывает это без нашей системы.", "Every step of this case is a leaf of a log that only grows. The receipt proves it without this system.";
    proof_how: "Проверить квитанцию на своём компьютере:", "To verify the receipt on your own machine:";
    leaves: "Записи журнала", "Leaves of the log";
    document_format: "Формат документа", "Document format";
    world: "Справочники и правила", "Reference data and rules";
    receipt: "Квитанция", "Receipt";
    original: "Исходный документ", "Original document";

    // Filing.
    file_title: "Подача декларации", "File a declaration";
    file_document: "Документ", "Document";
    file_document_note: "XML по альбому форматов или JSON. Принимается байт в байт, как есть.", "XML of the album of formats, or JSON. It is taken byte for byte.";
    file_seal: "Подпись", "Seal";
    file_seal_note: "Отсоединённая подпись этого файла; без неё — только если это разрешает юрисдикция.", "A detached seal of this file; without one only where the jurisdiction allows it.";
    file_check_only: "Только проверить, ничего не подавать", "Only check, file nothing";
    file_send: "Отправить", "Send";
    checked_title: "Проверено", "Checked";
    checked_note: "Это проверка: ничего не подано и не сохранено.", "This is a check: nothing was filed or stored.";
    no_findings: "Замечаний нет", "No findings";
    declared: "Заявленные сведения", "What is declared";
}

impl Texts {
    /// The texts of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }

    pub(crate) fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Declarant => self.role_declarant,
            Role::Officer => self.role_officer,
            Role::Analyst => self.role_analyst,
            Role::RiskChief => self.role_risk_chief,
            Role::Duty => self.role_duty,
            Role::Auditor => self.role_auditor,
            Role::Administrator => self.role_administrator,
        }
    }

    pub(crate) fn category(&self, category: Category) -> &'static str {
        match category {
            Category::Low => self.category_low,
            Category::Medium => self.category_medium,
            Category::High => self.category_high,
        }
    }

    pub(crate) fn state(&self, state: State) -> &'static str {
        match state {
            State::New => self.state_new,
            State::RegistrationRefused => self.state_registration_refused,
            State::WaitingForPayment => self.state_waiting_for_payment,
            State::UnderControl => self.state_under_control,
            State::Released => self.state_released,
            State::ReleasedConditionally => self.state_released_conditionally,
            State::ReleaseRefused => self.state_release_refused,
            State::Withdrawn => self.state_withdrawn,
        }
    }

    /// The word for an outcome by its stable name.
    pub(crate) fn outcome(&self, name: &str) -> &'static str {
        match name {
            "refused" => self.outcome_refused,
            "released" => self.outcome_released,
            "routed" => self.outcome_routed,
            "waiting" => self.outcome_waiting,
            "release_refused" => self.outcome_release_refused,
            "withdrawn" => self.outcome_withdrawn,
            _ => self.state_new,
        }
    }

    /// The ground of a look, for people.
    pub(crate) fn ground(&self, ground: &Ground) -> String {
        match ground.as_str() {
            Ground::CHANCE => self.look_chance.to_owned(),
            Ground::MODEL => self.look_model.to_owned(),
            Ground::EXPLORATION => self.look_exploration.to_owned(),
            Ground::OFFICER => self.look_officer.to_owned(),
            profile => format!("{} {profile}", self.profile),
        }
    }

    /// What a look came to, in a word.
    pub(crate) fn came_to(&self, outcome: &Outcome) -> &'static str {
        match outcome {
            Outcome::Unstated => self.look_unstated,
            Outcome::NotApplied => self.look_not_applied,
            Outcome::Nothing => self.look_nothing,
            Outcome::Found { .. } => self.look_found,
        }
    }

    /// The word for who decided, by its stable name; empty while nobody has.
    pub(crate) fn decider(&self, name: &str) -> &'static str {
        match name {
            "automatic" => self.automatic,
            "officer" => self.by_officer,
            _ => "",
        }
    }

    pub(crate) fn lane(&self, lane: Lane) -> &'static str {
        match lane {
            Lane::Green => self.lane_green,
            Lane::Blue => self.lane_blue,
            Lane::Yellow => self.lane_yellow,
            Lane::Red => self.lane_red,
        }
    }

    pub(crate) fn kind_word(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Import => self.kind_import,
            Kind::Export => self.kind_export,
            Kind::Transit => self.kind_transit,
        }
    }

    pub(crate) fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Error => self.severity_error,
            Severity::Warning => self.severity_warning,
            Severity::Hint => self.severity_hint,
        }
    }

    /// The word for a kind of rate, by its word in files.
    pub(crate) fn rate_kind(&self, word: &str) -> &'static str {
        match word {
            "duty" => self.pay_duty,
            "export_duty" => self.pay_export_duty,
            "excise" => self.pay_excise,
            "vat" => self.pay_vat,
            "antidumping" => self.pay_antidumping,
            "countervailing" => self.pay_countervailing,
            _ => self.pay_special,
        }
    }

    pub(crate) fn dataset_kind(&self, kind: DatasetKind) -> &'static str {
        match kind {
            DatasetKind::Pack => self.set_pack,
            DatasetKind::Commodities => self.set_commodities,
            DatasetKind::Chapters => self.set_chapters,
            DatasetKind::Hs => self.set_hs,
            DatasetKind::Tnved => self.set_tnved,
            DatasetKind::Rates => self.set_rates,
            DatasetKind::Exchange => self.set_exchange,
            DatasetKind::Countries => self.set_countries,
            DatasetKind::Currencies => self.set_currencies,
            DatasetKind::Offices => self.set_offices,
            DatasetKind::Classifiers => self.set_classifiers,
            DatasetKind::Prices => self.set_prices,
            DatasetKind::Anchors => self.set_anchors,
            DatasetKind::Revocation => self.set_revocation,
            DatasetKind::Certificates => self.set_certificates,
        }
    }

    /// The word for a table in which worlds differ.
    pub(crate) fn table(&self, name: &str) -> &'static str {
        match name {
            "names" => self.diff_names,
            "names_en" => self.diff_names_en,
            "duties" => self.diff_duties,
            "countries" => self.set_countries,
            "currencies" => self.set_currencies,
            "offices" => self.set_offices,
            "rates" => self.set_rates,
            "exchange" => self.set_exchange,
            "classifiers" => self.set_classifiers,
            "prices" => self.set_prices,
            _ => self.diff_sets,
        }
    }

    pub(crate) fn payment_status(&self, word: &str) -> &'static str {
        match word {
            "payable" => self.pay_payable,
            "conditional" => self.pay_conditional,
            _ => self.pay_none,
        }
    }

    /// What was just done, by the word the address carries.
    pub(crate) fn notice(&self, done: &str) -> Option<&'static str> {
        Some(match done {
            "filed" => self.done_filed,
            "again" => self.done_again,
            "refused" => self.done_refused,
            "release" => self.done_release,
            "refuse" => self.done_refuse,
            "withdraw" => self.done_withdraw,
            "want_documents" | "want_papers" | "start_examination" | "finish_examination" | "instruct"
            | "refuse_change" | "transit_arrived" => self.done_act,
            "record_results" => self.looks_recorded,
            "order_measures" => self.done_measures,
            "paper" => self.paper_received,
            _ => return None,
        })
    }

    /// What an entry of a payer is for; none for those that payers do not see.
    pub(crate) fn purpose(&self, purpose: Purpose) -> Option<&'static str> {
        Some(match purpose {
            Purpose::AdvanceReceived => self.purpose_received,
            Purpose::AdvanceRefunded => self.purpose_refunded,
            Purpose::OverpaidReturned => self.purpose_overpaid,
            Purpose::Reserved => self.event_payment_reserved,
            // Set aside and posted in one go: what the payer sees is that it is paid.
            Purpose::Posted | Purpose::Paid => self.event_payment_posted,
            Purpose::Released => self.event_payment_returned,
            Purpose::GuaranteeGiven => self.purpose_guarantee_given,
            Purpose::GuaranteeEnded => self.purpose_guarantee_ended,
            Purpose::LimitRaised | Purpose::LimitLowered | Purpose::CoverTaken | Purpose::CoverFreed => {
                return None;
            }
        })
    }

    /// Who did something: a login, or a word for the program itself.
    pub(crate) fn who<'a>(&self, login: &'a str) -> &'a str {
        match login {
            STARTER => self.profile_by_starter,
            OPERATOR => self.profile_by_operator,
            login => login,
        }
    }

    pub(crate) fn read_through(&self, what: &str) -> &'static str {
        match what {
            "page" => self.read_page,
            "api" => self.read_api,
            "receipt" => self.read_receipt,
            "evidence" => self.read_evidence,
            "document" => self.read_document,
            "csv" => self.read_csv,
            "category" => self.category,
            "appeals" => self.appeals,
            _ => self.read_other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_in_its_language() {
        let cyrillic = |text: &str| text.chars().any(|c| ('А'..='я').contains(&c) || c == 'ё');
        for (name, ru, en) in ROWS {
            assert!(!ru.is_empty() && !en.is_empty(), "{name}");
            // The name of the other language stands in that language.
            let swapped = name.starts_with("other_language");
            if !swapped {
                assert!(cyrillic(ru), "{name}: {ru}");
                assert!(!cyrillic(en), "{name}: {en}");
            }
        }
    }
}
