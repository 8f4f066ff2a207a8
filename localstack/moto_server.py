"""Serves moto's DynamoDB on 127.0.0.1, on the port that the only argument names, for `emulator.sh`.

moto's own server handles requests in parallel, for which its backends have no locks, and keeps one account for all
access keys.
"""

import logging
import sys

from moto.iam import models as iam
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def account_of(access_key: str) -> str:
    """Each access key has an account of its own, so that tests with keys of their own never meet."""
    return access_key


iam.get_account_id_from = account_of
logging.getLogger("werkzeug").setLevel(logging.ERROR)
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
