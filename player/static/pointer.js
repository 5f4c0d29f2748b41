// What a pointer, and the arrow keys, do on a two-dimensional panel. What listens
// beyond the panel gives what ends that.

const NUDGE = 0.02; // of the picture, for an arrow key
const CLICK = 5; // pixels that a pointer may go in one
const DRAG = 3; // pixels after which one drags
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// A click on a plane moves the start, with Shift it adds one or takes it away.
export function letClick(plane, onStart) {
  let down = null;
  const press = (event) => { down = event; };
  const release = (event) => {
    const click = down && far(event, down) < CLICK;
    down = null;
    const point = click && event.button === 0 && over(plane.plot, event);
    if (!point) return;
    plane.panel.classList.add("was-used");
    onStart({ ...point, passing: false, further: event.shiftKey });
  };
  plane.plot.addEventListener("pointerdown", press, true);
  addEventListener("pointerup", release, true);
  return () => removeEventListener("pointerup", release, true);
}

// The ring is dragged, or moved with the arrow keys.
export function letDrag(plane, onStart) {
  const { handle } = plane;
  const move = (point, passing) => {
    plane.panel.classList.add("was-used");
    plane.start = { x: point.x, y: point.y };
    plane.draw(plane.step);
    onStart({ ...point, passing, further: false });
  };
  let from = null;
  handle.onpointerdown = (event) => {
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    from = event;
  };
  handle.onpointermove = (event) => {
    if (!from) return;
    plane.dragged ||= far(event, from) > DRAG;
    if (plane.dragged) move(nearest(plane.plot, event), true);
  };
  const end = (point) => {
    if (plane.dragged) move(point, false);
    from = null;
    plane.dragged = false;
  };
  handle.onpointerup = (event) => end(nearest(plane.plot, event));
  handle.onpointercancel = () => end(plane.start);
  handle.onkeydown = (event) => {
    const [dx, dy] = ARROWS[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    const { x, y } = plane.whole;
    const part = NUDGE * (event.shiftKey ? 5 : 1);
    const to = (value, by, [low, high]) => Math.max(low, Math.min(value + by * part * (high - low), high));
    move({ x: to(plane.start.x, dx, x), y: to(plane.start.y, dy, y) }, false);
  };
}

// A pointer that hovers shows a guide; pressed, it scrubs. A finger that goes up or down scrolls.
export function letScrub(plane, onScrub) {
  const { plot } = plane;
  let pressed = null;
  const along = (event) => {
    const { xaxis } = plot._fullLayout, { px } = place(plot, event);
    return px >= 0 && px <= xaxis._length ? xaxis.p2d(px) : undefined;
  };
  const scrub = (event) => { if (along(event) !== undefined) onScrub(along(event)); };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || along(event) === undefined) return;
    pressed = event;
    if (event.pointerType === "mouse") scrub(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") plane.point(along(event));
  });
  plot.addEventListener("pointerleave", () => plane.point(undefined));
  // Pressed, a pointer is above a cover that Plotly lays over the page.
  const around = {
    pointermove: (event) => {
      if (pressed && Math.abs(event.clientX - pressed.clientX) > CLICK) scrub(event);
    },
    pointerup: () => { pressed = null; },
    pointercancel: () => { pressed = null; },
  };
  for (const [name, hear] of Object.entries(around)) addEventListener(name, hear);
  return () => { for (const [name, hear] of Object.entries(around)) removeEventListener(name, hear); };
}

// Along its axis, below the picture, a pointer takes the part that is shown; pressed twice, anywhere,
// the whole is shown again.
export function letZoom(plane) {
  const { plot } = plane;
  let from;
  const along = (event) => nearest(plot, event).x;
  const below = (event) => plot._fullLayout?.yaxis && place(plot, event).py > plot._fullLayout.yaxis._length;
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !below(event)) return;
    event.stopImmediatePropagation();
    from = along(event);
  }, true);
  plot.addEventListener("pointermove", (event) => plot.classList.toggle("is-on-axis", Boolean(below(event))));
  plot.addEventListener("mousedown", (event) => { if (event.detail === 2) plane.reset(); }, true);
  const around = {
    pointermove: (event) => { if (from !== undefined) plane.choose([from, along(event)]); },
    pointerup: (event) => {
      if (from !== undefined) plane.zoom([from, along(event)].sort((a, b) => a - b));
      from = undefined;
    },
    pointercancel: () => {
      plane.choose(undefined);
      from = undefined;
    },
  };
  for (const [name, hear] of Object.entries(around)) addEventListener(name, hear);
  return () => { for (const [name, hear] of Object.entries(around)) removeEventListener(name, hear); };
}

// Calls with the point that a pointer is over, or with null.
export function letPoint(plane, onPoint) {
  plane.plot.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch" && plane.lanes) onPoint(over(plane.plot, event));
  });
  plane.panel.addEventListener("pointerleave", () => onPoint(null));
}

function far(event, from) {
  return Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY);
}

// Where a pointer is, in pixels from the axes' corner.
function place(plot, { clientX, clientY }) {
  const box = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
  return { px: clientX - box.left - xaxis._offset, py: clientY - box.top - yaxis._offset };
}

// The point of the picture that it is over; null beside it.
function over(plot, event) {
  const { px, py } = place(plot, event), { xaxis, yaxis } = plot._fullLayout;
  if (px < 0 || py < 0 || px > xaxis._length || py > yaxis._length) return null;
  return { x: xaxis.p2d(px), y: yaxis.p2d(py) };
}

// The same, and beside the picture the nearest in it.
function nearest(plot, event) {
  const { px, py } = place(plot, event), { xaxis, yaxis } = plot._fullLayout;
  const inside = (value, { _length }) => Math.max(0, Math.min(value, _length));
  return { x: xaxis.p2d(inside(px, xaxis)), y: yaxis.p2d(inside(py, yaxis)) };
}
