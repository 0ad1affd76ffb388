"""allauth's questions, answered as this house does: keepers only, no mail, no address, secrets sealed."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ibasho.lib import clock, env, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.qr import qr_of
from ibasho.people import actions
from ibasho.people.accounts import sealing
from ibasho.people.answers import SeeOther
from ibasho.people.doors import safe_next
from ibasho.people.models import Keeper, Person
from ibasho.people.queries.keepers import SECOND_FACTORS, fold_login_name, keeper_facts, keepers
from ibasho.people.requests import prefix_of, session_of

DESK, ACCOUNT, SIGN_IN = "/desk/", "/keepers/", "/keepers/sign-in/"
FIRST_STEP = "keepers.first_step"  # with which password it was: another since then, and it does not count
_NOT_MATCHING = "名前か パスワードが、ちがうようです。もう一度、ゆっくり 入れてみてください。"
_CODE = "数字が ちがうようです。いま 出ている数字を、もう一度 入れてみてください。"
_WAIT = "何度か試されたので、少しお休みします。しばらくしてから、お試しください。"


class Account(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _NOT_MATCHING,
        "incorrect_password": "パスワードが、ちがうようです。もう一度、ゆっくり 入れてみてください。",
        "incorrect_code": _CODE,
        "too_many_login_attempts": _WAIT,
        "rate_limited": _WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, *_: Any, **__: Any) -> None:
        """Never: the house has nobody's mail."""

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Never."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return prefix_of(request)

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return ""

    def is_ajax(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        return bool(url) and safe_next(url, "") == url

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return DESK if keeper_facts(request.user.pk or 0) else ACCOUNT

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Not again within five minutes of anything that was shown, signing in included."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or clock.now().timestamp() - records[-1]["at"] >= REAUTHENTICATION_TIMEOUT

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        rate_limit.take("keeper_login", _counted(credentials))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        credentials["username"] = fold_login_name(credentials.get("username", ""))
        person: Person | None = super().authenticate(request, **credentials)
        if person is not None:
            rate_limit.give_back("keeper_login", _counted(credentials))
        return person

    def reauthenticate(self, user: Person, password: str) -> bool:
        name = Keeper.objects.values_list("login_name", flat=True).get(person=user) or ""
        found = self.authenticate(context.request, username=name, password=password)
        return found is not None and found.pk == user.pk

    def pre_login(self, request: HttpRequest, user: Person, **_: Any) -> None:
        if not keepers().filter(person=user).exists():
            raise Refusal("not_found")
        request.session[FIRST_STEP] = user.get_session_auth_hash()

    def post_login(
        self, request: HttpRequest, user: Person, *, redirect_url: str | None, **_: Any
    ) -> HttpResponse:
        actions.seen_today(user)
        return SeeOther(safe_next(redirect_url, DESK) if keeper_facts(user.pk) else ACCOUNT)

    def logout(self, request: HttpRequest) -> None:
        actions.sign_out(session_of(request))
        request.user = AnonymousUser()


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _CODE,
        "cannot_delete_authenticator": "さいごの ひとつは、はずせません。先に、べつの方法を 足してください。",
        "cannot_generate_recovery_codes": "先に、アプリの数字か パスキーを 足してください。",
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Never."""

    def build_totp_svg(self, url: str) -> SafeString:
        return render_to_string("elements/qr.html", {"qr": qr_of(url), "label": "アプリで読みとる四角い模様"})

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002
        today = clock.today()
        return f"{today.month}月{today.day}日のパスキー"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = settings.ADDRESS.host if settings.ADDRESS else "localhost"
        return {"id": host, "name": host}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        keeper = Keeper.objects.get(person=user)
        return {"id": handle_of(user), "display_name": keeper.duty_name, "name": keeper.login_name}

    def _get_user_identifier(self, user: Person) -> str:
        return Keeper.objects.get(person=user).login_name or ""


def handle_of(person: Person) -> bytes:
    """What a passkey calls its keeper: not the number of a row, which must not leave the server."""
    secret = env.derived(settings.HOUSE_SECRET, "passkey handle")
    return hmac.new(secret.encode(), person.key.encode(), hashlib.sha256).digest()


def person_of_handle(handle: bytes) -> Person | None:
    people = (keeper.person for keeper in keepers().select_related("person"))
    return next((person for person in people if hmac.compare_digest(handle_of(person), handle)), None)


def again(path: str, then: str) -> str:
    """The way to show who one is once more, and then on."""
    return f"{path}?{urlencode({'next': then})}"


def _counted(credentials: dict[str, Any]) -> str:
    return hashlib.sha256(fold_login_name(credentials.get("username", "")).encode()).hexdigest()
