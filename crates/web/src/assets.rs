//! The one style sheet and the scripts, from the binary, under names that change with their content.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use log::Hash;

use crate::failure::{Failure, Kind};

const STYLE: &str = include_str!("../assets/greenlane.css");
const SCRIPT: &str = include_str!("../assets/greenlane.js");
const EDITOR: &str = include_str!("../assets/profile-editor.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// What changes its name whenever it changes may be kept for a year.
const KEEP: &str = "public, max-age=31536000, immutable";
/// Digits of the content's hash in a name.
const HASH_DIGITS: usize = 16;

/// The names pages refer to.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) editor: String,
    pub(crate) icon: String,
}

/// The names under which the assets of this binary are served.
pub(crate) fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let name = |stem: &str, content: &str, suffix: &str| {
            let hash: String = Hash::of(content.as_bytes()).to_string().chars().take(HASH_DIGITS).collect();
            format!("{stem}-{hash}.{suffix}")
        };
        Names {
            style: name("greenlane", STYLE, "css"),
            script: name("greenlane", SCRIPT, "js"),
            editor: name("profile-editor", EDITOR, "js"),
            icon: name("icon", ICON, "svg"),
        }
    })
}

/// Serves an asset by its current name.
pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, Failure> {
    let names = names();
    let (kind, content) = match name {
        name if name == names.style => ("text/css; charset=utf-8", STYLE),
        name if name == names.script => ("text/javascript; charset=utf-8", SCRIPT),
        name if name == names.editor => ("text/javascript; charset=utf-8", EDITOR),
        name if name == names.icon => ("image/svg+xml", ICON),
        _ => return Err(Failure::of(Kind::NotFound)),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEEP)], content).into_response())
}

/// The icon, where browsers look for it unasked.
pub(crate) async fn icon() -> Response {
    const DAY: &str = "public, max-age=86400";
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, DAY)], ICON).into_response()
}
