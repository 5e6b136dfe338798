//! The declaration as the trade knows it: the single administrative form, box by box.
//!
//! The fields follow the declaration on goods of the Eurasian Economic Union (decision of the
//! Customs Union Commission No. 257 of 20 May 2010, as amended) and the structure ESADout_CU of the
//! album of formats; the names are the trade's own. Everything a person fills in is optional here:
//! what is missing is a finding of the control, never an error of the type.

use jiff::civil::{Date, DateTime, Time};

use crate::codes::*;
use crate::leaf::Words;
use crate::quantity::{Amount, Mass, Quantity, Rate};
use crate::record::record;

record! {
    /// A declaration on goods or for transit: what was declared, as it was declared.
    pub struct Declaration {
        leaf document_id: Words<36>, "", "Идентификатор документа", "Document identifier";
        leaf document_code: Words<14>, "", "Код электронного документа", "Electronic document code";
        leaf created_at: DateTime, "", "Дата и время создания", "Created at";
        leaf language: Code, "", "Язык", "Language";
        leaf direction: Code, "1.1", "Тип декларации", "Declaration type";
        leaf procedure: ProcedureCode, "1.2", "Таможенная процедура", "Customs procedure";
        leaf transit_feature: Code, "1.2", "Особенность транзита", "Transit feature";
        leaf transit_direction: Code, "1.3", "Направление транзита", "Transit direction";
        leaf electronic_sign: Code, "1.3", "Признак электронного документа", "Electronic document sign";
        leaf document_usage: Code, "", "Использование документов как декларации", "Documents used as the declaration";
        leaf particularity: Code, "7", "Особенность декларирования", "Particularity of declaring";
        leaf seal_count: u32, "D", "Число пломб", "Number of seals";
        leaves seals: Words<20>, "D", "Номера пломб", "Seal numbers";
        leaf recipient_country: CountryCode, "", "Страна таможенного органа", "Country of the customs office";
        leaf origin_country_name: Words<40>, "16", "Страна происхождения, название", "Country of origin, name";
        leaf origin_country: CountryCode, "16", "Страна происхождения", "Country of origin";
        leaf specification_count: u32, "4", "Число спецификаций", "Number of specifications";
        leaf specification_sheet_count: u32, "4", "Листов спецификаций", "Specification sheets";
        leaf item_count: u32, "5", "Всего товаров", "Total items";
        leaf package_count: u32, "6", "Всего мест", "Total packages";
        leaf sheet_count: u32, "3", "Листов", "Sheets";
        leaf customs_value_total: Amount, "12", "Общая таможенная стоимость", "Total customs value";
        leaf customs_value_currency: CurrencyCode, "12", "Валюта таможенной стоимости", "Currency of the customs value";
        one consignor: Party, "2", "Отправитель", "Consignor";
        one consignee: Party, "8", "Получатель", "Consignee";
        one financial_party: Party, "9", "Лицо, ответственное за финансовое урегулирование", "Party responsible for financial settlement";
        one declarant: Party, "14", "Декларант", "Declarant";
        one carrier: Party, "50", "Перевозчик", "Carrier";
        many goods_locations: GoodsLocation, "30", "Местонахождение товаров", "Location of goods";
        leaf container_indicator: bool, "19", "Контейнер", "Container indicator";
        leaf dispatch_country: CountryCode, "15", "Страна отправления", "Country of dispatch";
        leaf dispatch_country_name: Words<40>, "15", "Страна отправления, название", "Country of dispatch, name";
        leaf destination_country: CountryCode, "17", "Страна назначения", "Country of destination";
        leaf destination_country_name: Words<40>, "17", "Страна назначения, название", "Country of destination, name";
        many border_offices: Office, "29", "Орган въезда или выезда", "Office of entry or exit";
        one transport_inland: Transport, "26", "Транспорт внутри страны", "Inland transport";
        one transport_border: Transport, "25", "Транспорт на границе", "Transport at the border";
        leaf expected_arrival_date: Date, "", "Ожидаемая дата прибытия", "Expected date of arrival";
        leaf expected_arrival_time: Time, "", "Ожидаемое время прибытия", "Expected time of arrival";
        one arrival_office: Office, "29", "Орган прибытия", "Office of arrival";
        one delivery_office: Office, "53", "Орган назначения", "Office of destination";
        leaf invoice_currency: CurrencyCode, "22", "Валюта счёта", "Invoice currency";
        leaf invoice_total: Amount, "22", "Общая сумма по счёту", "Total invoice amount";
        leaf exchange_rate: Rate, "23", "Курс валюты", "Exchange rate";
        leaf trade_country: CountryCode, "11", "Торгующая страна", "Trading country";
        leaf deal_nature: Code, "24", "Характер сделки", "Nature of the transaction";
        leaf deal_feature: Code, "24", "Особенность сделки", "Feature of the transaction";
        one delivery: Delivery, "20", "Условия поставки", "Terms of delivery";
        many items: Item, "31", "Товары", "Goods";
        many payments: PaymentTotal, "B", "Подробности подсчёта", "Accounting details";
        many guarantees: Guarantee, "52", "Обеспечение", "Security";
        many transit_guarantees: TransitGuarantee, "52", "Обеспечение транзита", "Transit guarantee";
        one signatory: Signatory, "54", "Лицо, заполнившее декларацию", "Person who completed the declaration";
        one representative: Representative, "54", "Таможенный представитель", "Customs representative";
        leaf function: Code, "", "Функция сообщения", "Function of the message";
        leaf local_reference: Words<35>, "", "Номер декларации у подателя (LRN)", "Local reference number (LRN)";
        leaf movement_reference: Words<70>, "", "Номер декларации у таможни (MRN)", "Movement reference number (MRN)";
        leaf mass_gross_total: Mass, "35", "Общий вес брутто, кг", "Total gross mass, kg";
        leaf ucr: Words<35>, "7", "Уникальный номер партии (UCR)", "Unique consignment reference (UCR)";
        leaf trader_reference: Words<35>, "7", "Номер партии у участника", "Reference assigned by the trader";
        one exporter: Party, "2", "Экспортёр", "Exporter";
        one importer: Party, "8", "Импортёр", "Importer";
        one buyer: Party, "", "Покупатель", "Buyer";
        one seller: Party, "", "Продавец", "Seller";
        one agent: Party, "14", "Представитель декларанта", "Agent of the declarant";
        many authorisations: Authorisation, "", "Разрешения", "Authorisations";
        one transport_arrival: Transport, "18", "Транспорт при прибытии", "Transport on arrival";
        one transport_departure: Transport, "18", "Транспорт при убытии", "Transport at departure";
        many equipment: Equipment, "31", "Контейнеры и пломбы", "Containers and seals";
        leaf declaration_office: OfficeCode, "A", "Орган подачи декларации", "Office of declaration";
        one presentation_office: Office, "", "Орган предъявления товаров", "Office of presentation";
        one supervising_office: Office, "44", "Надзорный орган", "Supervising office";
        one warehouse: Warehouse, "49", "Склад", "Warehouse";
        many charges: Charge, "", "Добавления и вычеты", "Additions and deductions";
        many documents: Document, "48", "Документы партии", "Documents of the consignment";
        many preceding_documents: PrecedingDocument, "40", "Предшествующие документы партии", "Preceding documents of the consignment";
        many statements: Statement, "44", "Заявления", "Statements";
        many amendments: Amendment, "", "Изменения", "Amendments";
    }
}

