//! Keys and what comes of them, on a small terminal.

use proptest::prelude::*;
use unicode_width::UnicodeWidthChar;

use super::{Candidate, Editor, Event};

/// A terminal that understands what the editor writes.
struct Terminal {
    columns: usize,
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Terminal {
    fn new(columns: usize) -> Self {
        Terminal {
            columns,
            rows: vec![Vec::new()],
            row: 0,
            column: 0,
        }
    }

    fn write(&mut self, text: &str) {
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\x1b' => {
                    assert_eq!(chars.next(), Some('['));
                    let mut number = String::new();
                    let end = loop {
                        match chars.next().unwrap() {
                            c if c.is_ascii_alphabetic() => break c,
                            c => number.push(c),
                        }
                    };
                    let count = number.parse().unwrap_or(1);
                    match end {
                        'A' => self.row = self.row.checked_sub(count).expect("above the screen"),
                        'B' => self.row += count,
                        'C' => self.column += count,
                        'J' if number == "2" => self.rows = vec![Vec::new()],
                        'J' => {
                            self.rows.truncate(self.row + 1);
                            self.rows[self.row].truncate(self.column);
                        }
                        'H' => (self.row, self.column) = (0, 0),
                        _ => {}
                    }
                }
                '\r' => self.column = 0,
                '\n' => self.row += 1,
                '\x07' => {}
                c => self.put(c),
            }
            while self.rows.len() <= self.row {
                self.rows.push(Vec::new());
            }
        }
    }

    fn put(&mut self, c: char) {
        let width = c.width().unwrap_or(0);
        if self.column + width > self.columns {
            self.row += 1;
            self.column = 0;
            while self.rows.len() <= self.row {
                self.rows.push(Vec::new());
            }
        }
        let row = &mut self.rows[self.row];
        while row.len() < self.column + width {
            row.push(' ');
        }
        if width > 0 {
            row[self.column] = c;
        }
        if width == 2 {
            // The second cell of a wide character.
            row[self.column + 1] = '\u{0}';
        }
        self.column += width;
    }

    fn text(&self) -> Vec<String> {
        let rows = self.rows.iter();
        let mut rows: Vec<String> = rows
            .map(|row| {
                row.iter()
                    .filter(|c| **c != '\u{0}')
                    .collect::<String>()
                    .trim_end()
                    .to_owned()
            })
            .collect();
        while rows.len() > 1 && rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        rows
    }
}

fn editor() -> Editor {
    let mut editor = Editor::new(80);
    editor.set_history(vec![
        "ls -l".into(),
        "kubectl get pods".into(),
        "echo one two".into(),
    ]);
    editor.begin("$ ");
    editor
}

/// The line after some keys, with `|` at the cursor.
fn after(keys: &str) -> String {
    let mut editor = editor();
    editor.keys(keys);
    let (mut line, cursor) = (editor.line(), editor.cursor());
    line.insert(cursor, '|');
    line
}

#[test]
fn keys_edit_the_line() {
    for (keys, expected) in [
        ("abc", "abc|"),
        ("abc\x01x", "x|abc"),
        ("abc\x1b[D\x1b[Dx", "ax|bc"),
        ("abc\x02\x02\x05x", "abcx|"),
        ("abc\x7f", "ab|"),
        ("abc\x01\x04", "|bc"),
        ("abc\x01\x1b[3~", "|bc"),
        ("one two\x17", "one |"),
        ("one two\x1b\x7f", "one |"),
        ("a/b/c\x17", "|"),
        ("a/b/c\x1b\x7f", "a/b/|"),
        ("one two\x15", "|"),
        ("one two\x01\x0b", "|"),
        ("one two\x17\x17\x19", "one two|"),
        ("one two\x1bb\x1bb\x1bf", "one| two"),
        ("one two\x1b[1;5D", "one |two"),
        ("one two\x01\x1bd", "| two"),
        ("ab\x14", "ba|"),
        ("one\x1bb\x1bu", "ONE|"),
        ("one\x01\x1bc", "One|"),
        ("one\x17two\x17\x19\x1by", "one|"),
        ("abc\x1f", "|"),
        ("ab\x17x\x1f\x1f", "ab|"),
        ("\x16\x01", "\u{1}|"),
        ("é漢x\x02\x02", "é|漢x"),
        ("\x1b[200~a\rb\tc\x1b[201~d", "a\nb cd|"),
        ("\x1b[99~a", "a|"),
        ("\x1bOC\x1b[Z\x1b[1;2Ha", "a|"),
    ] {
        assert_eq!(after(keys), expected, "{keys:?}");
    }
}

