// Takes pictures and films of a race from the player: frame by frame, in the browser, so that the
// server is asked nothing.

import { Sheet } from "./sheet.js";
import { Gif } from "./gif.js";
import { Video } from "./video.js";

const SAMPLES = [0, 0.5, 1]; // of the film, from which a GIF's palette is chosen

// A PNG, so many times the screen's size, or an SVG, of what stands on the screen.
export async function takePicture(player, { panel, form, scale }) {
  return held(player, async (at) => {
    const sheet = new Sheet(player, panel);
    player.clock.go(at);
    try {
      if (form === "svg") return new Blob([sheet.svg()], { type: "image/svg+xml" });
      await sheet.prepare(scale);
      const canvas = sheet.canvas();
      sheet.draw(at);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      if (!blob) throw new Error("The browser has no room for so large a picture; choose a smaller size.");
      return blob;
    } finally {
      sheet.release();
    }
  });
}

// The playback as a GIF, WebM or MP4. `speed` is the player's, or 0 for as fast as lets the whole
// race fill the seconds; the last frame then rests for `rest` seconds. Longer than `most` frames it
// is not. `report` is called with the part that is done; `signal` ends it.
export async function takeFilm(player, { panel, form, width, seconds, speed, fps, rest, most }, report, signal) {
  const frames = Math.max(2, Math.round(seconds * fps));
  const resting = Math.round(rest * fps);
  if (frames + resting > most) throw new Error(`That is more than ${most.toLocaleString("en")} frames; choose fewer seconds, or fewer frames a second.`);
  const { steps } = player.race;
  const position = (frame) =>
    Math.min(steps, speed ? (frame * speed * steps) / (fps * player.clock.seconds) : (frame * steps) / (frames - 1));
  return held(player, async () => {
    const sheet = new Sheet(player, panel);
    let video;
    try {
      await sheet.prepare(width / sheet.width);
      const canvas = sheet.canvas({ even: form !== "gif" });
      const pixels = () => sheet.pen.getImageData(0, 0, canvas.width, canvas.height).data;
      const draw = async (frame, meanwhile) => {
        await new Promise((done) => setTimeout(done)); // the page stays alive
        signal.throwIfAborted();
        sheet.draw(position(frame), meanwhile);
      };
      if (form === "gif") {
        const samples = [];
        for (const part of SAMPLES) {
          await draw(Math.round(part * (frames - 1)));
          samples.push(pixels());
        }
        const gif = new Gif(canvas.width, canvas.height, samples);
        const hundredths = (frame) => Math.round((100 * frame) / fps);
        const add = (frame, drawn) => {
          const last = frame === frames - 1;
          gif.add(drawn, hundredths(frame + 1) - hundredths(frame) + (last ? Math.round(100 * rest) : 0));
          report((frame + 1) / frames);
        };
        for (let frame = 0, before; frame < frames; frame++) {
          const drawn = before;
          await draw(frame, drawn && (() => add(frame - 1, drawn)));
          before = pixels();
          if (frame === frames - 1) add(frame, before);
        }
        return gif.finish();
      }
      video = await Video.start(form, canvas.width, canvas.height, fps);
      for (let frame = 0; frame < frames + resting; frame++) {
        if (frame < frames) await draw(frame);
        signal.throwIfAborted();
        await video.add(canvas);
        report((frame + 1) / (frames + resting));
      }
      return await video.finish();
    } finally {
      video?.close();
      sheet.release();
    }
  });
}

// Lets the player stand while something is made of it, and puts it back to where it stood.
async function held(player, make) {
  const at = player.clock.position;
  player.clock.pause();
  try {
    return await make(at);
  } finally {
    if (player.root.isConnected) player.clock.go(at);
  }
}
