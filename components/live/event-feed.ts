import type { ServerEvent } from '../trpc/views.ts';

/**
 * One event stream for all tabs of a browser. The tab that holds the lock reads the stream and tells the others;
 * when it goes, the next one takes the lock and goes on behind the last event that it has heard of. A browser that
 * has no locks (a console on plain http) reads a stream of its own in every tab.
 */

export interface StreamHandlers {
  onEvent: (event: ServerEvent) => void;
  onConnected: (connected: boolean) => void;
  /** The stream has ended and will not come back by itself. */
  onEnd: () => void;
}

export interface FeedOptions {
  /** Opens the stream behind event `after`; the function that is returned closes it. */
  open: (after: number | null, handlers: StreamHandlers) => () => void;
  /** The last event that is known when the page is put together. */
  startAfter: number | null;
  onEvent: (event: ServerEvent) => void;
  onConnected: (connected: boolean) => void;
}

const NAME = 'ibs-events';
const REOPEN_MS = 5000;
const ASK_MS = 10_000;
/** A follower that gets no answer for this long counts the stream as lost. */
const SILENCE_MS = 25_000;

type Message =
  | { kind: 'event'; event: ServerEvent }
  | { kind: 'connected'; connected: boolean }
  /** A follower asks whether the stream still flows: its timers run, those of a hidden leader may not. */
  | { kind: 'ask' };

/** Joins the feed; the function that is returned leaves it. */
export function joinFeed(options: FeedOptions): () => void {
  const leave = new AbortController();
  const feed = follow(options);
  if (!('locks' in navigator) || typeof BroadcastChannel !== 'function') {
    void lead(feed, null, leave.signal);
    return () => leave.abort();
  }
  const channel = new BroadcastChannel(NAME);
  const stopAsking = askLeader(channel, feed);
  navigator.locks
    .request(NAME, { signal: leave.signal }, () => {
      stopAsking();
      return lead(feed, channel, leave.signal);
    })
    .catch(() => {}); // left before it was this tab's turn
  leave.signal.addEventListener('abort', () => {
    stopAsking();
    channel.close();
  });
  return () => leave.abort();
}

interface Feed extends FeedOptions {
  /** Where a new stream goes on. */
  after: () => number | null;
}

/** The options with a memory of the last event. */
function follow(options: FeedOptions): Feed {
  let lastId = options.startAfter;
  const onEvent = (event: ServerEvent) => {
    lastId = Math.max(lastId ?? 0, event.id);
    options.onEvent(event);
  };
  return { ...options, onEvent, after: () => lastId };
}

/** Hears what the leader tells; the function that is returned ends it. */
function askLeader(channel: BroadcastChannel, feed: Feed): () => void {
  let silence = setTimeout(() => feed.onConnected(false), SILENCE_MS);
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'ask') return;
    clearTimeout(silence);
    silence = setTimeout(() => feed.onConnected(false), SILENCE_MS);
    if (data.kind === 'event') feed.onEvent(data.event);
    else feed.onConnected(data.connected);
  };
  const asking = setInterval(() => channel.postMessage({ kind: 'ask' } satisfies Message), ASK_MS);
  return () => {
    clearInterval(asking);
    clearTimeout(silence);
    channel.onmessage = null;
  };
}

/** Reads the stream until `signal`, opening it again whenever it ends, and tells the other tabs. */
function lead(feed: Feed, channel: BroadcastChannel | null, signal: AbortSignal): Promise<void> {
  let connected = false;
  let close = () => {};
  let reopen: ReturnType<typeof setTimeout> | undefined;
  const tell = (message: Message) => channel?.postMessage(message);
  const setConnected = (next: boolean) => {
    connected = next;
    feed.onConnected(next);
    tell({ kind: 'connected', connected });
  };
  const open = () => {
    close = feed.open(feed.after(), {
      onEvent: (event) => {
        feed.onEvent(event);
        tell({ kind: 'event', event });
      },
      onConnected: setConnected,
      onEnd: () => {
        setConnected(false);
        clearTimeout(reopen);
        reopen = setTimeout(open, REOPEN_MS);
      },
    });
  };
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'ask') tell({ kind: 'connected', connected });
    };
  }
  open();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      clearTimeout(reopen);
      close();
      resolve();
    });
  });
}
