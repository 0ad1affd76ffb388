"""Two gates around every page: the session with its cookie, and who may go further."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from ibasho.lib import busy, cookies, once
from ibasho.lib.errors import Refusal
from ibasho.lib.middleware import refusal_response, wants_json
from ibasho.people import actions, doors, keepers_mark, late_words
from ibasho.people.answers import SeeOther
from ibasho.people.models import KEEP_DAYS, Kind, Person
from ibasho.people.queries import showed_second_factor
from ibasho.people.requests import session_of
from ibasho.people.sessions import SessionStore

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_NOTHING_DONE = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)


class Sessions:
    """Gives the request its session; writes row and cookie only when something changed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        request.session = SessionStore(sent_key)
        response = self.get_response(request)
        try:
            self._settle(request, sent_key, response)
        except DatabaseError as error:
            response = self._unsettled(request, response, error)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and doors.is_way_out(request):
            response = self._curtain(session_of(request), sent_key)
        # also of a session that has ended already
        if doors.is_way_out(request) or doors.is_sign_out(request):
            keepers_mark.take_back(request, response)
        if doors.is_way_out(request):
            once.take_back(request, response)
        if not self._may_be_stored(request, response):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Cookie"])
        return response

    def _settle(self, request: HttpRequest, sent_key: str | None, response: HttpResponseBase) -> None:
        session = session_of(request)
        if not session.accessed and not session.modified:
            return
        if session.is_empty():
            # Only what this very request ended: a key that is not known may have been changed by another
            # tab a moment ago, and its new cookie must not be thrown away with the old one.
            if sent_key and session.modified:
                cookies.drop(response, settings.SESSION_COOKIE_NAME)
                keepers_mark.take_back(request, response)
        elif self._must_be_kept(session) and response.status_code not in _NOTHING_DONE:
            self._keep(session, response)
        elif session.tells_key:
            self._set_cookie(session, response)

    @staticmethod
    def _must_be_kept(session: SessionStore) -> bool:
        return session.modified or (session.is_due_for_renewal and not session.table_is_busy)

    def _keep(self, session: SessionStore, response: HttpResponseBase) -> None:
        renewed = session.is_due_for_renewal
        try:
            session.save()
        except UpdateError:  # another tab signed out, or changed the key, while this page was made
            return
        self._set_cookie(session, response)
        if renewed and session.person is not None:
            actions.seen_today(session.person)
        if session.person is not None and showed_second_factor(session):
            keepers_mark.give(response, session.person, keep=session.keep)

    @staticmethod
    def _unsettled(
        request: HttpRequest, response: HttpResponseBase, error: DatabaseError
    ) -> HttpResponseBase:
        """A renewal can wait for the next page; what the person did cannot pass for done."""
        refusal = busy.as_refusal(error)
        if refusal is None:
            raise error
        return refusal_response(request, refusal) if request.session.modified else response

    def _curtain(self, session: SessionStore, sent_key: str | None) -> HttpResponseBase:
        """すぐ閉じる never waits for a table: the page comes, made of nothing that must be read. A browser
        whose mark could not be written forgets who it is, so that nothing of the inside can be shown.
        """
        response = HttpResponse(render_to_string("people/away.html"))
        response["Clear-Site-Data"] = '"cache"'
        if sent_key and not session.came_away:
            cookies.drop(response, settings.SESSION_COOKIE_NAME)
        return response

    @staticmethod
    def _set_cookie(session: SessionStore, response: HttpResponseBase) -> None:
        seconds = KEEP_DAYS * 86_400 if session.keep else None
        cookies.put(response, settings.SESSION_COOKIE_NAME, session.session_key or "", seconds=seconds)

    @staticmethod
    def _may_be_stored(request: HttpRequest, response: HttpResponseBase) -> bool:
        """Only a stranger's plain page: with a form it carries a CSRF cookie, and is no longer plain."""
        is_plain = request.method in ("GET", "HEAD") and doors.is_same_for_all(request.path_info)
        return is_plain and settings.SESSION_COOKIE_NAME not in request.COOKIES and not response.cookies


class Entered:
    """Inside pages are for those who entered; for those who went away, only つづける."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session = session_of(request)
        person = session.person
        if person is not None and not session.away:
            session.table_is_busy = not _turn_standpoint(person)
            if person.kind != Kind.KEEPER:  # a keeper's password hash is checked by Django itself
                request.user = person
            elif not self._is_open_to_keeper(session, request.path_info):
                return self._second_factor(request)
            return self.get_response(request)
        request.user = AnonymousUser()
        if person is None and (keeper := keepers_mark.who_is_led_back(request)) is not None:
            return self._sign_in_again(request, keeper)
        if person is not None and not self._stays_open(request.path_info, person):
            return self._front(request)
        if person is None and not doors.is_public(request.path_info):
            return self._door(request)
        return self.get_response(request)

    @staticmethod
    def _stays_open(path: str, person: Person) -> bool:
        if person.kind == Kind.KEEPER and path.startswith(doors.KEEPERS_BELOW):
            return False
        return doors.is_public(path) and path not in doors.SHUT_WHILE_AWAY

    @staticmethod
    def _is_open_to_keeper(session: SessionStore, path: str) -> bool:
        """Before the second factor there is nothing but public pages and the way out."""
        return showed_second_factor(session) or doors.is_public(path) or path == "/me/sign-out/"

    @staticmethod
    def _second_factor(request: HttpRequest) -> HttpResponse:
        if wants_json(request):
            return refusal_response(request, Refusal("not_entered"))
        return HttpResponseRedirect("/keepers/")

    @staticmethod
    def _sign_in_again(request: HttpRequest, keeper: Person) -> HttpResponse:
        said = "over"
        if request.method not in ("GET", "HEAD"):
            said = "kept" if late_words.keep(request, keeper) else "not_kept"
        return SeeOther(f"/keepers/sign-in/?{urlencode({'next': doors.page_asked_for(request)})}", said)

    @staticmethod
    def _front(request: HttpRequest) -> HttpResponse:
        if wants_json(request):
            return refusal_response(request, Refusal("not_entered"))
        return render(request, "people/front.html", {"next": doors.page_asked_for(request)})

    @staticmethod
    def _door(request: HttpRequest) -> HttpResponse:
        if wants_json(request):
            return refusal_response(request, Refusal("not_entered"))
        return HttpResponseRedirect(doors.enter_then(doors.page_asked_for(request)))


def _turn_standpoint(person: Person) -> bool:
    try:
        actions.turn_standpoint_if_due(person)
    except DatabaseError as error:  # it counts already, and is written with the next page
        if busy.as_refusal(error) is None:
            raise
        return False
    return True
