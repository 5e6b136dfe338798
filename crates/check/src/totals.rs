//! Totals against items, and quantities that must hold among themselves.

use std::collections::HashSet;

use declaration::{Amount, Declaration, Item};
use rust_decimal::Decimal;

use crate::control::{Control, item_path};
use crate::presence::packages;
use crate::table::{CODE_106, RULES, rows};

rows! {
    ITEM_COUNT = "GL-2301", Error, "5", RULES;
        "В графе 5 указано товаров: …, заявлено: …", "Box 5 states … items, … are declared";
        "Исправьте графу 5 или добавьте недостающие товары.", "Correct box 5 or add the missing items.";
    PACKAGE_COUNT = "GL-2302", Error, "6", RULES;
        "В графе 6 указано мест: …, сумма по товарам: …", "Box 6 states … packages, the items have …";
        "Исправьте графу 6 или число мест у товаров.", "Correct box 6 or the items' packages.";
    INVOICE_TOTAL = "GL-2303", Error, "22", RULES;
        "Общая сумма по счёту …, сумма цен товаров …", "The invoice total is …, the items' prices add up to …";
        "Исправьте графу 22 или цены в графе 42: они должны совпасть до сотых.",
        "Correct box 22 or the prices of box 42: they must agree to the cent.";
    CUSTOMS_VALUE_TOTAL = "GL-2304", Error, "12", RULES;
        "Общая таможенная стоимость …, сумма по товарам …",
        "The total customs value is …, the items' values add up to …";
        "Исправьте графу 12 или графы 45: они должны совпасть до сотых.",
        "Correct box 12 or boxes 45: they must agree to the cent.";
    CUSTOMS_VALUE_CURRENCY = "GL-2305", Error, "12", RULES;
        "Таможенная стоимость заявлена в валюте …, а не …", "The customs value is stated in …, not in …";
        "Укажите таможенную стоимость в валюте государства, где подаётся декларация.",
        "State it in the currency of the state where the declaration is filed.";
    NET_ABOVE_GROSS = "GL-2306", Error, "38", RULES;
        "Вес нетто … кг больше веса брутто … кг", "The net mass … kg exceeds the gross mass … kg";
        "Поменяйте веса местами или исправьте ошибочный.", "Swap the masses or correct the wrong one.";
    BARE_ABOVE_NET = "GL-2307", Error, "38", RULES;
        "Вес без упаковки … кг больше веса нетто … кг", "The mass without packaging … kg exceeds the net mass … kg";
        "Исправьте графу 38: вес без всякой упаковки не больше нетто.", "Correct box 38: the bare mass is not above the net mass.";
    GROSS_ZERO = "GL-2308", Error, "35", RULES;
        "Вес брутто равен нулю", "The gross mass is zero";
        "Укажите вес брутто; десятые доли килограмма и меньше пишутся после запятой.",
        "State the gross mass; parts of a kilogram follow the point.";
    NET_ZERO = "GL-2309", Error, "38", RULES;
        "Вес нетто равен нулю", "The net mass is zero";
        "Укажите вес нетто; доли килограмма пишутся после запятой.", "State the net mass; parts of a kilogram follow the point.";
    ITEM_NUMBER = "GL-2310", Error, "32", RULES;
        "Товар стоит на месте …, а его номер …", "The item stands at place … and is numbered …";
        "Пронумеруйте товары подряд, начиная с 1.", "Number the items consecutively from 1.";
    ITEM_NUMBER_TWICE = "GL-2311", Error, "32", RULES;
        "Номер товара … повторяется", "The item number … is used twice";
        "Дайте каждому товару свой номер.", "Give each item its own number.";
    BELOW_PRICE = "GL-2312", Warning, "45", "ТК ЕАЭС, статьи 39 и 40";
        "Таможенная стоимость … меньше цены товара, пересчитанной по курсу: …",
        "The customs value … is below the price converted at the rate: …";
        "Проверьте графы 42, 23 и 45; вычеты из цены должны быть подтверждены.",
        "Check boxes 42, 23 and 45; deductions from the price must be documented.";
    FAR_ABOVE_PRICE = "GL-2313", Hint, "45", "ТК ЕАЭС, статья 40";
        "Таможенная стоимость … более чем вдвое выше цены, пересчитанной по курсу: …",
        "The customs value … is more than twice the price converted at the rate: …";
        "Проверьте курс и доначисления.", "Check the rate and the additions.";
    STATISTICAL = "GL-2314", Hint, "46", RULES;
        "Статистическая стоимость … расходится с таможенной, пересчитанной в доллары: …",
        "The statistical value … differs from the customs value in dollars: …";
        "Проверьте графу 46: она указывается в долларах США.", "Check box 46: it is stated in US dollars.";
    PRICE_ZERO = "GL-2315", Warning, "42", RULES;
        "Цена товара равна нулю", "The price of the item is zero";
        "Укажите стоимость и для безвозмездной поставки.", "State a value even where nothing is paid.";
    CUSTOMS_VALUE_ZERO = "GL-2316", Error, "45", "ТК ЕАЭС, статья 38";
        "Таможенная стоимость равна нулю", "The customs value is zero";
        "Определите стоимость одним из методов 1–6.", "Determine the value by one of the methods 1 to 6.";
    ITEM_CURRENCY = "GL-2317", Error, "42", RULES;
        "Цена товара в валюте …, а счёт в валюте …", "The price is in …, the invoice in …";
        "Пересчитайте цену в валюту графы 22.", "Convert the price into the currency of box 22.";
    TOO_MANY_ITEMS = "GL-2318", Error, "31", RULES;
        "Товаров …, а в одной декларации может быть не больше …", "There are … items, one declaration holds at most …";
        "Разделите поставку на несколько деклараций.", "Split the consignment into several declarations.";
    ORIGIN_TOTAL = "GL-2319", Warning, "16", RULES;
        "В графе 16 страна …, а товар происходит из …", "Box 16 states …, but the item originates in …";
        "Если страны товаров разные, укажите в графе 16 «РАЗНЫЕ».", "Where origins differ, state «РАЗНЫЕ» in box 16.";
    SUPPLEMENTARY_ZERO = "GL-2320", Error, "41", RULES;
        "Количество в дополнительной единице равно нулю", "The supplementary quantity is zero";
        "Укажите количество или уберите графу 41.", "State the quantity or leave box 41 out.";
    SUPPLEMENTARY_MASS = "GL-2321", Warning, "41", RULES;
        "В графе 41 … кг, а вес нетто … кг", "Box 41 states … kg, the net mass is … kg";
        "Количество в килограммах должно совпадать с графой 38.", "A quantity in kilograms must equal box 38.";
    PIECES_FRACTION = "GL-2322", Warning, "41", CODE_106;
        "Количество в штуках дробное: …", "The number of pieces is not whole: …";
        "Укажите целое число штук или другую единицу.", "State a whole number or another unit.";
    PACKAGES_BY_KIND = "GL-2323", Warning, "31.2", RULES;
        "Мест у товара …, сумма по видам упаковки …", "The item has … packages, by kind they add up to …";
        "Исправьте число мест или количества по видам.", "Correct the number of packages or the counts by kind.";
    PACKED_WITHOUT = "GL-2324", Error, "31.2", RULES;
        "Товар с упаковкой, а число мест 0", "The goods are packed but have no packages";
        "Укажите число мест или код 0 — без упаковки.", "State the number of packages, or code 0 for unpacked.";
    MOSTLY_PACKAGING = "GL-2325", Hint, "35", "";
        "Вес брутто … кг более чем в десять раз больше нетто … кг",
        "The gross mass … kg is more than ten times the net mass … kg";
        "Проверьте оба веса: не сдвинута ли запятая.", "Check both masses: the point may be misplaced.";
    PRICE_PER_KG = "GL-2326", Hint, "42", "";
        "Цена … за … кг: за килограмм выходит меньше сотой доли единицы валюты",
        "The price … for … kg is below one hundredth of a currency unit per kilogram";
        "Проверьте цену и вес нетто.", "Check the price and the net mass.";
    PAYLOAD = "GL-2327", Hint, "35", "";
        "Общий вес брутто … кг больше, чем везут автотранспортом за одну поставку (средств: …)",
        "The total gross mass … kg is more than road vehicles carry (means: …)";
        "Проверьте веса и вид транспорта.", "Check the masses and the mode of transport.";
}

