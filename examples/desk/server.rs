//! Which page is where, and what a post does.

mod delivery;
mod pager;
mod report;
mod rotas;

use std::future::Future;

use axum::extract::{Form, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};
use maud::Markup;
use serde::Deserialize;
use supporty_core::adapter;
use supporty_core::adapter::Answer;
use supporty_core::policy::Policy;
use supporty_core::rules::allowed;
use supporty_core::ticket::{CommandKind, StatusKind};
use supporty_core::time::Zone;
use supporty_core::vocab::{DrillId, TicketKey};
use tokio::net::TcpListener;

use crate::app::{App, now};
use crate::form::{Fields, Wrong};
use crate::guard::{guard, safety};
use crate::inbound::{self, Trouble};
use crate::local::{Line, Local};
use crate::page::{self, Filter, Frame, Refused, View};
use crate::pager::CALLBACK;
use crate::who::{Viewer, cookie};
use crate::{github, hooks, slack};

/// Every page and every post.
pub fn router(app: App) -> Router {
    let pages = report::files()
        .route("/", get(channel))
        .route("/new", get(new).post(open))
        .route("/ticket/{key}", get(ticket))
        .route("/ticket/{key}/why", get(why))
        .route("/ticket/{key}/{command}", get(back_to_ticket).post(command))
        .route("/rotas", get(rotas::rotas))
        .route("/rotas/{id}", get(rotas::rota))
        .route("/rotas/{id}/shifts.ics", get(rotas::shifts))
        .route("/rotas/{id}/mine.ics", get(rotas::my_shifts))
        .route("/rotas/{id}/{action}", get(rotas::back_to_rota).post(rotas::arrange))
        .route("/statement", get(rotas::statement))
        .route("/statement/close", get(|| async { Redirect::to("/statement") }).post(rotas::close))
        .route("/statement.csv", get(rotas::statement_csv))
        .route("/statement.md", get(rotas::statement_md))
        .route("/garden", get(rotas::garden))
        .route("/delivery", get(delivery::delivery))
        .route("/report", get(report::report))
        .route("/report/tickets", get(report::tickets))
        .route("/report.css", get(|| asset("text/css; charset=utf-8", supporty_core::report::STYLE)))
        .route("/drills", get(drills))
        .route("/drills/{id}", get(|| async { Redirect::to("/drills") }).post(begin_drill))
        .route("/board", get(board))
        .route("/search", get(search))
        .route("/me", get(inbox))
        .route("/who", get(who).post(choose))
        .route("/live", get(crate::live::live))
        .route("/metrics", get(crate::metrics::metrics))
        .route("/style.css", get(|| asset("text/css; charset=utf-8", include_str!("style.css"))))
        .route("/live.js", get(|| asset("text/javascript; charset=utf-8", include_str!("live.js"))))
        .route("/icon.svg", get(|| asset("image/svg+xml", include_str!("icon.svg"))))
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(app.clone(), guard));
    // Routes that are added after a layer are not behind it.
    let all = match &app.pager {
        Some(secret) => pages.route(CALLBACK, pager::route(secret.clone())),
        None => pages,
    };
    let all = match &app.slack {
        Some(front) => all.route(slack::ROUTE, slack::route(front.clone())),
        None => all,
    };
    let all = match &app.github {
        Some(front) => all.route(github::ROUTE, github::route(front.clone())),
        None => all,
    };
    let all = match &app.hooks {
        Some(senders) => all.route(hooks::ROUTE, hooks::route(senders.clone())),
        None => all,
    };
    all.layer(middleware::from_fn(safety)).with_state(app)
}

/// Serves until told to stop, and then finishes what was begun.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(app)).with_graceful_shutdown(stop).await
}

/// A request by somebody: who looks, and when.
struct Visit {
    app: App,
    viewer: Option<Viewer>,
    submission: String,
    here: String,
    store: String,
}

/// A visit by somebody who has said who they are; whoever has not is asked first.
struct Known {
    visit: Visit,
    viewer: Viewer,
}

impl FromRequestParts<App> for Known {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        let here = inside(parts.uri.path());
        let visit = Visit::new(app.clone(), &parts.headers, here);
        match visit.viewer.clone() {
            Some(viewer) => Ok(Self { visit, viewer }),
            None => Err(Redirect::to(&format!("/who?next={here}"))),
        }
    }
}

/// A page, or why there is none.
type Shown = Result<Response, Failed>;

/// Something behind the page did not work.
struct Failed(Trouble);

