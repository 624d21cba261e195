"""An S3 server of two verbs for objects.rs: every signature is checked by botocore, every checksum by hashlib."""

import base64
import hashlib
import http.server
import sys
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEPT = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body=b"", code=""):
        body = f"<Error><Code>{code}</Code></Error>".encode() if code else body
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def trouble(self, body):
        whole = urlsplit(self.path)
        asked = dict(parse_qsl(whole.query, keep_blank_values=True))
        if asked.get("X-Amz-Credential", "").split("/")[0] != sys.argv[2]:
            return "InvalidAccessKeyId"
        region = asked["X-Amz-Credential"].split("/")[2]
        bare = "&".join(p for p in whole.query.split("&") if not p.startswith("X-Amz-Signature="))
        named = asked["X-Amz-SignedHeaders"].split(";")
        request = AWSRequest(self.command, f"http://{self.headers['Host']}{whole.path}?{bare}")
        for name in named:
            if name != "host":
                request.headers[name] = self.headers[name]
        request.context["timestamp"] = asked["X-Amz-Date"]
        auth = S3SigV4QueryAuth(Credentials(sys.argv[2], sys.argv[3]), "s3", region)
        right = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        if right != asked["X-Amz-Signature"]:
            return "SignatureDoesNotMatch"
        if self.command == "PUT":
            told = self.headers["x-amz-checksum-sha256"]
            if "x-amz-checksum-sha256" not in named or base64.b64encode(hashlib.sha256(body).digest()).decode() != told:
                return "BadDigest"
        return ""

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        trouble = self.trouble(body)
        if not trouble:
            KEPT[urlsplit(self.path).path] = body
        self.answer(403 if trouble else 200, code=trouble)

    def do_GET(self):
        trouble, found = self.trouble(b""), KEPT.get(urlsplit(self.path).path)
        if trouble:
            self.answer(403, code=trouble)
        elif found is None:
            self.answer(404, code="NoSuchKey")
        else:
            self.answer(200, found)

    def do_DELETE(self):
        trouble = self.trouble(b"")
        if not trouble:
            KEPT.pop(urlsplit(self.path).path, None)
        self.answer(403 if trouble else 204, code=trouble)

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
