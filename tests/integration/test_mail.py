"""Messages by SMTP, to a real server on the loopback."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from models.codes import Language, MessageKind
from models.outbox import Message
from tests.ministry import Ministry
from workflows.operations.delivery import mail

USER, PASSWORD = "registrar", "geheim @ home"


class Letterbox:
    """Keeps what it is given; lets in the one who knows the password."""

    def __init__(self) -> None:
        """An empty box."""
        self.received: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the message."""
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"

    def authenticator(self, *call: Any) -> AuthResult:
        """Whether user and password are right."""
        given = call[-1]
        known = given == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=known)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def server(box: Letterbox, **options: Any) -> Iterator[int]:
    """A server that puts everything into ``box``; gives its port."""
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def secured(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1, and the authority that vouches for it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return context, path


def outbox(ministry: Ministry) -> list[Any]:
    """One message to a student."""
    with ministry.installation.database.write() as session:
        session.add(
            Message(
                kind=MessageKind.CREDENTIAL_ISSUED,
                about="item:0000000012-01",
                address="maya@example.org",
                language=Language.FR,
                subject="Votre document est en route",
                body="Bonjour,\n\nça y est.",
                created_at=ministry.now,
            )
        )
    return [row.id for row in ministry.rows(Message)]


def test_a_message_goes_to_a_server_as_it_is(ministry: Ministry) -> None:
    """Without a user in the URL the message is handed over as it is, and counts as sent."""
    ids, box = outbox(ministry), Letterbox()
    with server(box) as port:
        ministry.set(mail_url=f"smtp://127.0.0.1:{port}")
        assert mail.send(ministry.installation, ids) == 1
    ((sender, to, content),) = box.received
    assert (sender, to) == (ministry.installation.settings.mail_from, ["maya@example.org"])
    assert b"Content-Language: fr-CA" in content
    assert ministry.row(Message, ids[0]).sent_at == ministry.now


def test_a_password_goes_only_through_good_tls(
    ministry: Ministry, secured: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a user, TLS comes first; a server that nobody vouches for gets neither password nor message."""
    context, authority = secured
    ids, box = outbox(ministry), Letterbox()
    options = {"tls_context": context, "auth_required": True, "authenticator": box.authenticator}
    with server(box, **options) as port:
        ministry.set(mail_url=f"smtp://{USER}:geheim%20%40%20home@127.0.0.1:{port}")
        assert mail.send(ministry.installation, ids) == 0
        assert ministry.row(Message, ids[0]).last_error["error"] == "SSLCertVerificationError"
        assert box.received == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        ministry.wait(minutes=2)
        assert mail.send(ministry.installation, ids) == 1
    assert len(box.received) == 1


def test_a_wrong_password_leaves_the_message_in_the_outbox(
    ministry: Ministry, secured: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused sign-in is an error of the message like any other: kept, and tried again later."""
    context, authority = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    ids, box = outbox(ministry), Letterbox()
    with server(box, tls_context=context, auth_required=True, authenticator=box.authenticator) as port:
        ministry.set(mail_url=f"smtp://{USER}:wrong@127.0.0.1:{port}")
        assert mail.send(ministry.installation, ids) == 0
    row = ministry.row(Message, ids[0])
    assert (row.last_error["error"], row.attempts, row.sent_at) == ("SMTPAuthenticationError", 1, None)