#[test]
fn arrows_go_through_the_history() {
    for (keys, expected) in [
        ("\x1b[A", "echo one two|"),
        ("\x1b[A\x1b[A", "kubectl get pods|"),
        ("x\x10\x10\x10\x10\x10", "ls -l|"),
        ("x\x10\x0e", "x|"),
        ("\x10!\x10\x0e", "echo one two!|"),
        ("\x1b<", "ls -l|"),
        ("x\x1b<\x1b>", "x|"),
        ("ls \x1b.", "ls two|"),
        ("ls \x1b.\x1b.", "ls pods|"),
    ] {
        assert_eq!(after(keys), expected, "{keys:?}");
    }
}

#[test]
fn searches_backwards() {
    for (keys, expected) in [
        ("\x12get", "kubectl |get pods"),
        ("\x12l", "kubect|l get pods"),
        ("\x12l\x12", "|ls -l"),
        ("\x12get\x05!", "kubectl get pods!|"),
        ("x\x12get\x07", "x|"),
        ("\x12zzz\x7f\x7f\x7fone", "echo |one two"),
        ("\x12kube\x1b[A", "ls -l|"),
    ] {
        assert_eq!(after(keys), expected, "{keys:?}");
    }
    let mut editor = editor();
    let reaction = editor.keys("\x12get\r");
    assert_eq!(reaction.event, Some(Event::Line("kubectl get pods".into())));
    editor.begin("$ ");
    let reaction = editor.keys("\x12zzz");
    assert!(reaction.draw.contains("(failed reverse-i-search)`zzz': "));
}

#[test]
fn events_end_the_editing() {
    let mut editor = editor();
    let reaction = editor.keys("ls\recho");
    assert_eq!(reaction.event, Some(Event::Line("ls".into())));
    assert_eq!(reaction.rest, "echo");
    assert_eq!(editor.keys("x").rest, "x");
    editor.begin("$ ");
    assert_eq!(editor.keys("ab\x03").event, Some(Event::Interrupt));
    editor.begin("$ ");
    assert_eq!(editor.keys("\x04").event, Some(Event::EndOfFile));
}

fn candidates(words: &[&str]) -> Vec<Candidate> {
    let all = words.iter().map(|word| Candidate {
        label: word.trim_end().into(),
        insert: (*word).into(),
        about: String::new(),
    });
    all.collect()
}

#[test]
fn tab_completes() {
    let mut editor = editor();
    let event = editor.keys("kubectl g\t").event;
    let asked = Event::Complete {
        line: "kubectl g".into(),
        cursor: 9,
    };
    assert_eq!(event, Some(asked));
    editor.candidates("kubectl g", 9, 8, candidates(&["get "]));
    assert_eq!(editor.line(), "kubectl get ");
    editor.keys("po");
    assert_eq!(
        editor.candidates("kubectl get p", 13, 12, candidates(&["pods "])),
        ""
    );
    editor.keys("\t");
    editor.candidates(
        "kubectl get po",
        14,
        12,
        candidates(&["pods ", "podsecurity "]),
    );
    assert_eq!(editor.line(), "kubectl get pods");
    let listed = candidates(&["pods ", "podsecurity "]);
    assert_eq!(
        editor.candidates("kubectl get pods", 16, 12, listed.clone()),
        "\x07"
    );
    let text = editor.candidates("kubectl get pods", 16, 12, listed);
    assert!(text.contains("pods         podsecurity\r\n"), "{text:?}");
    assert_eq!(editor.line(), "kubectl get pods");
}

