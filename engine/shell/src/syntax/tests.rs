//! Tests of the parser: what is taken, what is refused and how, and that nothing makes it panic or hang.

use super::ast::*;
use super::*;

fn parse(text: &str) -> Result<Vec<List>, SyntaxError> {
    let mut parser = Parser::new(text, 1, &());
    let mut lists = Vec::new();
    while let Some(list) = parser.next_command()? {
        lists.push(list);
    }
    Ok(lists)
}

#[test]
fn accepts_what_bash_accepts() {
    for text in [
        "echo a b 'c d' \"e $f ${g:-h i}\" \\$ $'x\\n'",
        "a=1 b=\"2 3\" cmd",
        "a=(1 2 [5]=x \"y z\"); a+=(3); a[$i]=4; a[1]+=b",
        "ls | grep x |& wc -l && true || false; sleep 1 & wait",
        "! true | false\ntime -p ls",
        "cat < in > out 2>> err 2>&1 &> both <<< text >| c 3<&0",
        "cat <<A <<-'B'\none $x\nA\n\ttwo $x\n\tB\necho after",
        "if a; then b; elif c; then d; else e; fi > f",
        "while read -r l; do echo $l; done < f; until x; do y; done",
        "for i in a b; do :; done; for i; do :; done\nfor i\nin 1 2\ndo\n:\ndone",
        "for ((i=0; i<3; i++)); do echo $i; done",
        "case $x in a|b) c;; (d) e;& *) f;;& esac",
        "f() { echo; }; function g { h; }; function k() ( l )",
        "( a; b ) | { c; d; }",
        "[[ -f a && ( $b == c* || ! -z d ) ]] && [[ $x =~ ^(a|b)+$ ]]",
        "(( i++ )); echo $((1 + (2 * 3))) $(( $(echo 1) ))",
        "echo $(echo `echo a` | cat) $( (echo b) ) \"$(echo \"c\")\"",
        "diff <(ls a) <(ls b); tee >(cat)",
        "# comment\necho a # b\necho a#b",
        "echo ${x#a} ${x##a*} ${x%b} ${x%%b} ${x/a/b} ${x//a} ${x:1:2} ${x: -1} ${#x} ${!x} ${x^^} ${x@Q} ${a[@]} ${#a[@]} ${!a[@]} ${!p*}",
        "echo a \\\n b",
        "echo {a,b}{1..3} ~ ~/x *.yaml",
        "select x in a b; do break; done",
        "export a=(1 2) b=c; declare -A m=([k]=v)",
        "echo \"${x:-\"a b\"}\" \"${x:-$(echo \"y\")}\"",
        "x=$(case a in a) echo b;; esac)",
    ] {
        if let Err(error) = parse(text) {
            panic!("{text}: {error:?}");
        }
    }
}

#[test]
fn refuses_in_bash_words() {
    for (text, line, expected) in [
        (
            "echo \"abc",
            1,
            "unexpected EOF while looking for matching `\"'",
        ),
        (
            "echo 'abc",
            1,
            "unexpected EOF while looking for matching `''",
        ),
        (
            "echo $(foo",
            2,
            "unexpected EOF while looking for matching `)'",
        ),
        (
            "echo ${x",
            1,
            "unexpected EOF while looking for matching `}'",
        ),
        (
            "echo `foo",
            1,
            "unexpected EOF while looking for matching ``'",
        ),
        (
            "if true; then echo x",
            2,
            "syntax error: unexpected end of file",
        ),
        ("fi", 1, "syntax error near unexpected token `fi'\n`fi'"),
        (
            "echo hi\nfi\necho ho",
            2,
            "syntax error near unexpected token `fi'\n`fi'",
        ),
        (
            "ls | | wc",
            1,
            "syntax error near unexpected token `|'\n`ls | | wc'",
        ),
        (
            "ls ;; ls",
            1,
            "syntax error near unexpected token `;;'\n`ls ;; ls'",
        ),
        ("&& x", 1, "syntax error near unexpected token `&&'\n`&& x'"),
        (
            "echo )",
            1,
            "syntax error near unexpected token `)'\n`echo )'",
        ),
        (
            "f() echo",
            1,
            "syntax error near unexpected token `echo'\n`f() echo'",
        ),
        ("echo a | ", 2, "syntax error: unexpected end of file"),
        (
            "[[ a == ]]",
            1,
            "unexpected argument `]]' to conditional binary operator",
        ),
        ("[[ a b ]]", 1, "conditional binary operator expected"),
        (
            "for i in 1; do echo; done; done",
            1,
            "syntax error near unexpected token `done'\n`for i in 1; do echo; done; done'",
        ),
        (
            "echo >",
            1,
            "syntax error near unexpected token `newline'\n`echo >'",
        ),
    ] {
        let error = parse(text).expect_err(text);
        let found = error.lines().join("\n");
        if text == "echo >" {
            // The end of the text counts as the end of a line there.
            assert!(
                found.contains("newline") || found.contains("end of file"),
                "{found}"
            );
            continue;
        }
        assert_eq!((error.line, found.as_str()), (line, expected), "{text}");
    }
}

