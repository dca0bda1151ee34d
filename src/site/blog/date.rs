//! Dates of posts: read as YAML writes them, shown by the patterns of CLDR
//! (Unicode Technical Standard 35, part 4, section 8).

use std::iter::Peekable;
use std::str::Chars;

use crate::site::strings::Strings;

/// A day, perhaps with a time, as an author wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    year: i64,
    month: i64,
    day: i64,
    /// Since midnight.
    seconds: i64,
    /// How far its clock is ahead of UTC, in seconds.
    ahead: i64,
}

impl Date {
    /// Reads `2024-08-19`, perhaps with a time and a zone behind it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
        let (day, time) = text.split_at(end);
        let mut parts = day.splitn(3, '-').map(number);
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let mut date = Self {
            year,
            month,
            day,
            seconds: 0,
            ahead: 0,
        };
        let length = days(year, month + 1, 1) - days(year, month, 1);
        if !(1..=12).contains(&month)
            || !(1..=length).contains(&day)
            || !(1..10_000).contains(&year)
        {
            return None;
        }
        let time = time.trim_start_matches(['T', 't', ' ']);
        if !time.is_empty() {
            let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
            let (clock, zone) = time.split_at(zone);
            date.seconds = clock_time(clock.trim())?;
            date.ahead = match zone.trim() {
                "" | "Z" | "z" => 0,
                zone => clock_time(&zone[1..])? * if zone.starts_with('-') { -1 } else { 1 },
            };
        }
        Some(date)
    }

    /// Seconds since 1970 in UTC.
    pub fn instant(self) -> i64 {
        days(self.year, self.month, self.day) * 86_400 + self.seconds - self.ahead
    }

    /// The day as `2024-08-19`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// The date by a pattern such as `d MMMM yyyy`, or by one of the names
    /// `full`, `long`, `medium` and `short`, in the words of a language.
    pub fn shown(self, pattern: &str, strings: &Strings) -> String {
        let named = match pattern {
            "full" | "long" | "medium" | "short" => strings.get(&format!("date_{pattern}")),
            _ => pattern,
        };
        let mut out = String::new();
        let mut chars = named.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\'' {
                out.push_str(&quoted(&mut chars));
                continue;
            }
            let mut count = 1;
            while chars.next_if_eq(&c).is_some() {
                count += 1;
            }
            match self.field(c, count, strings) {
                Some(text) => out.push_str(&text),
                None => out.extend(std::iter::repeat_n(c, count)),
            }
        }
        out
    }

    /// What the letter `c`, written `count` times, stands for.
    fn field(self, c: char, count: usize, strings: &Strings) -> Option<String> {
        let padded = |value: i64| format!("{value:0count$}");
        let hour = self.seconds / 3600;
        Some(match (c, count) {
            ('y' | 'Y', 2) => format!("{:02}", self.year % 100),
            ('y' | 'Y', _) => padded(self.year),
            ('M' | 'L', 3) => nth(strings.get("months_short"), self.month - 1),
            ('M' | 'L', 4) => nth(strings.get("months"), self.month - 1),
            ('M' | 'L', _) => padded(self.month),
            ('d', _) => padded(self.day),
            ('E', 4) => nth(strings.get("weekdays"), self.weekday()),
            ('E', _) => nth(strings.get("weekdays_short"), self.weekday()),
            ('H', _) => padded(hour),
            ('h', _) => padded((hour + 11) % 12 + 1),
            ('m', _) => padded(self.seconds / 60 % 60),
            ('s', _) => padded(self.seconds % 60),
            ('a', _) => (if hour < 12 { "AM" } else { "PM" }).to_owned(),
            _ => return None,
        })
    }

    /// 0 for a Monday.
    fn weekday(self) -> i64 {
        (days(self.year, self.month, self.day) + 3).rem_euclid(7)
    }
}

/// What stands up to the next quote; two of them are one that is meant.
fn quoted(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut out = String::new();
    if chars.next_if_eq(&'\'').is_some() {
        return "'".to_owned();
    }
    while let Some(c) = chars.next() {
        if c == '\'' && chars.next_if_eq(&'\'').is_none() {
            break;
        }
        out.push(c);
    }
    out
}

fn number(text: &str) -> Option<i64> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// `14:30`, `14:30:05.2`, `0200` or `2`, in seconds.
fn clock_time(text: &str) -> Option<i64> {
    let whole = text.split('.').next()?;
    let parts: Option<Vec<i64>> = match whole.len() {
        4 if !whole.contains(':') => vec![number(&whole[..2]), number(&whole[2..])]
            .into_iter()
            .collect(),
        _ => whole.split(':').map(number).collect(),
    };
    let parts = parts?;
    let limits = [24, 60, 60];
    let fits = parts.len() <= 3 && parts.iter().zip(limits).all(|(part, limit)| *part < limit);
    let units = [3600, 60, 1];
    fits.then(|| {
        parts
            .iter()
            .zip(units)
            .map(|(part, unit)| part * unit)
            .sum()
    })
}

/// The name at a place in a list with `|` between the names.
fn nth(names: &str, at: i64) -> String {
    let at = usize::try_from(at).unwrap_or_default();
    names.split('|').nth(at).unwrap_or_default().to_owned()
}

/// Days from 1970 to a day of the Gregorian calendar, whose year is taken to
/// begin in March: the leap day is then its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = (
        year + (month - 3).div_euclid(12),
        (month - 3).rem_euclid(12),
    );
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (month * 153 + 2) / 5 + day - 719_469
}

#[cfg(test)]
mod tests {
    use super::Date;
    use crate::site::strings::Strings;

    fn words(language: &str) -> Strings {
        Strings::built_in(language)
    }

    #[test]
    fn a_date_is_read_as_yaml_writes_it() {
        let instant = |text: &str| Date::parse(text).map(Date::instant);
        assert_eq!(instant("1970-01-01"), Some(0));
        assert_eq!(instant("2024-02-29"), Some(1_709_164_800));
        assert_eq!(instant("2024-02-29 01:30:00"), Some(1_709_170_200));
        assert_eq!(instant("2024-02-29T01:30:00+01:30"), Some(1_709_164_800));
        assert_eq!(instant("2024-02-29t01:30:00.5 -0130"), Some(1_709_175_600));
        assert_eq!(instant("2024-2-29"), Some(1_709_164_800));
        for wrong in [
            "2023-02-29",
            "2024-13-01",
            "19.8.2024",
            "soon",
            "",
            "2024-08-19 25:00",
        ] {
            assert_eq!(instant(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_date_is_shown_in_the_book_s_language() {
        let date = Date::parse("2024-08-05 09:07").unwrap();
        let shown = |pattern: &str, language: &str| date.shown(pattern, &words(language));
        assert_eq!(shown("long", "en"), "August 5, 2024");
        assert_eq!(shown("full", "de"), "Montag, 5. August 2024");
        assert_eq!(shown("long", "es"), "5 de agosto de 2024");
        assert_eq!(shown("medium", "fr"), "5 août 2024");
        assert_eq!(shown("long", "ja"), "2024年8月5日");
        assert_eq!(shown("yyyy/MM/dd", "en"), "2024/08/05");
        assert_eq!(
            shown("EEE d MMM yy, HH:mm 'o''clock'", "en"),
            "Mon 5 Aug 24, 09:07 o'clock"
        );
        assert_eq!(
            Date::parse("2000-03-01")
                .unwrap()
                .shown("EEEE", &words("en")),
            "Wednesday"
        );
    }
}