record! {
    /// A person or organisation with a part in the declaration.
    pub struct Party {
        leaf name: Words<300>, "", "Наименование", "Name";
        leaf short_name: Words<120>, "", "Краткое наименование", "Short name";
        leaf language: Code, "", "Язык наименования", "Language of the name";
        leaf ogrn: TaxNumber, "", "ОГРН (Россия)", "State registration number (Russia)";
        leaf inn: TaxNumber, "", "ИНН (Россия)", "Tax number (Russia)";
        leaf kpp: TaxNumber, "", "КПП (Россия)", "Tax registration reason code (Russia)";
        leaf bin: TaxNumber, "", "БИН (Казахстан)", "Business number (Kazakhstan)";
        leaf iin: TaxNumber, "", "ИИН (Казахстан)", "Individual number (Kazakhstan)";
        leaf unp: TaxNumber, "", "УНП (Беларусь)", "Payer number (Belarus)";
        leaf unn: TaxNumber, "", "УНН (Армения)", "Taxpayer number (Armenia)";
        leaf social_number: TaxNumber, "", "НЗОУ (Армения)", "Public services number (Armenia)";
        leaf kg_inn: TaxNumber, "", "ИНН (Кыргызстан)", "Tax number (Kyrgyzstan)";
        leaf kg_okpo: TaxNumber, "", "ОКПО (Кыргызстан)", "Enterprise classifier number (Kyrgyzstan)";
        leaf eori: TaxNumber, "", "Номер EORI", "EORI number";
        leaf role: Code, "", "Роль лица", "Role of the party";
        leaf foreign_tax_number: TaxNumber, "", "Номер налогоплательщика (другая страна)", "Taxpayer number (another country)";
        leaf country: CountryCode, "", "Страна", "Country";
        leaf customs_number: Words<40>, "", "Таможенный идентификационный номер", "Customs identification number";
        leaf person_number: Words<20>, "", "Идентификатор физического лица", "Person identifier";
        one identity_card: IdentityCard, "", "Удостоверение личности", "Identity document";
        many address: Address, "", "Адрес", "Address";
        leaves phones: Words<24>, "", "Телефоны", "Telephones";
        leaves emails: Words<50>, "", "Электронная почта", "E-mail";
        leaf same_as_declarant: bool, "", "Совпадает с декларантом", "Same as the declarant";
        many drivers: Person, "", "Водители", "Drivers";
    }
}

