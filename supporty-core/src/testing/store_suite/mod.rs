//! What every store promises, one function per promise.
//!
//! The sentences are those of [`Store`](crate::adapter::Store). A store proves that it keeps them with two lines in
//! its own tests; [`store_suite!`](crate::store_suite) makes one test of each promise, on a fresh store:
//!
//! ```text
//! async fn fresh() -> (MyStore, impl Sized) {
//!     let directory = tempfile::tempdir().expect("a directory");
//!     (MyStore::open(directory.path()).expect("a store"), directory)
//! }
//!
//! supporty_core::store_suite!(fresh());
//! supporty_core::maintenance_suite!(fresh());
//! ```
//!
//! The caller's crate needs `tokio` with `macros` and `rt-multi-thread`. What only a restart can show (what is durable
//! is still there) is the store's own to test.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite is a set of tests: a broken promise ends one of them"
)]

pub mod finding;
pub mod inbox;
pub mod outbox;
pub mod races;
mod sample;
pub mod streams;
pub mod timers;
pub mod upkeep;

/// The list of all promises: module, the number of the sentence in the contract, the function.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_promises {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*;
            streams 1 a_stream_that_was_never_written_loads_as_empty,
            streams 2 what_was_committed_loads_in_order_from_any_entry_on,
            streams 3 a_commit_after_another_number_is_a_conflict_and_nothing_of_it_is_kept,
            streams 4 a_commit_over_several_streams_is_kept_wholly_or_not_at_all,
            streams 5 of_two_commits_on_one_stream_at_once_exactly_one_is_kept,
            races 2 a_reader_sees_whole_commits_only,
            races 5 of_two_commits_over_the_same_streams_at_once_exactly_one_is_kept,
            streams 6 a_commit_without_entries_may_still_arm_or_disarm_a_timer,
            streams 7 reserved_numbers_go_on_from_one_per_prefix,
            streams 7 reserved_numbers_are_never_given_twice_even_at_once,
            streams 8 texts_come_back_as_they_were,
            inbox 9 a_key_is_new_then_waiting_then_handled_with_its_answer,
            inbox 9 a_key_accepted_by_many_at_once_is_new_to_one,
            inbox 10 a_leased_delivery_comes_back_after_its_lease,
            inbox 10 deliveries_are_leased_oldest_first_and_no_more_than_asked_for,
            races 10 a_delivery_is_leased_to_one_of_many,
            races 11 a_delivery_is_handled_by_one_of_many,
            inbox 11 a_commit_marks_its_delivery_handled,
            inbox 11 a_second_commit_for_a_delivery_is_a_conflict_and_nothing_of_it_is_kept,
            timers 12 a_timer_is_leased_once_it_is_due_earliest_first,
            timers 12 a_timer_that_is_armed_for_before_the_last_that_was_leased_is_leased,
            timers 13 a_leased_timer_comes_back_after_its_lease,
            races 13 a_timer_is_leased_to_one_of_many,
            races 13 a_lease_that_has_ended_goes_to_one_of_many,
            races 14 arming_anew_while_others_lease_loses_no_timer,
            timers 14 a_commit_that_is_refused_leaves_the_lease,
            timers 14 arming_anew_ends_the_lease,
            timers 14 disarming_removes_the_timer,
            timers 14 a_timer_of_another_stamp_is_stale_until_it_is_armed_anew,
            outbox 15 only_the_oldest_effect_of_a_lane_is_leased,
            outbox 15 lanes_do_not_wait_for_each_other,
            outbox 15 an_effect_is_not_leased_before_its_time,
            outbox 15 a_leased_effect_is_leased_to_one_of_many,
            races 15 lanes_keep_their_order_while_many_queue_and_deliver,
            races 16 a_level_that_many_queue_at_once_is_queued_once,
            races 18 of_two_that_settle_after_a_lease_has_ended_the_newer_settles,
            outbox 16 a_queued_level_keeps_its_place_and_its_id,
            outbox 17 a_level_that_changes_while_it_is_delivered_is_queued_again,
            outbox 18 an_older_fence_is_fenced,
            outbox 18 a_settled_fence_is_fenced,
            outbox 19 an_attempt_without_an_outcome_comes_back_as_tried,
            outbox 20 delivered_or_dropped_is_gone_and_the_lane_goes_on,
            outbox 21 a_retry_keeps_its_place_and_waits_for_its_time,
            outbox 21 what_a_platform_put_off_was_never_tried,
            outbox 22 a_dead_letter_frees_its_lane_and_is_listed,
            outbox 22 revive_queues_a_dead_letter_again_at_the_end_of_its_lane,
            finding 23 find_answers_with_the_stream_whose_commit_named_the_place,
            finding 24 a_list_has_the_newest_first,
            finding 24 a_list_is_narrowed_by_every_part_of_the_query,
            finding 24 a_page_is_not_shifted_by_what_is_opened_while_it_is_turned,
            races 24 pages_turned_while_others_write_show_every_old_ticket_once,
            finding 24 a_row_is_replaced_by_the_next_one,
            finding 25 a_search_finds_the_beginnings_of_words_in_any_case,
            finding 25 a_search_wants_every_word_and_finds_them_in_different_texts,
            finding 25 a_search_finds_notes_only_if_asked,
            finding 25 a_search_takes_every_character_as_text,
            finding 26 the_feed_has_every_entry_once_in_one_order,
            races 26 a_feed_that_is_read_while_many_write_skips_nothing,
            streams 27 recall_answers_with_the_last_snapshot_and_the_entries_after_it,
            streams 27 a_snapshot_of_another_format_is_passed_over,
            finding 29 a_policy_comes_back_as_it_was_committed,
            timers 30 next_wake_is_the_earliest_instant_with_something_to_lease,
            races 31 news_come_with_a_commit_and_with_a_delivery,
        }
    };
}

