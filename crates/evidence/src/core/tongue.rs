//! What tools say in French and German, turned into what they say in English.
//!
//! Whole phrases of the tools' own message catalogues: a translation that is not known stays as it is, and proves nothing.

use std::borrow::Cow;

/// Longest text looked at, in bytes: reports and outputs are shorter, logs are not translated.
const LONGEST: usize = 1 << 20;

/// What the tool says, and what it says in English.
type Phrase = (&'static str, &'static str);

const UNATTENDED_UPGRADES: &[Phrase] = &[
    ("Démarrage du script de mise à niveau automatique", "Starting unattended upgrades script"),
    ("Skript für automatische Systemaktualisierung wird gestartet", "Starting unattended upgrades script"),
    ("Toutes les mises à niveau ont été installées", "All upgrades installed"),
    ("Alle Systemaktualisierungen installiert", "All upgrades installed"),
    ("Ergebnis der automatischen Systemaktualisierung: ", "Unattended upgrade result: "),
    ("Aucun paquet à mettre à niveau automatiquement", "No packages found that can be upgraded unattended"),
    (
        "Es wurden keine Pakete gefunden, von denen eine automatische Systemaktualisierung durchgeführt werden kann",
        "No packages found that can be upgraded unattended",
    ),
    ("Échec de l'installation des mises à niveau", "Installing the upgrades failed!"),
    ("Installation der Systemaktualisierungen ist fehlgeschlagen!", "Installing the upgrades failed!"),
    ("dpkg a renvoyé une erreur", "dpkg returned a error!"),
    ("dpkg gab einen Fehler zurück", "dpkg returned a error!"),
    ("Message d'erreur : ", "error message: "),
    ("Fehlermeldung: ", "error message: "),
    ("propose une invite de fichier de configuration", "has conffile prompt"),
    ("hat eine conffile-Eingabeaufforderung", "has conffile prompt"),
    ("Essai de mise à niveau des paquets :", "Packages that attempted to upgrade:"),
    ("Pakete, bei denen eine Aktualisierung versucht wurde:", "Packages that attempted to upgrade:"),
    ("Paquets mis à niveau :\n", "Packages that were upgraded:\n"),
    ("Pakete, welche aktualisiert wurden:", "Packages that were upgraded:"),
    ("Paquets mis à niveau : ", "Packages that will be upgraded: "),
    ("Pakete, welche aktualisiert werden: ", "Packages that will be upgraded: "),
    (
        "Paquets susceptibles d'être mis à niveau mais maintenus dans leur état actuel :",
        "Packages with upgradable origin but kept back:",
    ),
    (
        "Pakete mit aktualisierbarem Ursprung, aber zurückgehalten werden.",
        "Packages with upgradable origin but kept back:",
    ),
    ("Journal de unattended-upgrades :", "Unattended-upgrades log:"),
    ("Protokoll der automatischen Systemaktualisierung:", "Unattended-upgrades log:"),
    ("Paquets qui sont conservés : ", "Packages that are kept back: "),
    ("Pakete die zurückgehalten wurden: ", "Packages that are kept back: "),
    ("un redémarrage est requis afin d'achever cette mise à niveau", "A reboot is required to complete this upgrade"),
    ("ein Neustart ist erforderlich, um diese Systemaktualisierung", "A reboot is required to complete this upgrade"),
    (
        "Verrouillage impossible (y a-t-il un autre gestionnaire",
        "Lock could not be acquired (y a-t-il un autre gestionnaire",
    ),
    ("Sperre konnte nicht angefordert werden", "Lock could not be acquired"),
    ("Le verrouillage du cache est impossible, abandon", "Cache lock can not be acquired, exiting"),
    ("Zwischenspeichersperre kann nicht angefordert werden", "Cache lock can not be acquired"),
];

/// Of the subjects of its mails.
const SUBJECTS: &[Phrase] = &[
    ("d'unattended-upgrades pour ", "unattended-upgrades result for "),
    ("Ergebnis der automatischen Systemaktualisierung für ", "unattended-upgrades result for "),
    ("[Redémarrage requis]", "[reboot required]"),
    ("[Neustart erforderlich]", "[reboot required]"),
    ("[Paquet bloqué]", "[package on hold]"),
    ("[Paket zurückgehalten]", "[package on hold]"),
];