/// Unit codes of the union's classifier: kilogram, piece.
const KILOGRAM: &str = "166";
const PIECE: &str = "796";
/// Amounts are rounded to the hundredth; converted ones may differ by one unit of currency.
const CONVERTED_TOLERANCE: Decimal = Decimal::ONE;
/// Statistical values use rates of other days: a difference up to this share is no matter.
const STATISTICAL_TOLERANCE: Decimal = Decimal::from_parts(10, 0, 0, false, 2);
/// More than this on one road vehicle is a slip of the point, in kilograms.
const ROAD_PAYLOAD_KG: u32 = 60_000;
/// Gross masses above this multiple of the net mass are doubtful.
const PACKAGING_FACTOR: Decimal = Decimal::from_parts(10, 0, 0, false, 0);
/// Prices below this per kilogram are doubtful.
const PRICE_PER_KG_MIN: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Sums over all items, each `None` where an item lacks the value: that is a finding of its own.
struct Sums {
    packages: u64,
    shared_packages: bool,
    invoice: Option<Amount>,
    customs: Option<Amount>,
    gross: Decimal,
}

impl Sums {
    fn of(declaration: &Declaration) -> Self {
        let mut sums = Self {
            packages: 0,
            shared_packages: false,
            invoice: Some(Amount::ZERO),
            customs: Some(Amount::ZERO),
            gross: Decimal::ZERO,
        };
        let currency = declaration.invoice_currency;
        for item in &declaration.items {
            sums.packages = sums.packages.saturating_add(u64::from(packages(item)));
            // Goods that share a package with others count it again, box 6 does not.
            sums.shared_packages |= item
                .packaging
                .as_ref()
                .is_some_and(|packaging| packaging.partial_count.unwrap_or_default() > 0);
            let price =
                item.invoice_value.filter(|_| item.invoice_currency.is_none_or(|own| Some(own) == currency));
            sums.invoice = sums.invoice.zip(price).map(|(sum, price)| sum + price);
            sums.customs = sums.customs.zip(item.customs_value).map(|(sum, value)| sum + value);
            let gross = item.mass_gross.unwrap_or_default().get();
            sums.gross = sums.gross.saturating_add(gross);
        }
        sums
    }
}

