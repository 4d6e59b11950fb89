//! What Slack's errors mean here: one table for all methods that we use.
//!
//! The codes are those that Slack documents for each method at <https://docs.slack.dev/reference/methods>;
//! `tests/slack_errors.txt` has them by method, and where they are from. The others were seen, or are of methods akin.

use std::fmt;
use std::time::Duration;

use supporty_core::adapter::{Error, ErrorKind, Retry};

use crate::methods::Method;

/// How long the desk waits for somebody to mend a workspace.
const MENDING: Duration = Duration::from_secs(5 * 60);
/// How long it waits where Slack does not say how long.
pub(crate) const A_WHILE: Duration = Duration::from_secs(30);

/// What the desk does when Slack says no.
///
/// | | for example | the error's kind | it is tried again |
/// |---|---|---|---|
/// | `Again` | `internal_error` | `Unavailable` | later and later |
/// | `Waits` | `message_limit_exceeded` | `RateLimited` | after 30 seconds, or as long as `Retry-After` says |
/// | `Mending` | `account_inactive` | `Forbidden` | after five minutes |
/// | `NewThread` | `message_not_found` | `NotFound` | no |
/// | `AnotherWay` | `is_archived` | `Gone` | no |
/// | `Plainer` | `invalid_blocks` | `Invalid` | at once in words alone, then no more |
/// | `Lists` | `metadata_too_large` | `Invalid` | no |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Then {
    /// It tries again, later and later still, and looks for the message before.
    Again,
    /// It waits as long as Slack says, and goes on in the same order.
    Waits,
    /// Somebody must mend the workspace: it waits for that, and nothing is given up.
    Mending,
    /// The card or its thread is gone: the ticket gets a new one.
    NewThread,
    /// Nothing can be said there: the ticket's people are told directly.
    AnotherWay,
    /// Its blocks or files are wrong: it is sent without them, and listed if that does not help.
    Plainer,
    /// What we sent is wrong, and would be wrong again: it is listed for the operator, and whoever it should have woken is
    /// woken by another way.
    Lists,
}

