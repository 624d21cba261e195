//! Mending: which clauses, a dozen questions, a preview of each change in place, the files to send.

use crate::actor::{Actor, Needs};
use crate::app::App;
use crate::page::{Page, show};
use crate::pages::analysis::files::{attachment, today};
use crate::pages::analysis::{Absent, Loaded, Shown, Tab, load};
use crate::pages::papers::{self, DOCX};
use crate::routes::Route;
use crate::trouble::{Trouble, see};
use askama::Template;
use axum::Form;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use check::Request;
use contract::{Assessment, PointVerdict, Severity, Verdict};
use draft::clause::{Filling, Rendered, render};
use draft::mend::amend::{Amended, Terms, amend};
use draft::mend::{Fixed, How, Mended, Selection, Task, fix};
use draft::redline::Signature;
use draft::{Answers, Parties, figures, letter};
use points::{Origin, Parameter, ParameterKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::task::spawn_blocking;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/analyses/{id}/corriger", Needs::Read, || get(form)),
    Route::post("/analyses/{id}/corriger", Needs::Contribute, || post(choose).layer(DefaultBodyLimit::max(FORM))),
    Route::get("/analyses/{id}/corriger/apercu", Needs::Read, || get(preview)),
    Route::get("/analyses/{id}/corriger/contrat", Needs::Read, || get(redlined)),
    Route::get("/analyses/{id}/corriger/avenant/{form}", Needs::Read, || get(amendment)),
    Route::get("/analyses/{id}/corriger/lettre/{form}", Needs::Read, || get(letter_file)),
];

/// Largest form, in bytes: every question of every clause.
const FORM: usize = 512 << 10;
/// Questions asked at first.
const QUESTIONS: usize = 12;
const NOTHING_CHOSEN: &str = "aucune clause n'est choisie : revenez en arrière et cochez-en une";

/// What was chosen: which clauses, which answers (by point and question).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Choice {
    points: Vec<String>,
    answers: BTreeMap<String, BTreeMap<String, String>>,
}

impl Choice {
    /// What was kept, or what is proposed: every clause against a gap that is more than minor.
    fn of(app: &App, loaded: &Loaded) -> Self {
        let kept = serde_json::from_value(loaded.review.mend.clone());
        kept.unwrap_or_else(|_| {
            let grave = gaps(app, loaded).filter(|v| v.severity > Severity::Mineur);
            Self { points: grave.map(|v| v.point.clone()).collect(), answers: BTreeMap::new() }
        })
    }

    /// The answers, held to the clauses' parameters; what can't be taken is told by name of field.
    fn read(&self, app: &App) -> (Answers, BTreeMap<String, String>) {
        let (mut answers, mut wrong) = (Answers::default(), BTreeMap::new());
        for (id, given) in &self.answers {
            let Some(point) = app.engine().catalogue.get(id) else { continue };
            for (name, text) in given {
                if let Err(message) = answers.take(point, name, text) {
                    wrong.insert(field(id, name), message);
                }
            }
        }
        (answers, wrong)
    }
}

/// Gaps that a clause can mend, gravest first.
fn gaps<'l>(app: &'l App, loaded: &'l Loaded) -> impl Iterator<Item = &'l PointVerdict> {
    let clause = |v: &&PointVerdict| app.engine().catalogue.get(&v.point).is_some_and(|p| p.clause.is_some());
    let mut gaps: Vec<&PointVerdict> = loaded.assessment.verdicts.iter().filter(|v| v.verdict.is_gap()).collect();
    gaps.sort_by_key(|v| std::cmp::Reverse(v.severity));
    gaps.into_iter().filter(clause)
}

fn field(point: &str, parameter: &str) -> String {
    format!("{point}.{parameter}")
}

/// A clause to choose.
struct Offer<'a> {
    verdict: &'a PointVerdict,
    title: &'a str,
    why: &'a str,
    chosen: bool,
}

fn offer<'a>(app: &'a App, choice: &Choice, verdict: &'a PointVerdict) -> Offer<'a> {
    let info = app.infos().get(&verdict.point);
    let (title, why) = info.map_or(("", ""), |p| (p.title.as_str(), p.why.as_str()));
    Offer { verdict, title, why, chosen: choice.points.contains(&verdict.point) }
}

/// Clauses of one severity.
struct Group<'a> {
    severity: Severity,
    offers: Vec<Offer<'a>>,
    open: bool,
}

