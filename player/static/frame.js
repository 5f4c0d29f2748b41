// The page around the app. Streamlit Community Cloud shows an app in a frame at /~/+/, under a page
// that wakes it where it sleeps and has the address that people see; both speak as Streamlit does.

const FRAMED = /^\/~\/\+(?=\/|$)/;
const VERSION = 1; // of Streamlit's messages between a frame and its page

// Where the app is, for others: without its path in the frame, and without a query.
export function address() {
  return `${location.origin}${location.pathname.replace(FRAMED, "") || "/"}`;
}

// The page around is to show this query, as the frame does.
export function tell(queryParams) {
  if (parent !== window) parent.postMessage({ stCommVersion: VERSION, type: "SET_QUERY_PARAM", queryParams }, "*");
}

// Calls `open` with the query to which a person went back or forth in the page around; gives what
// ends that.
export function hear(open) {
  const listen = ({ source, data }) => {
    if (parent === window || source !== parent || data?.stCommVersion !== VERSION) return;
    if (data.type === "UPDATE_FROM_QUERY_PARAMS") open(String(data.queryParams));
  };
  addEventListener("message", listen);
  return () => removeEventListener("message", listen);
}
