//! The cases by aggregate, and the list that makes each of them a test per store.

mod accounts;
mod blobs;
mod campaign_search;
mod campaigns;
mod connections;
mod copying;
mod copying_form;
mod copying_targets;
mod crash;
mod delivery_search;
mod exchange;
mod filled;
mod group_lists;
mod group_search;
mod groups;
mod history;
mod history_calls;
mod history_player;
mod home;
mod journal;
mod journal_ends;
mod journal_races;
mod journal_repeats;
mod journal_senders;
mod leases;
mod media;
mod media_histories;
mod meta;
mod model;
mod mongo_indexes;
mod outage;
mod outages;
mod pace;
mod receipts;
mod samples;
mod session_keys;
mod stored_form;
mod transfers;

use home::Home;

macro_rules! conformance {
    ($($group:ident: $($case:ident)*;)*) => {
        mod sqlite {$(
            mod $group {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::suite::$group::$case(crate::suite::Home::sqlite().await).await;
                }
            )*}
        )*}
        mod mongo {$(
            mod $group {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::suite::$group::$case(crate::suite::Home::mongo().await).await;
                }
            )*}
        )*}
    };
}

conformance! {
    accounts:
        of_two_first_users_one_wins
        users_are_found_by_email_and_by_id
        sessions_end_by_time_and_by_hand;
    blobs:
        bytes_come_back_from_any_offset
        the_same_bytes_are_stored_once_per_workspace
        unfinished_blobs_are_invisible_and_swept
        a_dropped_upload_leaves_nothing
        other_workspaces_see_no_blobs
        an_empty_blob_is_a_blob
        a_blob_that_was_deleted_can_come_again;
    campaign_search:
        pages_filters_and_counts_agree
        a_search_follows_the_name;
    campaigns:
        they_are_listed_by_their_latest_change
        an_update_needs_what_was_read
        it_moves_on_only_from_where_it_stands
        those_whose_time_has_come_are_found
        runs_that_never_began_are_noted_once
        an_active_campaign_is_not_deleted
        a_list_leaves_all_campaigns_unless_an_active_one_uses_it
        a_removed_connection_leaves_all_campaigns
        other_workspaces_see_no_campaigns;
    connections:
        what_is_noted_is_read_back
        every_state_is_kept
        the_history_keeps_each_state_once_and_reaches_back
        they_are_listed_by_name
        other_workspaces_see_no_connections;
    copying:
        everything_is_found_in_either_store
        the_next_holder_goes_on_with_the_keys
        a_server_that_lives_on_either_is_found
        no_server_moves_into_a_part
        a_copy_that_was_broken_off_begins_anew
        what_is_not_the_same_is_found
        bytes_that_were_damaged_before_do_not_hold_it_up
        every_place_is_copied_or_left_for_a_reason;
    crash:
        acknowledged_claims_survive_a_kill;
    delivery_search:
        pages_follow_each_other_and_filters_agree_with_their_counts
        a_search_of_a_run_minds_neither_case_nor_accents
        what_changed_is_still_found
        other_workspaces_find_no_deliveries;
    group_lists:
        they_are_listed_by_name_and_kept
        a_name_is_taken_however_it_is_written
        groups_come_at_the_end_and_go
        changes_that_race_are_all_kept
        a_connection_takes_its_lists_along
        other_workspaces_see_no_lists;
    group_search:
        pages_follow_each_other_without_gap_or_repetition
        a_search_minds_neither_case_nor_accents_and_takes_text_as_it_is
        kinds_and_counts_agree
        chosen_groups_are_found_among_thousands;
    groups:
        a_sync_replaces_and_marks_what_it_did_not_see
        a_fact_changes_nothing_else_of_its_group
        facts_that_race_are_all_noted
        the_latest_sync_is_kept
        the_last_message_to_each_group_is_told
        other_workspaces_see_no_groups;
    history:
        any_history_equals_the_models;
    journal:
        a_run_survives_a_reopen
        pending_deliveries_are_claimed_in_order_and_runs_take_turns
        a_run_sends_while_its_gate_is_open
        a_time_of_the_schedule_begins_one_run
        earlier_runs_are_listed_from_the_latest
        tests_are_numbered_and_listed_apart
        the_runs_of_a_stretch_of_time_are_listed_from_the_latest
        an_unconfirmed_delivery_is_claimed_again_with_its_id
        late_repeated_and_reordered_news_end_alike
        unknown_messages_are_passed_over
        a_message_id_is_never_given_twice;
    journal_ends:
        a_run_finishes_once_and_only_when_nothing_is_open
        a_run_that_was_deleted_leaves_nothing_to_claim
        what_is_open_can_be_refused_at_once
        other_workspaces_see_no_runs;
    journal_repeats:
        failures_are_sent_again_once_as_other_messages
        of_two_who_ask_one_has_it_sent_again
        an_end_that_races_leaves_nothing_behind
        what_nobody_answered_is_its_owners_choice
        what_arrived_after_all_is_not_sent_once_more
        late_news_of_a_message_is_kept_with_it
        other_workspaces_repeat_nothing;
    journal_senders:
        each_connection_claims_its_own
        what_ends_a_connection_leaves_the_others_alone
        a_run_with_a_pace_of_its_own_rests_after_each_message
        a_run_that_rests_holds_no_other;
    journal_races:
        of_two_starts_one_wins
        each_delivery_is_claimed_once
        acknowledgements_that_race_are_all_applied
        a_dropped_caller_leaves_no_half_change;
    leases:
        one_server_holds_it_until_it_expires_or_is_given_back
        of_servers_that_race_for_it_one_wins
        a_heartbeat_renews_all_of_a_server_and_tells_what_it_lost
        the_servers_that_live_tell_what_they_seal_with
        what_the_row_tells_is_written_by_the_holder_alone
        claims_are_the_holders_alone
        a_claim_that_races_a_takeover_is_the_holders_or_nobodys
        keys_go_over_to_the_next_holder_and_the_one_before_is_refused
        a_write_that_races_a_takeover_is_kept_or_refused
        one_holder_may_write_one_new_key_many_times_at_once;
    media:
        they_are_listed_newest_first_and_renamed
        content_is_named_by_items_and_thumbnails
        every_fact_of_a_kind_is_kept
        what_an_item_lacks_is_added_once
        they_are_looked_for_by_name_and_kind_in_every_order
        the_same_bytes_count_once_and_every_item_is_reached
        those_that_are_being_sent_are_told_from_those_that_are_only_named
        other_workspaces_see_no_media;
    media_histories:
        nothing_is_deleted_but_by_a_person
        what_is_missing_or_changed_is_told_by_name;
    meta:
        the_first_value_stays
        a_value_is_put_in_the_place_of_another
        it_answers_and_says_what_it_is;
    outages:
        the_settings_and_the_note_of_an_outage_are_kept
        of_two_answers_to_one_question_one_counts
        runs_from_before_an_outage_wait_and_later_ones_go
        only_what_was_never_handed_over_is_skipped
        other_workspaces_settle_nothing;
    pace:
        the_pace_and_a_restriction_are_kept
        of_two_changes_of_one_restriction_one_counts
        what_was_claimed_lately_is_told_in_order
        other_workspaces_see_no_pace;
    receipts:
        members_are_counted_once_and_late_receipts_count
        receipts_of_what_failed_and_of_strangers_count_nothing;
    session_keys:
        a_write_is_read_by_the_next_call
        writes_happen_in_order
        a_key_is_taken_once
        scans_follow_the_order_of_bytes
        spaces_and_connections_are_apart
        hundreds_of_keys_are_written_at_once
        values_are_found_by_what_sealed_them
        an_exchange_spares_what_changed_meanwhile;
    transfers:
        what_arrived_is_there_after_a_crash
        of_two_who_go_on_at_the_same_place_one_does
        what_is_announced_counts_and_what_is_abandoned_goes
        other_workspaces_see_no_transfers;
}
