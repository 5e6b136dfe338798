//! What the holder of a receipt is told: code, text and cure in both languages.

use declaration::Text;

use crate::receipt::ReceiptError;

impl ReceiptError {
    /// The stable code, such as `GL-3506`.
    pub fn code(&self) -> &'static str {
        match self {
            ReceiptError::TooLarge => "GL-3501",
            ReceiptError::Malformed { .. } => "GL-3502",
            ReceiptError::Changed => "GL-3503",
            ReceiptError::OtherKey => "GL-3504",
            ReceiptError::Checkpoint(_) => "GL-3505",
            ReceiptError::NotInLog { .. } => "GL-3506",
            ReceiptError::Body { .. } => "GL-3507",
            ReceiptError::OtherCase { .. } => "GL-3508",
            ReceiptError::Sequence { .. } => "GL-3509",
            ReceiptError::Number => "GL-3510",
            ReceiptError::Document => "GL-3511",
        }
    }

    /// What is wrong, for the holder of the receipt.
    pub fn text(&self) -> Text {
        let ru = match self {
            ReceiptError::TooLarge => "Файл больше, чем бывает квитанция.".to_owned(),
            ReceiptError::Malformed { line: 0 } => "Из этих данных квитанция не составляется.".to_owned(),
            ReceiptError::Malformed { line } => format!("Строка {line} не похожа на строку квитанции."),
            ReceiptError::Changed => {
                "Файл изменён: контрольная сумма в последней строке не сходится.".to_owned()
            }
            ReceiptError::OtherKey => "Квитанция выдана другим журналом, не тем, чей ключ указан.".to_owned(),
            ReceiptError::Checkpoint(_) => {
                "Подпись журнала под контрольной точкой не подтверждается.".to_owned()
            }
            ReceiptError::NotInLog { step } => format!("Шага {step} в журнале нет."),
            ReceiptError::Body { step } => format!("Содержание шага {step} не читается."),
            ReceiptError::OtherCase { step } => format!("Шаг {step} относится к другому делу."),
            ReceiptError::Sequence { step } => format!("Шаг {step} пропущен или стоит не на месте."),
            ReceiptError::Number => "Регистрационный номер не тот, что в шагах дела.".to_owned(),
            ReceiptError::Document => "Контрольная сумма документа не та, что в шагах дела.".to_owned(),
        };
        let message = self.to_string();
        let mut letters = message.chars();
        let en = letters
            .next()
            .map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()));
        Text::new(ru, en)
    }

    /// What to do about it.
    pub fn cure(&self) -> Text {
        match self {
            ReceiptError::OtherKey => Text::new(
                "Возьмите открытый ключ у того, кто выдал квитанцию, из источника, которому доверяете.",
                "Get the public key of whoever issued the receipt, from a source you trust.",
            ),
            ReceiptError::TooLarge | ReceiptError::Malformed { .. } | ReceiptError::Changed => Text::new(
                "Получите квитанцию заново и храните файл без изменений, включая последний перевод строки.",
                "Get the receipt again and keep the file unchanged, its last line feed included.",
            ),
            _ => Text::new(
                "Не полагайтесь на эту квитанцию. Получите её заново; если и новая не сходится, сообщите таможне.",
                "Do not rely on this receipt. Get it again; if that one fails too, tell customs.",
            ),
        }
    }
}
