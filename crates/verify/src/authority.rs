//! The authority's own signature on a time stamp: CMS `SignedData` with signed attributes (RFC 5652, 3161, 5816), its
//! certificate, and the chain to one the reader trusts. Signatures and chains are checked by `webpki` over `ring`.

use crate::certificate::{self, Certificate};
use crate::der::{Element, INTEGER, OCTETS, OID, Reader, SEQUENCE, SET};
use crate::stamp::{self, SHA256, Stamp, TST_INFO, Token};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use std::time::Duration;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const SHA384: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
const SHA512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];
/// `rsaEncryption` and its sisters with SHA-256, SHA-384, SHA-512.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
/// `ecdsa-with-SHA256` and its sisters.
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// What a certificate in the chain may be used for, where it says so.
const TIME_STAMPING: KeyUsage = KeyUsage::required_if_present(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08]);

/// Who signed a time stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The holder of the certificate, as `CN=…, O=…`.
    pub subject: String,
    /// The SHA-256 of the certificate, in hexadecimal.
    pub sha256: String,
    /// Whether a certificate that the reader trusts vouches for it.
    pub trusted: bool,
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsigned {
    /// It is false, or its certificate could not sign.
    Wrong(String),
    /// It can't be checked here.
    Unknown(String),
}

impl std::fmt::Display for Unsigned {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (Self::Wrong(why) | Self::Unknown(why)) = self;
        f.write_str(why)
    }
}

fn wrong<T>(why: impl Into<String>) -> Result<T, Unsigned> {
    Err(Unsigned::Wrong(why.into()))
}

/// Certificates of authorities that the reader trusts.
#[derive(Debug, Clone, Default)]
pub struct Authorities(Vec<Vec<u8>>);

impl Authorities {
    /// Reads one or more certificates in PEM, or one in DER.
    ///
    /// # Errors
    /// When there is none, in French.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        const NONE: &str = "ce fichier ne contient pas de certificat (PEM ou DER)";
        if Certificate::read(bytes).is_some() {
            return Ok(Self(vec![bytes.to_vec()]));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NONE)?;
        let mut all = Vec::new();
        for part in text.split("-----BEGIN CERTIFICATE-----").skip(1) {
            let body: String = part.split("-----END").next().unwrap_or_default().split_whitespace().collect();
            let der = STANDARD.decode(body).ok().filter(|d| Certificate::read(d).is_some());
            all.push(der.ok_or("un certificat de ce fichier est illisible")?);
        }
        if all.is_empty() { Err(NONE) } else { Ok(Self(all)) }
    }
}

/// Checks an answer's signature; with `trusted`, also that one of these vouches for the signer at the time of the stamp.
///
/// # Errors
/// When the answer is none, the signature false, the certificate not one that could sign it then, or nothing trusted vouches
/// for it.
pub fn check(response: &[u8], trusted: Option<&Authorities>) -> Result<(Stamp, Authority), Unsigned> {
    let Some(token) = stamp::token(response) else {
        return wrong("la réponse n'est pas un horodatage lisible en SHA-256");
    };
    let [signer] = token.signers.as_slice() else { return wrong("il faut une signature, et une seule") };
    let Some(signer) = Signer::read(*signer) else { return wrong("la signature est illisible") };
    let given = trusted.map_or(&[][..], |t| &t.0).iter().map(Vec::as_slice);
    let mut all = token.certificates.iter().copied().chain(given).filter_map(Certificate::read);
    let Some(certificate) = all.find(|c| signer.is(c)) else {
        return Err(Unsigned::Unknown(
            "le certificat du signataire n'est pas dans la réponse : donnez-le avec --tsa-ca".to_owned(),
        ));
    };
    signer.vouches(&token, &certificate)?;
    let name = certificate.subject();
    if let Err(why) = certificate.stamps() {
        return wrong(format!("le certificat « {name} » {why}"));
    }
    if !certificate.holds(token.seconds) {
        return wrong(format!("le certificat « {name} » ne valait pas le {}", token.stamp.time));
    }
    if let Some(other) = token.named.map(certificate::name).filter(|n| *n != name) {
        return wrong(format!("l'horodatage nomme une autre autorité (« {other} ») que le certificat (« {name} »)"));
    }
    if let Some(trusted) = trusted {
        chain(&token, &certificate, trusted).or_else(|why| wrong(format!("le certificat « {name} » {why}")))?;
    }
    let authority = Authority { subject: name, sha256: certificate.digest(), trusted: trusted.is_some() };
    Ok((token.stamp, authority))
}

