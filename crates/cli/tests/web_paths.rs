//! The paths of four people from end to end, in headless Chromium over the real program with a real base: an officer who
//! keeps personal data safe with eight agreements, a provider with thirty clients, an auditor with a dossier, and the
//! doctor who goes on to follow a contract. Skipped, aloud, where no Chromium is installed.

mod browser;
#[path = "../../daemon/tests/common/ports.rs"]
mod ports;
mod walk;

use browser::{Browser, Server, arrives, hold, sample};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use walk::{archive, base64, deliver, fetched, folder, nightly, posted, yesterday};

const ENTER: &str = "\u{E007}";
const SPACE: &str = " ";

/// An agreement on personal data of eight short articles; some are left out, so that no two offers are alike.
fn agreement(provider: &str, without: &[usize]) -> String {
    let articles = [
        "Le Sous-traitant traite les données personnelles uniquement sur instruction documentée du Responsable de traitement.",
        "Le Sous-traitant veille à ce que les personnes autorisées à traiter les données s'engagent à respecter la \
         confidentialité.",
        "Le Sous-traitant notifie au Responsable de traitement toute violation de données dans un délai maximal de 24 heures \
         après en avoir pris connaissance.",
        "Le Sous-traitant ne recrute un sous-traitant ultérieur qu'avec l'autorisation écrite préalable du Responsable de \
         traitement et lui impose les mêmes obligations par contrat.",
        "Au terme de l'accord, le Sous-traitant restitue les données puis détruit toutes les copies dans un délai de 30 jours \
         et en atteste par écrit.",
        "Le Sous-traitant met à disposition toutes les informations nécessaires et permet la réalisation d'audits, y compris \
         sur place, une fois par an.",
        "Les données sont hébergées exclusivement dans l'Union européenne et aucun transfert hors de l'Union n'est autorisé.",
        "Le Sous-traitant sauvegarde les données chaque jour et teste leur restauration tous les trimestres.",
    ];
    let kept = articles.iter().enumerate().filter(|(at, _)| !without.contains(at));
    let body: String = kept.map(|(at, text)| format!("Article {}\n\n{text}\n\n", at + 1)).collect();
    format!(
        "ACCORD SUR LE TRAITEMENT DES DONNÉES PERSONNELLES\n\npris en application de l'article 28 du règlement (UE) \
         2016/679\n\nEntre les soussignés\n\n{provider}, société par actions simplifiée, dont le siège est situé 3, cours des \
         Tilleuls,\n\nci-après le « Sous-traitant »,\n\net\n\nLa Maison des Aulnes, association, représentée par sa \
         directrice,\n\nci-après le « Responsable de traitement ».\n\n{body}"
    )
}

#[test]
fn an_officer_with_eight_agreements() {
    let Some(browser) = Browser::open() else { return };
    let dir = folder("paths-officer-files");
    let offers = [
        ("Ardoizine Paie", &[][..]),
        ("Bellecombe Cloud", &[2][..]),
        ("Corvelle Archives", &[3, 5][..]),
        ("Dunalys Formation", &[4][..]),
        ("Estival Messagerie", &[2, 3, 4][..]),
        ("Ferrandine Support", &[6][..]),
        ("Gravelune Badges", &[0, 1][..]),
        ("Hautrive Mutuelle", &[7][..]),
    ];
    let files: Vec<(String, String)> =
        offers.iter().map(|(name, without)| (format!("accords/{name}.txt"), agreement(name, without))).collect();
    let zip = archive(&dir.join("accords.zip"), &files);

    let server = Server::start("paths-officer");
    browser.width(1440);
    browser.go(&server.address);
    browser.enter("#fichiers", &zip);
    browser.says("8 fichiers lus / 8");
    hold(&browser, "20-lot-lu");
    browser.reach_and_press("a[href='/analyses'].go", ENTER);
    browser.says("8 contrats");
    browser.says("Ardoizine Paie");
    hold(&browser, "21-grille");
    browser.reach_and_press("a.deeper[href*='categorie=RGP']", ENTER);
    browser.until("categorie=RGP");
    browser.says("Revenir aux catégories");
    hold(&browser, "22-grille-rgpd");

    two_side_by_side(&browser, &server);
    let (size, begins) = fetched(&browser, "/analyses.xlsx?tri=nom");
    assert!(size > 5_000 && begins.starts_with("PK"), "a workbook of {size} bytes");
    one_verdict_and_a_letter(&browser, &server);
}

