//! Which contract a machine's proofs are for.

use crate::Conn;
use crate::error::Result;
use crate::judge;
use crate::promises::Held;
use crate::schema::route;
use diesel::prelude::*;
use evidence::Fact;
use std::collections::HashMap;

/// The contract that a proof is for: the one asked for, or the one whose machines and client it names.
pub(crate) fn choose(
    conn: &mut Conn,
    org: &str,
    asked: Option<&str>,
    facts: &[Fact],
    held: &HashMap<String, Held>,
) -> Result<Option<String>> {
    if let Some(id) = asked {
        learn(conn, org, id, facts)?;
        return Ok(Some(id.to_owned()));
    }
    let routes: Vec<(String, String)> = if held.len() > 1 {
        route::table.filter(route::org.eq(org)).select((route::host, route::contract)).load(conn)?
    } else {
        Vec::new()
    };
    Ok(judge::route(facts, held, &routes))
}

/// Remembers that this machine's proofs are for this contract.
pub(crate) fn learn(conn: &mut Conn, org: &str, contract: &str, facts: &[Fact]) -> Result<()> {
    let mut hosts: Vec<String> = facts.iter().filter_map(|f| f.host.as_ref()).map(|h| h.to_lowercase()).collect();
    hosts.sort();
    hosts.dedup();
    for host in hosts {
        let own =
            route::table.filter(route::org.eq(org)).filter(route::host.eq(&host)).filter(route::contract.eq(contract));
        if own.select(route::host).first::<String>(conn).optional()?.is_none() {
            let values = (route::org.eq(org), route::host.eq(&host), route::contract.eq(contract));
            diesel::insert_into(route::table).values(values).execute(conn)?;
        }
    }
    Ok(())
}
