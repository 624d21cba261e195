//! How long a session lasts.

/// Seconds without a request after which a session ends: two hours.
pub const IDLE: i64 = 2 * 3600;
/// Seconds after its beginning at which a session ends whatever happens: twelve hours, a working day.
pub const WHOLE: i64 = 12 * 3600;
/// Seconds between two notes of the last request: a page must not cost a write.
pub const NOTED: i64 = 60;
/// Seconds an invitation holds: a week.
pub const INVITATION: i64 = 7 * 86_400;

/// Whether a session begun and last used then is still good. A clock that went back ends nothing and prolongs nothing.
pub fn alive(begun: i64, used: i64, now: i64) -> bool {
    now - used < IDLE && now - begun < WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idleness_and_age_end_a_session() {
        assert!(alive(0, 0, IDLE - 1));
        assert!(!alive(0, 0, IDLE));
        assert!(alive(0, WHOLE - 10, WHOLE - 1));
        assert!(!alive(0, WHOLE - 10, WHOLE));
    }
}