impl<E: Into<Trouble>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        tracing::error!(error = &self.0 as &dyn std::error::Error, "a request failed");
        let text = format!("This did not work: {}. Nothing was lost; load the page again.\n", self.0);
        (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
    }
}

impl Visit {
    fn new(app: App, headers: &HeaderMap, here: &str) -> Self {
        let viewer = Viewer::of_cookie(headers, &app.desk.policy());
        let mut random = [0; 16];
        // Without randomness there is no name, and a form without one is refused.
        let named = getrandom::fill(&mut random).is_ok();
        let hex = || random.iter().map(|byte| format!("{byte:02x}")).collect();
        let submission = if named { hex() } else { String::new() };
        let store = app.store();
        Self { app, viewer, submission, here: here.to_owned(), store }
    }

    fn draw(&self, draw: impl FnOnce(&Frame<'_>) -> Markup) -> Response {
        let (policy, zone) = (self.app.desk.policy(), self.app.zone());
        draw(&self.frame(&policy, &zone)).into_response()
    }

    /// The same by other clocks, where there may be nothing to draw.
    fn draw_in(
        &self,
        policy: &Policy,
        zone: &Zone,
        draw: impl FnOnce(&Frame<'_>) -> Option<Markup>,
    ) -> Option<Response> {
        draw(&self.frame(policy, zone)).map(IntoResponse::into_response)
    }

    fn frame<'a>(&'a self, policy: &'a Policy, zone: &'a Zone) -> Frame<'a> {
        Frame {
            policy,
            viewer: self.viewer.as_ref(),
            submission: &self.submission,
            store: &self.store,
            now: now(),
            zone,
            here: &self.here,
        }
    }

    fn no_rota(&self) -> Response {
        self.problem(StatusCode::NOT_FOUND, "No such rota", "The policy has none of that name.")
    }

    fn problem(&self, status: StatusCode, title: &str, why: &str) -> Response {
        (status, self.draw(|frame| page::problem(frame, title, why))).into_response()
    }

    async fn hidden(&self, key: &TicketKey, viewer: &Viewer) -> Result<bool, Trouble> {
        let there = self.app.desk.ticket(key.clone()).await?.is_some();
        Ok(there && !self.app.desk.may_read(key.clone(), &viewer.actor).await?)
    }

    fn restricted(&self) -> Response {
        let why =
            "Only its readers know what it is about. Ask its owner or its squad's lead to name you as one.";
        self.problem(StatusCode::FORBIDDEN, "This ticket is restricted", why)
    }

    fn no_ticket(&self) -> Response {
        self.problem(StatusCode::NOT_FOUND, "No such ticket", "Check the key, or search for its words.")
    }
}

#[derive(Deserialize)]
struct Show {
    #[serde(default)]
    show: String,
}

/// The cards of the private place that somebody may read.
async fn private_roots(app: &App, viewer: &Viewer) -> Result<Vec<Line>, Trouble> {
    let Some(private) = app.desk.policy().spec().private_channel.clone() else { return Ok(Vec::new()) };
    let mut seen = Vec::new();
    for line in app.chat.roots(&private).await? {
        let key = line.card().filter(|card| card.restricted).map(|card| card.key.clone());
        if let Some(key) = key
            && app.desk.may_read(key, &viewer.actor).await?
        {
            seen.push(line);
        }
    }
    Ok(seen)
}

async fn channel(Known { visit, viewer }: Known, Query(show): Query<Show>) -> Shown {
    let channel = visit.app.desk.policy().spec().channel.clone();
    let mut roots = visit.app.chat.roots(&channel).await?;
    let private = private_roots(&visit.app, &viewer).await?;
    let key = |line: &Line| line.card().map(|card| card.key.clone());
    let moved: Vec<_> = private.iter().filter_map(key).collect();
    roots.retain(|line| key(line).is_none_or(|key| !moved.contains(&key)));
    roots.extend(private);
    roots.sort_by_key(|line| std::cmp::Reverse(line.id));
    let told = visit.app.chat.messages(channel.as_str()).await?;
    Ok(visit.draw(|frame| page::channel(frame, Filter::parse(&show.show), &roots, &told)))
}

async fn new(Known { visit, .. }: Known) -> Response {
    visit.draw(|frame| page::form(frame, &Fields::default(), None, &[]))
}

