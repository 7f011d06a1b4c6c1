//! What expressions and blocks give, and what they ask for.

use affiant_guest::{Budget, Stop, Value};
use indexmap::IndexMap;
use jiff::civil::date;
use rust_decimal::Decimal;

use super::fake::Fake;
use super::{asks, expression, told, value};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn family() -> Fake {
    Fake::new()
        .list("children", 3)
        .with("children[0].age", 4)
        .with("children[1].age", 11)
        .with("children[2].age", 15)
        .object("client", "Individual")
        .object("client.name", "IndividualName")
        .with("client.name.first", "Ann")
        .dictionary("prices", &[("rent", 600), ("heat", 80)])
        .with("i", 1)
        .with("limit", 10)
        .with("rent", 600)
}

#[test]
fn an_unknown_name_is_an_answer_that_is_asked_for_with_its_first_unknown_part() {
    let family = family();
    for (source, path) in [
        ("income", "income"),
        ("income + 1", "income"),
        ("client.spouse.name.first", "client.spouse"),
        ("client.name.last", "client.name.last"),
        ("children[1].school", "children[1].school"),
        ("children[i].school", "children[1].school"),
        ("children[7].age", "children[7]"),
        ("prices[\"water\"]", "prices[\"water\"]"),
        ("x.name", "x"),
        ("nope ?? 7", "nope"),
        ("nope?.name", "nope"),
        ("`Hello ${nope}`", "nope"),
        ("`Hello ${client.name.last}`", "client.name.last"),
        ("switch nope { 1 => 2, _ => 3 }", "nope"),
        ("switch 1 { 1 if nope => 2, _ => 3 }", "nope"),
        ("if nope { 1 }", "nope"),
        ("for it in people { it }", "people"),
        ("[1, nope]", "nope"),
        ("#{a: nope}", "nope"),
        ("fn f(a) { a + nope } f(1)", "nope"),
        ("let f = |a| a + nope; f.call(1)", "nope"),
        ("[2, 1].map(|a| nope)", "nope"),
        ("[2, 1].filter(|a| a == nope)", "nope"),
        ("let l = [2, 1]; l.sort(|a, b| nope - 1); l", "nope"),
        ("[2, 1].order_by(|a, b| nope - 1)", "nope"),
        ("[2, 1].reduce(|sum, a| sum + nope, 0)", "nope"),
        ("children.map(|c| c.school)", "children[0].school"),
        ("children.any(|c| c.age > 3 && c.school)", "children[0].school"),
        ("1 in nope", "nope"),
        ("type_of(nope)", "nope"),
        ("currency(nope)", "nope"),
        ("try { nope } catch { 42 }", "nope"),
        ("try { nope + 1 } catch (e) { 42 }", "nope"),
        ("try { fn_one(1) } catch { 42 } fn fn_one(a) { nope }", "nope"),
        ("try { [1].map(|a| nope) } catch { 42 }", "nope"),
        ("try { client.name.last } catch { 42 }", "client.name.last"),
        ("let a = 1; while a < nope { a += 1 }", "nope"),
        ("return nope;", "nope"),
        ("throw nope;", "nope"),
    ] {
        assert_eq!(asks(&family, source), path, "{source}");
    }
}

#[test]
fn a_list_that_is_not_gathered_asks_to_be_gathered() {
    let fake = Fake::new().object("kids", "List").object("prices", "Dict");
    for source in [
        "for kid in kids { kid }",
        "kids.len()",
        "kids.map(|it| it)",
        "kids.any(|it| true)",
        "1 in kids",
        "kids[-1]",
        "kids.is_empty()",
    ] {
        assert_eq!(asks(&fake, source), "kids.gathered", "{source}");
    }
    assert_eq!(asks(&fake, "prices.keys()"), "prices.gathered");
    assert_eq!(asks(&fake, "\"a\" in prices"), "prices.gathered");
}

#[test]
fn a_closure_asks_only_when_it_is_called() {
    let fake = Fake::new().list("kids", 0);
    assert_eq!(value(&fake, "kids.all(|kid| kid.age < limit)"), Ok(Value::Bool(true)));
    assert_eq!(value(&fake, "let f = |a| a + limit; 1"), Ok(Value::Int(1)));
}

fn new(class: &str) -> Value {
    Value::Object(Box::new(affiant_library::new_object(class).unwrap()))
}

