//! A declaration of customs value beside its declaration on goods: what their numbers say of each other. Who works
//! the values out makes the findings here, so that their words stand in the table of all checks.

use declaration::{Finding, Path};
use rust_decimal::Decimal;

use crate::table::rows;

/// The norm of the forms.
const FORMS: &str = "решение Коллегии ЕЭК от 16.10.2018 № 160";

/// The norm of preliminary decisions on value.
const DECISIONS: &str = "ст. 38 ТК ЕАЭС";

rows! {
    BOXES_DIFFER = "GL-4111", Warning, "45", FORMS;
        "ДТС, товар …: заявлена таможенная стоимость …, по её графам и курсам дня выходит …",
        "Value declaration, goods …: the value stated is …, its boxes at the rates of the day come to …";
        "Проверьте графы ДТС и курсы валют.",
        "Check the boxes of the value declaration and the currency rates.";
    BOX_45_DIFFERS = "GL-4112", Warning, "45", FORMS;
        "Товар …: в графе 45 стоимость …, в ДТС …",
        "Goods …: box 45 states the value …, the value declaration …";
        "Исправьте графу 45 или ДТС.",
        "Correct box 45 or the value declaration.";
    NO_SUCH_GOODS = "GL-4113", Warning, "32", FORMS;
        "ДТС называет товар …, в декларации товаров …",
        "The value declaration names goods …, the declaration has … lines of goods";
        "Исправьте номер товара в ДТС.",
        "Correct the number of the goods in the value declaration.";
    NO_RATE = "GL-4114", Hint, "45", FORMS;
        "ДТС, товар …: нет курса … на …, стоимость не сверена",
        "Value declaration, goods …: there is no rate of … on …, the value is not compared";
        "Загрузите курсы валют.",
        "Import currency rates.";
    NOT_WORKED_OUT = "GL-4115", Warning, "45", FORMS;
        "ДТС, товар …: по её графам стоимость не исчислить",
        "Value declaration, goods …: its boxes come to no value";
        "Проверьте количества и вычеты в ДТС.",
        "Check quantities and deductions of the value declaration.";
    DECISION_OF_ANOTHER = "GL-4116", Warning, "44", DECISIONS;
        "предварительное решение о стоимости … дано другому участнику",
        "the preliminary value decision … was given to another participant";
        "Сошлитесь на решение, данное декларанту, или уберите ссылку.",
        "Refer to a decision given to the declarant, or take the reference out.";
    DECISION_NOT_IN_TERM = "GL-4117", Warning, "44", DECISIONS;
        "предварительное решение о стоимости … действует с … по …",
        "the preliminary value decision … holds from … to …";
        "Получите новое решение или уберите ссылку.",
        "Obtain a new decision, or take the reference out.";
    DECISION_OF_OTHER_GOODS = "GL-4118", Warning, "44", DECISIONS;
        "предварительное решение о стоимости … о других товарах или другой стране происхождения",
        "the preliminary value decision … is of other goods or of another origin";
        "Проверьте код товара и страну или уберите ссылку.",
        "Check the commodity code and the origin, or take the reference out.";
    BELOW_DECISION = "GL-4119", Warning, "45", DECISIONS;
        "по предварительному решению … единица стоит …, заявлено …",
        "by the preliminary decision … a unit is worth …, declared is …";
        "Заявите стоимость по решению или объясните, почему она ниже.",
        "Declare the value as decided, or explain why it is lower.";
    OTHER_METHOD = "GL-4120", Warning, "43", DECISIONS;
        "по предварительному решению … стоимость определяется методом …",
        "by the preliminary decision … the value is determined by method …";
        "Укажите в графе 43 этот метод или уберите ссылку.",
        "State this method in box 43, or take the reference out.";
}

/// That a decision on value was given to somebody else.
pub fn decision_of_another(path: &Path, number: &str) -> Finding {
    DECISION_OF_ANOTHER.finding(path, &[number])
}

/// That a decision on value does not hold on the day.
pub fn decision_not_in_term(path: &Path, number: &str, from: &str, to: &str) -> Finding {
    DECISION_NOT_IN_TERM.finding(path, &[number, from, to])
}

/// That a decision on value is of other goods.
pub fn decision_of_other_goods(path: &Path, number: &str) -> Finding {
    DECISION_OF_OTHER_GOODS.finding(path, &[number])
}

/// That a unit is declared to be worth less than was decided.
pub fn below_decision(path: &Path, number: &str, decided: Decimal, declared: Decimal) -> Finding {
    BELOW_DECISION.finding(path, &[number, &plain(decided), &plain(declared)])
}

/// That the value is determined by another method than was decided.
pub fn other_method(path: &Path, number: &str, decided: u8) -> Finding {
    OTHER_METHOD.finding(path, &[number, &decided.to_string()])
}

fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// That a value declaration states another value than its boxes come to.
pub fn boxes_differ(path: &Path, item: u32, stated: Decimal, worked: Decimal) -> Finding {
    BOXES_DIFFER.finding(path, &[&item.to_string(), &plain(stated), &plain(worked)])
}

/// That box 45 states another value than the value declaration.
pub fn box_45_differs(path: &Path, item: u32, declared: Decimal, of_form: Decimal) -> Finding {
    BOX_45_DIFFERS.finding(path, &[&item.to_string(), &plain(declared), &plain(of_form)])
}

/// That a value declaration names goods the declaration does not have.
pub fn no_such_goods(path: &Path, item: u32, lines: usize) -> Finding {
    NO_SUCH_GOODS.finding(path, &[&item.to_string(), &lines.to_string()])
}

/// That a value is not compared for want of a currency rate on a day.
pub fn no_rate(path: &Path, item: u32, currency: &str, day: &str) -> Finding {
    NO_RATE.finding(path, &[&item.to_string(), currency, day])
}

/// That the boxes of a value declaration come to no value.
pub fn not_worked_out(path: &Path, item: u32) -> Finding {
    NOT_WORKED_OUT.finding(path, &[&item.to_string()])
}
