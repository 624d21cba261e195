//! `clausule source`: what may bring proofs by itself, and the tokens of those that come to us.

use crate::place::{self, PlaceArgs};
use clap::Subcommand;
use daemon::{Mailbox, Probe, Target};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use store::{Source, Way};

/// Arguments of `source`.
#[derive(Debug, clap::Args)]
pub struct SourceArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: SourceCommand,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Crée une source de preuves.
    New {
        /// How it brings them.
        #[command(subcommand)]
        way: Box<NewWay>,
    },
    /// Liste les sources.
    List {
        /// Aussi celles qui sont révoquées.
        #[arg(long)]
        all: bool,
        /// En JSON.
        #[arg(long)]
        json: bool,
    },
    /// Révoque une source : son jeton n'ouvre plus rien, elle n'est plus lue.
    Revoke {
        /// Son nom ou son identifiant.
        name: String,
    },
}

/// What every source has.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// Nom de la source, par exemple « sauvegarde-srv1 ».
    pub name: String,
    /// Contrat de ses preuves ; trouvé d'après leur contenu s'il n'est pas donné.
    #[arg(long)]
    pub contract: Option<String>,
    /// Format de ses preuves (clausule evidence --list) ; reconnu d'après le contenu s'il n'est pas donné.
    #[arg(long, value_name = "NOM")]
    pub tool: Option<String>,
    /// Fuseau des heures écrites sans fuseau.
    #[arg(long, value_name = "FUSEAU", default_value = "Europe/Paris")]
    pub zone: String,
}

/// The ways in.
#[derive(Debug, Subcommand)]
pub enum NewWay {
    /// Un dépôt par HTTP, avec son jeton (curl, clausule prove run --to).
    Http {
        #[command(flatten)]
        common: Common,
    },
    /// Une adresse de courriel à elle, derrière un serveur comme Postfix.
    Mail {
        #[command(flatten)]
        common: Common,
    },
    /// Un agent d'inventaire (GLPI Agent, FusionInventory) qui nous a pour deuxième serveur.
    Glpi {
        #[command(flatten)]
        common: Common,
    },
    /// Un dossier surveillé.
    Folder {
        #[command(flatten)]
        common: Common,
        /// Le dossier ; ce qui est classé va dans « fait », ce qui est refusé dans « refusé ».
        #[arg(long, value_name = "DOSSIER")]
        dir: PathBuf,
    },
    /// Une boîte aux lettres lue par IMAP.
    Imap {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        mailbox: MailboxArgs,
    },
    /// Une sonde : page web, port, certificat ou nom.
    Probe {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        probe: ProbeArgs,
    },
}

/// A mailbox.
#[derive(Debug, Clone, clap::Args)]
pub struct MailboxArgs {
    /// Le serveur.
    #[arg(long)]
    pub server: String,
    /// Le port ; 993 avec TLS, 143 sans.
    #[arg(long)]
    pub port: Option<u16>,
    /// L'utilisateur.
    #[arg(long)]
    pub user: String,
    /// Fichier qui contient le mot de passe, seul ; relu à chaque passage.
    #[arg(long, value_name = "FICHIER")]
    pub password_file: PathBuf,
    /// La boîte.
    #[arg(long, default_value = "INBOX")]
    pub mailbox: String,
    /// Boîte où ranger les courriels classés ; sinon ils restent, marqués lus.
    #[arg(long, value_name = "BOÎTE")]
    pub move_to: Option<String>,
    /// Secondes entre deux passages.
    #[arg(long, default_value_t = 60)]
    pub every: u32,
    /// Sans TLS : seulement pour un serveur de cette machine.
    #[arg(long, conflicts_with = "ca")]
    pub plain: bool,
    /// Certificats (PEM) d'une autorité à croire en plus de celles du système ; relu à chaque passage.
    #[arg(long, value_name = "FICHIER")]
    pub ca: Option<PathBuf>,
}

