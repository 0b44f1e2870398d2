"""Headless Chromium with a profile of its own: what it shows of a page that it got through a proxy."""
import json
import os
import subprocess

from servers import PATIENCE, program

# Chromium keeps Negotiate out of its network sandbox only once a profile has met it; this is how it remembers.
HAS_MET_NEGOTIATE = {"net": {"received_http_auth_negotiate_headers": True}}
ITS_OWN_ERRANDS = "*.google.com;*.googleapis.com;*.gstatic.com"  # not through the proxy, and no name but the proxy's resolves


class Browser:
    def __init__(self, home, proxy, allowed, env, met_negotiate=True, trusted=None):
        """`allowed`: the host that may have the user's tickets; `trusted`: the file of an authority that this user trusts."""
        self.env = {**env, "HOME": str(home)}
        profile = home / "profile"
        profile.mkdir(exist_ok=True)
        if met_negotiate:
            (profile / "Local State").write_text(json.dumps(HAS_MET_NEGOTIATE))
        if trusted:
            store = home / ".pki/nssdb"
            store.mkdir(parents=True)
            for change in (["-N", "--empty-password"], ["-A", "-n", "trusted", "-t", "C,,", "-i", str(trusted)]):
                subprocess.run([program("certutil", "libnss3-tools"), "-d", f"sql:{store}", *change], check=True)
        self.command = [program("chromium", "chromium"), "--headless=new", f"--user-data-dir={profile}", f"--proxy-server=http://{proxy}",
                        f"--proxy-bypass-list=<-loopback>;{ITS_OWN_ERRANDS}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                        f"--auth-server-allowlist={allowed}", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                        "--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        if os.getuid() == 0:
            self.command.append("--no-sandbox")

    def show(self, url):
        """The page as text, once it has nothing more to load."""
        done = subprocess.run([*self.command, "--virtual-time-budget=30000", "--dump-dom", url], env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)
        return done.stdout
