"""Paths of the public figures, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.reports import views

urlpatterns = [path("about/figures/", views.about_figures, name="about_figures")]
