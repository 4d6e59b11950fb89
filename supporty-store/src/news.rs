use tokio::sync::watch;

/// Counts what was written, for those who wait for more of it.
pub(crate) struct News(watch::Sender<u64>);

impl Default for News {
    fn default() -> Self {
        Self(watch::Sender::new(1))
    }
}

impl News {
    /// Something was written.
    pub(crate) fn tell(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// Waits for another count than that one.
    pub(crate) async fn after(&self, seen: u64) -> u64 {
        let mut counts = self.0.subscribe();
        // The sender lives as long as this does.
        counts.wait_for(|count| *count != seen).await.map_or(seen, |count| *count)
    }
}
