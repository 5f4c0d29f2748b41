"""A rule that a person writes, on the page."""

from urllib.parse import unquote

from driver import FLAT
from playwright.sync_api import expect

ADAM = r"""\begin{align}
g_t &\gets \nabla f(\theta_{t-1}) \\
m_t &\gets \beta_1 m_{t-1} + (1-\beta_1) g_t \\
v_t &\gets \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\
\theta_t &\gets \theta_{t-1} - lr \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t/(1-\beta_2^t)} + \epsilon}
\end{align}"""

WRAPS = "\n".join(
    ("m = beta1*m + (1-beta1)*g", "v = beta2*v + (1-beta2)*g^2", "x = x - lr*m/(sqrt(v)+eps)")
)


def test_a_rule_is_pasted_from_a_paper_and_mended_where_it_is_refused(open_race):
    race = open_race(f"{FLAT}&surface=beale&steps=60&lane=adam(lr=0.05)")
    page = race.page
    page.get_by_role("button", name="Adam").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Your own").click()
    field = page.get_by_role("textbox", name="Equations of lane 1")
    race.expect_query("lane=rule&")
    field.fill(ADAM)
    race.expect_query("sqrt(")
    page.get_by_text("Computes what Adam computes here, to ").wait_for()
    for name in ("Learning rate of lane 1", "β₁", "β₂", "ϵ"):
        expect(page.get_by_role("slider", name=name, exact=True)).to_be_attached()
    shown = page.locator("[data-testid=stSidebar] .katex-mathml").first
    expect(shown).to_contain_text("θ")
    field.fill(WRAPS)
    race.expect_query("sqrt(v)%2Beps")
    assert field.evaluate("e => e.scrollHeight <= e.clientHeight"), "all of it is seen"
    race.settle()
    written = race.query
    for typed, said, advised, meant in (
        ("x = x - lr*g(x)", "“g(x)” at character 12", "x = x - lr*g", "x=x-lr*g"),
        ("m = m + g", "No line of the rule sets x", "x = x - lr*m", "m=m+g;x=x-lr*m"),
    ):
        field.fill(typed)
        page.get_by_text(said).wait_for()
        assert race.query == written, "the last rule that could be read still runs"
        page.get_by_role("button", name=f"Write {advised}", exact=True).click()
        page.wait_for_function("before => location.search.slice(1) !== before", arg=written)
        race.settle()
        written = race.query
        assert f"rule={meant}" in unquote(written)
    expect(page.locator("[data-testid=stSidebar] [data-testid=stAlert]")).to_have_count(0)
    field.fill("m = ?\nx = x - lr*m")
    page.get_by_text("Fill in what m becomes: until then it stays what it is.").wait_for()