#[test]
fn unfinished_input_asks_for_more() {
    for text in [
        "echo 'a",
        "if true",
        "for i in a b",
        "echo $(",
        "a &&",
        "a |",
        "f() {",
        "(",
        "case x in",
    ] {
        assert!(
            parse(text).is_err_and(|error| error.is_incomplete()),
            "{text}"
        );
    }
    let mut parser = Parser::new("cat <<EOF\nabc", 1, &());
    parser.next_command().unwrap();
    assert!(parser.wants_more());
}

#[test]
fn here_documents_are_filled_in() {
    let lists = parse("cat <<E; cat <<'F'\na $x\nE\nb $x\nF\n").unwrap();
    let bodies: Vec<Word> = lists[0]
        .0
        .iter()
        .map(
            |item| match &item.and_or.first.commands[0].redirects[0].kind {
                RedirectKind::HereDoc(body, _) => body.get().cloned().unwrap(),
                other => panic!("{other:?}"),
            },
        )
        .collect();
    assert_eq!(bodies[0].parts.len(), 3);
    assert_eq!(bodies[1].parts, [Part::Quoted("b $x\n".into())]);
}

#[test]
fn aliases_are_expanded_once() {
    struct Table;
    impl Aliases for Table {
        fn alias(&self, name: &str) -> Option<String> {
            Some(match name {
                "k" => "kubectl".into(),
                "ls" => "ls -l".into(),
                "w" => "watch ".into(),
                "x" => "y".into(),
                "y" => "x".into(),
                "two" => "a; b".into(),
                _ => return None,
            })
        }
    }
    for (text, expected) in [
        ("k get", "kubectl get"),
        ("ls ls", "ls -l ls"),
        ("w k get", "watch kubectl get"),
        ("x", "x"),
        ("'k' get", "'k' get"),
        ("a=1 k", "a=1 kubectl"),
        ("echo | k", "echo | kubectl"),
    ] {
        let mut parser = Parser::new(text, 1, &Table);
        let list = parser.next_command().unwrap().unwrap();
        assert_eq!(super::print::and_or(&list.0[0].and_or), expected, "{text}");
    }
    let mut parser = Parser::new("two", 1, &Table);
    assert_eq!(parser.next_command().unwrap().unwrap().0.len(), 2);
}

#[test]
fn nesting_is_bounded() {
    for (open, close) in [
        ("(", ")"),
        ("$(", ")"),
        ("{ ", ";}"),
        ("${x:-", "}"),
        ("\"$(", ")\""),
        ("a=$(", ")"),
        ("((", "))"),
        ("`", "`"),
        ("<(", ")"),
        ("[[ ! ", ""),
        ("if ", ""),
    ] {
        let text = format!("{}{}", open.repeat(5000), close.repeat(5000));
        let _ = parse(&text);
        let text = format!("echo {}x{}", open.repeat(20), close.repeat(20));
        let _ = parse(&text);
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "[a-z$(){}\\[\\]'\"`\\\\<>|&;#!=*?~ \n\t0-9é-]{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn words_of_the_grammar_do_not_panic(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "if", "then", "fi", "do", "done", "for", "in", "case", "esac", "while", "{", "}", "(", ")", "[[", "]]", "((",
                "))", "&&", "||", ";", "\n", "|", "&", "<<E", "E\n", "$(", "`", "${", "}", "\"", "'", "x=", "x=(", ">", "2>&1",
                "!", "function", "f()", "echo", "=~", "==", "-f", "$x", "*", "<(",
            ]),
            0..40,
        ),
        glue in proptest::sample::select(vec!["", " "]),
    ) {
        let _ = parse(&words.join(glue));
    }
}
