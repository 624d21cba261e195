//! People, sessions, tokens: what every database must do.

use super::{contract, now, open, with_backup};
use ledger::Kind;
use people::{Role, Scope, Secret};
use store::{Error, Newcomer, Place, Replay, Stage, Store, Wanted};

fn who(email: &str, role: Role) -> Newcomer {
    Newcomer { email: email.to_owned(), name: "Claire Petit".to_owned(), role, contract: None }
}

fn head(store: &mut Store) -> i64 {
    let at = now("2026-03-01T08:00:00Z");
    store.add_account(&who("Chef@Cabinet.fr ", Role::Administrator), "hash", "", at).expect("made")
}

pub fn an_invitation_becomes_an_account_once(place: Place) {
    let mut store = open(&place, "cabinet");
    let at = now("2026-03-01T08:00:00Z");
    head(&mut store);
    let digest = Secret::new(&[1; 32]).digest();
    store.invite(&who("claire@cabinet.fr", Role::Manager), &digest, "Chef", at).expect("invited");
    assert_eq!(store.invitations(at).expect("read").len(), 1);
    let late = now("2026-03-08T08:00:00Z");
    assert_eq!(store.invitation_anywhere(&digest, late).expect("read"), None, "a week, no more");
    let id = store.accept(&digest, "Claire Petit", "hash", at).expect("accepted");
    assert_eq!(store.account(id).expect("there").role, Role::Manager);
    assert!(matches!(store.accept(&digest, "Claire Petit", "hash", at), Err(Error::Absent(_))));
    let again = store.invite(&who("CLAIRE@cabinet.fr", Role::Reader), &digest, "Chef", at);
    assert!(matches!(again, Err(Error::Refused(_))), "an address has one account");
    for bad in ["claire", "a@b", "a b@c.fr", "a@b@c.fr"] {
        assert!(matches!(store.invite(&who(bad, Role::Reader), "x", "", at), Err(Error::Refused(_))), "{bad}");
    }
    let entries = store.entries(None, None, 50).expect("read");
    assert_eq!(entries.iter().filter(|e| e.kind == Kind::Decision).count(), 3);
    assert!(entries.iter().all(|e| !e.line().contains("cabinet.fr")), "no address in the ledger");
}

pub fn sessions_end_by_time_by_rotation_and_with_the_account(place: Place) {
    let mut store = open(&place, "cabinet");
    head(&mut store);
    let at = now("2026-03-01T08:00:00Z");
    let id = store.add_account(&who("claire@cabinet.fr", Role::Manager), "hash", "", at).expect("made");
    store.begin_session(id, Stage::Code, "one", None, at).expect("begun");
    store.begin_session(id, Stage::Whole, "two", Some("one"), at).expect("begun");
    assert_eq!(store.session_anywhere("one", at).expect("read"), None, "rotated");
    let later = now("2026-03-01T09:59:00Z");
    assert_eq!(store.session_anywhere("two", later).expect("read").map(|s| s.account), Some(id));
    assert!(store.session_anywhere("two", now("2026-03-01T11:58:00Z")).expect("read").is_some(), "used meanwhile");
    assert_eq!(store.session_anywhere("two", now("2026-03-01T14:00:00Z")).expect("read"), None, "idle for two hours");
    store.begin_session(id, Stage::Code, "three", None, at).expect("begun");
    assert_eq!(store.session_anywhere("three", now("2026-03-01T08:05:00Z")).expect("read"), None, "code came too late");
    store.begin_session(id, Stage::Whole, "four", None, at).expect("begun");
    store.change_account(id, Role::Reader, None, true, "Chef", at).expect("closed");
    assert_eq!(store.session_anywhere("four", at).expect("read"), None);
    assert!(store.accounts_anywhere("claire@cabinet.fr").expect("read").is_empty());
    let last = store.change_account(1, Role::Reader, None, false, "Chef", at);
    assert!(matches!(last, Err(Error::Refused(_))), "the last administrator stays");
    assert_eq!(store.account(1).expect("there").role, Role::Administrator);
}

