//! The samples of docs/output.md are what the program prints.

const PAGE: &str = include_str!("../../../docs/output.md");
const PRINTED: [&str; 12] = [
    include_str!("snapshots/plans__a_rollout_is_shown_stage_by_stage_with_what_stands_between.snap"),
    include_str!("snapshots/applies__a_stop_for_an_approval_says_what_is_done_and_how_to_go_on.snap"),
    include_str!("snapshots/applies__operations_name_their_stage_and_gates_say_what_they_wait_for.snap"),
    include_str!("snapshots/plans__a_plan_shows_what_how_bad_and_every_detail.snap"),
    include_str!("snapshots/plans__a_blocked_plan_says_why_and_is_shown_whole.snap"),
    include_str!("snapshots/messages__an_error_shows_the_place_its_other_side_and_an_edit.snap"),
    include_str!(
        "snapshots/applies__a_failed_apply_says_what_was_done_what_failed_where_and_what_is_next.snap"
    ),
    include_str!("snapshots/targets__targets_are_a_matrix_and_the_lines_that_decide.snap"),
    include_str!("snapshots/states__status_answers_whether_it_matches_and_whether_it_is_well.snap"),
    include_str!(
        "snapshots/reports__on_a_terminal_several_plans_stand_below_their_manifests_and_add_up.snap"
    ),
    include_str!("snapshots/drifts__a_report_says_how_much_where_what_and_what_the_plan_makes_of_it.snap"),
    include_str!("snapshots/applies__events_are_one_plain_line_each.snap"),
];

#[test]
fn every_sample_of_the_page_is_part_of_what_is_printed() {
    let samples: Vec<&str> = PAGE
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```"))
        .map(|(sample, _)| sample)
        .collect();
    assert!(samples.len() > 8, "only {} samples found", samples.len());
    for sample in samples {
        let printed = PRINTED.iter().any(|text| text.contains(sample));
        assert!(printed, "nothing prints this:\n{sample}");
    }
}