/// Two offers are compared, chosen by keyboard.
fn two_side_by_side(browser: &Browser, server: &Server) {
    browser.go(&format!("{}analyses?tri=nom", server.address));
    browser.reach_and_press("input[name=c][aria-label*='Ardoizine']", SPACE);
    browser.reach_and_press("input[name=c][aria-label*='Estival']", SPACE);
    browser.reach_and_press("#comparer button", ENTER);
    browser.says("Contrats côte à côte");
    browser.says("les distinguent");
    browser.says("24 heures");
    hold(browser, "23-comparer");
}

/// One verdict is wrong, and it is said what the contract really says; then the letter to the provider.
fn one_verdict_and_a_letter(browser: &Browser, server: &Server) {
    browser.go(&format!("{}analyses?tri=nom", server.address));
    browser.click("tbody tr:nth-child(5) a");
    browser.says("En bref");
    browser.says("Estival Messagerie");
    let analysis = browser.at();
    browser.go(&format!("{analysis}/points/RGP-05"));
    browser.says("Que dit vraiment le contrat");
    hold(browser, "24-corriger-verdict");
    browser.reach("#correction");
    browser.enter("#correction", "L'annexe 2 le prévoit.");
    browser.reach_and_press("button[name=non]", ENTER);
    browser.until("/lecture");
    browser.says("Contesté par Camille");
    browser.go(&format!("{analysis}/corriger"));
    browser.click("main form .button.go");
    browser.until("/apercu");
    browser.says("avenant");
    hold(browser, "25-avenant");
    for form in ["docx", "pdf"] {
        let (size, _) = fetched(browser, &format!("{analysis}/corriger/lettre/{form}"));
        assert!(size > 3_000, "a letter of {size} bytes as {form}");
    }
}

/// A short contract of a provider with one of its clients.
fn service(client: usize) -> String {
    let hours = 2 + client % 5;
    format!(
        "CONTRAT D'INFOGÉRANCE\n\nEntre\n\nBrumelune Systèmes, société à responsabilité limitée,\n\nci-après le « Prestataire \
         »,\n\net\n\nCabinet numéro {client}, société civile,\n\nci-après le « Client ».\n\nArticle 1 – Sauvegardes\n\nLe \
         Prestataire sauvegarde chaque jour l'ensemble des données du Client.\n\nLe Prestataire réalise un test de restauration \
         chaque trimestre et en remet le compte rendu au Client.\n\nArticle 2 – Intervention\n\nLe Prestataire \
         s'engage à intervenir dans un délai de {hours} heures après le signalement d'un incident critique.\n\n\
         Article 3 – Responsabilité\n\nLe Prestataire est responsable de tout dommage, sans limitation de montant, y compris des dommages indirects.\n\nLe Prestataire garantit l'absence totale d'intrusion.\n"
    )
}

#[test]
fn a_provider_with_thirty_clients() {
    let Some(browser) = Browser::open() else { return };
    let dir = folder("paths-provider-files");
    let files: Vec<(String, String)> = (1..=30).map(|n| (format!("client-{n:02}.txt"), service(n))).collect();
    let zip = archive(&dir.join("clients.zip"), &files);

    let server = Server::start("paths-provider");
    browser.width(1440);
    browser.go(&server.address);
    browser.reach_and_press(".profile summary", ENTER);
    browser.run("document.querySelector('#profil').value = 'prestataire'");
    browser.enter("#fichiers", &zip);
    browser.says("30 fichiers lus / 30");
    browser.go(&format!("{}analyses/1", server.address));
    browser.says("ce qui va trop loin pour vous");
    browser.reach_and_press(".next .go", ENTER);
    browser.until("/prestataire");
    browser.says("Contre-proposition");
    browser.says("Ce à quoi vous êtes légitimement tenu");
    hold(&browser, "30-vue-prestataire");

    let ids = all_followed(&browser, &server);
    one_proof_for_all(&browser, &server, &ids, &dir);
    what_is_told(&browser, &server, &ids);
}

