"""requests-ntlm, which binds its logins to the certificate that it sees, in a process of its own: OpenSSL reads its configuration once."""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN_PYTHON = "/usr/bin/python3"  # what Debian's packages are installed for


def get_with_ntlm(urls, *, ca_file, proxy="", user="CONTOSO\\alice", password="Wonderland1", bound=True):
    """(status, body) of each in turn, every one by a login on a connection of its own. `bound`: a channel binding is sent."""
    from servers import PATIENCE
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "OPENSSL_CONF": str(HERE / "openssl_legacy.cnf")}
    asked = {"urls": urls, "ca_file": str(ca_file), "proxy": proxy, "user": user, "password": password, "bound": bound}
    done = subprocess.run([DEBIAN_PYTHON, "-B", str(pathlib.Path(__file__).resolve())], env=environment, input=json.dumps(asked), text=True,
                          capture_output=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [tuple(answer) for answer in json.loads(done.stdout)]


def main():
    try:
        import requests
        import requests_ntlm
    except ImportError as missing:
        sys.exit(f"{missing}: apt-get install python3-requests-ntlm")
    asked = json.load(sys.stdin)
    answers = []
    for url in asked["urls"]:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = asked["ca_file"]
            if asked["proxy"]:
                session.proxies = {"http": f"http://{asked['proxy']}", "https": f"http://{asked['proxy']}"}
            session.auth = requests_ntlm.HttpNtlmAuth(asked["user"], asked["password"], send_cbt=asked["bound"])
            answer = session.get(url, timeout=30)
            answers.append((answer.status_code, answer.text))
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
