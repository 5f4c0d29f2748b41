"""A lesson as a SCORM 1.2 package."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from exports.lesson_package import lesson_package, manifest
from exports.lesson_page import lesson_page
from lessons import LESSONS
from lessons.playlist import Own, Playlist, Taken
from lessons.result import MAX_NAME, Did, Result, write_code

LESSON = LESSONS["saddle"]
ADL, IMS = (
    "{http://www.adlnet.org/xsd/adlcp_rootv1p2}",
    "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}",
)
SCHEMA = {
    "manifest": (["metadata", "organizations", "resources"], {"identifier", "version"}),
    "metadata": (["schema", "schemaversion"], set()),
    "organizations": (["organization"], {"default"}),
    "organization": (["title", "item"], {"identifier"}),
    "item": (["title"], {"identifier", "identifierref", "isvisible"}),
    "resources": (["resource"], set()),
    "resource": (["file"], {"identifier", "type", "href", f"{ADL}scormtype"}),
    "file": ([], {"href"}),
    "title": ([], set()),
    "schema": ([], set()),
    "schemaversion": ([], set()),
}
"""Of imscp_rootv1p1p2.xsd: what stands in an element, in which order, and its attributes; all that
the schema and a package of SCORM 1.2 require is among it."""
LONGEST_TITLE = 200
LONGEST_KEPT = 4096  # of cmi.suspend_data


def read(text):
    return ElementTree.fromstring(text)


def name(element):
    assert element.tag.startswith(IMS)
    return element.tag.removeprefix(IMS)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_the_manifest_is_as_the_schema_has_it(lesson):
    root = read(manifest(lesson))
    for element in root.iter():
        inside, attributes = SCHEMA[name(element)]
        assert [name(each) for each in element] == inside
        said = {key for key in element.attrib if not key.startswith("{http://www.w3.org/")}
        assert said == attributes
    names = [each.get("identifier") for each in root.iter() if "identifier" in each.attrib]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", each) for each in names)  # as xsd:ID
    schema, version = root[0]
    assert (schema.text, version.text) == ("ADL SCORM", "1.2")
    organizations, (resource,) = root[1], root[2]
    assert organizations.get("default") == organizations[0].get("identifier")
    title, item = organizations[0]
    assert title.text == item[0].text == lesson.title
    assert item.get("identifierref") == resource.get("identifier")
    assert resource.get("type") == "webcontent"
    assert resource.get(f"{ADL}scormtype") == "sco"


def test_the_package_is_the_manifest_and_the_lessons_own_file():
    with zipfile.ZipFile(io.BytesIO(lesson_package(LESSON))) as package:
        assert package.testzip() is None
        assert package.namelist() == ["imsmanifest.xml", "index.html"]
        (resource,) = read(package.read("imsmanifest.xml"))[2]
        assert resource.get("href") == resource[0].get("href") == "index.html"
        assert package.read("index.html").decode() == lesson_page(LESSON)


def test_the_same_lesson_is_the_same_file():
    assert lesson_package(LESSON) == lesson_package(LESSON)


def test_a_playlist_is_such_a_package_whatever_is_typed_in_it():
    typed = '</title><evil a="'
    lesson = Playlist(typed, (Own("surface=booth&lane=sgd&steps=2"),)).lesson
    root = read(manifest(lesson))
    assert [each.text for each in root.iter(f"{IMS}title")] == [typed, typed]
    assert re.fullmatch(r"descent-lab-playlist-[0-9a-f]{12}", root.get("identifier"))


def test_all_that_can_be_done_in_a_lesson_has_room_in_a_course():
    taken = [Taken(key, card.key) for key, told in LESSONS.items() for card in told.cards]
    with_a_goal = [each for each in taken if each.found()[1].goal]
    playlist = Playlist("All goals", tuple((with_a_goal * 3)[:40]))
    for lesson in (*LESSONS.values(), playlist.lesson):
        assert len(lesson.title) <= LONGEST_TITLE
        done = {card.key: _all_of(card) for card in lesson.cards}
        code = write_code(Result(lesson.key, done, "Ä" * MAX_NAME, "abcd"))
        assert len(code) <= LONGEST_KEPT


def _all_of(card):
    tried = tuple(range(len(card.tries)))
    return Did("-1.234,-5.678e-05", 3, tried, card.goal.solution if card.goal else "", True)
