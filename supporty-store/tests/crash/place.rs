//! Where a desk is kept, and a list of everything that was ever queued there.

use supporty_core::effect::Effect;
use tempfile::TempDir;

use super::cluster::Cluster;
use super::worker::open;

pub(crate) enum Place {
    Server(Cluster),
    File(TempDir),
}

impl Place {
    pub(crate) fn server() -> Self {
        Self::Server(Cluster::start())
    }

    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Server(cluster) => cluster.url(),
            Self::File(folder) => folder.path().join("desk.db").display().to_string(),
        }
    }

    /// Makes the tables, and writes down from now on what is queued.
    pub(crate) async fn prepare(&self) {
        drop(open(&self.name()).await.unwrap());
        match self {
            Self::Server(cluster) => {
                let (client, connection) =
                    tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                let sql = "create table queued (body text, name text);
                    create function note() returns trigger language plpgsql as
                        $$ begin insert into public.queued values (new.body, new.name); return null; end $$;
                    create trigger note after insert on supporty.outbox for each row execute function note();";
                client.batch_execute(sql).await.unwrap();
            }
            Self::File(_) => {
                let sql = "create table queued (body text, name text);
                    create trigger note after insert on outbox
                        begin insert into queued values (new.body, new.name); end;";
                rusqlite::Connection::open(self.name()).unwrap().execute_batch(sql).unwrap();
            }
        }
    }

    pub(crate) async fn queued(&self) -> Vec<Effect> {
        let bodies: Vec<String> = match self {
            Self::Server(cluster) => {
                let (client, connection) =
                    tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                let rows = client.query("select body from queued", &[]).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::File(_) => {
                let file = rusqlite::Connection::open(self.name()).unwrap();
                let mut select = file.prepare("select body from queued").unwrap();
                let rows = select.query_map([], |row| row.get(0)).unwrap();
                rows.collect::<Result<_, _>>().unwrap()
            }
        };
        bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
    }
}
