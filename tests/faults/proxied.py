"""A real nginx, with the configuration of deploy/, on a free port before the doors of a house."""

from __future__ import annotations

import datetime as dt
import os
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ops.served import ROOT, comes_about, free_port
from tests.wire import Browser

NGINX = "/usr/sbin/nginx"

# As Debian's own: with a log of who came, unless a site forbids it.
_MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    include {folder}/site.conf;
}}
"""


@dataclass
class Proxy:
    folder: Path
    port: int
    tls: ssl.SSLContext

    def browser(self, **cookies: str) -> Browser:
        return Browser(self.port, tls=self.tls, cookies=cookies)

    @property
    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    @property
    def error_log(self) -> str:
        return (self.folder / "error.log").read_text()


@contextmanager
def nginx(folder: Path, doors: Path, number: int, port: int) -> Iterator[Proxy]:
    """Serves `https://localhost:<port>` from the doors 1.sock, 2.sock, … up to `number`."""
    _make_certificate(folder)
    (folder / "site.conf").write_text(site(folder, doors, number, port))
    (folder / "nginx.conf").write_text(
        _MAIN.format(folder=folder, user="user root;" if os.geteuid() == 0 else "")
    )
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [NGINX, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        assert comes_about(lambda: (folder / "nginx.pid").exists() or process.poll() is not None)
        assert process.poll() is None, (folder / "said").read_text()
        yield Proxy(folder, port, ssl.create_default_context(cafile=str(folder / "certificate.pem")))
    finally:
        process.terminate()
        process.wait(timeout=20)


def site(folder: Path, doors: Path, number: int, port: int) -> str:
    """deploy/nginx.conf, but for where things lie on this machine."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"\n\tlisten \[::\]:[^;]*;", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    text = re.sub(r"/etc/letsencrypt/live/[^/]*/fullchain\.pem", f"{folder}/certificate.pem", text)
    text = re.sub(r"/etc/letsencrypt/live/[^/]*/privkey\.pem", f"{folder}/key.pem", text)
    text = text.replace("ibasho.example.org", "localhost")
    upstreams = [f"\tserver unix:{doors}/{one}.sock max_fails=0;\n" for one in range(1, number + 1)]
    text, found = re.subn(r"(\tserver unix:/run/ibasho/\d\.sock max_fails=0;\n)+", "".join(upstreams), text)
    assert found == 1
    return text


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    alternatives = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
