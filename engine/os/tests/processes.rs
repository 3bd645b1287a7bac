//! Processes, pipes, signals and terminals through the public face of the crate.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use os::{
    Bytes, Capture, Disposition, ExitStatus, FdTable, File, Fs, Input, Limits, LineReader, Machine,
    Proc, Programs, Signal, Spawn, State, TtyMode, Vfs, WindowSize, pipe,
};
use sim::{Sim, Time};

struct World {
    sim: Sim,
    machine: Machine,
    out: Capture,
}

fn world() -> World {
    let sim = Sim::new(7, Time::from_secs(1_000));
    let vfs = Vfs::new(Fs::new("overlay", 0));
    vfs.make_basics(0).unwrap();
    let machine = Machine::new(&sim, &Programs::new(), "box", vfs);
    World {
        sim,
        machine,
        out: Capture::new(1 << 20),
    }
}

impl World {
    fn spawn<F, Fut>(&self, main: F) -> Proc
    where
        F: FnOnce(Proc) -> Fut,
        Fut: Future<Output = i32> + 'static,
    {
        let out = File::from_stream(self.out.clone());
        let fds = FdTable::standard(File::null(), out.clone(), out);
        self.machine
            .spawn(
                Spawn {
                    fds,
                    ..Spawn::default()
                },
                main,
            )
            .unwrap()
    }

    fn run(&self, seconds: u64) {
        let mut budget = 10_000_000;
        let until = self.sim.now() + Duration::from_secs(seconds);
        self.sim.run_until(until, &mut budget);
        assert!(budget > 0);
    }

    fn output(&self) -> String {
        String::from_utf8(self.out.take()).unwrap()
    }
}

#[test]
fn a_program_runs_and_ends() {
    let world = world();
    let proc = world.spawn(|p| async move {
        p.print("hello\n").await;
        p.sleep(Duration::from_secs(3)).await;
        7
    });
    world.run(2);
    assert_eq!(proc.state(), State::Running);
    world.run(2);
    assert_eq!(proc.ended(), Some(ExitStatus::Exited(7)));
    assert_eq!(world.output(), "hello\n");
    assert!(world.machine.processes().is_empty());
}

#[test]
fn pipes_hold_writers_back_and_end_them() {
    let world = world();
    let (reader, writer) = pipe();
    let producer = world
        .machine
        .spawn(
            Spawn {
                fds: FdTable::standard(File::null(), writer, File::null()),
                ..Spawn::default()
            },
            |p| async move {
                loop {
                    p.print("y\n".repeat(1000)).await;
                }
            },
        )
        .unwrap();
    world.run(1);
    assert_eq!(
        producer.state(),
        State::Running,
        "it waits for room in the pipe"
    );
    let consumer = world.spawn(|p| async move {
        let mut lines = LineReader::new(&p, reader);
        let first = lines.next_line().await.unwrap().unwrap();
        p.write(1, first).await.unwrap();
        0
    });
    world.run(1);
    assert_eq!(consumer.ended(), Some(ExitStatus::Exited(0)));
    assert_eq!(producer.ended(), Some(ExitStatus::Signaled(Signal::PIPE)));
    assert_eq!(producer.ended().unwrap().code(), 141);
    assert_eq!(world.output(), "y\n");
}

#[test]
fn signals_end_stop_and_are_caught() {
    let world = world();
    let plain = world.spawn(|p| async move {
        p.sleep(Duration::from_secs(100)).await;
        0
    });
    let catcher = world.spawn(|p| async move {
        p.set_disposition(Signal::TERM, Disposition::Catch);
        let signal = p.next_signal().await;
        p.print(format!("got {}\n", signal.name())).await;
        3
    });
    world.run(1);
    world.machine.kill(plain.pid(), Signal::TSTP).unwrap();
    world.machine.kill(catcher.pid(), Signal::TERM).unwrap();
    world.run(200);
    assert_eq!(plain.state(), State::Stopped(Signal::TSTP));
    assert_eq!(catcher.ended(), Some(ExitStatus::Exited(3)));
    world.machine.kill(plain.pid(), Signal::CONT).unwrap();
    world.run(1);
    assert_eq!(plain.ended(), Some(ExitStatus::Exited(0)));
    assert_eq!(world.output(), "got TERM\n");
}

