//! The one date we read of a certificate.

/// The last day of a certificate in DER, in seconds since 1970.
#[must_use]
pub fn not_after(certificate: &[u8]) -> Option<i64> {
    let (_, body, _) = tlv(certificate)?;
    let (_, mut rest, _) = tlv(body)?;
    // Version (only where present), serial number, algorithm, issuer; then the validity.
    let before = if rest.first() == Some(&0xa0) { 4 } else { 3 };
    for _ in 0..before {
        rest = tlv(rest)?.2;
    }
    let (_, validity, _) = tlv(rest)?;
    let (_, _, end) = tlv(validity)?;
    let (tag, text, _) = tlv(end)?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let digits = match tag {
        0x17 => format!("{}{text}", if text.get(..2)?.parse::<u8>().ok()? >= 50 { "19" } else { "20" }),
        0x18 => text.to_owned(),
        _ => return None,
    };
    let part = |at: usize, n: usize| digits.get(at..at + n)?.parse::<i16>().ok();
    let small = |at: usize| i8::try_from(part(at, 2)?).ok();
    let civil =
        jiff::civil::DateTime::new(part(0, 4)?, small(4)?, small(6)?, small(8)?, small(10)?, small(12)?, 0).ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// One element of DER: tag, content, what follows.
fn tlv(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, first, rest) = (*bytes.first()?, *bytes.get(1)?, bytes.get(2..)?);
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let number = rest.get(..count).filter(|n| (1..=4).contains(&n.len()))?;
        (number.iter().fold(0, |n, b| n << 8 | usize::from(*b)), rest.get(count..)?)
    };
    Some((tag, rest.get(..length)?, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_certificates_have_no_date() {
        assert_eq!(not_after(&[]), None);
        assert_eq!(not_after(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30]), None);
        assert_eq!(not_after(&[0x30, 0x02, 0x30, 0x00]), None);
    }
}
