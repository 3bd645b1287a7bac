//! `fault`: the workstation's command that breaks things. It is the playground's own, and says so.

use apimachinery::time::human_duration;
use os::{Candidate, CompletionRequest, Proc, Programs};
use view::fault::KINDS;
use view::{ActiveFault, Fault, FaultKind, FaultTarget};

use super::Faults;

/// Makes `fault` a program of a machine.
pub(crate) fn register(programs: &Programs, faults: &Faults) {
    let command = faults.clone();
    programs.add("fault", move |proc: Proc| {
        let faults = command.clone();
        async move {
            let args: Vec<String> = proc.args().iter().skip(1).cloned().collect();
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            match run(&faults, proc.now(), &args) {
                Ok(text) => {
                    proc.print(text).await;
                    0
                }
                Err(why) => {
                    let text = format!("fault: {why}\nSee 'fault --help'.\n");
                    proc.eprint(text).await;
                    1
                }
            }
        }
    });
    let faults = faults.clone();
    programs.set_completer("fault", move |request| complete(&faults, request));
}

fn run(faults: &Faults, now: sim::Time, args: &[&str]) -> Result<String, String> {
    match args {
        [] | ["help" | "-h" | "--help", ..] => Ok(help()),
        _ if args.iter().any(|arg| matches!(*arg, "-h" | "--help")) => Ok(help()),
        ["list" | "ls"] => Ok(table(&faults.list(), now)),
        ["heal", "--all"] => {
            faults.heal_all();
            Ok("everything is healed\n".to_owned())
        }
        ["heal"] => Err("say which fault to heal, or --all".to_owned()),
        ["heal", what @ ..] => heal(faults, what),
        [kind, rest @ ..] => inject(faults, kind, rest),
    }
}

fn inject(faults: &Faults, kind: &str, rest: &[&str]) -> Result<String, String> {
    let kind = FaultKind::by_name(kind).ok_or_else(|| format!("there is no fault \"{kind}\""))?;
    let mut fault = Fault::new(kind, "");
    let mut words = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match word.strip_prefix("--for") {
            Some("") => fault.seconds = Some(duration(rest.next().copied().unwrap_or_default())?),
            Some(value) if value.starts_with('=') => fault.seconds = Some(duration(&value[1..])?),
            _ if word.starts_with('-') => return Err(format!("unknown flag: {word}")),
            _ => words.push(*word),
        }
    }
    let info = kind.info();
    // The last word is the amount if it looks like one; no node or pod is called like that.
    if let Some(last) = words.last()
        && !info.amount.0.is_empty()
        && let Some(amount) = amount(kind, last)
    {
        fault.amount = Some(amount);
        words.pop();
    }
    match (words[..].len(), info.target) {
        (0, _) => {}
        (1, _) => words[0].clone_into(&mut fault.target),
        _ => return Err(format!("too much said: {}", words[1..].join(" "))),
    }
    let shown = fault.clone();
    let id = faults.inject(fault)?;
    let Some(id) = id else {
        return Ok(format!("{}: done\n", sentence(&shown)));
    };
    let healing = match faults.list().into_iter().find(|known| known.id == id) {
        Some(ActiveFault { fault, .. }) if fault.seconds.is_some() => {
            let seconds = fault.seconds.unwrap_or_default();
            let time = human_duration(seconds.into());
            format!("heals by itself in {time}")
        }
        _ => format!("heal it with: fault heal {id}"),
    };
    Ok(format!("{}: broken ({healing})\n", sentence(&shown)))
}

/// `packet-loss node-2 30`
fn sentence(fault: &Fault) -> String {
    let info = fault.kind.info();
    let mut text = info.name.to_owned();
    if !fault.target.is_empty() {
        text.push(' ');
        text.push_str(&fault.target);
    }
    if !info.amount.0.is_empty() {
        text.push_str(&format!(" {} {}", fault.amount(), info.amount.0));
    }
    text
}

fn heal(faults: &Faults, what: &[&str]) -> Result<String, String> {
    let meant = |known: &ActiveFault| match what {
        [id] if id.parse() == Ok(known.id) => true,
        [kind] => known.fault.kind.info().name == *kind,
        [kind, target] => {
            let full = &known.fault.target;
            known.fault.kind.info().name == *kind
                && (full == target || full.split('/').any(|part| part == *target))
        }
        _ => false,
    };
    let healed: Vec<ActiveFault> = faults.list().into_iter().filter(meant).collect();
    if healed.is_empty() {
        return Err(format!("there is no fault \"{}\" now", what.join(" ")));
    }
    let mut text = String::new();
    for known in &healed {
        faults.heal(known.id);
        text.push_str(&format!("{}: healed\n", sentence(&known.fault)));
    }
    Ok(text)
}

