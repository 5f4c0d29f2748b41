"""A lesson as a SCORM 1.2 package, which reports what was done in it to Moodle, Canvas and others.

The package is the lesson's own file and a manifest: what talks with the course is in the file
(`player/static/course.js`). ADL 2001, SCORM 1.2, The SCORM Content Aggregation Model, section 2.3.
"""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from exports.lesson_page import lesson_page
from exports.page import filled
from lessons import Lesson

PAGE, MANIFEST = "index.html", "imsmanifest.xml"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a zip's calendar: the same lesson is the same file
UNIX, READABLE = 3, 0o644 << 16

PACKAGED = (
    "For Moodle, Canvas and other courses, as SCORM 1.2: it reports how many of its cards are done "
    "and whether the end was reached. No guess is scored by whether it was right."
)
"""What it is, for those who take it."""


def lesson_package(lesson: Lesson) -> bytes:
    """The zip, which asks for nothing that is not in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in ((MANIFEST, manifest(lesson)), (PAGE, lesson_page(lesson))):
            about = zipfile.ZipInfo(name, FIRST_DAY)
            about.create_system, about.external_attr = UNIX, READABLE
            package.writestr(about, text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def manifest(lesson: Lesson) -> str:
    """What the package holds, as a course reads it."""
    return filled(MANIFEST, {"key": lesson.key, "title": escape(lesson.title)})
