// Writes a video with the browser's own encoder (WebCodecs), which knows the time of each frame
// however long drawing it took; the boxes around what it encodes are written here.

// What a browser may be able to encode, best first.
const CODECS = {
  webm: [["vp09.00.41.08", "V_VP9"], ["vp8", "V_VP8"]],
  mp4: [["avc1.640033"], ["avc1.4d0033"], ["avc1.42e033"]],
};
const BITS_A_PIXEL = 0.2;
const KEY_SECONDS = 2; // between two frames to which one can jump

export class Video {
  // `form` is "webm" or "mp4". Width and height are even.
  static async start(form, width, height, fps) {
    const wanted = await settings(form, width, height, fps);
    if (!wanted) throw new Error(`This browser cannot make a ${form === "mp4" ? "MP4" : "WebM"} of this size; choose another form or a smaller width.`);
    return new Video(form, fps, wanted);
  }

  constructor(form, fps, { config, name }) {
    Object.assign(this, { form, fps, config, name });
    this.chunks = [];
    this.count = 0;
    this.encoder = new VideoEncoder({
      output: (chunk, about) => {
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        this.description ??= about?.decoderConfig?.description;
        this.chunks.push({ data, frame: Math.round((chunk.timestamp * fps) / 1e6), key: chunk.type === "key" });
      },
      error: (error) => { this.error = error; },
    });
    this.encoder.configure(config);
  }

  async add(canvas) {
    const at = (frame) => Math.round((1e6 * frame) / this.fps);
    const frame = new VideoFrame(canvas, { timestamp: at(this.count), duration: at(this.count + 1) - at(this.count) });
    this.encoder.encode(frame, { keyFrame: this.count % Math.round(KEY_SECONDS * this.fps) === 0 });
    frame.close();
    this.count += 1;
    while (this.encoder.encodeQueueSize > 3 && !this.error) await new Promise((done) => setTimeout(done, 5));
    if (this.error) throw this.error;
  }

  async finish() {
    await this.encoder.flush();
    this.close();
    const bytes = this.form === "mp4" ? mp4(this) : webm(this);
    return new Blob(bytes, { type: `video/${this.form}` });
  }

  close() {
    if (this.encoder.state !== "closed") this.encoder.close();
  }
}

// Which of "webm" and "mp4" this browser can make.
export async function videoForms() {
  const asked = Object.keys(CODECS).map(async (form) => ((await settings(form, 640, 480, 20)) ? [form] : []));
  return (await Promise.all(asked)).flat();
}

async function settings(form, width, height, fps) {
  if (!globalThis.VideoEncoder) return null;
  for (const [codec, name] of CODECS[form]) {
    const config = { codec, width, height, framerate: fps, bitrate: Math.round(BITS_A_PIXEL * width * height * fps) };
    if (form === "mp4") config.avc = { format: "avc" };
    const answer = await VideoEncoder.isConfigSupported(config).catch(() => null);
    if (answer?.supported) return { config, name };
  }
  return null;
}

// A Matroska of one track (RFC 9559), with cues, so that players can jump.
function webm({ chunks, fps, count, config, name }) {
  const time = (frame) => Math.round((1000 * frame) / fps); // milliseconds, Matroska's own unit
  const header = tag([0x1a, 0x45, 0xdf, 0xa3], [
    tag([0x42, 0x86], [1]), tag([0x42, 0xf7], [1]), tag([0x42, 0xf2], [4]), tag([0x42, 0xf3], [8]),
    tag([0x42, 0x82], ["webm"]), tag([0x42, 0x87], [4]), tag([0x42, 0x85], [2]),
  ]);
  const duration = new DataView(new ArrayBuffer(8));
  duration.setFloat64(0, time(count));
  const info = tag([0x15, 0x49, 0xa9, 0x66], [
    tag([0x2a, 0xd7, 0xb1], [u32(1e6)]), tag([0x44, 0x89], [new Uint8Array(duration.buffer)]),
    tag([0x4d, 0x80], ["Descent Lab"]), tag([0x57, 0x41], ["Descent Lab"]),
  ]);
  const tracks = tag([0x16, 0x54, 0xae, 0x6b], [tag([0xae], [
    tag([0xd7], [1]), tag([0x73, 0xc5], [1]), tag([0x83], [1]), tag([0x86], [name]),
    tag([0x23, 0xe3, 0x83], [u32(Math.round(1e9 / fps))]),
    tag([0xe0], [tag([0xb0], [u16(config.width)]), tag([0xba], [u16(config.height)])]),
  ])]);
  const clusters = [], cues = [];
  let place = info.length + tracks.length;
  for (let first = 0; first < chunks.length;) {
    let last = first + 1;
    while (last < chunks.length && !chunks[last].key) last += 1;
    const from = time(chunks[first].frame);
    const blocks = chunks.slice(first, last).map(({ data, frame, key }) =>
      tag([0xa3], [0x81, u16(time(frame) - from), key ? 0x80 : 0, data]));
    const cluster = tag([0x1f, 0x43, 0xb6, 0x75], [tag([0xe7], [u32(from)]), ...blocks]);
    clusters.push(cluster);
    cues.push(tag([0xbb], [
      tag([0xb3], [u32(from)]), tag([0xb7], [tag([0xf7], [1]), tag([0xf1], [u32(place)])]),
    ]));
    place += cluster.length;
    first = last;
  }
  return [header, tag([0x18, 0x53, 0x80, 0x67], [info, tracks, ...clusters, tag([0x1c, 0x53, 0xbb, 0x6b], cues)])];
}

