//! `clausule people`: who may come in, for a server that is set up from its terminal.

use crate::place::{self, PlaceArgs};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use people::{Role, Secret};
use std::process::ExitCode;
use store::{Newcomer, Store};

/// Arguments of `people`.
#[derive(Debug, Args)]
pub struct PeopleArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: PeopleCommand,
}

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum PeopleCommand {
    /// Invite une personne : imprime l'adresse où elle choisira son mot de passe.
    Invite {
        /// Adresse de courriel.
        email: String,
        /// Nom de la personne.
        #[arg(long)]
        name: String,
        /// Ce qu'elle pourra faire.
        #[arg(long, value_enum)]
        role: Rights,
        /// Contrat d'un prestataire invité.
        #[arg(long)]
        contract: Option<String>,
    },
    /// Montre les personnes et les invitations.
    List,
}

/// Roles by their names on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Rights {
    /// Voit tout, ne change rien.
    Reader,
    /// Apporte contrats et preuves.
    Contributor,
    /// Décide des promesses.
    Manager,
    /// Peut tout.
    Administrator,
    /// Voit tout et vérifie le registre.
    Auditor,
    /// Prestataire : son contrat seulement.
    Guest,
}

impl Rights {
    fn role(self) -> Role {
        match self {
            Self::Reader => Role::Reader,
            Self::Contributor => Role::Contributor,
            Self::Manager => Role::Manager,
            Self::Administrator => Role::Administrator,
            Self::Auditor => Role::Auditor,
            Self::Guest => Role::Guest,
        }
    }
}

/// Runs one of the commands.
///
/// # Errors
/// When the register can't be opened or the invitation is refused.
pub fn run(args: &PeopleArgs) -> Result<ExitCode, String> {
    let mut store = args.place.open()?;
    let now = args.place.now();
    match &args.command {
        PeopleCommand::Invite { email, name, role, contract } => {
            let who =
                Newcomer { email: email.clone(), name: name.clone(), role: role.role(), contract: contract.clone() };
            let secret = Secret::new(&place::random());
            store.invite(&who, &secret.digest(), &args.place.by(), now).map_err(|e| e.to_string())?;
            println!("Invitation de {name} ({}), valable sept jours :", who.role.label());
            println!("  /invitation/{}", secret.text());
            println!("Faites-la précéder de l'adresse du serveur, par exemple http://127.0.0.1:8017.");
        }
        PeopleCommand::List => list(&mut store, now).map_err(|e| e.to_string())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(store: &mut Store, now: Timestamp) -> store::Result<()> {
    let (accounts, invitations) = (store.accounts()?, store.invitations(now)?);
    if accounts.is_empty() && invitations.is_empty() {
        println!("Aucun compte : sur cette machine, chacun peut tout faire.");
    }
    for a in accounts {
        let closed = if a.closed.is_some() { ", fermé" } else { "" };
        println!("{} <{}> : {}{closed}", a.name, a.email, a.role.label());
    }
    for i in invitations {
        println!("{} <{}> : {}, invitation en attente", i.who.name, i.who.email, i.who.role.label());
    }
    Ok(())
}

/// Whether somebody has an account or an invitation, in any organisation, so that strangers may be answered.
///
/// # Errors
/// When the register can't be read.
pub fn anybody(store: &mut Store, now: Timestamp) -> Result<bool, String> {
    let count = store.count_accounts_anywhere().map_err(|e| e.to_string())?;
    Ok(count > 0 || !store.invitations(now).map_err(|e| e.to_string())?.is_empty())
}
