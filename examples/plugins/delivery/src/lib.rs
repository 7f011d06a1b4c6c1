//! Sends finished documents to the filing system of a court, once each.

use affiant_plugin::delivery::{Delivery, Outcome, Parcel};
use affiant_plugin::http::{Method, Problem, Request, Response};
use affiant_plugin::{Failure, documents};

const FILINGS: &str = "https://filing.court.example/v1/filings/";

/// When to try again after the court was not there.
const LATER: u32 = 15 * 60;

struct Filing;

impl Delivery for Filing {
    fn deliver(parcel: Parcel) -> Result<Outcome, Failure> {
        let mut number = String::new();
        for (place, file) in (1..).zip(&parcel.files) {
            // The same address for every try: the court takes it as the same filing.
            let mut request = Request::new(Method::Put, format!("{FILINGS}{}/{place}", parcel.id))
                .header("authorization", "Bearer {{secret:token}}")
                .header("content-type", &file.media_type)
                .header("x-court", &parcel.to);
            request.body = documents::read(file)?;
            match sent(request.send())? {
                Outcome::Delivered(it) => number = it,
                other => return Ok(other),
            }
        }
        Ok(Outcome::Delivered(number))
    }
}

affiant_plugin::export!(delivery: Filing);

/// What an answer of the court means.
fn sent(answer: Result<Response, Problem>) -> Result<Outcome, Failure> {
    let answer = match answer {
        Err(Problem::Denied(denied)) => return Err(denied.into()),
        Err(Problem::Unreachable | Problem::TooSlow | Problem::TooLarge) => {
            return Ok(Outcome::Later(LATER));
        }
        Ok(answer) => answer,
    };
    Ok(match answer.status {
        200..300 => Outcome::Delivered(answer.text().trim().to_owned()),
        429 | 500.. => Outcome::Later(LATER),
        _ => Outcome::Refused("The court did not take the documents. Ask its office.".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_of_the_court_means_something() {
        let answer = |status, body: &str| {
            let body = body.as_bytes().to_vec();
            sent(Ok(Response { status, headers: Vec::new(), body })).unwrap()
        };
        assert_eq!(answer(201, "AZ 12\n"), Outcome::Delivered("AZ 12".to_owned()));
        assert_eq!(answer(503, ""), Outcome::Later(LATER));
        assert!(matches!(answer(403, ""), Outcome::Refused(_)));
        assert_eq!(sent(Err(Problem::TooSlow)), Ok(Outcome::Later(LATER)));
    }
}
