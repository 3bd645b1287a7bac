//! Lines run in one shell that goes on from line to line.

use cluster::{Cluster, Config};

#[test]
fn a_here_document_is_one_command() {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    let first = cluster.run_line("cat > note <<END\nhello\nEND");
    assert_eq!(first.exit, 0);
    assert_eq!(cluster.run_line("cat note").output, "hello\r\n");
    assert_eq!(cluster.run_line("cat missing").exit, 1);
}
