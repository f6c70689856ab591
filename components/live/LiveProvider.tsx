'use client';

import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { sessionEnded } from '../session/session-state.ts';
import { useTRPCClient } from '../trpc/trpc.ts';
import type { ServerEvent } from '../trpc/views.ts';
import { isAffected } from './affected-queries.ts';
import { eventBatcher } from './event-batcher.ts';
import { joinFeed } from './event-feed.ts';
import { openStream } from './open-stream.ts';

/** What came in, or that something may have been missed and everything is to be looked at again. */
export type LiveSignal = readonly ServerEvent[] | 'resync';

interface Live {
  /** The stream is gone and the page asks again every few seconds. */
  reconnecting: boolean;
  /** Held still by the user. */
  paused: boolean;
  setPaused: (paused: boolean) => void;
  subscribe: (listener: (signal: LiveSignal) => void) => () => void;
}

const Context = createContext<Live>({
  reconnecting: false,
  paused: false,
  setPaused: () => {},
  subscribe: () => () => {},
});

/** Connecting takes a moment; only what lasts longer is worth a word. */
const PATIENCE_MS = 3000;
const POLL_MS = 5000;

interface LiveProviderProps {
  /** The newest event when the page was put together. */
  startAfter: number | null;
  children: ReactNode;
}

/** Keeps what is on the page true: events invalidate answers, a return to the tab asks for all of them. */
export function LiveProvider({ startAfter, children }: LiveProviderProps) {
  const [paused, setPaused] = useState(false);
  const [connected, setConnected] = useState(true);
  const reconnecting = useLasting(!connected, PATIENCE_MS);
  const [listeners] = useState(() => new Set<(signal: LiveSignal) => void>());
  useInvalidation(listeners, paused);
  useFeed(listeners, startAfter, setConnected);
  useResync(listeners, reconnecting);
  const value = useMemo<Live>(
    () => ({
      reconnecting,
      paused,
      setPaused,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [reconnecting, paused, listeners],
  );
  return <Context value={value}>{children}</Context>;
}

export function useLive(): Live {
  return useContext(Context);
}

/** Calls `listener` with what comes in, while mounted. */
export function useLiveSignal(listener: (signal: LiveSignal) => void) {
  const { subscribe } = useLive();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  }, [listener]);
  useEffect(() => subscribe((signal) => latest.current(signal)), [subscribe]);
}

type Listeners = ReadonlySet<(signal: LiveSignal) => void>;

function tell(listeners: Listeners, signal: LiveSignal) {
  for (const listener of listeners) listener(signal);
}

function useFeed(listeners: Listeners, startAfter: number | null, setConnected: (on: boolean) => void) {
  const client = useTRPCClient();
  const [start] = useState(startAfter);
  useEffect(() => {
    let connectedBefore = false;
    let lost = false;
    const batcher = eventBatcher<ServerEvent>(
      (events) => tell(listeners, events),
      () => performance.now(),
    );
    const leave = joinFeed({
      open: (after, handlers) => openStream(client, after, handlers),
      startAfter: start,
      onEvent: (event) => batcher.add([event]),
      onConnected: (on) => {
        setConnected(on);
        // More may have happened meanwhile than the server still knows.
        if (on && lost) tell(listeners, 'resync');
        connectedBefore ||= on;
        lost = connectedBefore && !on;
      },
    });
    return () => {
      leave();
      batcher.stop();
    };
  }, [client, listeners, start, setConnected]);
}

/** Turns what comes in into questions; what comes while the user holds the page still is caught up on later. */
function useInvalidation(listeners: Set<(signal: LiveSignal) => void>, paused: boolean) {
  const queries = useQueryClient();
  useEffect(() => {
    if (paused) return;
    const invalidate = (signal: LiveSignal) => {
      if (document.hidden) return; // the return to the tab asks for everything
      if (signal === 'resync') void queries.invalidateQueries();
      else void queries.invalidateQueries({ predicate: ({ queryKey }) => isAffected(queryKey, signal) });
    };
    listeners.add(invalidate);
    return () => {
      listeners.delete(invalidate);
    };
  }, [queries, listeners, paused]);

  const wasPaused = useRef(paused);
  useEffect(() => {
    if (wasPaused.current && !paused) tell(listeners, 'resync');
    wasPaused.current = paused;
  }, [listeners, paused]);
}

/** A tab that comes back asks at once; a tab without a stream asks every few seconds. */
function useResync(listeners: Listeners, reconnecting: boolean) {
  useEffect(() => {
    const resync = () => !document.hidden && !sessionEnded() && tell(listeners, 'resync');
    document.addEventListener('visibilitychange', resync);
    window.addEventListener('online', resync);
    const polling = reconnecting ? setInterval(resync, POLL_MS) : undefined;
    return () => {
      document.removeEventListener('visibilitychange', resync);
      window.removeEventListener('online', resync);
      clearInterval(polling);
    };
  }, [listeners, reconnecting]);
}

/** True once `on` has held for `ms`; false at once when it ends. */
function useLasting(on: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!on) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [on, ms]);
  return lasting;
}
