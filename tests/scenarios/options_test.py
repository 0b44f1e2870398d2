#!/usr/bin/env python3
"""The command line: what it refuses and how it says so, exit codes, help, the configuration file, paths."""
import socket
import unittest

from running import Home


class UsageErrors(Home):
    def test_name_the_option_and_end_with_2(self):
        for arguments, words in [
            (["proxy", "--listen", "nowhere"], ["--listen", "nowhere"]),
            (["proxy", "--listen", "127.0.0.1:70000"], ["--listen"]),
            (["proxy", "--listen"], ["--listen"]),
            (["proxy", "--listen", "0.0.0.0:0"], ["--listen", "--allow-remote"]),
            (["proxy", "--listen", "[::]:0"], ["--listen", "--allow-remote"]),
            (["proxy", "--allow-remote", "10.0.0.0/99"], ["--allow-remote"]),
            (["proxy", "--ui", "nowhere"], ["--ui"]),
            (["proxy", "--ui", "0.0.0.0:0"], ["--ui", "loopback"]),
            (["proxy", "--policy", "sticky"], ["--policy", "sticky", "pooled/switch"]),
            (["proxy", "--fault", "bang"], ["--fault", "bang", "close-after-challenge"]),
            (["proxy", "--fault", "delay-authenticate:0"], ["--fault"]),
            (["proxy", "--max-body", "lots"], ["--max-body", "lots"]),
            (["proxy", "--capture-limit", "-1"], ["--capture-limit"]),
            (["proxy", "--map", "web01"], ["--map", "web01"]),
            (["proxy", "--map", "web01=web02"], ["--map"]),
            (["proxy", "--upstream-proxy", "socks5://a:1"], ["--upstream-proxy"]),
            (["proxy", "--log-format", "xml"], ["--log-format", "xml"]),
            (["proxy", "--colour"], ["--colour"]),
            (["proxy", "extra"], ["extra"]),
            (["policy", "sticky"], ["sticky", "affinity"]),
            (["fault", "bang", "on"], ["bang", "add-via"]),
            (["fault", "add-via"], ["on", "off"]),
            (["explain"], ["FILE"]),
            (["check"], ["CAPTURE"]),
            (["map"], ["CAPTURE"]),
            (["check", "--json", "--sarif", "x.why401"], ["--sarif", "--json"]),
            (["rules", "NO-SUCH-RULE"], ["NO-SUCH-RULE"]),
            (["ca"], ["subcommand"]),
            (["ca", "trust", "--for", "the-moon"], ["--for", "the-moon", "firefox", "java"]),
            (["ca", "export", "--format", "p12"], ["--format", "p12", "der"]),
        ]:
            with self.subTest(arguments=arguments):
                result = self.why401(*arguments)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertEqual(result.stdout, "")
                for word in words:
                    self.assertIn(word, result.stderr)

    def test_an_unknown_command_is_answered_with_the_list(self):
        for command in ["frobnicate", "report"]:
            with self.subTest(command=command):
                result = self.why401(command)
                self.assertEqual(result.returncode, 2)
                self.assertIn(f"no command {command}", result.stderr)
                for known in ["demo", "proxy", "open", "explain", "decode", "map", "check", "policy", "fault", "intercept", "accept", "lab", "ca", "rules", "probe", "paths"]:
                    self.assertIn(f"\n  {known}", result.stderr)

    def test_no_command_at_all_shows_the_help(self):
        result = self.why401()
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("explain", result.stderr)

    def test_options_for_tls_name_what_is_wrong_with_their_value(self):
        for option, word in [(["--intercept", "https://a"], "neither all nor none"), (["--tunnel", "a.test:443"], "neither all nor none"),
                             (["--upstream-ca", "/nowhere.pem"], "/nowhere.pem"), (["--tls-insecure-upstream", "a,,b"], "neither all nor none"),
                             (["--keylog", "/nowhere/keys"], "/nowhere/keys")]:
            with self.subTest(option=option):
                result = self.why401("proxy", "--listen", "127.0.0.1:0", "--ui", "off", "--capture", "off", *option)
                self.assertEqual(result.returncode, 2)
                self.assertIn(word, result.stderr)

    def test_what_is_not_there_yet_is_refused_with_the_reason(self):
        private = self.why401("proxy", "--private")
        self.assertEqual(private.returncode, 2)
        self.assertIn("--private", private.stderr)


