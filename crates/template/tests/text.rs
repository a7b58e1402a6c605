//! Differences of texts.

use template::text_diff;

#[test]
fn hunks_show_what_comes_and_goes_with_three_lines_around() {
    let before = (1..=20).fold(String::new(), |text, n| text + &format!("line {n}\n"));
    let after = before
        .replace("line 3\n", "line three\n")
        .replace("line 15\n", "");
    let found = text_diff(&before, &after);
    assert_eq!((found.added, found.removed, found.hunks.len()), (1, 2, 2));
    insta::assert_snapshot!(found.unified("t.yaml"));
}

#[test]
fn equal_texts_differ_in_nothing() {
    assert_eq!(text_diff("a\nb", "a\nb").hunks, []);
    assert_eq!(text_diff("", "").unified("t"), "");
}

#[test]
fn texts_without_a_line_in_common_are_compared_in_no_time() {
    let text = |word: &str| (0..19_000).fold(String::new(), |text, n| text + &format!("{word} {n}\n"));
    let found = text_diff(&text("a"), &text("b"));
    assert_eq!((found.added, found.removed), (19_000, 19_000));
    let long = |word: &str| (0..200_000).map(|_| word).collect::<String>();
    let found = text_diff(&long("a\n"), &long("b\n"));
    assert_eq!(
        (found.added, found.removed, found.hunks.len()),
        (200_000, 200_000, 1)
    );
}
