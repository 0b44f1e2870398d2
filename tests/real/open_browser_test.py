#!/usr/bin/env python3
"""`why401 open` with Debian's Chromium and Firefox: what they are asked to show goes through the proxy, and nothing else; nothing of them is left."""
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from servers import PATIENCE, SYSTEM_PATH, program, wait_for

from https_site import HttpsSite, ok
from running import Home, Running

BROWSERS = {"chromium": "chromium", "firefox": "firefox-esr"}
LAB = "epa-require.lab.why401.test"
IDLE = 15  # seconds in which a browser that has something to tell others begins to


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.server.test.answer:
            return self.server.test.answer(self)
        body = b"<!doctype html><link rel=icon href='data:,'><title>page</title><img src=/loaded>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Opened(Home):
    def setUp(self):
        super().setUp()
        for name, package in BROWSERS.items():
            program(package, package)
        # Short, as the sockets of a profile must have short names; and its own, to see what is left in it.
        self.temporary = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.temporary, ignore_errors=True)
        self.environment |= {"TMPDIR": str(self.temporary), "PATH": SYSTEM_PATH}
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        server.test, self.answer = self, None
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.site = f"http://127.0.0.1:{server.server_port}"  # on this machine: browsers leave it out of proxies by default

    def open_in(self, browser, url, *more):
        return Running(self, "open", browser, url, "--browser-arg=--headless", *more, ui="127.0.0.1:0")

    def urls(self, running):
        return [exchange["url"] for exchange in running.get("/api/v1/exchanges")["exchanges"]]

    def processes(self):
        """Of browsers with a profile of this test."""
        mark, found = str(self.temporary).encode(), []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                pass
        return found


class Session(Opened):
    def test_the_page_comes_through_the_proxy_and_the_browser_asks_nobody_else(self):
        for browser in BROWSERS:
            with self.subTest(browser):
                running = self.open_in(browser, self.site + "/page")
                wait_for(lambda: self.site + "/loaded" in self.urls(running), "the page")
                time.sleep(IDLE)
                self.assertEqual({url.removeprefix(self.site) for url in self.urls(running)}, {"/page", "/loaded"})
                tunnels = [c["opened_for"] for c in running.get("/api/v1/connections")["connections"] if c["tunnel"]]
                self.assertEqual(tunnels, [])
                self.assertEqual(running.stop(), 0)

    def test_its_profile_is_for_its_owner_alone_and_nothing_of_it_is_left(self):
        for browser in BROWSERS:
            for number in (signal.SIGTERM, signal.SIGINT):
                with self.subTest(browser=browser, signal=number):
                    running = self.open_in(browser, self.site + "/page", "--capture", "off")
                    wait_for(lambda: self.site + "/loaded" in self.urls(running), "the page")
                    [profile] = self.temporary.glob("why401-*")
                    self.assertEqual(profile.stat().st_mode & 0o777, 0o700)
                    self.assertTrue(self.processes())
                    running.process.send_signal(number)
                    self.assertEqual(running.process.wait(PATIENCE), 0)
                    self.assertEqual(list(self.temporary.glob("why401-*")), [])
                    wait_for(lambda: not self.processes(), "its processes to be gone")

    def test_we_end_when_the_browser_ends(self):
        for browser in BROWSERS:
            with self.subTest(browser):
                running = self.open_in(browser, self.site + "/page")
                wait_for(lambda: self.site + "/loaded" in self.urls(running), "the page")
                first = min(self.processes())
                os.kill(first, signal.SIGTERM)
                self.assertIn(running.process.wait(PATIENCE), (0, 4))
                self.assertIn("next     why401 explain ", running.said())

    def test_without_a_url_it_shows_that_it_works(self):
        running = Running(self, "open", "chromium", "--browser-arg=--headless", ui="127.0.0.1:0")
        wait_for(lambda: "http://why401.test/" in self.urls(running), "the page")


