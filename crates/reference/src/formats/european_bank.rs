//! The European Central Bank's reference rates as CSV.
//!
//! The bank states what one euro is worth in other currencies. Rates stay as it states them: what so many units of
//! a currency are worth in the pack's, both as published for the day, so that nothing is divided here.

use std::collections::BTreeMap;

use declaration::{CurrencyCode, Leaf, Rate, Text};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::day;
use crate::content::Dataset;
use crate::exchange::Quoted;
use crate::report::{ImportError, Notes};
use crate::table::{ROWS_MAX, Row, headers, read_rows, too_many};

/// The most currencies that a table has side by side: the bank has quoted some forty.
const CURRENCIES_MAX: usize = 200;

/// The currency whose worth the bank states.
const EURO: &str = "EUR";

/// What one euro is worth on a day.
#[derive(Debug, Clone, Copy)]
struct Observed {
    line: u64,
    date: Date,
    currency: CurrencyCode,
    value: Decimal,
}

/// How the bank publishes them.
enum Form {
    /// A column for each currency and a row for each day: the daily file and that of all days.
    Wide(Vec<CurrencyCode>),
    /// A row for each currency and day: the data portal.
    Long,
}

impl Form {
    fn of(content: &[u8]) -> Option<Self> {
        let names = headers(content);
        if names.first().is_some_and(|name| name == "Date") {
            let currencies: Vec<CurrencyCode> =
                names.iter().filter_map(|name| Leaf::parse(name).ok()).collect();
            return (!currencies.is_empty()).then_some(Form::Wide(currencies));
        }
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        (has("CURRENCY_DENOM") && has("OBS_VALUE")).then_some(Form::Long)
    }
}

/// Whether content is in this form.
pub(crate) fn recognises(content: &[u8]) -> bool {
    Form::of(content).is_some()
}

/// Reads the rates of some days.
pub(crate) fn read(dataset: &Dataset, own: CurrencyCode, notes: &mut Notes) -> Vec<Quoted> {
    let observed = match Form::of(&dataset.content) {
        Some(Form::Wide(currencies)) => read_wide(dataset, &currencies, notes),
        Some(Form::Long) => read_long(dataset, notes),
        None => Vec::new(),
    };
    quoted(dataset, own, observed, notes)
}

fn read_wide(dataset: &Dataset, currencies: &[CurrencyCode], notes: &mut Notes) -> Vec<Observed> {
    let mut observed = Vec::new();
    if currencies.len() > CURRENCIES_MAX {
        notes.fault(too_many(dataset, 1));
        return observed;
    }
    let columns: Vec<&str> =
        std::iter::once("Date").chain(currencies.iter().map(CurrencyCode::as_str)).collect();
    let mut full = false;
    read_rows(dataset, notes, &columns, &[], |row, _| {
        if full {
            return Ok(None);
        }
        let text = row.text("Date");
        let date = <Date as Leaf>::parse(text).ok().or_else(|| day("%d %B %Y", text)).ok_or_else(|| {
            row.error(
                "Date",
                "день вида 2026-11-25 или 25 November 2026",
                "a day as 2026-11-25 or 25 November 2026",
            )
        })?;
        for currency in currencies {
            if let Some(value) = value(row, currency.as_str())? {
                observed.push(Observed { line: row.line(), date, currency: *currency, value });
            }
        }
        // A row may state many rates; memory is what they take.
        full = observed.len() > ROWS_MAX;
        if full { Err(too_many(dataset, row.line())) } else { Ok(Some(())) }
    });
    observed
}

