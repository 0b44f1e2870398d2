"""python3-requests with Digest, which uses a nonce again as long as it is taken; in a process of its own."""
import json
import pathlib
import subprocess
import sys
import time

DEBIAN_PYTHON = "/usr/bin/python3"  # what Debian's packages are installed for


def get_with_digest(proxy, user, password, urls, pause, env):
    """Gets each in one session, `pause` seconds apart. The answers in order."""
    from scene import Answer
    from servers import PATIENCE
    done = subprocess.run([DEBIAN_PYTHON, "-B", str(pathlib.Path(__file__).resolve()), f"http://{proxy}", user, str(pause), *urls], env=env,
                          input=password.encode(), capture_output=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())
    return [Answer(status, text) for status, text in json.loads(done.stdout)]


def main(proxy, user, pause, *urls):
    try:
        import requests
    except ImportError as missing:
        sys.exit(f"{missing}: apt-get install python3-requests")
    answers = []
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": proxy}
        session.auth = requests.auth.HTTPDigestAuth(user, sys.stdin.read())
        for number, url in enumerate(urls):
            time.sleep(float(pause) if number else 0)
            answers.append(session.get(url, timeout=30))
    print(json.dumps([(answer.status_code, answer.text) for answer in answers]))


if __name__ == "__main__":
    main(*sys.argv[1:])
