//! Where the register is, which organisation, what time it is, who acts: what every keeping command needs.

use daemon::objects::Bucket;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::env;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Database, Place, Store};

/// Options shared by the commands that keep a register.
#[derive(Debug, Clone, clap::Args)]
pub struct PlaceArgs {
    /// Dossier du registre ; à défaut CLAUSULE_DATA, puis ~/.local/share/clausule.
    #[arg(long, global = true, value_name = "DOSSIER", help_heading = "Registre")]
    pub data: Option<PathBuf>,
    /// Base PostgreSQL (postgres://…) au lieu du fichier SQLite du dossier.
    #[arg(long, global = true, value_name = "URL", help_heading = "Registre")]
    pub database: Option<String>,
    /// Dépôt d'objets S3 des grands fichiers, `s3://seau/préfixe?endpoint=https://…&region=…` ; à défaut CLAUSULE_OBJECTS,
    /// puis le dossier. Les clés d'accès sont lues dans AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY.
    #[arg(long, global = true, value_name = "URL", help_heading = "Registre")]
    pub objects: Option<String>,
    /// Organisation, en minuscules ; chacune a son registre et sa clé.
    #[arg(long, global = true, value_name = "NOM", default_value = "principal", help_heading = "Registre")]
    pub org: String,
    /// Personne qui agit, inscrite au registre ; à défaut l'utilisateur du système.
    #[arg(long, global = true, value_name = "NOM", help_heading = "Registre")]
    pub by: Option<String>,
    /// The time the command is to take for now: simulations and tests.
    #[arg(long, global = true, hide = true, value_parser = instant)]
    pub now: Option<Timestamp>,
}

/// A variable of the environment that says something.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|v| !v.trim().is_empty())
}

fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "instant attendu, par exemple 2026-03-01T08:00:00Z".to_owned())
}

/// 32 bytes of the system's randomness.
pub fn random() -> [u8; 32] {
    let mut out = [0; 32];
    let done = rustix::rand::getrandom(&mut out, rustix::rand::GetRandomFlags::empty());
    assert_eq!(done, Ok(32), "the kernel gives 32 random bytes at once");
    out
}

impl PlaceArgs {
    /// The same for another organisation.
    pub fn of(&self, org: &str) -> Self {
        Self { org: org.to_owned(), ..self.clone() }
    }

    /// The data folder.
    ///
    /// # Errors
    /// When neither an option nor the environment names one.
    pub fn folder(&self) -> Result<PathBuf, String> {
        let named = self.data.clone().or_else(|| env::var_os("CLAUSULE_DATA").map(PathBuf::from));
        let shared = || env::var_os("XDG_DATA_HOME").map(|d| PathBuf::from(d).join("clausule"));
        let home = || env::var_os("HOME").map(|d| PathBuf::from(d).join(".local/share/clausule"));
        named
            .or_else(shared)
            .or_else(home)
            .filter(|p| !p.as_os_str().is_empty())
            .ok_or_else(|| "dites où est le registre : --data DOSSIER ou la variable CLAUSULE_DATA".to_owned())
    }

    /// Where the register is.
    ///
    /// # Errors
    /// When no folder is named, or the database is none we know.
    pub fn place(&self) -> Result<Place, String> {
        let data = self.folder()?;
        let mut place = Place::folder(&data);
        if let Some(url) = &self.database {
            if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                return Err("--database attend une adresse postgres://utilisateur@machine/base".to_owned());
            }
            place.database = Database::Postgres(url.clone());
        }
        if let Some(address) = self.objects.clone().or_else(|| variable("CLAUSULE_OBJECTS")) {
            let keys = variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY"));
            let (key, secret) =
                keys.ok_or("--objects demande les variables AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY")?;
            place.objects = Some(Arc::new(Bucket::open(&address, &key, &secret)?));
        }
        Ok(place)
    }

    /// Opens the register, made when it is not there.
    ///
    /// # Errors
    /// When it can't be opened.
    pub fn open(&self) -> Result<Store, String> {
        let place = self.place()?;
        restrict(&place.data).map_err(|e| format!("{} : {e}", place.data.display()))?;
        Store::open(&place, &self.org, &random, self.now()).map_err(|e| e.to_string())
    }

    /// Takes an archive back.
    ///
    /// # Errors
    /// When it was changed, or its organisation is there.
    pub fn restore(&self, archive: fs::File) -> Result<store::Restored, String> {
        let place = self.place()?;
        restrict(&place.data).map_err(|e| format!("{} : {e}", place.data.display()))?;
        Store::restore(&place, io::BufReader::new(archive), &random, self.now()).map_err(|e| e.to_string())
    }

    /// What time it is.
    #[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
    pub fn now(&self) -> Timestamp {
        let clock = || Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        self.now.unwrap_or_else(clock)
    }

    /// What time it is in France.
    pub fn here(&self) -> Zoned {
        self.now().to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC))
    }

    /// Who acts.
    pub fn by(&self) -> String {
        let user = || env::var_os("USER").or_else(|| env::var_os("LOGNAME")).map(|u| u.to_string_lossy().into_owned());
        self.by.clone().or_else(user).unwrap_or_default()
    }
}

/// Makes the folder, for its owner only where it is new.
///
/// # Errors
/// When it can't be made.
pub fn restrict(data: &Path) -> io::Result<()> {
    if data.exists() {
        return Ok(());
    }
    fs::create_dir_all(data)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(data, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Writes a new file through a temporary one beside it, synced and renamed; nothing half written is ever seen.
///
/// # Errors
/// When it exists and `force` is not given, or can't be written.
pub fn create(path: &Path, force: bool, write: impl FnOnce(&mut fs::File) -> Result<(), String>) -> Result<(), String> {
    if path.exists() && !force {
        return Err(format!("{} existe déjà : ajoutez --force pour le remplacer", path.display()));
    }
    let wrong = |e: io::Error| format!("écriture de {} impossible : {e}", path.display());
    let mut name = path.file_name().ok_or("le fichier de sortie n'a pas de nom")?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let made = OpenOptions::new().write(true).read(true).create_new(true).open(&temporary).map_err(wrong);
    let done = made.and_then(|mut file| {
        write(&mut file)?;
        file.sync_all().and_then(|()| fs::rename(&temporary, path)).map_err(wrong)
    });
    if done.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    done
}
