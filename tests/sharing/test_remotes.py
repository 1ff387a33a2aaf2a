"""Every way to a hub: ssh, http, with and without credentials; every kind of clone; nothing ever waits for an answer."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from team import Team, team

__all__ = ["team"]
SECRET = "Basic " + base64.b64encode(b"desk:open").decode()


class GitOverHttp(BaseHTTPRequestHandler):
    """Git's own smart http, ``git http-backend``, behind a server of a few lines."""

    protocol_version = "HTTP/1.0"
    projects = ""
    guarded = False

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        if self.guarded and self.headers.get("Authorization") != SECRET:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="desk"')
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environ = {
            **os.environ, "GIT_PROJECT_ROOT": self.projects, "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "desk",
            "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command, "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }  # fmt: skip
        said = subprocess.run(["git", "http-backend"], input=body, env=environ, capture_output=True, check=False).stdout
        head, _, rest = said.partition(b"\r\n\r\n")
        rows = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        self.send_response(int(rows.pop("Status", "200").split()[0]))
        for name, text in rows.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest)

    do_POST = do_GET


@pytest.fixture
def http(team: Team) -> Iterator[tuple[type[GitOverHttp], str]]:
    """The hub over http, and its address."""
    handler = type("Handler", (GitOverHttp,), {"projects": str(team.top)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_port}/hub.git"
    server.shutdown()
    server.server_close()


def there_and_back(team: Team, address: str) -> None:
    """What one records the other one gets, both through an address."""
    for desk in team.clones:
        desk.git("remote", "set-url", "origin", address)
    a, b = team.clones
    case = a.new()
    b.new("-y", "另一故障")
    assert [one["sent"] for one in team.sync(a, b)] == [1, 2]
    b.itil("note", case, "乙")
    team.settle_down()
    assert len(a.show(case)["notes"]) == 1 and a.itil("check").code == 0


def test_over_http(team: Team, http: tuple[type[GitOverHttp], str]) -> None:
    subprocess.run(["git", "-C", str(team.hub), "config", "http.receivepack", "true"], check=True)
    there_and_back(team, http[1])


def test_http_credentials_come_from_a_helper_and_are_never_asked_for(
    team: Team, http: tuple[type[GitOverHttp], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, address = http
    handler.guarded = True
    a, _ = team.clones
    asked = team.top / "asked"
    asking = team.top / "ask.sh"
    asking.write_text(f"#!/bin/sh\ntouch {asked}\nsleep 60\n", "utf-8")
    asking.chmod(0o755)
    monkeypatch.setenv("SSH_ASKPASS", str(asking))
    a.git("remote", "set-url", "origin", address)
    a.new()
    said = a.itil("sync", "--json", code=5)
    assert said.codes == ["E-sync-credentials"] and not asked.exists()
    assert "git fetch origin" in said.json["error"]["problems"][0]["hint"]
    a.git("remote", "set-url", "origin", address.replace("://", "://desk:falsch@"))
    said = a.itil("sync", "--json", code=5)
    assert said.codes == ["E-sync-credentials"] and "falsch" not in said.err
    a.git("config", "credential.helper", '!f() { echo "username=desk"; echo "password=open"; }; f')
    a.git("remote", "set-url", "origin", address)
    assert a.itil("sync", "--json").json["sent"] == 1


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes a certificate")
def test_over_https_with_a_certificate_of_ones_own(team: Team) -> None:
    import ssl

    pem = team.top / "pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9000", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{pem}.key", "-out", str(pem)],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(["git", "-C", str(team.hub), "config", "http.receivepack", "true"], check=True)
    handler = type("Handler", (GitOverHttp,), {"projects": str(team.top)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, f"{pem}.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"https://localhost:{server.server_port}/hub.git"
    a, _ = team.clones
    a.git("remote", "set-url", "origin", address)
    said = a.itil("sync", "--json", code=5)
    assert said.codes == ["E-sync-offline"] and "SSL" not in said.json["error"]["message"], "in plain words"
    for desk in team.clones:
        desk.git("config", "http.sslCAInfo", str(pem))
    there_and_back(team, address)
    server.shutdown()
    server.server_close()


def fake_ssh(folder: Path, does: str) -> Path:
    """What git takes for ssh: it writes down how it was called, drops its options and the host, and runs the command here."""
    file = folder / "bin" / "ssh"
    file.parent.mkdir()
    file.write_text(
        f'#!/bin/sh\necho "$@" >> {folder}/called\nwhile :; do case "$1" in -o|-p|-i) shift 2;; -*) shift;; *) break;; esac; done\n'
        f"shift\n{does}\n",
        "utf-8",
    )
    file.chmod(0o755)
    return file


def test_over_ssh(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", str(fake_ssh(team.top, 'eval "exec $*"')))
    there_and_back(team, f"git@desk.example.com:{team.hub}")
    called = (team.top / "called").read_text("utf-8")
    assert "-oBatchMode=yes" in called and "git@desk.example.com git-receive-pack" in called


def test_ssh_as_git_is_configured_with_a_port(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_SSH_COMMAND", raising=False)
    a, b = team.clones
    for desk in (a, b):
        desk.git("config", "core.sshCommand", f"{fake_ssh_once(team)} -i /keys/desk")
    there_and_back(team, f"ssh://git@desk.example.com:2222{team.hub}")
    assert "-i /keys/desk -oBatchMode=yes" in (team.top / "called").read_text("utf-8")


def fake_ssh_once(team: Team) -> Path:
    file = team.top / "bin" / "ssh"
    return file if file.exists() else fake_ssh(team.top, 'eval "exec $*"')


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ("git@desk.example.com: Permission denied (publickey,password).", "E-sync-credentials"),
        ("Host key verification failed.", "E-sync-credentials"),
        ("ssh: Could not resolve hostname desk.example.com: Name or service not known", "E-sync-offline"),
        ("ssh: connect to host desk.example.com port 22: Connection refused", "E-sync-offline"),
    ],
)
def test_why_ssh_lets_nobody_in_is_told(team: Team, monkeypatch: pytest.MonkeyPatch, says: str, code: str) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", str(fake_ssh(team.top, f"echo '{says}' >&2; exit 255")))
    a, _ = team.clones
    a.git("remote", "set-url", "origin", f"git@desk.example.com:{team.hub}")
    assert a.refused("sync", code=5) == [code]


def test_a_server_that_never_answers_is_given_up_with_all_that_was_begun(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from itilcli.cli import publishing

    a, _ = team.clones
    file = a.root / "desk.yaml"
    file.write_text(file.read_text("utf-8") + 'sync: "auto"\n', "utf-8")
    a.commit()
    monkeypatch.setattr(publishing, "PATIENCE", 0.4)
    monkeypatch.setenv(
        "GIT_SSH_COMMAND", str(fake_ssh(team.top, "echo $$ > " + str(team.top / "pid") + "; exec sleep 60"))
    )
    a.git("remote", "set-url", "origin", f"git@desk.example.com:{team.hub}")
    assert "0.4" in a.itil("note", a.new(), "离线").err
    pid = int((team.top / "pid").read_text())
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists() or "Z (zombie)" in Path(f"/proc/{pid}/status").read_text():
            break
        time.sleep(0.02)
    else:
        pytest.fail("an ssh was left behind; it would keep the desk's lock")


# ── every kind of clone

CLONES = {
    "blobless": ("--filter=blob:none",),
    "treeless": ("--filter=tree:0",),
    "one branch": ("--single-branch",),
    "shallow": ("--depth", "1"),
    "another remote": ("-o", "hub"),
}


@pytest.mark.parametrize("how", CLONES)
def test_each_kind_of_clone_takes_part(team: Team, how: str) -> None:
    subprocess.run(["git", "-C", str(team.hub), "config", "uploadpack.allowFilter", "true"], check=True)
    subprocess.run(["git", "-C", str(team.hub), "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    a, b = team.clones
    case = team.case()
    a.itil("note", case, "早先")
    team.settle_down()
    other = team.clone("other", *CLONES[how])
    assert other.itil("show", case).code == 0 and other.itil("audit").code == 0
    other.itil("note", case, "此处")
    a.itil("note", case, "彼处")
    team.sync(a, other, b)
    assert [len(desk.show(case)["notes"]) for desk in (other, b)] == [3, 3]
    assert (
        other.itil("check").code == 0
        and other.itil("log", case).code == 0
        and other.itil("blame", case, "symptom").code == 0
    )


def test_two_remotes_want_a_word_and_a_detached_head_goes_nowhere(team: Team) -> None:
    a, _ = team.clones
    a.git("remote", "rename", "origin", "hub")
    a.git("remote", "add", "backup", str(team.top / "none.git"))
    assert a.itil("sync", "--json").json["branch"] == "hub/main", "the branch's own remote"
    a.git("branch", "--unset-upstream")
    said = a.itil("sync", "--json", code=5)
    assert said.codes == ["E-sync-remote"] and "git config branch.main.remote backup" in said.err
    a.git("config", "branch.main.remote", "hub")
    a.itil("sync")
    a.git("checkout", "-q", "--detach")
    assert a.refused("sync", code=5) == ["E-desk-detached"]


@pytest.mark.parametrize("head", ["main", "master"])
def test_an_empty_hub_and_one_whose_head_names_another_branch(team: Team, head: str) -> None:
    a, _ = team.clones
    hub = team.top / "second.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", head, str(hub)], check=True)
    a.git("remote", "set-url", "origin", str(hub))
    assert a.itil("sync", "--dry-run", "--json").json["new_branch"] is True
    said = a.itil("sync", "--json").json
    assert said["new_branch"] and bool(said["notes"]) is (head != "main")
    assert head == "main" or "git symbolic-ref HEAD refs/heads/main" in said["notes"][0]


def test_a_hub_with_another_branch_gets_no_second_one_unasked(team: Team) -> None:
    a, _ = team.clones
    a.git("push", "-q", "origin", "main:master")
    subprocess.run(["git", "-C", str(team.hub), "update-ref", "-d", "refs/heads/main"], check=True)
    assert a.refused("sync", code=5) == ["E-sync-branch"]
    a.git("fetch", "-q", "origin")
    a.git("branch", "-q", "-u", "origin/master")
    a.new()
    assert a.itil("sync", "--json").json["branch"] == "origin/master"


# ── what else goes along, and what would


def test_a_lock_here_is_named(team: Team) -> None:
    a, b = team.clones
    b.new()
    team.sync(b)
    lock = a.root / ".git/refs/remotes/origin/main.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    said = a.itil("sync", "--json", code=5)
    assert said.codes == ["E-desk-locked"] and str(lock) in said.json["error"]["message"]
    lock.unlink()
    assert team.sync(a)[0]["taken"] == 1


def test_a_seal_is_shared_though_no_commit_follows(team: Team) -> None:
    a, b = team.clones
    team.case()
    tag = a.itil("audit", "--seal", "--json").json["sealed"]
    assert team.sync(a)[0]["tags"] == [tag] and team.sync(a)[0]["tags"] == []
    team.sync(b)
    assert b.git("tag", "-l").split() == [tag]


def test_what_would_be_done_is_told_and_nothing_is_done(team: Team) -> None:
    a, b = team.clones
    case = team.case()
    a.itil("correct", case, "symptom=甲的症状")
    b.itil("correct", case, "symptom=乙的症状")
    b.new("-y", "另一故障")
    team.sync(b)
    before = (a.git("rev-parse", "HEAD"), a.git("status", "--porcelain"), b.git("ls-remote", "origin"))
    plan = a.itil("sync", "--dry-run", "--json").json
    assert (plan["dry_run"], plan["coming"]["commits"], plan["going"]["commits"]) == (True, 2, 2)
    assert len(plan["coming"]["cases"]) == 2 and plan["going"]["cases"] == plan["cases"]
    ((conflict,),) = plan["conflicts"].values()
    assert conflict["field"] == "incident:symptom"
    shown = a.itil("sync", "--dry-run").out
    assert case in shown and "itil settle" in shown
    assert (a.git("rev-parse", "HEAD"), a.git("status", "--porcelain"), b.git("ls-remote", "origin")) == before
    done = a.itil("sync", "--json").json
    assert (done["taken"], done["sent"], [*done["conflicts"]]) == (2, 2, plan["cases"])


def test_the_check_before_sharing_is_of_every_case_however_many(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    from itilcli.actions.sharing import sound

    a, _ = team.clones
    case = team.case()
    for number in range(3):
        a.new("-y", f"故障 {number}")
    file = a.file(case)
    file.write_text(file.read_text("utf-8").replace('stage: "classified"', 'stage: "closed"'), "utf-8")
    a.commit()
    monkeypatch.setattr(sound, "MANY", 2)
    assert a.refused("sync", code=1)[0] == "E-sync-check"
