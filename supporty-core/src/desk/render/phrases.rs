crate::wording::texts! {
    /// What the desk says in threads, to people and about rotas, by what it is for. What people wrote, names, times and
    /// tickets are filled in where a name stands in braces.
    ///
    /// ```
    /// use supporty_core::desk::Phrases;
    /// use supporty_core::wording::Language;
    /// assert_eq!(Phrases::of(Language::German).nothing_open, "Nichts ist offen.");
    /// ```
    Phrases {
        about: "{ticket}:", "{ticket}:";
        a_restricted_ticket: "a restricted ticket.", "ein beschränktes Ticket.";
        erased: "(erased)", "(gelöscht)";
        impact: "Impact", "Auswirkung";

        goes_on_from: "This goes on from {ticket}.", "Das geht weiter von {ticket}.";
        out_of_hours: "It is out of hours.", "Es ist außerhalb der Arbeitszeit.";
        promised: "Expect an answer by {answer} and a solution by {solution}.", "Eine Antwort kommt bis {answer}, eine Lösung bis {solution}.";
        promised_answer: "Expect an answer by {answer}.", "Eine Antwort kommt bis {answer}.";
        promised_solution: "Expect a solution by {solution}.", "Eine Lösung kommt bis {solution}.";
        promised_nothing: "We have it.", "Ist angekommen.";

        owns: "{who} owns this now.", "{who} ist jetzt zuständig.";
        gave: "{who} gave this to {whom}.", "{who} hat das an {whom} gegeben.";
        released: "{who} gave this up. Nobody owns it now.", "{who} hat das abgegeben. Jetzt ist niemand zuständig.";
        acknowledged: "{who} is looking at this.", "{who} sieht sich das an.";
        reprioritised: "{who} changed the priority from {from} to {to}.", "{who} hat die Priorität von {from} auf {to} geändert.";
        moved: "{who} moved this to {area}.", "{who} hat das nach {area} verschoben.";
        replanned: "{who} put this under the policy in force.", "{who} hat das unter die geltende Regelung gestellt.";
        identified: "{who} found the cause.", "{who} hat die Ursache gefunden.";
        mitigated: "{who} says that service is back.", "{who} sagt, dass alles wieder läuft.";
        waits_on_requester: "This waits on the requester until {until}.", "Das wartet bis {until} auf die anfragende Person.";
        waits_on_third_party: "This waits on a third party until {until}.", "Das wartet bis {until} auf Dritte.";
        waits_on_deploy: "This waits on a deployment until {until}.", "Das wartet bis {until} auf ein Deployment.";
        nudge: "We are still waiting for an answer. Without one this will be resolved.", "Wir warten noch auf eine Antwort. Ohne sie gilt das als gelöst.";
        wait_elapsed: "The wait is over: its time is up.", "Das Warten ist vorbei: die Zeit ist um.";
        wait_over: "The wait is over.", "Das Warten ist vorbei.";
        wrote_while_waiting: "{who} wrote, while this waits on somebody else.", "{who} hat geschrieben, während das auf jemand anderen wartet.";
        reopen_offered: "This is resolved. If it is not, reopen it.", "Das ist gelöst. Wenn nicht: wieder öffnen.";
        reopened: "{who} reopened this.", "{who} hat das wieder geöffnet.";
        closed: "{who} confirmed. This is closed.", "{who} hat bestätigt. Das ist abgeschlossen.";
        followed_up: "{ticket} goes on from here.", "{ticket} geht von hier weiter.";
        merged: "This was merged: it goes on in {ticket}.", "Das wurde zusammengeführt: es geht weiter in {ticket}.";
        absorbed: "{ticket} was merged into this, and goes on here.", "{ticket} wurde hiermit zusammengeführt und geht hier weiter.";
        unmerged: "This and {ticket} go on apart again.", "Das und {ticket} gehen wieder getrennt weiter.";
        runbooks: "What helps here: {links}", "Was hier hilft: {links}";
        restricted: "{who} restricted this to its readers. Its thread goes on where only they are.", "{who} hat das auf Berechtigte beschränkt. Es geht dort weiter, wo nur sie sind.";
        unrestricted: "{who} opened this to everybody again.", "{who} hat das wieder für alle geöffnet.";
        attached: "This is a report of {ticket}: what is said there is heard here.", "Das ist eine Meldung zu {ticket}: was dort gesagt wird, wird hier gehört.";
        gathered: "{ticket} is a report of this: what is said here is heard there.", "{ticket} ist eine Meldung hierzu: was hier gesagt wird, wird dort gehört.";
        apart: "This and {ticket} no longer hear of each other.", "Das und {ticket} hören nichts mehr voneinander.";
        unreached: "{who} could not be reached. Whoever comes next was told.", "{who} war nicht zu erreichen. Wer als Nächstes kommt, weiß Bescheid.";
        rated: "{who} gave {stars}.", "{who} hat {stars} gegeben.";

        linked_fix: "{change} is meant to solve this.", "{change} soll das lösen.";
        linked_cause: "{change} caused this.", "{change} hat das verursacht.";
        linked_issue: "{change} was opened for this.", "{change} wurde dafür angelegt.";
        issue_commented: "{who} wrote on {issue}:", "{who} hat zu {issue} geschrieben:";
        issue_closed: "{issue} was closed.", "{issue} wurde geschlossen.";
        issue_given_up: "{issue} was closed: nothing is going to be done about it.", "{issue} wurde geschlossen: daran wird nichts gemacht.";
        issue_reopened: "{issue} was opened again. If this is not done after all, reopen it.", "{issue} wurde wieder geöffnet. Wenn das doch nicht erledigt ist: wieder öffnen.";
        not_written: "{host} did not take it: {why}.", "{host} hat das nicht angenommen: {why}.";
        issue_for: "Opened for {ticket} ({priority}). What happens there is said here, and what happens here is said there.", "Angelegt für {ticket} ({priority}). Was dort geschieht, steht hier, und was hier geschieht, steht dort.";
        remark_solves: "This is meant to solve {ticket} ({priority}).", "Das soll {ticket} lösen ({priority}).";
        remark_caused: "This caused {ticket} ({priority}).", "Das hat {ticket} verursacht ({priority}).";
        remark_reprioritised: "{ticket} is {priority} now.", "{ticket} ist jetzt {priority}.";
        remark_resolved: "{ticket} was resolved: {how}.", "{ticket} wurde gelöst: {how}.";
        remark_reopened: "{ticket} was reopened.", "{ticket} wurde wieder geöffnet.";
        check_open: "meant to solve {ticket}, which is {priority}", "soll {ticket} lösen, Priorität {priority}";
        check_done: "meant to solve {ticket}, which is done", "sollte {ticket} lösen, das erledigt ist";
        blamed: "Deployment {deployment} of {service} caused this.", "Deployment {deployment} von {service} hat das verursacht.";
        absolved: "Deployment {deployment} of {service} did not cause this.", "Deployment {deployment} von {service} hat das nicht verursacht.";
        fix_deployed: "What is meant to solve this is deployed to {service}.", "Was das lösen soll, ist auf {service} deployt.";
        fix_deployed_partly: "A part of what is meant to solve this is deployed to {service}.", "Ein Teil dessen, was das lösen soll, ist auf {service} deployt.";
        is_it_resolved: "If it is done, resolve it.", "Wenn es erledigt ist: lösen.";
        fix_reverted: "{change}, which was meant to solve this, was taken out again.", "{change} sollte das lösen und wurde wieder zurückgenommen.";
        fix_reverted_some: "What was meant to solve this was taken out again.", "Was das lösen sollte, wurde wieder zurückgenommen.";

        alert_fires: "An alert fires:", "Ein Alarm schlägt an:";
        alerts_fire: "{count} alerts fire, among them:", "{count} Alarme schlagen an, darunter:";
        alerts_over: "No alert of this fires any more.", "Dazu schlägt kein Alarm mehr an.";

        resolved: "{who} resolved this: {how}.", "{who} hat das gelöst: {how}.";
        resolved_unanswered: "There was no answer, so this is resolved.", "Es kam keine Antwort, also gilt das als gelöst.";
        after_resolution: "Not done? Reopen it. Done? Confirm, and say how it went.", "Nicht erledigt? Wieder öffnen. Erledigt? Bestätigen, und sagen, wie es war.";
        how_code_change: "the code was changed", "der Code wurde geändert";
        how_configuration: "a setting was changed", "eine Einstellung wurde geändert";
        how_data_fix: "the data was repaired", "die Daten wurden berichtigt";
        how_explanation: "it was explained, and nothing had to change", "es wurde erklärt, und nichts musste geändert werden";
        how_cannot_reproduce: "it could not be seen again", "es ließ sich nicht nachstellen";
        how_duplicate: "another ticket covers it", "ein anderes Ticket deckt es ab";
        how_not_a_bug: "it works as it should", "es funktioniert wie vorgesehen";
        how_third_party: "somebody else's system was the cause", "ein fremdes System war die Ursache";
        how_declined: "we will not do it", "wir machen es nicht";
        how_no_answer: "there was no answer", "es kam keine Antwort";
        how_not_a_ticket: "it was not a ticket", "es war kein Ticket";

        heard_said: "{incident}: {who} said", "{incident}: {who} sagt";
        heard_identified: "{incident}: {who} found the cause.", "{incident}: {who} hat die Ursache gefunden.";
        heard_mitigated: "{incident}: {who} says that service is back.", "{incident}: {who} sagt, dass alles wieder läuft.";
        heard_resolved: "{incident}: {who} resolved it: {how}.", "{incident}: {who} hat es gelöst: {how}.";
        heard_reopened: "{incident}: {who} reopened it.", "{incident}: {who} hat es wieder geöffnet.";

        post_mortem_asked: "Please write down by {due} what was learnt.", "Bitte bis {due} aufschreiben, was wir gelernt haben.";
        post_mortem_overdue: "What was learnt was to be written down by {due}, and is not yet.", "Was wir gelernt haben, sollte bis {due} aufgeschrieben sein und ist es noch nicht.";
        post_mortem_written: "{who} wrote down what was learnt:", "{who} hat aufgeschrieben, was wir gelernt haben:";

        unowned: "Nobody owns this. Please claim it.", "Niemand ist zuständig. Bitte übernehmen.";
        silent: "The owner has been silent. Please look.", "Die zuständige Person ist still. Bitte nachsehen.";
        at_risk: "The promise to {promise} is at risk.", "Die Zusage, {promise}, ist gefährdet.";
        at_risk_by: "The promise to {promise} is at risk: it was made for {deadline}.", "Die Zusage, {promise}, ist gefährdet: sie gilt bis {deadline}.";
        broken: "The promise to {promise} is broken.", "Die Zusage, {promise}, ist gebrochen.";
        broken_by: "The promise to {promise} is broken: it was made for {deadline}.", "Die Zusage, {promise}, ist gebrochen: sie galt bis {deadline}.";
        promise_look: "look at it", "es anzusehen";
        promise_answer: "answer", "zu antworten";
        promise_update: "keep everybody up to date", "alle auf dem Laufenden zu halten";
        promise_resolve: "resolve it", "es zu lösen";
        asks_for_help: "{who} asks for help.", "{who} bittet um Hilfe.";
        please_look: "{who} could not be reached. Please look at this.", "{who} war nicht zu erreichen. Bitte hier nachsehen.";
        late: "This comes {length} late.", "Das kommt {length} zu spät.";

        game_day: "Game day:", "Übung:";
        game_day_over: "The game day is over.", "Die Übung ist vorbei.";
        game_day_took: "The game day took {length}.", "Die Übung dauerte {length}.";
        game_day_goes_on: "The game day goes on.", "Die Übung geht weiter.";
        game_day_marks: "The cause was known {identified}, service was back {mitigated}.", "Die Ursache war {identified} bekannt, alles lief {mitigated} wieder.";
        game_day_kept: "{target}: kept, {after}", "{target}: gehalten, {after}";
        game_day_kept_late: "{target}: kept late, {after}", "{target}: zu spät gehalten, {after}";
        game_day_broken: "{target}: broken", "{target}: gebrochen";
        game_day_cancelled: "{target}: no longer applied", "{target}: galt nicht mehr";
        game_day_person: "{name}: told {told}, moved {moved}, said {messages} things", "{name}: erfuhr davon {told}, tat etwas {moved}, sagte {messages}-mal etwas";
        game_day_line: "line {line}, {said}: somebody did something {answered} later", "Zeile {line}, {said}: {answered} später tat jemand etwas";
        game_day_line_unanswered: "line {line}, {said}: nobody did anything after it", "Zeile {line}, {said}: danach tat niemand etwas";
        after: "after {length}", "nach {length}";
        never: "never", "nie";
        target_acknowledge: "acknowledge", "annehmen";
        target_respond: "respond", "antworten";
        target_next_response: "next response", "nächste Antwort";
        target_update: "update", "Zwischenstand";
        target_resolve: "resolve", "lösen";

        swap_asked: "{who} asks for somebody to take over {from} to {until}.", "{who} sucht jemanden für {from} bis {until}.";
        swap_taken: "{who} takes over {from} to {until}.", "{who} übernimmt {from} bis {until}.";
        swap_in_return: "In return you are on {from} to {until}.", "Dafür bist du {from} bis {until} dran.";
        swap_expired: "Nobody took over {from} to {until}. It stays yours.", "Niemand hat {from} bis {until} übernommen. Du bleibst dran.";
        call_out: "You were called out for {ticket} from {from} to {until}, as it seems. Please say whether it was so.", "Du warst wohl wegen {ticket} von {from} bis {until} im Einsatz. Bitte sag, ob das stimmt.";
        gap: "{who} is away, and nobody is on {from} to {until}. Please find somebody.", "{who} ist nicht da, und von {from} bis {until} ist niemand dran. Bitte jemanden finden.";
        on_now: "You are on now.", "Du bist jetzt dran.";
        on_now_after: "You are on now, after {names}.", "Du bist jetzt dran, nach {names}.";
        and: " and ", " und ";
        nothing_open: "Nothing is open.", "Nichts ist offen.";
        open: "{count} open:", "{count} offen:";
        more_open: "and {count} more", "und {count} weitere";
        nobodys: "nobody's", "von niemandem";
        due: "due {due}", "fällig {due}";
        listed_broken: "a promise is broken", "eine Zusage ist gebrochen";
        listed_at_risk: "at risk", "gefährdet";
        status_new: "new", "neu";
        status_active: "active", "in Arbeit";
        status_waiting: "waiting", "wartet";
        status_resolved: "resolved", "gelöst";
        status_closed: "closed", "geschlossen";
        status_merged: "merged", "zusammengeführt";
    }
}

#[cfg(test)]
mod tests {
    use super::Phrases;
    use crate::wording::{Language, Part, parts};

    fn holes(language: Language) -> Vec<(String, Vec<String>)> {
        let all = serde_json::to_value(Phrases::of(language)).unwrap_or_default();
        let phrases = all.as_object().into_iter().flatten();
        let holes = |phrase: &str| {
            let mut holes: Vec<_> = parts(phrase)
                .into_iter()
                .filter_map(|part| match part {
                    Part::Hole(name) => Some(name.to_owned()),
                    Part::Words(_) => None,
                })
                .collect();
            holes.sort();
            holes
        };
        phrases.map(|(name, phrase)| (name.clone(), holes(phrase.as_str().unwrap_or_default()))).collect()
    }

    #[test]
    fn every_language_fills_in_the_same() {
        let english = holes(Language::English);
        assert!(english.len() > 100);
        assert_eq!(english, holes(Language::German));
    }
}