/// Who signed, and what.
struct Signer<'a> {
    id: Element<'a>,
    digest: &'a [u8],
    attributes: Element<'a>,
    /// The signature's algorithm, and how long its salt is where it has one.
    algorithm: &'a [u8],
    salt: Option<usize>,
    signature: &'a [u8],
}

impl<'a> Signer<'a> {
    fn read(info: Element<'a>) -> Option<Self> {
        let mut info = Reader(Some(info).filter(|i| i.tag == SEQUENCE)?.body);
        info.next(INTEGER)?;
        let id = info.any()?;
        let digest = info.inside(SEQUENCE)?.next(OID)?.body;
        let attributes = info.next(0xa0)?;
        let mut kind = info.inside(SEQUENCE)?;
        let algorithm = kind.next(OID)?.body;
        let salt = kind.may(SEQUENCE).map(|p| salt(p.body));
        let signature = info.next(OCTETS)?.body;
        Some(Self { id, digest, attributes, algorithm, salt, signature })
    }

    /// Whether this is the certificate it names.
    fn is(&self, certificate: &Certificate) -> bool {
        match self.id.tag {
            0x80 => certificate.key_identifier() == Some(self.id.body),
            _ => {
                let mut id = Reader(self.id.body);
                let issuer = id.next(SEQUENCE).map(|i| i.whole);
                issuer == Some(certificate.issuer) && id.next(INTEGER).map(|n| n.body) == Some(certificate.serial)
            }
        }
    }

    /// The one value of an attribute.
    fn attribute(&self, id: &[u8]) -> Option<Element<'a>> {
        let mut found = None;
        for one in Reader(self.attributes.body).all()? {
            let mut one = Reader(Some(one).filter(|o| o.tag == SEQUENCE)?.body);
            if one.next(OID)?.body == id {
                let values = one.inside(SET)?.all()?;
                let [value] = values.as_slice() else { return None };
                if found.replace(*value).is_some() {
                    return None;
                }
            }
        }
        found
    }

    /// The signed attributes bear on the content and on this certificate, and the signature on them.
    fn vouches(&self, token: &Token, certificate: &Certificate) -> Result<(), Unsigned> {
        let Some(digest) = hash(self.digest, token.info) else {
            return Err(Unsigned::Unknown("l'empreinte signée n'est pas en SHA-256, SHA-384 ou SHA-512".to_owned()));
        };
        if self.attribute(CONTENT_TYPE).is_none_or(|v| v.tag != OID || v.body != TST_INFO) {
            return wrong("l'attribut signé contentType manque ou est faux");
        }
        if self.attribute(MESSAGE_DIGEST).is_none_or(|v| v.tag != OCTETS || v.body != digest) {
            return wrong("l'empreinte signée (messageDigest) n'est pas celle de l'horodatage : il a été changé");
        }
        match self.names(certificate) {
            None => return wrong("l'attribut signé signingCertificate manque ou est illisible"),
            Some(false) => return wrong("la signature nomme un autre certificat (signingCertificate)"),
            Some(true) => {}
        }
        // Signed as a SET; it stands in the token under a tag of its own.
        let mut signed = self.attributes.whole.to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = SET;
        }
        let salted = self.algorithm == RSA_PSS && self.salt != Some(digest.len());
        let algorithms = if salted { Vec::new() } else { algorithms(self.algorithm, self.digest) };
        if algorithms.is_empty() {
            return Err(Unsigned::Unknown("l'algorithme de la signature n'est pas pris en charge".to_owned()));
        }
        let der = CertificateDer::from(certificate.der);
        let Ok(key) = EndEntityCert::try_from(&der) else { return wrong("le certificat du signataire est illisible") };
        let mut fits = false;
        for algorithm in algorithms {
            match key.verify_signature(algorithm, &signed, self.signature) {
                Ok(()) => return Ok(()),
                Err(webpki::Error::InvalidSignatureForPublicKey) => fits = true,
                Err(_) => {}
            }
        }
        if fits {
            return wrong("la signature de l'autorité est fausse : l'horodatage a été changé");
        }
        Err(Unsigned::Unknown(
            "la clé de l'autorité n'est pas prise en charge (RSA de 2048 bits au moins, P-256, P-384)".to_owned(),
        ))
    }

    /// Whether the first certificate that the signature names is this one; none when it names none.
    fn names(&self, certificate: &Certificate) -> Option<bool> {
        let first = |value: Element<'a>| {
            let list = Some(value).filter(|v| v.tag == SEQUENCE)?.body;
            Reader(Reader(list).next(SEQUENCE)?.body).inside(SEQUENCE)
        };
        if let Some(value) = self.attribute(SIGNING_CERTIFICATE_V2) {
            let mut id = first(value)?;
            let algorithm = match id.may(SEQUENCE) {
                Some(named) => Reader(named.body).next(OID)?.body,
                None => SHA256,
            };
            return Some(hash(algorithm, certificate.der)? == id.next(OCTETS)?.body);
        }
        let named = first(self.attribute(SIGNING_CERTIFICATE)?)?.next(OCTETS)?.body;
        Some(sha1::Sha1::digest(certificate.der).as_slice() == named)
    }
}