/// A probe.
#[derive(Debug, Clone, clap::Args)]
pub struct ProbeArgs {
    /// Une page web répond (200 à 399).
    #[arg(long, conflicts_with_all = ["tcp", "tls", "dns"])]
    pub url: Option<String>,
    /// Un port accepte les connexions.
    #[arg(long, value_name = "MACHINE:PORT", conflicts_with_all = ["tls", "dns"])]
    pub tcp: Option<String>,
    /// Un certificat est bon, et pour quelque temps encore.
    #[arg(long, value_name = "MACHINE:PORT", conflicts_with = "dns")]
    pub tls: Option<String>,
    /// Un nom de domaine a une adresse.
    #[arg(long, value_name = "NOM")]
    pub dns: Option<String>,
    /// Avec --url, la réponse exigée.
    #[arg(long, requires = "url")]
    pub status: Option<u16>,
    /// Avec --url, un texte que la page doit contenir.
    #[arg(long, requires = "url")]
    pub contains: Option<String>,
    /// Avec --tls, jours de validité qui doivent rester.
    #[arg(long, default_value_t = 14)]
    pub days: u32,
    /// Avec --dns, l'adresse IP du serveur de noms à interroger (ADRESSE ou ADRESSE:PORT).
    #[arg(long, requires = "dns")]
    pub server: Option<String>,
    /// Avec --dns, l'adresse IPv4 attendue.
    #[arg(long, requires = "dns")]
    pub expect: Option<String>,
    /// Secondes entre deux passages ; 60, ou 21600 pour un certificat.
    #[arg(long)]
    pub every: Option<u32>,
    /// La machine est sur un réseau privé.
    #[arg(long)]
    pub private: bool,
    /// Avec --url ou --tls, certificats (PEM) d'une autorité à croire en plus de celles du système.
    #[arg(long, value_name = "FICHIER", conflicts_with_all = ["tcp", "dns"])]
    pub ca: Option<PathBuf>,
}

impl ProbeArgs {
    fn settings(&self) -> Result<Probe, String> {
        let target = match (&self.url, &self.tcp, &self.tls, &self.dns) {
            (Some(url), ..) => Target::Http { url: url.clone(), status: self.status, contains: self.contains.clone() },
            (_, Some(address), ..) => Target::Tcp { address: address.clone() },
            (_, _, Some(address), _) => Target::Tls { address: address.clone(), days: self.days },
            (.., Some(name)) => {
                Target::Dns { name: name.clone(), server: self.server.clone(), expect: self.expect.clone() }
            }
            _ => return Err("dites ce qui est sondé : --url, --tcp, --tls ou --dns".to_owned()),
        };
        let usual = if self.tls.is_some() { 21_600 } else { 60 };
        let (every, ca) = (self.every.unwrap_or(usual), authority(self.ca.as_ref())?);
        let probe = Probe { target, every, private: self.private, ca };
        probe.check()?;
        probe.permit()?;
        Ok(probe)
    }
}

