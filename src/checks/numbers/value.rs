//! The exact value of a number, of any size.

/// A non-negative decimal number, `digits × 10^exponent`, in the one form that equality needs: no
/// leading and no trailing zero among the digits. Kept as text, it has no largest value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// The number written `whole.fraction`; both are ASCII digits, or empty.
    pub(super) fn written(whole: &str, fraction: &str) -> Decimal {
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0').trim_end_matches('0');
        let zeros = digits.len() - digits.trim_end_matches('0').len();
        let exponent = zeros as i64 - fraction.len() as i64;
        let exponent = if significant.is_empty() { 0 } else { exponent };
        Decimal {
            digits: significant.to_owned(),
            exponent,
        }
    }

    pub(super) fn integer(value: u64) -> Decimal {
        Decimal::written(&value.to_string(), "")
    }

    /// The number times 10^`places`.
    pub(super) fn scaled(&self, places: u32) -> Decimal {
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.exponent + i64::from(places)
        };
        Decimal {
            digits: self.digits.clone(),
            exponent,
        }
    }

    /// The number divided by 10^`places`.
    pub(super) fn parts(&self, places: u32) -> Decimal {
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.exponent - i64::from(places)
        };
        Decimal {
            digits: self.digits.clone(),
            exponent,
        }
    }

    /// The number times `factor`; `None` if it has too many digits.
    pub(super) fn times(&self, factor: u64) -> Option<Decimal> {
        if self.digits.is_empty() {
            return Some(self.clone());
        }
        let product = self.digits.parse::<u64>().ok()?.checked_mul(factor)?;
        let mut product = Decimal::integer(product);
        product.exponent = product.exponent.checked_add(self.exponent)?;
        Some(product)
    }

    /// The number in units of 10^`power`, as `3.2`; `None` if that has more than `max` digits.
    pub(super) fn written_in(&self, power: u32, max: usize) -> Option<String> {
        let places = self.exponent.checked_sub(i64::from(power))?;
        if self.digits.is_empty() {
            return Some(String::from("0"));
        }
        let zeros = usize::try_from(places.unsigned_abs()).ok()?;
        if zeros.max(self.digits.len()) > max {
            return None;
        }
        if places >= 0 {
            let written = format!("{}{}", self.digits, "0".repeat(zeros));
            return (written.len() <= max).then_some(written);
        }
        let padded = format!("{}{}", "0".repeat(zeros), self.digits);
        let (whole, fraction) = padded.split_at(padded.len() - zeros);
        match whole.trim_start_matches('0') {
            "" => Some(format!("0.{fraction}")),
            whole => Some(format!("{whole}.{fraction}")),
        }
    }

    /// The number as an integer; `None` where it has a fraction or is too large.
    pub(super) fn to_integer(&self) -> Option<u64> {
        if self.digits.is_empty() {
            return Some(0);
        }
        let power = 10u64.checked_pow(u32::try_from(self.exponent).ok()?)?;
        self.digits.parse::<u64>().ok()?.checked_mul(power)
    }

    /// The integer part; `None` if it is too large.
    pub(super) fn floor(&self) -> Option<u64> {
        let fraction = usize::try_from(self.exponent.min(0).unsigned_abs()).ok()?;
        let whole = self.digits.len().checked_sub(fraction)?;
        if fraction == 0 {
            return self.to_integer();
        }
        self.digits.get(..whole)?.parse().ok()
    }

    /// The sum of two integers; `None` if one of them is not an integer, or the sum is too large.
    pub(super) fn plus(&self, other: &Decimal) -> Option<Decimal> {
        let sum = self.to_integer()?.checked_add(other.to_integer()?)?;
        Some(Decimal::integer(sum))
    }
}

/// A value that a mention of a number may have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Value {
    Number(Decimal),
    /// A month by its number: `08` in a date, `тамыз`, `August`. Kept apart from the number 8.
    Month(u8),
    /// A time of the day, on the clock of 24 hours or of 12.
    Time {
        hour: u8,
        minute: u8,
    },
    /// A fraction in lowest terms whose decimals have no end: ⅔, 4⅔.
    Ratio {
        numerator: u64,
        denominator: u64,
    },
    /// How long something takes, in seconds: 1.5 hours and 90 minutes are as long.
    Seconds(Decimal),
    /// The same in months, which are of no fixed length.
    Months(Decimal),
}

impl Value {
    pub(super) fn integer(value: u64) -> Value {
        Value::Number(Decimal::integer(value))
    }

    /// The value of a fraction; `None` if nothing can be divided so.
    pub(super) fn rational(numerator: u64, denominator: u64) -> Option<Value> {
        let divisor = (1..=denominator.min(1000)).rev().find(|divisor| {
            numerator.is_multiple_of(*divisor) && denominator.is_multiple_of(*divisor)
        })?;
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        for places in 0..=3 {
            let scaled = numerator.checked_mul(10u64.pow(places))?;
            if scaled.is_multiple_of(denominator) {
                let value = Decimal::integer(scaled / denominator).parts(places);
                return Some(Value::Number(value));
            }
        }
        Some(Value::Ratio {
            numerator,
            denominator,
        })
    }

    /// The value as an integer; `None` if it is not one.
    pub(super) fn to_integer(&self) -> Option<u64> {
        if let Value::Number(number) = self {
            number.to_integer()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_form() {
        assert_eq!(
            Decimal::written("3200000000", ""),
            Decimal::written("3", "2").scaled(9)
        );
        assert_eq!(Decimal::written("007", "50"), Decimal::written("7", "5"));
        assert_eq!(Decimal::written("0", "0"), Decimal::integer(0).scaled(6));
        assert_ne!(Decimal::written("1", "5"), Decimal::written("15", ""));
    }

    #[test]
    fn a_number_is_written_in_units_of_any_power_of_ten() {
        let number = Decimal::written("3200000000", "");
        let written = [0, 6, 9, 12].map(|power| number.written_in(power, 15).unwrap());
        assert_eq!(written, ["3200000000", "3200", "3.2", "0.0032"]);
        assert_eq!(
            Decimal::written("46", "05").written_in(0, 15).unwrap(),
            "46.05"
        );
        assert_eq!(Decimal::integer(0).written_in(6, 15).unwrap(), "0");
        assert_eq!(number.written_in(0, 5), None);
    }

    #[test]
    fn fractions_are_decimals_where_these_have_an_end() {
        let number = |whole, digits| Some(Value::Number(Decimal::written(whole, digits)));
        assert_eq!(Value::rational(3, 4), number("0", "75"));
        assert_eq!(Value::rational(9, 2), number("4", "5"));
        assert_eq!(Value::rational(4, 6), Value::rational(2, 3));
        assert_ne!(Value::rational(14, 3), Value::rational(13, 3));
        assert_eq!(Value::rational(1, 0), None);
    }

    #[test]
    fn a_product_is_exact_or_none() {
        let hours = Decimal::written("1", "5");
        assert_eq!(hours.times(3600), Decimal::integer(90).times(60));
        assert_eq!(Decimal::integer(u64::MAX).times(2), None);
    }

    #[test]
    fn sums_are_of_integers_and_never_overflow() {
        let thousand = Decimal::integer(7).scaled(3);
        assert_eq!(
            thousand.plus(&Decimal::integer(154)),
            Some(Decimal::integer(7154))
        );
        assert_eq!(thousand.plus(&Decimal::written("0", "5")), None);
        assert_eq!(Decimal::integer(u64::MAX).plus(&Decimal::integer(1)), None);
        assert_eq!(Decimal::written(&"9".repeat(1000), "").to_integer(), None);
    }
}
