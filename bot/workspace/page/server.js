// Talks to the workspace's server: reads, acts in the name of one person, and listens to what happens.

let person = new URLSearchParams(location.search).get("as") ?? "";

export const actingAs = () => person;

export function actAs(userId) {
  person = userId;
  const url = new URL(location.href);
  url.searchParams.set("as", userId);
  history.replaceState(null, "", url);
}

/** What the server holds at one of its /page/ addresses, as JSON. */
export async function read(what, query = {}) {
  const answer = await fetch(`/page/${what}?${new URLSearchParams({ as: person, ...query })}`);
  if (!answer.ok) throw new Error(`the workspace answered ${answer.status} to ${what}`);
  return answer.json();
}

/** Asks the server to act; an answer without `ok` carries an `error` word and a `message` for the person. */
export async function act(what, fields = {}) {
  try {
    const answer = await fetch("/page/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: person, do: what, ...fields }),
    });
    return await answer.json();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    return { ok: false, error: "unreachable", message: "The local workspace does not answer. Is it still running?" };
  }
}

const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;

/** Keeps one websocket open for the person; `onStatus` hears "open" or "lost", a lost one is opened again. */
export function listen(onFrame, onStatus) {
  let socket;
  let timer;
  let wait = FIRST_WAIT;
  const open = () => {
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/page/live?as=${encodeURIComponent(person)}`);
    socket.onopen = () => { wait = FIRST_WAIT; onStatus("open"); };
    socket.onmessage = (event) => onFrame(JSON.parse(event.data));
    socket.onclose = () => {
      onStatus("lost");
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  open();
  return () => { clearTimeout(timer); socket.onclose = null; socket.close(); };
}
