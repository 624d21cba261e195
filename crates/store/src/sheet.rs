//! Sheets: what was seen of a promise in a month, packed, so that a year of ten thousand promises is read at once.

use crate::Conn;
use crate::error::{Error, Result};
use crate::schema::sheet;
use crate::warm::Warm;
use diesel::prelude::*;
use follow::{Day, Outcome, Seen};

/// Bytes of a record.
const RECORD: usize = 32;

/// The month a day belongs to, as one number.
pub(crate) fn month(day: Day) -> i32 {
    let date = day.date();
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

fn pack(seen: &Seen) -> [u8; RECORD] {
    let outcome = match seen.outcome {
        Outcome::Ok => 0,
        Outcome::Degraded => 1,
        Outcome::Unproven => 2,
        Outcome::Failed => 3_u32,
    };
    let mut out = [0; RECORD];
    out[0..4].copy_from_slice(&seen.day.0.to_le_bytes());
    out[4..8].copy_from_slice(&(seen.second & 0x00ff_ffff | outcome << 24).to_le_bytes());
    out[8..12].copy_from_slice(&seen.received.0.to_le_bytes());
    out[12..16].copy_from_slice(&seen.host.to_le_bytes());
    out[16..20].copy_from_slice(&seen.job.to_le_bytes());
    out[20..28].copy_from_slice(&seen.value.to_le_bytes());
    out[28..32].copy_from_slice(&(seen.weight as f32).to_le_bytes());
    out
}

fn unpack(record: &[u8; RECORD]) -> Seen {
    let four = |at: usize| [record[at], record[at + 1], record[at + 2], record[at + 3]];
    let word = u32::from_le_bytes(four(4));
    let mut value = [0; 8];
    value.copy_from_slice(&record[20..28]);
    Seen {
        day: Day(i32::from_le_bytes(four(0))),
        second: word & 0x00ff_ffff,
        received: Day(i32::from_le_bytes(four(8))),
        outcome: match word >> 24 {
            0 => Outcome::Ok,
            1 => Outcome::Degraded,
            2 => Outcome::Unproven,
            _ => Outcome::Failed,
        },
        host: u32::from_le_bytes(four(12)),
        job: u32::from_le_bytes(four(16)),
        value: f64::from_le_bytes(value),
        weight: f64::from(f32::from_le_bytes(four(28))),
    }
}

/// Appends the records of a sheet.
pub(crate) fn read(data: &[u8], out: &mut Vec<Seen>) -> Result<()> {
    let (records, rest) = data.as_chunks::<RECORD>();
    if !rest.is_empty() {
        return Err(Error::Damaged("une feuille de suivi est coupée".to_owned()));
    }
    out.extend(records.iter().map(unpack));
    Ok(())
}

/// Enters a fact on the sheet of its month, in order of day and time.
pub(crate) fn enter(conn: &mut Conn, org: &str, promise: &str, seen: &Seen, warm: &mut Warm) -> Result<()> {
    let month = month(seen.day);
    let own = sheet::table.filter(sheet::org.eq(org)).filter(sheet::promise.eq(promise)).filter(sheet::month.eq(month));
    if warm.sheet(promise, month).is_none() {
        let old: Option<Vec<u8>> = own.select(sheet::data).first(conn).optional()?;
        if old.is_none() {
            let none: &[u8] = &[];
            let values = (sheet::org.eq(org), sheet::promise.eq(promise), sheet::month.eq(month), sheet::data.eq(none));
            diesel::insert_into(sheet::table).values(values).execute(conn)?;
        }
        warm.keep_sheet(promise, month, old.unwrap_or_default());
    }
    let Some(data) = warm.sheet(promise, month) else { return Ok(()) };
    let at = data.as_chunks::<RECORD>().0.partition_point(|r| {
        let other = unpack(r);
        (other.day, other.second) <= (seen.day, seen.second)
    });
    data.splice(at * RECORD..at * RECORD, pack(seen));
    diesel::update(own).set(sheet::data.eq(&*data)).execute(conn)?;
    Ok(())
}

/// Writes all sheets of a promise anew; `seen` in any order.
pub(crate) fn rewrite(conn: &mut Conn, org: &str, promise: &str, mut seen: Vec<Seen>) -> Result<()> {
    diesel::delete(sheet::table.filter(sheet::org.eq(org)).filter(sheet::promise.eq(promise))).execute(conn)?;
    seen.sort_by_key(|s| (s.day, s.second));
    for group in seen.chunk_by(|a, b| month(a.day) == month(b.day)) {
        let data: Vec<u8> = group.iter().flat_map(pack).collect();
        let month = month(group[0].day);
        let values = (sheet::org.eq(org), sheet::promise.eq(promise), sheet::month.eq(month), sheet::data.eq(data));
        diesel::insert_into(sheet::table).values(values).execute(conn)?;
    }
    Ok(())
}
