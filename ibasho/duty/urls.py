"""Paths of duty outside the desk, as docs/protocol.md lists them."""

from __future__ import annotations

from django.urls import path

from ibasho.duty import views

urlpatterns = [path("about/helping/", views.helping, name="about_helping")]