fn table(active: &[ActiveFault], now: sim::Time) -> String {
    if active.is_empty() {
        return "nothing is broken\n".to_owned();
    }
    let mut rows = vec![["ID", "FAULT", "AGE", "HEALS IN"].map(str::to_owned)];
    for known in active {
        let micros = |from: i64, to: i64| {
            human_duration((to - from).max(0) / view::Time::SECOND).to_string()
        };
        rows.push([
            known.id.to_string(),
            sentence(&known.fault),
            micros(known.since.0, now.as_micros()),
            known
                .until
                .map_or("-".to_owned(), |until| micros(now.as_micros(), until.0)),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0) + 3;
    let widths = [0, 1, 2].map(width);
    let line = |row: &[String; 4]| {
        let [a, b, c, d] = row;
        let [x, y, z] = widths;
        format!("{a:x$}{b:y$}{c:z$}{d}\n")
    };
    rows.iter().map(line).collect()
}

fn help() -> String {
    let mut text = String::from(
        "fault breaks things on purpose, to see what the cluster does. It is a command of this playground; Kubernetes \
         has none like it.\n\n\
         Usage:\n  fault KIND [TARGET] [AMOUNT] [--for DURATION]\n  fault list\n  fault heal ID | KIND [TARGET] | --all\n\n\
         Kinds:\n",
    );
    for info in KINDS {
        let target = match info.target {
            FaultTarget::Cluster => "",
            FaultTarget::Node => "NODE",
            FaultTarget::Container => "[NAMESPACE/]POD[/CONTAINER]",
            FaultTarget::Network => "[NODE | NAMESPACE/POD]",
        };
        let mut usage = format!("{} {target}", info.name);
        if !info.amount.0.is_empty() {
            usage.push_str(&format!(
                " [{}]",
                info.amount.0.replace(' ', "-").to_uppercase()
            ));
        }
        text.push_str(&format!(
            "  {:58} {}\n",
            usage.replace("  ", " "),
            info.about
        ));
    }
    text.push_str(
        "\nExamples:\n  fault node-down node-2\n  fault packet-loss node-3 50 --for 2m\n  \
         fault container-kill web\n  fault heal node-down\n",
    );
    text
}

/// `30%`, `200ms`, `1h`, or a plain number of the kind's unit.
fn amount(kind: FaultKind, text: &str) -> Option<u32> {
    let plain = text.parse::<u32>().ok();
    match kind {
        FaultKind::PacketLoss => plain.or_else(|| text.strip_suffix('%')?.parse().ok()),
        FaultKind::Latency => plain
            .or_else(|| text.strip_suffix("ms")?.parse().ok())
            .or_else(|| {
                text.strip_suffix('s')?
                    .parse::<u32>()
                    .ok()?
                    .checked_mul(1000)
            }),
        FaultKind::ClockJump => plain.or_else(|| duration(text).ok()),
        _ => plain,
    }
}

/// `90`, `90s`, `2m`, `1h30m`, in seconds.
fn duration(text: &str) -> Result<u32, String> {
    let wrong = || format!("\"{text}\" is not a duration such as 30s, 5m or 1h");
    let mut total = 0_u32;
    let mut number = String::new();
    for c in text.chars() {
        let factor = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let value: u32 = number.parse().map_err(|_| wrong())?;
        number.clear();
        let value = value.checked_mul(factor).ok_or_else(wrong)?;
        total = total.checked_add(value).ok_or_else(wrong)?;
    }
    if !number.is_empty() {
        let value: u32 = number.parse().map_err(|_| wrong())?;
        total = total.checked_add(value).ok_or_else(wrong)?;
    }
    if total == 0 {
        return Err(wrong());
    }
    Ok(total)
}

fn complete(faults: &Faults, request: &CompletionRequest) -> Vec<Candidate> {
    request.no_files();
    let words: Vec<&str> = request.words.iter().skip(1).map(String::as_str).collect();
    let kinds = || KINDS.iter().map(|info| (info.name.to_owned(), info.about));
    let nodes = || {
        let nodes = faults.0.parts.nodes.all();
        nodes.into_iter().map(|node| (node.name().to_owned(), ""))
    };
    let pods = || {
        let pods = faults.0.pods.in_namespace("default").into_iter();
        pods.map(|pod| (pod.metadata.name.to_string(), ""))
    };
    let all: Vec<(String, &str)> = match words[..] {
        [_] => kinds()
            .chain(
                [("list", "what is broken"), ("heal", "makes it whole again")]
                    .map(|(w, a)| (w.to_owned(), a)),
            )
            .collect(),
        ["heal", _] => faults
            .list()
            .iter()
            .map(|known| (known.fault.kind.info().name.to_owned(), ""))
            .chain([("--all".to_owned(), "everything")])
            .collect(),
        [kind, _] => match FaultKind::by_name(kind).map(|kind| kind.info().target) {
            Some(FaultTarget::Node) => nodes().collect(),
            Some(FaultTarget::Container) => pods().collect(),
            Some(FaultTarget::Network) => nodes().chain(pods()).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    all.into_iter()
        .filter(|(word, _)| word.starts_with(request.current()))
        .map(|(word, about)| Candidate {
            about: about.to_owned(),
            ..Candidate::word(word)
        })
        .collect()
}
