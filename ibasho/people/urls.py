"""Coming back, わたし, and the curtain."""

from django.urls import path

from ibasho.people import views

urlpatterns = [
    path("return/", views.come_back_in, name="return"),
    path("me/", views.me, name="me"),
    path("me/settings/", views.settings, name="me_settings"),
    path("about/look/", views.look, name="look"),
    path("me/phrase/", views.phrase, name="me_phrase"),
    path("me/notices/<uuid:notice_id>/seen/", views.notice_seen, name="me_notice_seen"),
    path("me/download/", views.download, name="me_download"),
    path("me/erasure/", views.erasure, name="me_erasure"),
    path("me/sign-out/", views.sign_out, name="me_sign_out"),
    path("away/", views.away, name="away"),
]