pub fn guesses_are_counted_and_codes_are_good_once(place: Place) {
    let mut store = open(&place, "cabinet");
    let id = head(&mut store);
    let at = now("2026-03-01T08:00:00Z");
    let tried = [("compte", 0), ("réseau", 30)];
    for _ in 0..5 {
        assert_eq!(store.attempt(&tried, at).expect("counted"), 0);
    }
    assert_eq!(store.attempt(&tried, at).expect("not counted"), 15);
    assert_eq!(store.failures("réseau").expect("read").count, 5, "who must wait is not counted");
    let later = now("2026-03-01T08:00:15Z");
    assert_eq!(store.attempt(&tried, later).expect("counted"), 0);
    assert_eq!(store.failures("compte").expect("read").wait(0, later.as_second()), 30);
    store.forgive("compte").expect("forgiven");
    store.relent("réseau").expect("one less");
    assert_eq!(store.failures("compte").expect("read").count, 0);
    assert_eq!(store.failures("réseau").expect("read").count, 5);
    store.attempt(&[("autre", 0)], now("2026-03-03T08:00:00Z")).expect("counted");
    assert_eq!(store.failures("réseau").expect("read").count, 0, "forgotten after a day");
    store.set_totp(id, Some(b"key"), 5, "Chef", at).expect("set");
    assert!(store.use_totp(id, 6).expect("used"));
    assert!(!store.use_totp(id, 6).expect("used"));
    assert_eq!(store.totp(id).expect("read"), (Some(b"key".to_vec()), 6));
}

pub fn tokens_and_answers_stay_within_their_organisation(place: Place) {
    let (mut store, mut other) = (open(&place, "cabinet"), open(&place, "clinique"));
    let id = head(&mut store);
    let at = now("2026-03-01T08:00:00Z");
    let token = store.add_token(id, "sauvegardes", &[Scope::Bring], "digest", 30, at).expect("made");
    let found = other.token_anywhere("digest", at).expect("read").expect("there");
    assert_eq!((found.org.as_str(), found.scopes), ("cabinet", vec![Scope::Bring]));
    assert_eq!(other.token_anywhere("digest", now("2026-04-01T08:00:00Z")).expect("read"), None, "thirty days");
    assert!(matches!(other.revoke(token, "x", at), Err(Error::Absent(_))));
    assert!(other.tokens().expect("read").is_empty());
    store.revoke(token, "Chef", at).expect("revoked");
    assert_eq!(store.token_anywhere("digest", at).expect("read"), None);
    let kept = Replay { request: "r".to_owned(), status: 201, answer: "{}".to_owned() };
    store.keep_replay("mark", &kept, at).expect("kept");
    assert_eq!(store.replay("mark", at).expect("read"), Some(kept));
    assert_eq!(other.replay("mark", at).expect("read"), None);
    assert_eq!(store.replay("mark", now("2026-03-02T08:00:00Z")).expect("read"), None, "a day");
    store.set_setting("nom", "Cabinet Petit", "Chef", at).expect("set");
    assert_eq!(store.setting("nom").expect("read").as_deref(), Some("Cabinet Petit"));
    assert_eq!(other.setting("nom").expect("read"), None);
}

pub fn lists_show_what_moved_and_entries_prove_themselves(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let at = now("2026-03-10T08:00:00Z");
    let today = jiff::civil::date(2026, 3, 10).into();
    let lines = store.summaries(None, today).expect("read");
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].followed, lines[0].state), (1, Some(follow::State::Breached)), "nothing came for days");
    let size = store.moved_since(0).expect("read").size;
    let second = store.add_contract(contract("Autre"), b"un autre", "Chef", at).expect("filed");
    assert_eq!(store.moved_since(size).expect("read").contracts, [second]);
    store.note_opening(Some(&id), "document", "Chef", at).expect("noted");
    assert!(matches!(store.inclusion(0), Err(Error::Refused(_))), "nothing signed yet");
    store.sign().expect("signed");
    let size = store.head().expect("read").0;
    for seq in 0..size {
        let proof = store.inclusion(seq).expect("a proof");
        let (_, root) = store.head().expect("read");
        let good = ledger::proof::includes(&proof.leaf, seq, proof.size, &proof.path, &ledger::Digest(root));
        assert!(good, "{seq}");
    }
    assert!(matches!(store.inclusion(size), Err(Error::Absent(_))));
    let newest = store.entries(Some(&id), None, 1).expect("read").pop().expect("one");
    assert_eq!((newest.kind, newest.by.as_deref()), (Kind::Opening, Some("Chef")));
    let day = jiff::civil::date(2026, 3, 9);
    super::file(&mut store, "restic.json", &super::restic(day, 10), day);
    super::file(&mut store, "inconnu.txt", b"bonjour", day);
    let inbox = store.proofs(&Wanted { unattached: true, ..Wanted::default() }, 10).expect("read");
    assert_eq!(inbox.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["inconnu.txt"]);
    assert_eq!(store.proof(1).expect("there").facts[0].source, "restic backup");
    assert!(matches!(store.proof(9), Err(Error::Absent(_))));
}

