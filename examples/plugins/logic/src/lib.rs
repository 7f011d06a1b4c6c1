//! A whole interview: is it worth to object to a parking ticket?

use affiant_plugin::logic::{Answers, Complaint, Datatype, Ending, Field, Logic, Screen, Step};
use affiant_plugin::{Decimal, Failure};

/// Objecting costs about this much in letters and time.
const WORTH: Decimal = Decimal::TEN;

struct Parking;

impl Logic for Parking {
    fn next(answers: &Answers, _language: &str) -> Result<Step, Failure> {
        let Some(fine) = answers.get::<Decimal>("fine")? else {
            let field = Field::new(Datatype::Currency, "fine", "Amount").hint("In whole or part");
            return Ok(Screen::new("fine", "How much are you asked to pay?").field(field).into());
        };
        let Some(reason) = answers.get::<String>("reason")? else {
            let field = Field::new(Datatype::Choice, "reason", "Reason")
                .choice("sign", "There was no sign, or it was covered")
                .choice("paid", "I had paid")
                .choice("none", "None of these");
            return Ok(Screen::new("reason", "What is wrong with the ticket?").field(field).into());
        };
        if reason == "paid" && !answers.has("receipt") {
            let field = Field::new(Datatype::YesNo, "receipt", "I still have the receipt");
            return Ok(Screen::new("receipt", "Can you show it?").field(field).into());
        }
        let has_proof = answers.get("receipt")?.unwrap_or(true);
        let ending = match (reason.as_str(), has_proof, fine > WORTH) {
            ("none", ..) => Ending::new("Pay it", "Nothing that you say makes it invalid."),
            (_, false, _) => Ending::new("Look for the receipt", "Without it you cannot show it."),
            (_, true, false) => {
                Ending::new("Pay it", "You are right, and it costs more to say so.")
            }
            (_, true, true) => Ending::new("Object", "Write within **14 days**, with your proof."),
        };
        Ok(ending.into())
    }

    fn validate(_: &str, answers: &Answers, _: &str) -> Result<Vec<Complaint>, Failure> {
        let fine = answers.get::<Decimal>("fine")?;
        let is_none = fine.is_some_and(|it| it <= Decimal::ZERO);
        let complaint = Complaint::new("fine", "A fine is more than nothing. Look at the ticket.");
        Ok(is_none.then_some(complaint).into_iter().collect())
    }
}

affiant_plugin::export!(logic: Parking);

#[cfg(test)]
mod tests {
    use affiant_plugin::IntoValue as _;

    use super::*;

    #[test]
    fn whoever_paid_and_can_show_it_objects() {
        let mut given = vec![("fine".to_owned(), 55.into_value())];
        let mut titles = Vec::new();
        for (variable, value) in [("reason", "paid".into_value()), ("receipt", true.into_value())] {
            let Ok(Step::Ask(screen)) = Parking::next(&Answers::new(given.clone()), "en") else {
                panic!("nothing is asked");
            };
            titles.push(screen.id);
            given.push((variable.to_owned(), value));
        }
        assert_eq!(titles, ["reason", "receipt"]);
        let end = Parking::next(&Answers::new(given), "en").unwrap();
        assert!(matches!(end, Step::End(it) if it.title == "Object"));
    }
}
