//! What is asked of the archive, from a query string.

use crate::archive::finished::{Filter, MAX_COUNTED, MAX_QUERY_CHARS, Order, PAGE_ITEMS, Query};
use crate::checks::Check;
use crate::serve::http::{ApiError, Parameters};

/// The last page of results that is shown.
pub(super) const MAX_PAGE: usize = MAX_COUNTED / PAGE_ITEMS;

/// A search, and which page of its results is wanted.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub query: Query,
    /// From 1.
    pub page: usize,
}

impl Asked {
    /// Reads the parameters; those that are empty are missing, as a form sends them.
    pub(super) fn of(parameters: &Parameters) -> Result<Self, ApiError> {
        let words = parameters.text("q").unwrap_or_default();
        if words.chars().count() > MAX_QUERY_CHARS {
            return Err(ApiError::bad(format!(
                "Invalid request: q has more than {MAX_QUERY_CHARS} characters"
            )));
        }
        let day = |name: &str| match parameters.text(name) {
            Some(day) if !is_day(&day) => Err(ApiError::bad(format!(
                "Invalid request: {name} is not a day such as 2023-08-29"
            ))),
            day => Ok(day),
        };
        let flag = parameters.text("flag").map(|name| {
            let unknown = || ApiError::bad("Invalid request: flag is not the name of a check");
            Check::from_name(&name).ok_or_else(unknown)
        });
        let order = match parameters.text("order").as_deref() {
            None | Some("rank") => Order::Rank,
            Some("day") => Order::Day,
            Some(_) => return Err(ApiError::bad("Invalid request: order is rank or day")),
        };
        let page = match parameters.text("page").map(|page| page.parse::<usize>()) {
            None => 1,
            Some(Ok(page)) if (1..=MAX_PAGE).contains(&page) => page,
            Some(_) => {
                let message = format!("Invalid request: page is a number from 1 to {MAX_PAGE}");
                return Err(ApiError::bad(message));
            }
        };
        Ok(Self {
            query: Query {
                words,
                filter: Filter {
                    from: day("from")?,
                    to: day("to")?,
                    section: parameters.text("section"),
                    outlet: parameters.text("outlet"),
                    flag: flag.transpose()?,
                },
                order,
            },
            page,
        })
    }
}

fn is_day(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        (part.len(), part.parse::<u32>().ok().filter(|_| is_number))
    });
    let mut next = || parts.next();
    let is_day = matches!(next(), Some((4, Some(_))))
        && matches!(next(), Some((2, Some(1..=12))))
        && matches!(next(), Some((2, Some(1..=31))));
    is_day && next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_year_a_month_and_a_day() {
        assert!(is_day("2023-08-29") && is_day("0001-12-31"));
        for other in [
            "",
            "2023",
            "2023-8-29",
            "2023-13-01",
            "2023-00-10",
            "2023-01-32",
            "2023-01-01-",
            "+023-01-01",
            "2023-01-01'",
            "٢٠٢٣-01-01",
        ] {
            assert!(!is_day(other), "{other}");
        }
    }
}