/// A question about a clause.
struct Asked<'a> {
    field: String,
    about: &'a str,
    question: &'a str,
    hint: String,
    value: String,
    choices: &'a [String],
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "mend.html")]
struct MendForm<'a> {
    page: &'a Page,
    loaded: &'a Loaded,
    groups: Vec<Group<'a>>,
    first: Vec<Asked<'a>>,
    rest: Vec<Asked<'a>>,
    wrong: usize,
    tab: Tab,
}

async fn form(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let choice = Choice::of(&app, &loaded);
    Ok(ask(&app, &page, &loaded, &choice, &BTreeMap::new())?)
}

fn ask(
    app: &App,
    page: &Page,
    loaded: &Loaded,
    choice: &Choice,
    wrong: &BTreeMap<String, String>,
) -> Result<Response, Trouble> {
    let of = |severity| {
        let offers = gaps(app, loaded).filter(|v| v.severity == severity).map(|v| offer(app, choice, v)).collect();
        Group { severity, offers, open: severity == Severity::Bloquant }
    };
    let groups = [Severity::Bloquant, Severity::Majeur, Severity::Mineur].map(of);
    let groups = groups.into_iter().filter(|g| !g.offers.is_empty()).collect();
    let mut asked = questions(app, loaded, choice, wrong);
    // What could not be taken is asked again in front.
    asked.sort_by_key(|a| a.wrong.is_none());
    let rest = asked.split_off(asked.len().min(QUESTIONS.max(wrong.len())));
    show(&MendForm { page, loaded, groups, first: asked, rest, wrong: wrong.len(), tab: Tab::Mend })
}

/// Every question of the chosen clauses: those left to negotiate first, the gravest clauses first.
fn questions<'a>(
    app: &'a App,
    loaded: &'a Loaded,
    choice: &Choice,
    wrong: &BTreeMap<String, String>,
) -> Vec<Asked<'a>> {
    let mut out: Vec<(u8, Asked)> = Vec::new();
    let parties = Parties::of(&loaded.document, &loaded.assessment);
    let nothing = Answers::default();
    let filling = Filling {
        parties: &parties,
        profile: loaded.assessment.profile,
        answers: &nothing,
        assessment: Some(&loaded.assessment),
    };
    for verdict in gaps(app, loaded).filter(|v| choice.points.contains(&v.point)) {
        let Some(point) = app.engine().catalogue.get(&verdict.point) else { continue };
        let Some(rendered) = render(point, &filling) else { continue };
        let parameters = point.clause.iter().flat_map(|c| &c.parameters);
        for (parameter, filled) in parameters.zip(&rendered.filled) {
            let name = field(&point.id, &parameter.name);
            let given = choice.answers.get(&point.id).and_then(|a| a.get(&parameter.name));
            let rank = match parameter.origin {
                Origin::Negotiate => 0,
                Origin::Contract => 1,
                Origin::Reference => 2,
            };
            out.push((rank, asked(parameter, name, &point.title, given.unwrap_or(&filled.words), wrong)));
        }
    }
    out.sort_by_key(|(rank, _)| *rank);
    out.into_iter().map(|(_, asked)| asked).collect()
}

fn asked<'a>(
    parameter: &'a Parameter,
    field: String,
    about: &'a str,
    value: &str,
    wrong: &BTreeMap<String, String>,
) -> Asked<'a> {
    let choices: &[String] = match &parameter.kind {
        ParameterKind::Choice(choices) => choices,
        _ => &[],
    };
    let hint = if choices.is_empty() { figures::unit_hint(parameter) } else { String::new() };
    let value = value.replace(['\u{a0}', '\u{202f}'], " ");
    Asked { wrong: wrong.get(&field).cloned(), field, about, question: &parameter.question, hint, value, choices }
}

async fn choose(
    State(app): State<App>,
    actor: Actor,
    page: Page,
    Path(id): Path<u64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let mut choice = Choice::default();
    for (name, value) in fields {
        let value = value.trim();
        if name == "clause" {
            choice.points.push(value.to_owned());
        } else if let Some((point, parameter)) = name.split_once('.').filter(|_| !value.is_empty()) {
            let own = choice.answers.entry(point.to_owned()).or_default();
            own.insert(parameter.to_owned(), value.to_owned());
        }
    }
    // An answer that only repeats what stands there anyway is none.
    let proposed: BTreeMap<String, String> =
        questions(&app, &loaded, &Choice { points: choice.points.clone(), ..Choice::default() }, &BTreeMap::new())
            .into_iter()
            .map(|a| (a.field, a.value))
            .collect();
    for (point, given) in &mut choice.answers {
        given.retain(|name, value| proposed.get(&field(point, name)).is_none_or(|p| p != value));
    }
    let (_, wrong) = choice.read(&app);
    if !wrong.is_empty() {
        let mut again = ask(&app, &page, &loaded, &choice, &wrong)?;
        *again.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(again);
    }
    let kept = serde_json::to_value(&choice).map_err(|e| Trouble::Broken(e.to_string()))?;
    app.store(&actor.org, move |store| store.keep_mend(id, kept)).await?;
    Ok(see(&format!("/analyses/{id}/corriger/apercu")))
}

