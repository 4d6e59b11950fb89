use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Config, NoTls, Socket};

use super::tls::Tls;
use crate::news::News;

/// Tells that one is at work: each listening session holds this lock with all others of its desk.
pub(super) const PRESENCE: i32 = 1_936_749_690;

const SHORTEST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// A session of its own that hears what other workers write. It comes back when it is lost.
pub(super) struct Listener(JoinHandle<()>);

impl Listener {
    pub(super) fn start(config: Config, tls: Tls, desk: i32, news: Arc<News>) -> Self {
        Self(tokio::spawn(async move {
            let mut pause = SHORTEST_PAUSE;
            loop {
                let heard = match &tls {
                    Tls::Never => listen(&config, NoTls, desk, &news).await,
                    #[cfg(feature = "postgres-tls")]
                    Tls::Rustls(tls) => listen(&config, tls.clone(), desk, &news).await,
                };
                pause = if heard { SHORTEST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
                tokio::time::sleep(pause).await;
            }
        }))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The channel of a desk.
pub(super) fn channel(desk: i32) -> String {
    format!("supporty_{desk}")
}

/// Listens until the session ends; says whether it began.
async fn listen<T>(config: &Config, tls: T, desk: i32, news: &News) -> bool
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let Ok((client, mut connection)) = config.connect(tls).await else { return false };
    let begin = format!("listen {}; select pg_advisory_lock_shared({PRESENCE}, {desk})", channel(desk));
    let mut beginning = Box::pin(client.batch_execute(&begin));
    let mut begun = false;
    loop {
        tokio::select! {
            began = &mut beginning, if !begun => {
                if began.is_err() {
                    return false;
                }
                begun = true;
                // What was written before is not told again.
                news.tell();
            }
            message = std::future::poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(_))) => news.tell(),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return begun,
            },
        }
    }
}
