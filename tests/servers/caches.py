"""Start shared caches in front of a server: nginx and Apache, each with a configuration of its own.

Rule: a cache uses one folder and one free port of the loopback interface only. It is ended with its process group.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_http import free_port
from servers.process import PATIENCE, ask

_PROGRAMS = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
_APACHE_MODULES = Path("/usr/lib/apache2/modules")
_NEEDED_MODULES = ("mpm_event", "authz_core", "proxy", "proxy_http", "cache", "cache_disk")
_NOBODY = 65534

# As guides to nginx suggest for responses with cookies: without proxy_ignore_headers, nginx keeps none of those.
_NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/a; fastcgi_temp_path {folder}/b; uwsgi_temp_path {folder}/c; scgi_temp_path {folder}/d;
  proxy_temp_path {folder}/e; proxy_cache_path {folder}/cache keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{origin};
      proxy_cache pages;
      proxy_ignore_headers Set-Cookie;
      proxy_set_header Host $http_host;
    }}
  }}
}}
"""
_APACHE = """
ServerRoot {folder}
ServerName 127.0.0.1
PidFile {folder}/pid
ErrorLog {folder}/errors
Mutex pthread
Listen 127.0.0.1:{port}
{modules}
{user}
CacheRoot {folder}/cache
CacheEnable disk /
CacheQuickHandler on
ProxyPass / http://127.0.0.1:{origin}/
ProxyPreserveHost on
"""


@dataclass(frozen=True)
class Cache:
    """One kind of shared cache."""

    name: str
    configuration: str
    arguments: tuple[str, ...]

    @property
    def program(self) -> str | None:
        return shutil.which(self.name, path=_PROGRAMS)

    def missing(self) -> str | None:
        """Return what is missing to start it here."""
        if self.program is None:
            return f"{self.name} is not installed"
        if self.name == "apache2" and not all(_module(name).exists() for name in _NEEDED_MODULES):
            return f"one of these modules of Apache is not installed: {', '.join(_NEEDED_MODULES)}"
        return None

    def configured(self, folder: Path, port: int, origin: int) -> Path:
        """Write its configuration and the folders that it names, and return the path of the configuration."""
        (folder / "cache").mkdir()
        modules = "\n".join(f"LoadModule {name}_module {_module(name)}" for name in _NEEDED_MODULES)
        user = ""
        if os.geteuid() == 0:  # Apache gives up root, and needs another user
            user = f"User #{_NOBODY}\nGroup #{_NOBODY}"
            for one in (folder, folder / "cache"):
                os.chown(one, _NOBODY, _NOBODY)
        text = self.configuration.format(folder=folder, port=port, origin=origin, modules=modules, user=user)
        (folder / "configuration").write_text(text)
        return folder / "configuration"


CACHES = {
    "nginx": Cache("nginx", _NGINX, ("-e", "stderr", "-c")),
    "apache2": Cache("apache2", _APACHE, ("-D", "FOREGROUND", "-f")),
}


def _module(name: str) -> Path:
    return _APACHE_MODULES / f"mod_{name}.so"


@contextlib.contextmanager
def caching(cache, origin, token):
    """Start a cache in front of the server at the port ``origin``, and give the port of the cache."""
    # Not in pytest's folders, because only the user who runs the tests may enter those.
    with tempfile.TemporaryDirectory(prefix=f"cookiewarden-{cache.name}-") as name:
        folder, port = Path(name), free_port()
        command = [cache.program, *cache.arguments, str(cache.configured(folder, port, origin))]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(process, folder, port, token)
            yield port
            process.terminate()
            process.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)


def _wait(process, folder, port, token):
    """Wait until the server answers through the cache."""

    def logged():
        return "\n".join(file.read_text("utf-8", "replace") for file in folder.glob("[el]*") if file.is_file())

    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(port)[0].headers["X-Token"] == token:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the cache ended with {process.wait(0.02)}: {logged()}")
        assert time.monotonic() < deadline, logged()
