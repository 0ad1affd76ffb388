"""The one public path of moderation."""

from __future__ import annotations

from django.urls import path

from ibasho.moderation import views

urlpatterns = [path("reviews/", views.reviews, name="reviews")]