/// The codes, with what the desk does.
const TABLE: &[(Then, &[&str])] = &[
    (
        Then::Again,
        &[
            "accesslimited",
            "duplicate_message_not_found",
            "external_channel_migrating",
            "fatal_error",
            "fetch_members_failed",
            "internal_error",
            "list_record_comment_fetch_failed",
            "request_timeout",
            "service_unavailable",
            "streaming_state_conflict",
            "team_added_to_org",
            "update_failed",
        ],
    ),
    (Then::Waits, &["message_limit_exceeded", "rate_limited", "ratelimited", "too_many_requests"]),
    (
        Then::Mending,
        &[
            "access_denied",
            "account_inactive",
            "app_access_restricted",
            "app_missing_action_url",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "forbidden_team",
            "invalid_auth",
            "is_bot",
            "missing_args",
            "missing_scope",
            "no_permission",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "permission_denied",
            "team_access_not_granted",
            "team_not_found",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
            "user_is_restricted",
            "user_is_ultra_restricted",
        ],
    ),
    (
        Then::NewThread,
        &["cant_update_message", "invalid_thread_ts", "is_inactive", "message_not_found", "thread_not_found"],
    ),
    (
        Then::AnotherWay,
        &[
            "as_user_not_supported",
            "cannot_dm_bot",
            "cannot_reply_to_message",
            "channel_is_limited_access",
            "channel_not_found",
            "channel_type_not_supported",
            "is_archived",
            "is_thread_locked",
            "messages_tab_disabled",
            "method_not_supported_for_channel_type",
            "not_in_channel",
            "posting_to_channel_denied",
            "posting_to_general_channel_denied",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "user_disabled",
            "user_is_bot",
            "user_not_found",
            "user_not_in_channel",
            "user_not_visible",
            "users_not_found",
        ],
    ),
    (
        Then::Plainer,
        &[
            "attachment_payload_limit_exceeded",
            "block_mismatch",
            "file_deleted",
            "file_is_deleted",
            "file_share_limit_reached",
            "invalid_attachments",
            "invalid_blocks",
            "invalid_blocks_format",
            "max_file_sharing_exceeded",
            "missing_file_data",
            "msg_blocks_too_long",
            "msg_too_long",
            "slack_file_not_found",
            "too_many_attachments",
            "too_many_contact_cards",
            "unable_to_share_files",
        ],
    ),
    (
        Then::Lists,
        &[
            "alt_txt_too_large",
            "bad_client_secret",
            "bad_redirect_uri",
            "blocked_file_type",
            "bookmarks_limit_reached",
            "bot_not_found",
            "bots_not_found",
            "cannot_bookmark_from_external_org",
            "cannot_bookmark_restricted_sharing_enabled",
            "cannot_install_an_org_installed_app",
            "cant_broadcast_message",
            "cant_delete_message",
            "channels_limit_exceeded",
            "compliance_exports_prevent_deletion",
            "conversation_history_too_big",
            "deprecated_endpoint",
            "draft_already_deleted",
            "draft_already_sent",
            "draft_has_conflict",
            "draft_not_found",
            "duplicate_channel_not_found",
            "duplicate_external_id",
            "edit_window_closed",
            "exchange_error",
            "exchanged_error",
            "exchanged_trigger_id",
            "expired_trigger_id",
            "file_already_added",
            "file_not_found",
            "file_type_not_allowed",
            "file_update_failed",
            "file_upload_size_restricted",
            "file_uploads_disabled",
            "file_uploads_except_images_disabled",
            "hash_conflict",
            "insecure_request",
            "invalid_app_action_type",
            "invalid_arg_name",
            "invalid_arguments",
            "invalid_array_arg",
            "invalid_bookmark_type",
            "invalid_channel",
            "invalid_charset",
            "invalid_child_type",
            "invalid_client_id",
            "invalid_code",
            "invalid_code_verifier",
            "invalid_cursor",
            "invalid_emoji",
            "invalid_entity_id",
            "invalid_form_data",
            "invalid_grant_type",
            "invalid_json",
            "invalid_limit",
            "invalid_link",
            "invalid_metadata_filter_keys",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "invalid_parent_type",
            "invalid_post_type",
            "invalid_refresh_token",
            "invalid_scheduled_message_id",
            "invalid_shortcut_type",
            "invalid_trigger",
            "invalid_trigger_id",
            "invalid_ts_latest",
            "invalid_ts_oldest",
            "invalid_user_combination",
            "json_not_object",
            "link_update_failed",
            "malformed_upload",
            "markdown_text_conflict",
            "metadata_must_be_sent_from_app",
            "metadata_too_large",
            "method_deprecated",
            "missing_argument",
            "missing_charset",
            "missing_post_type",
            "missing_profile_id",
            "no_dual_broadcast_content_update",
            "no_scopes",
            "no_text",
            "not_enabled",
            "not_enough_users",
            "not_found",
            "not_implemented",
            "oauth_authorization_url_mismatch",
            "parent_bookmark_disabled",
            "parent_with_link",
            "pkce_not_allowed",
            "preview_feature_not_available",
            "push_limit_reached",
            "restricted_too_many_files",
            "send_on_behalf_not_allowed",
            "slack_connect_blocked_file_type",
            "slack_connect_canvas_sharing_blocked",
            "slack_connect_clip_sharing_blocked",
            "slack_connect_file_link_sharing_blocked",
            "slack_connect_file_upload_sharing_blocked",
            "slack_connect_lists_sharing_blocked",
            "snippet_too_large",
            "storage_limit_reached",
            "superfluous_charset",
            "too_long",
            "too_many_bookmarks",
            "too_many_members",
            "too_many_tabs",
            "too_many_users",
            "trigger_exchanged",
            "trigger_expired",
            "unknown_method",
            "unknown_snippet_type",
            "unknown_subtype",
            "upgrade_required",
            "user_email_unverified",
            "user_list_required",
            "users_list_not_supplied",
            "view_not_found",
            "view_too_large",
        ],
    ),
];

/// What the desk does about a code. One that nobody has heard of may pass: it is tried again, and listed in the end.
fn then(code: &str) -> Then {
    known(code).unwrap_or(Then::Again)
}

fn known(code: &str) -> Option<Then> {
    TABLE.iter().find(|(_, codes)| codes.contains(&code)).map(|(then, _)| *then)
}

impl Then {
    fn kind(self) -> ErrorKind {
        match self {
            Self::Again => ErrorKind::Unavailable,
            Self::Waits => ErrorKind::RateLimited,
            Self::Mending => ErrorKind::Forbidden,
            Self::NewThread => ErrorKind::NotFound,
            Self::AnotherWay => ErrorKind::Gone,
            Self::Plainer | Self::Lists => ErrorKind::Invalid,
        }
    }

