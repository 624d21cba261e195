//! What every database must do; `register.rs` runs it on SQLite, `postgres.rs` on PostgreSQL.

mod guards;
mod reviews;
mod sources;

pub use guards::*;
pub use reviews::*;
pub use sources::*;
pub mod people;

use jiff::{Timestamp, Zoned};
use ledger::Digest;
use std::io::Cursor;
use std::path::PathBuf;
use store::{Contract, Error, Filed, Incoming, Place, Standing, Store};

use contract::Debtor;
use follow::{Cadence, Day, Promise, State, Waiver, Window};
use jiff::civil::{Date, date};

/// A scratch folder of this test's own.
pub fn scratch(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    dir
}

pub fn seed() -> [u8; 32] {
    [9; 32]
}

pub fn now(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub fn open(place: &Place, org: &str) -> Store {
    Store::open(place, org, &seed, now("2026-03-01T08:00:00Z")).expect("the register opens")
}

pub fn contract(provider: &str) -> Contract {
    Contract {
        id: String::new(),
        provider: provider.to_owned(),
        file: "contrat.pdf".to_owned(),
        sha256: Digest::of(b""),
        signed: date(2026, 3, 1),
        term: None,
        clauses: Vec::new(),
        region: follow::Region::Metropole,
        zone: "Europe/Paris".to_owned(),
        service: follow::ServiceHours::default(),
    }
}

pub fn promise(contract: &str, point: &str, kind: &str, cadence: Cadence) -> Promise {
    Promise {
        id: format!("{contract}/{point}"),
        point: Some(point.to_owned()),
        title: "Sauvegardes quotidiennes".to_owned(),
        debtor: Debtor::Provider,
        article: "Article 6 – Sauvegardes".to_owned(),
        page: 4,
        quote: "Le Prestataire sauvegarde chaque jour.".to_owned(),
        figures: Vec::new(),
        proved_by: vec![kind.to_owned()],
        machines: Vec::new(),
        cadence,
        grace: None,
        yardstick: None,
        reference: String::new(),
        from: date(2026, 3, 1),
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    }
}

/// A register with one contract and its daily backup under follow-up.
pub fn with_backup(place: &Place, org: &str) -> (Store, String) {
    let mut store = open(place, org);
    let at = now("2026-03-01T08:00:00Z");
    let id = store.add_contract(contract("Infogérance Durand"), b"le contrat", "Dr Martin", at).expect("filed");
    let daily = promise(&id, "SAU-01", "backup", Cadence::Days(1));
    store.add_promises(&id, vec![daily], Standing::Confirmed, "Dr Martin", at).expect("entered");
    (store, id)
}

/// What restic prints for a run of this day.
pub fn restic(day: Date, files: u64) -> Vec<u8> {
    let id = Digest::of(day.to_string().as_bytes()).to_string();
    format!(
        "{{\"message_type\":\"summary\",\"files_new\":1,\"files_changed\":0,\"files_unmodified\":{files},\
         \"total_files_processed\":{files},\"total_bytes_processed\":{},\"data_added\":10,\"total_duration\":1.5,\
         \"backup_start\":\"{day}T01:00:00Z\",\"backup_end\":\"{day}T01:05:00Z\",\"snapshot_id\":\"{id}\"}}\n",
        files * 1000
    )
    .into_bytes()
}

pub fn file(store: &mut Store, name: &str, bytes: &[u8], day: Date) -> Filed {
    let received: Zoned = day.at(6, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a date");
    let incoming = Incoming { name, bytes, via: "file", exit_code: Some(0), ..Incoming::default() };
    store.file(&incoming, &received, received.timestamp()).expect("filed")
}

fn march() -> Window {
    Window { first: date(2026, 3, 1).into(), last: date(2026, 3, 31).into() }
}

fn dossier(store: &mut Store, of: Option<&str>) -> Vec<u8> {
    let mut out = Vec::new();
    store.dossier(of, "Dr Martin", now("2026-04-02T09:00:00Z"), &mut out).expect("a dossier");
    out
}

pub fn a_month_is_counted_and_its_dossier_verifies(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    for d in (1..=31).filter(|d| *d != 21) {
        let day = date(2026, 3, d);
        let mut bytes = restic(day, 180);
        if d == 3 {
            bytes = b"Fatal: unable to open repository: wrong password\n2026-03-03T01:00:00Z restic backup\n".to_vec();
        }
        let incoming = Incoming {
            name: "restic.json",
            bytes: &bytes,
            via: "file",
            exit_code: Some(if d == 3 { 1 } else { 0 }),
            source: Some("restic backup"),
            ..Incoming::default()
        };
        let received = day.at(6, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a date");
        let filed = store.file(&incoming, &received, received.timestamp()).expect("filed");
        assert_eq!(filed.contract.as_deref(), Some(id.as_str()), "{:?}", filed.facts);
        assert_eq!(filed.facts[0].promises, [format!("{id}/SAU-01")]);
    }
    let lines = store.statuses(None, march(), Day::from(date(2026, 4, 2))).expect("statuses");
    let status = &lines[0].status;
    assert_eq!(status.state, State::Breached, "{}", status.reason);
    let (own, promise) = (store.contract(&id).expect("there"), format!("{id}/SAU-01"));
    let both = store.standings(&own, &[march(), march()], Day::from(date(2026, 4, 2))).expect("standings");
    assert_eq!((&both.statuses[1][&promise], both.followed.len()), (status, 1), "one reading says the same");
    let days = |seen: &[follow::Seen]| seen.iter().map(|s| s.day).collect::<Vec<_>>();
    assert_eq!(days(&both.seen[&promise]), days(&store.seen_of(&promise).expect("read")));
    assert_eq!(
        (status.counts.received, status.counts.expected, status.counts.missing),
        (29, 31, 1),
        "{}",
        status.reason
    );
    for of in [Some(id.as_str()), None] {
        let report = verify::dossier(&dossier(&mut store, of), None);
        assert_eq!(report.findings, [], "{of:?}");
        assert_eq!(report.key, store.public_key());
        assert!(report.blobs >= 31, "contract and proofs: {}", report.blobs);
    }
}

pub fn the_same_proof_twice_is_filed_once(place: Place) {
    let (mut store, _) = with_backup(&place, "cabinet");
    let day = date(2026, 3, 2);
    let first = file(&mut store, "a.json", &restic(day, 180), day);
    let head = store.head().expect("a head");
    let again = file(&mut store, "b.json", &restic(day, 180), date(2026, 3, 9));
    assert!(!first.duplicate && again.duplicate);
    assert_eq!(again.proof, first.proof);
    assert_eq!(store.head().expect("a head"), head, "nothing was written");
}

pub fn an_inventory_is_filed_without_what_does_not_concern_the_park(place: Place) {
    let (mut store, _) = with_backup(&place, "cabinet");
    let inventory = br#"{"action":"inventory","deviceid":"pc-1","content":{"hardware":{"name":"PC-ACCUEIL"},
        "softwares":[{"name":"Editeur","version":"4"}],"envs":[{"key":"CLE","val":"a-ne-pas-garder"}]}}"#;
    let filed = file(&mut store, "pc-1.json", inventory, date(2026, 3, 2));
    let kept = String::from_utf8(store.bytes(&filed.sha256).expect("kept")).expect("text");
    assert!(kept.contains("PC-ACCUEIL") && kept.contains("Editeur"), "{kept}");
    assert!(!kept.contains("a-ne-pas-garder"), "{kept}");
    assert!(store.bytes(&Digest::of(inventory)).is_err(), "the bytes as sent are nowhere");
}

pub fn organisations_see_nothing_of_each_other(place: Place) {
    let (mut one, id) = with_backup(&place, "un");
    let mut two = open(&place, "deux");
    file(&mut one, "a.json", &restic(date(2026, 3, 2), 180), date(2026, 3, 2));
    assert_eq!(two.contracts().expect("read"), []);
    assert_eq!(two.promises(None).expect("read"), []);
    assert_eq!(two.head().expect("read").0, 0);
    let secret = Digest::of(&restic(date(2026, 3, 2), 180));
    assert!(one.bytes(&secret).is_ok());
    assert!(matches!(two.bytes(&secret), Err(Error::Absent(_))), "a digest known is not a file seen");
    assert!(two.contract(&id).is_err());
    assert!(two.statuses(Some(&id), march(), Day::from(date(2026, 4, 2))).is_err());
    assert_ne!(one.public_key(), two.public_key());
    assert_eq!(Store::organisations(&place).expect("read"), ["deux", "un"]);
    let report = verify::dossier(&dossier(&mut two, None), None);
    assert_eq!((report.findings.len(), report.size), (0, 1));
}

pub fn decisions_are_entries_and_change_what_is_counted(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let at = now("2026-03-05T08:00:00Z");
    let proposal = promise(&id, "SAU-10", "backup", Cadence::Days(1));
    let ids = store.add_promises(&id, vec![proposal], Standing::Proposed, "", at).expect("entered");
    file(&mut store, "a.json", &restic(date(2026, 3, 2), 180), date(2026, 3, 2));
    assert_eq!(store.seen_of(&ids[0]).expect("read").len(), 0, "a proposal is not followed");
    store.decide(&ids, Standing::Confirmed, "Dr Martin", "", at).expect("confirmed");
    assert_eq!(store.seen_of(&ids[0]).expect("read").len(), 1, "earlier facts count once it is");
    let waiver = Waiver {
        from: date(2026, 3, 1),
        until: Some(date(2026, 3, 31)),
        by: "Dr Martin".to_owned(),
        why: "migration".to_owned(),
    };
    let waive = |p: &mut Promise| {
        p.waivers = vec![waiver];
        Ok(())
    };
    let waived = store.correct("waived", "sau-10", waive, ("Dr Martin", "migration"), at).expect("by its end");
    assert_eq!(waived.id, ids[0]);
    let state = |store: &mut Store, point: &str| {
        let lines = store.statuses(Some(&id), march(), Day::from(date(2026, 4, 2))).expect("statuses");
        lines.iter().find(|l| l.promise.id.ends_with(point)).map(|l| l.status.state)
    };
    assert_eq!(state(&mut store, "SAU-10"), Some(State::Waived));
    assert_eq!(state(&mut store, "SAU-01"), Some(State::Breached));
    store.decide(&ids, Standing::Rejected, "Dr Martin", "doublon", at).expect("rejected");
    assert_eq!(state(&mut store, "SAU-10"), None);
    let mut weekly = promise(&id, "SAU-01", "backup", Cadence::Weeks(1));
    weekly.from = date(2026, 3, 3);
    let take_over = |p: &mut Promise| {
        *p = weekly;
        Ok(())
    };
    let by = ("Dr Martin", "avenant n° 1");
    let amended = store.amend(&format!("{id}/SAU-01"), take_over, by, at).expect("amended");
    assert_eq!(amended, format!("{id}/SAU-01-2"));
    let old = store.promise(&format!("{id}/SAU-01")).expect("there").promise;
    assert_eq!(old.until, Some(date(2026, 3, 2)));
    assert_eq!(verify::dossier(&dossier(&mut store, Some(&id)), None).findings, []);
}

pub fn several_contracts_are_told_apart_by_machine(place: Place) {
    let (mut store, first) = with_backup(&place, "cabinet");
    let at = now("2026-03-01T08:00:00Z");
    let second = store.add_contract(contract("Nuage Petit"), b"un autre contrat", "", at).expect("filed");
    let daily = promise(&second, "SAU-01", "backup", Cadence::Days(1));
    store.add_promises(&second, vec![daily], Standing::Confirmed, "", at).expect("entered");
    let day = |d| date(2026, 3, d);
    let lost = file(&mut store, "a.json", &restic(day(2), 180), day(2));
    assert_eq!(lost.contract, None, "two contracts may be meant: a person says which");
    store.attach(lost.proof, &first, "Dr Martin", at).expect("attached");
    assert_eq!(store.seen_of(&format!("{first}/SAU-01")).expect("read").len(), 1);
    let hosted = |d: i8| {
        let text = format!("Job started\n{}", String::from_utf8_lossy(&restic(day(d), 180)));
        format!("Subject: Cron <root@srv-2> restic backup --json\nDate: Tue, {d} Mar 2026 02:00:00 +0100\n\n{text}")
            .into_bytes()
    };
    let bytes = hosted(3);
    let incoming =
        Incoming { name: "m.eml", bytes: &bytes, via: "mail", contract: Some(&second), ..Incoming::default() };
    let received = day(3).at(6, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a date");
    let told = store.file(&incoming, &received, received.timestamp()).expect("filed");
    assert_eq!(told.facts[0].fact.host.as_deref(), Some("srv-2"));
    let next = file(&mut store, "m.eml", &hosted(4), day(4));
    assert_eq!(next.contract.as_deref(), Some(second.as_str()), "the machine was seen before");
    assert!(matches!(
        store.file(&Incoming { contract: Some("rien"), ..incoming }, &received, received.timestamp()),
        Err(Error::Absent(_))
    ));
    for id in [&first, &second] {
        assert_eq!(verify::dossier(&dossier(&mut store, Some(id)), None).findings, []);
    }
}

pub fn a_collapse_in_volume_proves_nothing(place: Place) {
    let (mut store, _) = with_backup(&place, "cabinet");
    file(&mut store, "a.json", &restic(date(2026, 3, 2), 1000), date(2026, 3, 2));
    let fall = file(&mut store, "b.json", &restic(date(2026, 3, 3), 4), date(2026, 3, 3));
    assert_eq!(fall.facts[0].fact.state, evidence::State::Unproven, "{:?}", fall.facts[0].fact.reasons);
}

pub fn large_files_stand_beside_the_database(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let mut bytes = restic(date(2026, 3, 2), 180);
    bytes.extend(std::iter::repeat_n(b' ', store::SMALL));
    let filed = file(&mut store, "big.json", &bytes, date(2026, 3, 2));
    let name = filed.sha256.to_string();
    let path = place.data.join("pieces/cabinet").join(&name[..2]).join(&name);
    assert_eq!(std::fs::read(&path).expect("on disk"), bytes);
    assert_eq!(store.bytes(&filed.sha256).expect("read"), bytes);
    assert_eq!(verify::dossier(&dossier(&mut store, Some(&id)), None).findings, []);
    std::fs::write(&path, b"other").expect("altered");
    assert!(matches!(store.bytes(&filed.sha256), Err(Error::Damaged(_))));
    let refused = store.dossier(Some(&id), "", now("2026-04-02T09:00:00Z"), &mut Vec::new());
    assert!(refused.is_err(), "an altered file is not handed out");
}

/// Backup and restore, and export and import, into `other`.
pub fn what_is_archived_comes_back(place: Place, other: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    for d in 1..=9 {
        file(&mut store, "a.json", &restic(date(2026, 3, d), 180), date(2026, 3, d));
    }
    let before = store.statuses(None, march(), Day::from(date(2026, 3, 20))).expect("statuses");
    let early = dossier(&mut store, Some(&id));
    let at = now("2026-03-20T09:00:00Z");
    let mut out = Cursor::new(Vec::new());
    let archived = store.archive(Some(&place.data), at, &mut out).expect("archived");
    assert_eq!((archived.proofs, archived.files), (9, 10));
    let mut spoilt = out.get_ref().clone();
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 1;
    assert!(Store::restore(&other, Cursor::new(spoilt), &seed, at).is_err(), "a changed archive is refused");
    let restored = Store::restore(&other, Cursor::new(out.get_ref().clone()), &seed, at).expect("restored");
    assert!(restored.key);
    let twice = Store::restore(&other, Cursor::new(out.into_inner()), &seed, at);
    assert!(matches!(twice, Err(Error::Refused(_))), "what is there is not overwritten");
    let mut back = open(&other, "cabinet");
    assert_eq!(back.public_key(), store.public_key());
    assert_eq!(back.head().expect("read"), store.head().expect("read"));
    assert_eq!(back.statuses(None, march(), Day::from(date(2026, 3, 20))).expect("statuses"), before);
    file(&mut back, "a.json", &restic(date(2026, 3, 10), 180), date(2026, 3, 10));
    let late = dossier(&mut back, Some(&id));
    let (early, late) = (verify::dossier(&early, None), verify::dossier(&late, None));
    assert_eq!(late.findings, []);
    assert_eq!(verify::continues(&early, &late), [], "the ledger goes on where it stood");
}

pub fn what_was_filed_is_there_when_the_register_is_opened_again(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let filed = file(&mut store, "a.json", &restic(date(2026, 3, 2), 180), date(2026, 3, 2));
    let head = store.head().expect("read");
    drop(store);
    let mut again = open(&place, "cabinet");
    assert_eq!(again.head().expect("read"), head);
    assert!(again.bytes(&filed.sha256).is_ok());
    assert_eq!(again.contract(&id).expect("there").provider, "Infogérance Durand");
    assert_eq!(again.rejudge(now("2026-04-01T00:00:00Z")).expect("judged"), [], "the same rules judge the same");
    let refused = again.add_contract(contract("X"), b"le contrat", "", now("2026-04-01T00:00:00Z"));
    assert!(matches!(refused, Err(Error::Refused(_))), "the same document twice");
}

/// Makes a test of each function for places given by `$place`.
#[macro_export]
macro_rules! suite {
    ($place:path: $($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            suite::$name($place(stringify!($name)));
        })+
    };
    (people $place:path: $($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            suite::people::$name($place(stringify!($name)));
        })+
    };
}

