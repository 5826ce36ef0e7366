//! Dates without a time, for `until`.

use std::fmt;

use toml::value::Datetime;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    year: i64,
    month: u8,
    day: u8,
}

impl Date {
    /// The date of a TOML value, without its time. `None` for a time without a date.
    pub(crate) fn of_toml(written: &Datetime) -> Option<Self> {
        let date = written.date?;
        Some(Date { year: i64::from(date.year), month: date.month, day: date.day })
    }

    /// The date in UTC, given the seconds since 1970. The algorithm is Howard Hinnant's `civil_from_days`. It counts
    /// years from March, so that a leap day is the last day of a year.
    pub(crate) fn of_unix_time(seconds: u64) -> Self {
        let days = i64::try_from(seconds / 86_400).unwrap_or(i64::MAX / 2) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |number: i64| u8::try_from(number).unwrap_or(u8::MAX);
        Date { year, month: small(month), day: small(day) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unix_times_become_calendar_dates() {
        let day = |seconds| Date::of_unix_time(seconds).to_string();
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_399), "2000-02-28");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(951_868_800), "2000-03-01");
        assert_eq!(day(1_798_761_599), "2026-12-31");
        assert_eq!(day(4_107_542_400), "2100-03-01");
    }

    #[test]
    fn later_dates_are_greater() {
        let read = |text: &str| Date::of_toml(&text.parse().expect("a date")).expect("a day");
        assert!(read("2026-12-31") < read("2027-01-01"));
        assert_eq!(read("2027-01-31T10:00:00Z"), read("2027-01-31"));
    }
}
