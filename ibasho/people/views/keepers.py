"""Signing in and out, the second factor, spare codes: allauth's views in the house's own pages."""

from __future__ import annotations

from typing import Any

import orjson
from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as spare_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal import auth, flows
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ibasho.lib import once, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import refusal_response, wants_json
from ibasho.people import actions
from ibasho.people.accounts.adapters import ACCOUNT, SIGN_IN, SecondFactor
from ibasho.people.accounts.forms import AddCode
from ibasho.people.answers import SeeOther
from ibasho.people.models import Keeper
from ibasho.people.queries import has_second_factor, keeper_facts
from ibasho.people.requests import person_of, prefix_of, session_of

_NO_PASSKEY = "パスキーで 入れませんでした。もう一度 ためすか、名前と パスワードで 入ってください。"

_WHY = {
    "out": "この端末から出ました。",
    "over": "時間がたったので、いちど出ています。もう一度、入ってください。",
    "kept": "時間がたったので、いちど出ています。いま書いた言葉は、30分とってあります。入ると、同じページに出ます。この端末には、残っていません。",
    "not_kept": "時間がたったので、いちど出ています。いま送ったことは、とどいていません。書いた言葉も、残っていません。もう一度、入ってください。",
}


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal_response(request, Refusal("too_many_tries"))


def _make_way(request: HttpRequest) -> None:
    """What another left in this browser goes, before anything of the keeper is noted in it."""
    session = session_of(request)
    if session.person is not None:
        actions.sign_out(session)
    else:
        session.forget_all_but_who()
        if session.session_key is not None:
            session.cycle_key()  # whoever laid this key out here must not go half-way along


class SignIn(account.LoginView):  # type: ignore[misc]
    template_name = "keepers/sign_in.html"

    def form_valid(self, form: BaseForm) -> HttpResponse:
        _make_way(self.request)
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        said = once.said(self.request)
        return context | {"passkey_say": _NO_PASSKEY if said == "passkey" else "", "why": _WHY.get(said, "")}


class SignInByPasskey(passkeys.LoginWebAuthnView):  # type: ignore[misc]
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not wants_json(request):
            return SeeOther(SIGN_IN)
        rate_limit.take("keeper_passkey", prefix_of(request))  # each asking is a row
        return JsonResponse(auth.begin_authentication(user=None))

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return SeeOther(SIGN_IN, "passkey")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        _make_way(self.request)
        response: HttpResponse = super().form_valid(form)
        return response


class _WithOptions:
    """allauth's `js_data` as one line for a `data-` attribute: no script stands in a page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        options: dict[str, Any] = next(iter(context.get("js_data", {}).values()), {})
        return context | {"options": orjson.dumps(options).decode()}


class SecondStep(_WithOptions, codes.AuthenticateView):  # type: ignore[misc]
    template_name = "keepers/second_step.html"


class SignOut(account.LogoutView):  # type: ignore[misc]
    template_name = "keepers/sign_out.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        once.say(response, "out", at=response["Location"])
        return response


class PasswordAgain(account.ReauthenticateView):  # type: ignore[misc]
    template_name = "keepers/again_password.html"


class CodeAgain(codes.ReauthenticateView):  # type: ignore[misc]
    template_name = "keepers/again_code.html"


class PasskeyAgain(_WithOptions, passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "keepers/again_passkey.html"

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return page


class AddCodeView(totp.ActivateTOTPView):  # type: ignore[misc]
    template_name = "keepers/code.html"

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        AddCode.forget_draft()
        _note_shown(self.request, Authenticator.Type.TOTP)
        return response


class RemoveCode(totp.DeactivateTOTPView):  # type: ignore[misc]
    template_name = "keepers/code_removal.html"


class Passkeys(passkeys.ListWebAuthnView):  # type: ignore[misc]
    template_name = "keepers/passkeys.html"


class AddPasskey(_WithOptions, passkeys.AddWebAuthnView):  # type: ignore[misc]
    """Every passkey is one to sign in with: it holds its keeper's name and asks for finger, face or PIN."""

    template_name = "keepers/passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | {"options": orjson.dumps(options).decode()}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _note_shown(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskey(passkeys.RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "keepers/passkey_removal.html"
    pk_url_kwarg = "passkey_id"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"may_remove": self._may_remove()}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if not self._may_remove():
            page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return page
        flows.remove_authenticator(self.request, self.object)
        return SeeOther(f"{ACCOUNT}passkeys/")

    def _may_remove(self) -> bool:
        return SecondFactor().can_delete_authenticator(self.object)


class SpareCodes(spare_codes.ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "keepers/spare_codes.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():  # shown once, and that is noted with the showing
            page: HttpResponse = super().get(request, *args, **kwargs).render()
        return page


class NewSpareCodes(spare_codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "keepers/spare_codes_new.html"


@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    rows = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    return render(
        request,
        "keepers/account.html",
        {
            "keeper": Keeper.objects.prefetch_related("roles").get(person=person),
            "is_settled": has_second_factor(person.pk),
            "has_desk": keeper_facts(person.pk) is not None,
            "has_code": any(row.type == Authenticator.Type.TOTP for row in rows),
            "has_spare_codes": any(row.type == Authenticator.Type.RECOVERY_CODES for row in rows),
            "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        },
    )


def _note_shown(request: HttpRequest, kind: str) -> None:
    """Adding it has shown it: whoever just did need not show it again."""
    record_authentication(request, person_of(request), "mfa", type=str(kind))
