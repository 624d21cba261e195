//! The paths of real people, in headless Chromium, driving the real program with a real base. Skipped, aloud, where no
//! Chromium is installed.

mod browser;

use browser::{Browser, Server, hold, sample};
use serde_json::json;
use std::path::Path;

#[test]
fn a_doctor_with_a_contract() {
    let Some(browser) = Browser::open() else { return };
    let server = Server::start("browser-doctor");
    browser.width(1440);
    browser.go(&server.address);
    browser.says("Déposez");
    hold(&browser, "01-accueil");
    browser.enter("#fichiers", &sample("hebergement-cabinet-medical.docx"));
    browser.until("/analyses/1");
    browser.says("En bref");
    hold(&browser, "02-synthese");

    browser.go(&format!("{}analyses/1/lecture", server.address));
    hold(&browser, "03-lecture");
    // By keyboard: from a verdict's quote to its words in the contract.
    browser.run("document.querySelector('.point blockquote a').focus()");
    browser.press("\u{E007}");
    browser.until("/lecture#q-");
    browser.until_true("document.querySelector('mark:target')");
    browser.run("document.querySelector('mark:target').closest('.sheet').querySelector('.tag').focus()");
    browser.press("\u{E007}");
    browser.until_true("document.querySelector('.point:target')");
    browser.click(".asked button[name=oui]");
    browser.says("Vérifié par Camille");

    browser.go(&format!("{}analyses/1/corriger", server.address));
    hold(&browser, "04-corriger");
    browser.click("main form .button.go");
    browser.until("/apercu");
    browser.says("changements");
    hold(&browser, "05-apercu");
    let size = browser.wait_for_script(
        "const done = arguments[0]; fetch(document.querySelector('.next .go').href).then(r => r.arrayBuffer()).then(b => done(b.byteLength))",
    );
    assert!(size.as_u64().unwrap_or(0) > 5_000, "the mended file comes: {size}");
    for (path, name) in [
        ("analyses/1/versions", "06-versions"),
        ("analyses", "07-analyses"),
        ("guide", "08-guide"),
        ("guide/SAU-06", "09-point"),
        ("documents", "10-documents"),
        ("documents/annexe-securite", "11-document"),
        ("nulle-part", "12-erreur"),
    ] {
        browser.go(&format!("{}{path}", server.address));
        if name == "12-erreur" {
            // The browser itself logs a page that is not there.
            browser.complaints();
        }
        hold(&browser, name);
    }
}

#[test]
fn a_doctor_with_a_scanned_contract() {
    let Some(browser) = Browser::open() else { return };
    let server = Server::start("browser-scan");
    browser.width(1440);
    browser.go(&server.address);
    let scan = Path::new(env!("CARGO_MANIFEST_DIR")).join("../readers/tests/fixtures/scan.pdf");
    browser.enter("#fichiers", &scan.canonicalize().expect("a scan").display().to_string());
    browser.until("/analyses/1");
    // Read by OCR where Tesseract is installed, else told to be unreadable: never taken for silence.
    browser.until_true("/OCR|llisible/.test(document.body?.innerText)");
    browser.go(&format!("{}analyses/1/lecture", server.address));
    hold(&browser, "13-numerise");
    browser.go(&format!("{}analyses/1/corriger", server.address));
    if browser.run("return document.querySelector('main form .button.go') === null") == json!(true) {
        return; // without Tesseract nothing was read, so nothing is to mend
    }
    browser.click("main form .button.go");
    browser.until("/apercu");
    browser.says("avenant");
    hold(&browser, "14-avenant");
}

#[test]
fn a_doctor_without_script() {
    let Some(browser) = Browser::open() else { return };
    let server = Server::start("browser-no-script");
    browser.chrome("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.go(&server.address);
    browser.enter("#fichiers", &sample("maintenance-faible.pdf"));
    browser.click(".drop .button.go");
    // The page renews itself by its own header until the contract is read.
    browser.until("/analyses/1");
    browser.click(".next .go");
    browser.until("/corriger");
}
