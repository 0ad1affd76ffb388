"""Paths of the house's pages, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.house import views

urlpatterns = [
    path("", views.home, name="home"),
    path("rules/", views.rules, name="rules"),
    path("rules/print/", views.rules_paper, name="rules_print"),
    path("enter/", views.enter, name="enter"),
    path("help/", views.help_page, name="help"),
    path("about/data/", views.about_data, name="about_data"),
    path("about/first/", views.about_first, name="about_first"),
    path("about/families/", views.about_families, name="about_families"),
    path("about/younger/", views.about_younger, name="about_younger"),
    path("note/", views.note, name="note"),
]