/// Creates, lists or revokes sources.
///
/// # Errors
/// When the register can't be opened or what is asked means nothing.
pub fn run(args: &SourceArgs) -> Result<ExitCode, String> {
    match &args.command {
        SourceCommand::New { way } => new(args, way)?,
        SourceCommand::List { all, json } => list(args, *all, *json)?,
        SourceCommand::Revoke { name } => {
            let mut store = args.place.open()?;
            let gone = store.revoke_source(name, &args.place.by(), args.place.now()).map_err(|e| e.to_string())?;
            store.sign().map_err(|e| e.to_string())?;
            println!("Source « {} » révoquée : elle n'apporte plus rien. Ses preuves restent.", gone.name);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn new(args: &SourceArgs, way: &NewWay) -> Result<(), String> {
    let wrong = |e: serde_json::Error| e.to_string();
    let (way, common, settings) = match way {
        NewWay::Http { common } => (Way::Http, common, Map::new()),
        NewWay::Mail { common } => (Way::Mail, common, Map::new()),
        NewWay::Glpi { common } => (Way::Glpi, common, Map::new()),
        NewWay::Folder { common, dir } => {
            let whole = std::fs::canonicalize(dir).map_err(|e| format!("{} : {e}", dir.display()))?;
            if !whole.is_dir() {
                return Err(format!("{} n'est pas un dossier", dir.display()));
            }
            (Way::Folder, common, object(json!({"dir": whole})))
        }
        NewWay::Imap { common, mailbox } => {
            (Way::Imap, common, object(serde_json::to_value(account(mailbox)?).map_err(wrong)?))
        }
        NewWay::Probe { common, probe } => {
            (Way::Probe, common, object(serde_json::to_value(probe.settings()?).map_err(wrong)?))
        }
    };
    if let Some(tool) = common.tool.as_ref().filter(|t| !evidence::is_known(t)) {
        return Err(format!("format « {tool} » inconnu ; la liste : clausule evidence --list"));
    }
    if evidence::Zone::named(&common.zone).is_none() {
        return Err("--zone : fuseau inconnu ; écrivez par exemple Europe/Paris ou +02:00".to_owned());
    }
    let source = Source {
        id: String::new(),
        name: common.name.clone(),
        way,
        contract: common.contract.clone(),
        tool: common.tool.clone(),
        zone: common.zone.clone(),
        settings,
        created: String::new(),
        revoked: None,
    };
    let mut store = args.place.open()?;
    let (source, token) =
        store.add_source(source, place::random(), &args.place.by(), args.place.now()).map_err(|e| e.to_string())?;
    store.sign().map_err(|e| e.to_string())?;
    println!("Source « {} » créée ({}).", source.name, source.id);
    match (way, token) {
        (Way::Http, Some(token)) => {
            println!("Jeton : {token}");
            println!("Adresse : https://VOTRE-SERVEUR/depot/{token}");
            println!("Ou : clausule prove run --to https://VOTRE-SERVEUR/depot --token-file FICHIER -- COMMANDE");
        }
        (Way::Mail, Some(token)) => println!("Adresse : depot+{token}@VOTRE-DOMAINE"),
        (Way::Glpi, Some(token)) => {
            println!("Deuxième serveur de l'agent : server = https://VOTRE-SERVEUR/glpi/{token}")
        }
        _ => println!("clausule serve la lit dès maintenant."),
    }
    if way.has_token() {
        println!("Notez-le : il n'est montré qu'ici, le registre n'en garde qu'une empreinte.");
    }
    Ok(())
}

/// A file of authorities, whole and readable now.
fn authority(path: Option<&PathBuf>) -> Result<Option<PathBuf>, String> {
    let Some(path) = path else { return Ok(None) };
    let whole = std::fs::canonicalize(path).map_err(|e| format!("{} : {e}", path.display()))?;
    daemon::net::authorities(&whole)?;
    Ok(Some(whole))
}

fn account(args: &MailboxArgs) -> Result<Mailbox, String> {
    let password_file = std::fs::canonicalize(&args.password_file);
    let password_file = password_file.map_err(|e| format!("{} : {e}", args.password_file.display()))?;
    Ok(Mailbox {
        server: args.server.clone(),
        port: args.port.unwrap_or(if args.plain { 143 } else { 993 }),
        user: args.user.clone(),
        password_file,
        mailbox: args.mailbox.clone(),
        moved_to: args.move_to.clone(),
        plain: args.plain,
        ca: authority(args.ca.as_ref())?,
        every: args.every,
    })
}

fn list(args: &SourceArgs, all: bool, json: bool) -> Result<(), String> {
    let sources = args.place.open()?.sources().map_err(|e| e.to_string())?;
    let shown: Vec<&Source> = sources.iter().filter(|s| all || s.revoked.is_none()).collect();
    if json {
        println!("{}", serde_json::to_string_pretty(&shown).map_err(|e| e.to_string())?);
        return Ok(());
    }
    if shown.is_empty() {
        println!("Aucune source. Commencez par : clausule source new http NOM");
    }
    for source in shown {
        let contract = source.contract.as_deref().unwrap_or("contrat d'après le contenu");
        let gone = source.revoked.as_ref().map_or(String::new(), |day| format!(", révoquée le {day}"));
        println!("{}  {:<7} {} — {contract}{gone}", source.id, source.way.name(), source.name);
    }
    Ok(())
}