class Answers(Home):
    def test_help_and_version_go_to_stdout_and_end_with_0(self):
        for arguments in [["--help"], ["-h"], ["proxy", "--help"], ["explain", "--help"], ["--version"]]:
            with self.subTest(arguments=arguments):
                result = self.why401(*arguments)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn("why401", result.stdout)

    def test_help_of_each_command_explains_it(self):
        for command in ["demo", "proxy", "explain", "decode", "map", "check", "policy", "fault", "intercept", "accept", "lab", "ca", "rules", "probe", "paths"]:
            self.assertIn(f"Usage: why401 {command}", self.why401(command, "--help").stdout)

    def test_paths_follow_xdg(self):
        self.environment["XDG_STATE_HOME"] = "/somewhere/state"
        said = self.why401("paths").stdout
        self.assertIn(f"{self.home}/.config/why401/config.toml", said)
        self.assertIn("/somewhere/state/why401/captures", said)
        self.assertIn(f"{self.home}/runtime/why401", said)

    def test_an_unreadable_capture_ends_with_3(self):
        (self.home / "notes.txt").write_text("not a capture")
        for command in ["explain", "check", "map"]:
            for file in ["missing.why401", "notes.txt"]:
                with self.subTest(command=command, file=file):
                    result = self.why401(command, file)
                    self.assertEqual(result.returncode, 3, result.stderr)
                    self.assertIn(file, result.stderr)

    def test_an_address_that_is_taken_ends_with_4_and_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for option in (["--listen", address, "--ui", "off"], ["--listen", "127.0.0.1:0", "--ui", address]):
                with self.subTest(option=option):
                    result = self.why401("proxy", "--capture", "here.why401", *option)
                    self.assertEqual(result.returncode, 4, result.stderr)
                    self.assertIn(address, result.stderr)
                    self.assertFalse((self.home / "here.why401").exists())

    def test_a_file_that_exists_is_never_overwritten(self):
        (self.home / "mine.why401").write_text("precious")
        result = self.why401("proxy", "--listen", "127.0.0.1:0", "--ui", "off", "--capture", "mine.why401")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("mine.why401", result.stderr)
        self.assertEqual((self.home / "mine.why401").read_text(), "precious")

    def test_policy_without_an_instance_ends_with_4(self):
        for command in (["policy"], ["fault"], ["policy", "affinity", "--ui", "127.0.0.1:1"]):
            with self.subTest(command=command):
                self.assertEqual(self.why401(*command).returncode, 4)


class ConfigurationFile(Home):
    def write(self, text):
        file = self.home / ".config/why401/config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def test_sets_options_and_flags_win(self):
        self.write('# mine\n[proxy]\npolicy = "pooled/fifo"\nfault = ["add-via", "drop-authorization"]\ncapture = "off"\n')
        running = self.start()
        self.assertEqual(running.get("/api/v1/policy")["policy"], "pooled/fifo")
        self.assertEqual(sorted(running.get("/api/v1/faults")["enabled"]), ["add-via", "drop-authorization"])
        self.assertIsNone(running.facts["capture"])
        self.assertEqual(self.start("--policy", "per-request").get("/api/v1/policy")["policy"], "per-request")

    def test_a_mistake_is_named_with_file_and_line(self):
        for text, line, word in [
            ('[proxy]\n\npolicy = "sticky"\n', 3, "--policy"),
            ('[proxy]\npolicy = "affinity"\ncolour = "red"\n', 3, "no such option"),
            ('[proxy]\nmax-body = "lots"\n', 2, "--max-body"),
            ('policy = "affinity"\n', 1, "[command]"),
            ('[porxy]\npolicy = "affinity"\n', 2, "[porxy]"),
            ('[proxy]\nlisten = [\n "127.0.0.1:0",\n "nowhere"]\n', 2, "--listen"),
        ]:
            with self.subTest(text=text):
                file = self.write(text)
                result = self.why401("proxy", "--listen", "127.0.0.1:0", "--ui", "off") if "listen" not in text else self.why401("proxy")
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn(f"{file}:{line}: ", result.stderr)
                self.assertIn(word, result.stderr)

    def test_another_one_can_be_named_and_must_exist(self):
        result = self.why401("proxy", "--config", "missing.toml")
        self.assertEqual(result.returncode, 2)
        self.assertIn("missing.toml", result.stderr)
        (self.home / "other.toml").write_text('[proxy]\npolicy = "per-request"\n')
        self.assertEqual(self.start("--config", "other.toml").get("/api/v1/policy")["policy"], "per-request")


unittest.main()
