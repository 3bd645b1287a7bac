//! Aligns cells separated by tabs, as Go's `text/tabwriter` does.
//!
//! A column is a run of lines that have a cell there *before* a tab; the last cell of a line belongs to none and
//! takes part in no width. kubectl's own variant remembers widths between flushes, which keeps the rows of a watch
//! aligned: [`TabWriter::remembering`].

/// Lines under alignment.
#[derive(Debug, Clone)]
pub struct TabWriter {
    min_width: usize,
    padding: usize,
    remembered: Option<Vec<usize>>,
    text: String,
}

impl TabWriter {
    /// As tables of `get`: columns at least 6 wide, 3 blanks apart.
    pub fn table() -> TabWriter {
        TabWriter {
            min_width: 6,
            padding: 3,
            remembered: Some(Vec::new()),
            text: String::new(),
        }
    }

    /// As `describe`: no least width, 2 blanks apart.
    pub fn describe() -> TabWriter {
        TabWriter {
            min_width: 0,
            padding: 2,
            remembered: None,
            text: String::new(),
        }
    }

    /// With a least width and a padding.
    pub fn new(min_width: usize, padding: usize) -> TabWriter {
        TabWriter {
            min_width,
            padding,
            remembered: None,
            text: String::new(),
        }
    }

    /// Adds text; cells end at tabs, lines at newlines.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Forgets the widths of earlier flushes.
    pub fn forget(&mut self) {
        if let Some(widths) = &mut self.remembered {
            widths.clear();
        }
    }

    /// What was added, as it is.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// What was added, aligned.
    pub fn flush(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return text;
        }
        let ended = text.ends_with('\n');
        let mut lines: Vec<Vec<&str>> = text
            .split('\n')
            .map(|line| line.split('\t').collect())
            .collect();
        if ended {
            lines.pop();
        }
        let mut run = Run {
            widths: Vec::new(),
            out: String::with_capacity(text.len() * 2),
            lines: &lines,
            ended,
            min_width: self.min_width,
            padding: self.padding,
            remembered: self.remembered.as_mut(),
        };
        run.format(0, lines.len());
        run.out
    }
}

/// Cells beyond this column are not aligned: nothing sane has them.
const MAX_COLUMNS: usize = 200;

struct Run<'a> {
    widths: Vec<usize>,
    out: String,
    lines: &'a [Vec<&'a str>],
    ended: bool,
    min_width: usize,
    padding: usize,
    remembered: Option<&'a mut Vec<usize>>,
}

impl Run<'_> {
    fn format(&mut self, mut first: usize, last: usize) {
        let column = self.widths.len();
        let mut this = first;
        while this < last && column < MAX_COLUMNS {
            if column + 1 >= self.lines[this].len() {
                this += 1;
                continue;
            }
            self.write(first, this);
            first = this;
            let mut width = self.min_width;
            while this < last && column + 1 < self.lines[this].len() {
                width = width.max(display_width(self.lines[this][column]) + self.padding);
                this += 1;
            }
            if let Some(remembered) = &mut self.remembered {
                match remembered.get_mut(column) {
                    Some(known) if *known > width => width = *known,
                    Some(known) => *known = width,
                    None => {
                        remembered.extend_from_slice(&self.widths[remembered.len()..]);
                        remembered.push(width);
                    }
                }
            }
            self.widths.push(width);
            self.format(first, this);
            self.widths.pop();
            first = this;
        }
        self.write(first, last);
    }

    fn write(&mut self, first: usize, last: usize) {
        for at in first..last {
            for (column, cell) in self.lines[at].iter().enumerate() {
                self.out.push_str(cell);
                if let Some(width) = self.widths.get(column) {
                    let blanks = width.saturating_sub(display_width(cell));
                    self.out.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            if at + 1 < self.lines.len() || self.ended {
                self.out.push('\n');
            }
        }
    }
}

fn display_width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_columns() {
        let mut table = TabWriter::table();
        table.push("NAME\tREADY\tAGE\nexample-pod\t0/1\t3s\n");
        assert_eq!(
            table.flush(),
            "NAME          READY   AGE\nexample-pod   0/1     3s\n"
        );
        table.push("x\t1/1\t4s\n");
        assert_eq!(table.flush(), "x             1/1     4s\n");
    }

    #[test]
    fn columns_are_runs_of_lines() {
        let mut describe = TabWriter::describe();
        describe.push("Name:\tx\nLong Label:\ty\nalone\nA:\tz\n  b\tc\td\n");
        assert_eq!(
            describe.flush(),
            "Name:        x\nLong Label:  y\nalone\nA:   z\n  b  c  d\n"
        );
    }
}
