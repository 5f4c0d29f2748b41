"""Pictures and films that the browser makes of the race: read back, and held against the screen."""

import itertools
import re
import subprocess
import sys
from io import BytesIO
from xml.etree import ElementTree

import pytest
from driver import FLAT, ROOT
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import expect

from exports.menu import FIELDS, MOST_FRAMES

RACE = "surface=rosenbrock&steps=60&lane=adam(lr=0.1)&lane=momentum"
MARKS = (
    "surface=rosenbrock&steps=30&start=-1.5,2&start=1.5,0.5&lane=nelder_mead&lane=trust_region"
    "&lane=line_search_gd&lane=adam(lr=0.1,schedule=cosine)&lane=sgd(lr=0.1)"
)
"""Sketches of three kinds, a crowd, a path that leaves the picture."""
LOW = f"{RACE}&{FLAT}"
SVG = "{http://www.w3.org/2000/svg}"
SLOW = 120_000  # milliseconds


class Menu:
    """The menu of a race page, in the words of the person who uses it."""

    def __init__(self, race):
        self.race, self.page = race, race.page
        self.page.get_by_role("button", name="Take it away").click()
        self.page.locator(".media option[value=contour]").wait_for(state="attached")

    def choose(self, **fields):
        for name, value in fields.items():
            field = self.page.locator(f".media [name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def take(self, **fields):
        """The file's name and content."""
        self.choose(**fields)
        with self.page.expect_download(timeout=SLOW) as started:
            self.page.get_by_role("button", name="Make it").click()
        return started.value.suggested_filename, started.value.path().read_bytes()

    @property
    def said(self):
        return self.page.locator(".media-said")


def shot(race, panel):
    """A panel of the screen, without what only the pointer needs."""
    style = race.page.add_style_tag(
        content="dialog, [role=dialog], .race-hint, [data-testid=stDialog] { visibility: hidden }"
        ".race-panel { border-color: transparent !important }"
    )
    seen = race.page.locator(panel).screenshot()
    style.evaluate("style => style.remove()")
    return Image.open(BytesIO(seen)).convert("RGB")


def difference(one, other):
    """How far two pictures are apart: the mean over pixels and channels, of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean) / 3


def least_difference(picture, screen):
    """The same, where a panel on the screen may begin between two pixels."""
    width, height = picture.width - 2, picture.height - 2
    inner = picture.crop((1, 1, 1 + width, 1 + height))
    places = itertools.product(range(3), range(3))
    return min(difference(inner, screen.crop((x, y, x + width, y + height))) for x, y in places)


def frames(film):
    image = Image.open(BytesIO(film))
    for number in range(image.n_frames):
        image.seek(number)
        yield image.convert("RGB"), image.info["duration"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_the_panel_as_on_the_screen(open_race, scheme):
    race = open_race(RACE, color_scheme=scheme)
    race.page.evaluate("() => document.querySelector('.race').player.clock.go(30)")
    panels = {"scene": "scene", "contour": "map", "loss": "curve"}
    screens = {panel: shot(race, f".race-{panel}") for panel in panels}
    menu = Menu(race)
    for panel, word in panels.items():
        name, content = menu.take(panel=panel, form="png", scale="1")
        assert name == f"rosenbrock-adam-momentum-{word}.png"
        picture = Image.open(BytesIO(content)).convert("RGB")
        assert abs(picture.width - screens[panel].width) <= 1
        head = picture.height - screens[panel].height  # the surface's name, formula and the lanes
        assert 60 < head < 120
        assert len(picture.crop((0, 0, picture.width, head)).getcolors(1 << 20)) > 50
        picture = picture.crop((0, head, picture.width, picture.height))
        assert least_difference(picture, screens[panel]) < 1.5
    assert race.step == 30


def test_a_picture_of_everything_can_be_four_times_as_large(open_race):
    menu = Menu(open_race(RACE, viewport={"width": 900, "height": 700}))
    name, small = menu.take(form="png", scale="1")
    assert name == "rosenbrock-adam-momentum.png"
    _, large = menu.take(form="png", scale="4")
    one, four = (Image.open(BytesIO(content)).convert("RGB") for content in (small, large))
    assert four.width == pytest.approx(4 * one.width, abs=4)
    assert difference(one, four) < 3


def test_an_svg_holds_the_paths_as_vectors(open_race):
    race = open_race(RACE)
    menu = Menu(race)
    colors = race.page.evaluate(
        "() => document.querySelector('.race').player.legend.lanes.map(l => l.color)"
    )
    for panel in ("contour", "loss", "all"):
        _, content = menu.take(panel=panel, form="svg")
        root = ElementTree.fromstring(content)
        paths = list(root.iter(f"{SVG}path"))
        for color in colors:
            trails = [p for p in paths if p.get("stroke", "").upper() == color.upper()]
            assert max(len(p.get("d")) for p in trails) > 100
        assert len(list(root.iter(f"{SVG}image"))) == (panel == "all")  # the scene
        texts = [text.text for text in root.iter(f"{SVG}text")]
        assert "Rosenbrock" in texts
        assert any(text and text.startswith("f(x, y) = (a − x)²") for text in texts)
        assert any(text and text.startswith("Momentum") for text in texts)
        assert any(text.text == "step" for text in root.iter(f"{SVG}text")) == (panel != "contour")


def test_an_svg_is_the_picture_whatever_the_panels_draw(open_race):
    """Every stroke is one that the pen which writes SVG knows, or there would be no file."""
    race = open_race(MARKS)
    race.page.get_by_role("button", name="Inside").click()
    expect(race.page.get_by_role("region", name="Inside one step")).to_be_visible()
    race.page.evaluate("() => document.querySelector('.race').player.clock.go(3)")
    menu = Menu(race)
    for panel in ("contour", "loss", "all"):
        _, png = menu.take(panel=panel, form="png", scale="1")
        _, svg = menu.take(panel=panel, form="svg")
        page = race.page.context.new_page()
        page.set_content(f'<body style="margin: 0">{svg.decode()}</body>')
        seen = page.locator("svg").first.screenshot()
        picture, drawn = (Image.open(BytesIO(content)).convert("RGB") for content in (png, seen))
        assert difference(picture, drawn) < 3
        page.close()


def test_a_gif_shows_the_whole_race_and_rests_on_the_screens_picture(open_race):
    race = open_race(RACE)
    menu = Menu(race)
    film = {"seconds": "0.6", "fps": "10", "rest": "0.5"}
    name, content = menu.take(panel="all", form="gif", width="480", **film)
    assert name == "rosenbrock-adam-momentum.gif"
    pictures, durations = zip(*frames(content), strict=True)
    assert durations == (100, 100, 100, 100, 100, 600)
    assert pictures[0].width == 480
    assert all(difference(a, b) > 0.01 for a, b in itertools.pairwise(pictures))
    _, still = menu.take(panel="all", form="png", scale="1")
    last = Image.open(BytesIO(still)).convert("RGB")
    assert difference(pictures[-1], last) < 3
    assert len(pictures[-1].getcolors(1 << 20)) > 100


def test_a_film_at_a_speed_goes_as_far_as_its_seconds(open_race):
    race = open_race(LOW)
    menu = Menu(race)
    race.page.evaluate(
        "() => { const { clock } = document.querySelector('.race').player, { go } = clock;"
        " window.went = []; clock.go = function (at) { window.went.push(at); go.call(this, at) } }"
    )
    film = {"seconds": "1", "fps": "4", "speed": "2", "rest": "0"}
    menu.take(panel="loss", form="gif", width="160", **film)
    went = race.page.evaluate("() => window.went")
    assert went[-5:] == [0, 3, 6, 9, 60]  # at 2x the whole race lasts five seconds; then back


@pytest.mark.parametrize("form", ["webm", "mp4"])
def test_a_video_plays_as_long_as_was_asked(open_race, form):
    race = open_race(LOW)
    if not race.page.evaluate("() => 'VideoEncoder' in globalThis"):
        pytest.skip("this browser encodes no video")
    menu = Menu(race)
    if not menu.page.locator(f".media option[value={form}]").count():
        pytest.skip(f"this browser makes no {form}")
    film = {"seconds": "0.8", "fps": "10", "rest": "0.2"}
    name, content = menu.take(panel="contour", form=form, width="320", **film)
    assert name == f"rosenbrock-adam-momentum-map.{form}"
    seen = race.page.evaluate(
        """async ([bytes, form]) => {
          const video = document.createElement("video"), heard = (name) =>
            new Promise((done, fail) => { video.addEventListener(name, done, { once: true });
                                          video.onerror = () => fail(video.error); });
          video.muted = true;
          const file = new Blob([new Uint8Array(bytes)], { type: `video/${form}` });
          video.src = URL.createObjectURL(file);
          await heard("loadeddata");
          const at = async (seconds, isThere) => {
            video.currentTime = seconds;
            await heard("seeked");
            const canvas = document.createElement("canvas");
            canvas.width = video.videoWidth;
            canvas.height = video.videoHeight;
            const pen = canvas.getContext("2d");
            for (let tries = 0; ; tries++) {  // the picture may come after the word
              pen.drawImage(video, 0, 0);
              const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
              if (isThere(data) || tries > 100) return [...data];
              await new Promise((done) => setTimeout(done, 50));
            }
          };
          const first = await at(0.01, (data) => data[3]);
          const apart = (data) => first.filter((value, i) => Math.abs(value - data[i]) > 40).length;
          const moved = apart(await at(0.95, apart));
          const colours = new Set(first).size;
          return { length: video.duration, width: video.videoWidth, moved, colours };
        }""",
        [list(content), form],
    )
    assert seen["length"] == pytest.approx(1.0, abs=0.01)
    assert seen["width"] == 320
    assert seen["moved"] > 200
    assert seen["colours"] > 50


def test_a_cancelled_film_leaves_no_file_and_the_screen_as_it_was(open_race):
    race = open_race(RACE)
    race.page.evaluate("() => document.querySelector('.race').player.clock.go(20)")
    files = []
    race.page.on("download", lambda file: files.append(file))
    menu = Menu(race)
    menu.choose(form="gif", seconds="60", width="320")
    race.page.get_by_role("button", name="Make it").click()
    race.page.wait_for_function("() => document.querySelector('.media progress').value > 0")
    race.page.get_by_role("button", name="Cancel", exact=True).click()
    expect(menu.said).to_have_text("Cancelled; no file was made.")
    assert race.step == 20
    race.page.get_by_role("button", name="Make it").click()
    race.page.wait_for_function("() => document.querySelector('.media progress').value > 0")
    race.page.keyboard.press("Escape")  # closes the menu, and so ends the film
    expect(race.page.locator("[role=dialog]")).to_have_count(0)
    race.page.wait_for_function(
        "() => document.querySelector('.race-step').textContent.startsWith('20 / ')"
    )
    assert not files


def test_what_cannot_be_made_is_said_in_a_sentence(open_race):
    race = open_race(RACE)
    menu = Menu(race)
    menu.choose(form="gif", width="5")
    race.page.get_by_role("button", name="Make it").click()
    expect(menu.said).to_have_text("Width is a number from 160 to 1920.")
    menu.choose(width="320", seconds="")
    race.page.get_by_role("button", name="Make it").click()
    expect(menu.said).to_have_text("Seconds is a number from 0.1 to 120.")
    menu.choose(width="320", seconds="120", fps="50")
    race.page.get_by_role("button", name="Make it").click()
    expect(menu.said).to_have_text(re.compile(r"^No file was made\. .*more than 1,500 frames.*\.$"))
    menu.choose(seconds="60", fps="20")
    race.page.get_by_role("button", name="Make it").click()
    race.page.wait_for_function("() => document.querySelector('.media progress').value > 0")
    # A frame may be drawn between the loss and the event that tells of it.
    race.page.evaluate(
        """() => {
          const { scene, clock } = document.querySelector('.race').player;
          scene.inner.glplot.gl.getExtension('WEBGL_lose_context').loseContext();
          clock.go(1);
        }"""
    )
    expect(menu.said).to_have_text(
        "No file was made. The browser has dropped the scene’s picture; "
        "try again when it is there, or take another panel."
    )
    expect(race.page.locator(".race-lost")).to_be_hidden()
    menu.take(form="png", panel="loss")  # the page goes on


def test_a_browser_without_an_encoder_is_offered_no_video(open_race):
    race = open_race(LOW)
    race.page.evaluate("() => { delete globalThis.VideoEncoder }")
    menu = Menu(race)
    forms = menu.page.locator(".media [name=form] option").all_inner_texts()
    assert forms == ["PNG", "SVG", "GIF"]


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "exports", *arguments], cwd=ROOT, capture_output=True, text=True
    )


@pytest.mark.usefixtures("browser")
def test_the_command_line_makes_a_film(tmp_path):
    out = tmp_path / "race.gif"
    film = ["--panel", "map", "--width", "200", "--seconds", "0.7", "--fps", "10", "--dark"]
    done = command("surface=booth&lane=sgd&steps=6", "--out", str(out), *film, "--rest", "0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    pictures, durations = zip(*frames(out.read_bytes()), strict=True)
    assert durations == (100,) * 7
    assert pictures[0].width == 200
    assert pictures[0].getpixel((1, 1)) == pytest.approx((14, 17, 23), abs=4)  # the dark page


@pytest.mark.usefixtures("browser")
def test_the_camera_says_what_the_browser_has_not():
    code = (
        "from experiment import Experiment, run\n"
        "from exports.camera import shoot\n"
        "race = Experiment.from_query('surface=booth&lane=sgd&steps=6')\n"
        "shoot(race, run(race), '.avi')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    said = "exports.camera.NoPictureError: This browser has no avi among its choices of form."
    assert done.stderr.splitlines()[-1] == said


def test_the_command_line_reads_the_menu_of_the_page(open_race):
    """Its ranges and defaults are those that the page's form has."""
    form = Menu(open_race(LOW)).page.locator(".media")
    assert int(form.get_attribute("data-most-frames")) == MOST_FRAMES
    for name, field in FIELDS.items():
        there = form.locator(f"[name={name}]")
        assert there.input_value() == field.default
        if field.choices:
            choices = there.locator("option:not([value='0'])")
            assert choices.evaluate_all("each => each.map((o) => o.value)") == field.choices
        else:
            range_ = [float(there.get_attribute(end)) for end in ("min", "max")]
            assert range_ == [field.low, field.high]
