use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use supporty_core::adapter::Error;
use tokio_postgres::Config;
use tokio_postgres::types::Type;

use super::Postgres;
use super::database::{Database, connection, get, patiently};
use super::listen::Listener;
use super::schema::migrate;
use super::tls::Tls;
use super::writer::Writer;
use crate::news::News;
use crate::shared::invalid;

/// How long a connection may take, and how long a caller waits for a free one.
const CONNECTING: Duration = Duration::from_secs(10);

/// After that long a silent connection is asked whether it is still there: whoever only listens would not notice.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// How a [`Postgres`] is opened.
///
/// ```no_run
/// # async fn example() -> Result<(), supporty_core::adapter::Error> {
/// use supporty_store::PostgresOptions;
/// let url = "postgres://support@db.internal/tools?sslmode=require";
/// let store = PostgresOptions::new(url)?.desk("payments").connections(4).open().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresOptions {
    config: Config,
    desk: String,
    connections: usize,
    session: Option<Config>,
}

impl PostgresOptions {
    /// The desk `desk` of the database that a URL (`postgres://user@host/database?sslmode=require`) or a list of
    /// settings (`host=… dbname=…`) names, with at most eight connections beside the one that listens.
    ///
    /// `sslmode=require` asks for TLS (feature `postgres-tls`) with a certificate that this machine trusts, and takes
    /// nothing else; without it the connection is not encrypted.
    pub fn new(database: &str) -> Result<Self, Error> {
        let config = parse(database)?;
        Ok(Self { session: Some(config.clone()), config, desk: "desk".to_owned(), connections: 8 })
    }

    /// Which desk: one database may hold any number, and none sees anything of another.
    #[must_use]
    pub fn desk(mut self, name: impl Into<String>) -> Self {
        self.desk = name.into();
        self
    }

    /// The password, if it does not stand in the URL.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.config.password(password);
        if let Some(session) = &mut self.session {
            session.password(password);
        }
        self
    }

    /// How many connections it uses at most; at least two.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most.max(2);
        self
    }

    /// Where to listen to other workers, if the database is reached through a proxy that gives a connection to whoever
    /// begins a transaction (PgBouncer's transaction pooling): listening needs a session of its own.
    pub fn listen_at(mut self, database: &str) -> Result<Self, Error> {
        self.session = Some(parse(database)?);
        Ok(self)
    }

    /// Do not listen to other workers: what they write is seen when the desk looks, twice a minute.
    #[must_use]
    pub fn without_listening(mut self) -> Self {
        self.session = None;
        self
    }

    /// Connects, and brings the tables up to date, if no other worker has.
    ///
    /// Refuses a database that a newer version wrote. Needs a tokio runtime, on which it spawns a task that writes and
    /// one that listens; both end with the store.
    pub async fn open(self) -> Result<Postgres, Error> {
        let doing = format!("opening {}", self.place());
        let (pool, tls) = self.pool(&doing)?;
        let mut first = connection(&pool, &doing).await?;
        migrate(&mut first, &doing).await?;
        let isolation = patiently(&doing, first.query_typed("show transaction_isolation", &[])).await?;
        if isolation.first().map_or(Ok(""), |row| get(row, 0))? != "read committed" {
            return Err(invalid(format!(
                "{doing}: let `default_transaction_isolation` be `read committed` for this user: a commit waits for \
                 others, and must see what they wrote"
            )));
        }
        let desk = desk_named(&first, &self.desk, &doing).await?;
        drop(first);
        let news = Arc::new(News::default());
        let listener = self.session.map(|config| Listener::start(config, tls, desk, Arc::clone(&news)));
        let database = Database { pool, desk };
        let writer = Writer::start(database.clone(), Arc::clone(&news));
        Ok(Postgres { name: self.desk, database, writer, news, _listener: listener })
    }

    /// Where the database is, without the password.
    pub(super) fn place(&self) -> impl fmt::Display {
        Place(&self.config)
    }

    /// Which desk.
    pub(super) fn name(&self) -> &str {
        &self.desk
    }

    pub(super) fn pool(&self, doing: &str) -> Result<(Pool, Tls), Error> {
        let tls = Tls::new(&self.config, doing)?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &tls {
            Tls::Never => Manager::from_config(self.config.clone(), tokio_postgres::NoTls, recycling),
            #[cfg(feature = "postgres-tls")]
            Tls::Rustls(tls) => Manager::from_config(self.config.clone(), tls.clone(), recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(self.connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(CONNECTING))
            .create_timeout(Some(CONNECTING))
            .build();
        Ok((pool.map_err(|_| invalid(doing))?, tls))
    }
}

impl Postgres {
    /// Another desk of the same database, on the same connections. It does not listen to other workers of that desk: what
    /// they write is seen when the desk looks, twice a minute. For a program with very many desks.
    pub async fn another_desk(&self, name: &str) -> Result<Self, Error> {
        let doing = format!("opening the desk `{name}`");
        let desk = desk_named(&self.database.connection(&doing).await?, name, &doing).await?;
        let news = Arc::new(News::default());
        let database = Database { pool: self.database.pool.clone(), desk };
        let writer = Writer::start(database.clone(), Arc::clone(&news));
        Ok(Self { name: name.to_owned(), database, writer, news, _listener: None })
    }
}

/// The number of a desk, which is made where it is missing.
async fn desk_named(connection: &Object, name: &str, doing: &str) -> Result<i32, Error> {
    let sql = "with known as (select id from supporty.desks where name = $1), made as (
                   insert into supporty.desks (name) select $1 where not exists (select from known)
                   on conflict (name) do update set name = excluded.name returning id)
               select id from known union all select id from made";
    let found = patiently(doing, connection.query_typed(sql, &[(&name, Type::TEXT)])).await?;
    found.first().map_or(Ok(0), |row| get(row, 0))
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("database", &Place(&self.config).to_string())
            .field("desk", &self.desk)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

/// Where a database is, without the password.
struct Place<'a>(&'a Config);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database `{}` at ", self.0.get_dbname().or(self.0.get_user()).unwrap_or_default())?;
        match (self.0.get_hosts().first(), self.0.get_ports().first()) {
            (Some(tokio_postgres::config::Host::Tcp(host)), port) => {
                write!(f, "{host}:{}", port.unwrap_or(&5432))
            }
            #[cfg(unix)]
            (Some(tokio_postgres::config::Host::Unix(path)), _) => path.display().fmt(f),
            (None, _) => f.write_str("no host"),
        }
    }
}

/// The parser names what is wrong. In a list of settings it may take a part of a password for a name, so of that it is
/// not asked.
fn parse(database: &str) -> Result<Config, Error> {
    let mut config: Config = database.parse().map_err(|error: tokio_postgres::Error| {
        let wrong = invalid("reading where the database is: expected `postgres://user@host/database`");
        if database.contains("://") { wrong.caused_by(error) } else { wrong }
    })?;
    if config.get_hosts().is_empty() {
        return Err(invalid("reading where the database is: name a host"));
    }
    if config.get_application_name().is_none() {
        config.application_name("supporty");
    }
    config.connect_timeout(CONNECTING).keepalives_idle(KEEPALIVE);
    Ok(config)
}
