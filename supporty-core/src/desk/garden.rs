use super::{Desk, DeskError};
use crate::adapter::Query;
use crate::garden::{Every, Stretch, mix};
use crate::rules::Row;
use crate::time::Zone;
use crate::vocab::Kind;

const PAGE: u32 = 500;

impl Desk {
    /// What the community of gardeners invested in over the last `most` weeks or months, by a zone's days.
    pub async fn gardened(&self, every: Every, most: usize, zone: &Zone) -> Result<Vec<Stretch>, DeskError> {
        let mut query = Query { kind: Some(Kind::Gardening), most: PAGE, ..Query::default() };
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let page = self.inner.store.list(query.clone()).await?;
            rows.extend(page.rows.into_iter().map(|listed| listed.row));
            match page.next {
                Some(before) => query.before = Some(before),
                None => break,
            }
        }
        Ok(mix(&rows, self.rotas().await?.as_ref(), (every, most), zone, self.now()))
    }
}
