// Whether the server is there. Streamlit says on its own element how it is connected, and connects
// again by itself.

const STATES = ["data-test-connection-state", "data-test-script-state"];

export class Connection {
  // `onReturn` is called when it is there again, `onChange` whenever anything of it changes.
  constructor(onReturn, onChange) {
    this.connected = true;
    this.cut = false; // until the page has run again
    const app = document.querySelector(`[${STATES[0]}]`);
    if (!app) return; // a page of its own
    this.observer = new MutationObserver(() => {
      this.read(app.dataset, onReturn);
      onChange();
    });
    this.observer.observe(app, { attributeFilter: STATES });
  }

  read({ testConnectionState, testScriptState }, onReturn) {
    const connected = testConnectionState === "CONNECTED";
    const resting = testScriptState === "notRunning";
    if (connected && !this.connected) onReturn();
    else if (connected && this.cut && this.ran && resting) this.cut = false;
    this.ran = connected && (this.ran || !resting);
    this.cut ||= !connected;
    this.connected = connected;
  }

  leave() {
    this.observer?.disconnect();
  }
}