pub(crate) fn check(control: &mut Control<'_>) {
    let declaration = control.declaration;
    if declaration.items.is_empty() {
        return;
    }
    header(control, &Sums::of(declaration));
    numbering(control);
    let dollar = dollar_rate(control);
    for (index, item) in declaration.items.iter().enumerate() {
        masses(control, index, item);
        values(control, index, item);
        statistical(control, index, item, dollar);
        quantities(control, index, item);
    }
}

fn header(control: &mut Control<'_>, sums: &Sums) {
    let declaration = control.declaration;
    let count = declaration.items.len();
    if let Some(stated) = declaration.item_count
        && stated as usize != count
    {
        control.find(&ITEM_COUNT, "item_count", &[&stated, &count]);
    }
    let most = control.pack.filing.items_max;
    if count > most as usize {
        control.find(&TOO_MANY_ITEMS, "items", &[&count, &most]);
    }
    if let Some(stated) = declaration.package_count
        && !sums.shared_packages
        && u64::from(stated) != sums.packages
    {
        control.find(&PACKAGE_COUNT, "package_count", &[&stated, &Decimal::from(sums.packages)]);
    }
    if let (Some(stated), Some(sum)) = (declaration.invoice_total, sums.invoice)
        && stated != sum
    {
        control.find(&INVOICE_TOTAL, "invoice_total", &[&stated, &sum]);
    }
    if let (Some(stated), Some(sum)) = (declaration.customs_value_total, sums.customs)
        && stated != sum
    {
        control.find(&CUSTOMS_VALUE_TOTAL, "customs_value_total", &[&stated, &sum]);
    }
    if let Some(currency) = declaration.customs_value_currency
        && !control.is_transit()
        && currency != control.pack.currency
    {
        let national = control.pack.currency;
        control.find(&CUSTOMS_VALUE_CURRENCY, "customs_value_currency", &[&currency, &national]);
    }
    if let Some(country) = declaration.origin_country
        && country != "00"
        && let Some(other) =
            declaration.items.iter().filter_map(|item| item.origin_country).find(|own| *own != country)
    {
        control.find(&ORIGIN_TOTAL, "origin_country", &[&country, &other]);
    }
    payload(control, sums);
}