/// The first is looked at on its pages, all are followed by the same forms.
fn all_followed(browser: &Browser, server: &Server) -> Vec<String> {
    browser.go(&format!("{}analyses/1/suivre", server.address));
    browser.says("Suivre ce contrat");
    hold(browser, "31-suivre");
    let forms: Vec<(String, String)> = (1..=30)
        .map(|n| (format!("/analyses/{n}/suivre"), "prestataire=Brumelune&signe=2026-01-05".to_owned()))
        .collect();
    let followed = posted(browser, &forms);
    let ids: Vec<String> = followed.iter().map(|url| url.rsplit('/').next().unwrap_or_default().to_owned()).collect();
    assert_eq!((ids[0].as_str(), ids[29].as_str()), ("brumelune-2026", "brumelune-2026-30"), "{followed:?}");
    browser.go(&format!("{}contrats/{}", server.address, ids[0]));
    browser.says("à confirmer");
    hold(browser, "32-confirmer");
    let promises =
        browser.run("return [...document.querySelectorAll('input[name=p]')].map(p => p.value.split('/')[1])");
    let promises: Vec<&str> = promises.as_array().expect("promises").iter().filter_map(Value::as_str).collect();
    assert!(promises.contains(&"SAU-01"), "{promises:?}");
    let forms: Vec<(String, String)> = ids
        .iter()
        .map(|id| {
            let chosen: String = promises.iter().map(|p| format!("&p={id}%2F{p}")).collect();
            (format!("/contrats/{id}/decisions"), format!("decision=confirmer{chosen}"))
        })
        .collect();
    assert!(posted(browser, &forms).iter().all(|url| !url.contains("refused")));
    browser.go(&format!("{}contrats", server.address));
    browser.says("30 contrats");
    hold(browser, "33-contrats");
    ids
}

/// One proof serves all of them.
fn one_proof_for_all(browser: &Browser, server: &Server, ids: &[String], dir: &Path) {
    let (_, day, weekday) = yesterday();
    let proof = dir.join("sauvegarde-commune.eml");
    fs::write(&proof, nightly(&day, &weekday, 7)).expect("written");
    browser.go(&format!("{}preuves?contrat={}", server.address, ids[0]));
    browser.says("Apporter des preuves");
    browser.enter("#fichiers", &proof.display().to_string());
    browser.reach_and_press("#apporter .go", ENTER);
    browser.says("Ce qui a été compris");
    hold(browser, "34-preuve");
    browser.reach_and_press("details:has(input[name=tous]) summary", ENTER);
    browser.reach_and_press("input[name=tous]", SPACE);
    browser.click("form[action$='/partager'] button");
    browser.until_true("document.querySelectorAll('main .rows > li').length === 30");
    hold(browser, "35-preuves");
    browser.go(&format!("{}contrats/{}", server.address, ids[17]));
    browser.until_true("document.querySelector('svg.heat rect.h1')");
    hold(browser, "36-contrat");
}

/// Alerts, reports, providers and what they rely on, search.
fn what_is_told(browser: &Browser, server: &Server, ids: &[String]) {
    browser.go(&format!("{}alertes", server.address));
    browser.says("À traiter");
    browser.until_true("document.querySelector('main .rows > li')");
    hold(browser, "37-alertes");
    browser.go(&format!("{}rapports", server.address));
    browser.says("Rapports du mois");
    hold(browser, "38-rapports");
    browser.reach_and_press("main .rows a", ENTER);
    browser.until("/page");
    browser.says("Brumelune");
    hold(browser, "39-rapport");
    browser.print("39-rapport");

    // One of the contracts is what the provider itself relies on.
    browser.go(&format!("{}contrats/{}/rang", server.address, ids[1]));
    browser.says("Contrat d’un sous-traitant");
    hold(browser, "40-rang");
    browser.run(&format!("document.querySelector('#dessus').value = '{}'", ids[0]));
    browser.reach_and_press("main form .go", ENTER);
    browser.says("Ce qui se perd en cascade");
    browser.says("chiffre insuffisant");
    browser.says("3 heures");
    hold(browser, "41-cascade");
    browser.go(&format!("{}prestataires", server.address));
    browser.says("promesse non couverte");
    hold(browser, "42-prestataires");
    browser.go(&format!("{}recherche?q=restauration", server.address));
    browser.says("restauration");
    hold(browser, "43-recherche");
}

