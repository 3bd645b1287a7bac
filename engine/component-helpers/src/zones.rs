//! Time zones by their names in the IANA database: the ones that people mostly use, by the rules of today.
//!
//! Not here: the rest of the database, and how zones were in the past.

use crate::cron::civil;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// When clocks are put forward by an hour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Summer {
    Never,
    /// From the last Sunday of March to that of October, at 01:00 UTC.
    Europe,
    /// From the second Sunday of March to the first of November, at 02:00 of the local time.
    America,
    /// From the first Sunday of October to the first of April, at 02:00 standard time.
    Australia,
}

/// Names, minutes ahead of UTC, summer time.
const ZONES: &[(&[&str], i64, Summer)] = &[
    (
        &[
            "UCT",
            "Universal",
            "Zulu",
            "Greenwich",
            "GMT0",
            "GMT+0",
            "GMT-0",
            "Iceland",
            "UTC",
            "Etc/UTC",
            "GMT",
            "Etc/GMT",
            "Africa/Abidjan",
            "Africa/Accra",
            "Atlantic/Reykjavik",
        ],
        0,
        Summer::Never,
    ),
    (
        &[
            "GB",
            "GB-Eire",
            "Eire",
            "Portugal",
            "Europe/London",
            "Europe/Dublin",
            "Europe/Lisbon",
            "WET",
        ],
        0,
        Summer::Europe,
    ),
    (
        &[
            "CET",
            "MET",
            "Europe/Amsterdam",
            "Europe/Belgrade",
            "Europe/Berlin",
            "Europe/Bratislava",
            "Europe/Brussels",
            "Europe/Budapest",
            "Europe/Copenhagen",
            "Europe/Ljubljana",
            "Europe/Luxembourg",
            "Europe/Madrid",
            "Europe/Oslo",
            "Europe/Paris",
            "Europe/Prague",
            "Europe/Rome",
            "Europe/Stockholm",
            "Europe/Vienna",
            "Poland",
            "Europe/Warsaw",
            "Europe/Zagreb",
            "Europe/Zurich",
        ],
        60,
        Summer::Europe,
    ),
    (
        &["Africa/Lagos", "Africa/Algiers", "Africa/Tunis"],
        60,
        Summer::Never,
    ),
    (
        &[
            "EET",
            "Europe/Athens",
            "Europe/Bucharest",
            "Europe/Helsinki",
            "Europe/Kiev",
            "Europe/Kyiv",
            "Europe/Riga",
            "Europe/Sofia",
            "Europe/Tallinn",
            "Europe/Vilnius",
        ],
        120,
        Summer::Europe,
    ),
    (
        &[
            "Africa/Johannesburg",
            "Africa/Maputo",
            "Africa/Tripoli",
            "Europe/Kaliningrad",
        ],
        120,
        Summer::Never,
    ),
    (
        &[
            "Africa/Nairobi",
            "Asia/Baghdad",
            "Asia/Riyadh",
            "Europe/Istanbul",
            "Europe/Minsk",
            "Europe/Moscow",
        ],
        180,
        Summer::Never,
    ),
    (&["Asia/Tehran"], 210, Summer::Never),
    (
        &["Asia/Baku", "Asia/Dubai", "Asia/Tbilisi", "Asia/Yerevan"],
        240,
        Summer::Never,
    ),
    (&["Asia/Kabul"], 270, Summer::Never),
    (
        &[
            "Asia/Karachi",
            "Asia/Tashkent",
            "Asia/Yekaterinburg",
            "Asia/Almaty",
        ],
        300,
        Summer::Never,
    ),
    (
        &["Asia/Calcutta", "Asia/Colombo", "Asia/Kolkata"],
        330,
        Summer::Never,
    ),
    (&["Asia/Kathmandu"], 345, Summer::Never),
    (&["Asia/Dhaka", "Asia/Omsk"], 360, Summer::Never),
    (&["Asia/Yangon"], 390, Summer::Never),
    (
        &[
            "Asia/Bangkok",
            "Asia/Ho_Chi_Minh",
            "Asia/Jakarta",
            "Asia/Novosibirsk",
        ],
        420,
        Summer::Never,
    ),
    (
        &[
            "Asia/Hong_Kong",
            "Asia/Kuala_Lumpur",
            "Asia/Manila",
            "Asia/Shanghai",
            "Asia/Singapore",
            "Asia/Taipei",
            "Australia/Perth",
            "PRC",
        ],
        480,
        Summer::Never,
    ),
    (&["Asia/Seoul", "Asia/Tokyo", "Japan"], 540, Summer::Never),
    (&["Australia/Darwin"], 570, Summer::Never),
    (&["Australia/Adelaide"], 570, Summer::Australia),
    (
        &["Asia/Vladivostok", "Australia/Brisbane"],
        600,
        Summer::Never,
    ),
    (
        &[
            "Australia/Canberra",
            "Australia/Hobart",
            "Australia/Melbourne",
            "Australia/Sydney",
        ],
        600,
        Summer::Australia,
    ),
    (&["Atlantic/Azores"], -60, Summer::Europe),
    (
        &[
            "America/Argentina/Buenos_Aires",
            "America/Buenos_Aires",
            "America/Montevideo",
            "America/Sao_Paulo",
        ],
        -180,
        Summer::Never,
    ),
    (&["America/St_Johns"], -210, Summer::America),
    (
        &["America/Halifax", "Atlantic/Bermuda", "Canada/Atlantic"],
        -240,
        Summer::America,
    ),
    (
        &["America/Caracas", "America/La_Paz", "America/Puerto_Rico"],
        -240,
        Summer::Never,
    ),
    (
        &[
            "America/Detroit",
            "America/New_York",
            "America/Toronto",
            "Canada/Eastern",
            "EST5EDT",
            "US/Eastern",
        ],
        -300,
        Summer::America,
    ),
    (
        &[
            "America/Bogota",
            "America/Jamaica",
            "America/Lima",
            "America/Panama",
            "EST",
        ],
        -300,
        Summer::Never,
    ),
    (
        &[
            "America/Chicago",
            "America/Winnipeg",
            "CST6CDT",
            "Canada/Central",
            "US/Central",
        ],
        -360,
        Summer::America,
    ),
    (
        &[
            "America/Costa_Rica",
            "America/Guatemala",
            "America/Mexico_City",
        ],
        -360,
        Summer::Never,
    ),
    (
        &[
            "America/Boise",
            "America/Denver",
            "America/Edmonton",
            "Canada/Mountain",
            "MST7MDT",
            "Navajo",
            "US/Mountain",
        ],
        -420,
        Summer::America,
    ),
    (
        &["America/Phoenix", "MST", "US/Arizona"],
        -420,
        Summer::Never,
    ),
    (
        &[
            "America/Los_Angeles",
            "America/Tijuana",
            "America/Vancouver",
            "Canada/Pacific",
            "PST8PDT",
            "US/Pacific",
        ],
        -480,
        Summer::America,
    ),
    (&["America/Anchorage", "US/Alaska"], -540, Summer::America),
    (
        &["HST", "Pacific/Honolulu", "US/Hawaii"],
        -600,
        Summer::Never,
    ),
];

