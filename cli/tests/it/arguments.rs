//! Arguments, help, and exit codes that need no DynamoDB.

use crate::stand::{command, output_of};

#[test]
fn help_and_version_go_to_standard_output() {
    let help = output_of(&mut command(&["--help"])).done().out;
    for word in
        ["ttl", "table", "cleanup", "import", "export", "completions", "--endpoint-url", "--json", "Exit codes:", "130"]
    {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert!(output_of(&mut command(&["--version"])).done().out.starts_with("singlet 0."));
    for arguments in [["ttl", "verify", "--help"], ["table", "verify", "--help"]] {
        assert!(output_of(&mut command(&arguments)).done().out.contains("exit code is 2"), "{arguments:?}");
    }
}

#[test]
fn arguments_that_make_no_sense_exit_with_64() {
    for arguments in [
        &[][..],
        &["ttl"],
        &["fly"],
        &["ttl", "verify"],
        &["ttl", "enable", "shop"],
        &["ttl", "verify", "shop", "--timeout", "soon"],
        &["ttl", "verify", "shop", "--timeout", "-1"],
        &["table", "verify", "shop"],
        &["table", "verify", "shop", "--hash-key", "pk:X"],
        &["table", "verify", "shop", "--hash-key", "pk", "--against", "shop.json"],
        &["table", "verify", "shop", "--hash-key", "pk", "--index", "gsi1"],
        &["table", "create"],
        &["table", "create", "shop"],
        &["table", "create", "shop", "--hash-key", "pk", "--from", "shop.json"],
        &["table", "create", "shop", "--hash-key", "pk", "--stream", "EVERYTHING"],
        &["table", "create", "shop", "--hash-key", "pk", "--resource", "Shop"],
        &["completions"],
        &["completions", "sh"],
        &["cleanup", "cache"],
        &["cleanup", "cache", "--past-minutes", "1.5"],
        &["cleanup", "services", "--max-capacity", "none"],
        &["import", "shop"],
        &["import", "shop", "-", "--concurrency", "0"],
        &["export", "shop"],
        &["export", "shop", "-", "--max-capacity", "0"],
        &["--nonsense"],
    ] {
        let ran = output_of(&mut command(arguments));
        assert_eq!((ran.code, ran.out.as_str()), (64, ""), "{arguments:?}: {ran:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_shell_gets_a_script_with_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        // It needs no configuration, so a wrong one does not matter.
        let mut command = command(&["completions", shell]);
        let script = output_of(command.env("AWS_PROFILE", "absent").env("AWS_CONFIG_FILE", "Cargo.toml")).done().out;
        for word in ["singlet", "describe", "if-absent", "export"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn a_failure_is_one_line_with_its_causes() {
    let ran = output_of(&mut command(&["table", "describe", "shop"]));
    assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{ran:?}");
    assert!(ran.err.starts_with("singlet: no region is set"), "{ran:?}");

    let nobody = ["table", "describe", "shop", "--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:1"];
    let ran = output_of(command(&nobody).env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b"));
    assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{ran:?}");
    assert!(ran.err.starts_with("singlet: DynamoDB could not be reached (table `shop`): "), "{ran:?}");
    assert!(ran.err.to_lowercase().contains("refused"), "{ran:?}");

    let ran = output_of(&mut command(&nobody));
    assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
    assert!(
        ran.err.trim_end().ends_with("; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --profile"),
        "{ran:?}"
    );
}