// An element's length always takes eight bytes.
function tag(id, parts) {
  const body = join(parts);
  return join([...id, 0x01, 0, 0, 0, u32(body.length), body]);
}

// An MP4 of one track (ISO/IEC 14496-12 and -15), whose index stands before the frames.
function mp4({ chunks, fps, count, config, description }) {
  const { width, height } = config;
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32);
  const size = join(chunks.map(({ data }) => u32(data.length)));
  const keys = chunks.flatMap(({ key }, i) => (key ? [u32(i + 1)] : []));
  const shifts = chunks.map(({ frame }, i) => frame - i); // where the encoder has looked ahead
  const entry = box("avc1", [
    zeros(6), u16(1), zeros(16), u16(width), u16(height), u32(0x480000), u32(0x480000), u32(0), u16(1), zeros(32),
    u16(24), u16(0xffff), box("avcC", [new Uint8Array(description)]),
  ]);
  const index = (offset) => box("moov", [
    box("mvhd", [u32(0), u32(0), u32(0), u32(fps), u32(count), u32(0x10000), u16(0x100), zeros(10), ...matrix, zeros(24), u32(2)]),
    box("trak", [
      box("tkhd", [u32(3), u32(0), u32(0), u32(1), u32(0), u32(count), zeros(16), ...matrix, u32(width << 16), u32(height << 16)]),
      box("mdia", [
        box("mdhd", [u32(0), u32(0), u32(0), u32(fps), u32(count), u16(0x55c4), u16(0)]),
        box("hdlr", [u32(0), u32(0), "vide", zeros(12), "Descent Lab", 0]),
        box("minf", [
          box("vmhd", [u32(1), zeros(8)]),
          box("dinf", [box("dref", [u32(0), u32(1), box("url ", [u32(1)])])]),
          box("stbl", [
            box("stsd", [u32(0), u32(1), entry]),
            box("stts", [u32(0), u32(1), u32(count), u32(1)]),
            ...(shifts.some(Boolean) ? [box("ctts", [u32(1 << 24), u32(count), ...shifts.flatMap((shift) => [u32(1), u32(shift)])])] : []),
            box("stss", [u32(0), u32(keys.length), ...keys]),
            box("stsc", [u32(0), u32(1), u32(1), u32(count), u32(1)]),
            box("stsz", [u32(0), u32(0), u32(count), size]),
            box("stco", [u32(0), u32(1), u32(offset)]),
          ]),
        ]),
      ]),
    ]),
  ]);
  const brand = box("ftyp", ["isom", u32(512), "isom", "iso2", "avc1", "mp41"]);
  const offset = brand.length + index(0).length + 8;
  return [brand, index(offset), box("mdat", chunks.map(({ data }) => data))];
}

function box(name, parts) {
  const body = join(parts);
  return join([u32(body.length + 8), name, body]);
}

// Bytes, texts and arrays of bytes, one after the other.
function join(parts) {
  const pieces = parts.map((part) => {
    if (typeof part === "number") return [part];
    return typeof part === "string" ? [...part].map((character) => character.charCodeAt(0)) : part;
  });
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function u32(number) {
  return new Uint8Array([number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255]);
}

function u16(number) {
  return new Uint8Array([(number >> 8) & 255, number & 255]);
}

function zeros(count) {
  return new Uint8Array(count);
}
