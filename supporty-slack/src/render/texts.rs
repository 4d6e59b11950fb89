//! Every word of ours on Slack, in English and German.

supporty_core::wording::texts! {
    /// Every word of ours, by what it is for, but for what the desk says itself
    /// ([`Phrases`](supporty_core::desk::Phrases)). What people and policies wrote is not in it.
    ///
    /// In a configuration `language` chooses those that are built in, and each can be said otherwise. What stands in
    /// braces is filled in.
    ///
    /// ```
    /// use supporty_slack::render::Texts;
    /// let texts: Texts = serde_json::from_str(r#"{ "language": "de", "do-claim": "Ich nehm's" }"#)?;
    /// assert_eq!((&*texts.do_claim, &*texts.do_resolve), ("Ich nehm's", "Lösen"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    Texts {
        do_claim: "Claim", "Übernehmen";
        do_assign: "Assign", "Zuweisen";
        do_hand_off: "Hand off", "Übergeben";
        do_release: "Release", "Abgeben";
        do_take_over: "Take over", "An mich nehmen";
        do_acknowledge: "Acknowledge", "Ich sehe es mir an";
        do_reprioritise: "Set priority", "Priorität ändern";
        do_move: "Set area", "Bereich ändern";
        do_change_kind: "Set kind", "Art ändern";
        do_classify: "Classify", "Einordnen";
        do_identify: "Cause is known", "Ursache gefunden";
        do_mitigate: "Service is back", "Läuft wieder";
        do_wait: "Wait", "Warten";
        do_resume: "Resume", "Weitermachen";
        do_escalate: "Escalate", "Eskalieren";
        do_resolve: "Resolve", "Lösen";
        do_confirm: "Confirm it is done", "Erledigt bestätigen";
        do_reopen: "Reopen", "Wieder öffnen";
        do_rate: "Rate", "Bewerten";
        do_merge: "Merge", "Zusammenführen";
        do_unmerge: "Undo the merge", "Wieder trennen";
        do_attach: "It is a report of an incident", "Gehört zu einem Vorfall";
        do_detach: "It is no report", "Gehört zu keinem Vorfall";
        do_restrict: "Restrict", "Zugriff beschränken";
        do_unrestrict: "Open to everybody", "Für alle öffnen";
        do_write_post_mortem: "Write the post-mortem", "Nachbericht schreiben";
        do_open_issue: "Open an issue", "Issue anlegen";
        do_not_a_ticket: "Not a ticket", "Kein Ticket";
        do_more: "More…", "Mehr …";
        sure: "Are you sure?", "Sicher?";
        sure_confirm: "This closes {ticket} for good.", "Damit ist {ticket} endgültig abgeschlossen.";
        sure_yes: "Yes", "Ja";
        sure_no: "No", "Nein";

        status_new: "New", "Neu";
        status_active: "Active", "In Arbeit";
        status_waiting: "Waiting", "Wartet";
        status_resolved: "Resolved", "Gelöst";
        status_closed: "Closed", "Geschlossen";
        status_merged: "Merged", "Zusammengeführt";

        kind_request: "Request", "Anfrage";
        kind_request_means: "somebody needs something", "jemand braucht etwas";
        kind_incident: "Incident", "Vorfall";
        kind_incident_means: "something is broken", "etwas ist kaputt";
        kind_gardening: "Gardening", "Pflege";
        kind_gardening_means: "upkeep", "Instandhaltung";
        kind_drill: "Drill", "Übung";
        kind_drill_means: "an exercise, left out of figures", "eine Übung, zählt nicht mit";

        resolution_code_change: "Code was changed", "Code wurde geändert";
        resolution_configuration: "A setting was changed", "Eine Einstellung wurde geändert";
        resolution_data_fix: "Data was repaired", "Daten wurden berichtigt";
        resolution_explanation: "Explained; nothing had to change", "Erklärt; nichts musste geändert werden";
        resolution_cannot_reproduce: "Could not be seen again", "Ließ sich nicht nachstellen";
        resolution_duplicate: "Another ticket covers it", "Ein anderes Ticket deckt es ab";
        resolution_not_a_bug: "Works as it should", "Funktioniert wie vorgesehen";
        resolution_third_party: "Caused by somebody else's system", "Lag an einem fremden System";
        resolution_declined: "We will not do it", "Machen wir nicht";
        resolution_no_answer: "No answer from the requester", "Keine Antwort erhalten";
        resolution_not_a_ticket: "Not a ticket", "Kein Ticket";

        waiting_requester: "the requester", "die anfragende Person";
        waiting_third_party: "a third party", "Dritte";
        waiting_deploy: "a deployment", "ein Deployment";

        target_acknowledge: "Acknowledge", "Annehmen";
        target_respond: "First answer", "Erste Antwort";
        target_next_response: "Next answer", "Nächste Antwort";
        target_update: "Next update", "Nächster Zwischenstand";
        target_resolve: "Resolve", "Lösen";

        promise_pending: "on track", "im Plan";
        promise_at_risk: "at risk", "gefährdet";
        promise_met: "kept", "gehalten";
        promise_met_late: "kept late", "zu spät gehalten";
        promise_breached: "broken", "gebrochen";
        promise_paused: "paused", "pausiert";
        promise_cancelled: "no longer applies", "gilt nicht mehr";

        upkeep_production: "Production", "Produktion";
        upkeep_staging: "Staging", "Staging";
        upkeep_security: "Security fixes", "Sicherheitslücken";
        upkeep_upgrades: "Upgrades", "Aktualisierungen";
        upkeep_flaky_tests: "Flaky tests", "Wacklige Tests";
        upkeep_slow_queries: "Slow queries", "Langsame Abfragen";
        upkeep_other: "Other upkeep", "Andere Pflege";
        investment_operational: "Operational: it keeps things running", "Betrieb: damit alles läuft";
        investment_tactical: "Tactical: the next months", "Taktisch: die nächsten Monate";
        investment_strategic: "Strategic: the next years", "Strategisch: die nächsten Jahre";

        when: "{date_short_pretty} at {time}", "{date_short_pretty}, {time}";
        more: "{count} more are not shown", "{count} weitere werden nicht gezeigt";
        title_restricted: "restricted", "beschränkt";
        title_erased: "erased", "gelöscht";

        card_owner: "Owner: {owner}", "Zuständig: {owner}";
        card_nobody: "Nobody owns it yet", "Noch niemand zuständig";
        card_asked: "Asked by {person}, {when}", "Gefragt von {person}, {when}";
        card_area: "Area: {area}", "Bereich: {area}";
        card_area_of: "Area: {area}, looked after by {squad}", "Bereich: {area}, betreut von {squad}";
        card_squad: "Squad: {squad}", "Team: {squad}";
        card_message: "1 message", "1 Nachricht";
        card_messages: "{count} messages", "{count} Nachrichten";
        card_waits: "Waits for {whom} until {when}", "Wartet auf {whom} bis {when}";
        card_goes_on: "Goes on in {ticket}", "Geht weiter in {ticket}";
        card_report_of: "A report of {ticket}", "Meldung zu {ticket}";
        card_report: "Gathers 1 report", "Sammelt 1 Meldung";
        card_reports: "Gathers {count} reports", "Sammelt {count} Meldungen";
        card_post_mortem: "Post-mortem due {when}", "Nachbericht fällig {when}";
        card_post_mortem_written: "Post-mortem written", "Nachbericht geschrieben";
        card_fix: "Fix: {change}, {how}", "Lösung: {change}, {how}";
        card_cause: "Caused by {change}, {how}", "Verursacht von {change}, {how}";
        card_issue: "Issue: {change}, {how}", "Issue: {change}, {how}";
        card_mention: "See also {change}, {how}", "Siehe auch {change}, {how}";
        change_open: "open", "offen";
        change_dropped: "given up", "aufgegeben";
        change_closed: "closed", "geschlossen";
        change_merged: "merged", "gemergt";
        change_deployed: "deployed", "deployt";
        change_reverted: "taken out again", "zurückgenommen";
        card_waking: "Waking {people}", "Weckt {people}";
        card_ended: "Ended: {how}", "Ergebnis: {how}";
        card_stars: "Stars: {last}", "Sterne: {last}";
        card_stars_changed: "Stars: {first}, then {last}", "Sterne: {first}, dann {last}";
        card_promise: "{target} by {when}: {state}", "{target} bis {when}: {state}";
        card_promise_open: "{target}: {state}", "{target}: {state}";
        card_restricted: "Only its readers see what it is about", "Nur Berechtigte sehen, worum es geht";

        moved: "goes on in a new thread, since the first message of this one was deleted.", "geht in einem neuen Thread weiter, weil die erste Nachricht von diesem gelöscht wurde.";
        urgent: "Urgent", "Dringend";
        open_ticket: "Open {ticket}", "{ticket} öffnen";
        stars: "{count} ★", "{count} ★";

        loading_title: "One moment", "Einen Moment";
        loading: "This takes a moment…", "Das dauert einen Moment …";
        cancel: "Cancel", "Abbrechen";
        send: "Send", "Senden";
        choose: "Choose…", "Auswählen …";
        wrong: "{field}: {why}", "{field}: {why}";

        form_title: "File a ticket", "Ticket eröffnen";
        form_submit: "File it", "Eröffnen";
        form_what: "What is wrong?", "Worum geht es?";
        form_what_placeholder: "One line, as you would say it", "Eine Zeile, so wie man es sagen würde";
        form_details: "Details", "Einzelheiten";
        form_details_placeholder: "What you did, what you saw, who is affected", "Was getan, was gesehen, wer ist betroffen";
        form_kind: "What kind?", "Welche Art?";
        form_priority: "How urgent?", "Wie dringend?";
        form_priority_example: "{priority}: {examples}", "{priority}: {examples}";
        form_answer: "answer {within}", "Antwort {within}";
        form_news: "news every {within}", "Neues alle {within}";
        form_solution: "solution {within}", "Lösung {within}";
        form_always: "day and night", "Tag und Nacht";
        form_weekdays: "on weekdays", "an Werktagen";
        form_hours: "in {clock} hours", "zu {clock}-Zeiten";
        form_area: "Part of the product", "Teil des Produkts";
        form_some: "Asked for some tickets only", "Nur bei manchen Tickets nötig";
        form_restricts: "{option} (restricts the ticket)", "{option} (beschränkt das Ticket)";
        form_restricted: "Who may read it?", "Wer darf es lesen?";
        form_restrict: "Restrict it", "Zugriff beschränken";
        form_restrict_means: "to whoever is asked for help: security, personal data", "nur für alle, die helfen: Sicherheit, persönliche Daten";
        form_on_behalf: "Asked by", "Gefragt von";
        form_on_behalf_hint: "If it was not you", "Falls du es nicht selbst warst";
        form_wakes: "It is out of hours. Filing this wakes {people}.", "Es ist außerhalb der Arbeitszeit. Das weckt {people}.";
        form_impact: "Whom does it hurt, and how much?", "Wen trifft es, und wie sehr?";

        ask_to: "To", "An";
        ask_note: "What they should know", "Was sie wissen sollten";
        ask_priority: "New priority", "Neue Priorität";
        ask_area: "New area", "Neuer Bereich";
        ask_kind: "New kind", "Neue Art";
        ask_upkeep: "What is looked after", "Was gepflegt wird";
        ask_investment: "What it invests in", "Worin es investiert";
        ask_why: "Why", "Warum";
        ask_wait_on: "For", "Auf";
        ask_until: "Until, at the latest", "Spätestens bis";
        ask_resolution: "How did it end?", "Wie ging es aus?";
        ask_resolve_note: "What the requester should know", "Was die anfragende Person wissen sollte";
        ask_attach: "The incident: what is said there is heard here", "Der Vorfall: was dort gesagt wird, wird hier gehört";
        ask_merge: "The ticket that goes on for both", "Das Ticket, das für beide weitergeht";
        ask_readers: "Who may read it beside whoever asked, owns it or is woken for it", "Wer es außer den Beteiligten lesen darf";
        ask_post_mortem: "What was learnt", "Was wir gelernt haben";
        ask_stars: "How was it?", "Wie war es?";
        ask_nothing: "{what}?", "{what}?";

        home_file: "File a ticket", "Ticket eröffnen";
        home_mine: "My tickets", "Meine Tickets";
        home_squad: "My squad's tickets", "Tickets meines Teams";
        home_at_risk: "At risk", "Gefährdet";
        home_on: "Who is on", "Wer dran ist";
        home_none: "None", "Keine";
        home_nobody: "nobody", "niemand";
        home_due: "due {when}", "fällig {when}";
        home_until: "{who} until {when}", "{who} bis {when}";
        on_topic: "{what}: {who}", "{what}: {who}";

        redirect: "{person} may be busy. Open a ticket, and whoever is on answers: nothing gets lost that way.", "{person} hat vielleicht gerade keine Zeit. Mit einem Ticket antwortet, wer gerade dran ist: so geht nichts verloren.";
        redirect_nobody: "Open a ticket, and whoever is on answers: nothing gets lost that way.", "Mit einem Ticket antwortet, wer gerade dran ist: so geht nichts verloren.";
        redirect_button: "Open a ticket with this", "Daraus ein Ticket machen";
        prompt: "{what} {ticket}: this needs a little more.", "{what} {ticket}: dafür fehlt noch etwas.";
        help_command: "{command} opens the form. So does the shortcut on any message.", "{command} öffnet das Formular. Das Kürzel an jeder Nachricht auch.";
        help_thread: "Everything about a ticket is said in its thread.", "Alles zu einem Ticket wird in seinem Thread gesagt.";
        help_emoji: "These emoji on a ticket do something:", "Diese Emoji an einem Ticket tun etwas:";
        help_card: "Buttons on its first message do the rest.", "Den Rest tun die Knöpfe an seiner ersten Nachricht.";

        digest_title: "What support was about", "Worum es im Support ging";
        digest_period: "{from} to {until}", "{from} bis {until}";
        digest_counts: "{opened} opened, {resolved} resolved, {open} still open", "{opened} eröffnet, {resolved} gelöst, {open} noch offen";
        digest_kept: "{priority}: {kept} of {due} promises kept ({percent} %)", "{priority}: {kept} von {due} Zusagen gehalten ({percent} %)";
        digest_nothing_due: "{priority}: no promise was due", "{priority}: keine Zusage war fällig";
        digest_hours: "Half were resolved within {median}, nine of ten within {most}", "Die Hälfte war nach {median} gelöst, neun von zehn nach {most}";
        digest_hours_median: "Half were resolved within {median}", "Die Hälfte war nach {median} gelöst";
        digest_stars: "{stars} of 5 stars on average, by {count} ratings", "Im Schnitt {stars} von 5 Sternen bei {count} Bewertungen";
        digest_areas: "Busiest: {areas}", "Am meisten los: {areas}";
        digest_people: "{count} people worked on it", "{count} Menschen haben daran gearbeitet";
        digest_time: "{hours} of people's time", "{hours} Arbeitszeit";
        digest_changes: "{changes} of {resolved} needed a change of code", "{changes} von {resolved} brauchten eine Codeänderung";
        digest_picture: "Opened and resolved, and promises kept", "Eröffnet und gelöst, und gehaltene Zusagen";
        picture_opened: "Opened", "Eröffnet";
        picture_resolved: "Resolved", "Gelöst";
        picture_open: "Still open", "Noch offen";
        picture_promises: "Promises, by priority", "Zusagen nach Priorität";
        picture_kept: "kept", "gehalten";
        picture_broken: "broken", "gebrochen";
    }
}
