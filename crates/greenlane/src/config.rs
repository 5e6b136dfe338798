//! Configuration of `serve`: option, else environment variable, else file, else default.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::Deserialize;

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
        Ok(Self {
            data: args.data.or(file.data).unwrap_or_else(|| PathBuf::from(DATA_DEFAULT)),
            anchors: args.anchors.or(file.anchors),
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
    fn an_unknown_key_in_the_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("greenlane.toml");
        std::fs::write(&path, "lisen = \"127.0.0.1:1\"\n").unwrap();
        let failure = Config::of(ServeArgs { config: Some(path), ..args() }).unwrap_err();
        assert!(format!("{failure:?}").contains("unknown field `lisen`"), "{failure:?}");
    }
}
