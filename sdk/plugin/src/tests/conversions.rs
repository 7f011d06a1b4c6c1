//! Values as types of Rust, and back.

use std::collections::BTreeMap;
use std::fmt::Debug;

use jiff::civil::{date, time};

use super::values;
use crate::{Date, DateTime, Decimal, File, FromValue, IntoValue, Mismatch, Object, Time, Value};

/// Both ways, and nothing of another kind is taken.
fn goes_both_ways<T>(value: T, others: &[&str])
where
    T: FromValue + IntoValue + Clone + Debug + PartialEq,
{
    assert_eq!(T::from_value(value.clone().into_value()), Ok(value));
    for other in values() {
        let is_taken = T::from_value(other.clone()).is_ok();
        assert_eq!(is_taken, others.contains(&other.type_name()), "{other:?}");
    }
}

#[test]
fn each_type_takes_what_it_is_made_of_and_nothing_else() {
    goes_both_ways(true, &["yes or no"]);
    goes_both_ways("text".to_owned(), &["a text"]);
    goes_both_ways(-7_i64, &["a whole number"]);
    goes_both_ways(Decimal::new(5, 1), &["a decimal", "a whole number", "a number"]);
    goes_both_ways(0.5_f64, &["a decimal", "a whole number", "a number"]);
    goes_both_ways(date(2026, 11, 27), &["a day"]);
    goes_both_ways(time(1, 2, 3, 0), &["a time of day"]);
    goes_both_ways(date(2026, 11, 27).at(1, 2, 3, 0), &["a day with a time"]);
    goes_both_ways(Object::default(), &["an object"]);
    goes_both_ways(vec![Value::Int(1)], &["a list"]);
    goes_both_ways(BTreeMap::from([("a".to_owned(), Value::Int(1))]), &["a map"]);
    let file =
        File { id: String::new(), name: String::new(), media_type: String::new(), length: 0 };
    goes_both_ways(file, &["a file"]);
    goes_both_ways(Some(true), &["yes or no", "nothing"]);
    goes_both_ways(None::<bool>, &["yes or no", "nothing"]);
}

#[test]
fn whole_numbers_are_taken_when_they_fit() {
    assert_eq!(u8::from_value(Value::Int(255)), Ok(255));
    assert!(u8::from_value(Value::Int(256)).is_err());
    assert!(u64::from_value(Value::Int(-1)).is_err());
    assert_eq!(i32::from_value(Value::Decimal(Decimal::new(500, 2))), Ok(5));
    assert!(i32::from_value(Value::Decimal(Decimal::new(501, 2))).is_err());
    assert!(i64::from_value(Value::Decimal(Decimal::MAX)).is_err());
    assert_eq!(u64::MAX.into_value(), Value::Decimal(Decimal::from(u64::MAX)));
    assert_eq!(7_usize.into_value(), Value::Int(7));
}

#[test]
fn a_number_that_is_none_is_nothing() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(number.into_value(), Value::Nothing);
        assert!(Decimal::from_value(Value::Float(number)).is_err());
    }
    assert_eq!(Decimal::from_value(Value::Float(19.99)), Ok(Decimal::new(1_999, 2)));
}

#[test]
fn lists_and_maps_are_of_one_type_throughout() {
    let mixed = Value::List(vec![Value::Int(1), Value::from("a")]);
    assert!(mixed.to::<Vec<i64>>().is_err());
    assert_eq!(mixed.to::<Vec<Value>>().unwrap().len(), 2);
    let list = Object { items: vec![Value::Int(1)], ..Object::default() }.into_value();
    assert_eq!(list.to::<Vec<i64>>(), Ok(vec![1]));
    let entries = vec![("a".to_owned(), Value::Int(1))];
    let dictionary = Object { entries, ..Object::default() }.into_value();
    assert_eq!(dictionary.to::<BTreeMap<String, i64>>().unwrap()["a"], 1);
    assert!(dictionary.to::<Vec<i64>>().is_err());
}

#[test]
fn a_mismatch_tells_types_and_no_value() {
    let secret = Value::from("born 1970");
    let told = secret.to::<Date>().unwrap_err();
    assert_eq!(told, Mismatch { wanted: "a day", found: "a text" });
    assert_eq!(told.to_string(), "a day is wanted, and a text is there");
    assert!(secret.to::<Time>().is_err() && secret.to::<DateTime>().is_err());
}
