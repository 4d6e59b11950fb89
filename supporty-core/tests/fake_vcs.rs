//! The fake code host keeps the contract of a code host, sentence by sentence, and fails as it is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests say what failed by panicking")]

use async_trait::async_trait;
use supporty_core::adapter::{ErrorKind, NewIssue, Vcs, VcsRef, Within};
use supporty_core::stream::EffectId;
use supporty_core::testing::vcs_suite::VcsProbe;
use supporty_core::testing::{Failure, FakeVcs, VcsNote};

struct Probe(FakeVcs);

impl Probe {
    fn note(&self, at: &VcsRef) -> VcsNote {
        self.0.notes().into_iter().find(|note| note.at == *at).unwrap()
    }
}

#[async_trait]
impl VcsProbe for Probe {
    fn vcs(&self) -> &dyn Vcs {
        &self.0
    }

    fn repository(&self) -> String {
        "acme/shop".to_owned()
    }

    async fn change(&self) -> VcsRef {
        self.0.opens("acme/shop", "Mend it")
    }

    fn no_issue(&self) -> VcsRef {
        VcsRef { repository: "acme/shop".to_owned(), id: "4711".to_owned() }
    }

    async fn seen(&self, at: &VcsRef) -> Vec<String> {
        let note = self.note(at);
        let below = self.0.notes().into_iter().filter(|note| note.on.as_ref() == Some(at));
        note.title.into_iter().chain([note.body]).chain(below.map(|note| note.body)).collect()
    }

    async fn labels(&self, at: &VcsRef) -> Vec<String> {
        self.note(at).labels
    }

    async fn checks(&self, at: &VcsRef) -> Vec<(String, String)> {
        self.note(at).checks.into_iter().map(|(name, check)| (name, check.title)).collect()
    }

    async fn mentioned(&self) -> Vec<String> {
        Vec::new()
    }
}

async fn fresh() -> Probe {
    Probe(FakeVcs::new("fake".into()))
}

supporty_core::vcs_suite!(fresh);

#[tokio::test]
async fn what_was_written_is_found_even_if_its_answer_was_lost() {
    let vcs = FakeVcs::new("fake".into());
    let effect: EffectId = "job/test.1".parse().unwrap();
    let issue = NewIssue {
        repository: "acme/shop".to_owned(),
        title: "Down".to_owned(),
        body: Vec::new(),
        labels: Vec::new(),
    };
    vcs.fail_next(Failure::After);
    let lost = vcs.open_issue(effect.clone(), issue.clone()).await;
    assert_eq!(lost.unwrap_err().kind, ErrorKind::Unknown);
    let found = vcs.find(effect.clone(), Within::Repository("acme/shop".to_owned())).await.unwrap();
    assert_eq!(found, Some(vcs.open_issue(effect, issue).await.unwrap()));
    assert_eq!(vcs.notes().len(), 1);
}