#[test]
fn an_auditor_with_a_dossier() {
    let Some(browser) = Browser::open() else { return };
    let dir = folder("paths-auditor-files");
    let server = Server::start("paths-auditor");
    browser.width(1440);
    browser.go(&server.address);
    browser.enter("#fichiers", &sample("maintenance-faible.txt"));
    browser.says("En bref");
    let done =
        posted(&browser, &[("/analyses/1/suivre".to_owned(), "prestataire=Kord%C3%A9lys&signe=2026-02-01".to_owned())]);
    assert!(done[0].ends_with("/contrats/kordelys-2026"), "{done:?}");

    an_auditor_is_invited(&browser, &server);
    reads_and_nothing_else(&browser, &server);
    the_dossier_is_verified(&browser, &server, &dir);
}

/// The first account, then an invitation for the auditor.
fn an_auditor_is_invited(browser: &Browser, server: &Server) {
    browser.go(&format!("{}reglages", server.address));
    browser.says("Créer le premier compte");
    hold(browser, "50-reglages-sans-compte");
    browser.enter("#p-nom", "Camille Roux");
    browser.enter("#p-email", "camille@exemple.fr");
    browser.enter("#p-mdp", "un long chemin de halage");
    browser.click("form[action='/reglages/premier'] .go");
    browser.says("Inviter une personne");
    hold(browser, "51-reglages");
    browser.enter("#i-nom", "Noé Lambert");
    browser.enter("#i-email", "noe@exemple.fr");
    browser.click("input[name=role][value=auditor]");
    browser.click("form[action='/reglages/inviter'] .go");
    browser.says("/invitation/");
    let address = browser.run("return document.body.innerText.match(/\\/invitation\\/[\\w-]+/)[0]");
    browser.go(&format!("{}compte", server.address));
    browser.says("camille@exemple.fr");
    hold(browser, "52-compte");
    browser.reach_and_press("form[action='/deconnexion'] button", ENTER);
    browser.says("Se connecter");
    hold(browser, "53-connexion");
    browser.go(&format!("{}{}", server.address.trim_end_matches('/'), address.as_str().expect("an address")));
    browser.says("Vous êtes invité");
    hold(browser, "54-invitation");
    browser.enter("#mdp", "la marée du soir monte");
    browser.reach_and_press("main form .go", ENTER);
    browser.until_true("!location.pathname.startsWith('/invitation')");
}

/// An auditor reads and verifies, and does nothing else.
fn reads_and_nothing_else(browser: &Browser, server: &Server) {
    browser.go(&format!("{}contrats/kordelys-2026", server.address));
    browser.says("Kordélys");
    assert_eq!(
        browser.run("return document.querySelectorAll('main input[type=checkbox], main input[type=file]').length"),
        0
    );
    browser.go(&format!("{}preuves", server.address));
    browser.says("Aucune preuve");
    assert_eq!(browser.run("return document.querySelector('#apporter') === null"), true);
    browser.go(&format!("{}reglages", server.address));
    browser.says("ne vous est pas ouverte");
    browser.complaints();
    let refused = posted(browser, &[("/contrats/kordelys-2026/decisions".to_owned(), "decision=confirmer".to_owned())]);
    assert_eq!(refused, ["refused 403"]);
    browser.complaints();
}