/// The tests that want one place.
#[macro_export]
macro_rules! whole_suite {
    ($place:path) => {
        suite!(
            $place: a_month_is_counted_and_its_dossier_verifies,
            the_same_proof_twice_is_filed_once,
            an_inventory_is_filed_without_what_does_not_concern_the_park,
            organisations_see_nothing_of_each_other,
            decisions_are_entries_and_change_what_is_counted,
            several_contracts_are_told_apart_by_machine,
            a_collapse_in_volume_proves_nothing,
            large_files_stand_beside_the_database,
            what_was_filed_is_there_when_the_register_is_opened_again,
            a_contract_is_judged_once_and_answered,
            what_is_removed_is_gone_unless_another_needs_it,
            a_large_file_leaves_the_disk_with_its_review,
            reviews_are_in_a_backup,
            reviews_are_listed_a_page_at_a_time,
            versions_are_found_from_any_of_them,
            clauses_are_found_once_a_contract_is_read,
            what_was_erased_is_told_from_what_is_missing,
            a_token_opens_its_own_way_until_it_is_revoked,
            proofs_of_one_commit_are_filed_as_one_by_one,
            a_proof_for_another_contract_is_another_proof,
            control_characters_stop_neither_a_proof_nor_a_search,
            a_search_indexes_only_what_moved,
            an_amendment_is_one_commit_and_loses_no_waiver,
            a_start_that_is_a_slip_of_the_pen_is_refused,
        );
        suite!(
            people $place: an_invitation_becomes_an_account_once,
            sessions_end_by_time_by_rotation_and_with_the_account,
            guesses_are_counted_and_codes_are_good_once,
            tokens_and_answers_stay_within_their_organisation,
            passkeys_are_of_one_account_and_count_upwards,
            identities_open_what_was_allowed,
            a_closed_account_is_opened_anew_by_an_invitation,
            lists_show_what_moved_and_entries_prove_themselves,
            words_are_found_in_any_form_and_in_one_organisation_only,
            people_come_back_with_a_backup_and_stay_out_of_an_export,
        );
    };
}