/// A road vehicle carries tens of tonnes, not hundreds.
fn payload(control: &mut Control<'_>, sums: &Sums) {
    let Some(transport) = &control.declaration.transport_border else { return };
    let means = transport.means_count.unwrap_or(1).max(1);
    let most = Decimal::from(u64::from(means) * u64::from(ROAD_PAYLOAD_KG));
    if transport.mode.is_some_and(|mode| mode.as_str().starts_with('3')) && sums.gross > most {
        control.find(&PAYLOAD, "items/1/mass_gross", &[&sums.gross.normalize(), &means]);
    }
}

/// Items are numbered 1, 2, 3 …: the first that is not, and every number used twice.
fn numbering(control: &mut Control<'_>) {
    let declaration = control.declaration;
    let mut places = (1u32..).zip(&declaration.items);
    if places.all(|(place, item)| item.number.is_none_or(|number| number == place)) {
        return;
    }
    let mut seen = HashSet::with_capacity(declaration.items.len());
    let mut told = false;
    for (place, item) in (1u32..).zip(&declaration.items) {
        let Some(number) = item.number else { continue };
        let path = || item_path(place as usize - 1, "number");
        if !seen.insert(number) {
            control.find(&ITEM_NUMBER_TWICE, path(), &[&number]);
            // What follows a number used twice is out of step for this reason alone.
            told = true;
        } else if number != place && !told {
            control.find(&ITEM_NUMBER, path(), &[&place, &number]);
            told = true;
        }
    }
}

fn masses(control: &mut Control<'_>, index: usize, item: &Item) {
    let zero = declaration::Mass::ZERO;
    if item.mass_gross == Some(zero) {
        control.find(&GROSS_ZERO, item_path(index, "mass_gross"), &[]);
    }
    if item.mass_net == Some(zero) {
        control.find(&NET_ZERO, item_path(index, "mass_net"), &[]);
    }
    if let (Some(net), Some(gross)) = (item.mass_net, item.mass_gross) {
        if net > gross && gross != zero {
            control.find(&NET_ABOVE_GROSS, item_path(index, "mass_net"), &[&net, &gross]);
        }
        if net != zero && gross.get() > net.get().saturating_mul(PACKAGING_FACTOR) {
            control.find(&MOSTLY_PACKAGING, item_path(index, "mass_gross"), &[&gross, &net]);
        }
    }
    if let (Some(bare), Some(net)) = (item.mass_net_bare, item.mass_net)
        && bare > net
    {
        control.find(&BARE_ABOVE_NET, item_path(index, "mass_net_bare"), &[&bare, &net]);
    }
}

fn values(control: &mut Control<'_>, index: usize, item: &Item) {
    if item.invoice_value == Some(Amount::ZERO) {
        control.find(&PRICE_ZERO, item_path(index, "invoice_value"), &[]);
    }
    if item.customs_value == Some(Amount::ZERO) {
        control.find(&CUSTOMS_VALUE_ZERO, item_path(index, "customs_value"), &[]);
    }
    if let (Some(own), Some(invoice)) = (item.invoice_currency, control.declaration.invoice_currency)
        && own != invoice
    {
        control.find(&ITEM_CURRENCY, item_path(index, "invoice_currency"), &[&own, &invoice]);
    }
    if let (Some(price), Some(net)) = (item.invoice_value, item.mass_net)
        && price != Amount::ZERO
        && price.get() < net.get().saturating_mul(PRICE_PER_KG_MIN)
    {
        control.find(&PRICE_PER_KG, item_path(index, "invoice_value"), &[&price, &net]);
    }
    against_price(control, index, item);
}

