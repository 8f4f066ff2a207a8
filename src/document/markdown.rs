//! The chart as Markdown, with the tables of GitHub's dialect. Names are data: none of them can add markup.

use super::chart::{Chart, Grid, Line, Span};

pub(super) fn write(chart: &Chart) -> String {
    let mut out = format!("# {}\n\n", line(&chart.title));
    facts(&mut out, &chart.facts);
    for section in &chart.sections {
        out.extend(["## ", &line(&section.title), "\n\n"]);
        facts(&mut out, &section.facts);
        section.tables.iter().filter(|table| !table.rows.is_empty()).for_each(|table| grid(&mut out, table));
    }
    // A file ends with one line break.
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn facts(out: &mut String, facts: &[Line]) {
    for fact in facts {
        out.extend(["- ", &line(fact), "\n"]);
    }
    if !facts.is_empty() {
        out.push('\n');
    }
}

fn grid(out: &mut String, grid: &Grid) {
    let row = |out: &mut String, cells: Vec<String>| out.extend(["| ", &cells.join(" | "), " |\n"]);
    row(out, grid.head.iter().map(cell).collect());
    out.extend(["|", &"---|".repeat(grid.head.len()), "\n"]);
    for cells in &grid.rows {
        row(out, cells.iter().map(|cell| cell.iter().map(self::cell).collect::<Vec<_>>().join("<br>")).collect());
    }
    out.push('\n');
}

fn line(line: &Line) -> String {
    line.iter().map(span).collect()
}

/// A line in a table, which splits cells at a pipe even in a code span.
fn cell(line: &Line) -> String {
    let span = |span: &Span| match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) => code(text).replace('|', "\\|"),
    };
    line.iter().map(span).collect()
}

fn span(span: &Span) -> String {
    match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) => code(text),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

/// A code span whose fence is longer than every row of backticks inside.
fn code(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.into() }).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let needs_space = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let space = if needs_space { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_add_no_markup() {
        let name = || vec![Span::Code("a|b".to_owned()), Span::Text("|".to_owned())];
        assert_eq!((line(&name()), cell(&name())), ("`a|b`\\|".to_owned(), "`a\\|b`\\|".to_owned()));
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a\\nb`");
        assert_eq!(escaped("<b>a_b</b> | [x](y)"), "\\<b\\>a\\_b\\</b\\> \\| \\[x\\](y)");
    }
}
