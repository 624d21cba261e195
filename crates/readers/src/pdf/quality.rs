//! Whether the words of a page are words at all: fonts may lie about their letters.

use std::collections::HashSet;
use std::sync::LazyLock;

use contract::fold;

/// Fewest words for a judgement.
const WORDS: usize = 25;

/// Whether the text of a page looks like letters put in the place of others.
///
/// In our corpus pages of French have 12 to 60 % of their words in the short list below and at most 4 % that nobody
/// could pronounce; the same text with its letters shifted has at most 8 % and at least 15 %.
pub fn is_gibberish<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let (mut words, mut common, mut odd) = (0usize, 0usize, 0usize);
    for line in lines {
        for word in line.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
            let length = word.chars().count();
            if length <= 6 && word.chars().all(char::is_uppercase) {
                continue;
            }
            let folded = fold::fold(word);
            words += 1;
            common += usize::from(COMMON.contains(folded.trim()));
            odd += usize::from(length >= 3 && !is_pronounceable(&folded));
        }
        if words > 80 && common * 100 > words * 20 {
            return false;
        }
        if words > 600 {
            break;
        }
    }
    words >= WORDS && common * 100 < words * 9 && odd * 100 > words * 12
}

/// At least one vowel, no more than four consonants or three vowels in a row, no pair of letters that French
/// and English words lack. The word is folded.
fn is_pronounceable(word: &str) -> bool {
    let letters = word.as_bytes();
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let (mut consonants, mut vowels, mut any) = (0, 0, false);
    for &b in letters {
        if !b.is_ascii_lowercase() {
            return false;
        }
        if vowel(b) {
            any = true;
            vowels += 1;
            consonants = 0;
        } else {
            consonants += 1;
            vowels = 0;
        }
        if consonants > 4 || vowels > 4 {
            return false;
        }
    }
    any && !letters.windows(2).any(|pair| ODD_PAIRS.contains(&[pair[0], pair[1]]))
}

/// Pairs of letters that hardly stand within a French or English word.
const ODD_PAIRS: [[u8; 2]; 60] = [
    *b"bq", *b"bx", *b"cj", *b"cv", *b"cx", *b"dx", *b"fq", *b"fx", *b"fv", *b"gq", *b"gx", *b"gv", *b"hx", *b"hj",
    *b"hz", *b"jb", *b"jc", *b"jf", *b"jg", *b"jh", *b"jk", *b"jl", *b"jm", *b"jn", *b"jp", *b"jq", *b"jr", *b"jt",
    *b"jv", *b"jx", *b"jz", *b"kq", *b"kx", *b"kz", *b"mx", *b"pq", *b"px", *b"qb", *b"qd", *b"qf", *b"qg", *b"qj",
    *b"qm", *b"qn", *b"qp", *b"qt", *b"qv", *b"qx", *b"qz", *b"vb", *b"vf", *b"vj", *b"vp", *b"vq", *b"vt", *b"vx",
    *b"wx", *b"xj", *b"zq", *b"zx",
];

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COMMON_WORDS.split_whitespace().collect());

/// Frequent words of French prose and of contracts, folded.
const COMMON_WORDS: &str = "a acces accord afin ai ainsi alors an annee annexe annexes ans apres article \
articles au aucun aucune aura aussi autre autres aux avant avec avoir avons bien c ca cadre car cas ce ceci cela \
celle celles celui ces cet cette ceux chaque charge ci client clients comme comment compte condition conditions \
contrat contre contrats d dans date de debut deja delai delais demande depuis des deux devra doit doivent donc \
donnees dont droit droits du duree durant e elle elles en encore entre envers est et etait etant etat ete etre eu eux \
fait faire fin fois font force fournir frais general generale generales grand heure heures hors i ici il ils \
information informations j je jour jours jusqu jusque l la laquelle le lequel les lesquelles lesquels leur leurs \
lieu lors lorsque lui m ma mais maintenance meme memes mes mesure mesures mise mois moins mon n ne ni nom non nos \
notamment notre nous nouveau objet obligation obligations on ont ou par parmi part partie parties pas pendant \
personne personnes peu peut peuvent plus plusieurs point possible pour pourra pouvoir premier premiere present \
presente presentes prestataire prestation prestations prevu prevues prix puis qu quand que quel quelle qualite qui \
quoi s sa sans sauf se securite selon sera seront service services ses seul seule si sien site societe soit son \
sont sous suite suivant sur systeme t ta tant tel telle tels temps titulaire tous tout toute toutefois toutes \
travail tres trois type un une utilisateur utilisation utilise vers vie ville vos votre vous vu y reponse reseau \
logiciel serveur serveurs niveau mode projet public niveaux gestion technique techniques moyens cours effet \
responsable responsabilite traitement paiement caractere personnel application applications sociale";

#[cfg(test)]
mod tests {
    use super::*;

    const FRENCH: &str = "Le prestataire s'engage à rétablir le service dans un délai de quatre heures ouvrées \
        à compter de la déclaration de l'incident par le client, sauf en cas de force majeure dûment constatée \
        par les parties au présent contrat.";
    const ENGLISH: &str = "The provider shall restore the platform within four business hours after any incident \
        reported by the customer, except where force majeure prevents remediation, as described throughout \
        this schedule concerning availability measurements.";

    fn shifted(text: &str) -> String {
        let next = |c: char| if c.is_ascii_lowercase() { char::from((c as u8 - b'a' + 1) % 26 + b'a') } else { c };
        fold::fold(text).chars().map(next).collect()
    }

    #[test]
    fn letters_put_for_others_are_told_from_languages() {
        assert!(!is_gibberish([FRENCH].into_iter()));
        assert!(!is_gibberish([ENGLISH].into_iter()));
        assert!(is_gibberish([shifted(FRENCH).as_str()].into_iter()));
    }

    #[test]
    fn tables_of_names_and_acronyms_are_not_gibberish() {
        let table = "SRV-AD01 Windows Server 2019 VMware vSphere HTTPS TLS RSA PRA PCA Zabbix nginx PostgreSQL \
            Kubernetes Debian bullseye Fortinet FortiGate Sophos Veeam Backup Replication Microsoft Exchange \
            Online SharePoint Teams OneDrive Active Directory DHCP DNS WSUS Bastion Wallix";
        assert!(!is_gibberish([table].into_iter()));
    }
}