/// The list of all promises of [`Maintenance`](crate::adapter::Maintenance), in the same form.
#[doc(hidden)]
#[macro_export]
macro_rules! __maintenance_promises {
    ([$($then:tt)+] $($argument:tt)*) => {
        $($then)+! { $($argument)*;
            upkeep 28 dropped_snapshots_change_nothing_else,
            upkeep 32 what_is_not_claimed_answers_unsupported,
            upkeep 33 erasing_deletes_what_one_person_wrote_and_nothing_else,
            upkeep 33 erasing_reaches_deliveries_that_still_wait,
            upkeep 33 erasing_a_stream_deletes_what_anybody_wrote_on_it,
            upkeep 34 an_export_says_everything_in_lines_of_json,
            upkeep 35 an_import_gives_back_everything,
            upkeep 35 an_import_that_is_damaged_names_the_line_and_leaves_nothing,
            upkeep 36 streams_are_listed_by_name_page_by_page,
            upkeep 37 what_is_derived_from_a_stream_is_as_it_was_committed,
            upkeep 38 a_sound_store_checks_clean,
            upkeep 39 pruning_forgets_what_was_handled_before,
            upkeep 40 statistics_count_everything,
            races 38 many_workers_at_once_leave_a_sound_store,
        }
    };
}

/// Makes one `#[tokio::test]` of each promise of a [`Store`](crate::adapter::Store).
///
/// Takes an expression whose future gives a fresh store and whatever must live as long as it does.
#[macro_export]
macro_rules! store_suite {
    ($fresh:expr) => {
        $crate::__store_promises! { [$crate::__promise_tests] $fresh }
    };
}

/// Makes one `#[tokio::test]` of each promise of [`Maintenance`](crate::adapter::Maintenance).
///
/// Takes the same expression as [`store_suite!`](crate::store_suite).
#[macro_export]
macro_rules! maintenance_suite {
    ($fresh:expr) => {
        $crate::__maintenance_promises! { [$crate::__promise_tests] $fresh }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __promise_tests {
    ($fresh:expr; $($module:ident $sentence:literal $promise:ident,)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            let (store, _alive) = $fresh.await;
            $crate::testing::store_suite::$module::$promise(&store).await;
        }
    )*};
}

/// The list as data: the sentence's number and the promise's name.
macro_rules! index {
    (index; $($module:ident $sentence:literal $promise:ident,)*) => {
        &[$(($sentence, stringify!($promise))),*]
    };
}

/// All promises of a store, with the numbers of their sentences.
pub const STORE: &[(u8, &str)] = crate::__store_promises! { [index] index };

/// All promises of its maintenance, with the numbers of their sentences; those from 33 on are one per method.
pub const MAINTENANCE: &[(u8, &str)] = crate::__maintenance_promises! { [index] index };

#[cfg(test)]
mod tests {
    use super::{MAINTENANCE, STORE};

    #[test]
    fn every_sentence_of_the_contract_has_a_promise() {
        let tested: Vec<u8> = STORE.iter().chain(MAINTENANCE).map(|(sentence, _)| *sentence).collect();
        assert!((1..=32).all(|sentence| tested.contains(&sentence)), "{tested:?}");
    }

    #[test]
    fn every_promise_is_in_the_list() {
        let files = [
            include_str!("finding.rs"),
            include_str!("inbox.rs"),
            include_str!("outbox.rs"),
            include_str!("races.rs"),
            include_str!("streams.rs"),
            include_str!("timers.rs"),
            include_str!("upkeep.rs"),
        ];
        let written: usize = files.iter().map(|file| file.matches("\npub async fn ").count()).sum();
        assert_eq!(written, STORE.len() + MAINTENANCE.len());
    }
}