record! {
    /// A postal address.
    pub struct Address {
        leaf kind: Code, "", "Вид адреса", "Kind of address";
        leaf postal_code: Words<10>, "", "Почтовый индекс", "Postal code";
        leaf country: CountryCode, "", "Код страны", "Country code";
        leaf country_name: Words<120>, "", "Страна", "Country name";
        leaf region: Words<120>, "", "Регион", "Region";
        leaf district: Words<120>, "", "Район", "District";
        leaf town: Words<120>, "", "Город", "Town";
        leaf city: Words<120>, "", "Населённый пункт", "City";
        leaf street_house: Words<120>, "", "Улица", "Street";
        leaf house: Words<120>, "", "Дом", "House";
        leaf room: Words<120>, "", "Помещение", "Room";
        leaf text: Words<1000>, "", "Адрес текстом", "Address as text";
    }
}

record! {
    /// A document that proves who a person is.
    pub struct IdentityCard {
        leaf code: Code, "", "Код вида документа", "Kind of document, code";
        leaf name: Words<500>, "", "Вид документа", "Kind of document";
        leaf series: Words<20>, "", "Серия", "Series";
        leaf number: Words<50>, "", "Номер документа", "Number";
        leaf issued_on: Date, "", "Дата выдачи", "Date of issue";
        leaf issuer: Words<300>, "", "Кем выдан", "Issued by";
    }
}

record! {
    /// A natural person.
    pub struct Person {
        leaf surname: Words<150>, "", "Фамилия", "Surname";
        leaf name: Words<150>, "", "Имя", "Name";
        leaf middle_name: Words<150>, "", "Отчество", "Middle name";
        leaf post: Words<250>, "", "Должность", "Position";
        one identity_card: IdentityCard, "", "Удостоверение личности", "Identity document";
    }
}

record! {
    /// A customs office named in a declaration.
    pub struct Office {
        leaf code: OfficeCode, "", "Код органа", "Office code";
        leaf name: Words<50>, "", "Наименование органа", "Office name";
        leaf country: CountryCode, "", "Страна органа", "Country of the office";
    }
}

