import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatastoreName } from '#domain/ids.ts';
import type { GatewayCaller } from '../authenticate.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Parameters } from '../parameters.ts';

/** One REST request of a signed-in caller. */
export interface RestCall {
  context: GatewayContext;
  caller: GatewayCaller;
  parameters: Parameters;
  request: IncomingMessage;
  response: ServerResponse;
  /** The datastore of the path; empty for calls that have none. */
  store: DatastoreName;
}

/** Returned by a handler that has sent its own answer. */
export const SENT = Symbol('the handler has answered by itself');

/** A list that is too long to be put together in memory: sent page by page. */
export class StreamedList {
  readonly pages: AsyncIterable<readonly unknown[]>;

  constructor(pages: AsyncIterable<readonly unknown[]>) {
    this.pages = pages;
  }
}

/** Names that a call knows; `any` for those that newer clients send more to. */
export type KnownParameters = readonly string[] | 'any';

export interface RestRoute {
  /** Everything else is refused before anything is done. */
  parameters: KnownParameters;
  /** `raw`: the body is not parameters, and the handler reads it. */
  body: 'parameters' | 'raw';
  run(call: RestCall): Promise<unknown>;
}