/// The customs value is the price at the rate of box 23, plus additions, less documented deductions.
fn against_price(control: &mut Control<'_>, index: usize, item: &Item) {
    let (Some(price), Some(value)) = (item.invoice_value, item.customs_value) else { return };
    let declaration = control.declaration;
    let rate = match (declaration.exchange_rate, declaration.invoice_currency) {
        (Some(rate), _) => rate.get(),
        (None, Some(currency)) if currency == control.pack.currency => Decimal::ONE,
        _ => return,
    };
    let Some(converted) = price.get().checked_mul(rate) else { return };
    let (value, zero) = (value.get(), Decimal::ZERO);
    if value.is_zero() || converted == zero {
        return;
    }
    let shown = Amount::from_decimal(converted.round_dp(2));
    if value + CONVERTED_TOLERANCE < converted {
        control.find(&BELOW_PRICE, item_path(index, "customs_value"), &[&value, &shown]);
    } else if value > converted.saturating_mul(Decimal::TWO) {
        control.find(&FAR_ABOVE_PRICE, item_path(index, "customs_value"), &[&value, &shown]);
    }
}

/// What one US dollar is worth in the national currency that day, where known.
fn dollar_rate(control: &Control<'_>) -> Option<Decimal> {
    if !control.is_import() {
        return None;
    }
    let dollar = "USD".parse().ok()?;
    let rate = control.reference.exchange_rate(control.pack, dollar, control.on)?;
    rate.rate.checked_div(rate.units).filter(|rate| !rate.is_zero())
}

fn statistical(control: &mut Control<'_>, index: usize, item: &Item, dollar: Option<Decimal>) {
    let (Some(stated), Some(value), Some(dollar)) = (item.statistical_value, item.customs_value, dollar)
    else {
        return;
    };
    let Some(computed) = value.get().checked_div(dollar).filter(|value| !value.is_zero()) else { return };
    let tolerance = computed.saturating_mul(STATISTICAL_TOLERANCE).max(CONVERTED_TOLERANCE);
    if (stated.get().saturating_sub(computed)).abs() > tolerance {
        let shown = Amount::from_decimal(computed.round_dp(2));
        control.find(&STATISTICAL, item_path(index, "statistical_value"), &[&stated, &shown]);
    }
}

fn quantities(control: &mut Control<'_>, index: usize, item: &Item) {
    if let Some(supplementary) = &item.supplementary
        && let Some(quantity) = supplementary.quantity
    {
        let unit = supplementary.unit;
        let path = || item_path(index, "supplementary/quantity");
        if quantity.get().is_zero() {
            control.find(&SUPPLEMENTARY_ZERO, path(), &[]);
        }
        if unit.is_some_and(|unit| unit == PIECE) && !quantity.get().is_integer() {
            control.find(&PIECES_FRACTION, path(), &[&quantity]);
        }
        if unit.is_some_and(|unit| unit == KILOGRAM)
            && let Some(net) = item.mass_net
            && net.get() != quantity.get()
        {
            control.find(&SUPPLEMENTARY_MASS, path(), &[&quantity, &net]);
        }
    }
    let Some(packaging) = &item.packaging else { return };
    let count = packaging.package_count.unwrap_or_default();
    if packaging.package_count == Some(0) && packaging.kind.as_ref().is_some_and(|kind| *kind == "1") {
        control.find(&PACKED_WITHOUT, item_path(index, "packaging/package_count"), &[]);
    }
    let by_kind: u64 = packaging.packages.iter().map(|part| u64::from(part.count.unwrap_or_default())).sum();
    let complete = packaging.packages.iter().all(|part| part.count.is_some());
    if !packaging.packages.is_empty() && complete && by_kind != u64::from(count) {
        let path = item_path(index, "packaging/packages");
        control.find(&PACKAGES_BY_KIND, path, &[&count, &Decimal::from(by_kind)]);
    }
}