record! {
    /// Where the goods can be inspected.
    pub struct GoodsLocation {
        leaf kind: Code, "", "Вид места", "Kind of place";
        leaf office: OfficeCode, "", "Таможенный орган", "Customs office";
        leaf country: CountryCode, "", "Страна", "Country";
        leaf name: Words<150>, "", "Место", "Place";
        leaf zone: Words<50>, "", "Зона таможенного контроля", "Customs control zone";
        leaf qualifier: Code, "", "Чем определено место", "How the place is identified";
        leaf identifier: Words<40>, "", "Дополнительный код места", "Further code of the place";
        one address: Address, "", "Адрес места", "Address of the place";
    }
}

record! {
    /// Means of transport at one stage of the journey.
    pub struct Transport {
        leaf mode: TransportMode, "", "Вид транспорта", "Mode of transport";
        leaf nationality: CountryCode, "", "Страна регистрации", "Country of registration";
        leaf means_count: u32, "", "Число транспортных средств", "Number of means of transport";
        leaf identifier: Words<40>, "", "Опознавательный знак", "Identification";
        leaf identifier_kind: Code, "", "Вид опознавательного знака", "Kind of identification";
        many means: TransportMeans, "", "Транспортные средства", "Means of transport";
    }
}

record! {
    /// One vehicle, vessel, aircraft or wagon.
    pub struct TransportMeans {
        leaf vin: Words<40>, "", "Номер шасси (VIN)", "Vehicle identification number";
        leaf kind: Code, "", "Тип транспортного средства", "Kind of means of transport";
        leaf mark: Code, "", "Марка", "Make";
        leaf identifier: Words<40>, "", "Регистрационный номер", "Registration number";
        leaf nationality: CountryCode, "", "Страна регистрации средства", "Country of registration of the means";
        leaf trailer: Words<40>, "", "Номер прицепа", "Trailer number";
    }
}

record! {
    /// Terms of delivery.
    pub struct Delivery {
        leaf terms: DeliveryTerms, "", "Код Инкотермс", "Incoterms code";
        leaf place: Words<120>, "", "Место поставки", "Place of delivery";
        leaf place_code: Words<17>, "", "Код места поставки", "Code of the place of delivery";
    }
}

