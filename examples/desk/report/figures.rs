use std::collections::BTreeMap;

use supporty_core::desk::History;
use supporty_core::insight::{Question, Rates};
use supporty_core::pay::{Ledger, Weights};
use supporty_core::report::{Material, Report};
use supporty_core::rota::Rotas;
use supporty_core::vocab::Period;

/// The answers to a question, by all that a history knows. It takes a while: not for a thread that others wait for.
pub fn figures(history: &History, question: &Question, rates: &Rates) -> Report {
    let policies = history.policies();
    let policy = policies.current();
    let named = |id| policy.spec().services.contains_key(id);
    let services: BTreeMap<_, _> = history
        .services()
        .iter()
        .filter(|(id, _)| named(*id))
        .map(|(id, service)| (id.clone(), service))
        .collect();
    // Nobody has borne yet what lies ahead.
    let Period { from, until } = question.period;
    let borne = Period::new(from, until.min(question.now).max(from));
    let rotas = Rotas::new(policy, history.rotas(), borne);
    let material = Material {
        services,
        ledger: Ledger::of(&rotas, borne, &Weights::default()),
        rates: rates.clone(),
        ..Material::new(history.facts(), policies)
    };
    Report::new(question, &material)
}
