//! What the API says of things: the shapes of its answers.

use follow::Day;
use serde_json::{Value, json};
use store::{Contract, Followed, Hit, Line, Received, Summary};

fn day(day: Option<Day>) -> Option<String> {
    day.map(|d| d.date().to_string())
}

/// A contract.
pub fn contract(c: &Contract) -> Value {
    json!({
        "id": c.id, "provider": c.provider, "file": c.file, "sha256": c.sha256, "signed": c.signed.to_string(),
        "zone": c.zone, "term": c.term,
    })
}

/// A contract in a line.
pub fn summary(s: &Summary) -> Value {
    let states: Vec<Value> = s.states.iter().map(|(state, count)| json!({"state": state, "count": count})).collect();
    json!({
        "id": s.contract.id, "provider": s.contract.provider, "signed": s.contract.signed.to_string(), "state": s.state,
        "states": states, "followed": s.followed, "proposed": s.proposed, "next_due": day(s.next_due),
        "next_date": s.next_date,
    })
}

/// A promise.
pub fn promise(f: &Followed) -> Value {
    let p = &f.promise;
    json!({
        "id": p.id, "contract": f.contract, "standing": f.standing, "point": p.point, "title": p.title,
        "article": p.article, "page": p.page, "quote": p.quote, "cadence": p.cadence, "from": p.from.to_string(),
        "until": p.until.map(|d| d.to_string()), "machines": p.machines, "proved_by": p.proved_by,
        "yardstick": p.yardstick,
    })
}

/// Where a promise stands.
pub fn status(l: &Line) -> Value {
    let s = &l.status;
    let days = |days: &[Day]| days.iter().map(|d| d.date().to_string()).collect::<Vec<_>>();
    json!({
        "promise": l.promise.id, "contract": l.contract, "title": l.promise.title, "state": s.state, "reason": s.reason,
        "counts": s.counts, "failed": days(&s.failed), "missing": days(&s.missing), "unproven": days(&s.unproven),
        "measured": s.measured, "promised": s.promised, "penalty": s.penalty, "next_due": day(s.next_due),
    })
}

/// A proof.
pub fn proof(p: &Received) -> Value {
    json!({
        "id": p.id, "name": p.name, "size": p.size, "sha256": p.sha256, "contract": p.contract, "received": p.received,
        "filed": p.filed, "via": p.via, "facts": p.facts,
    })
}

/// A page of a list: `next` is the cursor of the page that follows.
pub fn list(items: Vec<Value>, next: Option<String>) -> Value {
    json!({"items": items, "next": next})
}

/// Something found; `text` is the passage, `found` what was looked for in it.
pub fn hit(h: &Hit) -> Value {
    let text: String = h.pieces.iter().map(|p| p.0.as_str()).collect();
    let found: Vec<&str> = h.pieces.iter().filter(|p| p.1).map(|p| p.0.as_str()).collect();
    json!({"source": h.source, "contract": h.contract, "title": h.title, "text": text, "found": found})
}