/// A time zone.
#[derive(Clone, Copy)]
pub struct Zone {
    minutes: i64,
    summer: Summer,
}

impl Zone {
    /// The zone in which clusters live.
    pub const UTC: Self = Self {
        minutes: 0,
        summer: Summer::Never,
    };

    /// The zone of that name, if it is known here.
    pub fn find(name: &str) -> Option<Self> {
        let found = ZONES.iter().find(|(names, ..)| names.contains(&name))?;
        Some(Self {
            minutes: found.1,
            summer: found.2,
        })
    }

    /// How many seconds the zone's clocks are ahead of UTC, at a time in seconds since 1970.
    pub fn offset(self, time: i64) -> i64 {
        let standard = self.minutes * 60;
        let (year, ..) = civil(time.div_euclid(DAY));
        let summer = match self.summer {
            Summer::Never => false,
            Summer::Europe => {
                let from = last_sunday(year, 3) * DAY + HOUR;
                (from..last_sunday(year, 10) * DAY + HOUR).contains(&time)
            }
            Summer::America => {
                let from = sunday(year, 3, 2) * DAY + 2 * HOUR - standard;
                let to = sunday(year, 11, 1) * DAY + HOUR - standard;
                (from..to).contains(&time)
            }
            Summer::Australia => {
                let to = sunday(year, 4, 1) * DAY + 2 * HOUR - standard;
                let from = sunday(year, 10, 1) * DAY + 2 * HOUR - standard;
                !(to..from).contains(&time)
            }
        };
        standard + if summer { HOUR } else { 0 }
    }

    /// The time in seconds since 1970 at which the zone's clocks show `wall`. A time that clocks skip is the one after it.
    pub fn time_of(self, wall: i64) -> i64 {
        let guess = wall - self.offset(wall - self.minutes * 60);
        // Around a change the offset at the guess is the right one.
        wall - self.offset(guess)
    }
}

/// The day, from 1 January 1970, of the first day of a month.
fn first_of(year: i64, month: i64) -> i64 {
    let mut day = (year - 1970) * 365 + (month - 1) * 30 - 40;
    while civil(day) != (year, month, 1) {
        day += 1;
    }
    day
}

fn sunday(year: i64, month: i64, number: i64) -> i64 {
    let first = first_of(year, month);
    // 1970-01-01 was a Thursday.
    first + (3 - first).rem_euclid(7) + (number - 1) * 7
}

fn last_sunday(year: i64, month: i64) -> i64 {
    let last = first_of(year, month + 1) - 1;
    last - (last - 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_begins_and_ends() {
        let hours = |name: &str, time: i64| Zone::find(name).unwrap().offset(time) / HOUR;
        // 2026-03-29 01:00 UTC and 2026-10-25 01:00 UTC.
        assert_eq!(hours("Europe/Berlin", 1_774_746_000 - 1), 1);
        assert_eq!(hours("Europe/Berlin", 1_774_746_000), 2);
        assert_eq!(hours("Europe/Berlin", 1_792_890_000), 1);
        // 2026-03-08 07:00 UTC and 2026-11-01 06:00 UTC.
        assert_eq!(hours("America/New_York", 1_772_953_200 - 1), -5);
        assert_eq!(hours("America/New_York", 1_772_953_200), -4);
        assert_eq!(hours("America/New_York", 1_793_512_800), -5);
        assert_eq!(hours("Australia/Sydney", 1_767_225_600), 11);
        assert!(Zone::find("Moon/Base").is_none());
    }

    #[test]
    fn walls_and_times_agree() {
        let zone = Zone::find("Europe/Berlin").unwrap();
        for time in [1_767_225_600, 1_774_746_000, 1_782_000_000] {
            assert_eq!(zone.time_of(time + zone.offset(time)), time);
        }
    }
}