fn read_long(dataset: &Dataset, notes: &mut Notes) -> Vec<Observed> {
    let columns =
        ["FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD", "OBS_VALUE"];
    read_rows(dataset, notes, &columns, &[], |row, notes| {
        let series = ["FREQ", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX"].map(|column| row.text(column));
        if series != ["D", "EUR", "SP00", "A"] {
            notes.remark(
                row.line(),
                Text::new(
                    "пропущена: не дневной курс евро (D, EUR, SP00, A)",
                    "passed over: not a daily rate of the euro (D, EUR, SP00, A)",
                ),
            );
            return Ok(None);
        }
        let (date, currency) = (row.leaf("TIME_PERIOD")?, row.leaf("CURRENCY")?);
        Ok(value(row, "OBS_VALUE")?.map(|value| Observed { line: row.line(), date, currency, value }))
    })
}

/// The value in a column; none where the bank did not quote one.
fn value(row: &Row<'_>, column: &str) -> Result<Option<Decimal>, ImportError> {
    if matches!(row.text(column), "" | "N/A" | "NaN" | "-") {
        return Ok(None);
    }
    let value: Rate = row.leaf(column)?;
    if value == Rate::ZERO {
        return Err(row.error(column, "число больше нуля", "a number above zero"));
    }
    Ok(Some(value.get()))
}

/// The rates in a pack's own currency: those of the days on which the bank quoted it.
fn quoted(dataset: &Dataset, own: CurrencyCode, observed: Vec<Observed>, notes: &mut Notes) -> Vec<Quoted> {
    let quote = |said: Observed, rate| Quoted {
        line: said.line,
        currency: said.currency,
        date: said.date,
        units: said.value,
        rate,
        example: false,
    };
    if own.as_str() == EURO {
        return observed.into_iter().map(|said| quote(said, Decimal::ONE)).collect();
    }
    let of_own = |said: &&Observed| said.currency == own;
    let own_by_day: BTreeMap<Date, Decimal> =
        observed.iter().filter(of_own).map(|said| (said.date, said.value)).collect();
    if own_by_day.is_empty() {
        // Where nothing was read at all, that is said already.
        if !observed.is_empty() {
            notes.fault(not_quoted(dataset, own));
        }
        return Vec::new();
    }
    let Ok(euro) = <CurrencyCode as Leaf>::parse(EURO) else { return Vec::new() };
    let mut rates = Vec::with_capacity(observed.len());
    let mut remarked = 0;
    for said in observed {
        match own_by_day.get(&said.date) {
            // One euro is worth so much of the pack's currency.
            Some(rate) if said.currency == own => {
                rates.push(quote(Observed { currency: euro, value: Decimal::ONE, ..said }, *rate));
            }
            Some(rate) => rates.push(quote(said, *rate)),
            None if remarked == said.line => {}
            None => {
                remarked = said.line;
                notes.remark(
                    said.line,
                    Text::new(
                        format!("пропущена: на этот день банк не дал курса {own}"),
                        format!("passed over: the bank quoted no {own} for the day"),
                    ),
                );
            }
        }
    }
    rates
}

fn not_quoted(dataset: &Dataset, own: CurrencyCode) -> ImportError {
    ImportError::new(
        "GL-8003",
        dataset,
        1,
        own.as_str(),
        Text::new(
            format!("курса {own} в таблице нет, а это валюта юрисдикции"),
            format!("the table has no {own}, and that is the currency of the jurisdiction"),
        ),
        Text::new(
            "загрузите курсы центрального банка юрисдикции: Европейский банк даёт курсы не всех валют, \
             рубля — с марта 2022 года",
            "import the rates of the jurisdiction's central bank: the European bank does not quote every \
             currency, roubles not since March 2022",
        ),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{Outcome, currency, outcome, places};
    use super::*;

    pub(crate) const ONE_DAY: &str = "Date, USD, JPY, GBP, \n25 November 2026, 1.1042, 171.35, 0.8511, \n";
    pub(crate) const ALL_DAYS: &str = "Date,USD,GBP,RUB,\n\
        2026-11-25,1.1042,0.8511,N/A,\n\
        2026-11-24,1.1037,N/A,N/A,\n\
        2022-03-01,1.1162,0.83355,117.201,\n";
    pub(crate) const PORTAL: &str = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
        EXR.D.GBP.EUR.SP00.A,D,GBP,EUR,SP00,A,2026-11-24,0.8509,A\n\
        EXR.D.GBP.EUR.SP00.A,D,GBP,EUR,SP00,A,2026-11-25,0.8511,A\n\
        EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2026-11-25,1.1042,A\n\
        EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2026-11-26,,H\n\
        EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2026-11-27,1.1050,A\n\
        EXR.M.USD.EUR.SP00.A,M,USD,EUR,SP00,A,2026-11,1.1029,A\n\
        EXR.D.USD.EUR.EN00.A,D,USD,EUR,EN00,A,2026-11-25,98.3,A\n";

    fn read_for(own: &str, text: &str) -> Outcome<Quoted> {
        outcome(text.as_bytes(), |dataset, notes| read(dataset, currency(own), notes))
    }

    fn printed(rates: &[Quoted]) -> Vec<String> {
        let print =
            |it: &Quoted| format!("{}. {} {} {} = {}", it.line, it.date, it.units, it.currency, it.rate);
        rates.iter().map(print).collect()
    }

    #[test]
    fn rates_stay_as_the_bank_states_them() {
        let not_daily = "[7, 8]: passed over: not a daily rate of the euro (D, EUR, SP00, A)";
        let table: [(&str, &str, &[&str], &[&str]); 6] = [
            (
                "EUR",
                ONE_DAY,
                &[
                    "2. 2026-11-25 1.1042 USD = 1",
                    "2. 2026-11-25 171.35 JPY = 1",
                    "2. 2026-11-25 0.8511 GBP = 1",
                ],
                &[],
            ),
            (
                "GBP",
                ONE_DAY,
                &[
                    "2. 2026-11-25 1.1042 USD = 0.8511",
                    "2. 2026-11-25 171.35 JPY = 0.8511",
                    "2. 2026-11-25 1 EUR = 0.8511",
                ],
                &[],
            ),
            (
                "EUR",
                ALL_DAYS,
                &[
                    "2. 2026-11-25 1.1042 USD = 1",
                    "2. 2026-11-25 0.8511 GBP = 1",
                    "3. 2026-11-24 1.1037 USD = 1",
                    "4. 2022-03-01 1.1162 USD = 1",
                    "4. 2022-03-01 0.83355 GBP = 1",
                    "4. 2022-03-01 117.201 RUB = 1",
                ],
                &[],
            ),
            (
                "RUB",
                ALL_DAYS,
                &[
                    "4. 2022-03-01 1.1162 USD = 117.201",
                    "4. 2022-03-01 0.83355 GBP = 117.201",
                    "4. 2022-03-01 1 EUR = 117.201",
                ],
                &["[2, 3]: passed over: the bank quoted no RUB for the day"],
            ),
            (
                "EUR",
                PORTAL,
                &[
                    "2. 2026-11-24 0.8509 GBP = 1",
                    "3. 2026-11-25 0.8511 GBP = 1",
                    "4. 2026-11-25 1.1042 USD = 1",
                    "6. 2026-11-27 1.105 USD = 1",
                ],
                &[not_daily],
            ),
            (
                "GBP",
                PORTAL,
                &[
                    "2. 2026-11-24 1 EUR = 0.8509",
                    "3. 2026-11-25 1 EUR = 0.8511",
                    "4. 2026-11-25 1.1042 USD = 0.8511",
                ],
                &[not_daily, "[6]: passed over: the bank quoted no GBP for the day"],
            ),
        ];
        for (own, text, rates, remarks) in table {
            assert!(recognises(text.as_bytes()), "{text}");
            let got = read_for(own, text);
            assert_eq!(got.faults, [], "{own} {text}");
            assert_eq!(printed(&got.read), rates, "{own} {text}");
            assert_eq!(got.remarks, remarks, "{own} {text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_line_and_column() {
        let table = [
            ("AMD", ONE_DAY, "", "", ("GL-8003", 1, "AMD")),
            ("RUB", PORTAL, "", "", ("GL-8003", 1, "RUB")),
            ("RUB", ALL_DAYS, "117.201", "N/A", ("GL-8003", 1, "RUB")),
            ("EUR", ONE_DAY, "25 November", "25 Novembre", ("GL-8004", 2, "Date")),
            ("EUR", ONE_DAY, "25 November", "31 November", ("GL-8004", 2, "Date")),
            ("EUR", ALL_DAYS, "2026-11-24", "24.11.2026", ("GL-8004", 3, "Date")),
            ("EUR", ALL_DAYS, "1.1037", "-1.1037", ("GL-8004", 3, "USD")),
            ("EUR", ALL_DAYS, "1.1037", "0.0", ("GL-8004", 3, "USD")),
            ("EUR", ALL_DAYS, "1.1037,", "", ("GL-8002", 3, "")),
            ("EUR", PORTAL, "0.8509", "1e3", ("GL-8004", 2, "OBS_VALUE")),
            ("EUR", PORTAL, "D,GBP,", "D,GB,", ("GL-8004", 2, "CURRENCY")),
            ("EUR", PORTAL, "EXR_TYPE", "TYPE", ("GL-8003", 1, "EXR_TYPE")),
        ];
        for (own, good, from, to, place) in table {
            assert!(good.contains(from), "{from}");
            let got = read_for(own, &good.replacen(from, to, usize::from(!from.is_empty())));
            assert_eq!(places(&got), [place], "{to}: {:?}", got.faults);
        }
        for other in ["date,currency,units,rate\n", "Date\n", "Date,a,b\n", ""] {
            assert!(!recognises(other.as_bytes()), "{other}");
        }
    }
}