/// The length of the salt in the parameters of RSASSA-PSS, 20 where it is not said.
fn salt(parameters: &[u8]) -> usize {
    let all = Reader(parameters).all().unwrap_or_default();
    let said = all.iter().find(|e| e.tag == 0xa2).and_then(|e| Reader(e.body).next(INTEGER));
    said.map_or(20, |n| n.body.iter().fold(0, |n: usize, d| n.saturating_mul(256).saturating_add(usize::from(*d))))
}

fn hash(algorithm: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        SHA256 => Some(Sha256::digest(bytes).to_vec()),
        SHA384 => Some(Sha384::digest(bytes).to_vec()),
        SHA512 => Some(Sha512::digest(bytes).to_vec()),
        _ => None,
    }
}

/// What may check a signature of this kind; it is for the key to fit.
fn algorithms(signature: &[u8], digest: &[u8]) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    let last = signature.strip_prefix(RSA).or_else(|| signature.strip_prefix(ECDSA));
    let named = match (last, digest) {
        // Where the signature's name holds a digest, it is the one of the attributes.
        (Some([0x0b | 2]), d) => d == SHA256,
        (Some([0x0c | 3]), d) => d == SHA384,
        (Some([0x0d | 4]), d) => d == SHA512,
        _ => true,
    };
    let rsa = signature.starts_with(RSA);
    match (digest, signature.strip_prefix(RSA)) {
        _ if !named || digest == SHA1 => Vec::new(),
        (SHA256, Some([1 | 0x0b])) => vec![ring::RSA_PKCS1_2048_8192_SHA256],
        (SHA384, Some([1 | 0x0c])) => vec![ring::RSA_PKCS1_2048_8192_SHA384],
        (SHA512, Some([1 | 0x0d])) => vec![ring::RSA_PKCS1_2048_8192_SHA512],
        (SHA256, Some([0x0a])) => vec![ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
        (SHA384, Some([0x0a])) => vec![ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
        (SHA512, Some([0x0a])) => vec![ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
        _ if rsa || (!signature.starts_with(ECDSA) && signature != EC_KEY) => Vec::new(),
        (SHA256, _) => vec![ring::ECDSA_P256_SHA256, ring::ECDSA_P384_SHA256],
        (SHA384, _) => vec![ring::ECDSA_P256_SHA384, ring::ECDSA_P384_SHA384],
        _ => Vec::new(),
    }
}

/// Whether one of the trusted certificates vouches for the signer's, all of them valid at the time of the stamp.
fn chain(token: &Token, signer: &Certificate, trusted: &Authorities) -> Result<(), String> {
    let given: Vec<Certificate> = trusted.0.iter().filter_map(|c| Certificate::read(c)).collect();
    if given.iter().any(|c| c.der == signer.der) {
        return Ok(());
    }
    let valid: Vec<CertificateDer> =
        given.iter().filter(|c| c.holds(token.seconds)).map(|c| CertificateDer::from(c.der)).collect();
    if valid.is_empty() {
        return Err(format!("ne peut pas être vérifié : aucun certificat donné ne valait le {}", token.stamp.time));
    }
    let anchors: Vec<_> = valid.iter().filter_map(|c| anchor_from_trusted_cert(c).ok()).collect();
    let between: Vec<CertificateDer> = token.certificates.iter().map(|c| CertificateDer::from(*c)).collect();
    let der = CertificateDer::from(signer.der);
    let end = EndEntityCert::try_from(&der).map_err(|_| "est illisible")?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(token.seconds).unwrap_or(0)));
    let found = end.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &between, time, TIME_STAMPING, None, None);
    match found {
        Ok(_) => Ok(()),
        // A stranger may bear the same name.
        Err(webpki::Error::UnknownIssuer | webpki::Error::InvalidSignatureForPublicKey) => {
            Err("n'est pas d'une autorité que vous avez donnée".to_owned())
        }
        Err(webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. }) => {
            Err(format!("tient d'un certificat qui ne valait pas le {}", token.stamp.time))
        }
        Err(other) => Err(format!("ne remonte pas à une autorité que vous avez donnée ({other:?})")),
    }
}
