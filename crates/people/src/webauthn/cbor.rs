//! As much of CBOR (RFC 8949) as authenticators write: whole lengths, no tags, a bound on depth.

/// Deepest nesting read.
const DEEPEST: usize = 6;

/// A value; maps keep their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Int(i64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// A list.
    List(Vec<Self>),
    /// Pairs.
    Map(Vec<(Self, Self)>),
    /// A truth value, nothing, or a number that is not whole: none of them matters here.
    Other,
}

impl<'a> Value<'a> {
    /// What stands under a name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.find(&Value::Text(name))
    }

    /// What stands under a number.
    pub(super) fn at(&self, name: i64) -> Option<&Self> {
        self.find(&Value::Int(name))
    }

    fn find(&self, name: &Value) -> Option<&Self> {
        match self {
            Self::Map(pairs) => pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Reads one value; gives what follows it.
pub(super) fn read(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    value(bytes, DEEPEST)
}

fn value(bytes: &[u8], deep: usize) -> Option<(Value<'_>, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (kind, short) = (first >> 5, first & 31);
    let width = match short {
        0..24 => 0,
        24..28 => 1 << (short - 24),
        _ => return None,
    };
    let (number, rest) = rest.split_at_checked(width)?;
    let number = if width == 0 { u64::from(short) } else { number.iter().fold(0, |n, b| n << 8 | u64::from(*b)) };
    // Simple values and floats carry no length.
    if kind == 7 {
        return Some((Value::Other, rest));
    }
    let whole = i64::try_from(number).ok()?;
    match kind {
        0 => return Some((Value::Int(whole), rest)),
        1 => return Some((Value::Int(-1 - whole), rest)),
        _ => {}
    }
    // Each item takes a byte at least: nothing is set aside for more than came.
    let length = usize::try_from(number).ok().filter(|n| *n <= rest.len())?;
    let deep = deep.checked_sub(1)?;
    match kind {
        2 => rest.split_at_checked(length).map(|(b, rest)| (Value::Bytes(b), rest)),
        3 => {
            let (text, rest) = rest.split_at_checked(length)?;
            Some((Value::Text(std::str::from_utf8(text).ok()?), rest))
        }
        4 => {
            let (mut items, mut rest) = (Vec::new(), rest);
            for _ in 0..length {
                let (item, after) = value(rest, deep)?;
                items.push(item);
                rest = after;
            }
            Some((Value::List(items), rest))
        }
        5 => {
            let (mut pairs, mut rest) = (Vec::new(), rest);
            for _ in 0..length {
                let (name, after) = value(rest, deep)?;
                let (held, after) = value(after, deep)?;
                pairs.push((name, held));
                rest = after;
            }
            Some((Value::Map(pairs), rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_standard_are_read() {
        // RFC 8949, appendix A.
        let cases: [(&[u8], Value); 7] = [
            (&[0x17], Value::Int(23)),
            (&[0x19, 0x03, 0xe8], Value::Int(1000)),
            (&[0x39, 0x03, 0xe7], Value::Int(-1000)),
            (&[0x44, 1, 2, 3, 4], Value::Bytes(&[1, 2, 3, 4])),
            (&[0x62, 0xc3, 0xbc], Value::Text("ü")),
            (&[0x82, 0x01, 0xf5], Value::List(vec![Value::Int(1), Value::Other])),
            (&[0xa1, 0x61, 0x61, 0x01], Value::Map(vec![(Value::Text("a"), Value::Int(1))])),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(bytes), Some((expected, &[][..])), "{bytes:?}");
        }
        assert_eq!(read(&[0x01, 0x02]), Some((Value::Int(1), &[2][..])));
    }

    #[test]
    fn what_is_cut_endless_or_too_deep_is_none() {
        let deep = [vec![0x81; 20], vec![0x01]].concat();
        let cases: [&[u8]; 8] = [
            &[],
            &[0x58],
            &[0x5a, 0xff, 0xff, 0xff, 0xff],
            &[0x9f, 0x01, 0xff],
            &[0x9b],
            &[0xc1, 0x01],
            &[0x62, 0xff, 0xff],
            &deep,
        ];
        for bytes in cases {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
        assert_eq!(read(&[0xbb, 0, 0, 0, 1, 0, 0, 0, 0]), None, "no room is set aside for what did not come");
        assert_eq!(read(&[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
