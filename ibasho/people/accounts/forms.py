"""allauth's forms with the house's words, secrets that never lie open, and codes that count once."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn import forms as passkeys
from allauth.mfa.webauthn.internal import auth
from django import forms
from fido2.utils import websafe_decode

from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.people.accounts import sealing
from ibasho.people.accounts.adapters import person_of_handle
from ibasho.people.models import LOGIN_NAME_LETTERS, Person

_DRAFT = "keepers.totp"
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−ー]+")
_MISSING = {
    "login": "名前が 入っていないようです。",
    "password": "パスワードが 入っていないようです。",
    "code": "数字が 入っていないようです。",
    "credential": "パスキーを、受けとれませんでした。もう一度 お試しください。",
    "name": "名前が 入っていないようです。",
}


class Kindly(forms.Form):
    """The sentences of fields; `say` is what a page shows of a form that was not accepted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages |= {key: _MISSING.get(name, "") for key in ("required", "invalid")}

    @property
    def say(self) -> str:
        return next((str(text) for texts in self.errors.values() for text in texts), "")


class _Credential(forms.JSONField):
    """What a passkey says, if it goes neither too deep nor too far."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise forms.ValidationError(_MISSING["credential"], code="invalid") from error


class _ByPasskey(Kindly):
    credential = _Credential(widget=forms.HiddenInput)


class SignIn(Kindly, account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            max_length=LOGIN_NAME_LETTERS,
            error_messages=dict.fromkeys(("required", "max_length"), _MISSING["login"]),
        )


class PasswordAgain(Kindly, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class _CodeOnce(Kindly):
    """A code is accepted for a minute and a half, and a second time by nobody. Guesses are counted."""

    user: Person

    def clean_code(self) -> str:
        self.cleaned_data["code"] = _plain_code(self.cleaned_data["code"])
        rate_limit.take("keeper_code", self.user.pk)
        code: str = super().clean_code()  # type: ignore[misc]
        rate_limit.give_back("keeper_code", self.user.pk)
        try:
            rate_limit.take("keeper_code_again", f"{self.user.pk}:{normalize_user_code(code)}")
        except Refusal as refusal:
            raise get_adapter().validation_error("incorrect_code") from refusal
        return code


def _plain_code(typed: str) -> str:
    """Digits of any width, without what people put between them."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))


class SignInCode(_CodeOnce, codes.AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgain(_CodeOnce, codes.ReauthenticateForm):  # type: ignore[misc]
    pass


class AddCode(_CodeOnce, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The new secret waits in the session sealed: a copy of the database must not hold it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        context.request.session.pop(SECRET_SESSION_KEY, None)  # allauth's own draft, before it is written
        self.secret = self._draft()

    def _draft(self) -> str:
        session = context.request.session
        if not self.is_bound or _DRAFT not in session:
            session[_DRAFT] = sealing.seal(generate_totp_secret())
        return sealing.unseal(session[_DRAFT])

    @staticmethod
    def forget_draft() -> None:
        context.request.session.pop(_DRAFT, None)


class RemoveCode(Kindly, totp.DeactivateTOTPForm):  # type: ignore[misc]
    pass


class AddPasskey(_ByPasskey, passkeys.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(required=False, max_length=40)


class PasskeyInstead(_ByPasskey, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor."""


class PasskeyAgain(_ByPasskey, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class SignInByPasskey(_ByPasskey, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    """Who it is stands in the passkey, under a name that only the house can read."""

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        auth.parse_authentication_response(credential)
        person = person_of_handle(_handle_in(credential))
        if person is None:
            raise get_adapter().validation_error("incorrect_code")
        return auth.complete_authentication(person, credential)


def _handle_in(credential: Any) -> bytes:
    try:
        return websafe_decode(credential["response"]["userHandle"])
    except (KeyError, TypeError, ValueError):
        return b""