/// The dossier is exported and verified from the file, without the program; a changed one is refused; the command agrees.
fn the_dossier_is_verified(browser: &Browser, server: &Server, dir: &Path) {
    browser.go(&format!("{}registre", server.address));
    browser.says("Le dossier de preuves");
    hold(browser, "55-registre");
    browser.downloads_to(dir);
    browser.reach_and_press("form[action='/registre/dossier'] button", ENTER);
    let dossier = dir.join("dossier-registre.zip");
    let bytes = arrives(&dossier);
    browser.reach_and_press("a[href='/registre/verification']", ENTER);
    let page = dir.join("verifier-un-dossier.html");
    arrives(&page);
    browser.go(&format!("file://{}", page.display()));
    browser.says("sans réseau");
    browser.enter("#dossier", &dossier.display().to_string());
    browser.says("Ce dossier est intact");
    browser.says("tout le registre");
    hold(browser, "56-verifier");
    let mut tampered = bytes.clone();
    let middle = tampered.len() / 2;
    tampered[middle] ^= 1;
    let false_one = dir.join("dossier-touche.zip");
    fs::write(&false_one, &tampered).expect("written");
    browser.enter("#dossier", &false_one.display().to_string());
    browser.says("a été changé ou abîmé");
    hold(browser, "57-verifier-refuse");
    // Whatever byte is changed, the page sees it.
    let missed = browser.wait_for_script(&format!(
        "const done = arguments[0]; (async () => {{ const whole = Uint8Array.from(atob({}), c => c.charCodeAt(0)); \
         const missed = []; for (let at = 0; at < whole.length; at += 97) {{ const one = whole.slice(); one[at] ^= 1 << at % 8; \
         if (!verifyDossier(one).findings.length) missed.push(at); }} done([verifyDossier(whole).findings, missed]); }})()",
        json!(base64(&bytes))
    ));
    assert_eq!(missed, json!([[], []]));
    // The command agrees.
    let verify =
        |path: &Path| Command::new(env!("CARGO_BIN_EXE_clausule")).arg("verify").arg(path).output().expect("runs");
    assert!(verify(&dossier).status.success());
    assert!(!verify(&false_one).status.success());

    // And so do the pages themselves.
    browser.go(&format!("{}registre", server.address));
    browser.click("details:has(#dossier) summary");
    browser.enter("#dossier", &dossier.display().to_string());
    browser.click("form[action='/registre/verifier'] button");
    browser.says("Ce dossier est intact");
    hold(browser, "58-verifie");
    browser.go(&format!("{}contrats", server.address));
    browser.says("1 contrat");
    hold(browser, "59-contrats-auditeur");
}

#[test]
fn a_doctor_who_follows_a_contract() {
    let Some(browser) = Browser::open() else { return };
    let port = ports::free();
    let lmtp = format!("127.0.0.1:{port}");
    let server = Server::start_with("paths-doctor", &["--lmtp", &lmtp]);
    browser.width(1440);
    for (path, name) in [
        ("contrats", "60-aucun-contrat"),
        ("rapports", "61-aucun-rapport"),
        ("preuves", "62-aucune-preuve"),
        ("alertes", "63-rien"),
    ] {
        browser.go(&format!("{}{path}", server.address));
        browser.until_true("document.querySelector('main h1')");
        hold(&browser, name);
    }
    browser.go(&server.address);
    browser.enter("#fichiers", &sample("hebergement-cabinet-medical.docx"));
    browser.says("En bref");
    browser.says("Médorane Services");
    browser.reach_and_press(".after-next a", ENTER);
    browser.says("Nom du prestataire");
    assert_eq!(browser.run("return document.querySelector('#prestataire').value"), "Médorane Services");
    let (day, written, weekday) = yesterday();
    let signed = day.checked_sub(jiff::Span::new().days(40)).expect("a day");
    browser.run(&format!("document.querySelectorAll('input[type=date]').forEach(i => {{ i.value = '{signed}' }})"));
    browser.reach_and_press("main form .go", ENTER);
    browser.says("à confirmer");
    hold(&browser, "64-promesses");
    browser.reach_and_press("button[value=confirmer]", ENTER);
    browser.says("Faire arriver les preuves");
    hold(&browser, "65-suivi");

    // An address for the backup mails.
    browser.reach_and_press("main .next .go", ENTER);
    browser.says("Comment arrivent-elles");
    hold(&browser, "66-voies");
    browser.reach_and_press("main form.card .go", ENTER);
    browser.says("Transférez à cette adresse");
    hold(&browser, "67-adresse");
    let address = browser.run("return document.querySelector('.made code').innerText");
    deliver(port, address.as_str().expect("an address"), &nightly(&written, &weekday, 11));
    browser.reach_and_press(".made .go", ENTER);
    browser.until_true("document.querySelector('svg.heat rect.h1')");
    browser.says("courriel.eml");
    hold(&browser, "68-calendrier");
    browser.print("68-calendrier");

    browser.go(&format!("{}/dates", browser.at().split(['?', '#']).next().unwrap_or_default()));
    browser.says("Le contrat prend effet le");
    hold(&browser, "69-dates");
    browser.go(&format!("{}rapports", server.address));
    browser.says("Médorane Services");
    browser.reach_and_press("main .rows a", ENTER);
    browser.until("/page");
    browser.says("Médorane Services");
    hold(&browser, "70-rapport-medecin");
    browser.go(&format!("{}analyses/1", server.address));
    browser.says("En bref");
    browser.print("71-synthese");
}
