//! The language of an answer: asked for in the address, kept in a cookie, or preferred by the browser.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use declaration::Text;

use crate::access::cookie;

/// The cookie that keeps a person's choice.
pub(crate) const LANGUAGE_COOKIE: &str = "greenlane_lang";

/// A language of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

impl Language {
    /// `ru` or `en`.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Ru => "ru",
            Language::En => "en",
        }
    }

    /// The text in this language.
    pub fn pick(self, text: &Text) -> &str {
        match self {
            Language::Ru => &text.ru,
            Language::En => &text.en,
        }
    }

    /// The language a code names, if it is one of the system's.
    pub fn of_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next()?;
        [Language::Ru, Language::En].into_iter().find(|known| primary.eq_ignore_ascii_case(known.as_str()))
    }

    /// The language for a request: `?lang=`, else the cookie, else `Accept-Language`, else Russian.
    pub(crate) fn of_request(uri: &Uri, headers: &HeaderMap) -> Self {
        let accepted = || {
            let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            preferred(header)
        };
        asked(uri)
            .or_else(|| cookie(headers, LANGUAGE_COOKIE).and_then(Self::of_code))
            .or_else(accepted)
            .unwrap_or_default()
    }
}

/// The language `?lang=` asks for.
pub(crate) fn asked(uri: &Uri) -> Option<Language> {
    let value = uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    Language::of_code(value)
}

/// The known language of the highest quality in an `Accept-Language` header (RFC 9110, 12.5.4); of
/// equals the first.
fn preferred(header: &str) -> Option<Language> {
    /// Entries looked at: a browser sends a handful.
    const ENTRIES_MAX: usize = 32;
    let mut best: Option<(f32, Language)> = None;
    for entry in header.split(',').take(ENTRIES_MAX) {
        let mut parts = entry.split(';');
        let Some(language) = parts.next().and_then(Language::of_code) else { continue };
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok());
        let quality = quality.unwrap_or(1.0);
        if quality > 0.0 && best.is_none_or(|(than, _)| quality > than) {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_request(&parts.uri, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_asked_for_then_kept_then_preferred() {
        let of = |uri: &str, cookie: &str, accept: &str| {
            let mut headers = HeaderMap::new();
            if !cookie.is_empty() {
                headers.insert(header::COOKIE, cookie.parse().unwrap());
            }
            if !accept.is_empty() {
                headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            }
            Language::of_request(&uri.parse().unwrap(), &headers).as_str()
        };
        for (uri, cookie, accept, expected) in [
            ("/", "", "", "ru"),
            ("/", "", "en-GB,en;q=0.9", "en"),
            ("/", "", "hy, ru;q=0.4, en;q=0.8", "en"),
            ("/", "", "fr, de", "ru"),
            ("/", "", "en;q=0, ru;q=0.1", "ru"),
            ("/", "a=b; greenlane_lang=en", "ru", "en"),
            ("/?lang=ru", "greenlane_lang=en", "en", "ru"),
            ("/?state=released&lang=en", "", "ru", "en"),
            ("/?lang=xx", "", "en", "en"),
        ] {
            assert_eq!(of(uri, cookie, accept), expected, "{uri} {cookie} {accept}");
        }
    }
}