const DUPLICITY: &[Phrase] = &[
    ("Vérification complète : ", "Verify complete: "),
    ("Überprüfung vollständig: ", "Verify complete: "),
    (" fichiers comparés, ", " files compared, "),
    (" fichier comparé, ", " file compared, "),
    (" Dateien verglichen, ", " files compared, "),
    (" Datei verglichen, ", " file compared, "),
    (" différence trouvée.", " difference found."),
    (" différences trouvées.", " differences found."),
    (" Unterschied gefunden.", " difference found."),
    (" Unterschiede gefunden.", " differences found."),
    ("Différence trouvée : ", "Difference found: "),
    ("Unterschiede gefunden: ", "Difference found: "),
    ("[ Statistiques de sauvegarde ]", "[ Backup Statistics ]"),
    ("[ Sicherungsstatistiken ]", "[ Backup Statistics ]"),
    ("Date de la dernière sauvegarde complète : ", "Last full backup date: "),
    ("Letzte vollständige Sicherung: ", "Last full backup date: "),
    ("Les métadonnées locales et distantes sont déjà synchronisées", "Local and Remote metadata are synchronized"),
    ("Lokale und entfernte Metadaten sind bereits synchron", "Local and Remote metadata are synchronized"),
    ("État de la collection\n", "Collection Status\n"),
    ("Sammlungszustand\n", "Collection Status\n"),
    ("Le dossier source de sauvegarde ", "Backup source directory "),
    ("Sicherungsquellverzeichnis ", "Backup source directory "),
    ("Erreur de ligne de commande : ", "Command line error: "),
    ("Befehlszeilenfehler: ", "Command line error: "),
    ("Erreur fatale : ", "Fatal Error: "),
    ("Kritischer Fehler: ", "Fatal Error: "),
    ("Schwerwiegender Fehler: ", "Fatal Error: "),
    ("Erreur d'accès au fichier ", "Error accessing possibly locked file "),
    ("Fehler beim Zugriff auf möglicherweise gesperrte Datei ", "Error accessing possibly locked file "),
];

const POSTGRESQL: &[Phrase] = &[
    (": erreur : ", ": error: "),
    (": Fehler: ", ": error: "),
    (": attention : ", ": warning: "),
    (": Warnung: ", ": warning: "),
    ("traitement des données de la table « ", "processing data for table \""),
    ("verarbeite Daten für Tabelle »", "processing data for table \""),
    ("sauvegarde du contenu de la table « ", "dumping contents of table \""),
    ("gebe Inhalt der Tabelle »", "dumping contents of table \""),
    ("erreurs ignorées lors de la restauration : ", "errors ignored on restore: "),
    ("bei Wiederherstellung ignorierte Fehler: ", "errors ignored on restore: "),
];

const APT: &[Phrase] = &[
    ("[pouvant être mis à jour depuis : ", "[upgradable from: "),
    ("[aktualisierbar von: ", "[upgradable from: "),
    ("Construction de l'arbre des dépendances", "Building dependency tree"),
    ("Abhängigkeitsbaum wird aufgebaut", "Building dependency tree"),
    (" mis à jour, ", " upgraded, "),
    (" aktualisiert, ", " upgraded, "),
    (" nouvellement installés, ", " newly installed, "),
    (" neu installiert, ", " newly installed, "),
    (" à enlever et ", " to remove and "),
    (" zu entfernen und ", " to remove and "),
    (" non mis à jour.", " not upgraded."),
    (" nicht aktualisiert.", " not upgraded."),
];

/// The subject of a mail with the phrases known turned into English.
pub fn subject(text: &str) -> String {
    let mut out = Cow::Borrowed(text);
    SUBJECTS.iter().for_each(|(foreign, own)| turn(&mut out, foreign, own));
    out.into_owned()
}

/// Signs of a catalogue: only where one stands is its list gone through.
const CATALOGUES: [(&[&str], &[Phrase]); 4] = [
    (&["mise à niveau", "mises à niveau", "ystemaktualisierung", "Verrouillage", "Sperre "], UNATTENDED_UPGRADES),
    (
        &["sauvegarde", "icherung", "étadonnées", "Metadaten", "Vérification complète", "Überprüfung vollständig"],
        DUPLICITY,
    ),
    (&["pg_restore: ", "pg_dump: "], POSTGRESQL),
    (&["arbre des dépendances", "Abhängigkeitsbaum", "[pouvant être mis", "[aktualisierbar von"], APT),
];

/// The text with the phrases known turned into English.
pub fn english(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST || text.starts_with(['{', '[', '<']) {
        return Cow::Borrowed(text);
    }
    let mut out = Cow::Borrowed(text);
    for (signs, phrases) in CATALOGUES {
        if signs.iter().any(|sign| out.contains(sign)) {
            for (foreign, own) in phrases {
                turn(&mut out, foreign, own);
                // The space before a French colon does not break.
                if foreign.contains(" :") {
                    turn(&mut out, &foreign.replace(" :", "\u{a0}:"), own);
                }
            }
        }
    }
    out
}

fn turn(out: &mut Cow<'_, str>, foreign: &str, own: &str) {
    if out.contains(foreign) {
        *out = Cow::Owned(out.replace(foreign, own));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_phrases_are_turned_and_others_stay() {
        assert_eq!(
            english("Vérification complète\u{a0}: 41 fichiers comparés, 0 différence trouvée."),
            "Verify complete: 41 files compared, 0 difference found."
        );
        assert_eq!(english("pg_restore: erreur : fichier tronqué"), "pg_restore: error: fichier tronqué");
        assert_eq!(english("la sauvegarde : terminée"), "la sauvegarde : terminée");
    }
}