async fn open(Known { visit, viewer }: Known, Form(pairs): Form<Vec<(String, String)>>) -> Shown {
    let fields = Fields::from(pairs);
    let woken = inbound::would_wake(&visit.app, &viewer, &fields).await?;
    let unsaid = !woken.is_empty() && fields.typed("field-impact").trim().is_empty();
    let answer = match unsaid {
        true => Err(Trouble::Form(Wrong {
            field: "impact".into(),
            why: "say what it does before anybody is woken".to_owned(),
        })),
        false => inbound::open(&visit.app, &viewer, &fields).await.map(Some),
    };
    let wrong = match refusal(answer)? {
        Ok(answer) => match answer.and_then(|answer| answer.ticket) {
            Some(key) => return Ok(Redirect::to(&format!("/ticket/{key}")).into_response()),
            None => return Ok(Redirect::to("/").into_response()),
        },
        Err(wrong) => wrong,
    };
    let again = visit.draw(|frame| page::form(frame, &fields, Some(&wrong), &woken));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

async fn ticket(Known { visit, viewer }: Known, Path(key): Path<String>) -> Shown {
    show_ticket(&visit, &viewer, &key, None).await
}

async fn why(Known { visit, viewer }: Known, Path(key): Path<String>) -> Shown {
    let Ok(key) = key.parse::<TicketKey>() else { return Ok(visit.no_ticket()) };
    if visit.hidden(&key, &viewer).await? {
        return Ok(visit.restricted());
    }
    match visit.app.desk.explain(key, AHEAD).await? {
        Some(explained) => Ok(visit.draw(|frame| page::why(frame, &explained))),
        None => Ok(visit.no_ticket()),
    }
}

/// A reload after a refusal asks for a form's address: the ticket is what is meant.
async fn back_to_ticket(Path((key, _)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/ticket/{}", clean(&key)))
}

/// How far a page looks ahead to what happens if nobody acts.
const AHEAD: chrono::TimeDelta = chrono::TimeDelta::days(14);

async fn command(
    Known { visit, viewer }: Known,
    Path((key, command)): Path<(String, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Shown {
    let kind = CommandKind::ALL.iter().copied().find(|kind| kind.as_str() == command);
    let (Ok(ticket), Some(kind)) = (key.parse::<TicketKey>(), kind) else { return Ok(visit.no_ticket()) };
    if visit.hidden(&ticket, &viewer).await? {
        return Ok(visit.restricted());
    }
    let fields = Fields::from(pairs);
    let answer = match kind {
        CommandKind::Reply | CommandKind::Note => {
            inbound::say(&visit.app, &viewer, &ticket, kind == CommandKind::Note, &fields).await
        }
        _ => inbound::press(&visit.app, &viewer, ticket.clone(), kind, &fields).await.map(Some),
    };
    match refusal(answer)? {
        Ok(answer) => {
            let key = answer.and_then(|answer| answer.ticket).unwrap_or(ticket);
            Ok(Redirect::to(&format!("/ticket/{key}")).into_response())
        }
        Err(wrong) => {
            let refused = Refused { kind, typed: fields, wrong };
            let again = show_ticket(&visit, &viewer, &key, Some(&refused)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

async fn show_ticket(visit: &Visit, viewer: &Viewer, key: &str, refused: Option<&Refused>) -> Shown {
    let Ok(key) = key.parse::<TicketKey>() else { return Ok(visit.no_ticket()) };
    let Some(ticket) = visit.app.desk.ticket(key.clone()).await? else { return Ok(visit.no_ticket()) };
    if visit.hidden(&key, viewer).await? {
        return Ok(visit.restricted());
    }
    let lines = lines(&visit.app, &key).await?;
    let allowed = allowed(&ticket, &visit.app.desk.policy(), &viewer.actor);
    let replan = visit.app.desk.replan(key).await?.ok();
    let view = View { ticket: &ticket, lines: &lines, replan: replan.as_ref(), allowed: &allowed, refused };
    Ok(visit.draw(|frame| page::thread(frame, &view)))
}

async fn lines(app: &App, key: &TicketKey) -> Result<Vec<Line>, Trouble> {
    match inbound::root(app, key).await? {
        Some(root) => Ok(app.chat.thread(&root).await?),
        None => Ok(Vec::new()),
    }
}

async fn drills(Known { visit, .. }: Known) -> Response {
    visit.draw(|frame| page::drills(frame, None))
}

async fn begin_drill(
    Known { visit, viewer }: Known,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Shown {
    let answer = inbound::begin_drill(&visit.app, &viewer, &DrillId::new(id), &Fields::from(pairs)).await;
    let wrong = match refusal(answer.map(Some))? {
        Ok(answer) => {
            let key = answer.and_then(|answer| answer.ticket).map(|key| format!("/ticket/{key}"));
            return Ok(Redirect::to(key.as_deref().unwrap_or("/")).into_response());
        }
        Err(wrong) => wrong,
    };
    let again = visit.draw(|frame| page::drills(frame, Some(&wrong)));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

#[derive(Deserialize)]
struct By {
    #[serde(default)]
    by: String,
}

async fn board(Known { visit, viewer }: Known, Query(by): Query<By>) -> Shown {
    let status = vec![StatusKind::New, StatusKind::Active, StatusKind::Waiting, StatusKind::Resolved];
    let query = adapter::Query { status, most: 500, ..adapter::Query::default() };
    let found = visit.app.desk.list_for(query, &viewer.actor).await?;
    Ok(visit.draw(|frame| page::board(frame, by.by == "owner", &found.rows)))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
    before: Option<u64>,
}

async fn search(Known { visit, viewer }: Known, Query(search): Query<Search>) -> Shown {
    let words = search.q.trim();
    let found = if words.is_empty() {
        adapter::Page::default()
    } else {
        let query = adapter::Query {
            search: Some(words.to_owned()),
            internal: viewer.engineer,
            before: search.before,
            ..adapter::Query::default()
        };
        visit.app.desk.list_for(query, &viewer.actor).await?
    };
    Ok(visit.draw(|frame| page::search(frame, &search.q, &found.rows, found.next)))
}

async fn inbox(Known { visit, viewer }: Known) -> Shown {
    let told = visit.app.chat.messages(&Local::direct(&viewer.user)).await?;
    Ok(visit.draw(|frame| page::inbox(frame, &told)))
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

async fn who(State(app): State<App>, headers: HeaderMap, Query(next): Query<Next>) -> Response {
    Visit::new(app, &headers, "/who").draw(|frame| page::who(frame, inside(&next.next), "", None))
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    next: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    name: String,
}

async fn choose(State(app): State<App>, headers: HeaderMap, Form(choice): Form<Choice>) -> Response {
    let visit = Visit::new(app, &headers, "/who");
    let next = inside(&choice.next);
    let name = supporty_core::vocab::Text::line(&choice.name, 60);
    let policy = visit.app.desk.policy();
    let engineer = |user: &str| {
        Viewer::of(user, &policy).person().is_some_and(|person| policy.spec().people.contains_key(person))
    };
    let user = match name {
        _ if engineer(&choice.user) => Ok(choice.user),
        Ok(name) if engineer(name.as_str()) => {
            Err("one of the engineers goes by that name: choose them from the list".to_owned())
        }
        Ok(name) => Ok(name.as_str().replace('\n', " ")),
        Err(error) => Err(error.to_string()),
    };
    match user.map(|user| cookie(&user)) {
        Ok(Some(cookie)) => ([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response(),
        Ok(None) => visit.problem(StatusCode::BAD_REQUEST, "Who?", "That name can not be kept in a cookie."),
        Err(why) => {
            let again = visit.draw(|frame| page::who(frame, next, &choice.name, Some(&why)));
            (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
        }
    }
}

async fn nothing(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let visit = Visit::new(app, &headers, "/");
    tracing::debug!(path = uri.path(), "nothing here");
    visit.problem(StatusCode::NOT_FOUND, "Nothing here", "The address leads nowhere.")
}

async fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// What a form is told beside its fields: what is wrong with it, or why the desk refused.
fn refusal(answer: Result<Option<Answer>, Trouble>) -> Result<Result<Option<Answer>, Wrong>, Trouble> {
    let refused = |why: String| Ok(Err(Wrong { field: "".into(), why }));
    match answer {
        Ok(Some(Answer { outcome: Err(rejection), .. })) => refused(rejection.to_string()),
        Ok(answer) => Ok(Ok(answer)),
        Err(Trouble::Form(wrong)) => Ok(Err(wrong)),
        Err(trouble @ Trouble::NoThread) => refused(trouble.to_string()),
        Err(trouble) => Err(trouble),
    }
}

/// A path of this desk: nobody is sent elsewhere.
fn inside(next: &str) -> &str {
    let plain = next.starts_with('/')
        && next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-".contains(&byte));
    if plain && !next.starts_with("//") { next } else { "/" }
}

/// What a ticket's key may be made of, for an address.
fn clean(key: &str) -> String {
    key.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
