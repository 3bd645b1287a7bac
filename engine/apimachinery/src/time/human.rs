//! Ages for people: the `5d3h` of the AGE column.

use ecow::eco_format;

use crate::Str;

/// Two or three significant figures of a span in seconds (`util/duration.HumanDuration`).
pub fn human_duration(seconds: i64) -> Str {
    let two = |big: i64, unit: char, small: i64, small_unit: char| match small {
        0 => eco_format!("{big}{unit}"),
        small => eco_format!("{big}{unit}{small}{small_unit}"),
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        ..-1 => "<invalid>".into(),
        -1 => "0s".into(),
        0..120 => eco_format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => eco_format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => eco_format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => eco_format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, 'y', days % 365, 'd'),
        _ => eco_format!("{}y", days / 365),
    }
}

/// One significant figure of a span in seconds (`util/duration.ShortHumanDuration`).
pub fn short_human_duration(seconds: i64) -> Str {
    match seconds {
        ..-1 => "<invalid>".into(),
        -1 => "0s".into(),
        0..60 => eco_format!("{seconds}s"),
        60..3_600 => eco_format!("{}m", seconds / 60),
        3_600..86_400 => eco_format!("{}h", seconds / 3600),
        86_400..31_536_000 => eco_format!("{}d", seconds / 86_400),
        _ => eco_format!("{}y", seconds / 31_536_000),
    }
}

#[cfg(test)]
mod tests {
    use super::human_duration;

    #[test]
    fn ages() {
        for (seconds, text) in [
            (-2, "<invalid>"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (600, "10m"),
            (10_799, "179m"),
            (10_800, "3h"),
            (11_100, "3h5m"),
            (28_800, "8h"),
            (172_800, "2d"),
            (176_400, "2d1h"),
            (691_200, "8d"),
            (63_072_000, "2y"),
            (63_158_400, "2y1d"),
            (252_288_000, "8y"),
        ] {
            assert_eq!(human_duration(seconds), text, "{seconds}");
        }
    }
}
