//! The chart as one HTML page. Names are data: none of them can add markup.

use super::chart::{Chart, Grid, Line, Span};

const STYLE: &str = "\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
.table { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { border: 1px solid #8886; padding: .4rem .7rem; text-align: left; vertical-align: top }
td code { white-space: nowrap }";

pub(super) fn write(chart: &Chart) -> String {
    let title: String = chart.title.iter().map(|span| escaped(plain(span))).collect();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}\n</style>\n\
         </head>\n<body>\n<h1>{}</h1>\n",
        line(&chart.title)
    );
    facts(&mut out, &chart.facts);
    for section in &chart.sections {
        out.extend(["<h2>", &line(&section.title), "</h2>\n"]);
        facts(&mut out, &section.facts);
        section.tables.iter().filter(|table| !table.rows.is_empty()).for_each(|table| grid(&mut out, table));
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn facts(out: &mut String, facts: &[Line]) {
    if facts.is_empty() {
        return;
    }
    out.push_str("<ul>\n");
    for fact in facts {
        out.extend(["<li>", &line(fact), "</li>\n"]);
    }
    out.push_str("</ul>\n");
}

fn grid(out: &mut String, grid: &Grid) {
    out.push_str("<div class=\"table\"><table>\n<thead>\n<tr>");
    for head in &grid.head {
        out.extend(["<th scope=\"col\">", &line(head), "</th>"]);
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in &grid.rows {
        out.push_str("<tr>");
        for cell in row {
            out.extend(["<td>", &cell.iter().map(line).collect::<Vec<_>>().join("<br>"), "</td>"]);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn line(line: &Line) -> String {
    line.iter().map(span).collect()
}

fn span(span: &Span) -> String {
    match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) => format!("<code>{}</code>", escaped(text)),
    }
}

fn plain(span: &Span) -> &str {
    match span {
        Span::Text(text) | Span::Code(text) => text,
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_add_no_markup() {
        assert_eq!(
            span(&Span::Code("<b a=\"'\">&\n".to_owned())),
            "<code>&lt;b a=&quot;&#39;&quot;&gt;&amp;\\n</code>"
        );
    }
}