#[test]
fn expressions_give_typed_values() {
    let family = family();
    let int = Value::Int;
    for (source, result) in [
        ("rent * 12", int(7200)),
        ("client.name.first", Value::text("Ann")),
        ("`${client.name.first} pays ${rent}`", Value::text("Ann pays 600")),
        ("\"Ann\" + \" \" + rent", Value::text("Ann 600")),
        ("children.len()", int(3)),
        ("children[i].age", int(11)),
        ("children[-1].age", int(15)),
        ("children.map(|c| c.age)", Value::List(vec![int(4), int(11), int(15)])),
        ("children.filter(|c| c.age > limit).len()", int(2)),
        ("children.any(|c| c.age > limit)", Value::Bool(true)),
        ("children.all(|c| c.age > limit)", Value::Bool(false)),
        ("children.map(|c, at| at)", Value::List(vec![int(0), int(1), int(2)])),
        ("children.reduce(|sum, c| sum + c.age, 0)", int(30)),
        ("children.find(|c| c.age > 10).age", int(11)),
        ("children.order_by(|a, b| b.age - a.age)[0].age", int(15)),
        ("[3, 1, 2].order_by(|a, b| a - b)", Value::List(vec![int(1), int(2), int(3)])),
        ("let sum = 0; for c in children { sum += c.age } sum", int(30)),
        ("let sum = 0; children.for_each(|c| sum += c.age); sum", int(30)),
        ("children[1] in children", Value::Bool(true)),
        ("client in children", Value::Bool(false)),
        ("children[1] == children[i]", Value::Bool(true)),
        ("client == ()", Value::Bool(false)),
        ("client != ()", Value::Bool(true)),
        ("prices[\"rent\"] + prices[\"heat\"]", int(680)),
        ("prices.keys()", Value::List(vec![Value::text("rent"), Value::text("heat")])),
        ("prices.values()", Value::List(vec![int(600), int(80)])),
        ("prices.len()", int(2)),
        ("\"rent\" in prices", Value::Bool(true)),
        ("\"water\" in prices", Value::Bool(false)),
        ("let all = 0; for key in prices { all += prices[key] } all", int(680)),
        ("True", Value::Bool(true)),
        ("False", Value::Bool(false)),
        ("None", Value::Null),
        ("()", Value::Null),
        ("if True && !False { 1 } else { 2 }", int(1)),
        ("client", Value::Alias(super::path("client"))),
        ("defined(\"rent\")", Value::Bool(true)),
        ("defined(\"income\")", Value::Bool(false)),
        ("DAList()", new("List")),
        ("Individual()", new("Individual")),
        ("let p = Individual(); p.age = 4; p.age", int(4)),
        ("let limit = 3; [5].map(|a| a + limit)", Value::List(vec![int(8)])),
        ("let f = |a| { let limit = 1; a + limit }; f.call(limit)", int(11)),
        ("'a'", Value::text("a")),
        ("(0..3)", Value::List(vec![int(0), int(1), int(2)])),
        ("try { throw \"no\" } catch (e) { e }", Value::Null),
        ("let e = 1; try { 1 / 0 } catch { e = 2 } e", int(2)),
        ("switch rent { 600 => \"ok\", _ => \"no\" }", Value::text("ok")),
        ("fn double(a) { a * 2 } double(rent)", int(1200)),
        ("fn yearly() { rent * 12 } yearly()", int(7200)),
        ("let m = #{run: |a| a + limit}; m.run(1)", int(11)),
    ] {
        assert_eq!(value(&family, source), Ok(result), "{source}");
    }
}

#[test]
fn decimals_stay_exact_and_meet_floats_as_decimals() {
    let fake = Fake::new()
        .with("price", Value::Decimal(dec("19.99")))
        .with("tenth", Value::Decimal(dec("0.1")))
        .with("half", Value::Float(0.5));
    let decimal = |it| Ok(Value::Decimal(it));
    assert_eq!(value(&fake, "price * 12"), decimal(dec("239.88")));
    assert_eq!(value(&fake, "12 * price"), decimal(dec("239.88")));
    assert_eq!(value(&fake, "tenth + tenth + tenth"), decimal(dec("0.3")));
    assert_eq!(value(&fake, "price * half"), decimal(dec("9.995")));
    assert_eq!(value(&fake, "price - 0.99"), decimal(dec("19.00")));
    assert_eq!(value(&fake, "0.5 + price"), decimal(dec("20.49")));
    assert_eq!(value(&fake, "let p = price; p += 0.01; p"), decimal(dec("20.00")));
    assert_eq!(value(&fake, "price > 19.98 && price < 20"), Ok(Value::Bool(true)));
    assert_eq!(value(&fake, "`${price}`"), Ok(Value::text("19.99")));
    assert_eq!(
        told(&fake, "price * (0.0 / 0.0)"),
        "1:7 this calculation has no result: division by zero, or too large a number"
    );
}

#[test]
fn dates_compare_subtract_and_have_parts() {
    let fake = Fake::new()
        .with("start", Value::Date(date(2026, 1, 31)))
        .with("end", Value::Date(date(2026, 3, 1)))
        .with("noon", Value::DateTime(date(2026, 3, 1).at(12, 30, 0, 0)));
    for (source, result) in [
        ("end - start", Value::Int(29)),
        ("start - end", Value::Int(-29)),
        ("end > start", Value::Bool(true)),
        ("end == start", Value::Bool(false)),
        ("end == ()", Value::Bool(false)),
        ("() != end", Value::Bool(true)),
        ("noon > end", Value::Bool(true)),
        ("start + 1", Value::Date(date(2026, 2, 1))),
        ("end - 1", Value::Date(date(2026, 2, 28))),
        ("start.year", Value::Int(2026)),
        ("start.month", Value::Int(1)),
        ("start.day", Value::Int(31)),
        ("start.weekday", Value::Int(6)),
        ("noon.hour", Value::Int(12)),
        ("noon.minute", Value::Int(30)),
        ("`from ${start}`", Value::text("from 31 January 2026")),
        ("[end, start].order_by(|a, b| a < b)[0].month", Value::Int(1)),
    ] {
        assert_eq!(value(&fake, source), Ok(result), "{source}");
    }
    assert_eq!(told(&fake, "start + 9000000000"), "1:7 this is too many days");
    assert_eq!(told(&fake, "start + 6000000"), "1:7 there is no such date");
}

