"""Keepers' accounts, view by view: what allauth could do besides has no door here.

The names are those allauth asks for.
"""

from __future__ import annotations

from django.urls import path

from ibasho.people.accounts.guard import For, door
from ibasho.people.views import keeper_link as link
from ibasho.people.views import keepers

urlpatterns = [
    path("", door(keepers.account_page, For.NEW), name="mfa_index"),
    path("link/<str:token>/", link.keeper_link, name="keeper_link"),
    path("sign-in/", door(keepers.SignIn.as_view(), For.ANYBODY), name="account_login"),
    path(
        "sign-in/passkey/",
        door(keepers.SignInByPasskey.as_view(), For.ANYBODY, writes=True),
        name="mfa_login_webauthn",
    ),
    path(
        "sign-in/code/",
        door(keepers.SecondStep.as_view(), For.HALFWAY, writes=True),
        name="mfa_authenticate",
    ),
    path("sign-out/", door(keepers.SignOut.as_view(), For.LEAVING), name="account_logout"),
    path("again/", door(keepers.PasswordAgain.as_view(), For.SHOWING), name="account_reauthenticate"),
    path(
        "again/code/",
        door(keepers.CodeAgain.as_view(), For.SHOWING, writes=True),
        name="mfa_reauthenticate",
    ),
    path(
        "again/passkey/",
        door(keepers.PasskeyAgain.as_view(), For.SHOWING, writes=True),
        name="mfa_reauthenticate_webauthn",
    ),
    path("code/", door(keepers.AddCodeView.as_view(), For.NEW, fresh=True), name="mfa_activate_totp"),
    path(
        "code/removal/",
        door(keepers.RemoveCode.as_view(), For.SETTLED, fresh=True, writes=True),
        name="mfa_deactivate_totp",
    ),
    path("passkeys/", door(keepers.Passkeys.as_view(), For.SETTLED), name="mfa_list_webauthn"),
    path(
        "passkeys/new/",
        door(keepers.AddPasskey.as_view(), For.NEW, fresh=True, writes=True),
        name="mfa_add_webauthn",
    ),
    path(
        "passkeys/<id:passkey_id>/removal/",
        door(keepers.RemovePasskey.as_view(), For.SETTLED, fresh=True, writes=True),
        name="mfa_remove_webauthn",
    ),
    path(
        "spare-codes/",
        door(keepers.SpareCodes.as_view(), For.SETTLED, fresh=True),
        name="mfa_view_recovery_codes",
    ),
    path(
        "spare-codes/new/",
        door(keepers.NewSpareCodes.as_view(), For.SETTLED, fresh=True, writes=True),
        name="mfa_generate_recovery_codes",
    ),
]