#[test]
fn process_one_of_a_container_minds_only_its_handlers() {
    let world = world();
    world.machine.set_contained(true);
    let init = world.spawn(|p| async move {
        p.sleep(Duration::from_secs(3600)).await;
        0
    });
    let other = world.spawn(|p| async move {
        let _ = p.kill(1, Signal::KILL);
        p.sleep(Duration::from_secs(3600)).await;
        0
    });
    world.run(1);
    world.machine.kill(1, Signal::TERM).unwrap();
    world.run(30);
    assert_eq!((init.pid(), init.state()), (1, State::Running));
    world.machine.kill(1, Signal::KILL).unwrap();
    world.run(1);
    assert_eq!(init.ended().unwrap().code(), 137);
    assert_eq!(other.ended().unwrap().code(), 137);
}

#[test]
fn spinning_moves_the_clock_and_limits_hold() {
    let world = world();
    world.machine.set_limits(Limits {
        processes: 3,
        memory: 1000,
        held: 1000,
        cpu: Some(Duration::from_secs(5)),
    });
    let spinner = world.spawn(|p| async move {
        loop {
            p.cpu(Duration::from_micros(20)).await;
        }
    });
    let glutton = world.spawn(|p| async move {
        loop {
            p.charge(100).await;
        }
    });
    world.run(10);
    assert_eq!(spinner.ended(), Some(ExitStatus::Signaled(Signal::XCPU)));
    assert_eq!(glutton.ended(), Some(ExitStatus::Signaled(Signal::KILL)));
    assert_eq!(world.machine.out_of_memory_kills(), 1);
    for _ in 0..3 {
        world.spawn(|p| async move {
            p.sleep(Duration::from_secs(9)).await;
            0
        });
    }
    let refused = world.machine.spawn(Spawn::default(), |_| async { 0 });
    assert_eq!(refused.err(), Some(os::Errno::EAGAIN));
}

#[test]
fn a_node_without_memory_ends_what_has_the_highest_score() {
    const GIB: u64 = 1 << 30;
    let world = world();
    let sim = world.sim.clone();
    let memory = os::Memory::default();
    memory.set_size(16 * GIB, GIB, GIB);
    let machine = |name: &str, adjust| {
        let machine = os::Machine::new(
            &sim,
            &os::Programs::new(),
            name,
            os::Vfs::new(os::Fs::new("ext4", 0)),
        );
        machine.set_limits(Limits {
            memory: 16 * GIB,
            ..Limits::default()
        });
        machine.set_contained(true);
        machine.set_memory(&memory, adjust);
        machine
    };
    let machines = [
        machine("modest", 1000),
        machine("greedy", 500),
        machine("precious", -997),
    ];
    let known = machines.to_vec();
    memory.set_machines(move || known.clone());
    let heard = Rc::new(RefCell::new(Vec::new()));
    let ear = Rc::clone(&heard);
    memory.set_observer(move |event| ear.borrow_mut().push(event));
    let hold = |machine: &os::Machine, bytes: u64| {
        let spawn = Spawn {
            args: vec!["/usr/bin/a-name-of-some-length".into()],
            ..Spawn::default()
        };
        let held = machine.spawn(spawn, move |p| async move {
            p.touch(bytes).await;
            p.sleep(Duration::from_secs(3600)).await;
            0
        });
        let held = held.unwrap();
        world.run(1);
        held
    };
    let modest = hold(&machines[0], GIB);
    let precious = hold(&machines[2], 12 * GIB);
    assert_eq!((memory.used(), heard.borrow().len()), (14 * GIB, 0));
    // It takes less than the precious one has, but more than is left; the modest one has the highest score.
    let greedy = hold(&machines[1], 5 * GIB / 2);
    assert_eq!(modest.ended(), Some(ExitStatus::Signaled(Signal::KILL)));
    assert_eq!((greedy.ended(), precious.ended()), (None, None));
    assert_eq!(machines[0].out_of_memory_kills(), 1);
    let killed = os::MemoryEvent::Killed {
        process: "a-name-of-some-".into(),
        pid: 1201,
    };
    assert_eq!(*heard.borrow(), [os::MemoryEvent::Low, killed]);
    assert_eq!(memory.available(), GIB / 2);
    // Now the greedy one, though it came earlier and holds less.
    hold(&machines[2], GIB);
    assert_eq!(greedy.ended(), Some(ExitStatus::Signaled(Signal::KILL)));
    assert_eq!(precious.ended(), None);
    machines[2].kill_all();
    world.run(1);
    machines[2].leave_memory();
    assert_eq!(memory.used(), GIB);
}

