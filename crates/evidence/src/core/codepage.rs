//! Bytes of Windows programs: the desktop's code page 1252, and 850 of consoles in western Europe.

/// Letters of code page 850 at 0x80 to 0xA5, in order.
const CONSOLE: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑ";
/// Signs of code page 1252 at 0x80 to 0x9F, in order; the unused ones as the replacement.
const DESKTOP: &str = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ";

/// The text of bytes that are no UTF-8.
pub fn decode(bytes: &[u8]) -> String {
    let console = is_console(bytes);
    bytes.iter().map(|b| letter(*b, console)).collect()
}

fn letter(byte: u8, console: bool) -> char {
    let at = |table: &str, first: u8| table.chars().nth(usize::from(byte - first));
    match byte {
        0x80..=0xa5 if console => at(CONSOLE, 0x80).unwrap_or('\u{fffd}'),
        0xe1 if console => 'ß',
        0xff if console => '\u{a0}',
        0xae if console => '«',
        0xaf if console => '»',
        0xf8 if console => '°',
        0x80..=0x9f => at(DESKTOP, 0x80).unwrap_or('\u{fffd}'),
        other => char::from(other),
    }
}

/// Whether the bytes are a console's: there `é`, `è`, `à`, `ê`, `ç`, `ü`, `ä`, `ö` lie where the desktop has quotation marks
/// and other signs, which do not stand between letters; the desktop's letters lie above 0xC0.
fn is_console(bytes: &[u8]) -> bool {
    const ACCENTS: [u8; 14] = [0x81, 0x82, 0x83, 0x84, 0x85, 0x87, 0x88, 0x8a, 0x8b, 0x8c, 0x90, 0x93, 0x94, 0x96];
    let inside = |w: &[u8]| ACCENTS.contains(&w[1]) && (w[0].is_ascii_alphabetic() || w[2].is_ascii_alphabetic());
    let console = bytes.windows(3).filter(|w| inside(w)).count();
    let desktop = bytes.windows(2).filter(|w| w[1] >= 0xc0 && w[0].is_ascii_alphabetic()).count();
    console > desktop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_and_the_desktop_are_told_apart() {
        assert_eq!(decode(b"op\x82ration termin\x82e \x85 3 h"), "opération terminée à 3 h");
        assert_eq!(
            decode(b"op\xe9ration termin\xe9e : l\x92\xe9tat est \x93bon\x94"),
            "opération terminée : l’état est “bon”"
        );
    }
}