class Https(Opened):
    def setUp(self):
        super().setUp()
        self.https = HttpsSite(self, self.home)
        self.secure = f"https://127.0.0.1:{self.https.port}"

    def test_https_is_opened_for_a_browser_that_trusts_us_in_this_profile_alone(self):
        for browser in BROWSERS:
            with self.subTest(browser):
                running = self.open_in(browser, self.secure + "/page", "--upstream-ca", self.https.root)
                wait_for(lambda: self.secure + "/loaded" in self.urls(running), "the page and what it shows")
                statuses = {e["status"] for e in running.get("/api/v1/exchanges")["exchanges"] if e["url"].startswith(self.secure)}
                self.assertEqual(statuses, {200})
                self.assertEqual(running.get("/api/v1/findings")["findings"], [])
                self.assertEqual(running.stop(), 0)
                self.assertEqual([path for path in self.home.rglob("*") if path.suffix == ".db"], [])  # the user's own stores

    def test_what_the_proxy_does_not_trust_the_browser_does_not_see(self):
        for browser in BROWSERS:
            with self.subTest(browser):
                running = self.open_in(browser, self.secure + "/page")
                wait_for(lambda: any(f["rule"] == "TLS-UPSTREAM-001" for f in running.get("/api/v1/findings")["findings"]), "the finding")
                self.assertEqual({e["status"] for e in running.get("/api/v1/exchanges")["exchanges"] if e["url"] == self.secure + "/page"}, {502})
                self.assertEqual(running.stop(), 0)

    def test_a_host_that_is_not_opened_is_the_browsers_own_affair(self):
        for browser in BROWSERS:
            with self.subTest(browser):
                running = self.open_in(browser, self.secure + "/page", "--tunnel", "127.0.0.1")
                wait_for(lambda: any(c["tunnel"] and c["closed"] for c in running.get("/api/v1/connections")["connections"]), "the browser to refuse it")
                self.assertNotIn(self.secure + "/page", self.urls(running))
                self.assertEqual(running.stop(), 0)

    def test_a_login_is_bound_to_what_the_browser_saw_and_is_whole_in_a_tunnel(self):
        """Extended Protection refuses what this proxy decrypts; that it is named proves that Chromium sends bindings, its chain unchecked."""
        for more, bound in ([], True), (["--tunnel", LAB], False):
            with self.subTest(more):
                self.answer = lambda handler: ok(handler, status=302, Location=f"https://CONTOSO%5Calice:Wonderland1@{LAB}/")
                running = self.open_in("chromium", self.site + "/", "--lab", *more)
                log = pathlib.Path(running.facts["capture"] + ".lab.log")
                awaited = " 2148074310 " if bound else " CONTOSO\\alice "
                wait_for(lambda: awaited in log.read_text(), "the login")
                self.assertEqual(running.stop(), 0)
                told = json.loads(self.why401("explain", "--json", running.facts["capture"]).stdout)
                accused = {finding["rule"] for finding in told["findings"] if finding["kind"] == "failure"}
                self.assertEqual("CBT-MITM-001" in accused, bound)

    def test_the_set_up_page_says_that_the_browser_trusts_the_ca(self):
        for browser in BROWSERS:
            with self.subTest(browser):
                running = self.open_in(browser, "http://why401.test/")
                wait_for(lambda: any(url.startswith("https://why401.test/trusted.svg?key=") for url in self.urls(running)), "the image that only trust shows")
                self.assertEqual(running.stop(), 0)

    def test_without_certutil_firefox_is_not_started_and_the_package_is_named(self):
        folder = self.home / "bin"
        folder.mkdir()
        (folder / "firefox").symlink_to(program("firefox-esr", "firefox-esr"))
        self.environment["PATH"] = str(folder)
        done = self.why401("open", "firefox", self.secure, "--browser-arg=--headless")
        self.assertEqual(done.returncode, 2)
        self.assertIn("libnss3-tools", done.stderr)


class Refusals(Opened):
    def test_without_a_display_it_says_what_would_help(self):
        for browser in BROWSERS:
            done = self.why401("open", browser, self.site)
            self.assertEqual(done.returncode, 2)
            self.assertIn("neither DISPLAY nor WAYLAND_DISPLAY is set", done.stderr)

    def test_a_browser_that_is_not_there_is_said_with_those_that_are(self):
        done = self.why401("open", "brave", self.site)
        self.assertEqual(done.returncode, 2)
        self.assertIn("found no brave in PATH", done.stderr)
        self.assertIn("there is chromium, firefox", done.stderr)

    def test_a_browser_that_does_not_start_is_shown_with_its_last_words(self):
        folder = self.home / "bin"
        folder.mkdir()
        fake = folder / "chromium"
        fake.write_text("#!/bin/sh\necho cannot open display >&2\nexit 9\n")
        fake.chmod(0o755)
        self.environment["PATH"] = f"{folder}:{SYSTEM_PATH}"
        done = self.why401("open", "chromium", self.site, "--browser-arg=--headless")
        self.assertEqual(done.returncode, 4)
        self.assertIn("exit code 9", done.stderr)
        self.assertIn("cannot open display", done.stderr)


if __name__ == "__main__":
    unittest.main()
