//! Where a database is, for people: without the password that an address may hold.

use std::fmt;
use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Names a database in errors.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    host: String,
    port: u16,
    database: String,
    user: String,
}

impl Place {
    pub(crate) fn of(options: &PgConnectOptions) -> Self {
        let host = match options.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => options.get_host().to_owned(),
        };
        let user = options.get_username().to_owned();
        let database = options.get_database().map_or_else(|| user.clone(), str::to_owned);
        Self { host, port: options.get_port(), database, user }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}, port {}, as {}", self.database, self.host, self.port, self.user)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What an address says. An error does not repeat it: it may hold a password.
///
/// Where it says nothing of TLS, a database on another machine has to prove by a certificate that it is
/// the one.
pub(crate) fn read(address: &str) -> Result<PgConnectOptions, sqlx::Error> {
    if !["postgres://", "postgresql://"].iter().any(|it| address.starts_with(it)) {
        return Err(sqlx::Error::Configuration("it begins with another scheme".into()));
    }
    let options = PgConnectOptions::from_str(address)?;
    let says = ["?sslmode=", "&sslmode=", "?ssl-mode=", "&ssl-mode="];
    if is_here(&options) || says.iter().any(|it| address.contains(it)) {
        return Ok(options);
    }
    Ok(options.ssl_mode(PgSslMode::VerifyFull))
}

/// Whether a database is on this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// Whether what travels to a database can be read or changed on the way: it is on another machine, and
/// its address wants it so.
pub(crate) fn travels_open(options: &PgConnectOptions) -> bool {
    let proves = matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    !is_here(options) && !proves
}
