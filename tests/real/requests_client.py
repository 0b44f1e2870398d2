"""python3-requests with its Kerberos package, in a process of its own: such libraries read the environment once."""
import json
import pathlib
import subprocess
import sys

DEBIAN_PYTHON = "/usr/bin/python3"  # what Debian's packages are installed for


def post_with_kerberos(proxy, urls, body, env):
    """Posts to each in one session; mutual authentication required. The answers in order."""
    from scene import Answer
    from servers import PATIENCE
    done = subprocess.run([DEBIAN_PYTHON, "-B", str(pathlib.Path(__file__).resolve()), f"http://{proxy}", *urls], env=env, input=body,
                          capture_output=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())
    return [Answer(status, text) for status, text in json.loads(done.stdout)]


def main(proxy, *urls):
    try:
        import requests
        import requests_kerberos
    except ImportError as missing:
        sys.exit(f"{missing}: apt-get install python3-requests-kerberos")
    body = sys.stdin.buffer.read()
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": proxy}
        session.auth = requests_kerberos.HTTPKerberosAuth(mutual_authentication=requests_kerberos.REQUIRED)
        answers = [session.post(url, data=body, timeout=30) for url in urls]
    print(json.dumps([(answer.status_code, answer.text) for answer in answers]))


if __name__ == "__main__":
    main(*sys.argv[1:])
