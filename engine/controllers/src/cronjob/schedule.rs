//! When a cron job is due.

use api::batch::v1::CronJob;
use apimachinery::Time;
use component_helpers::cron::Schedule;
use component_helpers::zones::Zone;

/// More missed times than this are worth a warning.
const MISSED_MAX: usize = 100;
/// How many missed times are looked at one by one.
const MISSED_LIMIT: usize = 100_000;

/// What is due.
pub(super) struct Due {
    /// The latest time that has come since the last job.
    pub(super) time: Option<Time>,
    /// The next time to come.
    pub(super) next: Option<Time>,
    /// Whether so many times were missed that something must be wrong.
    pub(super) too_many: bool,
}

/// Why nothing can be due.
pub(super) struct Trouble {
    pub(super) reason: &'static str,
    pub(super) message: String,
}

/// The zone of a cron job's schedule; UTC where it names none that is known.
pub(super) fn zone_of(cron_job: &CronJob) -> Zone {
    let name = cron_job.spec.time_zone.as_deref();
    name.and_then(Zone::find).unwrap_or(Zone::UTC)
}

impl Due {
    /// What is due of a cron job.
    pub(super) fn of(cron_job: &CronJob, now: Time) -> Result<Self, Trouble> {
        let spec = &cron_job.spec;
        if let Some(name) = spec.time_zone.as_deref()
            && Zone::find(name).is_none()
        {
            return Err(Trouble {
                reason: "UnknownTimeZone",
                message: format!("invalid timeZone: {name}: unknown time zone {name}"),
            });
        }
        let schedule = Schedule::parse(&spec.schedule).map_err(|error| Trouble {
            reason: "UnparseableSchedule",
            message: format!("unparseable schedule: {} : {error}", spec.schedule),
        })?;
        let zone = zone_of(cron_job);
        let after = |time: i64| {
            let wall = schedule.next(time + zone.offset(time))?;
            // A clock that is put back shows a time twice; only the first counts.
            Some(zone.time_of(wall)).filter(|next| *next > time)
        };
        let created = cron_job.metadata.creation_timestamp.unix();
        let mut earliest = cron_job
            .status
            .last_schedule_time
            .map_or(created, |time| time.unix());
        if let Some(deadline) = spec.starting_deadline_seconds {
            earliest = earliest.max(now.unix() - deadline);
        }
        let (mut time, mut missed) = (None, 0);
        let mut next = after(earliest);
        while let Some(due) = next.filter(|due| *due <= now.unix()) {
            time = Some(due);
            missed += 1;
            // After a very long pause the rest of the way is taken in one step.
            let from = if missed > MISSED_LIMIT {
                now.unix() - 1
            } else {
                due
            };
            next = after(from);
        }
        Ok(Self {
            time: time.map(Time::from_unix),
            next: next.map(Time::from_unix),
            too_many: missed > MISSED_MAX,
        })
    }
}

/// `2006-01-02T15:04:05+02:00`, as the clocks of a zone show it.
pub(super) fn rfc3339_in(time: Time, zone: Zone) -> String {
    let offset = zone.offset(time.unix());
    let text = Time::from_unix(time.unix() + offset).to_rfc3339();
    if offset == 0 {
        return text.to_string();
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 3600, offset.abs() % 3600 / 60);
    format!(
        "{}{sign}{hours:02}:{minutes:02}",
        text.trim_end_matches('Z')
    )
}

/// `Mon, 02 Jan 2006 15:04:05 +0000`.
pub(super) fn rfc1123z(time: Time) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let day = usize::try_from(time.unix().div_euclid(86_400).rem_euclid(7)).unwrap_or(0);
    let text = time.to_rfc3339();
    // 2006-01-02T15:04:05Z
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let month: usize = part(5..7).parse().unwrap_or(1);
    let month = MONTHS
        .get(month.saturating_sub(1))
        .copied()
        .unwrap_or_default();
    let (date, year, clock) = (part(8..10), part(0..4), part(11..19));
    format!("{}, {date} {month} {year} {clock} +0000", DAYS[day])
}