pub fn words_are_found_in_any_form_and_in_one_organisation_only(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let mut other = open(&place, "clinique");
    let day = jiff::civil::date(2026, 3, 9);
    super::file(&mut store, "inconnu.txt", b"bonjour", day);
    let sources = |hits: &[store::Hit]| hits.iter().map(|h| h.source.clone()).collect::<Vec<_>>();
    let found = store.search("Sauvegarder", None, 10).expect("found");
    assert_eq!(sources(&found), [format!("promesse:{id}/SAU-01")]);
    let marks: Vec<&str> = found[0].pieces.iter().filter(|p| p.1).map(|p| p.0.as_str()).collect();
    assert_eq!(marks, ["Sauvegardes", "Sauvegardes", "sauvegarde"]);
    assert_eq!(sources(&store.search("durands infogérance", None, 10).expect("found")), [format!("contrat:{id}")]);
    assert_eq!(sources(&store.search("inconnu", None, 10).expect("found")), ["preuve:1"]);
    assert!(store.search("inconnu", Some(&id), 10).expect("found").is_empty(), "not of this contract yet");
    let at = now("2026-03-10T08:00:00Z");
    store.attach(1, &id, "Chef", at).expect("attached");
    assert_eq!(sources(&store.search("inconnu", Some(&id), 10).expect("found")), ["preuve:1"], "it moved");
    assert!(store.search("sauvegarde girafe", None, 10).expect("found").is_empty(), "every word must be there");
    assert!(store.search("", None, 10).expect("found").is_empty());
    assert!(other.search("sauvegarde", None, 10).expect("found").is_empty());
}

fn key(name: &[u8], counter: u32) -> people::webauthn::Passkey {
    people::webauthn::Passkey { credential: name.to_vec(), key: b"cose".to_vec(), counter }
}

pub fn passkeys_are_of_one_account_and_count_upwards(place: Place) {
    let mut store = open(&place, "cabinet");
    let id = head(&mut store);
    let at = now("2026-03-01T08:00:00Z");
    store.add_passkey(id, " Téléphone ", &key(b"one", 3), "Chef", at).expect("kept");
    store.add_passkey(id, "Clé", &key(b"two", 0), "Chef", at).expect("kept");
    assert!(matches!(store.add_passkey(id, "x", &key(b"one", 3), "Chef", at), Err(Error::Refused(_))));
    let mut other = open(&place, "clinique");
    let stranger = other.add_account(&who("x@clinique.fr", Role::Administrator), "hash", "", at).expect("made");
    assert!(matches!(other.add_passkey(stranger, "x", &key(b"one", 3), "x", at), Err(Error::Refused(_))), "known here");
    assert!(matches!(other.remove_passkey(id, 1, "x", at), Err(Error::Absent(_))));
    let found = other.passkey_anywhere(&people::secret::letters(b"one")).expect("read").expect("there");
    assert_eq!((found.org.as_str(), found.account, found.name.as_str()), ("cabinet", id, "Téléphone"));
    assert!(store.use_passkey(&found.credential, 4, at).expect("used"));
    assert!(!store.use_passkey(&found.credential, 4, at).expect("read"), "of two at once one passes");
    let silent = people::secret::letters(b"two");
    assert!(store.use_passkey(&silent, 0, at).expect("used") && store.use_passkey(&silent, 0, at).expect("used"));
    store.remove_passkey(id, 1, "Chef", at).expect("removed");
    assert_eq!(store.passkeys(id).expect("read").iter().map(|k| k.id).collect::<Vec<_>>(), [2]);
    let entries = store.entries(None, None, 50).expect("read");
    assert_eq!(entries.iter().filter(|e| e.line().contains("\"passkey\"")).count(), 3);
}