record! {
    /// One line of goods.
    pub struct Item {
        leaf number: u32, "32", "Номер товара", "Item number";
        leaf consignment: u32, "", "Номер товарной партии (со второй)", "Number of the consignment (from the second)";
        leaves description: Words<250>, "31", "Описание товара", "Description of goods";
        leaf mass_gross: Mass, "35", "Вес брутто, кг", "Gross mass, kg";
        leaf mass_net: Mass, "38", "Вес нетто, кг", "Net mass, kg";
        leaf mass_net_bare: Mass, "38", "Вес нетто без упаковки, кг", "Net mass without any packaging, kg";
        leaf invoice_value: Amount, "42", "Цена товара", "Item price";
        leaf invoice_currency: CurrencyCode, "42", "Валюта цены", "Currency of the price";
        leaf customs_value: Amount, "45", "Таможенная стоимость", "Customs value";
        leaf statistical_value: Amount, "46", "Статистическая стоимость", "Statistical value";
        leaf commodity_code: CommodityCode, "33", "Код товара", "Commodity code";
        leaf non_tariff_sign: Code, "33", "Признак нетарифного регулирования", "Non-tariff regulation sign";
        leaf intellectual_property_sign: Code, "33", "Признак интеллектуальной собственности", "Intellectual property sign";
        leaf traceability_sign: Code, "33", "Признак прослеживаемости", "Traceability sign";
        leaf marking_sign: Code, "33", "Признак маркировки", "Marking sign";
        leaf additional_code: Code, "33", "Дополнительный код товара", "Additional commodity code";
        leaf origin_country: CountryCode, "34", "Страна происхождения товара", "Country of origin of the goods";
        leaf origin_country_name: Words<40>, "34", "Страна происхождения товара, название", "Country of origin of the goods, name";
        leaf valuation_method: Code, "43", "Метод определения стоимости", "Valuation method";
        leaf sheet_number: u32, "3", "Номер листа", "Sheet number";
        many groups: GoodsGroup, "31", "Группы товаров", "Groups of goods";
        one preference: Preference, "36", "Преференции", "Preferences";
        leaf currency: CurrencyCode, "42", "Валюта стоимости (транзит)", "Currency of the value (transit)";
        many documents: Document, "44", "Документы", "Documents";
        many preceding_documents: PrecedingDocument, "40", "Предшествующие документы", "Preceding documents";
        many payments: PaymentLine, "47", "Исчисление платежей", "Calculation of payments";
        one supplementary: SupplementaryQuantity, "41", "Дополнительная единица", "Supplementary unit";
        one packaging: Packaging, "31.2", "Упаковка", "Packaging";
        one quota: Quota, "39", "Квота", "Quota";
        many containers: Container, "31.3", "Контейнеры", "Containers";
        one procedure: ItemProcedure, "37", "Процедура", "Procedure";
        many vehicles: Vehicle, "31", "Автомобили", "Motor vehicles";
        many classifications: Classification, "33", "Дополнительные коды товара", "Further codes of the goods";
        leaf origin_kind: Code, "34", "Вид происхождения", "Kind of origin";
        leaf dispatch_country: CountryCode, "15", "Страна отправления товара", "Country of dispatch of the goods";
        leaf destination_country: CountryCode, "17", "Страна назначения товара", "Country of destination of the goods";
        leaf deal_nature: Code, "24", "Характер сделки с товаром", "Nature of the transaction of the goods";
        leaf valuation_indicator: Code, "45", "Признаки оценки", "Valuation indicators";
        many charges: Charge, "45", "Добавления и вычеты по товару", "Additions and deductions of the goods";
        many packages: Package, "31", "Места", "Packages";
        many equipment: Equipment, "31", "Контейнеры товара", "Containers of the goods";
        many additional_procedures: AdditionalProcedure, "37.2", "Дополнительные процедуры", "Additional procedures";
        many statements: Statement, "44", "Заявления о товаре", "Statements about the goods";
    }
}

record! {
    /// A group of goods of one name inside a line.
    pub struct GoodsGroup {
        leaves description: Words<250>, "", "Описание группы", "Description of the group";
        many lots: GoodsLot, "", "Характеристики", "Characteristics";
        leaf number: u32, "", "Номер группы", "Group number";
    }
}

record! {
    /// Characteristics of goods in a group.
    pub struct GoodsLot {
        leaf manufacturer: Words<300>, "", "Производитель", "Manufacturer";
        leaf trade_mark: Words<250>, "", "Товарный знак", "Trade mark";
        leaf mark: Words<250>, "", "Марка товара", "Mark";
        leaf model: Words<250>, "", "Модель", "Model";
        leaf article: Words<50>, "", "Артикул", "Article number";
        leaf standard: Words<50>, "", "Стандарт", "Standard";
        leaves serial_numbers: Words<50>, "", "Серийные номера", "Serial numbers";
        one quantity: SupplementaryQuantity, "", "Количество", "Quantity";
    }
}

record! {
    /// Codes of preference: which payments are relieved.
    pub struct Preference {
        leaf fee: Code, "36.1", "Льгота по сборам", "Relief from fees";
        leaf duty: Code, "36.2", "Льгота по пошлине", "Relief from duty";
        leaf excise: Code, "36.3", "Льгота по акцизу", "Relief from excise";
        leaf vat: Code, "36.4", "Льгота по НДС", "Relief from VAT";
    }
}

