// The relief and the axes as a picture that has depths: while a hand moves what lies on them they stay
// as they are, and in software a mesh costs several times what all paths do.

const FINER = 2; // times each way, so that edges are as smooth as the scene's own,
const MOST = 2 ** 23; // unless that were more pixels
const SQUARE = new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]);
const VERTEX = `
attribute vec2 corner;
varying highp vec2 place;
void main() {
  place = 0.5 * (corner + 1.0);
  gl_Position = vec4(corner, 0, 1);
}`;
const FRAGMENT = `#extension GL_EXT_frag_depth : require
precision highp float;
varying highp vec2 place;
uniform sampler2D colors;
uniform highp sampler2D depths;
void main() {
  gl_FragColor = texture2D(colors, place);
  gl_FragDepthEXT = texture2D(depths, place).r;
}`;

export class Still {
  // Of a scene of Plotly's and the surface in it; where the card knows no depths it changes nothing.
  constructor(glplot, surface) {
    Object.assign(this, { glplot, surface, isWanted: false, isShown: false });
    const { gl, axes } = glplot;
    this.arrays = gl.getExtension("OES_vertex_array_object");
    if (!gl.getExtension("WEBGL_depth_texture") || !gl.getExtension("EXT_frag_depth") || !this.arrays) return;
    const draw = (this.drawAxes = axes.draw.bind(axes));
    axes.draw = (camera) => {
      if (!this.isWanted) this.drop();
      this.isShown = this.isWanted && this.keeps(camera);
      if (this.isShown) this.draw();
      else draw(camera);
    };
    surface.isOpaque = () => !this.isShown; // which Plotly asks before it draws it
  }

  // The relief has become another.
  forget() {
    this.view = undefined;
  }

  // Gives its memory back, many megabytes on a large screen.
  drop() {
    this.forget();
    for (const sheet of ["colors", "depths"]) {
      if (this[sheet]) this.glplot.gl.deleteTexture(this[sheet]);
      this[sheet] = undefined;
    }
  }

  // Whether there is a picture of this view; one is taken where it was seen before.
  keeps(camera) {
    const { glplot: { gl, pixelRatio } } = this;
    const view = [...camera.view, ...camera.projection, ...camera.model, gl.drawingBufferWidth, gl.drawingBufferHeight, pixelRatio].join();
    if (view !== this.view) {
      this.view = view;
      this.taken = undefined;
      return false;
    }
    if (this.taken !== view) this.take(camera);
    this.taken = view;
    return true;
  }

  take(camera) {
    const { glplot: { gl }, surface } = this, { drawingBufferWidth: wide, drawingBufferHeight: high } = gl;
    const finer = FINER * FINER * wide * high > MOST ? 1 : FINER, width = finer * wide, height = finer * high;
    this.program ??= this.compile();
    this.colors ??= texture(gl, gl.LINEAR);
    this.depths ??= texture(gl, gl.NEAREST);
    this.buffer ??= gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.buffer);
    for (const [sheet, format, type, place] of [[this.colors, gl.RGBA, gl.UNSIGNED_BYTE, gl.COLOR_ATTACHMENT0], [this.depths, gl.DEPTH_COMPONENT, gl.UNSIGNED_INT, gl.DEPTH_ATTACHMENT]]) {
      gl.bindTexture(gl.TEXTURE_2D, sheet);
      gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, format, type, null);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, place, gl.TEXTURE_2D, sheet, 0);
    }
    gl.viewport(0, 0, width, height);
    this.glplot.clearRGBA();
    this.drawAxes(camera);
    surface.draw(camera);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, wide, high);
  }

  draw() {
    const { glplot: { gl }, arrays } = this;
    gl.useProgram(this.program);
    [this.colors, this.depths].forEach((sheet, i) => {
      gl.activeTexture(gl.TEXTURE0 + i);
      gl.bindTexture(gl.TEXTURE_2D, sheet);
    });
    gl.activeTexture(gl.TEXTURE0);
    arrays.bindVertexArrayOES(this.square);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    arrays.bindVertexArrayOES(null);
  }

  compile() {
    const { glplot: { gl }, arrays } = this, program = gl.createProgram();
    for (const [type, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    ["colors", "depths"].forEach((name, i) => gl.uniform1i(gl.getUniformLocation(program, name), i));
    this.square = arrays.createVertexArrayOES();
    arrays.bindVertexArrayOES(this.square);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, SQUARE, gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(program, "corner");
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    arrays.bindVertexArrayOES(null);
    return program;
  }
}

function texture(gl, filter) {
  const sheet = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, sheet);
  for (const [name, value] of [["MIN_FILTER", filter], ["MAG_FILTER", filter], ["WRAP_S", gl.CLAMP_TO_EDGE], ["WRAP_T", gl.CLAMP_TO_EDGE]]) {
    gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}`], value);
  }
  return sheet;
}
