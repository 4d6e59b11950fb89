//! Which of our words says what.

use supporty_core::adapter::PromiseState;
use supporty_core::ticket::{CommandKind, Progress, StatusKind};
use supporty_core::vocab::{Bond, Investment, Kind, Resolution, Target, Upkeep, WaitingOn};

use super::Texts;

impl Texts {
    /// What a button says.
    pub(crate) fn button(&self, kind: CommandKind) -> &str {
        match kind {
            CommandKind::Claim => &self.do_claim,
            CommandKind::Assign => &self.do_assign,
            CommandKind::HandOff => &self.do_hand_off,
            CommandKind::Release => &self.do_release,
            CommandKind::TakeOver => &self.do_take_over,
            CommandKind::Acknowledge => &self.do_acknowledge,
            CommandKind::Reprioritise => &self.do_reprioritise,
            CommandKind::Move => &self.do_move,
            CommandKind::ChangeKind => &self.do_change_kind,
            CommandKind::Classify => &self.do_classify,
            CommandKind::Identify => &self.do_identify,
            CommandKind::Mitigate => &self.do_mitigate,
            CommandKind::Wait => &self.do_wait,
            CommandKind::Resume => &self.do_resume,
            CommandKind::Escalate => &self.do_escalate,
            CommandKind::Resolve => &self.do_resolve,
            CommandKind::Confirm => &self.do_confirm,
            CommandKind::Reopen => &self.do_reopen,
            CommandKind::Rate => &self.do_rate,
            CommandKind::Merge => &self.do_merge,
            CommandKind::Unmerge => &self.do_unmerge,
            CommandKind::Attach => &self.do_attach,
            CommandKind::Detach => &self.do_detach,
            CommandKind::Restrict => &self.do_restrict,
            CommandKind::Unrestrict => &self.do_unrestrict,
            CommandKind::WritePostMortem => &self.do_write_post_mortem,
            CommandKind::OpenIssue => &self.do_open_issue,
            _ => kind.as_str(),
        }
    }

    pub(super) fn status(&self, status: StatusKind) -> &str {
        match status {
            StatusKind::New => &self.status_new,
            StatusKind::Active => &self.status_active,
            StatusKind::Waiting => &self.status_waiting,
            StatusKind::Resolved => &self.status_resolved,
            StatusKind::Closed => &self.status_closed,
            StatusKind::Merged => &self.status_merged,
        }
    }

    pub(super) fn bond(&self, bond: Bond) -> &str {
        match bond {
            Bond::Fix => &self.card_fix,
            Bond::Cause => &self.card_cause,
            Bond::Track => &self.card_issue,
            Bond::Mention | Bond::Nothing => &self.card_mention,
        }
    }

    pub(super) fn progress(&self, progress: Progress) -> &str {
        match progress {
            Progress::Open => &self.change_open,
            Progress::Dropped => &self.change_dropped,
            Progress::Closed => &self.change_closed,
            Progress::Merged => &self.change_merged,
            Progress::Deployed => &self.change_deployed,
            Progress::Reverted => &self.change_reverted,
        }
    }

    /// Its name, and what it means.
    pub(super) fn kind(&self, kind: Kind) -> (&str, &str) {
        match kind {
            Kind::Request => (&self.kind_request, &self.kind_request_means),
            Kind::Incident => (&self.kind_incident, &self.kind_incident_means),
            Kind::Gardening => (&self.kind_gardening, &self.kind_gardening_means),
            Kind::Drill => (&self.kind_drill, &self.kind_drill_means),
        }
    }

    pub(super) fn resolution(&self, resolution: Resolution) -> &str {
        match resolution {
            Resolution::CodeChange => &self.resolution_code_change,
            Resolution::Configuration => &self.resolution_configuration,
            Resolution::DataFix => &self.resolution_data_fix,
            Resolution::Explanation => &self.resolution_explanation,
            Resolution::CannotReproduce => &self.resolution_cannot_reproduce,
            Resolution::Duplicate => &self.resolution_duplicate,
            Resolution::NotABug => &self.resolution_not_a_bug,
            Resolution::ThirdParty => &self.resolution_third_party,
            Resolution::Declined => &self.resolution_declined,
            Resolution::NoAnswer => &self.resolution_no_answer,
            Resolution::NotATicket => &self.resolution_not_a_ticket,
        }
    }

    pub(super) fn waiting_on(&self, on: WaitingOn) -> &str {
        match on {
            WaitingOn::Requester => &self.waiting_requester,
            WaitingOn::ThirdParty => &self.waiting_third_party,
            WaitingOn::Deploy => &self.waiting_deploy,
        }
    }

    pub(super) fn target(&self, target: Target) -> &str {
        match target {
            Target::Acknowledge => &self.target_acknowledge,
            Target::Respond => &self.target_respond,
            Target::NextResponse => &self.target_next_response,
            Target::Update => &self.target_update,
            Target::Resolve => &self.target_resolve,
        }
    }

    /// An emoji for how a promise stands, and a word.
    pub(super) fn promise(&self, state: PromiseState) -> (&'static str, &str) {
        match state {
            PromiseState::Pending => ("hourglass_flowing_sand", &self.promise_pending),
            PromiseState::AtRisk => ("warning", &self.promise_at_risk),
            PromiseState::Met => ("white_check_mark", &self.promise_met),
            PromiseState::MetLate => ("ballot_box_with_check", &self.promise_met_late),
            PromiseState::Breached => ("x", &self.promise_breached),
            PromiseState::Paused => ("double_vertical_bar", &self.promise_paused),
            PromiseState::Cancelled => ("heavy_minus_sign", &self.promise_cancelled),
        }
    }

    pub(super) fn upkeep(&self, upkeep: Upkeep) -> &str {
        match upkeep {
            Upkeep::Production => &self.upkeep_production,
            Upkeep::Staging => &self.upkeep_staging,
            Upkeep::Security => &self.upkeep_security,
            Upkeep::Upgrades => &self.upkeep_upgrades,
            Upkeep::FlakyTests => &self.upkeep_flaky_tests,
            Upkeep::SlowQueries => &self.upkeep_slow_queries,
            Upkeep::Other => &self.upkeep_other,
        }
    }

    pub(super) fn investment(&self, investment: Investment) -> &str {
        match investment {
            Investment::Operational => &self.investment_operational,
            Investment::Tactical => &self.investment_tactical,
            Investment::Strategic => &self.investment_strategic,
        }
    }
}
