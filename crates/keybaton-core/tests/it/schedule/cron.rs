//! Cron expressions: which are taken, and which days they mean.

use keybaton_core::schedule::{Cron, CronError, Field};

use super::given::{cron, listed};

#[test]
fn five_fields_start_with_the_minute_and_six_with_the_second() {
    let table = [
        ("0 2 * * *", "2027-01-01T02:00:00+00:00"),
        ("0 0 2 * * *", "2027-01-01T02:00:00+00:00"),
        ("30 0 2 * * *", "2027-01-01T02:00:30+00:00"),
        ("  15   4 * *  MON ", "2027-01-04T04:15:00+00:00"),
        ("0 0 L 2 *", "2027-02-28T00:00:00+00:00"),
        ("0 9 * * mon#1", "2027-01-04T09:00:00+00:00"),
        ("0 0 0 1 JAN *", "2028-01-01T00:00:00+00:00"),
        ("0 0 29 2 *", "2028-02-29T00:00:00+00:00"),
    ];
    for (text, first) in table {
        assert_eq!(listed(&cron(text), "2027-01-01T00:00:00Z", 1), [first], "{text}");
    }
}

#[test]
fn six_fields_intersect_the_days_and_five_unite_them() {
    assert_eq!(
        listed(&cron("0 0 2 1 * MON"), "2027-01-01T12:00:00Z", 2),
        ["2027-02-01T02:00:00+00:00", "2027-03-01T02:00:00+00:00"]
    );
    assert_eq!(
        listed(&cron("0 2 1 * MON"), "2027-01-29T12:00:00Z", 3),
        ["2027-02-01T02:00:00+00:00", "2027-02-08T02:00:00+00:00", "2027-02-15T02:00:00+00:00"]
    );
}

#[test]
fn the_source_text_is_kept() {
    assert_eq!(Cron::parse("0 0 2 */30 * *").unwrap().as_str(), "0 0 2 */30 * *");
    assert_eq!(Cron::parse(" 0  2 * * mon ").unwrap().to_string(), "0 2 * * mon");
}

#[test]
fn another_number_of_fields_is_refused() {
    for (text, found) in [("", 0), ("@daily", 1), ("* * * *", 4), ("0 0 2 * * * 2027", 7)] {
        assert_eq!(Cron::parse(text), Err(CronError::Fields { found }), "{text}");
    }
}

#[test]
fn a_refusal_names_the_field() {
    let table = [
        ("60 * * * *", Field::Minute, "60"),
        ("60 * * * * *", Field::Second, "60"),
        ("0 24 * * *", Field::Hour, "24"),
        ("0 0 0 32 * *", Field::DayOfMonth, "32"),
        ("0 0 */0 * *", Field::DayOfMonth, "*/0"),
        ("0 0 1 13 *", Field::Month, "13"),
        ("0 0 * * 8", Field::DayOfWeek, "8"),
        ("0 0 * * fri-mon", Field::DayOfWeek, "fri-mon"),
        ("0 x * * *", Field::Hour, "x"),
        ("0 1,,2 * * *", Field::Hour, "1,,2"),
        ("0 , * * * *", Field::Minute, ","),
    ];
    for (text, field, part) in table {
        assert_eq!(Cron::parse(text), Err(CronError::Field { field, text: part.to_owned() }), "{text}");
    }
    assert_eq!(
        Cron::parse("0 24 * * *").unwrap_err().to_string(),
        r#"the hour "24" is not valid; it takes 0 to 23, with ',', '-' and '/'"#
    );
}

#[test]
fn a_date_that_never_comes_is_refused() {
    for text in ["0 0 30 2 *", "0 0 2 31 2,4,6,9,11 *", "0 0 0 1-7 * MON#2", "0 0 0 31W 2 *"] {
        assert_eq!(Cron::parse(text), Err(CronError::Never { text: text.to_owned() }));
    }
}

#[test]
fn a_date_that_comes_once_in_28_years_is_found() {
    let rare = cron("0 0 0 29 2 MON");
    assert_eq!(listed(&rare, "2027-01-01T00:00:00Z", 2), ["2044-02-29T00:00:00+00:00", "2072-02-29T00:00:00+00:00"]);
}