    fn retry(self) -> Retry {
        match self {
            Self::Again => Retry::Backoff,
            Self::Waits => Retry::After(A_WHILE),
            Self::Mending => Retry::After(MENDING),
            Self::NewThread | Self::AnotherWay | Self::Plainer | Self::Lists => Retry::Never,
        }
    }
}

/// Why a call came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Slack said no.
    Refused {
        /// What was called.
        method: Method,
        /// Slack's word for why.
        code: String,
        /// The scope that is missing, if that is why.
        needed: Option<String>,
    },
    /// Slack, or our own pace, asks to come later.
    Later {
        /// What was called.
        method: Method,
        /// How much later.
        wait: Duration,
    },
    /// It never left: nobody was reached.
    Unreached(Method),
    /// It left, and nobody knows what became of it.
    Unknown(Method),
    /// Slack's answer is none.
    Garbled(Method),
    /// We are not installed there, or not any more.
    NoToken(Method),
}

impl Failure {
    /// Slack's word for why, if it gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// What the desk does about it.
    pub fn then(&self) -> Then {
        match self {
            Self::Refused { code, .. } => then(code),
            Self::Later { .. } => Then::Waits,
            Self::Unreached(_) | Self::Unknown(_) | Self::Garbled(_) => Then::Again,
            Self::NoToken(_) => Then::Mending,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { method, code, needed: Some(scope) } => {
                write!(
                    f,
                    "{}: Slack says {code}, the scope `{scope}` is missing: add it to the app and install it again",
                    method.name()
                )
            }
            Self::Refused { method, code, .. } => write!(f, "{}: Slack says {code}", method.name()),
            Self::Later { method, wait } => {
                write!(f, "{}: not for {} seconds", method.name(), wait.as_secs())
            }
            Self::Unreached(method) => write!(f, "{}: Slack was not reached", method.name()),
            Self::Unknown(method) => write!(f, "{}: nobody knows whether it was done", method.name()),
            Self::Garbled(method) => write!(f, "{}: the answer can not be understood", method.name()),
            Self::NoToken(method) => {
                write!(f, "{}: there is no token for that workspace: install the app there", method.name())
            }
        }
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let then = failure.then();
        let (kind, retry) = match &failure {
            Failure::Later { wait, .. } => (ErrorKind::RateLimited, Retry::After(*wait)),
            Failure::Unknown(_) | Failure::Garbled(_) => (ErrorKind::Unknown, Retry::Backoff),
            _ => (then.kind(), then.retry()),
        };
        let doing = match &failure {
            Failure::Refused { code, .. } => format!("calling Slack ({code})"),
            _ => "calling Slack".to_owned(),
        };
        Self::new(kind, retry, doing).caused_by(failure)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_stands_in_one_place() {
        let all: Vec<_> = TABLE.iter().flat_map(|(_, codes)| codes.iter()).collect();
        let once: BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), once.len());
        assert!(all.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    }

    #[test]
    fn every_error_that_slack_documents_is_in_the_table() {
        let lines = include_str!("../tests/slack_errors.txt").lines().filter(|line| !line.starts_with('#'));
        let (codes, methods): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("    "));
        for code in codes.iter().flat_map(|line| line.split_whitespace()) {
            assert!(known(code).is_some(), "`{code}` is tried again only because nobody has heard of it");
        }
        for method in Method::ALL {
            assert!(methods.contains(&method.name()), "the errors of `{}` are not listed", method.name());
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_can_not_is_not() {
        let refused = |code: &str| {
            let failure =
                Failure::Refused { method: Method::ChatPostMessage, code: code.to_owned(), needed: None };
            let error = Error::from(failure);
            (error.kind, error.retry)
        };
        assert_eq!(refused("is_archived"), (ErrorKind::Gone, Retry::Never));
        assert_eq!(refused("message_not_found"), (ErrorKind::NotFound, Retry::Never));
        assert_eq!(refused("token_revoked"), (ErrorKind::Forbidden, Retry::After(MENDING)));
        assert_eq!(refused("internal_error"), (ErrorKind::Unavailable, Retry::Backoff));
        assert_eq!(refused("a_word_of_next_year"), (ErrorKind::Unavailable, Retry::Backoff));
    }
}
