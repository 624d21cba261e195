//! The PDF reader on small files of ours: fixtures printed by other programs and pages written here by hand.

use contract::PageState;
use readers::lines::Line;
use readers::pdf::{PdfPages, read};
use readers::{Limits, NoOcr, Ocr, ReadError};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}.pdf", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn pages(bytes: &[u8]) -> PdfPages {
    read(bytes, &NoOcr, &Limits::default()).expect("readable")
}

fn texts(found: &PdfPages) -> Vec<String> {
    found.pages.iter().flat_map(|p| &p.lines).map(|l| l.text.clone()).collect()
}

/// A one-page PDF with Helvetica (F1) and Helvetica-Bold (F2); `font` is added to the dictionary of F1.
fn handmade(content: &[u8], font: &str, objects: &[Vec<u8>]) -> Vec<u8> {
    let mut all: Vec<Vec<u8>> = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>"
            .to_vec(),
        [format!("<</Length {}>>stream\n", content.len()).as_bytes(), content, b"\nendstream"].concat(),
        format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding{font}>>").into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>".to_vec(),
    ];
    all.extend_from_slice(objects);
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in all.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend_from_slice(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", all.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF", all.len() + 1).bytes());
    out
}

/// Text operators in WinAnsi for lines of (x, y from the bottom, text).
fn drawn(lines: &[(f32, f32, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (x, y, text) in lines {
        out.extend(format!("BT /F1 10 Tf {x} {y} Td (").bytes());
        for c in text.chars() {
            out.extend(matches!(c, '(' | ')' | '\\').then_some(b'\\'));
            out.push(u8::try_from(u32::from(c)).unwrap_or(b'?'));
        }
        out.extend(b") Tj ET\n");
    }
    out
}

const LEFT: [&str; 6] = [
    "Le prestataire surveille les serveurs",
    "du client tous les jours de la semaine,",
    "de jour comme de nuit, et le prévient",
    "sans attendre de toute panne constatée",
    "sur les machines dont il a la garde et",
    "sur les réseaux qui les relient au site.",
];
const RIGHT: [&str; 6] = [
    "Chaque mois il remet un relevé des",
    "incidents, de leur cause, de leur durée",
    "et des mesures prises pour que la même",
    "panne ne se reproduise pas ; le relevé",
    "est examiné en comité de pilotage par",
    "les deux parties avant la fin du mois.",
];

fn two_columns(offset: f32) -> Vec<(f32, f32, &'static str)> {
    let left = LEFT.iter().enumerate().map(|(i, t)| (60.0, 700.0 - 13.0 * i as f32, *t));
    let right = RIGHT.iter().enumerate().map(move |(i, t)| (310.0, 700.0 - offset - 13.0 * i as f32, *t));
    left.chain(right).collect()
}

#[test]
fn two_columns_are_read_one_after_the_other_in_whatever_order_they_are_drawn() {
    let expected: Vec<&str> = LEFT.iter().chain(&RIGHT).copied().collect();
    for offset in [0.0, 5.5] {
        let mut lines = two_columns(offset);
        for turn in 0..3 {
            match turn {
                1 => lines.sort_by(|a, b| b.1.total_cmp(&a.1)),
                2 => lines.sort_by_key(|l| (l.2.len() * 7) % 11),
                _ => {}
            }
            assert_eq!(texts(&pages(&handmade(&drawn(&lines), "", &[]))), expected, "offset {offset} turn {turn}");
        }
    }
}

#[test]
fn printed_columns_keep_their_sentences_and_bold_headings() {
    let found = pages(&fixture("deux-colonnes"));
    let text = texts(&found).join(" ");
    assert!(
        text.contains("une pénalité de 5\u{a0}% de la redevance mensuelle est due pour chaque dixième de point perdu")
    );
    assert!(text.contains("Article 4 – Sécurité Exemplia tient à jour les correctifs"));
    let heading = found.pages[0].lines.iter().find(|l| l.text == "Article 5 – Données personnelles").expect("heading");
    let body = found.pages[0].lines.iter().find(|l| l.text.starts_with("Exemplia agit")).expect("body");
    assert!(heading.bold && !body.bold);
    assert!((heading.indent - 62.6).abs() < 2.0, "indents compare over columns: {}", heading.indent);
    assert!(heading.gap >= 1.0 && body.gap < heading.gap);
}

#[test]
fn tables_are_read_row_by_row_with_their_cells_apart() {
    let found = pages(&fixture("tableaux"));
    let rows: Vec<&str> = found.pages[0].lines.iter().filter(|l| l.table_row).map(|l| l.text.as_str()).collect();
    assert_eq!(
        rows,
        [
            "Priorité | Définition | Prise en charge | Rétablissement",
            "P1 | Service totalement interrompu pour l’ensemble des utilisateurs d’un établissement, sans contournement | 15 minutes | 4 heures",
            "P2 | Service dégradé : une fonction essentielle est indisponible ou très lente pour plusieurs utilisateurs | 30 minutes | 8 heures",
            "P3 | Gêne sans effet sur l’activité | 4 heures | 3 jours",
            "Demande d’information | 1 jour | 5 jours",
            "Manquement | Pénalité | Plafond",
            "Retard de rétablissement P1 | 100 € par heure | 2 000 €",
            "Retard de rétablissement P2 | 50 € par heure | 1 000 €",
            "Compte rendu non remis | 30 € par jour | 300 €",
            "Fonction | Société | Téléphone",
            "Responsable de compte | Exemplia | 01 02 03 04 05",
            "Astreinte technique | Exemplia | 01 02 03 04 06",
            "Directeur informatique | Client | 01 02 03 04 07",
        ]
    );
    let spanning = found.pages[0].lines.iter().find(|l| l.text.starts_with("Les délais sont suspendus"));
    assert!(spanning.is_some_and(|l| !l.table_row));
}

#[test]
fn headers_and_footers_are_running_and_nothing_else() {
    let found = pages(&fixture("entetes"));
    assert_eq!(found.pages.len(), 3);
    for page in &found.pages {
        let running: Vec<&str> = page.lines.iter().filter(|l| l.running).map(|l| l.text.as_str()).collect();
        let footer = format!("Paraphes :   Page {} / 3", page.number);
        assert_eq!(running, ["Contrat de maintenance n° 2026-17", footer.as_str()]);
    }
}

#[test]
fn words_cut_at_line_ends_keep_hyphen_and_line() {
    let text = texts(&pages(&fixture("cesures"))).join("\n");
    let folded = contract::fold::fold(&text);
    assert!(folded.contains("a communiquer immediatement au responsable designe"), "{folded}");
    assert!(folded.contains("la confidentialite, l'integrite"), "{folded}");
}

#[test]
fn turned_pages_read_like_upright_ones() {
    let upright = texts(&pages(&fixture("cesures")));
    assert_eq!(texts(&pages(&fixture("tournee"))), upright);
    let up = b"BT /F1 10 Tf 0 1 -1 0 200 100 Tm (Le client informe) Tj ET BT /F1 10 Tf 0 1 -1 0 213 100 Tm (le prestataire.) Tj ET";
    assert_eq!(texts(&pages(&handmade(up, "", &[]))), ["Le client informe", "le prestataire."]);
}

#[test]
fn encryption_without_a_user_password_opens_and_with_one_is_named() {
    let plain = texts(&pages(&fixture("cesures")));
    assert_eq!(texts(&pages(&fixture("chiffre-proprietaire"))), plain);
    assert_eq!(texts(&pages(&fixture("chiffre-rc4"))), plain);
    assert_eq!(read(&fixture("chiffre-utilisateur"), &NoOcr, &Limits::default()), Err(ReadError::Encrypted));
}

#[test]
fn letters_one_by_one_and_drawn_twice_make_words() {
    let mut content = Vec::new();
    for shift in [0.0, 0.25] {
        for (i, c) in "panne".chars().enumerate() {
            let x = 100.0 + shift + 5.56 * i as f32;
            content.extend(format!("BT /F1 10 Tf {x} 700 Td ({c}) Tj ET\n").bytes());
        }
    }
    let found = pages(&handmade(&content, "", &[]));
    assert_eq!(texts(&found), ["panne"]);
    assert!(found.pages[0].lines[0].bold);
}

#[test]
fn bold_is_told_for_fonts_that_are_not_embedded() {
    let regular = ["Helvetica", "Times-Roman", "Courier", "Times-Italic"];
    let bold = ["Helvetica-Bold", "Times-Bold", "Courier-Bold", "Helvetica-BoldOblique"];
    for (font, is_bold) in regular.map(|f| (f, false)).into_iter().chain(bold.map(|f| (f, true))) {
        for text in ["Article 1 : objet", "le client confie", "ANNEXE TECHNIQUE", "Durée"] {
            let mut bytes = handmade(&drawn(&[(72.0, 700.0, text)]), "", &[]);
            let name = b"/BaseFont/Helvetica/";
            let at = bytes.windows(name.len()).position(|w| w == name).expect("font name");
            bytes.splice(at..at + name.len(), format!("/BaseFont/{font}/").bytes());
            let found = pages(&bytes);
            assert_eq!(found.pages[0].lines[0].bold, is_bold, "{font}: {text}");
        }
    }
}

#[test]
fn list_labels_and_contents_tables_are_no_tables() {
    let list = [
        (60.0, 700.0, "a)"),
        (90.0, 700.0, "le relevé des incidents du mois"),
        (60.0, 687.0, "b)"),
        (90.0, 687.0, "la liste des correctifs appliqués"),
        (60.0, 674.0, "c)"),
        (90.0, 674.0, "le calendrier des travaux à venir"),
        (60.0, 661.0, "d)"),
        (90.0, 661.0, "le suivi des actions décidées"),
    ];
    let found = pages(&handmade(&drawn(&list), "", &[]));
    assert_eq!(found.pages[0].state, PageState::Text);
    assert!(found.pages[0].lines.iter().all(|l| !l.table_row));
    assert!(texts(&found)[1].starts_with("b) ") && texts(&found)[1].ends_with("la liste des correctifs appliqués"));
}

/// An engine that answers with one line and remembers what it saw.
struct FakeOcr(std::cell::RefCell<Vec<(u32, u32, usize)>>);

impl Ocr for FakeOcr {
    fn recognise(&self, png: &[u8], dpi: u32, page: u32) -> Result<Vec<Line>, String> {
        assert!(png.starts_with(b"\x89PNG"));
        self.0.borrow_mut().push((page, dpi, png.len()));
        Ok(vec![Line { text: "Le prestataire s’engage".into(), ..Line::default() }])
    }
}

#[test]
fn scanned_pages_go_to_ocr_and_are_unreadable_without() {
    let without = pages(&fixture("scan"));
    assert!(matches!(&without.pages[0].state, PageState::Unreadable { reason } if reason.contains("apt-get install")));
    assert!(without.pages[0].lines.is_empty());
    let ocr = FakeOcr(std::cell::RefCell::default());
    let with = read(&fixture("scan"), &ocr, &Limits::default()).expect("readable");
    assert_eq!(with.pages[0].state, PageState::Ocr);
    assert_eq!((with.pages[0].lines[0].page, texts(&with).join(" ").as_str()), (1, "Le prestataire s’engage"));
    let seen = ocr.0.borrow();
    assert_eq!((seen.len(), seen[0].0, seen[0].1), (1, 1, 300));
    assert!(seen[0].2 > 10_000, "the picture holds ink: {} bytes", seen[0].2);
}

#[test]
fn a_font_that_lies_about_its_letters_is_not_believed() {
    let cmap = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def \
        1 begincodespacerange <00> <ff> endcodespacerange \
        2 beginbfrange <20> <60> <0020> <61> <7a> <0062> endbfrange endcmap end end";
    let object = [format!("<</Length {}>>stream\n", cmap.len()).as_bytes(), cmap, b"\nendstream"].concat();
    let content = drawn(&two_columns(0.0));
    let liar = pages(&handmade(&content, "/ToUnicode 7 0 R", &[object]));
    assert!(matches!(&liar.pages[0].state, PageState::Unreadable { reason } if reason.contains("décoder")));
    assert_eq!(pages(&handmade(&content, "", &[])).pages[0].state, PageState::Text);
}

#[test]
fn invisible_text_is_left_out_and_told() {
    let mut content = drawn(&[(72.0, 700.0, "La pénalité est due.")]);
    content.extend(b"BT 3 Tr /F1 10 Tf 72 650 Td (Aucune p\xe9nalit\xe9 ne sera jamais due.) Tj ET");
    let found = pages(&handmade(&content, "", &[]));
    assert_eq!(texts(&found), ["La pénalité est due."]);
    assert!(found.problems.iter().any(|p| p.page == Some(1) && p.message.contains("invisible")));
}

#[test]
fn pages_beyond_the_limit_are_unreadable_not_missing() {
    let limits = Limits { pages: 2, ..Limits::default() };
    let found = read(&fixture("entetes"), &NoOcr, &limits).expect("readable");
    let states: Vec<bool> = found.pages.iter().map(|p| p.state == PageState::Text).collect();
    assert_eq!(states, [true, true, false]);
    let few = Limits { text_chars: 500, ..Limits::default() };
    let found = read(&fixture("entetes"), &NoOcr, &few).expect("readable");
    assert!(matches!(&found.pages[2].state, PageState::Unreadable { reason } if reason.contains("limite")));
}

#[test]
fn a_page_that_draws_without_end_is_given_up() {
    let mut content = b"BT /F1 10 Tf 72 700 Td\n".to_vec();
    for _ in 0..400_000 {
        content.extend(b"(a)Tj\n");
    }
    let found = pages(&handmade(&content, "", &[]));
    assert!(matches!(&found.pages[0].state, PageState::Unreadable { reason } if reason.contains("trop")));
}

#[test]
fn a_content_stream_that_unpacks_beyond_reason_is_not_unpacked() {
    use std::io::Write;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..200 {
        packer.write_all(&spaces).expect("packs");
    }
    let packed = packer.finish().expect("packs");
    let mut bytes = handmade(b"", "", &[]);
    let object = [
        format!("\n4 0 obj\n<</Filter/FlateDecode/Length {}>>stream\n", packed.len()).as_bytes(),
        &packed,
        b"\nendstream\nendobj\n",
    ]
    .concat();
    let at = bytes.windows(7).position(|w| w == b"4 0 obj").expect("content object");
    let end = bytes[at..].windows(6).position(|w| w == b"endobj").expect("its end") + at + 6;
    bytes.splice(at..end, object);
    let found = pages(&bytes);
    assert!(matches!(&found.pages[0].state, PageState::Unreadable { reason } if reason.contains("démesuré")));
}

#[test]
fn what_is_no_pdf_is_an_error() {
    assert_eq!(read(b"", &NoOcr, &Limits::default()), Err(ReadError::Empty));
    assert!(matches!(read(b"bonjour", &NoOcr, &Limits::default()), Err(ReadError::Damaged { format: "PDF", .. })));
}

/// Deterministic generator (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

fn damaged(original: &[u8], kind: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = original.to_vec();
    match kind {
        0 => bytes.truncate(dice.roll(original.len())),
        1 => {
            for _ in 0..=dice.roll(256) {
                let at = dice.roll(bytes.len());
                bytes[at] ^= 1 << dice.roll(8);
            }
        }
        _ => {
            let digits: Vec<usize> = (0..bytes.len()).filter(|i| bytes[*i].is_ascii_digit()).collect();
            for _ in 0..=dice.roll(12) {
                let at = digits[dice.roll(digits.len())];
                bytes[at] = b'0' + dice.roll(10) as u8;
            }
        }
    }
    bytes
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time a damaged file takes is what is tested")]
fn damaged_files_neither_panic_nor_hang() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let originals = [fixture("tableaux"), fixture("chiffre-proprietaire"), fixture("deux-colonnes")];
    let mut read_anyway = 0;
    for i in 0..300 {
        let bytes = damaged(&originals[i % 3], (i / 3) % 3, &mut dice);
        let start = std::time::Instant::now();
        if let Ok(found) = read(&bytes, &NoOcr, &Limits::default()) {
            assert!(!found.pages.is_empty());
            read_anyway += usize::from(!texts(&found).is_empty());
        }
        assert!(start.elapsed().as_secs() < 10, "variant {i} took {:?}", start.elapsed());
    }
    assert!(read_anyway > 60, "only {read_anyway} of 300 damaged files gave text");
}
