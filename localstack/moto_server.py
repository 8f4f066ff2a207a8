"""Serves moto's DynamoDB on 127.0.0.1, on the port that the only argument names, for `emulator.sh`.

Two things differ from moto's own server. It answers one request at a time, because moto's backends have no locks. And
an access key of twelve digits is an account, as in LocalStack and MiniStack, so that tests do not share tables.
"""

import logging
import re
import sys

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

ACCOUNT = re.compile(r"Credential=(\d{12})/")
moto = DomainDispatcherApplication(create_backend_app)


def with_account(environ, start_response):
    account = ACCOUNT.search(environ.get("HTTP_AUTHORIZATION", ""))
    if account:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account[1]
    return moto(environ, start_response)


logging.getLogger("werkzeug").setLevel(logging.ERROR)
run_simple("127.0.0.1", int(sys.argv[1]), with_account, threaded=False)