#[test]
fn many_candidates_are_asked_about() {
    let mut editor = editor();
    let many: Vec<String> = (100..300).map(|n| format!("x{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    editor.keys("x");
    editor.candidates("x", 1, 0, candidates(&many));
    let text = editor.candidates("x", 1, 0, candidates(&many));
    assert!(text.ends_with("Display all 200 possibilities? (y or n)"));
    assert!(editor.keys("y").draw.contains("x299"));
    assert_eq!(after("x\ty"), "x|");
}

/// The screen after typing keys one by one.
fn screen(columns: u16, keys: &[&str]) -> (Vec<String>, usize, usize) {
    let mut editor = Editor::new(columns);
    let mut terminal = Terminal::new(usize::from(columns));
    terminal.write(&editor.begin("\x1b[1m$\x1b[0m "));
    for key in keys {
        terminal.write(&editor.keys(key).draw);
    }
    (terminal.text(), terminal.row, terminal.column)
}

#[test]
fn the_screen_shows_the_line() {
    for (keys, rows, row, column) in [
        (&["a", "b"][..], &["$ ab"][..], 0, 4),
        (&["abcdefgh"], &["$ abcdefgh"], 1, 0),
        (&["abcdefgh", "i"], &["$ abcdefgh", "i"], 1, 1),
        (
            &["abcdefghij", "\x7f", "\x7f", "\x7f"],
            &["$ abcdefg"],
            0,
            9,
        ),
        (&["abcdefghij", "\x01", "x"], &["$ xabcdefg", "hij"], 0, 3),
        (&["漢漢漢漢漢"], &["$ 漢漢漢漢", "漢"], 1, 2),
        (&["a漢漢漢漢"], &["$ a漢漢漢", "漢"], 1, 2),
        (&["\x1b[200~a\nb\x1b[201~", "c"], &["$ a", "bc"], 1, 2),
        (&["\x16\x01x"], &["$ ^Ax"], 0, 5),
    ] {
        let expected: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
        assert_eq!(screen(10, keys), (expected, row, column), "{keys:?}");
    }
}

proptest! {
    /// Whatever is pressed, the screen shows prompt and line, and the cursor is where it should be.
    #[test]
    fn the_screen_agrees_with_the_line(
        keys in proptest::collection::vec(
            prop_oneof![
                "[a-z漢 ]{1,3}",
                proptest::sample::select(vec![
                    "\x01", "\x05", "\x02", "\x06", "\x7f", "\x04x", "\x0b", "\x15", "\x17", "\x19", "\x1bb", "\x1bf", "\x1bd",
                    "\x1f", "\x14", "\x1b[A", "\x1b[B", "\x1b[3~", "\x12a\x05", "\x1b[200~p q\x1b[201~",
                ]).prop_map(str::to_owned),
            ],
            0..30,
        ),
        columns in 4u16..20,
    ) {
        let mut editor = Editor::new(columns);
        editor.set_history(vec!["first line".into(), "an other".into()]);
        let mut terminal = Terminal::new(usize::from(columns));
        terminal.write(&editor.begin("$ "));
        for key in &keys {
            terminal.write(&editor.keys(key).draw);
            let mut fresh = Editor::new(columns);
            let mut expected = Terminal::new(usize::from(columns));
            expected.write(&fresh.begin("$ "));
            expected.write(&fresh.keys(&editor.line()).draw);
            prop_assert_eq!(terminal.text(), expected.text(), "{:?}", keys);
        }
    }

    #[test]
    fn nothing_panics(keys in "\\PC{0,40}", bytes in proptest::collection::vec(0u8..128, 0..60), columns in 0u16..100) {
        let mut editor = Editor::new(columns);
        editor.begin(&keys);
        editor.keys(&keys);
        editor.keys(&String::from_utf8(bytes).unwrap());
        editor.candidates(&editor.line(), editor.cursor(), 3, vec![Candidate::default()]);
        editor.resize(3);
        editor.keys("x\t\t");
    }
}
