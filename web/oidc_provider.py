"""The office's identity provider over the wire (OpenID Connect, authorization code with PKCE): who is this visitor?"""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from config.settings import settings
from models.base import Refused

SECONDS = 5.0
KEPT = 600  # seconds that a provider's own description is believed
SIGNED = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]  # never "none", never our own secret
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SKEW = 60


class ProviderDown(Refused):
    """The provider does not answer, or not as agreed."""


class WrongAnswer(Refused):
    """What came back does not belong to this sign-in."""


@dataclass(frozen=True)
class Visitor:
    """Whom the provider vouches for; `mail` is lower case and empty unless it is theirs for certain."""

    subject: str
    mail: str
    proved_at: int


def description() -> dict[str, Any]:
    """The provider's endpoints, asked for every ten minutes; ProviderDown when there is no answer."""
    return _described(settings().oidc_issuer, int(time.monotonic() // KEPT))


@lru_cache(maxsize=2)
def _described(issuer: str, _span: int) -> dict[str, Any]:
    found = _get(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ProviderDown("统一身份认证的发行者地址与设置不符，请联系系统维护人员。")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _safe(str(found.get(name, "")))
    return found


def _safe(url: str) -> str:
    """Secrets travel over TLS, or do not leave this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ProviderDown("统一身份认证的地址须为 https，请联系系统维护人员。")
    return url


def _get(url: str, bearer: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return _answer(lambda: httpx.get(_safe(url), timeout=SECONDS, headers=headers))


def _answer(call: Any) -> dict[str, Any]:
    try:
        reply = call()
        reply.raise_for_status()
        found = reply.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderDown("统一身份认证暂时无法使用，请稍后再试，或用口令登录。") from error
    if not isinstance(found, dict):
        raise ProviderDown("统一身份认证的答复不完整，请联系系统维护人员。")
    return found


def back_address() -> str:
    """Where the provider sends the visitor back to."""
    return f"{settings().site}/oidc/back"


def start_address(state: str, nonce: str, verifier: str, again: bool) -> str:
    """Where the visitor goes to sign in; `again` asks for it even where the provider knows them."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # read only where there is a provider, as below
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    more = {"prompt": "login", "max_age": "0"} if again else {}
    address: str = prepare_grant_uri(
        description()["authorization_endpoint"], settings().oidc_client_id, "code", back_address(),
        "openid email", state, nonce=nonce, code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256", **more,
    )
    return address


def visitor(code: str, verifier: str, nonce: str) -> Visitor:
    """Exchange the code and check what the provider signed: issuer, audience, time, nonce."""
    tokens = _answer(lambda: _exchange(code, verifier))
    claims = _claims(str(tokens.get("id_token", "")), nonce)
    if "email" not in claims and (place := description().get("userinfo_endpoint")):
        more = _get(str(place), str(tokens.get("access_token", "")))
        if more.get("sub") == claims["sub"]:
            claims = {**more, **claims}
    certain = claims.get("email_verified") is not False  # many providers of one house say nothing
    mail = str(claims.get("email") or "").lower() if certain else ""
    proved_at = claims.get("auth_time") or claims.get("iat")
    return Visitor(str(claims["sub"]), mail, int(proved_at) if isinstance(proved_at, int | float) else 0)


def _exchange(code: str, verifier: str) -> httpx.Response:
    fields = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back_address(), "code_verifier": verifier,
        "client_id": settings().oidc_client_id,
    }
    secret, place = settings().oidc_secret, description()
    known = place.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = secret and "client_secret_basic" in known
    if secret and not basic:
        fields["client_secret"] = secret
    auth = httpx.BasicAuth(settings().oidc_client_id, secret) if basic else None
    return httpx.post(_safe(str(place["token_endpoint"])), data=fields, auth=auth, timeout=SECONDS)


def _claims(token: str, nonce: str) -> dict[str, Any]:
    from joserfc import jwt  # 12 MB, which an office without a provider does without
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys = _get(str(description()["jwks_uri"]))
    issuer, client = settings().oidc_issuer, settings().oidc_client_id
    registry = jwt.JWTClaimsRegistry(
        leeway=SKEW, iss={"essential": True, "value": issuer}, aud={"essential": True, "value": client},
        exp={"essential": True}, sub={"essential": True}, nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=SIGNED).claims  # type: ignore[arg-type]
        registry.validate(claims)
    except (JoseError, ValueError, KeyError) as error:
        raise WrongAnswer("统一身份认证的答复未通过核验，没有登录。请重新登录；多次如此请联系系统维护人员。") from error
    if claims.get("azp", client) != client:
        raise WrongAnswer("统一身份认证的答复是给另一系统的，没有登录。")
    return dict(claims)
