//! Configuration of `serve`: option, else environment variable, else file, else default.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::above::{Follow, Password};
use crate::cli::ServeArgs;
use crate::exit::Failure;

/// The file's keys; the same names as options and, in capitals after `GREENLANE_`, as variables.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    data: Option<PathBuf>,
    listen: Option<String>,
    anchors: Option<PathBuf>,
    log_origin: Option<String>,
    anonymous_filing: Option<bool>,
    secure_cookies: Option<bool>,
    hits_to_filers: Option<bool>,
    private_receivers: Option<bool>,
    time_zone: Option<String>,
    log_json: Option<bool>,
    follow: Option<String>,
    follow_key: Option<String>,
    follow_login: Option<String>,
    follow_password_file: Option<PathBuf>,
    follow_password: Option<String>,
}

/// How a server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub data: PathBuf,
    pub listen: String,
    pub anchors: Option<PathBuf>,
    pub log_origin: String,
    pub anonymous_filing: bool,
    pub secure_cookies: bool,
    pub hits_to_filers: bool,
    pub private_receivers: bool,
    pub time_zone: TimeZone,
    pub log_json: bool,
    pub follow: Option<Follow>,
}

/// Where a server keeps its data unless told otherwise.
const DATA_DEFAULT: &str = "./greenlane-data";
/// Where it listens unless told otherwise.
const LISTEN_DEFAULT: &str = "127.0.0.1:8080";
/// The zone whose clock pages show unless told otherwise: that of the default pack.
const TIME_ZONE_DEFAULT: &str = "Europe/Moscow";

impl Config {
    /// Merges options, variables and the file.
    pub fn of(args: ServeArgs) -> Result<Self, Failure> {
        let file = match &args.config {
            None => File::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?;
                toml::from_str(&text).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?
            }
        };
        let listen = args.listen.or(file.listen).unwrap_or_else(|| LISTEN_DEFAULT.to_owned());
        let loopback = is_loopback(&listen);
        let zone = args.time_zone.or(file.time_zone).unwrap_or_else(|| TIME_ZONE_DEFAULT.to_owned());
        let time_zone = TimeZone::get(&zone).map_err(|_| {
            Failure::usage(format!("time zone {zone}: unknown")).hint("use a name such as Europe/Moscow")
        })?;
        let anchors = args.anchors.or(file.anchors);
        let follow = follow(FollowKeys {
            url: args.follow.or(file.follow),
            key: args.follow_key.or(file.follow_key),
            login: args.follow_login.or(file.follow_login),
            password_file: args.follow_password_file.or(file.follow_password_file),
            password: args.follow_password.or(file.follow_password),
        })?;
        if follow.is_some() && anchors.is_some() {
            return Err(Failure::usage(
                "--anchors: a node that follows another has its authorities from there",
            )
            .hint("import them above: greenlane reference import anchors FILE"));
        }
        Ok(Self {
            follow,
            data: args.data.or(file.data).unwrap_or_else(|| PathBuf::from(DATA_DEFAULT)),
            anchors,
            log_origin: args
                .log_origin
                .or(file.log_origin)
                .unwrap_or_else(|| centre::Options::default().log_origin),
            anonymous_filing: args.anonymous_filing.or(file.anonymous_filing).unwrap_or(loopback),
            secure_cookies: args.secure_cookies.or(file.secure_cookies).unwrap_or(!loopback),
            hits_to_filers: args.hits_to_filers.or(file.hits_to_filers).unwrap_or(loopback),
            private_receivers: args.private_receivers.or(file.private_receivers).unwrap_or(loopback),
            time_zone,
            log_json: args.log_json.or(file.log_json).unwrap_or(false),
            listen,
        })
    }
}

/// What is said of the node to follow.
struct FollowKeys {
    url: Option<String>,
    key: Option<String>,
    login: Option<String>,
    password_file: Option<PathBuf>,
    password: Option<String>,
}

