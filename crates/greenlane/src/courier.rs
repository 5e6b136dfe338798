//! Carries notices to receivers over HTTP.

use std::net::{IpAddr, ToSocketAddrs};
use std::time::Duration;

use centre::Courier;
use ureq::http::Uri;

/// How long a receiver may take for one notice.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest address of a receiver, in bytes.
const URL_BYTES_MAX: usize = 2_000;

/// Posts notices; to public addresses over TLS, unless told that private ones are wanted.
pub struct Post {
    agent: ureq::Agent,
    private: bool,
}

impl Post {
    /// A courier. `private` receivers are those inside: loopback and private addresses, and plain HTTP.
    pub fn new(private: bool) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            // A receiver says where it is; it does not send us elsewhere.
            .max_redirects(0)
            .tls_config(
                ureq::tls::TlsConfig::builder()
                    .unversioned_rustls_crypto_provider(rustls::crypto::aws_lc_rs::default_provider().into())
                    .build(),
            )
            .build();
        Self { agent: config.into(), private }
    }

    /// The host and port of an address that may be a receiver at all.
    fn place(&self, url: &str) -> Result<(String, u16), String> {
        let expected = || "an address such as https://declarant.example/notices is expected".to_owned();
        if url.len() > URL_BYTES_MAX {
            return Err(format!("an address of at most {URL_BYTES_MAX} bytes is expected"));
        }
        let uri: Uri = url.parse().map_err(|_| expected())?;
        let port = match uri.scheme_str() {
            Some("https") => 443,
            Some("http") if self.private => 80,
            Some("http") => {
                return Err("notices go over TLS: give an address that begins with https://".to_owned());
            }
            _ => return Err(expected()),
        };
        let authority = uri.authority().ok_or_else(expected)?;
        if authority.as_str().contains('@') {
            return Err("an address without a password in it is expected".to_owned());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok((host, authority.port_u16().unwrap_or(port)))
    }

    /// Whether the receiver's host lies where notices may go.
    fn reachable(&self, url: &str) -> Result<(), String> {
        let (host, port) = self.place(url)?;
        if self.private {
            return Ok(());
        }
        let found = (host.as_str(), port).to_socket_addrs().map_err(|why| format!("{host}: {why}"))?;
        match found.map(|address| address.ip()).find(|ip| !is_public(*ip)) {
            Some(ip) => Err(format!("{host} is at {ip}, which is no public address")),
            None => Ok(()),
        }
    }
}

/// Whether an address lies outside: a centre must not be made to knock on doors of its own house.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            !(ip.is_loopback()
                || ip.is_private()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || ip.is_documentation()
                || a == 0
                // Shared address space, RFC 6598; protocol assignments, RFC 6890; benchmarks, RFC 2544;
                // reserved, RFC 1112.
                || (a == 100 && (64..128).contains(&b))
                || (a, b, c) == (192, 0, 0)
                || (a == 198 && (18..20).contains(&b))
                || a >= 240)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public(IpAddr::V4(ip)),
            None => {
                let [first, second, ..] = ip.segments();
                !(ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_multicast()
                    // Unique local and link-local, RFC 4193 and RFC 4291.
                    || first & 0xFE00 == 0xFC00
                    || first & 0xFFC0 == 0xFE80
                    // Site-local (RFC 3879) and what leads back into IPv4: compatible addresses (RFC 4291),
                    // translation (RFC 6052), 6to4 (RFC 3056).
                    || first & 0xFFC0 == 0xFEC0
                    || first == 0
                    || (first, second) == (0x64, 0xFF9B)
                    || first == 0x2002)
            }
        },
    }
}

impl Courier for Post {
    fn deliver(&self, url: &str, headers: &[(&str, String)], body: &[u8]) -> Result<(), String> {
        self.reachable(url)?;
        let mut request = self.agent.post(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.send(body).map_err(|why| why.to_string())?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            status => Err(format!("status {status}")),
        }
    }

    fn accepts(&self, url: &str) -> Result<(), String> {
        self.place(url).map(drop)?;
        let (host, _) = self.place(url)?;
        match host.parse::<IpAddr>() {
            Ok(ip) if !self.private && !is_public(ip) => Err(format!("{ip} is no public address")),
            _ if !self.private && host.eq_ignore_ascii_case("localhost") => {
                Err("localhost is no public address".to_owned())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_lie_outside_and_speak_tls() {
        let outside = Post::new(false);
        for good in ["https://declarant.example/notices", "https://93.184.216.34:8443/x?y=1"] {
            assert_eq!(outside.accepts(good), Ok(()), "{good}");
        }
        for bad in [
            "http://declarant.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest",
            "https://100.64.0.1/",
            "https://localhost/",
            "https://user:secret@declarant.example/",
            "ftp://declarant.example/",
            "declarant.example",
            "",
        ] {
            assert!(outside.accepts(bad).is_err(), "{bad}");
        }
        assert!(Post::new(true).accepts("http://127.0.0.1:9000/notices").is_ok());
        assert!(
            outside.deliver("https://127.0.0.1:9/", &[], b"{}").unwrap_err().contains("no public address")
        );
    }
}