#[test]
fn a_capture_that_is_full_ends_the_writer() {
    let world = world();
    let proc = world.spawn(|p| async move {
        loop {
            p.print("x".repeat(10_000)).await;
        }
    });
    world.run(10);
    assert_eq!(proc.ended().unwrap().code(), 153);
    assert_eq!(world.out.len(), 1 << 20);
}

#[test]
fn executables_scripts_and_search() {
    let world = world();
    let root = world.machine.root_cred();
    let vfs = world.machine.vfs();
    let seen: Rc<RefCell<Vec<String>>> = Rc::default();
    let log = seen.clone();
    world.machine.programs().add("show", move |p| {
        let log = log.clone();
        async move {
            log.borrow_mut()
                .push(format!("{} {:?}", p.flavor(), p.args()));
            0
        }
    });
    vfs.install(0, "/bin/show", "show", "busybox").unwrap();
    vfs.write_file(&root, "/tmp/s", b"#!/bin/show -x\nrest\n")
        .unwrap();
    let spawn = |name: &str| Spawn {
        args: vec![name.into(), "arg".into()],
        ..Spawn::default()
    };
    let refused = world.machine.spawn_command(spawn("/tmp/s")).err();
    assert_eq!(refused, Some(os::ExecError::Denied));
    vfs.chmod(&root, "/tmp/s", 0o755).unwrap();
    world.machine.spawn_command(spawn("/tmp/s")).unwrap();
    world.machine.spawn_command(spawn("show")).unwrap();
    let missing = world.machine.spawn_command(spawn("nope")).err();
    assert_eq!(missing, Some(os::ExecError::NotFound));
    world.run(1);
    assert_eq!(
        *seen.borrow(),
        [
            r#"busybox ["/bin/show", "-x", "/tmp/s", "arg"]"#,
            r#"busybox ["show", "arg"]"#
        ]
    );
}

#[test]
fn terminals_cook_lines_and_send_signals() {
    let world = world();
    let tty = world.machine.open_tty(WindowSize::default());
    let spawn = Spawn {
        fds: FdTable::terminal(&tty),
        tty: Some(tty.clone()),
        ..Spawn::default()
    };
    let cat = world
        .machine
        .spawn(spawn, |p| async move {
            loop {
                let data = p.read(0, 100).await.unwrap();
                if data.is_empty() {
                    return 0;
                }
                p.write(1, data).await.unwrap();
            }
        })
        .unwrap();
    tty.set_foreground(Some(cat.group()));
    tty.feed(b"heyy\x7f\xc3\xa9\x7f\r");
    world.run(1);
    assert_eq!(
        tty.take_output(),
        b"heyy\x08 \x08\xc3\xa9\x08 \x08\r\nhey\r\n"
    );
    tty.feed(b"x\x03");
    world.run(1);
    assert_eq!(cat.ended().unwrap().code(), 130);
    assert_eq!(tty.take_output(), b"x^C");
    tty.set_mode(TtyMode::RAW);
    tty.feed(b"\x03");
    assert_eq!(tty.take_output(), b"");
}

#[test]
fn the_end_of_file_key_ends_input() {
    let world = world();
    let tty = world.machine.open_tty(WindowSize::default());
    let spawn = Spawn {
        fds: FdTable::terminal(&tty),
        tty: Some(tty.clone()),
        ..Spawn::default()
    };
    let reader = world
        .machine
        .spawn(spawn, |p| async move {
            i32::try_from(p.read_to_end(0, 1000).await.unwrap().len()).unwrap()
        })
        .unwrap();
    tty.feed(b"ab\rc\x04\x04");
    world.run(1);
    assert_eq!(reader.ended(), Some(ExitStatus::Exited(4)));
}

#[test]
fn input_from_the_host_and_waiting_for_children() {
    let world = world();
    let input = Input::default();
    let stdin = File::from_stream(input.clone());
    let parent = world.spawn(|p| async move {
        let mut spawn = p.fork_spawn();
        spawn.fds.set(0, stdin).unwrap();
        let child = p
            .machine()
            .spawn(spawn, |p| async move {
                let data = p.read_to_end(0, 100).await.unwrap();
                p.write(1, Bytes::from(data)).await.unwrap();
                5
            })
            .unwrap();
        let state = child.wait_change().await;
        child.reap();
        assert_eq!(state, State::Ended(ExitStatus::Exited(5)));
        0
    });
    world.run(1);
    assert_eq!(parent.state(), State::Running);
    input.feed(b"later");
    input.close();
    world.run(1);
    assert!(parent.ended().is_some());
    assert_eq!(world.output(), "later");
    assert!(world.machine.processes().is_empty());
}