record! {
    /// A supporting document referred to.
    pub struct Document {
        leaf kind: DocumentKind, "", "Вид документа", "Kind of document";
        leaf name: Words<500>, "", "Наименование документа", "Name of the document";
        leaf number: Words<70>, "", "Номер документа", "Document number";
        leaf date: Date, "", "Дата документа", "Document date";
        leaf valid_from: Date, "", "Действует с", "Valid from";
        leaf valid_to: Date, "", "Действует по", "Valid to";
        leaf payment_kind: PaymentKind, "", "Вид платежа", "Payment kind";
        leaf country: CountryCode, "", "Страна документа", "Country of the document";
        leaf presenting: Code, "", "Признак представления", "How it is presented";
        leaf category: Code, "", "Разряд документа", "Category of the document";
        leaf status: Code, "", "Состояние документа", "Status of the document";
        leaf archive_id: Words<36>, "", "Идентификатор в архиве", "Archive identifier";
        leaf record_id: Words<36>, "", "Идентификатор записи", "Record identifier";
        leaf term: Date, "44", "Заявленный срок процедуры", "Requested term of the procedure";
    }
}

record! {
    /// A document under which the goods were before.
    pub struct PrecedingDocument {
        leaf line: u32, "", "Строка", "Line";
        leaf office: OfficeCode, "", "Орган предшествующего документа", "Office of the preceding document";
        leaf date: Date, "", "Дата предшествующего документа", "Date of the preceding document";
        leaf number: Words<70>, "", "Номер предшествующего документа", "Number of the preceding document";
        leaf item: u32, "", "Номер товара в нём", "Item number in it";
        leaf name: Words<500>, "", "Наименование предшествующего документа", "Name of the preceding document";
        leaf kind: DocumentKind, "", "Вид предшествующего документа", "Kind of the preceding document";
        leaf category: Code, "", "Разряд предшествующего документа", "Category of the preceding document";
        leaf mass_net: Mass, "", "Вес нетто из него, кг", "Net mass from it, kg";
    }
}

record! {
    /// One line of the declarant's own calculation of a payment.
    pub struct PaymentLine {
        leaf kind: PaymentKind, "47.1", "Вид", "Kind";
        leaf base: Quantity, "47.2", "Основа начисления", "Base";
        leaf rate: Rate, "47.3", "Ставка", "Rate";
        leaf rate_kind: Code, "47.3", "Вид ставки", "Kind of rate";
        leaf rate_currency: Code, "47.3", "Валюта ставки", "Currency of the rate";
        leaf rate_unit: UnitCode, "47.3", "Единица ставки", "Unit of the rate";
        leaf second_rate: Rate, "47.3", "Вторая ставка", "Second rate";
        leaf second_rate_kind: Code, "47.3", "Вид второй ставки", "Kind of the second rate";
        leaf second_rate_currency: Code, "47.3", "Валюта второй ставки", "Currency of the second rate";
        leaf second_rate_unit: UnitCode, "47.3", "Единица второй ставки", "Unit of the second rate";
        leaf rate_date: Date, "47.3", "Дата ставки", "Date of the rate";
        leaf amount: Amount, "47.4", "Сумма", "Amount";
        leaf currency: Code, "47.4", "Валюта суммы", "Currency of the amount";
        leaf method: Code, "47.5", "Особенность платежа (СП)", "Method of payment";
        leaf base_currency: Code, "47.2", "Валюта основы", "Currency of the base";
        leaf base_quantity: Quantity, "47.2", "Количество для специфической ставки", "Quantity for a specific rate";
        leaf base_unit: UnitCode, "47.2", "Единица количества", "Unit of the quantity";
        leaf preference: Code, "36", "Преференция по платежу", "Preference for the payment";
        leaf quota: Words<17>, "39", "Номер квоты", "Quota order number";
        leaf payable: Amount, "47.4", "Сумма к уплате", "Amount to be paid";
        leaf payable_currency: Code, "47.4", "Валюта суммы к уплате", "Currency of the amount to be paid";
    }
}

record! {
    /// A sum per payment kind as the declarant states it.
    pub struct PaymentTotal {
        leaf kind: PaymentKind, "", "Вид платежа", "Payment kind";
        leaf amount: Amount, "", "Сумма платежа", "Amount";
        leaf currency: Code, "", "Валюта платежа", "Currency";
        leaf way: Code, "", "Способ уплаты", "Way of payment";
        leaf payer: TaxNumber, "", "Плательщик", "Payer";
        leaf document_number: Words<50>, "", "Номер платёжного документа", "Payment document number";
        leaf document_date: Date, "", "Дата платёжного документа", "Payment document date";
    }
}

