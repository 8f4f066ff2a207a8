//! Compares a document with a file of the repository.

use std::fs;
use std::path::Path;

/// Compares the file with the text, or writes the file. The error says what differs and how to write it.
pub(super) fn check(path: &Path, text: &str, overwrites: bool) -> Result<(), String> {
    let shown = path.display();
    let fix = "run the test again with SINGLET_DOCUMENTS=overwrite, and review the changes";
    let stored = match fs::read_to_string(path) {
        Ok(stored) => stored.replace("\r\n", "\n"),
        Err(_) if overwrites => String::new(),
        Err(error) => return Err(format!("`{shown}` cannot be read: {error}; {fix}")),
    };
    if stored == text {
        return Ok(());
    }
    if overwrites {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let made = folder.map_or(Ok(()), fs::create_dir_all);
        return made
            .and_then(|()| fs::write(path, text))
            .map_err(|error| format!("`{shown}` cannot be written: {error}"));
    }
    let same = stored.lines().zip(text.lines()).take_while(|(stored, text)| stored == text).count();
    Err(format!("`{shown}` differs from the models in line {}; {fix}", same + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_compared_or_written() {
        let folder = std::env::temp_dir().join(format!("singlet-document-{}", std::process::id()));
        let path = folder.join("deep/chart.md");
        let absent = check(&path, "a\nb\n", false).unwrap_err();
        assert!(absent.contains("cannot be read") && absent.contains("SINGLET_DOCUMENTS=overwrite"), "{absent}");
        assert_eq!(check(&path, "a\nb\n", true), Ok(()));
        assert_eq!(check(&path, "a\nb\n", false), Ok(()));
        let other = check(&path, "a\nc\n", false).unwrap_err();
        assert!(other.contains("in line 2"), "{other}");
        fs::write(&path, "a\r\nb\r\n").unwrap();
        assert_eq!(check(&path, "a\nb\n", false), Ok(()));
        assert_eq!(check(&path, "a\nc\n", true), Ok(()));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\nc\n");
        fs::remove_dir_all(folder).unwrap();
    }
}
