"""All pages: what they share, and how one goes from one to another."""

import re
from pathlib import Path

import streamlit as st

from app_pages.session import session
from app_pages.turns import turn
from player import ICON
from viewer import titled

SIDEBAR_WIDTH = 340
CONTROLS = Path(__file__).with_name("controls.css")
# Streamlit leaves more room above a page and at its sides than the pictures can spare.
TIGHT = """<style>
.stMainBlockContainer { padding: 4rem clamp(1rem, 3vw, 3rem) 2rem; }
.stMainBlockContainer [data-testid="stMarkdown"] h2 { padding: 0; font-size: 1.75rem; }
.stMainBlockContainer [data-testid="stMarkdown"] h3 { font-size: 1.5rem; }
/* A formula stands beside the name, or whole below it. */
.stMainBlockContainer h2 .katex-html {
  display: inline-block; max-width: 100%; white-space: nowrap; overflow: auto hidden;
  vertical-align: middle;
}
.st-key-offered-lesson { gap: 0 1rem; }
@media (pointer: fine) {
  .st-key-offered-lesson :is(button, a) { min-height: 1.75rem; padding-top: 0; padding-bottom: 0; }
}
/* A card of a lesson is seen whole. */
.stMainBlockContainer:has(.lesson) { padding-top: 3.25rem; padding-bottom: 0.5rem; }
/* On a phone the pictures come first: what stands above them is small, and in few lines. */
@media (max-width: 640px), (max-height: 480px) {
  .st-key-offered-lesson button, .st-key-offered-lesson a { padding-left: 0; padding-right: 0; }
  .st-key-offered-lesson p { font-size: 0.8125rem; }
}
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 3.25rem; } }
@media (max-height: 480px) {
  .stMainBlockContainer { padding-top: 3.5rem; }
  .stMainBlockContainer > .stVerticalBlock { gap: 0.25rem; }
  .stMainBlockContainer [data-testid="stMarkdown"] h2 { font-size: 1.25rem; line-height: 1.1; }
  .stMainBlockContainer [data-testid="stMarkdownContainer"]:has(h2) { margin-bottom: 0; }
  .st-key-offered-lesson .stPageLink { display: none; } /* the bar leads there, too */
  .stMainBlockContainer .st-key-offered-lesson { flex-wrap: nowrap; }
  .st-key-offered-lesson > :first-child { flex: 0 1 auto; min-width: 0; }
}
/* A warning takes no more room than its words. */
.stMainBlockContainer [data-testid="stAlertContainer"] { padding: 0.5rem 0.75rem; }
.stMainBlockContainer .stAlert ul { margin: 0 0 1rem; padding: 0; list-style: none; }
.stMainBlockContainer .stAlert li { margin: 0; }
/* Over the legend for as long as it lasts, so that nothing moves. */
.stMainBlockContainer .stElementContainer:has(> .stProgress) {
  height: 0; margin-bottom: -1rem; z-index: 2;
}
.stMainBlockContainer .stProgress { padding-bottom: 0.5rem; backdrop-filter: blur(12px); }
/* Streamlit's own is too pale to be read by all; dialogs and popovers stand beside the page. */
body [data-testid="stCaptionContainer"] { opacity: 0.75; }
.stPlotlyChart :is(.textpoint text, .xtick text, .xtitle) { fill: currentColor !important; }
/* For fingers. */
@media (pointer: coarse) { [class*="st-key-choose-"] button { min-height: 2.75rem; } }
[data-testid="stPopoverBody"]:focus { outline: none; }
/* A map is chosen where it is pressed, not only by its name. */
[class*="st-key-card-"] { position: relative; }
[class*="st-key-card-"] :is(.stButton, .stElementContainer, button) { position: static; }
[class*="st-key-card-"] button::after { content: ""; position: absolute; inset: 0; }
[class*="st-key-card-lesson-"] button p { font-size: 1.125rem; line-height: 1.3; }
/* What is wider than the page scrolls inside itself. */
.stMainBlockContainer :is(.katex-display, [data-testid="stMarkdown"] table) {
  display: block; max-width: 100%; overflow: auto hidden;
}
/* Streamlit shows it for as long as something is in it, and sometimes a little longer. */
.stSidebar:has([data-testid="stSidebarUserContent"] .stVerticalBlock:empty):not(
  :has([data-testid="stSidebarNavLink"])) { display: none; }
/* A link that looks like the button it is. */
.stMainBlockContainer :is(.st-key-open-race, .st-key-open-tuned) a {
  border: 1px solid color-mix(in srgb, currentColor 20%, transparent);
  width: fit-content; padding: 0.25rem 0.75rem;
}
/* The map of a method's race fills its panel: as wide as high, or as its surface's domain is. */
.st-key-duel .race:not(:fullscreen) {
  --across: calc((50cqw - 42px) / var(--map) + 38px);
  --high: min(var(--across), max(60vh, 16rem));
}
@container (min-width: 641px) {
  .st-key-duel .race:not(:fullscreen) .race-panels {
    grid-template-columns: minmax(0, 1fr) calc((var(--high) - 38px) * var(--map) + 42px);
  }
  .st-key-duel .race:not(:fullscreen) :is(.race-scene, .race-contour) { height: var(--high); }
}
@container (max-width: 640px) {
  .st-key-duel .race-contour { height: calc((100cqw - 24px - 42px) / var(--map) + 38px); }
}
/* The family tree stays in sight beside what it explains; on a narrow page it is called up. */
.stMainBlockContainer .stColumn:has(.st-key-family-tree) {
  position: sticky; top: 4rem; align-self: start; max-height: calc(100vh - 5rem); overflow-y: auto;
}
@media (min-width: 961px) { .stMainBlockContainer .st-key-to-tree { display: none; } }
@media (max-width: 960px) {
  .stMainBlockContainer .stColumn:has(.st-key-family-tree) { display: none; }
}
/* What is wider than the page scrolls inside the table. */
.table { border-collapse: collapse; display: block; max-width: 100%; overflow: auto hidden; }
.table caption { text-align: left; font-weight: 600; padding-bottom: 0.25rem; }
.table :is(th, td) {
  padding: 0.25rem 0.75rem 0.25rem 0; font-weight: 400; text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; vertical-align: baseline;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent);
}
.table .words { text-align: left; white-space: normal; }
.table thead :is(th, td) { vertical-align: bottom; white-space: normal; opacity: 0.75; }
.table span { display: inline-block; margin-right: 0.25rem; vertical-align: middle; }
.table .line { width: 30px; height: 4px; }
.table .cell { width: 2.5rem; height: 1.1rem; border: 1px solid #80808080; }
/* On a phone the map comes first, and then what it is made of. */
@media (max-width: 640px) { :has(> .st-key-map-controls) { order: 1; } }
/* What leads past the controls is there for the keyboard only. */
.skips button {
  position: fixed; top: 0.5rem; left: 0.5rem; z-index: 1000001; padding: 0.5rem 1rem;
  border: 2px solid #fff; border-radius: 0.5rem; font: 600 1rem "Source Sans", sans-serif;
  background: #0072b2; color: #fff;
}
.skips button:not(:focus) { clip-path: inset(50%); pointer-events: none; }
body:not(:has(.race.is-ready)) .skips button { display: none; }
body:not(:has(.race.is-linked)) .skips button + button { display: none; }
[data-testid="stSidebarHeader"] { height: 2.5rem; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] h2 { padding: 0; font-size: 1.25rem; }
.st-key-sheet-title strong { font-size: 1.75rem; line-height: 1.2; }
</style>"""
# Sent with every run, and so without comments and indentation.
STYLE = re.sub(
    r"/\*.*?\*/|^\s+",
    "",
    TIGHT.replace("</style>", CONTROLS.read_text(encoding="utf-8") + "</style>"),
    flags=re.DOTALL | re.MULTILINE,
)
# Formulas, code and tables that scroll sideways are reached by the keyboard. What opens is where
# it goes on: in a popover, and in the field for the formula that a dialog was left for.
SCRIPT = """<script>
window.reach ??= (() => {
  const reach = () => {
    window.due = 0;
    const wide = '.katex-display, pre, .table';
    for (const e of document.querySelectorAll(wide)) {
      if (e.scrollWidth > e.clientWidth && !e.hasAttribute('tabindex')) {
        e.tabIndex = 0;
        if (e.tagName === 'TABLE') continue; // says itself what it is
        const ariaLabel = e.tagName === 'PRE' ? 'Code' : 'Formula';
        Object.assign(e, {role: 'group', ariaLabel});
      }
    }
    for (const e of document.querySelectorAll('[data-testid=stPopoverBody]:not([tabindex])')) {
      e.tabIndex = -1;
      if (!e.contains(document.activeElement)) e.focus({preventScroll: true});
    }
    if (document.querySelector('[data-testid=stDialog]')) {
      dialog = performance.now();
      return;
    }
    const field = document.querySelector('.st-key-formula-text input');
    if (field && !typed && performance.now() - dialog < 5000) field.focus();
    typed = field;
  };
  let dialog = -Infinity, typed = null;
  const soon = () => { window.due ||= setTimeout(reach, 200); };
  window.addEventListener('resize', soon);
  new MutationObserver(soon).observe(document.body, {childList: true, subtree: true});
  return soon;
})();
window.reach();
// Streamlit follows a link to the race itself; as an address, for another tab, it lacks the way up.
window.mendLink ??= ({ target }) => {
  const link = target.closest('[class*="st-key-open-"] a[href^="?"]');
  if (link) link.href = './' + link.getAttribute('href');
};
for (const kind of ['pointerdown', 'focusin']) document.addEventListener(kind, window.mendLink);
// The controls come first: by the keyboard the race, and what is taken of it, are one step away.
window.skips ??= (() => {
  const skips = document.createElement('nav');
  const goals = {'Skip to the race': '.race', 'Skip to sharing': '.race-copy'};
  for (const [words, goal] of Object.entries(goals)) {
    const skip = document.createElement('button');
    skip.append(words);
    skip.onclick = () => document.querySelector(goal).focus();
    skips.append(skip);
  }
  document.body.prepend(Object.assign(skips, {className: 'skips', ariaLabel: 'Skip'}));
  return skips;
})();
</script>"""

embedded = st.context.is_embedded  # in another page, which wants the race and not its controls
st.set_page_config(
    page_title=titled(),
    page_icon=str(ICON),
    layout="wide",
    initial_sidebar_state="collapsed" if embedded else SIDEBAR_WIDTH,
)
st.html(STYLE)
pages = [
    st.Page("learn.py", title="Learn", icon=":material/school:", url_path="learn"),
    st.Page("race.py", title="Race", icon=":material/sports_score:", default=True),
    st.Page(
        "methods.py", title="Optimizers", icon=":material/account_tree:", url_path="optimizers"
    ),
    st.Page("maps.py", title="Maps", icon=":material/map:", url_path="maps"),
    st.Page("about.py", title="About", icon=":material/info:", url_path="about"),
]
session().lessons = pages[0]  # to which the race's page leads
page = st.navigation(pages, position="hidden" if embedded else "top")
if not embedded:
    with st.container(key="bar", horizontal=True, vertical_alignment="center", wrap=False):
        st.html(f"<h1>Descent Lab</h1>{SCRIPT}", unsafe_allow_javascript=True)
        for each in pages:
            st.page_link(each)
with turn():
    now = session()
    now.entered, now.page, now.teller = now.page != page.url_path, page.url_path, ""
    page.run()
