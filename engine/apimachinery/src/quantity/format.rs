//! Writing quantities in canonical form: the largest suffix that leaves no fraction.

use ecow::eco_format;

use super::{Format, NANO};
use crate::Str;

const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

pub(super) fn canonical(nanos: i128, format: Format) -> Str {
    if nanos == 0 {
        return Str::inline("0");
    }
    let small = nanos > -1024 * NANO && nanos < 1024 * NANO;
    match format {
        Format::BinarySi if !small && nanos % NANO == 0 => binary(nanos / NANO),
        Format::BinarySi | Format::DecimalSi => {
            let (mantissa, thousands) = decimal(nanos, DECIMAL.len() - 1);
            eco_format!("{mantissa}{}", DECIMAL[thousands])
        }
        Format::DecimalExponent => match decimal(nanos, usize::MAX) {
            (mantissa, 3) => eco_format!("{mantissa}"),
            (mantissa, thousands) => eco_format!("{mantissa}e{}", thousands as i32 * 3 - 9),
        },
    }
}

fn decimal(nanos: i128, most: usize) -> (i128, usize) {
    let (mut mantissa, mut thousands) = (nanos, 0);
    while mantissa % 1000 == 0 && thousands < most {
        mantissa /= 1000;
        thousands += 1;
    }
    (mantissa, thousands)
}

fn binary(units: i128) -> Str {
    let (mut mantissa, mut power) = (units, 0);
    while mantissa % 1024 == 0 && power < BINARY.len() - 1 {
        mantissa /= 1024;
        power += 1;
    }
    eco_format!("{mantissa}{}", BINARY[power])
}