/// The node to follow: all of it, or nothing.
fn follow(keys: FollowKeys) -> Result<Option<Follow>, Failure> {
    let FollowKeys { url, key, login, password_file, password } = keys;
    let Some(url) = url else {
        let others = key.is_some() || login.is_some() || password_file.is_some() || password.is_some();
        return if others {
            Err(Failure::usage("there is a key, login or password, and nobody to follow")
                .hint("give --follow URL, the address of the node above"))
        } else {
            Ok(None)
        };
    };
    let missing = |what: &str, hint: &str| Failure::usage(format!("--follow needs {what}")).hint(hint);
    let key =
        key.ok_or_else(|| missing("--follow-key", "the key of the log above, as its /log/vkey shows it"))?;
    let key = key.trim().parse().map_err(|why| Failure::usage(format!("--follow-key {key}: {why}")))?;
    let login = login.ok_or_else(|| {
        missing("--follow-login", "make an account for this node above: greenlane user NAME --role duty")
    })?;
    let password = match (password_file, password) {
        (Some(path), _) => Password::In(path),
        (None, Some(password)) => Password::Given(password),
        (None, None) => {
            let hint = "give --follow-password-file FILE, or set GREENLANE_FOLLOW_PASSWORD";
            return Err(missing("a password", hint));
        }
    };
    Ok(Some(Follow { url, key, login, password }))
}

/// Whether an address can only be reached from this machine.
pub fn is_loopback(listen: &str) -> bool {
    let host = listen.rsplit_once(':').map_or(listen, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> ServeArgs {
        ServeArgs {
            config: None,
            data: None,
            listen: None,
            anchors: None,
            log_origin: None,
            anonymous_filing: None,
            secure_cookies: None,
            hits_to_filers: None,
            private_receivers: None,
            time_zone: None,
            log_json: None,
            follow: None,
            follow_key: None,
            follow_login: None,
            follow_password_file: None,
            follow_password: None,
        }
    }

    #[test]
    fn what_faces_the_world_is_closed_unless_opened() {
        let config = Config::of(ServeArgs { listen: Some("0.0.0.0:80".into()), ..args() }).unwrap();
        assert!(!config.anonymous_filing && config.secure_cookies);
        let config = Config::of(args()).unwrap();
        assert!(config.anonymous_filing && !config.secure_cookies);
        for loopback in ["127.0.0.1:1", "[::1]:80", "localhost:80"] {
            assert!(is_loopback(loopback), "{loopback}");
        }
        assert!(!is_loopback("[::]:80"));
    }

    #[test]
    fn who_follows_knows_whom_by_what_key_and_under_what_name() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let whole = || ServeArgs {
            follow: Some("http://127.0.0.1:1".into()),
            follow_key: Some(key.into()),
            follow_login: Some("node".into()),
            follow_password: Some("secret horse".into()),
            ..args()
        };
        let config = Config::of(whole()).unwrap();
        assert_eq!(config.follow.as_ref().unwrap().key.to_string(), key);
        assert!(!format!("{config:?}").contains("secret"));
        for lacking in [
            ServeArgs { follow: None, ..whole() },
            ServeArgs { follow_key: None, ..whole() },
            ServeArgs { follow_key: Some("x".into()), ..whole() },
            ServeArgs { follow_login: None, ..whole() },
            ServeArgs { follow_password: None, ..whole() },
            ServeArgs { anchors: Some("a.pem".into()), ..whole() },
        ] {
            Config::of(lacking).unwrap_err();
        }
    }

    #[test]
    fn an_unknown_key_in_the_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("greenlane.toml");
        std::fs::write(&path, "lisen = \"127.0.0.1:1\"\n").unwrap();
        let failure = Config::of(ServeArgs { config: Some(path), ..args() }).unwrap_err();
        assert!(format!("{failure:?}").contains("unknown field `lisen`"), "{failure:?}");
    }
}
