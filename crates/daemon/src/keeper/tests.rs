//! The keeper's own time: the ledger is signed soon, whatever comes.

use super::*;

#[test]
fn the_ledger_is_signed_in_time_even_if_nothing_more_comes() {
    let dir = std::env::temp_dir().join(format!("clausule-keeper-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let place = Place::folder(&dir);
    let mut store = Store::open(&place, "principal", &|| [7; 32], clock::now()).expect("a register");
    let (jobs, inbox) = mpsc::channel(4);
    let metrics = Arc::new(Metrics::default());
    let desk = Desk { place, random: || [7; 32], stores: HashMap::new(), metrics, moved: false };
    let timer = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a timer");
    let every = Duration::from_millis(300);
    let thread = std::thread::spawn(move || desk.run(inbox, &timer, every));
    let (answer, answered) = oneshot::channel();
    let arrival = Arrival {
        org: "principal".to_owned(),
        name: "a.txt".to_owned(),
        bytes: b"bonjour".to_vec(),
        via: "http",
        ..Arrival::default()
    };
    let waiting = Waiting { arrival: Box::new(arrival), text: None, answer, _room: None };
    jobs.blocking_send(Job::File(waiting)).expect("taken");
    answered.blocking_recv().expect("answered").expect("filed");
    let signed = (0..600).find_map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        store.last_checkpoint().expect("read").map(|c| c.0)
    });
    assert_eq!(signed, Some(2), "the proof and its verdict");
    jobs.blocking_send(Job::End).expect("taken");
    thread.join().expect("it ends");
}