pub fn identities_open_what_was_allowed(place: Place) {
    let mut store = open(&place, "cabinet");
    let id = head(&mut store);
    let at = now("2026-03-01T08:00:00Z");
    let issuer = "https://id.exemple.fr";
    assert!(matches!(store.link_identity(id, issuer, "1", at), Err(Error::Refused(_))), "nobody allowed it");
    store.allow_outside(id, true, "Chef", at).expect("allowed");
    store.link_identity(id, issuer, "1", at).expect("linked");
    let mut other = open(&place, "clinique");
    let found = other.identity_anywhere(issuer, "1").expect("read").expect("there");
    assert_eq!((found.org.as_str(), found.id), ("cabinet", id));
    assert_eq!(other.identity_anywhere("https://autre.exemple.fr", "1").expect("read"), None, "another provider");
    let digest = Secret::new(&[1; 32]).digest();
    other.invite(&who("claire@cabinet.fr", Role::Manager), &digest, "x", at).expect("invited");
    let twice = other.accept_identity(&digest, "Claire", issuer, "1", at);
    assert!(matches!(twice, Err(Error::Refused(_))), "one person, one account");
    let all = store.invitations_of_anywhere("Claire@cabinet.fr", at).expect("read");
    assert_eq!(all.iter().map(|i| i.0.as_str()).collect::<Vec<_>>(), ["clinique"], "it was not used up");
    let claire = other.accept_identity(&digest, "Claire", issuer, "2", at).expect("accepted");
    assert!(!other.has_password(claire).expect("read") && store.has_password(id).expect("read"));
    assert_eq!(other.identities(claire).expect("read"), [issuer]);
    other.allow_outside(claire, false, "x", at).expect("taken back");
    assert_eq!(other.identity_anywhere(issuer, "2").expect("read"), None);
    let entries = store.entries(None, None, 50).expect("read");
    assert!(entries.iter().all(|e| !e.line().contains("\"subject\"")), "the name at the provider is in no entry");
}

pub fn a_closed_account_is_opened_anew_by_an_invitation(place: Place) {
    let mut store = open(&place, "cabinet");
    head(&mut store);
    let at = now("2026-03-01T08:00:00Z");
    let id = store.add_account(&who("claire@cabinet.fr", Role::Manager), "old", "", at).expect("made");
    store.set_totp(id, Some(b"key"), 5, "x", at).expect("set");
    store.add_passkey(id, "x", &key(b"one", 0), "x", at).expect("kept");
    store.change_account(id, Role::Manager, None, true, "Chef", at).expect("closed");
    let digest = Secret::new(&[1; 32]).digest();
    store.invite(&who("claire@cabinet.fr", Role::Reader), &digest, "Chef", at).expect("invited");
    assert_eq!(store.accept(&digest, "Claire Petit", "new", at).expect("accepted"), id);
    let again = store.account(id).expect("there");
    assert_eq!((again.role, again.closed, again.totp), (Role::Reader, None, false), "nothing of before opens it");
    assert_eq!(store.passkeys(id).expect("read"), []);
    let known = store.accounts_anywhere("claire@cabinet.fr").expect("read");
    assert_eq!(known.iter().map(|k| k.1.as_deref()).collect::<Vec<_>>(), [Some("new")]);
}

pub fn people_come_back_with_a_backup_and_stay_out_of_an_export(place: Place) {
    let mut store = open(&place, "cabinet");
    let at = now("2026-03-01T08:00:00Z");
    let id = head(&mut store);
    store.set_totp(id, Some("clé".as_bytes()), 4, "Chef", at).expect("set");
    store.add_passkey(id, "Clé", &key(b"one", 3), "Chef", at).expect("kept");
    store.allow_outside(id, true, "Chef", at).expect("allowed");
    store.link_identity(id, "https://id.exemple.fr", "1", at).expect("linked");
    let mut export = std::io::Cursor::new(Vec::new());
    store.archive(None, at, &mut export).expect("written");
    let export = String::from_utf8_lossy(export.get_ref()).into_owned();
    assert!(!export.contains("people.jsonl"));
    let mut backup = std::io::Cursor::new(Vec::new());
    store.archive(Some(&place.data), at, &mut backup).expect("written");
    let elsewhere = Place::folder(&super::scratch("people-restored"));
    backup.set_position(0);
    Store::restore(&elsewhere, backup, &super::seed, at).expect("restored");
    let mut restored = open(&elsewhere, "cabinet");
    assert_eq!(restored.accounts().expect("read"), store.accounts().expect("read"));
    assert_eq!(restored.totp(id).expect("read"), (Some("clé".as_bytes().to_vec()), 4));
    assert_eq!(restored.passkeys(id).expect("read"), store.passkeys(id).expect("read"));
    assert_eq!(restored.identities(id).expect("read"), ["https://id.exemple.fr"]);
}
