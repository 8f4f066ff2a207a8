"""Checks the built site in a headless Chromium: links, search, and narrow screens.

`check.html` does the work in the browser. This serves the site and that page on the loopback interface, and reports the result.
"""

import http.server
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

# Small phones.
WIDTH = 360
SECONDS = 120
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
OPTIONS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What readers search for, and a page that must be among the results.
SEARCHES = [
    ("leaderboard", "modelling.html"),
    ("pagination", "pages_over_http.html"),
    ("cursor", "pages_over_http.html"),
    ("optimistic locking", "races.html"),
    ("idempotency", "races.html"),
    ("ttl", "expiring_data.html"),
    ("session", "expiring_data.html"),
    ("migration", "changing_models.html"),
    ("rename", "changing_models.html"),
    ("iam policy", "deployment.html"),
    ("lambda", "deployment.html"),
    ("mock", "testing.html"),
    ("transaction", "batches_and_transactions.html"),
    ("scan", "reading.html"),
    ("request units", "costs.html"),
    ("opentelemetry", "observability.html"),
    ("heartbeat", "registry.html"),
    ("status code", "errors_in_a_web_service.html"),
    ("pynamodb", "coming_from/pynamodb.html"),
    ("electrodb", "coming_from/electrodb.html"),
]

HERE = pathlib.Path(__file__).parent
SITE = HERE.parent.parent / "target" / "book"


def server(plan, result):
    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=SITE)

        def do_GET(self):
            path = self.path.partition("?")[0]
            if path == "/check.html":
                self.answer("text/html", (HERE / "check.html").read_bytes())
            elif path == "/check.json":
                self.answer("application/json", json.dumps(plan).encode())
            else:
                super().do_GET()

        def do_POST(self):
            result.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.answer("text/plain", b"")

        def answer(self, kind, body):
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def main():
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("install Chromium: the site is checked in it", file=sys.stderr)
        return 1
    pages = sorted(str(page.relative_to(SITE)) for page in SITE.rglob("*.html") if page.name not in ("404.html", "toc.html"))
    if not pages:
        print("build the site first, with `.ci/book`", file=sys.stderr)
        return 1
    result = queue.Queue()
    site = server({"pages": pages, "searches": SEARCHES, "width": WIDTH}, result)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    # Processes of the browser may still write to the profile while it is removed.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        address = f"http://127.0.0.1:{site.server_port}/check.html"
        # Chromium refuses to run as root with its sandbox.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [browser, *OPTIONS, *sandbox, f"--user-data-dir={profile}", address]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        try:
            found = result.get(timeout=SECONDS)
        except queue.Empty:
            print(f"the browser did not finish the check in {SECONDS} s", file=sys.stderr)
            return 1
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    for fault in found["faults"]:
        print(fault, file=sys.stderr)
    print(f"site: {found['pages']} pages at {WIDTH} pixels, {found['links']} links, {found['searches']} searches, "
          f"{len(found['faults'])} faults")
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
