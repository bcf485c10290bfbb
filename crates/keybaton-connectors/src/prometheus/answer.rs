//! What Prometheus answers to an instant query (its HTTP API, "Instant queries"): a vector with a sample per series.

use std::collections::BTreeMap;

use serde::Deserialize;

/// More series than these are no answer to a question about one secret.
const MOST: usize = 1_000;

/// The longest label that is kept.
const LONGEST: usize = 128;

/// No counter of calls is larger.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// What tells series apart: the labels `consumer` and `version`.
pub(super) type Series = (Option<String>, Option<u64>);

#[derive(Deserialize)]
struct Answer {
    status: String,
    data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    metric: BTreeMap<String, String>,
    value: (f64, String),
}

/// Reads an answer: a total per series. Words for why not hold nothing of the answer.
pub(super) fn read(body: &[u8]) -> Result<BTreeMap<Series, u64>, &'static str> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| "the answer is not that of an instant query")?;
    if answer.status != "success" {
        return Err("the query failed");
    }
    let data = answer.data.filter(|data| data.result_type == "vector");
    let data = data.ok_or("the answer is no vector: the query has to sum counters")?;
    if data.result.len() > MOST {
        return Err("the answer has more than 1000 series");
    }
    let mut totals = BTreeMap::new();
    for sample in data.result {
        let count = count(&sample.value.1).ok_or("a sample is no count")?;
        let total = totals.entry(series(sample.metric)).or_insert(0_u64);
        *total = total.saturating_add(count);
    }
    Ok(totals)
}

fn series(mut metric: BTreeMap<String, String>) -> Series {
    let consumer =
        metric.remove("consumer").map(|name| name.chars().filter(|c| !c.is_control()).take(LONGEST).collect());
    let version = metric.remove("version").and_then(|text| text.parse().ok()).filter(|no| *no > 0);
    (consumer.filter(|name: &String| !name.is_empty()), version)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is finite, not negative, and bounded")]
fn count(text: &str) -> Option<u64> {
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && (0.0..=LARGEST).contains(&number)).then_some(number.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(samples: &str) -> String {
        format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{samples}]}}}}"#)
    }

    #[test]
    fn series_are_told_apart_by_consumer_and_version() {
        let samples = r#"{"metric":{"consumer":"billing","version":"2","job":"x"},"value":[1.5,"12"]},
            {"metric":{"consumer":"billing","version":"2","job":"y"},"value":[1.5,"3"]},
            {"metric":{"version":"nonsense"},"value":[1,"7.4"]},
            {"metric":{"consumer":"shop","version":"0"},"value":[1,"1e3"]}"#;
        let read = read(vector(samples).as_bytes()).unwrap();
        let expected: BTreeMap<Series, u64> =
            [((Some("billing".to_owned()), Some(2)), 15), ((None, None), 7), ((Some("shop".to_owned()), None), 1_000)]
                .into();
        assert_eq!(read, expected);
    }

    #[test]
    fn what_is_no_count_is_no_answer() {
        for value in ["NaN", "+Inf", "-Inf", "-1", "1e300", "many", ""] {
            let text = vector(&format!(r#"{{"metric":{{}},"value":[1,"{value}"]}}"#));
            assert!(read(text.as_bytes()).is_err(), "{value}");
        }
        for text in [
            "",
            "null",
            "<html>",
            "{}",
            r#"{"status":"error","errorType":"bad_data","error":"x"}"#,
            r#"{"status":"success","data":{"resultType":"scalar","result":[]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
            r#"{"status":"success"}"#,
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        let many = vec![r#"{"metric":{},"value":[1,"1"]}"#; MOST + 1].join(",");
        assert!(read(vector(&many).as_bytes()).is_err());
        assert_eq!(read(vector("").as_bytes()).unwrap(), BTreeMap::new(), "no series is no call");
    }
}