/// What is chosen and asked, for programs.
pub(crate) fn described(app: &App, loaded: &Loaded) -> Value {
    let choice = Choice::of(app, loaded);
    let question = |a: Asked| {
        let (point, name) = a.field.split_once('.').unwrap_or_default();
        json!({"point": point, "name": name, "question": a.question, "unit": a.hint, "value": a.value, "choices": a.choices})
    };
    let questions: Vec<Value> = questions(app, loaded, &choice, &BTreeMap::new()).into_iter().map(question).collect();
    let offered: Vec<&str> = gaps(app, loaded).map(|v| v.point.as_str()).collect();
    json!({"points": choice.points, "offered": offered, "answers": choice.answers, "questions": questions})
}

/// Keeps what a program chose.
///
/// # Errors
/// When a point has no clause, or an answer can't be taken.
pub(crate) async fn keep(
    app: &App,
    actor: &Actor,
    id: u64,
    points: Vec<String>,
    answers: BTreeMap<String, BTreeMap<String, String>>,
) -> Result<(), Trouble> {
    let clause = |id: &String| app.engine().catalogue.get(id).is_some_and(|p| p.clause.is_some());
    if let Some(unknown) = points.iter().chain(answers.keys()).find(|id| !clause(id)) {
        return Err(Trouble::Refused(format!("points : « {unknown} » n'a pas de clause")));
    }
    let choice = Choice { points, answers };
    if let Some((field, message)) = choice.read(app).1.into_iter().next() {
        return Err(Trouble::Refused(format!("{field} : {message}")));
    }
    let kept = serde_json::to_value(&choice).map_err(|e| Trouble::Broken(e.to_string()))?;
    app.store(&actor.org, move |store| store.keep_mend(id, kept)).await
}

/// A change as the preview shows it.
struct Shift {
    id: String,
    title: String,
    severity: Severity,
    /// Where it goes, in words.
    place: String,
    /// Words of the contract that it takes the place of.
    instead: Vec<String>,
    /// The clause.
    clause: Option<Rendered>,
}

#[derive(Template)]
#[template(path = "mend_preview.html")]
struct Preview {
    page: Page,
    loaded: Loaded,
    changes: Vec<Shift>,
    /// Points satisfied before and after acceptance, where the file itself was mended.
    gain: Option<(usize, usize)>,
    /// Why the file could not be changed, where it could not.
    refused: Option<String>,
    tab: Tab,
}

async fn preview(State(app): State<App>, actor: Actor, page: Page, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let choice = Choice::of(&app, &loaded);
    let (made, refused) = match loaded.is_word() {
        true => match mended(&app, &actor, &loaded, &choice).await? {
            Ok(fixed) => (Some((fixed.mended, fixed.before, fixed.after)), None),
            Err(message) => (None, Some(message)),
        },
        false => (None, None),
    };
    let (mended, before, after) = match made {
        Some(made) => made,
        None => {
            let amended = amended(&app, &loaded, &choice).await?;
            (amended.mended, amended.before, amended.after)
        }
    };
    let gain = after.as_ref().map(|after| (satisfied(&before), satisfied(after)));
    let changes = in_place(&app, &page, &mended, &before);
    Ok(show(&Preview { page, loaded, changes, gain, refused, tab: Tab::Mend })?)
}

fn satisfied(assessment: &Assessment) -> usize {
    assessment.verdicts.iter().filter(|v| v.verdict == Verdict::Satisfied).count()
}

/// Changes as they stand in the contract, or in the amendment that names its articles.
fn in_place(app: &App, page: &Page, mended: &[Mended], before: &Assessment) -> Vec<Shift> {
    let shift = |mended: &Mended| {
        let place = match (mended.how, mended.article.as_str(), mended.created) {
            (How::Commented | How::Left, ..) => page.t("mend.comment_only").to_owned(),
            (_, "", _) => page.t("mend.at_top").to_owned(),
            (_, article, true) => page.f("mend.new_article", article),
            (_, article, false) => page.f("mend.in_article", article),
        };
        let verdict = before.verdicts.iter().find(|v| v.point == mended.point);
        let replaced = verdict.filter(|_| mended.how == How::Replaced);
        Shift {
            id: mended.point.clone(),
            title: app.infos().title(&mended.point).to_owned(),
            severity: mended.severity,
            place,
            instead: replaced.into_iter().flat_map(|v| &v.quotes).map(|q| q.text.clone()).collect(),
            clause: mended.clause.clone(),
        }
    };
    mended.iter().map(shift).collect()
}