#[test]
fn plain_lists_and_dictionaries_work_like_those_written_in_code() {
    let entries = IndexMap::from([("a".to_owned(), Value::Int(1))]);
    let fake = Fake::new()
        .with("list", Value::List(vec![Value::Int(3), Value::Int(4)]))
        .with("dict", Value::Dict(entries));
    for (source, result) in [
        ("list[1]", Value::Int(4)),
        ("list.len()", Value::Int(2)),
        ("let sum = 0; for it in list { sum += it } sum", Value::Int(7)),
        ("4 in list", Value::Bool(true)),
        ("dict[\"a\"]", Value::Int(1)),
        ("dict.a", Value::Int(1)),
        ("\"a\" in dict", Value::Bool(true)),
        ("dict.keys()", Value::List(vec![Value::text("a")])),
        ("let l = list; l.push(5); l.len()", Value::Int(3)),
    ] {
        assert_eq!(value(&fake, source), Ok(result), "{source}");
    }
}

#[test]
fn an_expression_is_evaluated_as_often_as_one_likes() {
    let script = expression("rent > limit");
    let (low, high) = (family().with("limit", 700), family());
    for _ in 0..3 {
        assert_eq!(script.evaluate(&low.shared(), &Budget::AUTHOR), Ok(Value::Bool(false)));
        assert_eq!(script.evaluate(&high.shared(), &Budget::AUTHOR), Ok(Value::Bool(true)));
    }
}

#[test]
fn named_arguments_stand_in_a_last_dictionary() {
    let fake = Fake::new();
    let said = |source: &str| value(&fake, source);
    let text = |it: &str| Ok(Value::text(it));
    assert_eq!(said("currency(1234.5)"), text("$1,234.50"));
    assert_eq!(said("currency(1234, #{decimals: false})"), text("$1,234"));
    assert_eq!(said("currency(1234, \"€\", #{decimals: false})"), text("€1,234"));
    assert_eq!(
        said("comma_and_list(\"a\", \"b\", \"c\", \"d\", \"e\", \"f\")"),
        text("a, b, c, d, e, and f")
    );
    assert_eq!(told(&fake, "1;\n  currency()"), "2:3 `currency` needs `value`");
    assert_eq!(told(&fake, "currency(1, 2, 3, 4)"), "1:1 `currency` takes at most 3 arguments");
    assert_eq!(
        told(&fake, "1;\n  currency(1, 2, 3, 4, 5)"),
        "2:1 `currency` takes at most 3 arguments"
    );
    assert!(said("currency(#{other: 0})").is_err());
}

#[test]
fn only_what_is_used_is_read() {
    let family = family();
    value(&family, "if rent > 0 { client.name.first } else { income }").unwrap();
    assert_eq!(family.reads(), ["rent", "client", "client.name", "client.name.first"]);
    assert_eq!(value(&family, "false && income"), Ok(Value::Bool(false)));
}

#[test]
fn a_stop_that_is_not_a_fault_cannot_be_caught() {
    let fake = Fake::new();
    let source = "let a = 0; try { a = nope } catch { a = 1 } a = 2; a";
    assert!(matches!(value(&fake, source), Err(Stop::Missing(_))));
}

#[test]
fn methods_of_the_library_belong_to_the_class_of_the_object() {
    let family = family().with("client.name.last", "Lee").with("client.full", "an attribute");
    for (source, result) in [
        ("client.name.lastfirst()", "Lee, Ann"),
        ("client.name.firstlast()", "Ann Lee"),
        ("client.familiar()", "Ann"),
        ("client.full", "an attribute"),
    ] {
        assert_eq!(value(&family, source), Ok(Value::text(result)), "{source}");
    }
    assert_eq!(asks(&self::family(), "client.name.firstlast()"), "client.name.last");
    assert_eq!(asks(&family, "children[0].familiar()"), "children[0].name");
    assert_eq!(told(&family, "1;\nchildren.familiar()"), "2:10 a `List` has no method `familiar`");
    let told = told(&family, "client.possessive()");
    assert_eq!(told, "1:8 `possessive` needs `thing`");
}

#[test]
fn what_a_library_function_asks_of_the_engine_ends_the_script() {
    let fake = Fake::new();
    let refused = value(&fake, "try { validation_error(\"too old\") } catch { 1 }");
    assert!(matches!(refused, Err(Stop::Refused(_))), "{refused:?}");
    let command = value(&fake, "try { command(\"restart\") } catch { 1 } 2");
    assert!(matches!(command, Err(Stop::Command(_))), "{command:?}");
}
