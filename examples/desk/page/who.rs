use maud::{Markup, html};

use super::layout::avatar;
use super::{Frame, page, words};
use crate::who::user_of;

/// Who are you?
pub fn who(frame: &Frame<'_>, next: &str, typed: &str, wrong: Option<&str>) -> Markup {
    let spec = frame.policy.spec();
    let squads = |person: &_| {
        let squads = frame.policy.squads_of(person, frame.now);
        let names = squads.iter().filter_map(|squad| spec.squads.get(squad)).map(|squad| squad.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let body = html! {
        section.plain {
            h1 { "Who are you?" }
            p.hint { "There is no password: this desk believes whoever sits at this machine." }
            @if !spec.people.is_empty() {
                h2 { "An engineer" }
                form.people method="post" action="/who" {
                    input type="hidden" name="next" value=(next);
                    @for (id, person) in &spec.people {
                        button.person type="submit" name="user" value=(user_of(id, frame.policy)) {
                            (avatar(&person.name))
                            span { strong { (person.name) } small { (squads(id)) } }
                        }
                    }
                }
            }
            h2 { "Somebody else" }
            form.stack method="post" action="/who" {
                input type="hidden" name="next" value=(next);
                label for="name" { "Your name" }
                @if let Some(why) = wrong { p.error #name-error role="alert" { (words::sentence(why)) } }
                input #name type="text" name="name" value=(typed) required maxlength="60" autocomplete="name"
                    aria-describedby=[wrong.map(|_| "name-error")];
                div.row { button.primary type="submit" { "Go on" } }
            }
        }
    };
    page(frame, "Who are you?", body)
}
