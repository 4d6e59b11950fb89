//! What we ask of GitHub's REST API, as data.

use std::fmt::Display;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::ids::RepositoryId;

/// What stands in a part of a path as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It reads.
    Get,
    /// It changes a part of what is there.
    Patch,
    /// It adds something.
    Post,
}

/// As whom a request is made, if we are a GitHub App. With a personal token everything is asked with that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The app itself.
    App,
    /// The app where it is installed.
    Installation,
}

macro_rules! methods {
    ($($variant:ident $verb:ident $path:literal $who:ident;)*) => {
        /// A method of GitHub's REST API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method {
            $(#[doc = concat!("`", $path, "`")] $variant,)*
        }

        impl Method {
            /// Every method.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// What it does.
            pub fn verb(self) -> Verb {
                match self { $(Self::$variant => Verb::$verb,)* }
            }

            /// Its path, with `{}` for each part that a request fills in.
            pub fn path(self) -> &'static str {
                match self { $(Self::$variant => $path,)* }
            }

            /// As whom it is called.
            pub fn who(self) -> Who {
                match self { $(Self::$variant => Who::$who,)* }
            }

            /// Its name, for people.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => concat!(stringify!($verb), " ", $path),)* }
            }
        }
    };
}

methods! {
    App Get "app" App;
    AppDeliveries Get "app/hook/deliveries" App;
    AppDelivery Get "app/hook/deliveries/{}" App;
    Installations Get "app/installations" App;
    InstallationOf Get "{repository}/installation" App;
    InstallationRepositories Get "installation/repositories" Installation;
    InstallationToken Post "app/installations/{}/access_tokens" App;
    CheckRunCreate Post "{repository}/check-runs" Installation;
    CheckRunUpdate Patch "{repository}/check-runs/{}" Installation;
    CheckRuns Get "{repository}/commits/{}/check-runs" Installation;
    Compare Get "{repository}/compare/{}" Installation;
    CommentCreate Post "{repository}/issues/{}/comments" Installation;
    Comments Get "{repository}/issues/{}/comments" Installation;
    Deployments Get "{repository}/deployments" Installation;
    DeploymentStatuses Get "{repository}/deployments/{}/statuses" Installation;
    HookDeliveries Get "{repository}/hooks/{}/deliveries" Installation;
    HookDelivery Get "{repository}/hooks/{}/deliveries/{}" Installation;
    Hooks Get "{repository}/hooks" Installation;
    Issue Get "{repository}/issues/{}" Installation;
    IssueCreate Post "{repository}/issues" Installation;
    IssueUpdate Patch "{repository}/issues/{}" Installation;
    Issues Get "{repository}/issues" Installation;
    LabelsAdd Post "{repository}/issues/{}/labels" Installation;
    OrganizationHookDeliveries Get "orgs/{}/hooks/{}/deliveries" Installation;
    OrganizationHookDelivery Get "orgs/{}/hooks/{}/deliveries/{}" Installation;
    OrganizationHooks Get "orgs/{}/hooks" Installation;
    PullRequest Get "{repository}/pulls/{}" Installation;
    PullRequestCommits Get "{repository}/pulls/{}/commits" Installation;
    PullRequests Get "{repository}/pulls" Installation;
    Repository Get "{repository}" Installation;
    StatusCreate Post "{repository}/statuses/{}" Installation;
    User Get "user" Installation;
    UserRepositories Get "user/repos" Installation;
}

impl Method {
    /// Whether it changes anything, so that nobody knows what became of it when no answer comes.
    pub fn writes(self) -> bool {
        self.verb() != Verb::Get
    }

    /// Whether it makes what people see, which GitHub wants done slowly.
    pub(crate) fn makes_content(self) -> bool {
        self.writes() && self != Self::InstallationToken
    }
}

/// A repository, as a path names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RepositoryRef {
    /// By its number, which it keeps.
    Number(RepositoryId),
    /// By its owner and its name, in small letters, since GitHub makes no difference.
    Name(String, String),
}

impl RepositoryRef {
    /// A number or `owner/name`. Nothing for what is neither.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse() {
            return Some(Self::Number(RepositoryId(number)));
        }
        let (owner, name) = text.split_once('/')?;
        // Dots alone would be taken for a way up in the path.
        let is_name = |part: &str| !part.trim_matches('.').is_empty() && !part.contains('/');
        (is_name(owner) && is_name(name)).then(|| Self::Name(owner.to_lowercase(), name.to_lowercase()))
    }

    /// How a path begins for it. That GitHub answers under the number too is seen where it
    /// [turns pages](https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api), and where it
    /// redirects from an old name.
    fn path(&self) -> String {
        match self {
            Self::Number(id) => format!("repositories/{id}"),
            Self::Name(owner, name) => format!("repos/{}/{}", encoded(owner), encoded(name)),
        }
    }
}

/// A request, before anybody knows where it goes and with which token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) repository: Option<RepositoryRef>,
    /// Which installation asks, where no repository says so.
    pub(crate) installation: Option<u64>,
    parts: Vec<String>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    /// What it is for, by which it keeps its place among those that wait.
    pub(crate) name: String,
}

impl Request {
    pub(crate) fn new(method: Method, parts: &[&(dyn Display + Sync)]) -> Self {
        let parts = parts.iter().map(|part| encoded(&part.to_string())).collect();
        let name = method.name().to_owned();
        Self { method, repository: None, installation: None, parts, query: Vec::new(), body: None, name }
    }

    pub(crate) fn on(repository: &RepositoryRef, method: Method, parts: &[&(dyn Display + Sync)]) -> Self {
        Self { repository: Some(repository.clone()), ..Self::new(method, parts) }
    }

    #[must_use]
    pub(crate) fn by(self, installation: u64) -> Self {
        Self { installation: Some(installation), ..self }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    #[must_use]
    pub(crate) fn saying(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    #[must_use]
    pub(crate) fn named(self, name: impl Display) -> Self {
        Self { name: name.to_string(), ..self }
    }

    /// Where it goes, below the address of the API.
    pub(crate) fn path(&self) -> String {
        let repository = self.repository.as_ref().map(RepositoryRef::path).unwrap_or_default();
        let mut parts = self.parts.iter();
        let template = self.method.path().split('/');
        let filled = template.map(|part| match part {
            "{repository}" => repository.as_str(),
            "{}" => parts.next().map(String::as_str).unwrap_or_default(),
            fixed => fixed,
        });
        filled.collect::<Vec<_>>().join("/")
    }
}

/// A part of a path that holds whatever it is.
fn encoded(part: &str) -> String {
    utf8_percent_encode(part, &PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_words_leave_their_part_of_a_path() {
        let at = RepositoryRef::parse("octo/sh?op#x").unwrap();
        let request = Request::on(&at, Method::CheckRuns, &[&"../../user?x=1"]);
        assert_eq!(request.path(), "repos/octo/sh%3Fop%23x/commits/..%2F..%2Fuser%3Fx%3D1/check-runs");
    }

    #[test]
    fn what_is_no_repository_is_none() {
        for wrong in ["", "octo", "/shop", "octo/", "octo/shop/more", "../..", "octo/..", "-1"] {
            assert_eq!(RepositoryRef::parse(wrong), None, "{wrong}");
        }
    }
}
