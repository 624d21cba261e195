//! `clausule follow`: the register of promises, from a contract to what a person decided of each.

use crate::follow_args::{
    AddArgs, AmendArgs, CorrectArgs, DecideArgs, FollowArgs, FollowCommand, ListArgs, NewArgs, WaiveArgs,
};
use crate::input;
use check::{Engine, Request};
use follow::{Cadence, Promise, Waiver, propose};
use ledger::Digest;
use std::fs;
use std::process::ExitCode;
use store::{Contract, Followed, Standing, Store};

/// Runs one of the commands.
///
/// # Errors
/// When the register can't be opened or what is named is not there.
pub fn run(args: &FollowArgs) -> Result<ExitCode, String> {
    let mut store = args.place.open()?;
    match &args.command {
        FollowCommand::Add(add) => self::add(args, add, &mut store)?,
        FollowCommand::List(list) => self::list(list, &mut store)?,
        FollowCommand::Confirm(decide) => self::decide(args, decide, Standing::Confirmed, &mut store)?,
        FollowCommand::Reject(decide) => self::decide(args, decide, Standing::Rejected, &mut store)?,
        FollowCommand::Correct(correct) => self::correct(args, correct, &mut store)?,
        FollowCommand::New(new) => self::new(args, new, &mut store)?,
        FollowCommand::Waive(waive) => self::waive(args, waive, &mut store)?,
        FollowCommand::Amend(amend) => self::amend(args, amend, &mut store)?,
        FollowCommand::Dates(dates) => crate::dates_command::run(&args.place, dates, &mut store)?,
    }
    store.sign().map_err(|e| e.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn add(args: &FollowArgs, add: &AddArgs, store: &mut Store) -> Result<(), String> {
    let shown = input::display(&add.file);
    let bytes = fs::read(&add.file).map_err(|e| format!("{shown} : {}", input::explain(&e)))?;
    let document = input::read(&add.file, !add.no_ocr).map_err(|e| format!("{shown} : {e}"))?;
    let catalogue = points::embedded();
    let needs = follow::needs(&catalogue);
    let engine = Engine::new(catalogue).map_err(|e| e.to_string())?;
    let assessment = engine.assess(&document, &Request { profile: add.profile, facts: Vec::new() });
    let signed = add.signed.unwrap_or_else(|| args.place.here().date());
    let clauses = check::own_time(&document);
    let read = follow::Term::of(&clauses, add.from.unwrap_or(signed)).filter(|_| add.confirm);
    let said = add.term.any().then(|| add.term.over(read, add.from.unwrap_or(signed))).transpose()?;
    let contract = Contract {
        id: add.name.clone().unwrap_or_default(),
        provider: add.provider.clone(),
        file: add.file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
        sha256: Digest::of(&bytes),
        signed,
        term: said.or(read),
        clauses,
        region: add.region,
        zone: add.zone.clone().unwrap_or_else(|| "Europe/Paris".to_owned()),
        service: add.service()?,
    };
    let now = args.place.now();
    let id = store.add_contract(contract, &bytes, &args.place.by(), now).map_err(|e| e.to_string())?;
    let proposals = propose(&assessment, &needs, &id, add.from.unwrap_or(signed));
    let count = proposals.len();
    store.add_promises(&id, proposals, Standing::Proposed, "", now).map_err(|e| e.to_string())?;
    println!("Contrat {id} : {} ({shown}), signé le {}.", add.provider, follow::words::date(signed));
    let followed = store.promises(Some(&id)).map_err(|e| e.to_string())?;
    let provable = followed.iter().filter(|f| !f.promise.proved_by.is_empty());
    let provable: Vec<&Followed> = provable.collect();
    println!("{count} promesses trouvées, dont {} que des preuves peuvent suivre :", provable.len());
    for followed in &provable {
        print(followed);
    }
    if add.confirm {
        let ids: Vec<String> = provable.iter().map(|f| f.promise.id.clone()).collect();
        store.decide(&ids, Standing::Confirmed, &args.place.by(), "", now).map_err(|e| e.to_string())?;
        println!("{} promesses suivies.", ids.len());
        crate::dates_command::show(&args.place, store, &id)?;
    } else {
        crate::dates_command::show(&args.place, store, &id)?;
        println!("Suite : clausule follow list {id} --all, puis clausule follow confirm {id} --all (ou une par une).");
    }
    Ok(())
}

/// One promise on two lines.
fn print(followed: &Followed) {
    let promise = &followed.promise;
    let figure = promise.yardstick.map_or(String::new(), |y| format!(", {}", y.label()));
    let state = followed.standing.label();
    println!("  {:<24} {state:<9} {} — {}{figure}", promise.id, promise.title, promise.cadence.label());
    if !promise.quote.is_empty() {
        let quote: String = promise.quote.chars().take(160).collect();
        let cut = if promise.quote.chars().count() > 160 { "…" } else { "" };
        let page = if promise.page == 0 { String::new() } else { format!("page {} : ", promise.page) };
        println!("  {:<24} {page}« {quote}{cut} »", "");
    }
}

fn list(list: &ListArgs, store: &mut Store) -> Result<(), String> {
    if let Some(id) = &list.contract {
        store.contract(id).map_err(|e| e.to_string())?;
    }
    let all = store.promises(list.contract.as_deref()).map_err(|e| e.to_string())?;
    if list.json {
        println!("{}", serde_json::to_string_pretty(&all).map_err(|e| e.to_string())?);
        return Ok(());
    }
    let contracts = store.contracts().map_err(|e| e.to_string())?;
    if contracts.is_empty() {
        println!(
            "Aucun contrat suivi. Commencez par : clausule follow add contrat.pdf --provider \"…\" --signed AAAA-MM-JJ"
        );
    }
    for contract in contracts.iter().filter(|c| list.contract.as_ref().is_none_or(|id| *id == c.id)) {
        println!("{} — {}, signé le {}", contract.id, contract.provider, follow::words::date(contract.signed));
        let own = all.iter().filter(|f| f.contract == contract.id);
        let shown = own.filter(|f| list.all || f.standing != Standing::Rejected && !f.promise.proved_by.is_empty());
        shown.for_each(print);
    }
    Ok(())
}

/// The promises meant: by id, or all proposals of a contract that proofs can follow.
fn meant(decide: &DecideArgs, store: &mut Store) -> Result<Vec<String>, String> {
    if !decide.all {
        return Ok(decide.promises.clone());
    }
    let mut out = Vec::new();
    for id in &decide.promises {
        store.contract(id).map_err(|e| e.to_string())?;
        let own = store.promises(Some(id)).map_err(|e| e.to_string())?;
        let waiting = own.into_iter().filter(|f| f.standing == Standing::Proposed);
        out.extend(waiting.filter(|f| decide.unprovable || !f.promise.proved_by.is_empty()).map(|f| f.promise.id));
    }
    Ok(out)
}

fn decide(args: &FollowArgs, decide: &DecideArgs, standing: Standing, store: &mut Store) -> Result<(), String> {
    let ids = meant(decide, store)?;
    let why = decide.why.clone().unwrap_or_default();
    store.decide(&ids, standing, &args.place.by(), &why, args.place.now()).map_err(|e| e.to_string())?;
    println!("{} promesse(s) {}(s).", ids.len(), standing.label());
    Ok(())
}

fn correct(args: &FollowArgs, correct: &CorrectArgs, store: &mut Store) -> Result<(), String> {
    let why = correct.why.clone().unwrap_or_default();
    let change = |promise: &mut Promise| correct.changes.apply(promise).map_err(store::Error::Refused);
    let done = store.correct("corrected", &correct.promise, change, (&args.place.by(), &why), args.place.now());
    let promise = done.map_err(|e| e.to_string())?;
    println!("{} corrigée.", promise.id);
    print(&store.promise(&promise.id).map_err(|e| e.to_string())?);
    Ok(())
}

fn new(args: &FollowArgs, new: &NewArgs, store: &mut Store) -> Result<(), String> {
    let contract = store.contract(&new.contract).map_err(|e| e.to_string())?;
    let name: String =
        new.title.to_uppercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(24).collect();
    let mut promise = Promise {
        id: format!("{}/{}", new.contract, name.trim_matches('-')),
        point: None,
        title: new.title.clone(),
        debtor: contract::Debtor::Provider,
        article: new.article.clone().unwrap_or_default(),
        page: new.page.unwrap_or(0),
        quote: new.quote.clone().unwrap_or_default(),
        figures: Vec::new(),
        proved_by: Vec::new(),
        machines: Vec::new(),
        cadence: Cadence::Event,
        grace: None,
        yardstick: None,
        reference: String::new(),
        from: contract.signed,
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    };
    new.changes.apply(&mut promise)?;
    let (by, now) = (args.place.by(), args.place.now());
    let ids = store.add_promises(&new.contract, vec![promise], Standing::Confirmed, &by, now);
    println!("Promesse {} suivie.", ids.map_err(|e| e.to_string())?.join(", "));
    Ok(())
}

fn waive(args: &FollowArgs, waive: &WaiveArgs, store: &mut Store) -> Result<(), String> {
    let from = waive.from.unwrap_or_else(|| args.place.here().date());
    if waive.until.is_some_and(|u| u < from) {
        return Err("la dispense finit avant de commencer".to_owned());
    }
    let by = args.place.by();
    let waiver = Waiver { from, until: waive.until, by: by.clone(), why: waive.why.clone() };
    let change = |promise: &mut Promise| {
        promise.waivers.push(waiver);
        Ok(())
    };
    let done = store.correct("waived", &waive.promise, change, (&by, &waive.why), args.place.now());
    let promise = done.map_err(|e| e.to_string())?;
    println!("{} : dispense à partir du {}.", promise.id, follow::words::date(from));
    Ok(())
}

fn amend(args: &FollowArgs, amend: &AmendArgs, store: &mut Store) -> Result<(), String> {
    let old = store.promise(&amend.promise).map_err(|e| e.to_string())?.promise.id;
    let change = |promise: &mut Promise| {
        amend.changes.apply(promise).map_err(store::Error::Refused)?;
        (promise.from, promise.until) = (amend.date, None);
        Ok(())
    };
    let why = amend.why.clone().unwrap_or_else(|| "avenant".to_owned());
    let id = store.amend(&old, change, (&args.place.by(), &why), args.place.now()).map_err(|e| e.to_string())?;
    println!("{old} finit la veille du {} ; {id} prend la suite.", follow::words::date(amend.date));
    Ok(())
}