record! {
    /// A quantity in a unit besides kilograms.
    pub struct SupplementaryQuantity {
        leaf quantity: Quantity, "", "Количество", "Quantity";
        leaf unit_name: Words<50>, "", "Единица", "Unit";
        leaf unit: UnitCode, "", "Код единицы", "Unit code";
    }
}

record! {
    /// How the goods are packed.
    pub struct Packaging {
        leaf package_count: u32, "", "Число мест", "Number of packages";
        leaf kind: Code, "", "Вид упаковки", "Kind of packaging";
        leaf partial_count: u32, "", "Число занятых частично мест", "Packages occupied in part";
        many packages: Package, "", "Места по видам", "Packages by kind";
    }
}

record! {
    /// Packages of one kind.
    pub struct Package {
        leaf code: Code, "", "Код вида места", "Package kind code";
        leaf count: u32, "", "Количество мест", "Count";
        leaf number: u32, "", "Порядковый номер", "Sequence number";
        leaf marks: Words<512>, "", "Маркировка мест", "Marks of the packages";
    }
}

record! {
    /// A quota the goods are set against.
    pub struct Quota {
        leaf quantity: Quantity, "", "Количество по квоте", "Quantity under the quota";
        leaf unit: UnitCode, "", "Единица квоты", "Unit of the quota";
        leaf value: Amount, "", "Стоимость по квоте", "Value under the quota";
        leaf currency: Code, "", "Валюта квоты", "Currency of the quota";
    }
}

record! {
    /// Containers of the goods.
    pub struct Container {
        leaf count: u32, "", "Число контейнеров", "Number of containers";
        leaf kind: Code, "", "Тип контейнера", "Kind of container";
        leaves numbers: ContainerNumber, "", "Номера контейнеров", "Container numbers";
    }
}

record! {
    /// The procedure the goods are placed under, and the one before.
    pub struct ItemProcedure {
        leaf requested: ProcedureCode, "37.1", "Заявляемая процедура", "Requested procedure";
        leaf previous: ProcedureCode, "37.2", "Предшествующая процедура", "Previous procedure";
        leaf feature: Code, "37.3", "Особенность перемещения", "Feature of movement";
    }
}

record! {
    /// A procedure code beside the procedure itself: a relief, a special case, a repeated entry.
    pub struct AdditionalProcedure {
        leaf code: Code, "", "Код дополнительной процедуры", "Additional procedure code";
        leaf previous: Code, "", "Предшествующая к ней", "The one before it";
    }
}

record! {
    /// A code of the goods in some classification besides the nomenclature of the declaration.
    pub struct Classification {
        leaf code: Words<18>, "", "Код по классификации", "Code in the classification";
        leaf kind: Code, "", "Вид классификации", "Kind of classification";
    }
}

record! {
    /// An amount added to the price for the customs value, or deducted from it.
    pub struct Charge {
        leaf kind: Code, "", "Вид добавления или вычета", "Kind of addition or deduction";
        leaf amount: Amount, "", "Сумма добавления или вычета", "Amount of the addition or deduction";
        leaf currency: CurrencyCode, "", "Валюта добавления или вычета", "Currency of the addition or deduction";
    }
}

record! {
    /// A container or another unit of transport, with its seals.
    pub struct Equipment {
        leaf position: u32, "", "Порядковый номер контейнера", "Sequence number of the container";
        leaf number: ContainerNumber, "", "Номер контейнера", "Container number";
        many seals: Seal, "D", "Пломбы контейнера", "Seals of the container";
    }
}

record! {
    /// A seal.
    pub struct Seal {
        leaf position: u32, "", "Порядковый номер пломбы", "Sequence number of the seal";
        leaf number: Words<35>, "", "Номер пломбы", "Seal number";
    }
}

