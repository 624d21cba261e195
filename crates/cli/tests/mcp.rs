//! `clausule mcp`, as an assistant drives it.

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Sends the messages, gives the answers.
fn talk(name: &str, messages: &[Value]) -> Vec<Value> {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&data);
    let mut child = Command::new(env!("CARGO_BIN_EXE_clausule"))
        .args(["mcp", "--data"])
        .arg(&data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let text: String = messages.iter().map(|m| format!("{m}\n")).collect();
    child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("written");
    let out = child.wait_with_output().expect("it ends");
    assert!(out.status.success());
    String::from_utf8(out.stdout)
        .expect("UTF-8")
        .lines()
        .map(|l| serde_json::from_str(l).expect("a message a line"))
        .collect()
}

fn call(id: u32, tool: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
}

#[test]
fn an_assistant_checks_explains_and_searches() {
    let contract = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mcp-contrat.txt");
    std::fs::write(&contract, "Contrat\n\nArticle 1\n\nLe Prestataire sauvegarde chaque jour les données du Client.\n")
        .expect("written");
    let answers = talk(
        "mcp",
        &[
            json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}),
            json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
            json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
            call(3, "check", json!({"path": contract})),
            call(4, "explain", json!({"point": "sau-06"})),
            call(5, "status", json!({})),
            call(6, "search", json!({"query": "sauvegarde"})),
            call(7, "check", json!({"path": "/nulle/part.pdf"})),
            call(8, "effacer", json!({})),
            json!({"jsonrpc": "2.0", "id": 9, "method": "resources/list"}),
        ],
    );
    let ids: Vec<u64> = answers.iter().filter_map(|a| a["id"].as_u64()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9], "a notification has no answer");
    assert_eq!(answers[0]["result"]["protocolVersion"], "2025-06-18");
    let tools = answers[1]["result"]["tools"].as_array().expect("tools");
    assert_eq!(tools.len(), 4);
    assert!(tools.iter().all(|t| t["annotations"]["readOnlyHint"] == true));
    let verdicts = answers[2]["result"]["structuredContent"]["verdicts"].as_array().expect("verdicts");
    assert!(verdicts.len() > 50, "{}", verdicts.len());
    let backup = |v: &&Value| v["quotes"].as_array().is_some_and(|q| !q.is_empty());
    assert!(verdicts.iter().any(|v| backup(&v)), "a quote decides somewhere");
    assert_eq!(answers[3]["result"]["structuredContent"]["point"], "SAU-06");
    assert_eq!(answers[4]["result"]["structuredContent"]["promises"], json!([]));
    assert_eq!(answers[5]["result"]["structuredContent"]["hits"], json!([]));
    assert_eq!(answers[6]["result"]["isError"], true);
    assert_eq!(answers[7]["error"]["code"], -32602);
    assert_eq!(answers[8]["error"]["code"], -32601);
}

#[test]
fn what_is_no_message_is_answered_as_such() {
    let answers = talk("mcp-broken", &[json!("x"), json!([1]), json!({"id": 1})]);
    assert_eq!(answers.len(), 1, "only what has an id is answered: {answers:?}");
    assert_eq!(answers[0]["error"]["code"], -32601);
}
