#!/usr/bin/env python3
"""`why401 ca`: the local CA as a stranger meets it, with openssl and NSS's certutil as judges. Debian's own store is never touched."""
import hashlib
import json
import os
import pty
import ssl
import subprocess
import unittest

from running import PATIENCE, WHY401, Home


class LocalCa(Home):
    def setUp(self):
        super().setUp()
        self.folder = self.home / ".local/share/why401/ca"

    def der(self):
        return ssl.PEM_cert_to_DER_cert((self.folder / "ca.pem").read_text())

    def database(self, folder):
        folder.mkdir(parents=True)
        self.certutil("-N", "--empty-password", folder=folder)
        return folder

    def certutil(self, *arguments, folder):
        return subprocess.run(["certutil", *arguments, "-d", f"sql:{folder}"], check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

    def store(self, folder):
        stores = json.loads(self.why401("ca", "show", "--json").stdout)["stores"]
        return next(store for store in stores if store["folder"] == str(folder))

    def test_is_made_by_export_and_by_nothing_that_only_looks(self):
        self.assertEqual(self.why401("ca", "show").returncode, 0)
        self.assertFalse(self.folder.exists())
        exported = self.why401("ca", "export")
        self.assertEqual(exported.returncode, 0, exported.stderr)
        self.assertEqual(exported.stdout, (self.folder / "ca.pem").read_text())
        self.assertIn(str(self.folder), self.why401("paths").stdout)
        shown = json.loads(self.why401("ca", "show", "--json").stdout)
        self.assertEqual(shown["sha256"], hashlib.sha256(self.der()).hexdigest())

    def test_is_private_whatever_the_umask(self):
        for umask in ("000", "077", "777"):
            with self.subTest(umask=umask):
                home = self.home / umask
                home.mkdir()
                subprocess.run(["sh", "-c", f'umask {umask}; "$0" ca export > /dev/null', WHY401], check=True, capture_output=True,
                               env={**self.environment, "HOME": str(home)}, timeout=PATIENCE)
                folder = home / ".local/share/why401/ca"
                self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
                self.assertEqual((folder / "ca.key").stat().st_mode & 0o777, 0o600)

    def test_is_an_honest_ca_to_openssl(self):
        self.why401("ca", "export", "-o", "ca.crt")
        text = subprocess.run(["openssl", "x509", "-in", self.home / "ca.crt", "-noout", "-text"], check=True, capture_output=True, text=True).stdout
        for words in ["Basic Constraints: critical\n                CA:TRUE, pathlen:0", "Key Usage: critical\n                Certificate Sign, CRL Sign\n",
                      "NIST CURVE: P-256", "CN = why401 CA "]:
            self.assertIn(words, text)
        self.assertNotIn("PRIVATE", (self.home / "ca.crt").read_text())
        subprocess.run(["openssl", "verify", "-x509_strict", "-CAfile", self.home / "ca.crt", self.home / "ca.crt"], check=True, capture_output=True)

    def test_of_many_commands_at_once_is_one(self):
        runs = [subprocess.Popen([WHY401, "ca", "export"], env=self.environment, cwd=self.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                for _ in range(8)]
        answers = [run.communicate(timeout=PATIENCE) for run in runs]
        self.assertEqual([run.returncode for run in runs], [0] * 8)
        self.assertEqual(len({certificate for certificate, _ in answers}), 1)
        self.assertEqual(sum("A CA was made" in said for _, said in answers), 1)

    def test_with_a_key_that_others_can_read_is_refused_with_the_remedy(self):
        self.why401("ca", "export")
        (self.folder / "ca.key").chmod(0o640)
        refused = self.why401("ca", "export")
        self.assertEqual((refused.returncode, refused.stdout), (3, ""))
        self.assertIn(f"chmod 600 {self.folder}/ca.key", refused.stderr)

    def test_is_trusted_by_chromium_and_firefox_when_asked_for_and_no_longer_when_not(self):
        chromium = self.database(self.home / ".pki/nssdb")
        firefox = self.database(self.home / ".mozilla/firefox/ab12.default")
        (firefox.parent / "profiles.ini").write_text("[Profile0]\nName=default\nIsRelative=1\nPath=ab12.default\n")
        for target, folder in [("nss", chromium), ("firefox", firefox)]:
            with self.subTest(target=target):
                self.assertEqual(self.why401("ca", "trust", "--for", target).returncode, 2, "nobody agreed")
                self.assertFalse(self.store(folder)["trusted"])
                trusted = self.why401("ca", "trust", "--for", target, "--yes")
                self.assertEqual(trusted.returncode, 0, trusted.stderr)
                self.assertTrue(self.store(folder)["trusted"])
                name = json.loads(self.why401("ca", "show", "--json").stdout)
                nickname = f"{name['name']} ({name['sha256'][:8]})"
                self.certutil("-V", "-u", "L", "-n", nickname, folder=folder)  # L: a CA of TLS servers
        undone = self.why401("ca", "untrust")
        self.assertEqual(undone.returncode, 0, undone.stdout)
        for folder in (chromium, firefox):
            self.assertFalse(self.store(folder)["trusted"])
            self.assertNotIn("why401", self.certutil("-L", folder=folder))

    def test_asks_on_a_terminal(self):
        folder = self.database(self.home / ".pki/nssdb")
        for answer, code, trusted in [(b"n\n", 1, False), (b"y\n", 0, True)]:
            with self.subTest(answer=answer):
                ours, theirs = pty.openpty()
                run = subprocess.Popen([WHY401, "ca", "trust", "--for", "nss"], env=self.environment, stdin=theirs, stdout=theirs, stderr=theirs)
                os.close(theirs)
                os.write(ours, answer)
                said = b""
                try:
                    while piece := os.read(ours, 4096):
                        said += piece
                except OSError:  # EIO: the other end is closed
                    pass
                os.close(ours)
                self.assertEqual(run.wait(PATIENCE), code, said)
                self.assertIn(b"[y/N]", said)
                self.assertEqual(self.store(folder)["trusted"], trusted)

    def test_that_root_would_make_for_somebody_else_is_not_made(self):
        if os.geteuid() != 0:
            self.skipTest("only root can be somebody's sudo")
        self.environment["SUDO_USER"] = "ann"
        refused = self.why401("ca", "export")
        self.assertEqual(refused.returncode, 3)
        self.assertIn("without sudo", refused.stderr)
        self.assertFalse(self.folder.exists())


if __name__ == "__main__":
    unittest.main()
