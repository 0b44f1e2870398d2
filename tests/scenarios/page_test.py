#!/usr/bin/env python3
"""What the page shows of the events it hears: in Chromium, with events made up here instead of the program's."""
import http.server
import json
import os
import subprocess
import threading
import unittest

from running import PATIENCE, Home

SENTENCE = "Nothing is recorded any more: <b>the disk</b> is full."
MADE_UP = """window.WebSocket = class {
    constructor() { setTimeout(() => this.onmessage({ data: JSON.stringify(%s) }), 10); }
};"""


class Page(Home):
    def shown(self, event):
        """The page of the program as Chromium has it in the end, when its only event was this one."""
        running = self.start("--capture", "off")
        page = running.ask("/")[2].replace('<script src="/page.js"', '<script src="/made-up.js"></script><script src="/page.js"')
        texts = {"/": ("text/html", page), "/page.js": ("text/javascript", running.ask("/page.js")[2]),
                 "/made-up.js": ("text/javascript", MADE_UP % json.dumps(event))}
        for path in ("/api/v1/status", "/api/v1/findings"):
            texts[path] = "application/json", json.dumps(running.get(path))

        class Serve(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, text = texts.get(self.path, ("text/plain", ""))
                self.send_response(200 if text else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serve)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = ["chromium", "--headless=new", f"--user-data-dir={self.home / 'profile'}", "--disable-gpu", "--disable-dev-shm-usage",
                   "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   "--virtual-time-budget=2000", "--dump-dom", f"http://127.0.0.1:{server.server_port}/"]
        if os.getuid() == 0:
            command.insert(1, "--no-sandbox")
        return subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=2 * PATIENCE).stdout

    def test_shows_what_the_proxy_lacks_as_plain_text(self):
        shown = self.shown({"seq": 1, "type": "trouble", "data": {"message": SENTENCE, "not_recorded": 3}})
        self.assertIn('<p id="trouble" role="alert">' + SENTENCE.replace("<", "&lt;").replace(">", "&gt;") + "</p>", shown)

    def test_shows_no_trouble_where_there_is_none(self):
        shown = self.shown({"seq": 1, "type": "policy", "data": {"policy": "affinity"}})
        self.assertIn('<p id="trouble" role="alert" hidden=""></p>', shown)
        self.assertIn('<dd id="policy">affinity</dd>', shown)


if __name__ == "__main__":
    unittest.main()