/// Writes the amendment that mends the contract, for a file that can't take changes.
async fn amended(app: &App, loaded: &Loaded, choice: &Choice) -> Result<Amended, Absent> {
    if choice.points.is_empty() {
        return Err(Trouble::Refused(NOTHING_CHOSEN.to_owned()).into());
    }
    let (answers, _) = choice.read(app);
    let (request, selection) = (request(loaded), selection(choice));
    let (document, file, day) = (loaded.document.clone(), loaded.review.name.clone(), today(app));
    let app = app.clone();
    let work = move || {
        let task = Task { engine: app.engine(), request, selection, answers: &answers, comments: "" };
        amend(&task, &document, &Terms { file: &file, author: "", date: Some(day) })
    };
    Ok(spawn_blocking(work).await.map_err(|e| Trouble::Broken(e.to_string()))?)
}

fn request(loaded: &Loaded) -> Request {
    Request { profile: Some(loaded.assessment.profile), facts: loaded.assessment.facts.clone() }
}

fn selection(choice: &Choice) -> Selection {
    Selection { points: choice.points.clone(), ..Selection::default() }
}

/// Changes the user's Word file; within, a French sentence where the file can't take them.
async fn mended(app: &App, actor: &Actor, loaded: &Loaded, choice: &Choice) -> Result<Result<Fixed, String>, Absent> {
    let id = loaded.review.id;
    let bytes = app.store(&actor.org, move |store| store.review_bytes(id)).await?;
    let (answers, _) = choice.read(app);
    let (request, selection) = (request(loaded), selection(choice));
    let day = today(app);
    let signature = Signature {
        author: "Clausule".to_owned(),
        date: format!("{:04}-{:02}-{:02}T00:00:00Z", day.year, day.month, day.day),
    };
    let app = app.clone();
    let work = move || {
        if selection.points.is_empty() {
            return Err(NOTHING_CHOSEN.to_owned());
        }
        let opened = app.host().open_word(&bytes)?;
        let task = Task { engine: app.engine(), request, selection, answers: &answers, comments: &opened.comments };
        fix(&task, &opened.document, &opened.map, &mut |plan| app.host().redline(&bytes, plan, &signature))
    };
    Ok(spawn_blocking(work).await.map_err(|e| Trouble::Broken(e.to_string()))?)
}

pub(crate) async fn redlined(State(app): State<App>, actor: Actor, Path(id): Path<u64>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    if !loaded.is_word() {
        return Err(Trouble::NotFound.into());
    }
    let fixed = mended(&app, &actor, &loaded, &Choice::of(&app, &loaded)).await?.map_err(Trouble::Refused)?;
    let bytes = fixed.bytes.ok_or_else(nothing_to_change)?;
    let end = if loaded.review.name.to_lowercase().ends_with(".docm") { "docm" } else { "docx" };
    Ok(attachment(&format!("{} - corrigé.{end}", loaded.stem()), DOCX, bytes))
}

fn nothing_to_change() -> Trouble {
    Trouble::Refused("il n'y a rien à changer dans ce contrat".to_owned())
}

pub(crate) async fn amendment(State(app): State<App>, actor: Actor, Path((id, form)): Path<(u64, String)>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let amended = amended(&app, &loaded, &Choice::of(&app, &loaded)).await?;
    let paper = amended.paper.ok_or_else(nothing_to_change)?;
    Ok(papers::hand_over(&format!("{} - avenant", loaded.stem()), &form, paper).await?)
}

pub(crate) async fn letter_file(State(app): State<App>, actor: Actor, Path((id, form)): Path<(u64, String)>) -> Shown {
    let loaded = load(&app, &actor, id).await?;
    let choice = Choice::of(&app, &loaded);
    let paper = letter::paper(&letter::Letter {
        catalogue: &app.engine().catalogue,
        file: &loaded.review.name,
        assessment: &loaded.assessment,
        points: &choice.points,
        enclosed: loaded.is_word(),
        date: Some(today(&app)),
    });
    Ok(papers::hand_over(&format!("{} - lettre", loaded.stem()), &form, paper).await?)
}
