"""Lessons, one a file: a module with a LESSON is found and registered."""

from __future__ import annotations

import importlib
import pkgutil

from lessons.lesson import Answer, Card, Choice, Flag, Goal, Lesson, Reason, Slide, Try, Why
from registry import Registry

__all__ = [
    "LESSONS",
    "Answer",
    "Card",
    "Choice",
    "Flag",
    "Goal",
    "Lesson",
    "Reason",
    "Slide",
    "Try",
    "Why",
]


def _discover() -> dict[str, Lesson]:
    modules = (
        importlib.import_module(f"{__name__}.{module_info.name}")
        for module_info in pkgutil.iter_modules(__path__)
    )
    found = (getattr(module, "LESSON", None) for module in modules)
    return {
        lesson.key: lesson
        for lesson in sorted(
            (lesson for lesson in found if isinstance(lesson, Lesson)),
            key=lambda lesson: lesson.place,
        )
    }


LESSONS: Registry[Lesson] = Registry("lesson", _discover())
"""Every lesson under its key, which is the name of its file, in the order in which they are told.
"""
