"""What real programs wrote of a real login, explained: Chromium's network logs, Chromium's HAR by Playwright, our lab."""
import json
import os
import pathlib
import subprocess
import unittest

from servers import PATIENCE, environment, program

from running import WHY401, Home, wait_for

NODE_MODULES = pathlib.Path(__file__).resolve().parents[1] / "browser/node_modules"
RECORD_HAR = """
import { chromium } from 'playwright-core';
const [executablePath, path, url] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ recordHar: { path, content: 'embed' } });
const page = await context.newPage();
await page.goto(url).catch(() => {});
await context.close();
await browser.close();
"""


class Traces(Home):
    def lab(self):
        ready = self.home / "lab.json"
        process = subprocess.Popen([WHY401, "lab", "--listen", "127.0.0.1:0", "--ready", str(ready)], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.terminate)
        wait_for(ready.exists, "the lab")
        facts = json.loads(ready.read_text())
        return facts["lab"]

    def browse(self, url, log, mode="Everything", proxy=None):
        """Chromium shows the page and writes its network log."""
        home = self.home / log.stem
        home.mkdir()
        route = [f"--proxy-server=http://{proxy}", "--proxy-bypass-list=<-loopback>"] if proxy else ["--no-proxy-server"]
        command = [program("chromium", "chromium"), "--headless=new", f"--user-data-dir={home}/profile", *route, f"--log-net-log={log}",
                   f"--net-log-capture-mode={mode}", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        if os.getuid() == 0:
            command.append("--no-sandbox")
        done = subprocess.run([*command, "--virtual-time-budget=10000", "--dump-dom", url], env=environment(HOME=home), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)
        return done.stdout

    def explained(self, *files):
        done = self.why401("explain", "--json", "--fail-on", "none", *files)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def of(self, told, host):
        """(status, leg, finding) of the exchanges with that host, but for what a browser asks for by itself."""
        return [(e["status"], e["leg"], e["finding"]) for e in told["exchanges"]
                if f"//{host}/" in e["url"] and not e["url"].endswith("favicon.ico")]

    def accused(self, told):
        return [(f["rule"], f["culprit"]) for f in told["findings"] if f["kind"] == "failure"]

    def test_a_login_in_a_network_log(self):
        lab, log = self.lab(), self.home / "good.json"
        self.assertIn("user=CONTOSO\\alice", self.browse(f"http://alice:Wonderland1@{lab}/", log))
        told = self.explained(log)
        self.assertEqual(told["sources"][0]["kind"], "netlog")
        self.assertFalse(told["sources"][0]["sanitized"])
        self.assertEqual(self.of(told, lab), [(401, "anonymous", "NORM-ANON-001"), (401, "negotiate", "NORM-NTLM-002"),
                                              (200, "authenticate", "NORM-NTLM-003")])
        self.assertEqual(self.accused(told), [])

    def test_a_wrong_password_in_a_network_log(self):
        lab, log = self.lab(), self.home / "bad.json"
        self.browse(f"http://alice:wrong@{lab}/", log)
        self.assertIn(("NTLM-FAIL-001", "client"), self.accused(self.explained(log)))

    def test_a_network_log_without_credentials_accuses_nobody(self):
        lab = self.lab()
        for user in ("alice:Wonderland1", "alice:wrong"):
            with self.subTest(user):
                log = self.home / f"{user.replace(':', '-')}.json"
                self.browse(f"http://{user}@{lab}/", log, mode="Default")
                told = self.explained(log)
                self.assertTrue(told["sources"][0]["sanitized"])
                self.assertEqual([culprit for _, culprit in self.accused(told) if culprit != "unknown"], [])
                if user.endswith("1"):
                    self.assertEqual(self.accused(told), [])

    def test_a_network_log_of_a_browser_that_was_killed(self):
        lab, log = self.lab(), self.home / "killed.json"
        self.browse(f"http://alice:Wonderland1@{lab}/", log)
        text = log.read_bytes()
        log.write_bytes(text[:text.rindex(b'"Persistent-Auth: true"') + 2000])
        told = self.explained(log)
        self.assertIn("breaks off", told["sources"][0]["notes"][-1])
        self.assertEqual(len(self.of(told, lab)), 3)

    def test_a_network_log_beside_the_capture_of_the_proxy_that_it_went_through(self):
        running, log = self.start("--lab"), self.home / "proxied.json"
        shown = self.browse("http://alice:Wonderland1@web01.lab.why401.test/", log, proxy=running.proxy)
        self.assertIn("user=CONTOSO\\alice", shown)
        self.assertEqual(running.stop(), 0, running.said())
        told = self.explained(log, running.facts["capture"])
        self.assertEqual([source["kind"] for source in told["sources"]], ["netlog", "capture"])
        legs = self.of(told, "web01.lab.why401.test")
        self.assertEqual(sorted(legs), sorted(2 * [(401, "anonymous", "NORM-ANON-001"), (401, "negotiate", "NORM-NTLM-002"),
                                                   (200, "authenticate", "NORM-NTLM-003")]))
        self.assertEqual(self.accused(told), [])
        letters = {e["client_connection"][:2] for e in told["exchanges"] if e["client_connection"]}
        self.assertEqual(letters, {"A:", "B:"})

    def test_a_har_of_chromium_accuses_nobody_of_what_it_folds_away(self):
        lab = self.lab()
        script = NODE_MODULES.parent / f"record-har-{os.getpid()}.mjs"
        script.write_text(RECORD_HAR)
        self.addCleanup(script.unlink)
        for user, status in (("alice:Wonderland1", 200), ("alice:wrong", 401)):
            with self.subTest(user):
                har = self.home / f"{status}.har"
                subprocess.run([program("node", "nodejs"), script, program("chromium", "chromium"), har, f"http://{user}@{lab}/"],
                               env=environment(HOME=self.home), check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, capture_output=True)
                told = self.explained(har)
                self.assertEqual(told["sources"][0]["kind"], "har")
                self.assertEqual([s for s, _, _ in self.of(told, lab)], [status])
                self.assertEqual([culprit for _, culprit in self.accused(told) if culprit != "unknown"], [])


if __name__ == "__main__":
    unittest.main()
