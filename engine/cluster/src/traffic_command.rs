//! `traffic`: sends requests to a URL, and says how many are answered. The playground's own command.

use os::Proc;
use view::{TrafficSpec, TrafficView};

use crate::traffic::{MOST, Traffic, WINDOW};

const HELP: &str = "\
traffic: send requests to a URL again and again, and count the answers.
This command belongs to the playground; a real cluster does not have it.

Usage:
  traffic start URL [--rate N] [--from POD] [--namespace NS] [--host NAME]
  traffic status
  traffic stop [URL]

Options:
  --rate N           requests in a second (default 5)
  --from POD         send them from this pod, not from outside of the cluster
  -n, --namespace NS where the pod is, and where short service names are looked up
  --host NAME        the Host field, for an Ingress

Examples:
  traffic start http://web --rate 10
  traffic start http://web.shop:8080/cart --from client
  traffic stop
";

/// Runs it.
pub(crate) async fn main(proc: Proc) -> i32 {
    let args: Vec<String> = proc.args().iter().skip(1).cloned().collect();
    let Some(traffic) = proc.machine().extension::<Traffic>() else {
        return fail(&proc, "there is no network here").await;
    };
    match args.split_first() {
        Some((verb, rest)) if verb == "start" => match spec(rest) {
            Ok(spec) => start(&proc, &traffic, spec).await,
            Err(error) => fail(&proc, &error).await,
        },
        Some((verb, [])) if verb == "status" => {
            proc.print(table(&traffic.views())).await;
            0
        }
        Some((verb, rest)) if verb == "stop" && rest.len() < 2 => {
            match traffic.stop(rest.first().map(String::as_str)) {
                0 => fail(&proc, "there is no such traffic").await,
                _ => {
                    proc.print(table(&traffic.views())).await;
                    0
                }
            }
        }
        Some((verb, _)) if !matches!(verb.as_str(), "-h" | "--help" | "help") => {
            fail(&proc, &format!("{verb}: not understood")).await
        }
        _ => {
            proc.print(HELP).await;
            0
        }
    }
}

async fn start(proc: &Proc, traffic: &Traffic, spec: TrafficSpec) -> i32 {
    let said = format!("{} requests a second to {}\n", spec.rate, spec.url);
    match traffic.start(spec) {
        Ok(()) => {
            proc.print(said).await;
            0
        }
        Err(error) => fail(proc, &error).await,
    }
}

async fn fail(proc: &Proc, error: &str) -> i32 {
    proc.eprint(format!(
        "traffic: {error}\nTry 'traffic --help' for more information.\n"
    ))
    .await;
    1
}

/// Reads the arguments of `start`.
fn spec(args: &[String]) -> Result<TrafficSpec, String> {
    let mut spec = TrafficSpec {
        rate: TrafficSpec::default_rate(),
        ..TrafficSpec::default()
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (name, given) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with('-') => (name, Some(value.to_owned())),
            _ => (arg.as_str(), None),
        };
        if !name.starts_with('-') {
            if !spec.url.is_empty() {
                return Err(format!("one URL at a time, not {} and {name}", spec.url));
            }
            spec.url = name.to_owned();
            continue;
        }
        let place = match name {
            "--from" => &mut spec.from,
            "--namespace" | "-n" => &mut spec.namespace,
            "--host" => &mut spec.host,
            "--rate" => &mut String::new(),
            _ => return Err(format!("{name}: no such option")),
        };
        let value = given.or_else(|| args.next().cloned());
        *place = value.ok_or_else(|| format!("{name} wants a value"))?;
        if name == "--rate" {
            let rate = place.parse();
            spec.rate = rate.map_err(|_| format!("--rate wants a number from 1 to {MOST}"))?;
        }
    }
    spec.from = spec.from.trim_start_matches("pod/").to_owned();
    if spec.url.is_empty() {
        return Err("start wants a URL, such as http://web".into());
    }
    Ok(spec)
}

fn table(views: &[TrafficView]) -> String {
    if views.is_empty() {
        return "No traffic. Start some with: traffic start http://SERVICE\n".into();
    }
    let last = format!("LAST {}s", WINDOW.as_secs());
    let mut rows =
        vec![["URL", "RATE", "REQUESTS", "FAILED", &last, "LAST FAILURE"].map(String::from)];
    for view in views {
        let rate = if view.running {
            format!("{}/s", view.spec.rate)
        } else {
            "stopped".into()
        };
        let percent = view.success_percent();
        rows.push([
            view.spec.url.clone(),
            rate,
            view.requests.to_string(),
            view.failed.to_string(),
            percent.map_or("<none>".into(), |p| format!("{p:.1}%")),
            match view.last_failure.as_str() {
                "" => "<none>".into(),
                why => why.to_owned(),
            },
        ]);
    }
    let widths: Vec<usize> = (0..6)
        .map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        out.push_str(line.join("   ").trim_end());
        out.push('\n');
    }
    out
}
