//! Writes SEN2 person-level returns for pupils who went from SEN support to a plan: CSV modules, and XML.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

/// A plan to write: made after one census, of a pupil who was on SEN support there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenPlan {
    pub(super) upn: String,
    pub(super) start: String,
    pub(super) need: &'static str,
}

/// The modules of the export, by file name.
pub(super) fn modules(
    plans: &[WrittenPlan],
    mut write: impl FnMut(&str, &str) -> io::Result<()>,
) -> io::Result<()> {
    let mut person = String::from("persontableid,surname,forename,personbirthdate,sex,upn\n");
    let mut requests = String::from("requeststableid,persontableid,receiveddate,requestoutcome\n");
    let mut named = String::from("namedplantableid,requeststableid,startdate\n");
    let mut active = String::from("activeplanstableid,requeststableid,transferla\n");
    let mut need = String::from("senneedtableid,activeplanstableid,sentyperank,sentype\n");
    for (at, plan) in plans.iter().enumerate() {
        let _ = writeln!(
            person,
            "P{at},Zsurname,Zforename,2010-Jan-01 00:00:00,F,{}",
            plan.upn
        );
        let _ = writeln!(requests, "R{at},P{at},{},Y", plan.start);
        let _ = writeln!(named, "N{at},R{at},{} 00:00:00", plan.start);
        let _ = writeln!(active, "A{at},R{at},");
        let _ = write!(need, "S{at},A{at},1,{}\nT{at},A{at},2,OTH\n", plan.need);
    }
    for (name, text) in [
        ("person", person),
        ("requests", requests),
        ("namedplan", named),
        ("activeplans", active),
        ("senneed", need),
    ] {
        write(&format!("Blade-Export_{name}.csv"), &text)?;
    }
    Ok(())
}

/// The XML return.
pub(super) fn xml(out: &mut impl Write, plans: &[WrittenPlan]) -> io::Result<()> {
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Message><SEN2><Persons>\n")?;
    for plan in plans {
        writeln!(
            out,
            "<Person><Surname>Zsurname</Surname><Forename>Zforename</Forename><UPN>{}</UPN><Requests><ReceivedDate>{1}</ReceivedDate>\
             <Assessment><NamedPlan><StartDate>{1}</StartDate></NamedPlan></Assessment><ActivePlans>\
             <SENneed><SENtypeRank>1</SENtypeRank><SENtype>{2}</SENtype></SENneed>\
             <SENneed><SENtypeRank>2</SENtypeRank><SENtype>OTH</SENtype></SENneed></ActivePlans></Requests></Person>",
            plan.upn, plan.start, plan.need
        )?;
    }
    out.write_all(b"</Persons></SEN2></Message>\n")
}
