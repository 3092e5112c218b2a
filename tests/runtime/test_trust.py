"""Whom live connections believe: one authority, or those of the machine and of SSL_CERT_FILE."""

import socket
import ssl
import threading

import pytest
import trustme

from magents.runtime.trust import trusting


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def port(authority):
    """A port on loopback behind which somebody shows a certificate for localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def answer():
            plain, _ = server.accept()
            try:
                with context.wrap_socket(plain, server_side=True):
                    pass
            except ssl.SSLError:
                plain.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def believed(context, port, name="localhost"):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            context.wrap_socket(plain, server_hostname=name).close()
    except ssl.SSLCertVerificationError:
        return False
    return True


def test_the_authority_of_a_door_is_believed(authority, port):
    assert believed(trusting(authority.cert_pem.bytes().decode()), port)


def test_an_authority_in_the_environment_is_believed(authority, port, tmp_path, monkeypatch):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert believed(trusting(), port)


def test_others_are_not_believed(port):
    assert not believed(trusting(), port)


def test_nor_is_the_right_authority_under_another_name(authority, port):
    assert not believed(trusting(authority.cert_pem.bytes().decode()), port, "example.org")


def test_beside_a_door_nobody_else_is_believed(authority):
    known = trusting(authority.cert_pem.bytes().decode()).get_ca_certs()
    assert len(known) == 1
    assert len(trusting().get_ca_certs()) > 20