record! {
    /// A warehouse the goods come from or go to.
    pub struct Warehouse {
        leaf kind: Code, "", "Вид склада", "Kind of warehouse";
        leaf identifier: Words<35>, "", "Номер склада", "Warehouse identifier";
    }
}

record! {
    /// An authorisation somebody holds and the declaration relies on.
    pub struct Authorisation {
        leaf kind: Code, "", "Вид разрешения", "Kind of authorisation";
        leaf holder: TaxNumber, "", "Держатель разрешения", "Holder of the authorisation";
    }
}

record! {
    /// A coded or worded statement of the declarant.
    pub struct Statement {
        leaf code: Code, "", "Код заявления", "Statement code";
        leaf kind: Code, "", "Вид заявления", "Kind of statement";
        leaf text: Words<512>, "", "Текст заявления", "Text of the statement";
        many pointers: Pointer, "", "К чему заявление", "What the statement is about";
    }
}

record! {
    /// One change a declaration asks for in the declaration it amends.
    pub struct Amendment {
        leaf reason: Code, "", "Причина изменения", "Reason of the change";
        many pointers: Pointer, "", "Что изменяется", "What is changed";
    }
}

record! {
    /// One step of a way through a document of the WCO's data model, from its root to what is meant.
    pub struct Pointer {
        leaf section: Code, "", "Раздел модели данных", "Section of the data model";
        leaf sequence: u32, "", "Какой по счёту раздел", "Which of the sections";
        leaf tag: Code, "", "Элемент модели данных", "Element of the data model";
    }
}

record! {
    /// A motor vehicle declared as goods.
    pub struct Vehicle {
        leaf vin: Words<40>, "", "Номер кузова (VIN)", "Body number (VIN)";
        leaf make: Words<120>, "", "Марка автомобиля", "Make of the vehicle";
        leaf model: Words<250>, "", "Модель автомобиля", "Model of the vehicle";
        leaf engine_volume_cm3: Quantity, "", "Объём двигателя, см³", "Engine volume, cm³";
    }
}

record! {
    /// Security for payments.
    pub struct Guarantee {
        leaf way: Code, "", "Способ обеспечения", "Way of securing";
        leaf amount: Amount, "", "Сумма обеспечения", "Amount secured";
        leaf document_number: Words<70>, "", "Номер документа обеспечения", "Number of the security document";
        leaf document_date: Date, "", "Дата документа обеспечения", "Date of the security document";
        leaf reference: Words<35>, "", "Иная ссылка на обеспечение", "Other reference of the security";
    }
}

record! {
    /// Security for a transit.
    pub struct TransitGuarantee {
        leaf measure: Code, "", "Мера обеспечения", "Measure";
        leaf document_number: Words<50>, "", "Номер документа меры", "Number of the document";
        leaf document_date: Date, "", "Дата документа меры", "Date of the document";
        leaf amount: Amount, "", "Сумма меры", "Amount";
    }
}

record! {
    /// Who filled in and signed.
    pub struct Signatory {
        leaf surname: Words<150>, "", "Фамилия", "Surname";
        leaf name: Words<150>, "", "Имя", "Name";
        leaf middle_name: Words<150>, "", "Отчество", "Middle name";
        leaf post: Words<250>, "", "Должность", "Position";
        leaf signed_on: Date, "", "Дата подписания", "Date of signing";
        leaf phone: Words<24>, "", "Телефон", "Telephone";
        leaf certificate_number: Words<50>, "", "Номер аттестата", "Certificate of qualification, number";
        leaf authority_number: Words<50>, "", "Номер доверенности", "Power of attorney, number";
        leaf authority_date: Date, "", "Дата доверенности", "Power of attorney, date";
    }
}

record! {
    /// The customs representative who acts for the declarant.
    pub struct Representative {
        leaf registry_number: Words<50>, "", "Номер в реестре", "Number in the register";
        leaf contract_number: Words<50>, "", "Номер договора", "Contract, number";
        leaf contract_date: Date, "", "Дата договора", "Contract, date";
    }
}
