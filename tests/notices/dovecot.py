"""A real IMAP server, Debian's Dovecot, with mailboxes that tests drop mails into."""

import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

from services.notices.post import Server, Tls
from tests.deploy.tools import installed
from tests.notices.post_office import HOST, PASSWORD, USER, Certificate

PATIENCE = 20.0
PEOPLE = ("nobody", "nogroup")  # Dovecot serves nobody as root
if os.geteuid() != 0:
    PEOPLE = (pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name)
CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = {host}
ssl = yes
ssl_cert = <{certificate.file}
ssl_key = <{certificate.key}
disable_plaintext_auth = yes
auth_failure_delay = 0
mail_location = maildir:{folder}/%u
first_valid_uid = 1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {implicit}
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
"""


@dataclass
class Mailbox:
    """One person's, and the servers that show it."""

    folder: Path
    starttls: Server
    implicit: Server
    dropped: int = 0

    def drop(self, message: EmailMessage | bytes) -> None:
        """Deliver a mail, as a Maildir has it: written beside, then moved in whole."""
        self.dropped += 1
        raw = message if isinstance(message, bytes) else message.as_bytes()
        name = f"{self.dropped:09}.test"
        beside = self.folder / "tmp" / name
        beside.write_bytes(raw)
        shutil.chown(beside, *PEOPLE)
        beside.rename(self.folder / "new" / name)

    def begin_anew(self) -> None:
        """Have the server give its numbers under another UIDVALIDITY."""
        for file in self.folder.glob("dovecot.index*"):
            file.unlink()
        numbers = self.folder / "dovecot-uidlist"
        text = numbers.read_text(encoding="ascii")
        anew = re.sub(r"^3 V(\d+)", lambda found: f"3 V{int(found[1]) + 1}", text)
        numbers.write_text(anew, encoding="ascii")


@dataclass
class Dovecot:
    """A running server; who comes with the right password has a mailbox."""

    folder: Path
    starttls: Server
    implicit: Server
    people: int = 0

    def mailbox(self) -> Mailbox:
        """An empty one."""
        self.people += 1
        name = f"person{self.people}"
        for part in (".", "tmp", "new", "cur"):
            (self.folder / name / part).mkdir(exist_ok=True)
            shutil.chown(self.folder / name / part, *PEOPLE)
        return Mailbox(
            self.folder / name,
            replace(self.starttls, username=name),
            replace(self.implicit, username=name),
        )


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def dovecot(folder: Path, made: Certificate) -> Iterator[Dovecot]:
    """One that runs in `folder`, which others must be able to enter."""
    program = installed("dovecot", "dovecot-imapd")
    starttls, implicit = free_port(), free_port()
    file = folder / "dovecot.conf"
    file.write_text(
        CONFIGURATION.format(
            folder=folder,
            user=PEOPLE[0],
            group=PEOPLE[1],
            host=HOST,
            certificate=made,
            starttls=starttls,
            implicit=implicit,
            password=PASSWORD,
        ),
        encoding="utf-8",
    )
    process = subprocess.Popen([program, "-F", "-c", file])
    try:
        wait_for(implicit, folder / "log", process)
        login = {"username": USER, "password": PASSWORD, "authority": str(made.file)}
        yield Dovecot(
            folder,
            Server(HOST, starttls, Tls.STARTTLS, **login),
            Server(HOST, implicit, Tls.IMPLICIT, **login),
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def wait_for(port: int, log: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
